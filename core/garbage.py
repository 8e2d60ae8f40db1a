"""Garbage is collected among what requests leave behind, not among all that Django and Wagtail have loaded.

A full collection goes through every object there is: of a loaded village that took a quarter of a second, and fell into
more than one answer of twenty.
"""

import gc

from django.urls import get_resolver


def keep_what_is_loaded() -> None:
    """Once a process is ready to answer: what is there now stays for good, and no collection looks at it again."""
    _ = get_resolver().url_patterns  # the views and what they import, which the first request would load
    gc.collect()
    gc.freeze()

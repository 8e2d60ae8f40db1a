"""The demonstration village for tests that look and change little: a copy of one that is loaded once (``tests.made_once``)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection
from wagtail.models import Site

from core import page_cache

from . import made_once
from .made_once import LOADED


@contextmanager
def village() -> Iterator[None]:
    """Until the end of the block this process, with all its threads, has a village of its own for its database."""
    url, own = os.environ.get("DATABASE_URL", ""), str(connection.settings_dict["NAME"])
    name = f"{own}_loaded"
    made_once.copy(LOADED, url, name)
    made_once.copy_pictures(LOADED, url, Path(settings.MEDIA_ROOT))
    _turn_to(name)
    try:
        yield
    finally:
        _turn_to(own)
        made_once.drop(url, name)


def _turn_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
    Site.clear_site_root_paths_cache()
    page_cache.bump()

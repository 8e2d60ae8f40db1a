"""Looks over all units once a day: what can't be wrong by the rules of the database is looked for all the same."""

import logging
from datetime import timedelta

from django.utils import timezone

from .queries.occupation import overlaps_broken

log = logging.getLogger(__name__)

LOOKED_BACK = timedelta(days=92)  # what is over longer changes no more


def look_over_spaces() -> None:
    """Write an error into the log for whatever the database should have refused; it names rows by their number, and nobody."""
    for words in overlaps_broken(timezone.now() - LOOKED_BACK):
        log.error("A unit is taken twice: %s.", words)

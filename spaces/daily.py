"""What is done once a day, whoever asks how often."""

import logging
from datetime import timedelta

from django.core.cache import cache
from django.utils import timezone

from . import actions
from .queries.occupation import overlaps_broken

log = logging.getLogger(__name__)

ONCE_A_DAY = 24 * 60 * 60
LOOKED_BACK = timedelta(days=92)  # what is over longer changes no more


def look_over_spaces() -> None:
    """Write an error into the log for whatever the database should have refused; it names rows by their number, and nobody."""
    if _is_first_today("spaces-looked-over"):
        for words in overlaps_broken(timezone.now() - LOOKED_BACK):
            log.error("A unit is taken twice: %s.", words)


def carry_over() -> None:
    """What was left of last month; on the first of a month soon after midnight."""
    if _is_first_today("allowances-carried-over"):
        actions.carry_over()


def _is_first_today(what: str) -> bool:
    return cache.add(f"{what}-{timezone.localdate()}", True, ONCE_A_DAY)

"""When those who have a space are reminded of it: the morning of the day before; of a bench, two hours before."""

from datetime import datetime, timedelta

from core.offer_times import BEFORE_IT_BEGINS, WORK_BEGINS, is_night
from core.recurrence import at_time

from .choices import SpaceKind
from .models import SpacePage
from .timetable import day_of

AT_A_BENCH = timedelta(hours=2)


def reminds_from(space: SpacePage, starts_at: datetime) -> datetime:
    """What begins so early that two hours before it is night, the day before too."""
    shortly = starts_at - AT_A_BENCH
    if space.kind == SpaceKind.LAB_BENCH and not is_night(shortly):
        return shortly
    return at_time(day_of(starts_at) - timedelta(days=1), WORK_BEGINS)


def reminds_now(now: datetime, space: SpacePage, starts_at: datetime) -> bool:
    """Whether to remind of what begins at ``starts_at``: by day, while it is of use."""
    return reminds_from(space, starts_at) <= now < starts_at - BEFORE_IT_BEGINS and not is_night(now)

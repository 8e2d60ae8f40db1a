"""When those who have a place are reminded of it: the morning of the day before."""

from datetime import datetime, timedelta

from core.offer_times import BEFORE_IT_BEGINS, WORK_BEGINS, is_night
from core.recurrence import at_time
from core.relative_dates import LONDON


def reminds_from(starts_at: datetime) -> datetime:
    """The morning of the day before."""
    return at_time(starts_at.astimezone(LONDON).date() - timedelta(days=1), WORK_BEGINS)


def reminds_now(now: datetime, starts_at: datetime) -> bool:
    """Whether to remind of what begins at ``starts_at``: from that morning on, by day, while it is of use."""
    return reminds_from(starts_at) <= now < starts_at - BEFORE_IT_BEGINS and not is_night(now)

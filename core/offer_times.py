"""Until when an offer stands: long enough to be read, never over at night, and over before what is offered begins.

A person who is offered a place in the evening has the next working day to see it; alf.io alone does the like.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from core.recurrence import at_time, bank_holidays
from core.relative_dates import LONDON

DAY_BEGINS, DAY_ENDS = time(8), time(20)  # within which an offer may end
WORK_BEGINS, WORK_ENDS = time(9), time(17)
HALF_A_WORKING_DAY = timedelta(hours=4)
BEFORE_IT_BEGINS = timedelta(hours=1)


def offer_ends_at(now: datetime, hours: int, starts_at: datetime) -> datetime:
    """When an offer made at ``now`` ends: after ``hours``, moved on into the day and past half a working day.

    What is offered sets an end to it: an hour before that starts, by day; where no time is left for that, when it starts.
    """
    wanted = _by_day_after(max(now + timedelta(hours=hours), _worked(now, HALF_A_WORKING_DAY)))
    latest = _by_day_before(starts_at - BEFORE_IT_BEGINS)
    if latest - now < BEFORE_IT_BEGINS:
        latest = starts_at
    return min(wanted, latest)


def is_night(moment: datetime) -> bool:
    return not DAY_BEGINS <= moment.astimezone(LONDON).time() <= DAY_ENDS


def _by_day_after(moment: datetime) -> datetime:
    """``moment``, or the next morning at ten: an offer that ended at eight would be over before anybody is up."""
    if not is_night(moment):
        return moment
    local = moment.astimezone(LONDON)
    morning = local.date() + timedelta(days=local.time() > DAY_ENDS)
    return at_time(morning, time(10))


def _by_day_before(moment: datetime) -> datetime:
    if not is_night(moment):
        return moment
    local = moment.astimezone(LONDON)
    evening = local.date() - timedelta(days=local.time() < DAY_BEGINS)
    return at_time(evening, DAY_ENDS)


def _worked(since: datetime, needed: timedelta) -> datetime:
    """When ``needed`` of working time has passed."""
    for begins, ends in _working_hours(since):
        if ends - begins >= needed:
            return begins + needed
        needed -= ends - begins
    raise AssertionError("working days go on")


def _working_hours(since: datetime) -> Iterator[tuple[datetime, datetime]]:
    day = since.astimezone(LONDON).date()
    closed = bank_holidays([day + timedelta(days=n) for n in range(31)])
    for number in range(31):
        one = day + timedelta(days=number)
        begins, ends = max(since, at_time(one, WORK_BEGINS)), at_time(one, WORK_ENDS)
        if one.weekday() < 5 and one not in closed and begins < ends:
            yield begins, ends

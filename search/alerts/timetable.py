"""When the letters go out: at seven in the morning in the village, whatever the clocks do."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from django.utils import timezone

from .choices import Frequency

AT = time(7)  # an hour that exists, and only once, on the days when the clocks change


def last_turns(now: datetime) -> Mapping[Frequency, datetime]:
    """For each frequency the last moment, up to ``now``, at which letters were due."""
    return {Frequency.DAILY: _last(now, timedelta(days=1)), Frequency.WEEKLY: _last(now, timedelta(days=7))}


def _last(now: datetime, every: timedelta) -> datetime:
    zone = timezone.get_default_timezone()
    day = now.astimezone(zone).date()
    if every.days == 7:
        day -= timedelta(days=day.weekday())
    turn = datetime.combine(day, AT, tzinfo=zone)
    # Back by whole days on the wall, not by hours: across a change of clocks a day has 23 or 25 of them.
    return turn if turn <= now else datetime.combine(day - every, AT, tzinfo=zone)

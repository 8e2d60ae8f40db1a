"""Days and times of a space, on London's clock: when it is open, and where its grid of slots lies."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from core.recurrence import at_time, bank_holidays
from core.relative_dates import LONDON
from spaces.models import OpeningHours, SpacePage

MINUTE = timedelta(minutes=1)
HALF_AN_HOUR = 30


@dataclass(frozen=True, order=True)
class Span:
    """From a moment until another, which is no longer part of it."""

    begins: datetime
    ends: datetime

    def overlaps(self, other: "Span") -> bool:
        return self.begins < other.ends and other.begins < self.ends

    def holds(self, other: "Span") -> bool:
        return self.begins <= other.begins and other.ends <= self.ends


class NoSuchTime(ValueError):
    """A time that the clocks skip in spring; says so in words."""


def local_moment(day: date, at: time) -> datetime:
    """That time on London's clock; of two such times in autumn the first. Raises NoSuchTime."""
    moment = at_time(day, at)
    back = moment.astimezone(LONDON)
    utc_and_back = datetime.fromtimestamp(moment.timestamp(), LONDON)
    if utc_and_back.replace(tzinfo=None) != back.replace(tzinfo=None):
        raise NoSuchTime(
            f"{at:%-H:%M} does not exist on that day: the clocks go forward from 1:00 to 2:00. Choose a time from 2:00 on."
        )
    return moment


def day_of(moment: datetime) -> date:
    return moment.astimezone(LONDON).date()


def clock(moment: datetime) -> str:
    """As people read it: 9:30."""
    return f"{moment.astimezone(LONDON):%-H:%M}"


def midnight(day: date) -> datetime:
    return at_time(day, time.min)


def whole_day(day: date) -> Span:
    """From midnight to midnight: 23 hours in spring, 25 in autumn."""
    return Span(midnight(day), midnight(day + timedelta(days=1)))


def open_on(hours: OpeningHours, day: date) -> Span | None:
    """When it is open on ``day``; None when it is closed."""
    if bank_holidays([day]):
        if hours.holiday_opens is None or hours.holiday_closes is None:
            return None
        return Span(at_time(day, hours.holiday_opens), at_time(day, hours.holiday_closes))
    for one in hours.days.all():
        if one.weekday == day.weekday():
            return Span(at_time(day, one.opens), at_time(day, one.closes))
    return None


def slots(space: SpacePage, day: date) -> Iterator[datetime]:
    """Moments of ``day`` at which a booking of ``space`` can begin or end, within its hours."""
    span = open_on(space.hours, day)
    if span is None:
        return
    step = timedelta(minutes=step_of(space))
    wall = on_grid(space, span.begins).astimezone(LONDON).replace(tzinfo=None)
    before = 0.0
    while (moment := wall.replace(tzinfo=LONDON)) <= span.ends:
        if moment.timestamp() > before:  # a time that the clocks skip is another's second name
            yield moment
        before = max(before, moment.timestamp())
        wall += step


def step_of(space: SpacePage) -> int:
    """The grid in minutes; what is taken for days begins and ends at any half hour."""
    return HALF_AN_HOUR if space.is_by_the_day else space.slot_minutes


def on_grid(space: SpacePage, moment: datetime) -> datetime:
    """The first moment of the grid that is not before ``moment``; it is counted from midnight on London's clock."""
    step = step_of(space)
    local = moment.astimezone(LONDON)
    past = (local.hour * 60 + local.minute) % step
    whole = local.second == 0 and local.microsecond == 0
    if past == 0 and whole:
        return moment
    wall = local.replace(tzinfo=None, second=0, microsecond=0) + timedelta(minutes=step - past)
    return wall.replace(tzinfo=LONDON)


def blocked(space: SpacePage, starts_at: datetime, ends_at: datetime) -> Span:
    """What a booking takes of a unit: its time, and what is needed before and after it, in minutes that pass.

    In UTC: on London's wall half an hour before 02:00 may be after 02:00, when the clocks go forward.
    """
    return Span(
        starts_at.astimezone(UTC) - space.buffer_before * MINUTE, ends_at.astimezone(UTC) + space.buffer_after * MINUTE
    )


def minutes_between(starts_at: datetime, ends_at: datetime) -> int:
    """Real minutes, whatever the clocks do meanwhile."""
    return round((ends_at.timestamp() - starts_at.timestamp()) / 60)


def in_words(minutes: int) -> str:
    """90 is 1 hour 30 minutes."""
    days, rest = divmod(minutes, 24 * 60)
    hours, left = divmod(rest, 60)
    weeks, days = divmod(days, 7) if not rest else (0, days)
    parts = [(weeks, "week"), (days, "day"), (hours, "hour"), (left, "minute")]
    return " ".join(f"{number} {word}{'s' if number != 1 else ''}" for number, word in parts if number) or "0 minutes"

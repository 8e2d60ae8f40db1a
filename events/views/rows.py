"""A line of the list of events, and a month of the calendar, read from what the index keeps of each: no statement a line."""

from calendar import Calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import groupby
from typing import Any

from django.utils import timezone

from events.bookings.choices import Availability
from events.choices import EventStatus
from search.results import Hit

MONDAY_FIRST = Calendar(firstweekday=0)
YEARS = range(2000, 2101)  # that the calendar turns to


@dataclass(frozen=True)
class Row:
    hit: Hit

    @property
    def card(self) -> Any:
        return self.hit.card

    @cached_property
    def starts_at(self) -> datetime:
        return timezone.localtime(datetime.fromisoformat(self.card["starts_at"]))

    @cached_property
    def ends_at(self) -> datetime:
        return timezone.localtime(datetime.fromisoformat(self.card["ends_at"]))

    @property
    def is_over(self) -> bool:
        return self.ends_at <= timezone.now()

    @property
    def is_off(self) -> bool:
        return bool(self.card["status"] != EventStatus.SCHEDULED)

    @property
    def status(self) -> str:
        return str(EventStatus(self.card["status"]).label)

    @property
    def scarcity(self) -> str:
        """“Last places”, “Kept for members”, “Waiting list” or “Full”; nothing where places are free, or nobody can book now."""
        found = self.card.get("availability")
        is_scarce = found and found != Availability.FREE and not self.is_over and not self.is_off
        return str(Availability(found).label) if is_scarce else ""

    @property
    def when(self) -> str:
        return when_words(self.starts_at, self.ends_at, len(self.card["days"]))


@dataclass(frozen=True)
class Month:
    first: date
    rows: tuple[Row, ...]


def by_month(hits: Iterable[Hit]) -> list[Month]:
    """The rows by the month in which each begins, in the order in which they come; on one day by the hour."""
    rows = [Row(hit) for hit in hits]
    backwards = len(rows) > 1 and rows[0].starts_at > rows[-1].starts_at
    rows.sort(key=lambda row: row.starts_at, reverse=backwards)
    months = groupby(rows, key=lambda row: row.starts_at.date().replace(day=1))
    return [Month(first, tuple(found)) for first, found in months]


# ---- the calendar ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Cell:
    day: date
    is_in_month: bool
    is_today: bool
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Sheet:
    """A month with whole weeks, from Monday to Sunday."""

    first: date
    weeks: tuple[tuple[Cell, ...], ...]

    @property
    def previous(self) -> date | None:
        return _shifted(self.first, -1)

    @property
    def following(self) -> date | None:
        return _shifted(self.first, 1)

    @property
    def count(self) -> int:
        return len({row.hit.key for week in self.weeks for cell in week if cell.is_in_month for row in cell.rows})


def sheet(first: date, hits: Sequence[Hit], today: date) -> Sheet:
    rows = sorted((Row(hit) for hit in hits), key=lambda row: (f"{row.starts_at:%H:%M}", row.hit.title))
    on: dict[str, list[Row]] = {}
    for row in rows:
        for day in row.card["days"]:
            on.setdefault(day, []).append(row)
    weeks = MONDAY_FIRST.monthdatescalendar(first.year, first.month)
    return Sheet(
        first,
        tuple(
            tuple(
                Cell(
                    day,
                    day.month == first.month,
                    day == today,
                    tuple(on.get(day.isoformat(), ())) if day.month == first.month else (),
                )
                for day in week
            )
            for week in weeks
        ),
    )


def _shifted(first: date, months: int) -> date | None:
    place = first.year * 12 + first.month - 1 + months
    year, month = divmod(place, 12)
    return date(year, month + 1, 1) if year in YEARS else None


# ---- words ----------------------------------------------------------------------------------------------------------
def when_words(starts_at: datetime, ends_at: datetime, days: int = 1) -> str:
    """“17:30 to 19:00”, or “8 to 29 December, on 4 days” where it is on several; both times are local."""
    if starts_at.date() == ends_at.date():
        return f"{starts_at:%-H:%M} to {ends_at:%-H:%M}"
    first = (
        f"{starts_at.day}"
        if (starts_at.month, starts_at.year) == (ends_at.month, ends_at.year)
        else f"{starts_at.day} {starts_at:%B}"
    )
    return (
        f"{first} to {ends_at.day} {ends_at:%B}, on {days} days"
        if days > 1
        else f"{starts_at:%-H:%M} to {ends_at:%-H:%M} next day"
    )

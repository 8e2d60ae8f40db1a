"""The dates of a rule, in days of London. Times never enter it, so no change of clocks can move them."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays
from dateutil.rrule import MONTHLY, WEEKLY, rrule, weekday
from django.db import models

from core.relative_dates import LONDON

LAST = -1


class Frequency(models.TextChoices):
    """How a series goes on. The day of the week is that of its first date."""

    WEEKLY = "weekly", "Every so many weeks, on the same day of the week"
    MONTHLY = "monthly", "Every so many months, such as on the second Tuesday"


def dates_of(first_on: date, *, frequency: str, every: int, times: int) -> list[date]:
    """``times`` dates from ``first_on``; by month it is the same weekday in the same week, a fifth one meaning the last."""
    begin = datetime.combine(first_on, time.min)
    if frequency == Frequency.WEEKLY:
        found = rrule(WEEKLY, dtstart=begin, interval=every, count=times)
    else:
        place = (first_on.day - 1) // 7 + 1
        day = weekday(first_on.weekday(), place if place < 5 else LAST)
        found = rrule(MONTHLY, dtstart=begin, interval=every, count=times, byweekday=day)
    return [moment.date() for moment in found]


def bank_holidays(days: list[date]) -> dict[date, str]:
    """Those of ``days`` that are bank holidays in England, with their names."""
    return {day: known[day] for day in days if day in (known := _bank_holidays_of(day.year))}


@lru_cache(maxsize=32)
def _bank_holidays_of(year: int) -> Mapping[date, str]:
    """Computed once: working out Easter for every date of a list takes longer than all the rest of it."""
    return dict(holidays.country_holidays("GB", subdiv="ENG", years=year).items())


def at_time(day: date, at: time) -> datetime:
    """That time on London's clock; of two such times in autumn the first."""
    return datetime.combine(day, at, tzinfo=LONDON)


def on_day(moment: datetime, day: date) -> datetime:
    """The same time on London's clock on another day.

    A time that the clocks skip in spring is read as an hour later; one that comes twice in autumn is the first of the two.
    """
    wall = moment.astimezone(LONDON).time().replace(fold=0)
    return datetime.combine(day, wall, tzinfo=LONDON)


def moved_by(moment: datetime, days: int) -> datetime:
    """The same time on London's clock so many days later."""
    return on_day(moment, moment.astimezone(LONDON).date() + timedelta(days=days))

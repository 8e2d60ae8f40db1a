"""Days at which figures are set, years that run from April, and how far along a straight path a day is."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from .choices import Measure
from .models import StrategyTarget

APRIL = 4


def year_of(day: date) -> tuple[date, date]:
    """First and last day of the year, from 1 April, in which ``day`` falls."""
    first = day.year if day.month >= APRIL else day.year - 1
    return date(first, APRIL, 1), date(first + 1, APRIL, 1) - timedelta(days=1)


def period_of(target: StrategyTarget, day: date) -> tuple[date, date]:
    """First and last day of what is added up to a figure of ``day``."""
    return year_of(day) if target.measure == Measure.YEARLY else (target.starts_on, target.ends_on)


def share_gone(target: StrategyTarget, day: date) -> Decimal:
    """How much of the period is over at the end of ``day``: 0 before it, 1 after it."""
    first, last = period_of(target, day)
    gone = min(max((day - first).days + 1, 0), (last - first).days + 1)
    return Decimal(gone) / ((last - first).days + 1)


def path_to(target: StrategyTarget, day: date) -> Decimal | None:
    """What a straight line would have come to by ``day``; none for a level, which nothing adds up to."""
    return None if target.is_level else target.value * share_gone(target, day)


def quarter_end(day: date) -> date:
    """The last day of the quarter in which ``day`` falls."""
    month = (day.month + 2) // 3 * 3
    return date(day.year, month, monthrange(day.year, month)[1])


def quarter_ends(since: date, until: date) -> Iterator[date]:
    """The last days of the quarters from that of ``since`` that are over by ``until``."""
    end = quarter_end(since)
    while end <= until:
        yield end
        end = quarter_end(end + timedelta(days=1))


def quarter_words(end: date) -> str:
    """“Jul–Sep 2026”."""
    first = date(end.year, end.month - 2, 1)
    return f"{first:%b}–{end:%b %Y}"

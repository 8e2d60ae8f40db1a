"""Of a series, some of which was cancelled: which of its dates stay, why, and what they count."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from spaces.choices import BookingStatus
from spaces.models import Booking, BookingLogEntry, Occurrence

from .statements import spent_by

LATE = "cancelled late, it still counts"  # as the log says it


@dataclass(frozen=True)
class Stays:
    """A date that could not be given back, or not for nothing."""

    on: date
    words: str
    counts: str


def what_stays(occurrences: Sequence[Occurrence], theirs: Container[int], now: datetime) -> list[Stays]:
    """Those of ``occurrences`` that stay. ``theirs``: the bookings that whoever looks may change."""
    bookings = [one.booking for one in occurrences if one.booking]
    spent = spent_by(bookings) if bookings else {}
    late = late_of(bookings) if bookings else set()
    found = []
    for one in occurrences:
        if (booking := one.booking) is None:
            continue
        is_paid = booking.is_invoiced and (booking.is_live or booking.pk in late)
        counts = f"It still counts: {spent[booking.pk]} of the allowance." if booking.pk in spent else ""
        counts = counts or ("It stays to be paid." if is_paid else "")
        if words := _why_it_stays(booking, theirs, now, counts=bool(counts)):
            found.append(Stays(one.on, words, counts or "It takes nothing of an allowance."))
    return found


def late_of(bookings: Iterable[Booking]) -> set[int]:
    """Those of them that were cancelled too late to be free."""
    late = BookingLogEntry.objects.filter(booking__in=[one.pk for one in bookings], what=LATE)
    return set(late.order_by().values_list("booking", flat=True))


def _why_it_stays(booking: Booking, theirs: Container[int], now: datetime, *, counts: bool) -> str:
    if booking.is_live:
        if booking.starts_at <= now:
            return (
                "It is over."
                if booking.ends_at <= now
                else "It has begun. The rest of it can be given back on its own page."
            )
        return "" if booking.pk in theirs else "Somebody else has it now, and cancels it themselves."
    if counts and booking.status == BookingStatus.CANCELLED:
        return "It was cancelled too late to be free."
    return "It was given back because nobody came." if counts else ""

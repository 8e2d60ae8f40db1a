"""Bookings as entries of a calendar: sent by mail to whoever has one (RFC 5546), and in feeds.

A booking keeps its UID for ever, wherever it is moved; SEQUENCE rises with every change. No entry holds a link that opens
anything, and none in a feed names anybody: people share their calendars.
"""

from collections.abc import Container
from datetime import datetime
from uuid import uuid5

from django.utils import timezone
from icalendar import Event

from core import calendars
from search.exports import absolute

from .choices import BookingKind, BookingStatus, Confidentiality
from .models import Booking
from .places import place_lines

ABOUT = "Spaces"
HELD = "Held"
BOOKED = "Booked"


def uid_of(booking: Booking) -> str:
    """Made of the number of its form, which it does not tell."""
    return str(uuid5(booking.key, "calendar"))


# ---- by mail --------------------------------------------------------------------------------------------------------
def request(booking: Booking) -> bytes:
    """What makes the entry of ``booking``, or moves it."""
    entry = _entry(booking, own_summary(booking), timezone.now(), lasting=True)
    calendars.address(entry, to=booking.email, name=booking.name)
    return calendars.message([entry], of=ABOUT, method=calendars.REQUEST)


def cancellation(booking: Booking, *, to: str) -> bytes:
    """What strikes out the entry that ``to`` was told of."""
    entry = calendars.struck_out(
        uid=uid_of(booking),
        sequence=booking.sequence,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        summary=own_summary(booking),
        to=to,
    )
    return calendars.message([entry], of=ABOUT, method=calendars.CANCEL)


# ---- in feeds -------------------------------------------------------------------------------------------------------
# Bookings come from ``queries.calendars``, which say when each was last changed.
def own_entry(booking: Booking, changed_at: datetime) -> Event:
    """For whoever has it."""
    return _entry(booking, own_summary(booking), changed_at)


def tenant_entry(booking: Booking, changed_at: datetime) -> Event:
    """For the organisation that has it: which space, and what for where everybody may know that."""
    is_open = booking.confidentiality == Confidentiality.OPEN
    summary = own_summary(booking) if is_open else booking.space.title
    return _entry(booking, summary, changed_at, tells_words=is_open)


def space_entry(booking: Booking, changed_at: datetime, named: Container[int]) -> Event:
    """For everybody at the door. ``named``: organisations that anybody may see."""
    return _entry(booking, summary_at_the_door(booking, named), changed_at, tells_words=False, is_theirs=False)


def summary_at_the_door(booking: Booking, named: Container[int]) -> str:
    """No more than whoever booked lets others know."""
    if booking.kind == BookingKind.CLOSURE:
        return f"Closed: {booking.words}"
    if booking.kind == BookingKind.EVENT:
        return booking.words
    if booking.status != BookingStatus.CONFIRMED:
        return HELD
    organisation = booking.organisation
    name = organisation.title if organisation is not None and organisation.pk in named else ""
    match booking.confidentiality:
        case Confidentiality.OPEN:
            return " – ".join(part for part in (booking.words, name) if part) or BOOKED
        case Confidentiality.ORGANISATION:
            return name or BOOKED
    return BOOKED


def own_summary(booking: Booking) -> str:
    return f"{booking.space.title}: {booking.words}" if booking.words else booking.space.title


# ---- parts ----------------------------------------------------------------------------------------------------------
def _entry(
    booking: Booking,
    summary: str,
    changed_at: datetime,
    *,
    lasting: bool = False,
    tells_words: bool = True,
    is_theirs: bool = True,
) -> Event:
    space = booking.space
    url = absolute(space.url or "")
    entry = Event()
    entry.add("uid", uid_of(booking))
    entry.add("sequence", booking.sequence)
    entry.add("dtstamp", changed_at.replace(microsecond=0))
    entry.add("last-modified", changed_at.replace(microsecond=0))
    entry.add("dtstart", calendars.local(booking.starts_at))
    entry.add("dtend", calendars.local(booking.ends_at))
    entry.add("summary", summary if booking.status == BookingStatus.CONFIRMED else _undecided(booking, summary))
    if is_theirs:
        entry.add("description", _description(booking, url, tells_words=tells_words))
    entry.add("location", ", ".join(place_lines(booking, lasting=lasting)))
    entry.add("url", url)
    entry.add("status", "CONFIRMED" if booking.status == BookingStatus.CONFIRMED else "TENTATIVE")
    entry.add("categories", [str(space.get_kind_display())])
    entry.add("transp", "OPAQUE")
    return entry


def _undecided(booking: Booking, summary: str) -> str:
    return summary if summary == HELD else f"{booking.get_status_display()}: {summary}"


def _description(booking: Booking, url: str, *, tells_words: bool) -> str:
    many = f"{booking.number} of {booking.space.title}" if booking.number > 1 else ""
    words = [
        booking.words if tells_words else "",
        many,
        check_in_words(booking),
        f"Reference: {booking.reference}. To change or cancel it, use the link in our letter, or sign in.",
        url,
    ]
    return "\n\n".join(part for part in words if part)


def check_in_words(booking: Booking) -> str:
    """How it is kept from being given to others; nothing where that is not done."""
    minutes = booking.space.release_minutes
    if minutes is None:
        return ""
    return f"Check in when you come. What nobody has checked in to {minutes} minutes after it begins is given back."

"""The entries of a booking in the calendar of whoever comes: sent by mail (RFC 5546), and in the feed of their own.

A booking keeps its UID for ever, and each day of an event on several days one made of it. SEQUENCE rises with every change of
the booking and of the event. What is struck out is what was told, as the letters noted it: an entry whose day the event
has no more can be struck out too. No entry holds a link that opens anything: people share their calendars.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from icalendar import Event

from core import calendars
from events.calendars import ABOUT
from events.calendars import entries_of as of_event
from events.models import EventPage
from search.exports import absolute

from .models import Booking

Told = list[dict[str, str]]  # uid, starts_at, ends_at, summary


def uid_of(booking: Booking) -> str:
    return f"{booking.event.calendar_entry.uid}-{booking.reference.lower()}"


def entries_of(booking: Booking) -> list[Event]:
    """As a feed shows them: they name nobody."""
    event = booking.event
    page = absolute(reverse("event_join", args=[event.slug]))
    joining = f"Join online from half an hour before, with the link in our letters or signed in: {page}"
    entries = of_event(event, uid=uid_of(booking), joining=joining)
    for entry in entries:
        calendars.replace(entry, "sequence", sequence_of(booking))
    return entries


def sequence_of(booking: Booking) -> int:
    return int(booking.event.calendar_entry.sequence + booking.sequence)


def request(booking: Booking) -> tuple[bytes, Told]:
    """What makes or moves the entries of ``booking``, and what to note of it."""
    entries = entries_of(booking)
    for entry in entries:
        calendars.address(entry, to=booking.email, name=booking.name)
    content = calendars.message(entries, of=ABOUT, method=calendars.REQUEST)
    return content, [_noted(entry, booking.event) for entry in entries]


def cancellation(booking: Booking, told: Sequence[dict[str, str]], *, to: str) -> bytes:
    """What strikes out the entries that ``to`` was told of."""
    entries = [
        calendars.struck_out(
            uid=one["uid"],
            sequence=sequence_of(booking),
            starts_at=datetime.fromisoformat(one["starts_at"]),
            ends_at=datetime.fromisoformat(one["ends_at"]),
            summary=one["summary"],
            to=to,
        )
        for one in told
    ]
    return calendars.message(entries, of=ABOUT, method=calendars.CANCEL)


# ---- parts ----------------------------------------------------------------------------------------------------------
def _noted(entry: Any, event: EventPage) -> dict[str, str]:
    return {
        "uid": str(entry["uid"]),
        "starts_at": entry["dtstart"].dt.isoformat(),
        "ends_at": entry["dtend"].dt.isoformat(),
        "summary": str(entry["summary"]).removeprefix(f"{event.get_status_display()}: "),
    }

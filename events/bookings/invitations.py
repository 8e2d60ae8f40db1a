"""The entries of a booking in the calendar of whoever comes: sent by mail (RFC 5546), and in the feed of their own.

A booking keeps its UID for ever, and each day of an event on several days one made of it. SEQUENCE rises with every change of
the booking and of the event. What is struck out is what was told, as the letters noted it: an entry whose day the event
has no more can be struck out too. No entry holds a link that opens anything: people share their calendars.
"""

from collections.abc import Sequence
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from icalendar import Event, vCalAddress, vText

from events import calendars
from events.models import EventPage
from search.exports import absolute

from .models import Booking

REQUEST, CANCEL = "REQUEST", "CANCEL"
MIMETYPE = "text/calendar; method={}"  # Outlook and Gmail act by the method that stands here

Told = list[dict[str, str]]  # uid, starts_at, ends_at, summary


def uid_of(booking: Booking) -> str:
    return f"{booking.event.calendar_entry.uid}-{booking.reference.lower()}"


def entries_of(booking: Booking) -> list[Event]:
    """As a feed shows them: they name nobody."""
    event = booking.event
    page = absolute(reverse("event_join", args=[event.slug]))
    joining = f"Join online from half an hour before, with the link in our letters or signed in: {page}"
    entries = calendars.entries_of(event, uid=uid_of(booking), joining=joining)
    for entry in entries:
        _replace(entry, "sequence", sequence_of(booking))
    return entries


def sequence_of(booking: Booking) -> int:
    return int(booking.event.calendar_entry.sequence + booking.sequence)


def request(booking: Booking) -> tuple[bytes, Told]:
    """What makes or moves the entries of ``booking``, and what to note of it."""
    entries = entries_of(booking)
    for entry in entries:
        _address(entry, to=booking.email, name=booking.name)
    return calendars.message(entries, method=REQUEST), [_noted(entry, booking.event) for entry in entries]


def cancellation(booking: Booking, told: Sequence[dict[str, str]], *, to: str) -> bytes:
    """What strikes out the entries that ``to`` was told of."""
    entries = []
    for one in told:
        entry = Event()
        entry.add("uid", one["uid"])
        entry.add("sequence", sequence_of(booking))
        entry.add("dtstart", calendars.local(datetime.fromisoformat(one["starts_at"])))
        entry.add("dtend", calendars.local(datetime.fromisoformat(one["ends_at"])))
        entry.add("summary", f"Cancelled: {one['summary']}")
        entry.add("status", "CANCELLED")
        entry.add("transp", "TRANSPARENT")
        _address(entry, to=to)
        entries.append(entry)
    return calendars.message(entries, method=CANCEL)


# ---- parts ----------------------------------------------------------------------------------------------------------
def _address(entry: Event, *, to: str, name: str = "") -> None:
    """From whom and to whom. No answer is asked for: who books has said yes, and who can't come cancels with us."""
    sender, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    organizer = vCalAddress(f"mailto:{address}")
    organizer.params["cn"] = vText(sender or settings.WAGTAIL_SITE_NAME)
    entry.add("organizer", organizer)
    attendee = vCalAddress(f"mailto:{to}")
    attendee.params["cn"] = vText((name or to).replace('"', "'"))
    attendee.params["role"] = vText("REQ-PARTICIPANT")
    attendee.params["partstat"] = vText("ACCEPTED")
    attendee.params["rsvp"] = vText("FALSE")
    entry.add("attendee", attendee)
    _replace(entry, "dtstamp", timezone.now().replace(microsecond=0))  # of two with one SEQUENCE the later holds


def _noted(entry: Any, event: EventPage) -> dict[str, str]:
    return {
        "uid": str(entry["uid"]),
        "starts_at": entry["dtstart"].dt.isoformat(),
        "ends_at": entry["dtend"].dt.isoformat(),
        "summary": str(entry["summary"]).removeprefix(f"{event.get_status_display()}: "),
    }


def _replace(entry: Event, name: str, value: Any) -> None:
    entry.pop(name, None)
    entry.add(name, value)

"""Events as entries of a calendar: what a feed says, which names nobody who comes; see ``bookings.invitations`` for what is
sent to those who do.

Each event keeps its UID for ever; SEQUENCE rises when it is moved or cancelled; DTSTAMP and LAST-MODIFIED say when what is
written was last changed, not when somebody asked, so that the same events give the same file to the byte.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import timezone
from icalendar import Event

from core import calendars
from directory.documents.organisations import plain
from events.choices import EventStatus
from events.models import CalendarEntry, EventPage, EventSession
from events.queries import whole
from search.exports import Export, absolute

STATUSES = {
    EventStatus.SCHEDULED: "CONFIRMED",
    EventStatus.POSTPONED: "TENTATIVE",
    EventStatus.CANCELLED: "CANCELLED",
}
JOINING = "How to join online is told to those who have a place."
ABOUT = "Events"


def calendar(events: Iterable[EventPage], *, name: str, url: str) -> bytes:
    """``events`` as one calendar. They come from ``queries.whole``."""
    entries = [entry for event in events for entry in entries_of(event)]
    return calendars.feed(entries, of=ABOUT, name=name, url=url)


def entries_of(event: EventPage, *, uid: str = "", joining: str = JOINING) -> list[Event]:
    """An event is one entry; one whose sessions fall on several days is an entry for each, or it would fill the weeks between.

    ``uid`` and ``joining``, how to join online, are of whoever comes, where the entries are theirs.
    """
    sessions: list[EventSession] = list(event.sessions.all())
    uid = uid or event.calendar_entry.uid
    if len({timezone.localdate(session.starts_at) for session in sessions}) > 1:
        return [_entry(event, f"{uid}-{session.pk}", joining, session) for session in sessions]
    return [_entry(event, uid, joining)]


def _entry(event: EventPage, uid: str, joining: str, session: EventSession | None = None) -> Event:
    known: CalendarEntry = event.calendar_entry
    title = f"{event.title}: {session.title}" if session else event.title
    status = EventStatus(event.status)
    changed = max(known.changed_at, event.last_published_at or known.changed_at).replace(microsecond=0)
    url = absolute(event.url or "")
    entry = Event()
    entry.add("uid", uid)
    entry.add("sequence", known.sequence)
    entry.add("dtstamp", changed)
    entry.add("last-modified", changed)
    entry.add("dtstart", calendars.local((session or event).starts_at))
    entry.add("dtend", calendars.local((session or event).ends_at))
    entry.add("summary", title if status == EventStatus.SCHEDULED else f"{status.label}: {title}")
    entry.add("description", _description(event, session, joining, url))
    if place := location_of(event, session):
        entry.add("location", place)
    entry.add("url", url)
    entry.add("status", STATUSES[status])
    entry.add("categories", [str(event.get_kind_display())])
    entry.add("transp", "TRANSPARENT" if status == EventStatus.CANCELLED else "OPAQUE")
    return entry


def _description(event: EventPage, session: EventSession | None, joining: str, url: str) -> str:
    access = f"Access: {event.access}" if event.access else ""
    words = [
        event.notice,
        session.words if session else "",
        event.summary or plain(event.description),
        joining if event.is_online else "",
        access,
        url,
    ]
    return "\n\n".join(part for part in words if part)


def location_of(event: EventPage, session: EventSession | None = None) -> str:
    lines = event.place_lines
    if session and session.room and lines and session.room != event.space:
        lines = [session.room, *lines[bool(event.space) :]]
    if event.is_online:
        lines = [*lines, "and online"] if lines else ["Online"]
    return ", ".join(lines)


# ---- a list to take along -------------------------------------------------------------------------------------------
def to_take_along(export: Export) -> bytes:
    """The events of a result, as ``search.exports`` asks for them."""
    keys = [hit.key for hit in export.hits]
    found: dict[str, Any] = {str(event.pk): event for event in whole(EventPage.objects.filter(pk__in=keys))}
    events = [found[key] for key in keys if key in found]
    return calendar(events, name=f"{export.title} – {settings.WAGTAIL_SITE_NAME}", url=export.url("ics"))

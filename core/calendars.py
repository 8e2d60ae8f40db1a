"""iCalendar (RFC 5545), for whatever is on: how a feed begins that programs subscribe to, and a letter's part that a mail
program acts upon (RFC 5546).

What an entry says is for the app whose it is. In a feed there is no METHOD and nobody is named; an entry keeps its UID for
ever, and its SEQUENCE rises with every change.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import set_response_etag
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vDuration, vText

from core.page_cache import conditional
from core.relative_dates import LONDON

CONTENT_TYPE = "text/calendar; charset=utf-8"
MIMETYPE = "text/calendar; method={}"  # Outlook and Gmail act by the method that stands here
REQUEST, CANCEL = "REQUEST", "CANCEL"
ASK_AGAIN = timedelta(hours=4)
GMT, BST = timedelta(0), timedelta(hours=1)


# ---- a calendar -----------------------------------------------------------------------------------------------------
def feed(entries: Sequence[Event], *, of: str, name: str, url: str) -> bytes:
    """``entries`` as a calendar that is subscribed to at ``url``. ``of``: what they are, such as Events."""
    found = _calendar(of)
    found.add("name", vText(name))
    found.add("x-wr-calname", vText(name))
    found.add("x-wr-timezone", str(LONDON))
    found.add("source", url, parameters={"VALUE": "URI"})
    found.add("refresh-interval", vDuration(ASK_AGAIN), parameters={"VALUE": "DURATION"})
    found.add("x-published-ttl", vDuration(ASK_AGAIN))
    return _written(found, entries)


def message(entries: Sequence[Event], *, of: str, method: str) -> bytes:
    """``entries`` as one person's calendar is told of them by mail."""
    found = _calendar(of)
    found.add("method", method)  # before the entries: Gmail reads no further than to the first of them
    return _written(found, entries)


def _calendar(of: str) -> Calendar:
    found = Calendar()
    found.add("prodid", f"-//{settings.WAGTAIL_SITE_NAME}//{of}//EN")
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    return found


def _written(found: Calendar, entries: Sequence[Event]) -> bytes:
    if entries:
        found.add_component(_zone())
    for entry in entries:
        found.add_component(entry)
    return found.to_ical()


def _zone() -> Timezone:
    """London's clocks by their rule since 1996, as calendars know it; a test holds it against the zone's own data.

    Written out rather than computed: the same for every file, whatever is in it.
    """
    zone = Timezone()
    zone.add("tzid", str(LONDON))
    for part, month, hour, offsets, name in (
        (TimezoneDaylight(), 3, 1, (GMT, BST), "BST"),
        (TimezoneStandard(), 10, 2, (BST, GMT), "GMT"),
    ):
        last_sunday = datetime(1996, 3, 31, hour) if month == 3 else datetime(1996, 10, 27, hour)  # noqa: DTZ001 -- wall time
        part.add("dtstart", last_sunday)
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1SU"})
        part.add("tzoffsetfrom", offsets[0])
        part.add("tzoffsetto", offsets[1])
        part.add("tzname", name)
        zone.add_component(part)
    return zone


# ---- an entry -------------------------------------------------------------------------------------------------------
def local(moment: datetime) -> datetime:
    return moment.astimezone(LONDON)


def replace(entry: Event, name: str, value: Any) -> None:
    entry.pop(name, None)
    entry.add(name, value)


def struck_out(*, uid: str, sequence: int, starts_at: datetime, ends_at: datetime, summary: str, to: str) -> Event:
    """What takes an entry out of the calendar of ``to``, who was told of it."""
    entry = Event()
    entry.add("uid", uid)
    entry.add("sequence", sequence)
    entry.add("dtstart", local(starts_at))
    entry.add("dtend", local(ends_at))
    entry.add("summary", f"Cancelled: {summary}")
    entry.add("status", "CANCELLED")
    entry.add("transp", "TRANSPARENT")
    address(entry, to=to)
    return entry


def address(entry: Event, *, to: str, name: str = "") -> None:
    """From whom and to whom. No answer is asked for: who books has said yes, and who can't come cancels with us."""
    sender, ours = parseaddr(settings.DEFAULT_FROM_EMAIL)
    organizer = vCalAddress(f"mailto:{ours}")
    organizer.params["cn"] = vText(sender or settings.WAGTAIL_SITE_NAME)
    entry.add("organizer", organizer)
    attendee = vCalAddress(f"mailto:{to}")
    attendee.params["cn"] = vText((name or to).replace('"', "'"))
    attendee.params["role"] = vText("REQ-PARTICIPANT")
    attendee.params["partstat"] = vText("ACCEPTED")
    attendee.params["rsvp"] = vText("FALSE")
    entry.add("attendee", attendee)
    replace(entry, "dtstamp", timezone.now().replace(microsecond=0))  # of two with one SEQUENCE the later holds


# ---- on its way -----------------------------------------------------------------------------------------------------
def attach(letter: EmailMultiAlternatives, content: bytes, method: str) -> None:
    """Last of the alternatives, not beside them: only so do Gmail and Outlook show it as an invitation."""
    letter.attach_alternative(content.decode(), MIMETYPE.format(method))


def private_feed(request: HttpRequest, content: bytes) -> HttpResponse:
    """A feed for whoever has its address: kept by nobody between, found by no search engine."""
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response["Cache-Control"] = "private, max-age=0, must-revalidate"
    response["X-Robots-Tag"] = "noindex"
    set_response_etag(response)
    return conditional(request, response)  # type: ignore[return-value]

"""Events as schema.org describes them, for search engines and whoever else reads pages by program."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from events.bookings.choices import Availability
from events.bookings.opening import Opening, opening_of, rules_of, shown_availability
from events.choices import EventStatus
from events.models import EventPage
from events.queries import Named, Programme
from search.exports import absolute

SCHEMA = "https://schema.org"
MODES = {
    (True, False): "OfflineEventAttendanceMode",
    (False, True): "OnlineEventAttendanceMode",
    (True, True): "MixedEventAttendanceMode",
}
OFFERED = {
    Availability.FREE: "InStock",
    Availability.FEW: "LimitedAvailability",
    Availability.KEPT: "LimitedAvailability",
    Availability.WAITING: "SoldOut",
    Availability.FULL: "SoldOut",
}


def event(page: EventPage, programme: Programme) -> dict[str, Any]:
    """``page`` as an Event. How to join online is not said: the place online is the page itself."""
    url = page.full_url or ""
    entry = getattr(page, "calendar_entry", None) if page.pk else None
    moved_from = entry.moved_from if entry and entry.moved_from != page.starts_at else None
    parts = [part for day in programme.days for part in day.parts]
    occurrence = getattr(page, "occurrence", None) if page.pk else None
    data = {
        "@context": SCHEMA,
        "@type": "Event",
        "@id": url,
        "url": url,
        "name": page.title,
        "description": page.summary,
        "startDate": page.starts_at.isoformat(),
        "endDate": page.ends_at.isoformat(),
        "eventStatus": f"{SCHEMA}/{_status(page, bool(moved_from))}",
        "previousStartDate": moved_from.isoformat() if moved_from else None,
        "eventAttendanceMode": f"{SCHEMA}/{MODES[page.is_in_person, page.is_online]}",
        "location": _places(page, url),
        "organizer": [_who(host) for host in programme.hosts],
        "performer": [_who(speaker) for speaker in programme.speakers],
        "superEvent": {"@type": "EventSeries", "name": occurrence.series.title} if occurrence else None,
        "subEvent": [
            {
                "@type": "Event",
                "name": part.title,
                "startDate": part.starts_at.isoformat(),
                "endDate": part.ends_at.isoformat(),
                "location": {"@type": "Place", "name": part.room} if part.room else None,
            }
            for part in parts
        ],
        "maximumAttendeeCapacity": page.places,
        "offers": _offer(page),
        "isAccessibleForFree": None if page.is_run_by_others else not page.price,
        "inLanguage": "en-GB",
    }
    return _stated(data)


def _offer(page: EventPage) -> dict[str, Any] | None:
    """A place, while it can be booked, and before; how many are left is not said but in a word."""
    rules, now = rules_of(page), timezone.now()
    if rules is None or opening_of(page, rules, now) not in (Opening.OPEN, Opening.NOT_YET):
        return None
    availability = shown_availability(page, now)
    return {
        "@type": "Offer",
        "url": absolute(reverse("event_book", args=[page.slug])),
        "availability": f"{SCHEMA}/{OFFERED[availability]}" if availability else None,
        "availabilityStarts": rules.opens_at.isoformat() if rules.opens_at else None,
        "availabilityEnds": (rules.closes_at or page.starts_at).isoformat(),
        "price": None if page.price else "0",
        "priceCurrency": None if page.price else "GBP",
    }


def _status(page: EventPage, was_moved: bool) -> str:
    if page.status == EventStatus.CANCELLED:
        return "EventCancelled"
    if page.status == EventStatus.POSTPONED:
        return "EventPostponed"
    return "EventRescheduled" if was_moved else "EventScheduled"


def _places(page: EventPage, url: str) -> list[dict[str, Any]]:
    places: list[dict[str, Any]] = []
    if page.is_in_person:
        lines = page.place_lines
        places.append(
            {
                "@type": "Place",
                "name": page.space or (lines[0] if lines else "Leeds"),
                "address": ", ".join(lines) or "Leeds",
            }
        )
    if page.is_online:
        places.append({"@type": "VirtualLocation", "url": url})
    return places


def _who(somebody: Named) -> dict[str, Any]:
    organisation = (
        {"@type": "Organization", "name": somebody.organisation.title, "url": _url(somebody)}
        if somebody.organisation
        else None
    )
    if not somebody.is_person:
        return organisation or {"@type": "Organization", "name": somebody.name}
    return {"@type": "Person", "name": somebody.name, "jobTitle": somebody.role, "worksFor": organisation}


def _url(somebody: Named) -> str:
    return absolute(somebody.organisation.url or "") if somebody.organisation else ""


def _stated(data: Any) -> Any:
    """What is not stated is left out."""
    if isinstance(data, dict):
        return {name: _stated(value) for name, value in data.items() if value not in (None, "", [])}
    return [_stated(value) for value in data] if isinstance(data, list) else data

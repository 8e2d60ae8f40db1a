"""``/api/v1/events/``: what the pages of events say, for programs. How to join online is not among it."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from core.api import ADDRESS, DAY, FLAG, MOMENT, NUMBER, TEXT, Operation, endpoint, perhaps, record, several
from core.visibility import if_public
from directory.documents.organisations import plain
from directory.views.api import BASE, PAGE, SLUG, TERM, base, found, link, page_link
from events import queries
from events.bookings.opening import shown_availability
from events.models import EventPage
from events.queries import Label, Named, Part
from search.exports import absolute
from search.open_lists import ROW, list_of, listed, parameters_of

from .listing import UPCOMING

EVENT = ("event",)
WHO = record(name=TEXT, role=TEXT, organisation=perhaps(PAGE))
SESSION = record(
    title=TEXT,
    starts_at=MOMENT,
    ends_at=MOMENT,
    room=TEXT,
    track=TEXT,
    words=TEXT,
    places=perhaps(NUMBER),
    speakers=several(WHO),
)


@endpoint(
    Operation(
        "/api/v1/events/",
        "listEvents",
        "Events to come, the soonest first; those gone by with when=past.",
        "events",
        list_of(
            record(
                **ROW,
                kind=TEXT,
                starts_at=MOMENT,
                ends_at=MOMENT,
                status=TEXT,
                place=TEXT,
                online=FLAG,
                in_person=FLAG,
                places=perhaps(NUMBER),
                availability=TEXT,
                price=TEXT,
            )
        ),
        lambda: parameters_of(EVENT),
        (400, 404),
    )
)
def events(request: HttpRequest) -> dict[str, Any]:
    return listed(request, EVENT, link, sort="soonest", defaults=UPCOMING)


@endpoint(
    Operation(
        "/api/v1/events/{slug}/",
        "getEvent",
        "An event: when, where, for whom, its programme and its people.",
        "events",
        record(
            **BASE,
            uid=TEXT,
            kind=TERM,
            status=TERM,
            notice=TEXT,
            starts_at=MOMENT,
            ends_at=MOMENT,
            days=several(DAY),
            where=TERM,
            space=TEXT,
            address=several(TEXT),
            online=FLAG,
            in_person=FLAG,
            access=TEXT,
            audiences=several(TERM),
            themes=several(TERM),
            needs=several(TERM),
            hosts=several(WHO),
            speakers=several(WHO),
            sessions=several(SESSION),
            programme=perhaps(PAGE),
            cohort=perhaps(PAGE),
            series=perhaps(TEXT),
            places=perhaps(NUMBER),
            availability=perhaps(TERM),
            price=TEXT,
            booking_url=TEXT,
            our_part=TEXT,
            recording_url=TEXT,
            calendar=ADDRESS,
        ),
        lambda: (SLUG,),
        (404,),
    )
)
def event(request: HttpRequest, slug: str) -> dict[str, Any]:
    pages = EventPage.objects.select_related(*EventPage.served_with)
    page = found(pages, slug)
    programme, labels = queries.programme_of(page), queries.labels_of(page)
    occurrence = getattr(page, "occurrence", None)
    data = base(request, page, "event", summary=page.summary, description=page.description)
    parts = [part for day in programme.days for part in day.parts]
    days = [day.date for day in programme.days]
    availability = shown_availability(page, timezone.now())
    return data | {
        "uid": page.calendar_entry.uid,
        "kind": {"value": page.kind, "label": str(page.get_kind_display())},
        "status": {"value": page.status, "label": str(page.get_status_display())},
        "notice": page.notice,
        "starts_at": page.starts_at.isoformat(),
        "ends_at": page.ends_at.isoformat(),
        "days": [day.isoformat() for day in (days if len(days) > 1 else queries.days_of(page))],
        "where": {"value": page.place_kind, "label": str(page.get_place_kind_display())},
        "space": page.space,
        "address": page.place_lines,
        "online": page.is_online,
        "in_person": page.is_in_person,
        "access": page.access,
        **{name: _terms(found) for name, found in labels.items()},
        "hosts": [_who(request, host) for host in programme.hosts],
        "speakers": [_who(request, speaker) for speaker in programme.speakers],
        "sessions": [_session(request, part) for part in parts],
        "programme": page_link(request, if_public(request, page.programme)),
        "cohort": page_link(request, if_public(request, page.cohort)),
        "series": occurrence.series.slug if occurrence else None,
        "places": page.places,
        "availability": {"value": availability, "label": str(availability.label)} if availability else None,
        "price": page.price,
        "booking_url": page.booking_url,
        "our_part": plain(page.our_part),
        "recording_url": page.recording_url,
        "calendar": absolute(f"{page.get_url(request)}event.ics"),
    }


def _terms(labels: list[Label]) -> list[dict[str, str]]:
    return [{"value": label.slug, "label": label.text} for label in labels]


def _who(request: HttpRequest, somebody: Named) -> dict[str, Any]:
    return {
        "name": somebody.name,
        "role": somebody.role,
        "organisation": page_link(request, somebody.organisation),
    }


def _session(request: HttpRequest, part: Part) -> dict[str, Any]:
    return {
        "title": part.title,
        "starts_at": timezone.localtime(part.starts_at).isoformat(),
        "ends_at": timezone.localtime(part.ends_at).isoformat(),
        "room": part.room,
        "track": part.track,
        "words": part.words,
        "places": part.places,
        "speakers": [_who(request, speaker) for speaker in part.speakers],
    }

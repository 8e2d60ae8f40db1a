"""``/events/<slug>/door/``: the list on a phone, by forms; and what its script sends when it was offline."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from core.templatetags.village import clock_time
from events.attendance import actions, queries
from events.attendance.choices import What
from events.attendance.forms import WalkInForm
from events.attendance.queries import Part, Person
from events.bookings.actions import Refusal
from events.bookings.choices import BookingStatus
from events.models import EventPage

from .guarded import kept_by_staff

TAPPED = {What.IN, What.OUT, What.UNDO}
MOST_AT_ONCE = 500  # records that a phone sends
WORKER = Path(settings.BASE_DIR) / "assets" / "js" / "door-worker.js"


@kept_by_staff
def door(request: HttpRequest, event: EventPage) -> HttpResponseBase:
    """The list, with one tap to check somebody in, and one to undo it."""
    parts = queries.parts_of(event)
    part = queries.part_for(parts, request.GET.get("part", ""), timezone.now())
    asked = request.GET.get("q", "").strip()
    if request.method == "POST":
        return _tap(request, event, part, asked)
    people = queries.people(event, part)
    shown = [one for one in people if _is_meant(one, asked)]
    capacity, free = queries.places(event)
    context = {
        "event": event,
        "parts": parts,
        "part": part,
        "people": shown,
        "asked": asked,
        "counted": counted(people),
        "capacity": capacity,
        "free": free,
        "page_url": address(event, part),
        "ended": event.ends_at,
        "crumbs": [(event.title, event.get_url(request) or ""), ("Door", "")],
    }
    return render(request, "events/attendance/door.html", context)


def _tap(request: HttpRequest, event: EventPage, part: Part, asked: str) -> HttpResponseBase:
    """What a form asked for; where it makes no sense the list is shown as it is."""
    what, _, key = request.POST.get("do", "").partition(" ")
    person = queries.person(event, key)
    if person is not None and what in TAPPED:
        told = actions.record(event=event, person=person, part=part, what=What(what), by=request.user)  # type: ignore[arg-type]
        if told:
            messages.info(request, told)
    anchor = f"#{person.key}" if person else ""
    return redirect(f"{address(event, part, q=asked)}{anchor}")


@kept_by_staff
def records(request: HttpRequest, event: EventPage) -> HttpResponseBase:
    """What a phone recorded, sent when it could be; answered with the list as it is now, and what has to be told."""
    if request.method != "POST":
        return redirect("event_door", event.slug)
    try:
        sent = _sent(json.loads(request.body), queries.parts_of(event))
    except (ValueError, KeyError, TypeError, AttributeError):
        return JsonResponse({"error": "This can’t be read as records of the door."}, status=400)
    told = []
    for one in sent.records:
        if person := queries.person(event, one.person):
            words = actions.record(
                event=event,
                person=person,
                part=one.part,
                what=one.what,
                by=request.user,  # type: ignore[arg-type] # signed in: see the decorator
                at=one.at,
                device=sent.device,
                key=one.key,
            )
            told += [words] if words else []
    people = queries.people(event, sent.part)
    return JsonResponse({"people": [_state(one) for one in people], "told": told, **counted(people)})


@dataclass(frozen=True)
class _Record:
    key: UUID
    person: str
    what: What
    at: datetime
    part: Part


@dataclass(frozen=True)
class _Sent:
    device: str
    part: Part
    records: list[_Record]


def _sent(data: dict[str, Any], parts: Sequence[Part]) -> _Sent:
    """Raises ValueError and the like where something is not what it has to be. Records of parts that are gone are left out."""
    now = timezone.now()
    wrong = now - _moment(data["sent_at"])  # how far the phone's clock is off; taken off what it noted
    by_key = {part.key: part for part in parts}
    found = [
        _Record(
            UUID(one["key"]), str(one["person"]), What(one["what"]), _moment(one["at"]) + wrong, by_key[one["part"]]
        )
        for one in data["records"][:MOST_AT_ONCE]
        if one["part"] in by_key
    ]
    if any(one.what not in TAPPED for one in found):
        raise ValueError("a correction is made by hand")
    return _Sent(str(UUID(data["device"])), queries.part_for(parts, str(data["part"]), now), found)


def _moment(text: str) -> datetime:
    found = parse_datetime(text)
    if found is None or timezone.is_naive(found):
        raise ValueError("a time with its zone")
    return found


def _state(person: Person) -> dict[str, Any]:
    stay = person.stay
    return {
        "key": person.key,
        "came": clock_time(stay.came_at) if stay else "",
        "left": clock_time(stay.left_at) if stay and stay.left_at else "",
        "others": [clock_time(at) for at in stay.others] if stay else [],
    }


def counted(people: Sequence[Person]) -> dict[str, int]:
    """Of those who are expected how many came; and who came besides."""
    return {
        "expected": sum(not one.is_walk_in for one in people),
        "arrived": sum(not one.is_walk_in and one.stay is not None for one in people),
        "walked_in": sum(one.is_walk_in and one.stay is not None for one in people),
    }


def _is_meant(person: Person, asked: str) -> bool:
    if not asked:
        return True
    words = f"{person.name} {person.organisation} {person.reference}".casefold()
    return person.code == asked or all(word in words for word in asked.casefold().split())


def address(event: EventPage, part: Part, **more: str) -> str:
    query = {"part": part.key, **{name: value for name, value in more.items() if value}}
    return f"{reverse('event_door', args=[event.slug])}?{urlencode(query)}"


@kept_by_staff
def worker(request: HttpRequest, event: EventPage) -> HttpResponseBase:
    """The script that keeps the door open offline. It stands below the door, so that no other page is in its reach."""
    return HttpResponse(WORKER.read_text(), content_type="text/javascript; charset=utf-8")


# ---- walk-ins -------------------------------------------------------------------------------------------------------
@kept_by_staff
def walk_in(request: HttpRequest, event: EventPage) -> HttpResponseBase:
    """Somebody without a booking: with a place where there is one, else without, when the form says so."""
    part = queries.part_for(queries.parts_of(event), request.GET.get("part", ""), timezone.now())
    form = WalkInForm(request.POST or None)
    refusal: Refusal | None = None
    on_the_list = ""
    if form.is_valid():
        place = request.POST.get("do") != "without"
        try:
            person = actions.walk_in(event=event, by=request.user, place=place, **form.cleaned_data)  # type: ignore[arg-type]
            actions.record(event=event, person=person, part=part, what=What.IN, by=request.user)  # type: ignore[arg-type]
            return redirect(f"{address(event, part)}#{person.key}")
        except actions.OnTheList as refused:
            refusal = refused
            if refused.booking.status == BookingStatus.CONFIRMED:
                on_the_list = address(event, part, q=refused.booking.reference)
        except Refusal as refused:
            refusal = refused
    if refusal is not None:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    context = {
        "event": event,
        "form": form,
        "on_the_list": on_the_list,
        "without": refusal is not None and not on_the_list,
        "free": queries.places(event)[1],
        "has_begun": event.starts_at <= timezone.now(),
        "crumbs": [(event.title, event.get_url(request) or ""), ("Door", address(event, part)), ("Walk-in", "")],
    }
    return render(request, "events/attendance/walk_in.html", context)

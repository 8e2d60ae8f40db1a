"""What spaces say of events: those that take place in one, what is brought to them, and the next dates of an induction."""

from collections.abc import Collection
from functools import reduce
from operator import or_

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet, Value
from django.utils import timezone

from core.visibility import public
from spaces.choices import BookingStatus
from spaces.happenings import DATES, SHOWN, Coming, Happening
from spaces.models import SpacePage

from .bookings.choices import Availability
from .bookings.opening import shown_availability
from .choices import EventStatus
from .models import EventPage, EventRoom


def coming(space: SpacePage | None, names: Collection[str]) -> Coming:
    """Those that hold ``space``, or a room that is combined of the same parts; and those of which ``names`` are the slugs,
    their own or those of their series. One statement.
    """
    now = timezone.now()
    events: QuerySet[EventPage] = public(EventPage.objects.filter(status=EventStatus.SCHEDULED, ends_at__gt=now))
    events = events.order_by("starts_at", "pk")
    is_here = Q(pk__in=_held(space)) if space else Q(pk__in=[])
    soonest = [events.filter(is_here)[:SHOWN]] if space else []
    soonest += [events.filter(_called(name), starts_at__gt=now)[:DATES] for name in names]
    if not soonest:
        return Coming()
    among = reduce(or_, (Q(pk__in=found.values("pk")) for found in soonest))
    found = EventPage.objects.filter(among).select_related("booking_rules", "occurrence__series")
    found = found.annotate(is_here=ExpressionWrapper(is_here, BooleanField()) if space else Value(False))
    result = Coming([], {name: [] for name in names})
    for event in found.order_by("starts_at", "pk"):
        happening = _happening(event)
        if event.is_here:
            result.here.append(happening)
        for name in _names(event) & set(names) if event.starts_at > now else ():
            result.dates[name].append(happening)
    return result


def brought(bookings: Collection[int]) -> dict[int, str]:
    """What catering brings to the rooms that are held by ``bookings``."""
    rooms = EventRoom.objects.filter(bookings__in=bookings).exclude(catering="")
    return dict(rooms.values_list("bookings", "catering"))


def _held(space: SpacePage) -> QuerySet:
    rooms = EventRoom.objects.filter(bookings__status=BookingStatus.CONFIRMED, space__units__in=space.units.all())
    return rooms.values("event")


def _called(name: str) -> Q:
    return Q(slug=name) | Q(occurrence__series__slug=name)


def _names(event: EventPage) -> set[str]:
    date = getattr(event, "occurrence", None)
    return {event.slug, date.series.slug} if date else {event.slug}


def _happening(event: EventPage) -> Happening:
    url, places = event.url or "", shown_availability(event, timezone.now())
    book_url = f"{url}book/" if places not in (None, Availability.FULL) else ""
    scarcity = str(places.label) if places not in (None, Availability.FREE) else ""
    return Happening(event.starts_at, event.ends_at, event.title, url, book_url, scarcity)

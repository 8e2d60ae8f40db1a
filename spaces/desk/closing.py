"""What is in the way of a closure, and where each of it could go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from directory.queries.bookers import Booker
from spaces.actions.standing import Standing
from spaces.alternatives import Alternative, alternatives
from spaces.choices import HOLDING, BookingKind
from spaces.models import Booking, SpacePage
from spaces.queries.occupation import overlapping, units_of, whole
from spaces.queries.people import asker_for
from spaces.rules import Refusal, Wish
from spaces.timetable import Span, blocked

OTHER_DESK = "other-desk"
SOUGHT = 20  # bookings for which ways out are looked for at once; the others follow when these are settled


@dataclass(frozen=True)
class Closing:
    """What somebody wants to close."""

    spaces: Sequence[SpacePage]
    span: Span
    units: frozenset[int]  # every unit that would be taken

    @property
    def only(self) -> list[int]:
        """The units, where it is not all of them."""
        every = {unit for space in self.spaces for unit in units_of(space)}
        return [] if every == self.units else sorted(self.units)


@dataclass(frozen=True)
class InTheWay:
    booking: Booking
    other_desk: bool
    offers: tuple[Alternative, ...]

    @property
    def is_of_people(self) -> bool:
        return self.booking.kind == BookingKind.BOOKING

    @property
    def has_begun(self) -> bool:
        return self.booking.starts_at <= timezone.now()


def closing(spaces: Sequence[int], begins: datetime, ends: datetime, units: Sequence[int] = ()) -> Closing:
    pages = list(whole(SpacePage.objects.filter(pk__in=spaces)))
    every = {unit for page in pages for unit in units_of(page)}
    return Closing(pages, Span(begins, ends), frozenset(every & set(units) if units else every))


def in_the_way(wanted: Closing) -> list[InTheWay]:
    """Bookings that have one of its units then, each with what is free and allowed instead: not what would be closed too."""
    rows = Booking.objects.filter(overlapping(wanted.units, wanted.span), status__in=HOLDING).distinct()
    rows = rows.select_related("organisation", "user", "space").order_by("starts_at", "pk")
    found = list(rows)
    pages = {page.pk: page for page in whole(SpacePage.objects.filter(pk__in={one.space_id for one in found}))}
    result = []
    for place, booking in enumerate(found):
        booking.space = pages[booking.space_id]
        is_part = booking.space.is_pool and not set(units_of(booking.space)) <= wanted.units
        sought = place < SOUGHT and booking.kind == BookingKind.BOOKING and booking.starts_at > timezone.now()
        result.append(InTheWay(booking, is_part and sought, _offers(booking, wanted) if sought else ()))
    return result


def _offers(booking: Booking, wanted: Closing) -> tuple[Alternative, ...]:
    """By the rules of whoever has it, so that they can use what they are given."""
    wish = Wish(booking.space, booking.starts_at, booking.ends_at, booking.number, booking.people)
    asker = asker_for(Booker(booking.user, booking.organisation, frozenset(booking.groups)))
    found = alternatives(
        wish,
        asker,
        Refusal("taken", ""),
        timezone.now(),
        standing=Standing.of(booking, asker),
        unless=lambda one: _closes_too(one, wanted),
    )
    return tuple(found)


def _closes_too(wish: Wish, wanted: Closing) -> bool:
    span = blocked(wish.space, wish.starts_at, wish.ends_at)
    left = set(units_of(wish.space)) - wanted.units
    stays = wish.space.is_pool and len(left) >= wish.number
    return span.overlaps(wanted.span) and not wanted.units.isdisjoint(units_of(wish.space)) and not stays


def offer_key(offer: Alternative) -> str:
    """What a button says, so that what was shown is what is done."""
    wish = offer.wish
    return f"{wish.space.pk}-{wish.starts_at.timestamp():.0f}-{wish.ends_at.timestamp():.0f}"

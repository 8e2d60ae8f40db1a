"""Spaces are closed, or held for an event: both are bookings, so that nothing can be booked beside them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.models import User
from spaces.allocation import pack
from spaces.choices import LIVE, BookingKind, BookingStatus, Confidentiality
from spaces.models import Allocation, Booking, SpacePage
from spaces.policies import may_manage
from spaces.queries.occupation import any_space, around, busy, units_of, whole
from spaces.rules import Refusal
from spaces.timetable import Span, blocked

from .settling import allocate, found, free, is_taken, lapse_expired, locked, note, set_status

NOT_YOURS = "Only those who manage bookings may close a space."


class Clashes(Refusal):
    """Somebody has a booking then. ``bookings``: those that have to be moved or cancelled first; ``space``: where.

    They are read when they are asked for: by then nobody waits for the lock.
    """

    def __init__(self, keys: Collection[int], space: SpacePage) -> None:
        has = "1 booking is" if len(keys) == 1 else f"{len(keys)} bookings are"
        super().__init__("taken", f"{has} in the way. Move or cancel what is listed, then close the space.")
        self.keys, self.space = keys, space

    @cached_property
    def bookings(self) -> list[Booking]:
        found = Booking.objects.filter(pk__in=self.keys).select_related("space", "organisation")
        return list(found.order_by("starts_at", "pk"))


@dataclass(frozen=True)
class Held:
    """One space for one stretch of time; ``begins`` and ``ends`` include what is needed to set up and to clear."""

    space: int
    begins: datetime
    ends: datetime


def close(
    *, held: Sequence[Held], words: str, by: User, units: Sequence[int] = (), key: UUID | None = None
) -> list[Booking]:
    """Take spaces out of use for a time, all of them or none; with ``units``, only those of a pool.

    Raises Clashes with what has to be moved, having changed nothing.
    """
    if not may_manage(by):
        raise PermissionDenied(NOT_YOURS)
    return _take(held, BookingKind.CLOSURE, words, by, units=units, key=key)


def hold_for_event(
    *, held: Sequence[Held], words: str, by: User | None = None, instead_of: Sequence[int] = ()
) -> list[Booking]:
    """Hold the rooms of an event, all of them or none; what it held before (``instead_of``) is given back in the same step."""
    return _take(held, BookingKind.EVENT, words, by, instead_of=instead_of)


def reopen(*, booking: int, by: User) -> Booking:
    """End a closure, or what is held for an event."""
    if not may_manage(by):
        raise PermissionDenied(NOT_YOURS)
    with transaction.atomic():
        one = found(booking)
        if one.kind != BookingKind.BOOKING and one.status in LIVE:
            free(one)
            set_status(one, BookingStatus.CANCELLED, "opened again", by)
        return one


def _take(
    held: Sequence[Held],
    kind: BookingKind,
    words: str,
    by: User | None,
    *,
    units: Sequence[int] = (),
    instead_of: Sequence[int] = (),
    key: UUID | None = None,
) -> list[Booking]:
    if not words.strip():
        raise Refusal(
            "reason", "Say in a few words what for: everybody who looks at that time reads it.", field="words"
        )
    if any(one.ends <= one.begins for one in held):
        raise Refusal("too-short", "It has to end after it begins. Look at the day as well as the time.", field="end")
    pages = {page.pk: page for page in whole(SpacePage.objects.filter(pk__in=[one.space for one in held]))}
    try:
        with transaction.atomic():
            had = Allocation.objects.filter(booking__in=instead_of).values_list("unit", flat=True)
            locked([*had, *(unit for page in pages.values() for unit in units_of(page))])
            if key and (before := list(Booking.objects.filter(key=key))):
                return before
            for old in Booking.objects.filter(pk__in=instead_of, status__in=LIVE).order_by("pk"):
                old.space = any_space(old.space_id)
                free(old)
                set_status(old, BookingStatus.CANCELLED, "moved", by)
            made: list[Booking] = []
            for one in held:
                made.append(_held(pages[one.space], one, kind, words, by, units, None if made else key, made))
            return made
    except IntegrityError as error:
        if is_taken(error):
            raise Refusal("taken", "Somebody booked it this very moment. Look again at what is in the way.") from error
        raise


def _held(
    page: SpacePage,
    held: Held,
    kind: BookingKind,
    words: str,
    by: User | None,
    only: Sequence[int],
    key: UUID | None,
    beside: Sequence[Booking],
) -> Booking:
    """``beside``: what was made in the same step. A room and the one it is a part of are held together: units once."""
    around_it = [one.pk for one in beside if one.starts_at <= held.begins and held.ends <= one.ends_at]
    theirs = (
        set(Allocation.objects.filter(booking__in=around_it).values_list("unit", flat=True)) if around_it else set()
    )
    units = [unit for unit in units_of(page) if (not only or unit in only) and unit not in theirs]
    lapse_expired(units, timezone.now())
    taken = busy(units, Span(held.begins, held.ends))
    if in_the_way := {one.booking for there in taken.values() for one in there}:
        raise Clashes(in_the_way, page)
    booking = Booking.objects.create(
        space=page,
        key=key or uuid4(),
        kind=kind,
        status=BookingStatus.CONFIRMED,
        starts_at=held.begins,
        ends_at=held.ends,
        number=len(units) or 1,
        words=words.strip(),
        confidentiality=Confidentiality.OPEN,
        made_by=by,
    )
    for unit in units:
        Allocation.objects.create(
            booking=booking, unit_id=unit, starts_at=held.begins, blocks_until=held.ends, pinned=True
        )
    note(booking, "closed" if kind == BookingKind.CLOSURE else "held for an event", by)
    return booking


def to_another_unit(*, booking: int, away_from: Sequence[int], by: User) -> Booking:
    """Give ``booking`` other desks of the same pool at the same time. Raises Refusal where too few are left."""
    if not may_manage(by):
        raise PermissionDenied(NOT_YOURS)
    try:
        return _to_another_unit(booking, away_from, by)
    except IntegrityError as error:
        if is_taken(error):
            words = "Somebody booked one of the others this very moment. Look again at what is free."
            raise Refusal("taken", words) from error
        raise


def _to_another_unit(key: int, away_from: Sequence[int], by: User) -> Booking:
    with transaction.atomic():
        one = found(key)
        left = [unit for unit in units_of(one.space) if unit not in away_from]
        span = blocked(one.space, one.starts_at, one.ends_at)
        rows = busy(left, around(one.space, span), without=one.pk, for_space=one.space_id)
        packed = pack(left, rows, span, one.number) if one.is_holding and one.space.is_pool else None
        if packed is None:
            raise Refusal("taken", f"Not so many others of {one.space.title} are free at that time.")
        one.allocations.all().delete()
        allocate(one, packed)
        note(one, "given another desk", by)
        return one

"""What all actions share: locks, holds that ended, letters; and what is due at a time."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Max
from django.utils import timezone

from accounts.models import User
from core.offer_times import offer_ends_at
from core.prepared import Prepared, PreparedRecords
from spaces.allocation import Packed, pack
from spaces.choices import EXPIRING, BookingKind, BookingStatus
from spaces.guard import TAKEN
from spaces.models import Allocation, Booking, BookingLogEntry, SpacePage, Unit
from spaces.queries.occupation import any_space, around, busy, units_of
from spaces.rules import Refusal, Wish
from spaces.signals import answer_due, letter_due, units_freed
from spaces.states import BOOKING
from spaces.timetable import Span, blocked

from .allowances import give_back, spend
from .limits import refuse_alone, refuse_prime_time

OFFER_HOURS = 2
APPROVAL_HOURS = 48
GIVEN_ANEW = ("moved", "approved", "took up the offer", "handed on")  # as the log says it

UNITS_HAD = Prepared(lambda booking: Allocation.objects.filter(booking=booking).values_list("unit"))
UNITS_OF_SPACE = Prepared(lambda booking: Booking.objects.filter(pk=booking).order_by().values_list("space__units"))
LOCKED_UNIT = Prepared(lambda unit: Unit.objects.select_for_update(no_key=True).filter(pk=unit).values_list("pk"))
LOCKED = PreparedRecords(
    lambda booking: Booking.objects.select_for_update(of=("self",), no_key=True).filter(pk=booking)
)


def locked(units: Iterable[int]) -> None:
    """The only right to change who has ``units``, until the transaction ends. Always in the order of their keys."""
    if connection.features.has_select_for_update:  # else the transaction has the whole database
        keys = set(units)
        if len(keys) == 1:
            LOCKED_UNIT.rows(*keys)
        else:
            list(Unit.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk").values_list("pk"))


def found(booking: int, *, also: Iterable[int] = ()) -> Booking:
    """``booking`` as it is now, with the units it has, those of its space and ``also`` locked.

    Raises Booking.DoesNotExist.
    """
    at_stake = (*UNITS_HAD.rows(booking), *UNITS_OF_SPACE.rows(booking))
    locked([*also, *(unit for (unit,) in at_stake if unit is not None)])
    one = LOCKED.first(booking)
    if one is None:
        raise Booking.DoesNotExist
    one.space = any_space(one.space_id)
    return one


def lapse_expired(units: Sequence[int], now: datetime) -> bool:
    """End holds on ``units`` whose time is over, so that they keep nobody out; whether there was one.

    The caller has the lock.
    """
    over = Allocation.objects.filter(
        unit__in=units, active=True, booking__status__in=EXPIRING, booking__expires_at__lte=now
    )
    keys = set(over.order_by().values_list("booking", flat=True))
    for key in sorted(keys):
        booking = LOCKED.first(key)
        if booking is not None and booking.status in EXPIRING:  # a rival for another of its units may have ended it
            lapse(booking)
    return bool(keys)


def lapse(booking: Booking) -> None:
    free(booking)
    give_back(booking)
    set_status(booking, BookingStatus.LAPSED, "not taken up in time")
    letter_due.send(Booking, booking=booking, letter="lapsed")


# ---- units ----------------------------------------------------------------------------------------------------------
def place(wish: Wish, now: datetime, *, without: int | None = None) -> Packed | None:
    """Units for ``wish``, or None; holds that ended make room for it. The caller has the lock of all its units."""
    packed = _place(wish, without)
    if packed is None and lapse_expired(units_of(wish.space), now):
        packed = _place(wish, without)
    return packed


def _place(wish: Wish, without: int | None) -> Packed | None:
    units = units_of(wish.space)
    span = blocked(wish.space, wish.starts_at, wish.ends_at)
    if wish.unit is not None and wish.space.is_pool:
        if wish.unit not in units:
            return None
        units = [wish.unit]
    if not wish.space.is_pool:
        taken = busy(units, span, without=without)
        return None if any(taken.values()) or not units else Packed(tuple(units), {})
    taken = busy(units, around(wish.space, span), without=without, for_space=wish.space.pk)
    return pack(units, taken, span, wish.number)


def allocate(booking: Booking, packed: Packed, *, pinned: bool = False) -> None:
    """Write down which units ``booking`` has; those that make room for it are moved first, all at once."""
    if packed.moves:
        Allocation.objects.filter(pk__in=packed.moves).update(active=False)
        for allocation, unit in packed.moves.items():
            Allocation.objects.filter(pk=allocation).update(unit=unit)
        Allocation.objects.filter(pk__in=packed.moves).update(active=True)
    span = blocked(booking.space, booking.starts_at, booking.ends_at)
    for unit in packed.units:
        Allocation.objects.create(
            booking=booking, unit_id=unit, starts_at=span.begins, blocks_until=span.ends, pinned=pinned
        )


def free(booking: Booking) -> None:
    """Give back all units of ``booking``; whoever waits for them is looked for once this is committed."""
    had = booking.allocations.filter(active=True)
    units = list(had.values_list("unit", flat=True))
    had.update(active=False)
    if units:
        span = blocked(booking.space, booking.starts_at, booking.ends_at)
        units_freed.send(Booking, units=units, span=span)


def is_taken(error: IntegrityError) -> bool:
    """Whether the database refused to give a unit twice."""
    return TAKEN in str(error)


def taken(space: SpacePage, parts: Sequence[str] = (), *, is_chosen: bool = False) -> Refusal:
    """``is_chosen``: it was one unit of a pool that was asked for, and no other."""
    if parts:
        words = f"{space.title} needs all its parts together, and {' and '.join(parts)} is taken then."
        return Refusal("room-part-taken", words, field="start")
    if space.is_pool and is_chosen:
        return Refusal(
            "taken", "Somebody else has the one that you chose at that time. Others may be free.", field="unit"
        )
    if space.is_pool:
        return Refusal("taken", f"Not so many of {space.title} are free at that time.", field="start")
    words = f"Somebody else has {space.title} at that time, or it is being cleared between two bookings."
    return Refusal("taken", words, field="start")


def busy_parts(wish: Wish, *, without: int | None = None) -> list[str]:
    """Labels of the units that are taken then, of a space that needs several."""
    if wish.space.is_pool or len(wish.space.units.all()) == 1:
        return []
    span = blocked(wish.space, wish.starts_at, wish.ends_at)
    rows = busy(units_of(wish.space), span, without=without)
    return [unit.label for unit in wish.space.units.all() if rows.get(unit.pk)]


# ---- status ---------------------------------------------------------------------------------------------------------
def set_status(booking: Booking, status: BookingStatus, what: str, by: User | None = None) -> None:
    """Change where ``booking`` stands, and note it. A calendar that shows it has to hear of it under a new number.

    The caller read it under the lock. Raises Refusal where ``spaces.states`` has no such step, having changed nothing.
    """
    if words := BOOKING.refusal(booking.status, status):
        raise Refusal("not-drawn", words)
    booking.status = status
    if status not in EXPIRING:
        booking.expires_at = None
    booking.sequence = F("sequence") + 1
    booking.save(update_fields=["status", "expires_at", "waiting_since", "sequence"])
    booking.refresh_from_db(fields=["sequence"])
    note(booking, what, by)


def note(booking: Booking, what: str, by: User | None = None, *, words: str = "") -> None:
    BookingLogEntry.objects.create(booking=booking, what=what, by=by, words=words)


# ---- due ------------------------------------------------------------------------------------------------------------
def expire_due() -> None:
    """End holds whose time is over, and waiting for what has begun; one transaction each. Safe to run twice at once."""
    now = timezone.now()
    for key in Booking.objects.filter(status__in=EXPIRING, expires_at__lte=now).values_list("pk", flat=True):
        with transaction.atomic():
            booking = found(key)
            if booking.status in EXPIRING and booking.expires_at and booking.expires_at <= now:
                lapse(booking)
    for key in Booking.objects.waiting().filter(starts_at__lte=now).values_list("pk", flat=True):
        with transaction.atomic():
            booking = found(key)
            if booking.status == BookingStatus.WAITING:
                set_status(booking, BookingStatus.CANCELLED, "nothing became free")


def release_no_shows() -> None:
    """Give back what nobody checked in to. Safe to run at any time, and twice at once."""
    now = timezone.now()
    begun = Booking.objects.filter(
        kind=BookingKind.BOOKING,
        status=BookingStatus.CONFIRMED,
        checked_in_at=None,
        starts_at__lte=now,
        ends_at__gt=now,
        space__release_minutes__isnull=False,
    )
    for key in begun.values_list("pk", flat=True):
        with transaction.atomic():
            booking = found(key)
            if booking.status == BookingStatus.CONFIRMED and booking.checked_in_at is None and is_late(booking, now):
                free(booking)
                set_status(booking, BookingStatus.RELEASED, "given back, nobody came")
                letter_due.send(Booking, booking=booking, letter="released")


def is_late(booking: Booking, now: datetime) -> bool:
    """Whether nobody came in time; whoever was given it when it had begun has the same time from then on."""
    after = booking.space.release_minutes
    if after is None or not booking.starts_at + timedelta(minutes=after) <= now < booking.ends_at:
        return False
    given = booking.log.filter(what__in=GIVEN_ANEW).aggregate(last=Max("at"))["last"]
    return max(booking.created_at, given or booking.created_at) + timedelta(minutes=after) <= now


def serve_waiting(*, units: Sequence[int], span: Span) -> None:
    """Offer what became free to those who wait for it, in turn; one transaction each. Whom it does not fit is passed over."""
    now = timezone.now()
    waiting = Booking.objects.waiting().filter(space__units__in=units, starts_at__lt=span.ends, ends_at__gt=span.begins)
    for key in dict.fromkeys(waiting.filter(starts_at__gt=now).values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                _offer(key, now)
        except Refusal:
            continue  # its allowance does not reach, or it may not be alone there: it keeps its turn
        except IntegrityError as error:
            if not is_taken(error):
                raise


def serve_all_waiting() -> None:
    """The same for all who wait: what a lost task would have done."""
    now = timezone.now()
    for booking in Booking.objects.waiting().filter(starts_at__gt=now).prefetch_related("space__units"):
        serve_waiting(units=units_of(booking.space), span=Span(booking.starts_at, booking.ends_at))


def _offer(key: int, now: datetime) -> None:
    booking = found(key)
    if booking.status != BookingStatus.WAITING:
        return
    wish = Wish(booking.space, booking.starts_at, booking.ends_at, booking.number, booking.people, booking.waits_for_id)
    packed = place(wish, now)
    if packed is None:
        return
    refuse_alone(wish, booking)
    refuse_prime_time(wish, booking)
    spend(booking)
    allocate(booking, packed, pinned=wish.unit is not None)
    if booking.space.approval:
        booking.expires_at = approval_ends_at(now, booking.starts_at)
        set_status(booking, BookingStatus.PENDING, "taken from the waiting list")
        answer_due.send(Booking, booking=booking)
        return
    booking.expires_at = offer_ends_at(now, OFFER_HOURS, booking.starts_at)
    set_status(booking, BookingStatus.OFFERED, "offered")
    letter_due.send(Booking, booking=booking, letter=BookingStatus.OFFERED)


def approval_ends_at(now: datetime, starts_at: datetime) -> datetime:
    """Until when a request is held before somebody has answered: two days, by day, and before it would begin."""
    return offer_ends_at(now, APPROVAL_HOURS, starts_at)

"""What is due at an event's bookings: offers that lapsed free their places, and freed places go to who waits longest.

Done under the lock at the beginning and end of every action, so that it never waits for the clock; ``tick`` does the same
for events at which nobody acts.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from core.offer_times import offer_ends_at
from core.prepared import PreparedRecords
from events.bookings.allocation import allocate
from events.bookings.choices import BookingStatus
from events.bookings.models import Booking, BookingLogEntry, BookingRules, Pool
from events.bookings.queries import availability, taken_by, wish_of
from events.bookings.signals import letter_due
from events.bookings.states import BOOKING
from events.choices import EventStatus
from search.receivers import look_again

from .refusals import NotNow


def _offers_ended(event: int, now: datetime) -> QuerySet[Booking, Booking]:
    return Booking.objects.filter(event=event, status=BookingStatus.OFFERED, offer_ends_at__lte=now)


def _waiting(event: int) -> QuerySet[Booking, Booking]:
    return Booking.objects.filter(event=event).waiting()


# In a rush hundreds ask within seconds, each of them several times under the lock: what they read is written once.
RULES = PreparedRecords(lambda event: BookingRules.objects.select_related("event").filter(event=event))
LOCKED = PreparedRecords(
    lambda event: BookingRules.objects.select_for_update(of=("self",)).select_related("event").filter(event=event)
)
POOLS = PreparedRecords(lambda event: Pool.objects.filter(event=event))
OFFERS_ENDED = PreparedRecords(_offers_ended, int, datetime)
FIRST_WAITING = PreparedRecords(lambda event: _waiting(event)[:1])


def locked(event: int) -> BookingRules:
    """The rules of ``event``, and the only right to change its bookings until the transaction ends. Raises NotNow."""
    rules = LOCKED.first(event)
    if rules is None:
        raise NotNow("This event is not booked with us. Its page says how to come.")
    return rules


def settle_locked(rules: BookingRules, now: datetime) -> list[Pool]:
    """Serve ``rules.event``, whose lock the caller holds; returns its pools as they are then."""
    _lapse(rules, now)
    _serve(rules, now)
    return tell_readers(rules, now)


@transaction.atomic
def settle(*, event: int) -> None:
    """Do what is due at one event. Safe at any time; nothing happens where nothing is due."""
    settle_locked(locked(event), timezone.now())


def settle_due() -> None:
    """Do what is due at every event that is to come; one transaction each. Safe to run twice at once."""
    now = timezone.now()
    bookable = BookingRules.objects.filter(event__ends_at__gt=now, event__live=True)
    waits = Q(event__bookings__status=BookingStatus.WAITING)
    lapsed = Q(event__bookings__status=BookingStatus.OFFERED, event__bookings__offer_ends_at__lte=now)
    due = set(bookable.filter(waits | lapsed).values_list("event", flat=True))
    pools: dict[int, list[Pool]] = {}
    for pool in Pool.objects.filter(event__in=bookable.values("event")):
        pools.setdefault(pool.event_id, []).append(pool)
    due |= {
        rules.event_id
        for rules in bookable
        if availability(rules, pools.get(rules.event_id, []), now) != rules.availability
    }
    for event in sorted(due):
        settle(event=event)


# ---- parts that other actions share ---------------------------------------------------------------------------------
def hold(booking: Booking, pools: Sequence[Pool]) -> None:
    """Give each attendee of ``booking`` a place; the database counts them, and refuses one too many."""
    for attendee, pool in zip(booking.attendees.all(), pools, strict=True):
        attendee.pool = pool
        attendee.save(update_fields=["pool"])


def give_back(booking: Booking) -> None:
    booking.attendees.filter(pool__isnull=False).update(pool=None)


def set_status(booking: Booking, status: BookingStatus, what: str, by: User | None = None) -> None:
    """Change where ``booking`` stands, and note it. A calendar that shows it has to hear of it under a new number.

    The caller read it under the lock. Raises NotNow where ``states`` has no such step, having changed nothing.
    """
    if words := BOOKING.refusal(booking.status, status):
        raise NotNow(words)
    booking.status = status
    if status != BookingStatus.OFFERED:
        booking.offer_ends_at = None
    booking.sequence = F("sequence") + 1
    booking.save(update_fields=["status", "offer_ends_at", "waiting_since", "sequence"])
    booking.refresh_from_db(fields=["sequence"])
    note(booking, what, by)


def note(booking: Booking, what: str, by: User | None = None) -> None:
    BookingLogEntry.objects.create(booking=booking, what=what, by=by)


def pools_of(event: int) -> list[Pool]:
    """As they are now: read after the lock, never before."""
    return POOLS.all(event)


def fitting(booking: Booking, size: int, pools: Iterable[Pool], now: datetime) -> list[Pool] | None:
    """A pool for each of ``size`` places of ``booking``, or None."""
    return allocate(pools, wish_of(booking, size), now, taken_by(booking))


def lapsed_offers(event: int, now: datetime) -> list[Booking]:
    """Offers whose places are to be given to the next."""
    return OFFERS_ENDED.all(event, now)


# ---- what is due ----------------------------------------------------------------------------------------------------
def _lapse(rules: BookingRules, now: datetime) -> None:
    for booking in lapsed_offers(rules.event_id, now):
        give_back(booking)
        set_status(booking, BookingStatus.LAPSED, "offer lapsed")
        letter_due.send(Booking, booking=booking, letter="lapsed")


def _serve(rules: BookingRules, now: datetime) -> None:
    """Offer what is free to those who wait, in order. Whom nothing fits keeps their turn and is passed over."""
    event = rules.event
    if event.status != EventStatus.SCHEDULED or event.starts_at <= now or not event.live:
        return
    if not FIRST_WAITING.all(event.pk):
        return
    pools = pools_of(event.pk)
    for booking in _waiting(event.pk).prefetch_related("attendees"):
        if not any(pool.free for pool in pools):
            return
        found = fitting(booking, len(booking.attendees.all()), pools, now)
        if found is None:
            continue
        hold(booking, found)
        if rules.approval:
            set_status(booking, BookingStatus.PENDING, "taken from the waiting list")
        else:
            booking.offer_ends_at = offer_ends_at(now, rules.offer_hours, event.starts_at)
            set_status(booking, BookingStatus.OFFERED, "offered a place")
            letter_due.send(Booking, booking=booking, letter=BookingStatus.OFFERED)
        pools = pools_of(event.pk)


def tell_readers(rules: BookingRules, now: datetime) -> list[Pool]:
    """Lists and pages say whether there are places; they are made anew when that changes, not with every booking.

    All that is left to do where places were only taken. Returns the pools as they are.
    """
    pools = pools_of(rules.event_id)
    found = availability(rules, pools, now)
    if found != rules.availability:
        rules.availability = found
        rules.save(update_fields=["availability"])
        look_again(rules.event)
    return pools

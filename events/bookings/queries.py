"""What is known of bookings, for those who may know it."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Prefetch, Q
from django.utils import timezone

from accounts.models import User
from core.addresses import proven_address
from events.models import EventSession
from events.queries import KEPT_IN_CALENDARS

from .allocation import Wish, allocate
from .choices import HOLDING, Availability
from .models import Attendee, Booking, BookingQuerySet, BookingRules, Pool

FEW = 5  # places, or …
FEW_OF = 10  # … one in ten of all


# ---- places ---------------------------------------------------------------------------------------------------------
def organisation_key(booking: Booking) -> str:
    """The same for all bookings of one organisation: its profile, or else the name as it was typed."""
    if booking.organisation_id:
        return f"page:{booking.organisation_id}"
    name = " ".join(booking.organisation_name.casefold().split())
    return f"name:{name}" if name else ""


def wish_of(booking: Booking, size: int) -> Wish:
    return Wish(
        size=size,
        attendance=booking.attendance,
        groups=frozenset(booking.groups),
        organisation=organisation_key(booking),
        wants_access_place=booking.wants_access_place,
    )


def taken_by(booking: Booking) -> dict[int, int]:
    """How many places of each pool other bookings of the same organisation have."""
    if booking.organisation_id:
        same = Q(booking__organisation=booking.organisation_id)
    elif booking.organisation_name.strip():
        same = Q(booking__organisation=None, booking__organisation_name__iexact=booking.organisation_name.strip())
    else:
        return {}
    held = Attendee.objects.filter(
        same, booking__event=booking.event_id, booking__status__in=HOLDING, pool__isnull=False
    )
    counted = held.exclude(booking=booking.pk).values_list("pool").annotate(number=Count("pk"))
    return {pool: number for pool, number in counted if pool is not None}


def availability(rules: BookingRules, pools: Sequence[Pool], now: datetime) -> Availability:
    """What anybody may know: whether somebody who belongs to nothing would get a place now."""
    anyone = Wish()
    open_pools = [pool for pool in pools if allocate([pool], anyone, now, {})]
    free = sum(pool.free for pool in open_pools)
    if not free:
        if any(pool.free and pool.groups for pool in pools):
            return Availability.KEPT
        return Availability.WAITING if rules.waiting_list else Availability.FULL
    capacity = sum(pool.capacity for pool in pools)
    return Availability.FEW if free <= FEW and free * FEW_OF <= max(capacity, FEW_OF) else Availability.FREE


# ---- somebody's own -------------------------------------------------------------------------------------------------
def bookings_of(user: User | AnonymousUser) -> BookingQuerySet:
    """Those that ``user`` made: signed in, or with the address that is proven to be theirs."""
    if not isinstance(user, User):
        return Booking.objects.none()
    mine = Q(user=user)
    if address := proven_address(user):
        mine |= Q(user=None, email=address)
    return Booking.objects.filter(mine)


def for_calendar_of(user: User) -> list[Booking]:
    """What the calendar of ``user`` shows: confirmed, to come and of the last three months; the soonest first."""
    found = (
        bookings_of(user).confirmed().filter(event__live=True, event__ends_at__gt=timezone.now() - KEPT_IN_CALENDARS)
    )
    found = found.select_related("event__building", "event__calendar_entry").order_by("event__starts_at", "pk")
    sessions = EventSession.objects.order_by("starts_at", "pk")
    return list(found.prefetch_related(Prefetch("event__sessions", sessions)))


# ---- the waiting list -----------------------------------------------------------------------------------------------
def place_in_queue(booking: Booking) -> int:
    """1 for whoever is served next."""
    ahead = Booking.objects.filter(event=booking.event_id).waiting()
    before = Q(waiting_since__lt=booking.waiting_since) | Q(waiting_since=booking.waiting_since, pk__lt=booking.pk)
    return ahead.filter(before).count() + 1


def invariants_broken() -> list[str]:
    """Everything that must always hold and does not, asked of the database; empty when all is well. Ids only, no names."""
    broken = []
    for pool in Pool.objects.annotate(held=Count("attendees")):
        if not pool.taken == pool.held <= pool.capacity:
            broken.append(f"pool {pool.pk}: {pool.held} held, {pool.taken} counted, {pool.capacity} there are")
    bookings = Booking.objects.annotate(all_of_it=Count("attendees"), held=Count("attendees__pool"))
    for pk, status, size, held in bookings.values_list("pk", "status", "all_of_it", "held"):
        if held != (size if status in HOLDING else 0) or not size:
            broken.append(f"booking {pk}: {status}, {held} of {size} places held")
    twice = Booking.objects.live().values("event", "email").annotate(number=Count("pk")).filter(number__gt=1)
    broken += [f"event {row['event']}: {row['number']} live bookings of one address" for row in twice]
    elsewhere = Attendee.objects.exclude(pool=None).exclude(pool__event=F("booking__event"))
    broken += [f"attendee {pk}: has a place of another event" for pk in elsewhere.values_list("pk", flat=True)]
    return broken

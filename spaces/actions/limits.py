"""Rules that can only be looked at under the lock: who else is there then, and how much a tenant has already."""

from django.utils import timezone

from spaces.choices import EXPIRING, HOLDING, BookingKind, BookingStatus
from spaces.models import Booking, TenantTerms
from spaces.rules import PRIME_ROOMS, Refusal, Wish, outside_work, prime_time


def refuse_prime_time(wish: Wish, booking: Booking) -> None:
    """One tenant has so many rooms at most in the busiest hours of a day; counted under the lock of its terms."""
    prime = prime_time(wish)
    if prime is None or booking.organisation is None:
        return
    if not TenantTerms.objects.select_for_update(no_key=True).filter(organisation=booking.organisation).exists():
        return
    others = Booking.objects.filter(
        organisation=booking.organisation,
        kind=BookingKind.BOOKING,
        status__in=HOLDING,
        space__prime_time=True,
        starts_at__lt=prime.ends,
        ends_at__gt=prime.begins,
    ).exclude(pk=booking.pk)
    others = others.exclude(status__in=EXPIRING, expires_at__lte=timezone.now())
    if others.count() >= PRIME_ROOMS:
        raise no_room_left()


def refuse_alone(wish: Wish, booking: Booking) -> None:
    """Nobody works alone at a bench early or late: somebody else has to be booked on one for all of that time."""
    if not wish.space.lone_working:
        return
    for part in outside_work(wish):
        company = Booking.objects.filter(
            space__lone_working=True,
            kind=BookingKind.BOOKING,
            status=BookingStatus.CONFIRMED,
            starts_at__lte=part.begins,
            ends_at__gte=part.ends,
        ).exclude(pk=booking.pk)
        if booking.user:
            company = company.exclude(user=booking.user)
        if booking.email:
            company = company.exclude(email=booking.email)
        if not company.exists():
            raise no_company()


def no_room_left() -> Refusal:
    words = "Your organisation already has three rooms in the busiest hours of that day, 10:00 to 15:00."
    return Refusal("prime-time", words, field="start")


def no_company() -> Refusal:
    words = "Outside 9:00 to 17:30 you need a trained colleague booked at a bench at the same time."
    return Refusal("lone-working", words, field="start")

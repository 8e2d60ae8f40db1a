"""A space as it is at this moment: what stands on the screen at its door, and who of those who ask may check in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from accounts.models import User
from spaces.choices import HOLDING, BookingKind, BookingStatus, Confidentiality
from spaces.models import Booking, SpacePage
from spaces.timetable import day_of, whole_day

from .occupation import units_of
from .people import bookings_of


@dataclass(frozen=True)
class Occupied:
    """A booking as others may see it."""

    words: str
    starts_at: datetime
    ends_at: datetime


def shown_to_others(booking: Booking) -> str:
    """What it is for and whose, as far as whoever booked it lets others see. Never a person's name."""
    if booking.kind == BookingKind.CLOSURE:
        return "Closed"
    organisation = booking.organisation.title if booking.organisation else ""
    if booking.confidentiality == Confidentiality.OPEN:
        return ", ".join(filter(None, (booking.words, organisation))) or "Booked"
    if booking.confidentiality == Confidentiality.ORGANISATION:
        return organisation or "Booked"
    return "Booked"


def rest_of_day(space: SpacePage, now: datetime) -> list[Occupied]:
    """What has the space, or a part of it, now and later on this day, in order."""
    until = whole_day(day_of(now)).ends
    found = Booking.objects.filter(
        allocations__unit__in=units_of(space), allocations__active=True, ends_at__gt=now, starts_at__lt=until
    )
    rows = found.filter(status__in=HOLDING).select_related("organisation").order_by("starts_at", "pk").distinct()
    return [Occupied(shown_to_others(one), one.starts_at, one.ends_at) for one in rows]


def to_check_in(space: SpacePage, now: datetime, early: timedelta) -> QuerySet[Booking, Booking]:
    """Bookings of ``space`` that one can check in to now."""
    confirmed = Q(status=BookingStatus.CONFIRMED, kind=BookingKind.BOOKING, checked_in_at=None)
    return Booking.objects.filter(confirmed, space=space, starts_at__lte=now + early, ends_at__gt=now)


def mine_to_check_in(
    user: User | AnonymousUser, space: SpacePage, now: datetime, early: timedelta
) -> QuerySet[Booking, Booking]:
    return to_check_in(space, now, early).filter(pk__in=bookings_of(user).values("pk")).order_by("starts_at")

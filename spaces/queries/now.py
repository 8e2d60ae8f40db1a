"""A space as it is at this moment: what stands on the screen at its door, and who of those who ask may check in."""

from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from accounts.models import User
from spaces.choices import HOLDING, BookingKind, BookingStatus
from spaces.models import Booking, SpacePage
from spaces.timetable import day_of, whole_day

from .occupation import units_of
from .people import bookings_of


def rest_of_day(space: SpacePage, now: datetime) -> list[Booking]:
    """What has the space, or a part of it, now and later on this day, in order."""
    until = whole_day(day_of(now)).ends
    found = Booking.objects.filter(
        allocations__unit__in=units_of(space), allocations__active=True, ends_at__gt=now, starts_at__lt=until
    )
    rows = found.filter(status__in=HOLDING).select_related("organisation").order_by("starts_at", "pk")
    return list(rows.distinct())


def to_check_in(space: SpacePage, now: datetime, early: timedelta) -> QuerySet[Booking, Booking]:
    """Bookings of ``space`` that one can check in to now."""
    confirmed = Q(status=BookingStatus.CONFIRMED, kind=BookingKind.BOOKING, checked_in_at=None)
    return Booking.objects.filter(confirmed, space=space, starts_at__lte=now + early, ends_at__gt=now)


def mine_to_check_in(
    user: User | AnonymousUser, space: SpacePage, now: datetime, early: timedelta
) -> QuerySet[Booking, Booking]:
    return to_check_in(space, now, early).filter(pk__in=bookings_of(user).values("pk")).order_by("starts_at")

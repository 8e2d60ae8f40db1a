"""Bookings as those see them whose they are."""

from django.db.models import Q

from spaces.models import Booking


def place_in_queue(booking: Booking) -> int:
    """1 for whoever is served next, of those who wait for some of the same time."""
    ahead = Booking.objects.filter(
        space=booking.space_id, starts_at__lt=booking.ends_at, ends_at__gt=booking.starts_at
    ).waiting()
    before = Q(waiting_since__lt=booking.waiting_since) | Q(waiting_since=booking.waiting_since, pk__lt=booking.pk)
    return ahead.filter(before).count() + 1

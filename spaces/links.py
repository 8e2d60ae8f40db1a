"""Links of those who booked a space. They end when the booking is handed on."""

from django.urls import reverse

from core.signed_links import read, sign
from search.exports import absolute

from .models import Booking

MANAGE = "spaces.bookings.manage"


def manage_url(booking: Booking) -> str:
    return absolute(manage_path(booking))


def manage_path(booking: Booking) -> str:
    return reverse("space_booking", args=[token(booking)])


def token(booking: Booking) -> str:
    return sign(MANAGE, booking.pk, booking.nonce.hex)


def booking_of(token: str) -> Booking | None:
    """Whose a link is; None when it was handed on, or is gone. Raises BadLink."""
    key, nonce = read(token, MANAGE)
    return Booking.objects.select_related("space", "user", "organisation").filter(pk=key, nonce=nonce).first()

"""Links that prove who somebody is, by a signature: what is in the database alone opens nothing.

Each names a booking and its ``nonce``, so that it ends when the booking is handed on.
"""

from django.core import signing
from django.urls import reverse

from search.exports import absolute

from .models import Booking

MANAGE, JOIN, FEED = "manage", "join", "feed"  # a link for one opens none of the others


class BadLink(Exception):
    """Not one of ours, or cut off."""


def manage_url(booking: Booking) -> str:
    return absolute(reverse("booking", args=[token(booking, MANAGE)]))


def token(booking: Booking, purpose: str) -> str:
    return _signer(purpose).sign(f"{booking.pk}.{booking.nonce.hex}")


def booking_of(token: str, purpose: str) -> Booking | None:
    """Whose a link is; None when it was handed on, or is gone. Raises BadLink."""
    try:
        key, nonce = _signer(purpose).unsign(token).split(".")
    except (signing.BadSignature, ValueError) as error:
        raise BadLink from error
    found = Booking.objects.select_related("event__calendar_entry", "event__building")
    return found.filter(pk=int(key), nonce=nonce).first()


def _signer(purpose: str) -> signing.Signer:
    return signing.Signer(salt=f"events.bookings.{purpose}")

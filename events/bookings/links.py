"""Links that prove who somebody is, by a signature: what is in the database alone opens nothing.

Each names a booking and its ``nonce``, so that it ends when the booking is handed on; that of a calendar of one's own
ends when another is asked for.
"""

from django.core import signing
from django.urls import reverse

from search.exports import absolute

from .models import Booking, PersonalCalendar

MANAGE, JOIN, FEED = "manage", "join", "feed"  # a link for one opens none of the others


class BadLink(Exception):
    """Not one of ours, or cut off."""


def manage_url(booking: Booking) -> str:
    return absolute(reverse("booking", args=[token(booking, MANAGE)]))


def join_url(booking: Booking) -> str:
    return absolute(reverse("event_join_by_link", args=[booking.event.slug, token(booking, JOIN)]))


def feed_url(calendar: PersonalCalendar) -> str:
    return absolute(reverse("my_calendar_feed", args=[token(calendar, FEED)]))


def token(row: Booking | PersonalCalendar, purpose: str) -> str:
    return _signer(purpose).sign(f"{row.pk}.{row.nonce.hex}")


def booking_of(token: str, purpose: str) -> Booking | None:
    """Whose a link is; None when it was handed on, or is gone. Raises BadLink."""
    key, nonce = _read(token, purpose)
    found = Booking.objects.select_related("event__calendar_entry", "event__building")
    return found.filter(pk=key, nonce=nonce).first()


def calendar_of(token: str) -> PersonalCalendar | None:
    """Whose calendar an address is; None when it was ended. Raises BadLink."""
    key, nonce = _read(token, FEED)
    return PersonalCalendar.objects.select_related("user").filter(pk=key, nonce=nonce, user__is_active=True).first()


def _read(token: str, purpose: str) -> tuple[int, str]:
    try:
        key, nonce = _signer(purpose).unsign(token).split(".")
        return int(key), nonce
    except (signing.BadSignature, ValueError) as error:
        raise BadLink from error


def _signer(purpose: str) -> signing.Signer:
    return signing.Signer(salt=f"events.bookings.{purpose}")

"""Links of those who booked. They end when the booking is handed on; that of a calendar of one's own, when another is asked for."""

from django.urls import reverse

from core.signed_links import read, sign
from search.exports import absolute

from .models import Booking, PersonalCalendar

MANAGE, JOIN, FEED = "events.bookings.manage", "events.bookings.join", "events.bookings.feed"


def manage_url(booking: Booking) -> str:
    return absolute(reverse("booking", args=[token(booking, MANAGE)]))


def join_url(booking: Booking) -> str:
    return absolute(reverse("event_join_by_link", args=[booking.event.slug, token(booking, JOIN)]))


def feed_url(calendar: PersonalCalendar) -> str:
    return absolute(reverse("my_calendar_feed", args=[token(calendar, FEED)]))


def token(row: Booking | PersonalCalendar, purpose: str) -> str:
    return sign(purpose, row.pk, row.nonce.hex)


def booking_of(token: str, purpose: str) -> Booking | None:
    """Whose a link is; None when it was handed on, or is gone. Raises BadLink."""
    key, nonce = read(token, purpose)
    found = Booking.objects.select_related("event__calendar_entry", "event__building")
    return found.filter(pk=key, nonce=nonce).first()


def calendar_of(token: str) -> PersonalCalendar | None:
    """Whose calendar an address is; None when it was ended. Raises BadLink."""
    key, nonce = read(token, FEED)
    return PersonalCalendar.objects.select_related("user").filter(pk=key, nonce=nonce, user__is_active=True).first()

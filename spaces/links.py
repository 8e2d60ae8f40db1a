"""Links of those who booked, and addresses of calendars. They end when a booking is handed on, or another address is asked for."""

from django.urls import reverse

from core.signed_links import read, sign
from search.exports import absolute

from .models import Booking, SpaceCalendar

MANAGE, FEED = "spaces.manage", "spaces.feed"


def manage_url(booking: Booking) -> str:
    return absolute(manage_path(booking))


def manage_path(booking: Booking) -> str:
    return reverse("space_booking", args=[token(booking, MANAGE)])


def answer_url(booking: Booking) -> str:
    """Where those who manage bookings say yes or no."""
    return f"{absolute(reverse('spaces_approvals'))}#b{booking.pk}"


def feed_url(calendar: SpaceCalendar) -> str:
    if calendar.space is not None:
        return absolute(reverse("space_feed", args=[calendar.space.slug])) + f"?token={token(calendar, FEED)}"
    return absolute(reverse("my_space_feed", args=[token(calendar, FEED)]))


def token(row: Booking | SpaceCalendar, purpose: str) -> str:
    return sign(purpose, row.pk, row.nonce.hex)


def booking_of(token: str) -> Booking | None:
    """Whose a link is; None when it was handed on, or made nameless. Raises BadLink."""
    key, nonce = read(token, MANAGE)
    found = Booking.objects.of_people().select_related("space__floor__building", "organisation")
    return found.filter(pk=key, nonce=nonce).first()


def calendar_of(token: str) -> SpaceCalendar | None:
    """What an address shows; None when it was ended, or whoever asked for it is gone. Raises BadLink."""
    key, nonce = read(token, FEED)
    found = SpaceCalendar.objects.select_related("user", "organisation", "space").filter(pk=key, nonce=nonce).first()
    if found is None or (found.user and not found.user.is_active):
        return None
    page = found.space or found.organisation
    return found if page is None or page.live else None

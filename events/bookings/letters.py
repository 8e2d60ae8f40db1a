"""Letters about a booking: what became of it, each with the link by which it is changed or cancelled."""

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from core.letters import letter as write_letter

from . import links
from .choices import BookingStatus
from .models import Booking

# Which letters are about a state that may have passed before they are sent.
ABOUT = {
    "confirmed": {BookingStatus.CONFIRMED},
    "pending": {BookingStatus.PENDING},
    "waiting": {BookingStatus.WAITING},
    "offer": {BookingStatus.OFFERED},
}


def is_still_true(booking: Booking, letter: str) -> bool:
    return letter not in ABOUT or booking.status in ABOUT[letter]


def write(booking: Booking, letter: str, *, to: str = "") -> EmailMultiAlternatives:
    context = {
        "booking": booking,
        "event": booking.event,
        "letter": letter,
        "starts_at": timezone.localtime(booking.event.starts_at),
        "manage_url": "" if to else links.manage_url(booking),
    }
    return write_letter("events/email/booking", to=to or booking.email, context=context)

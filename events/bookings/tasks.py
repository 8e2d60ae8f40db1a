"""Letters as background work: given keys, written when they are sent, from what holds then."""

from typing import Any

from django.dispatch import receiver

from core.tasks import durable

from . import letters
from .models import Booking
from .signals import letter_due


@durable
def write(booking: int, letter: str, to: str = "") -> None:
    """Send one letter about a booking, unless it is gone, or no longer true."""
    found = Booking.objects.select_related("event__calendar_entry", "event__building").filter(pk=booking).first()
    if found is not None and letters.is_still_true(found, letter):
        letters.write(found, letter, to=to).send()


@receiver(letter_due)
def enqueue(sender: Any, booking: Booking, letter: str, to: str = "", **kwargs: Any) -> None:
    write.enqueue(booking=booking.pk, letter=letter, **({"to": to} if to else {}))

"""What is kept for an address that booked spaces, or came as a guest: to answer its owner, and to erase it for them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import Q

from core.moments_in_words import from_until
from spaces.actions import erase
from spaces.models import Booking, Visitor
from spaces.rules import Refusal


class Command(BaseCommand):
    help = "Show the bookings of spaces of an e-mail address, and where it was named as a guest; or erase them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address of whoever asked")
        parser.add_argument(
            "--erase", action="store_true", help="make nameless what is over or cancelled; forget the guest"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"].strip().lower()
        mine = Q(email=email) | Q(user__email__iexact=email)
        found = list(Booking.objects.of_people().filter(mine, purged_at=None).select_related("space"))
        visits = Visitor.objects.filter(email=email)
        for booking in found:
            when = from_until(booking.starts_at, booking.ends_at)
            self.stdout.write(f"{booking.reference}: {booking.space.title}, {when}. {booking.get_status_display()}.")
        for visitor in visits.select_related("booking__space"):
            self.stdout.write(f"{visitor.booking.reference}: as a guest of {visitor.booking.space.title}.")
        if not found and not visits:
            self.stdout.write("Nothing is kept for this address.")
        elif options["erase"]:
            visits.delete()
            for booking in found:
                self._erase(booking)

    def _erase(self, booking: Booking) -> None:
        try:
            erase(booking=booking.pk)
            self.stdout.write(f"{booking.reference}: made nameless.")
        except Refusal as refusal:
            self.stderr.write(f"{booking.reference}: {refusal}")

"""Somebody stands at the door without a booking."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from events.attendance.models import WalkIn
from events.attendance.queries import Person, person_of, walked_in
from events.bookings import actions as bookings
from events.bookings.choices import BookingStatus
from events.bookings.models import Booking
from events.bookings.policies import may_manage
from events.models import EventPage


class OnTheList(bookings.Refusal):
    """They have a place already; ``person`` is the one to check in."""

    field = "email"

    def __init__(self, words: str, *, booking: Booking) -> None:
        super().__init__(words)
        self.booking = booking


def walk_in(
    *,
    event: EventPage,
    name: str,
    by: User,
    key: UUID,
    email: str = "",
    organisation_name: str = "",
    place: bool = True,
) -> Person:
    """Put somebody on the list: with ``place`` by a booking like any other, else counted apart, with none of the places.

    A place needs an address, and there must be one: booking says so as to everybody. The same ``key`` again returns who
    was put there first. Raises PermissionDenied and Refusal, having changed nothing.
    """
    if not may_manage(by):
        raise PermissionDenied("Only those who manage bookings let people in.")
    if place:
        return _with_a_place(event, name, email, organisation_name, key, by)
    with transaction.atomic():
        found, _ = WalkIn.objects.get_or_create(
            key=key,
            defaults={
                "event": event,
                "name": " ".join(name.split()),
                "email": email.strip().lower(),
                "organisation_name": " ".join(organisation_name.split()),
                "added_by": by,
            },
        )
    return walked_in(found)


@transaction.atomic
def _with_a_place(event: EventPage, name: str, email: str, organisation: str, key: UUID, by: User) -> Person:
    if not email.strip():
        words = "A place needs an e-mail address. Ask for one, or let them in without a place."
        raise bookings.Unanswered(words, field="email")
    request = bookings.Request(name=name, email=email, organisation_name=organisation, key=key)
    try:
        booking = bookings.ask(event=event.pk, request=request)
    except bookings.AlreadyBooked as refusal:
        if refusal.booking.status == BookingStatus.CONFIRMED:
            words = f"This address has a booking already, in the name of {refusal.booking.name}: check them in."
            raise OnTheList(words, booking=refusal.booking) from refusal
        words = (
            f"This address has a booking that is “{refusal.booking.get_status_display().lower()}”: it is not confirmed."
        )
        raise OnTheList(words, booking=refusal.booking) from refusal
    if booking.status == BookingStatus.PENDING:
        booking = bookings.approve(booking=booking, by=by)
    return person_of(booking.attendees.select_related("booking")[0])

"""A booking is made nameless: what is left of it is a number."""

from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from events.bookings.models import Booking, new_code
from events.bookings.policies import may_manage

from .changing import relocked
from .refusals import NotNow
from .settling import locked, note

NOBODY = "Name removed"
NO_ADDRESS = "erased.invalid"  # RFC 2606: no letter can ever go there


@transaction.atomic
def erase(*, booking: Booking, by: User | None = None) -> Booking:
    """Take everything personal out of ``booking``, for good. Once more changes nothing.

    Status, pool and organisation of the directory stay, so that numbers stay true. Raises NotNow while somebody is
    expected, and PermissionDenied.
    """
    if by is not None and not may_manage(by):
        raise PermissionDenied("Only those who manage bookings can erase one.")
    locked(booking.event_id)
    booking = relocked(booking)
    if booking.is_live and booking.event.ends_at > timezone.now():
        raise NotNow("The event is still to come, and somebody is expected. Cancel the booking first, then erase it.")
    if booking.purged_at is None:
        make_nameless(booking, by)
    return booking


def make_nameless(booking: Booking, by: User | None = None) -> None:
    """Of a booking whose event nobody waits for any more, or that the caller has locked. Links and tickets end."""
    booking.needs.all().delete()
    booking.answers.all().delete()
    for attendee in booking.attendees.all():
        attendee.name, attendee.code = "", new_code()
        attendee.save(update_fields=["name", "code"])
    booking.name, booking.email, booking.user = NOBODY, f"{booking.pk}@{NO_ADDRESS}", None
    booking.organisation_name, booking.wants_access_place, booking.tells_hosts = "", False, False
    booking.nonce, booking.purged_at = uuid4(), timezone.now()
    booking.save()
    note(booking, "made nameless", by)

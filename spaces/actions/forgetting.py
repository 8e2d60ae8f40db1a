"""A booking is made nameless: what is left of it is a number, which space, when, and of which organisation."""

from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from spaces.choices import BookingKind
from spaces.models import Booking
from spaces.policies import may_manage
from spaces.rules import Refusal

from .settling import note


@transaction.atomic
def erase(*, booking: int, by: User | None = None) -> Booking:
    """Take everything personal out of it, for good. Once more changes nothing.

    Raises Refusal while somebody is expected, and PermissionDenied.
    """
    if by is not None and not may_manage(by):
        raise PermissionDenied("Only those who manage bookings can erase one.")
    one = Booking.objects.select_for_update(of=("self",), no_key=True).get(pk=booking)
    if one.kind != BookingKind.BOOKING:
        raise Refusal("ended", "A closure holds nobody’s name. Open the space again instead.")
    if one.is_live and one.ends_at > timezone.now():
        raise Refusal("not-over", "Somebody is expected. Cancel the booking first, then erase it.")
    if one.purged_at is None:
        make_nameless(one, by)
    return one


def make_nameless(booking: Booking, by: User | None = None) -> None:
    """Of a booking that nobody comes to any more. The links that were sent open nothing then."""
    booking.visitors.all().delete()
    booking.letters.exclude(to="").update(to="")
    booking.log.exclude(words="").update(words="")
    booking.name = booking.email = booking.words = ""
    booking.user, booking.made_by, booking.groups = None, None, []
    booking.nonce, booking.purged_at = uuid4(), timezone.now()
    booking.save()
    note(booking, "made nameless", by)

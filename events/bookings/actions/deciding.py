"""An offer is taken up; a place that we give is given, or not."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from events.bookings.choices import BookingStatus
from events.bookings.models import Booking
from events.bookings.policies import may_manage
from events.bookings.signals import letter_due

from .changing import relocked
from .refusals import NotNow
from .settling import give_back, locked, set_status, settle_locked

LAPSED = "This offer has ended, and the place went to the next. You can go on the waiting list again, or look for another date."


def accept(*, booking: Booking, by: User | None = None) -> Booking:
    """Take up an offer, or have us do it for somebody; once more changes nothing. Raises NotNow when it has ended."""
    with transaction.atomic():
        now = timezone.now()
        rules = locked(booking.event_id)
        settle_locked(rules, now)
        booking = relocked(booking)
        if booking.status == BookingStatus.OFFERED:
            set_status(booking, BookingStatus.CONFIRMED, "took up the offer", by)
            letter_due.send(Booking, booking=booking, letter="confirmed")
    if booking.status != BookingStatus.CONFIRMED:  # said outside, so that what lapsed stays lapsed
        raise NotNow(LAPSED)
    return booking


@transaction.atomic
def approve(*, booking: Booking, by: User) -> Booking:
    """Say yes to somebody who asked. Raises PermissionDenied and NotNow."""
    return _decide(booking, by, BookingStatus.CONFIRMED, "approved")


@transaction.atomic
def refuse(*, booking: Booking, by: User) -> Booking:
    """Say no to somebody who asked; the place goes to the next. Raises PermissionDenied and NotNow."""
    return _decide(booking, by, BookingStatus.DECLINED, "not accepted")


def _decide(booking: Booking, by: User, status: BookingStatus, what: str) -> Booking:
    if not may_manage(by):
        raise PermissionDenied("Only those who manage bookings decide on them.")
    rules = locked(booking.event_id)
    booking = relocked(booking)
    if booking.status != BookingStatus.PENDING:
        raise NotNow(f"Nothing is to be decided any more: this booking is “{booking.get_status_display().lower()}”.")
    if status == BookingStatus.DECLINED:
        give_back(booking)
    set_status(booking, status, what, by)
    letter_due.send(Booking, booking=booking, letter=status)
    settle_locked(rules, timezone.now())
    return booking

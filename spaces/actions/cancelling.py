"""A booking is given back. Until the hour that its space names it costs nothing; later it still counts, unless we waive that."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from spaces.choices import LIVE, BookingStatus
from spaces.models import Booking
from spaces.policies import may_manage
from spaces.queries.series import LATE
from spaces.rules import Refusal, still_counts
from spaces.signals import letter_due

from .allowances import give_back, spent_on
from .settling import found, free, note, set_status

NOT_YOURS = "Only those who manage bookings give back what counts."


def cancel(*, booking: int, by: User | None = None, words: str = "", waives: bool = False) -> Booking:
    """Give it back, and what it costs unless it is too late for that. Cancelled twice, it is cancelled once.

    ``waives``: one of us gives the allowance back all the same.
    """
    if waives and not (by and may_manage(by)):
        raise PermissionDenied(NOT_YOURS)
    with transaction.atomic():
        one = found(booking)
        if one.status not in LIVE:
            return one
        now = timezone.now()
        if one.ends_at <= now:
            raise Refusal("over", "It is over, and can't be cancelled any more.")
        counts = still_counts(one, now) and not waives
        free(one)
        if not counts:
            give_back(one)
            _is_not_paid_for(one)
        costs = counts and (one.pays or bool(spent_on(one)))
        set_status(one, BookingStatus.CANCELLED, LATE if costs else "cancelled", by)
        letter_due.send(Booking, booking=one, letter="cancelled", was={"words": words, "counts": costs})
        return one


def waive(*, booking: int, by: User) -> Booking:
    """Give back what a booking still costs that was cancelled late, or that nobody came to. Raises Refusal."""
    if not may_manage(by):
        raise PermissionDenied(NOT_YOURS)
    with transaction.atomic():
        one = found(booking)
        if one.status not in (BookingStatus.CANCELLED, BookingStatus.RELEASED):
            raise Refusal("ended", "Only what was cancelled late, or given back because nobody came, can be waived.")
        if one.pays or spent_on(one):
            give_back(one)
            _is_not_paid_for(one)
            note(one, "given back all the same", by)
        return one


def _is_not_paid_for(booking: Booking) -> None:
    if booking.pays:
        booking.pays = False
        booking.save(update_fields=["pays"])

"""A booking is given back. Until the hour that its space names it costs nothing; later it still counts, unless we waive that.

What is to be invoiced for a booking that is confirmed can be waived too, for a reason, and charged again.
"""

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

CHARGED_AGAIN = "to be paid again"
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
        costs = counts and (one.is_invoiced or bool(spent_on(one)))
        set_status(one, BookingStatus.CANCELLED, LATE if costs else "cancelled", by)
        letter_due.send(Booking, booking=one, letter="cancelled", was={"words": words, "counts": costs})
        return one


def waive(*, booking: int, by: User, words: str = "") -> Booking:
    """Give back what a booking still costs that was cancelled late, or that nobody came to. Raises Refusal.

    One that is confirmed and to be paid becomes free of charge, and ``words`` say why. Waived twice, it is waived once.
    """
    if not may_manage(by):
        raise PermissionDenied(NOT_YOURS)
    with transaction.atomic():
        one = found(booking)
        if one.status == BookingStatus.CONFIRMED and one.pays:
            if not one.waived:
                _set_waived(one, True, "made free of charge", by, words=reason(words))
            return one
        if one.status not in (BookingStatus.CANCELLED, BookingStatus.RELEASED):
            what = "what is to be paid, was cancelled late, or was given back because nobody came"
            raise Refusal("ended", f"Only {what}, can be waived.")
        if one.is_invoiced or spent_on(one):
            give_back(one)
            _is_not_paid_for(one)
            note(one, "given back all the same", by)
        return one


def charge_again(*, booking: int, by: User) -> Booking:
    """What was made free of charge is to be paid after all. Twice, it is once."""
    if not may_manage(by):
        raise PermissionDenied(NOT_YOURS)
    with transaction.atomic():
        one = found(booking)
        if one.waived:
            _set_waived(one, False, CHARGED_AGAIN, by)
        return one


def reason(words: str) -> str:
    """Raises Refusal where there is none."""
    if said := " ".join(words.split()):
        return said[:300]
    raise Refusal("reason", "Say why it is free of charge. Your colleagues read it in the history.", field="words")


def _set_waived(booking: Booking, waived: bool, what: str, by: User, *, words: str = "") -> None:
    booking.waived = waived
    booking.save(update_fields=["waived"])
    note(booking, what, by, words=words)


def _is_not_paid_for(booking: Booking) -> None:
    if booking.pays:
        booking.pays = False
        booking.save(update_fields=["pays"])

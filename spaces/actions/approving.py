"""Somebody of us reads what was asked for, and says yes or no."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from spaces.choices import BookingStatus
from spaces.models import Booking
from spaces.policies import may_manage
from spaces.rules import Refusal
from spaces.signals import letter_due

from .allowances import give_back
from .settling import found, free, set_status


def approve(*, booking: int, by: User) -> Booking:
    """Say yes: its units are held already. Said twice, it is said once."""
    _refuse_others(by)
    with transaction.atomic():
        one = found(booking)
        if one.status == BookingStatus.CONFIRMED:
            return one
        if one.status != BookingStatus.PENDING:
            raise Refusal("ended", "It is not waiting for an answer any more. Look at its history.")
        set_status(one, BookingStatus.CONFIRMED, "approved", by)
        letter_due.send(Booking, booking=one, letter=BookingStatus.CONFIRMED)
        return one


def decline(*, booking: int, words: str, by: User) -> Booking:
    """Say no, and why: the reason goes to whoever asked."""
    _refuse_others(by)
    if not words.strip():
        raise Refusal("reason", "Say why, in a sentence: whoever asked reads it.", field="words")
    with transaction.atomic():
        one = found(booking)
        if one.status != BookingStatus.PENDING:
            raise Refusal("ended", "It is not waiting for an answer any more. Look at its history.")
        free(one)
        give_back(one)
        set_status(one, BookingStatus.DECLINED, "declined", by)
        letter_due.send(Booking, booking=one, letter=BookingStatus.DECLINED, was={"words": words.strip()})
        return one


def _refuse_others(by: User) -> None:
    if not may_manage(by):
        raise PermissionDenied("Only those who manage bookings say yes or no.")

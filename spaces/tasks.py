"""Letters and offers as background work: given keys, done from what holds then.

A letter is sent inside the transaction that notes it, as its last step: a second run finds it noted and sends nothing. Only a
process that dies between the mail server's yes and the commit sends it twice, under the same number.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.dispatch import receiver
from django.utils import timezone
from django_tasks import task

from accounts.models import User
from core.tasks import durable

from . import actions, letters
from .choices import BookingKind, BookingStatus
from .models import Booking, BookingLetter
from .policies import may_manage, who_manages
from .reminders import reminds_from, reminds_now
from .signals import answer_due, letter_due, units_freed
from .timetable import Span

# Before what only refreshes the index; and whoever waits for an answer before those who are reminded.
TO_ONE, TO_MANY = 20, 10
REMINDED_AHEAD = timedelta(days=2)  # no reminder is due earlier
JUST_TOLD = timedelta(hours=12)  # before a reminder would be due: who was told so shortly before needs none
OF_TIMES = ("confirmed", letters.MOVED)


# ---- letters --------------------------------------------------------------------------------------------------------
@durable
def write(letter: int) -> None:
    """Send a letter, unless it was sent, its booking is gone, or it is no longer true."""
    found = BookingLetter.objects.select_for_update(of=("self",)).filter(pk=letter, sent_at=None)
    due = found.select_related("booking__space__floor__building", "booking__organisation").first()
    if due is None:
        return
    message = letters.written(due) if letters.is_still_true(due) else None
    due.sent_at, due.to = timezone.now(), ""
    due.was = {name: value for name, value in due.was.items() if name != "words"}  # what somebody typed
    due.save()
    if message is not None:
        message.send()  # last: see above


@receiver(letter_due)
def letter_is_due(
    sender: Any, booking: Booking, letter: str, to: str = "", was: dict[str, Any] | None = None, **kwargs: Any
) -> None:
    if booking.kind == BookingKind.BOOKING and (to or booking.email):
        _enqueue(booking, letter, TO_ONE, to=to, was=was or {})


def _enqueue(booking: Booking, letter: str, priority: int, **details: Any) -> None:
    due = BookingLetter.objects.create(booking=booking, letter=letter, **details)
    write.using(priority=priority).enqueue(letter=due.pk)


@durable
def ask_colleague(booking: int, to: int, dates: int) -> None:
    """Tell one of those who say yes or no that a request waits, unless it was answered meanwhile."""
    found = Booking.objects.filter(pk=booking, status=BookingStatus.PENDING, purged_at=None)
    asked = found.select_related("space", "organisation").first()
    person = User.objects.filter(pk=to, is_active=True).first()
    if asked and person and may_manage(person):
        letters.to_answer(asked, person.email, dates).send()


@receiver(answer_due)
def answer_is_due(sender: Any, booking: Booking, dates: int = 1, **kwargs: Any) -> None:
    for person in who_manages():  # a task each: where one address is refused others are written to
        ask_colleague.using(priority=TO_ONE).enqueue(booking=booking.pk, to=person.pk, dates=dates)


# ---- offers ---------------------------------------------------------------------------------------------------------
@task(priority=TO_ONE)
def serve(units: list[int], begins: str, ends: str) -> None:
    """Offer what became free to those who wait for it.

    Not durable, which would hold the locks of all offers until the last is made; what a lost run leaves is served by the
    next tick.
    """
    span = Span(datetime.fromisoformat(begins), datetime.fromisoformat(ends))
    actions.serve_waiting(units=units, span=span)


@receiver(units_freed)
def units_are_free(sender: Any, units: Sequence[int], span: Span, **kwargs: Any) -> None:
    """Only once it is certain: a booking that is moved frees its units and takes some of them again."""
    due = partial(serve.enqueue, units=list(units), begins=span.begins.isoformat(), ends=span.ends.isoformat())
    transaction.on_commit(due)


# ---- due ------------------------------------------------------------------------------------------------------------
def remind_due() -> None:
    """Remind everybody of what they have booked. Safe to run at any time, and twice at once.

    A reminder is claimed in the transaction that enqueues it.
    """
    now = timezone.now()
    soon = Booking.objects.of_people().filter(
        status=BookingStatus.CONFIRMED, starts_at__gt=now, starts_at__lt=now + REMINDED_AHEAD
    )
    soon = soon.exclude(reminded_of=F("starts_at")).exclude(email="").exclude(user__wants_reminders=False)
    for booking in soon.select_related("space"):
        if reminds_now(now, booking.space, booking.starts_at):
            _remind(booking)


def _remind(booking: Booking) -> None:
    since = reminds_from(booking.space, booking.starts_at) - JUST_TOLD
    told = BookingLetter.objects.filter(booking=OuterRef("pk"), letter__in=OF_TIMES, made_at__gte=since)
    with transaction.atomic():
        same = Booking.objects.filter(pk=booking.pk, status=BookingStatus.CONFIRMED, starts_at=booking.starts_at)
        same = same.exclude(reminded_of=booking.starts_at)
        needs_none = same.filter(Exists(told)).exists()
        if same.update(reminded_of=booking.starts_at) and not needs_none:
            _enqueue(booking, letters.REMINDER, TO_MANY)

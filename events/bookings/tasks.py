"""Letters as background work: given keys, written when they are sent, from what holds then.

A letter is sent inside the transaction that notes it, as its last step: a second run finds it noted and sends nothing. Only a
process that dies between the mail server's yes and the commit sends it twice, under the same number.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.dispatch import receiver
from django.utils import timezone

from core.tasks import durable
from events.choices import EventStatus
from events.models import CalendarEntry, EventPage

from . import letters
from .choices import BookingStatus
from .models import Booking, BookingLetter
from .signals import event_changed, letter_due
from .timetable import reminds_from, reminds_now

# Before what only refreshes the index; and whoever waits for an answer before those who are all told the same.
TO_ONE, TO_MANY = 20, 10
REMINDED_AHEAD = timedelta(days=2)  # no reminder is due earlier


@durable
def write(letter: int) -> None:
    """Send a letter, unless it was sent, its booking is gone, or it is no longer true."""
    found = BookingLetter.objects.select_for_update(of=("self",)).filter(pk=letter, sent_at=None)
    due = found.select_related("booking__event__calendar_entry", "booking__event__building").first()
    if due is None:
        return
    messages = letters.written(due) if letters.is_still_true(due) else []
    due.sent_at, due.to = timezone.now(), ""
    due.save()
    for message in messages:
        message.send()  # last: see above


@durable
def tell_of_change(event: int, letter: str, was: dict[str, Any]) -> None:
    """Have a letter written to everybody who has a booking: a task each. Safe to run twice."""
    told = BookingLetter.objects.filter(booking__event=event, letter=letter, was__sequence=was["sequence"])
    for booking in Booking.objects.live().filter(event=event).exclude(pk__in=told.values("booking")):
        _enqueue(booking, letter, TO_MANY, was=was)


@receiver(letter_due)
def letter_is_due(sender: Any, booking: Booking, letter: str, to: str = "", **kwargs: Any) -> None:
    _enqueue(booking, letter, TO_ONE, to=to)


@receiver(event_changed)
def event_is_changed(sender: Any, event: EventPage, entry: CalendarEntry, was: dict[str, Any], **kwargs: Any) -> None:
    letter = letters.due_for(was["status"], event.status)
    if letter and event.ends_at > timezone.now() and Booking.objects.live().filter(event=event.pk).exists():
        at: datetime | None = was["starts_at"]
        facts = {
            "sequence": entry.sequence,
            "starts_at": at.isoformat() if at else "",
            "place": was["place"],
            "place_now": entry.place,
        }
        tell_of_change.using(priority=TO_MANY).enqueue(event=event.pk, letter=letter, was=facts)


def _enqueue(booking: Booking, letter: str, priority: int, **details: Any) -> None:
    due = BookingLetter.objects.create(booking=booking, letter=letter, **details)
    write.using(priority=priority).enqueue(letter=due.pk)


# ---- due ------------------------------------------------------------------------------------------------------------
def remind_due() -> None:
    """Remind everybody with a place of what begins tomorrow. Safe to run at any time, and twice at once.

    A reminder is claimed in the transaction that enqueues it. Who was told of their place since the morning needs none.
    """
    now = timezone.now()
    soon = EventPage.objects.filter(live=True, status=EventStatus.SCHEDULED)
    soon = soon.filter(starts_at__gt=now, starts_at__lt=now + REMINDED_AHEAD, bookings__status=BookingStatus.CONFIRMED)
    for event, starts_at in soon.distinct().values_list("pk", "starts_at"):
        if not reminds_now(now, starts_at):
            continue
        just_told = BookingLetter.objects.filter(
            booking=OuterRef("pk"), letter__in=("confirmed", "moved", "back-on"), made_at__gte=reminds_from(starts_at)
        )
        due = Booking.objects.confirmed().filter(~Exists(just_told), event=event, event__starts_at=starts_at)
        due = due.exclude(reminded_of=F("event__starts_at")).exclude(user__wants_reminders=False)
        for booking in due:
            with transaction.atomic():
                same = Booking.objects.confirmed().filter(pk=booking.pk).exclude(reminded_of=starts_at)
                if same.update(reminded_of=starts_at):
                    _enqueue(booking, letters.REMINDER, TO_MANY)

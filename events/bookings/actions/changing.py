"""A booking is changed, handed on or given back, by whoever holds its link or by us."""

from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from events.bookings.choices import BookingStatus, NeedKind
from events.bookings.models import AccessNeed, Attendee, Booking, BookingRules, Pool, new_code
from events.bookings.signals import letter_due

from .asking import refuse_too_many, refuse_unless_open, why_not
from .refusals import AlreadyBooked, NotNow, Refusal
from .settling import fitting, give_back, locked, note, pools_of, set_status, settle_locked

OVER = "This booking is over: it was cancelled, or its offer ended. Book again on the page of the event."


def relocked(booking: Booking) -> Booking:
    """``booking`` as it is now; the caller holds the lock of its event."""
    return Booking.objects.select_related("event").get(pk=booking.pk)


@transaction.atomic
def cancel(*, booking: Booking, by: User | None = None) -> Booking:
    """Give the places back; they go to who waits longest at once. A second time changes nothing. Raises NotNow."""
    now = timezone.now()
    rules = locked(booking.event_id)
    booking = relocked(booking)
    if not booking.is_live:
        return booking
    if booking.event.ends_at <= now:
        raise NotNow("The event is over: its bookings stay as they were.")
    give_back(booking)
    set_status(booking, BookingStatus.CANCELLED, "cancelled", by)
    letter_due.send(Booking, booking=booking, letter="cancelled")
    settle_locked(rules, now)
    return booking


@transaction.atomic
def decline(*, booking: Booking) -> Booking:
    """Leave an offer or the waiting list; as good as cancelling, for whoever never had the place."""
    return cancel(booking=booking)


@transaction.atomic
def change(
    *,
    booking: Booking,
    size: int | None = None,
    companions: tuple[str, ...] | None = None,
    needs: dict[NeedKind, str] | None = None,
    tells_hosts: bool | None = None,
    by: User | None = None,
) -> Booking:
    """Bring more people or fewer, name them, say what they need. Raises Refusal, having changed nothing."""
    now = timezone.now()
    rules = locked(booking.event_id)
    booking = relocked(booking)
    if not booking.is_live:
        raise NotNow(OVER)
    refuse_unless_open_to_change(booking, now)
    attendees = list(booking.attendees.all())
    if size is not None and size != len(attendees):
        if size > len(attendees):
            refuse_unless_open(rules, now, by)
            settle_locked(rules, now)
            booking = relocked(booking)
            refuse_too_many(rules, size, by)
            _add(booking, size - len(attendees), rules, now)
        else:
            Attendee.objects.filter(pk__in=[one.pk for one in attendees[max(size, 1) :]]).delete()
        note(booking, f"now {max(size, 1)} people", by)
    if companions is not None:
        for attendee, name in zip(list(booking.attendees.all())[1:], companions, strict=False):
            attendee.name = name.strip()
            attendee.save(update_fields=["name"])
    for kind, words in (needs or {}).items():
        AccessNeed.objects.filter(booking=booking, kind=kind).exclude(words=words.strip()).delete()
        if words.strip():
            AccessNeed.objects.get_or_create(booking=booking, kind=kind, defaults={"words": words.strip()})
    if tells_hosts is not None and tells_hosts != booking.tells_hosts:
        booking.tells_hosts = tells_hosts
        booking.save(update_fields=["tells_hosts"])
    if size is not None:
        booking.sequence = F("sequence") + 1
        booking.save(update_fields=["sequence"])
        booking.refresh_from_db(fields=["sequence"])
        letter_due.send(Booking, booking=booking, letter="changed")
    settle_locked(rules, now)
    return booking


@transaction.atomic
def transfer(*, booking: Booking, name: str, email: str, by: User | None = None) -> Booking:
    """Hand the booking on to a colleague: links and tickets that were sent end, and new ones go to the new address.

    What the first person needs to take part, and answered, goes with them. Raises AlreadyBooked and NotNow.
    """
    now = timezone.now()
    locked(booking.event_id)
    booking = relocked(booking)
    email = email.strip().lower()
    if not booking.is_live:
        raise NotNow(OVER)
    refuse_unless_open_to_change(booking, now)
    if other := Booking.objects.live().filter(event=booking.event_id, email=email).exclude(pk=booking.pk).first():
        words = "That address has a booking for this event already. Cancel yours instead, if you can't come."
        raise AlreadyBooked(words, booking=other)
    before = booking.email
    first = booking.attendees.all()[0]
    first.name, first.code = " ".join(name.split()), new_code()
    first.save(update_fields=["name", "code"])
    booking.needs.all().delete()
    booking.answers.all().delete()
    booking.name, booking.email, booking.user, booking.tells_hosts = first.name, email, None, False
    booking.nonce, booking.sequence = uuid4(), F("sequence") + 1
    booking.save(update_fields=["name", "email", "user", "nonce", "tells_hosts", "sequence"])
    booking.refresh_from_db(fields=["sequence"])
    note(booking, "handed on", by)
    letter_due.send(Booking, booking=booking, letter="handed-on", to=before)
    letter_due.send(Booking, booking=booking, letter=booking.status)
    return booking


@transaction.atomic
def move(*, attendee: Attendee, pool: Pool, by: User) -> None:
    """Give somebody who has a place one of another pool instead, whatever its rule. Raises Refusal where it is full."""
    rules = locked(attendee.booking.event_id)
    attendee = Attendee.objects.select_related("booking").get(pk=attendee.pk)
    pool = Pool.objects.get(pk=pool.pk, event=rules.event_id)
    if attendee.pool_id is None:
        raise Refusal("Who has no place can't be moved. Give them one first.")
    if attendee.pool_id == pool.pk:
        return
    if not pool.free:
        raise Refusal(f"“{pool}” is full. Give it more places first, or choose another.")
    attendee.pool = pool
    attendee.save(update_fields=["pool"])
    note(attendee.booking, "moved to other places", by)
    settle_locked(rules, timezone.now())


def refuse_unless_open_to_change(booking: Booking, now: datetime) -> None:
    if booking.event.ends_at <= now:
        raise NotNow("The event is over: its bookings stay as they were.")


def _add(booking: Booking, more: int, rules: BookingRules, now: datetime) -> None:
    """``more`` people: with places where the others have some, or all of them wait together."""
    if booking.is_holding:
        pools = pools_of(booking.event_id)
        found = fitting(booking, more, pools, now)
        if found is None:
            raise why_not(booking, more, rules, pools, now)
        Attendee.objects.bulk_create(Attendee(booking=booking, pool=pool) for pool in found)
    else:
        Attendee.objects.bulk_create(Attendee(booking=booking) for _ in range(more))

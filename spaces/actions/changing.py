"""Those who have a booking move it, end it early, hand it on, bring guests, take up an offer and check in."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from directory.queries.bookers import booker_of
from spaces.choices import HOLDING, LIVE, BookingKind, BookingStatus
from spaces.fees import is_owed, put_a_price
from spaces.models import Booking, Visitor
from spaces.queries.occupation import bookable_space, units_of
from spaces.queries.people import asker_for
from spaces.rules import (
    Asker,
    Refusal,
    Wish,
    closed_gates,
    is_open_to,
    refuse_to_escape,
    still_counts,
    whom_for,
    why_not_shorter,
)
from spaces.signals import answer_due, letter_due, units_freed
from spaces.timetable import blocked

from .allowances import give_back, keep_spent, lock_accounts, spend, spent_on
from .booking import Guest, colleague, whoever_has, why_not_coming
from .cancelling import CHARGED_AGAIN
from .limits import refuse_alone, refuse_prime_time
from .settling import (
    allocate,
    approval_ends_at,
    busy_parts,
    found,
    free,
    is_taken,
    note,
    place,
    set_status,
    taken,
)

EARLY = timedelta(minutes=15)  # how long before its start one can check in


def change(
    *,
    booking: int,
    starts_at: datetime,
    ends_at: datetime,
    asker: Asker,
    space: int | None = None,
    number: int | None = None,
    people: int | None = None,
    by: User | None = None,
) -> Booking:
    """Move a booking to another time, length or space: all of it, or nothing. Raises Refusal.

    Where it goes it is asked for as if it were new, of whoever has it; the old time is kept until the new one is certain.
    ``by``: who of us does it.
    """
    first = Booking.objects.get(pk=booking)
    page = bookable_space(space or first.space_id)
    if page is None:
        raise Refusal("gone", "This space can't be booked any more. Look at what else there is.")
    wish = Wish(page, starts_at, ends_at, number or (first.number if page.is_pool else 1), people or first.people)
    shortens = page.pk == first.space_id and first.starts_at <= starts_at < ends_at <= first.ends_at
    only_shorter = shortens and starts_at == first.starts_at
    refusal = why_not_shorter(wish, asker) if only_shorter else why_not_coming(wish, whoever_has(first, asker), asker)
    if refusal:
        raise refusal
    try:
        with transaction.atomic():
            return _moved(booking, wish, asker, by)
    except IntegrityError as error:
        if is_taken(error):
            raise taken(page) from error
        raise


def _moved(key: int, wish: Wish, asker: Asker, by: User | None) -> Booking:
    now = timezone.now()
    booking = found(key, also=units_of(wish.space))
    was = {
        "starts_at": booking.starts_at.isoformat(),
        "ends_at": booking.ends_at.isoformat(),
        "space": booking.space.title,
    }
    _refuse_unless(booking, (*HOLDING, BookingStatus.WAITING), "This booking has ended. Make a new one.")
    if booking.expires_at is not None and booking.expires_at <= now:
        raise Refusal("lapsed", "This offer has ended. Look at what is free now.")
    _refuse_to_unmake(booking, wish, now)
    what = "moved" if booking.starts_at > now else "made longer" if wish.ends_at > booking.ends_at else "changed"
    is_ours = by is not None or asker.is_staff
    if not is_ours and booking.starts_at > now:
        refuse_to_escape(booking, wish, now)
    keeps = not is_ours and still_counts(booking, now)
    pinned = _pinned(booking, wish)
    packed = place(replace(wish, unit=pinned), now, without=key)
    if packed is None and pinned is not None:  # the desk that was chosen is not free then: another is
        packed, pinned = place(wish, now, without=key), None
    if packed is None:
        raise taken(wish.space, busy_parts(wish, without=key))
    if by is None:  # before its accounts are locked: others lock a tenant's terms first
        refuse_alone(wish, booking)
        refuse_prime_time(wish, booking)
    had: dict[int, int] = {}
    if booking.is_holding:
        free(booking)
        lock_accounts(booking, wish.space, wish.starts_at)
        had = spent_on(booking) if keeps else {}
        give_back(booking)
    booking.allocations.all().delete()
    is_elsewhere, paid = booking.space_id != wish.space.pk, booking.fee
    booking.space, booking.starts_at, booking.ends_at = wish.space, wish.starts_at, wish.ends_at
    booking.number, booking.people, booking.waits_for = wish.number, max(wish.people, wish.number), None
    booking.checked_in_at = None if booking.starts_at > now else booking.checked_in_at
    if is_elsewhere:
        booking.pays = booking.pays or is_owed(wish.space, booking.organisation)
    put_a_price(booking, again=is_elsewhere)
    if keeps and paid is not None:
        booking.fee = max(paid, booking.fee or paid)
    if booking.waived and not is_ours and (paid is None or booking.fee is None or booking.fee > paid):
        booking.waived = False  # it was so much that we made free of charge, and no more
        note(booking, CHARGED_AGAIN)
    booking.save()
    spend(booking)
    keep_spent(booking, had)
    allocate(booking, packed, pinned=pinned is not None)
    asks_again = wish.space.approval and by is None and not asker.is_staff
    if asks_again:
        booking.expires_at = approval_ends_at(now, wish.starts_at)
    set_status(booking, BookingStatus.PENDING if asks_again else BookingStatus.CONFIRMED, what, by)
    letter_due.send(Booking, booking=booking, letter="moved", was=was)
    if asks_again:
        answer_due.send(Booking, booking=booking)
    return booking


def _refuse_to_unmake(booking: Booking, wish: Wish, now: datetime) -> None:
    """What was used stays used: it can't be moved away from where it was, nor its allowance be taken back."""
    if booking.ends_at <= now:
        raise Refusal("over", "It is over, and can't be moved any more. Make a new booking.", field="start")
    if booking.starts_at > now:
        return
    if wish.space.pk != booking.space_id or wish.starts_at != booking.starts_at:
        words = "It has begun, and can't be moved any more. It can be made longer, or ended now."
        raise Refusal("begun", words, field="start")
    if wish.ends_at < booking.ends_at:
        raise Refusal("begun", "It has begun. To give back the rest, end it now.", field="end")


def _pinned(booking: Booking, wish: Wish) -> int | None:
    if booking.space_id != wish.space.pk or wish.number != 1:
        return None
    pinned = booking.allocations.filter(active=True, pinned=True).first()
    return pinned.unit_id if pinned else booking.waits_for_id


def end_early(*, booking: int, by: User | None = None) -> Booking:
    """Give back the rest of what has begun, from the next minute on. What it counts stays counted."""
    with transaction.atomic():
        one = found(booking)
        now = timezone.now()
        _refuse_unless(one, (BookingStatus.CONFIRMED,), "Only what is booked can be ended.")
        if not one.starts_at < now < one.ends_at:
            raise Refusal("not-begun", "It has not begun, or is over. Cancel what has not begun.")
        ends_at = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
        if ends_at >= one.ends_at:
            return one
        had = blocked(one.space, ends_at, one.ends_at)
        units = list(one.allocations.filter(active=True).values_list("unit", flat=True))
        one.ends_at = ends_at
        one.checked_in_at = one.checked_in_at or now
        one.save(update_fields=["ends_at", "checked_in_at"])
        until = blocked(one.space, one.starts_at, ends_at).ends
        one.allocations.filter(active=True, blocks_until__gt=until).update(blocks_until=until)
        set_status(one, BookingStatus.CONFIRMED, "ended early", by)
        units_freed.send(Booking, units=units, span=had)
        return one


def check_in(*, booking: int, by: User | None = None) -> Booking:
    """Note that they came: from a quarter of an hour before it begins until it ends. Raises Refusal, also where a gate closed."""
    with transaction.atomic():
        one = found(booking)
        now = timezone.now()
        _refuse_unless(one, (BookingStatus.CONFIRMED,), "Only what is booked can be checked in to.")
        if now < one.starts_at - EARLY:
            raise Refusal("not-begun", "You can check in from a quarter of an hour before it begins.")
        if now >= one.ends_at:
            raise Refusal("over", "It is over.")
        if one.checked_in_at is None and one.user is not None:
            refuse_closed_gates(one, asker_for(booker_of(one.user)))
        if one.checked_in_at is None:
            refuse_alone(Wish(one.space, one.starts_at, one.ends_at), one)
        if one.checked_in_at is None:
            one.checked_in_at = now
            one.save(update_fields=["checked_in_at"])
            note(one, "checked in", by)
        return one


def take_up(*, booking: int, by: User | None = None) -> Booking:
    """Say yes to what was offered from the waiting list."""
    with transaction.atomic():
        one = found(booking)
        if one.status == BookingStatus.CONFIRMED:
            return one
        now = timezone.now()
        if one.status != BookingStatus.OFFERED or (one.expires_at and one.expires_at <= now):
            raise Refusal("lapsed", "This offer has ended. Look at what is free now.")
        set_status(one, BookingStatus.CONFIRMED, "took up the offer", by)
        letter_due.send(Booking, booking=one, letter=BookingStatus.CONFIRMED)
        return one


def hand_on(*, booking: int, name: str, email: str, asker: Asker, by: User | None = None) -> Booking:
    """Give it to somebody who may book that space themselves, at the same time. Links that were sent end. Raises Refusal."""
    with transaction.atomic():
        one = found(booking)
        _refuse_unless(one, LIVE, "This booking has ended.")
        was = one.email
        address = email.strip().lower()
        person = colleague(address, asker.paying_as(one.organisation))
        theirs = asker_for(booker_of(person)).paying_as(one.organisation) if person else Asker()
        refuse_who_may_not(one, theirs)
        one.name, one.email, one.user, one.nonce = " ".join(name.split()), address, person, uuid4()
        one.groups = sorted(theirs.booker.groups)  # by their link they may do what they may, not what the first might
        one.save(update_fields=["name", "email", "user", "nonce", "groups"])
        set_status(one, BookingStatus(one.status), "handed on", by)
        letter_due.send(Booking, booking=one, letter="handed-on", to=was)
        letter_due.send(Booking, booking=one, letter=one.status)
        return one


def invite(*, booking: int, guest: Guest, by: User | None = None) -> Visitor:
    """Say who comes as a guest, so that reception expects them."""
    with transaction.atomic():
        one = found(booking)
        _refuse_unless(one, HOLDING, "Guests can be named once the space is yours.")
        there = one.visitors.count()
        if not one.space.is_pool and there + 1 >= one.space.capacity + 1:
            words = f"{one.space.title} holds {one.space.capacity} people, and so many are named."
            raise Refusal("too-many-people", words, field="guest_name")
        return Visitor.objects.create(
            booking=one,
            name=" ".join(guest.name.split()),
            email=guest.email.strip().lower(),
            organisation_name=" ".join(guest.organisation_name.split()),
            needs=guest.needs.strip(),
        )


def refuse_who_may_not(booking: Booking, theirs: Asker) -> None:
    """Whoever it is handed to could have booked it."""
    if not is_open_to(booking.space, theirs.booker):
        words = (
            f"{booking.space.title} is for {whom_for(booking.space)}. Hand it on to a colleague of your organisation."
        )
        raise Refusal("tenants-only", words, field="email")
    refuse_closed_gates(booking, theirs, field="email")


def refuse_closed_gates(booking: Booking, asker: Asker, *, field: str = "") -> None:
    """Whoever comes has to have passed what the space asks for, until the last day of the booking."""
    wish = Wish(booking.space, booking.starts_at, booking.ends_at, booking.number, booking.people)
    if refusal := next(closed_gates(wish, asker), None):
        raise Refusal(refusal.rule, f"Whoever comes needs it: {refusal}", field=field, **refusal.facts)


def _refuse_unless(booking: Booking, statuses: tuple[str, ...], words: str) -> None:
    if booking.status not in statuses or booking.kind == BookingKind.CLOSURE:
        raise Refusal("ended", words)

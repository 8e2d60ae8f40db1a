"""Somebody asks for a space: they get it, or wait for it, or are told why not."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import User
from core.prepared import PreparedRecords
from directory.models import OrganisationMember
from directory.queries.bookers import Booker
from spaces.choices import BookingStatus, Confidentiality
from spaces.fees import is_owed, put_a_price
from spaces.models import Booking, Series, SpacePage, Visitor
from spaces.policies import may_manage
from spaces.queries.occupation import bookable_space, units_of
from spaces.queries.people import asker_for
from spaces.rules import Asker, Refusal, Wish, why_not
from spaces.signals import answer_due, letter_due

from .allowances import spend
from .limits import refuse_alone, refuse_prime_time
from .resent import made_before
from .settling import (
    allocate,
    approval_ends_at,
    busy_parts,
    is_taken,
    locked,
    note,
    place,
    taken,
)

NOBODY = Asker()
COLLEAGUES = PreparedRecords(
    lambda organisation, email: (
        OrganisationMember.objects.filter(organisation=organisation)
        .alias(address=Lower("user__email"))
        .filter(address=email)
        .select_related("user")
    ),
    int,
    str,
)


@dataclass(frozen=True, kw_only=True)
class Guest:
    name: str
    email: str = ""
    organisation_name: str = ""
    needs: str = ""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What somebody typed. ``key`` is of the form they typed it in: sent twice, it is one booking."""

    name: str
    email: str
    starts_at: datetime
    ends_at: datetime
    number: int = 1
    people: int = 1
    unit: int | None = None  # the very desk that they chose
    words: str = ""
    confidentiality: Confidentiality = Confidentiality.ORGANISATION
    pays: bool = False  # by invoice, where the allowance does not reach
    guests: tuple[Guest, ...] = ()
    key: UUID = field(default_factory=uuid4)


def book(
    *, space: int, request: Request, asker: Asker = NOBODY, waits: bool = False, by: User | None = None
) -> Booking:
    """Book a space, or ask for it where it is given by us; with ``waits``, go on the list when it is taken.

    ``by``: who of us does it for somebody, bound by nothing but what is free. The same ``key`` again returns the first
    booking, or Refusal where something else is said with it. Raises Refusal, having changed nothing, and PermissionDenied.
    """
    if by is not None and not may_manage(by):
        raise PermissionDenied("Only those who manage bookings book for others.")
    if made := made_before(request, asker):
        return made
    page = bookable_space(space)
    if page is None:
        raise Refusal("gone", "This space can't be booked any more. Look at what else there is.")
    wish = wish_of(page, request)
    if refusal := why_not_for(request, wish, asker):
        raise refusal
    return in_turn(wish, request, asker, waits=waits, by=by)


def wish_of(page: SpacePage, request: Request) -> Wish:
    return Wish(page, request.starts_at, request.ends_at, request.number, request.people, request.unit)


def why_not_for(request: Request, wish: Wish, asker: Asker) -> Refusal | None:
    """The first rule that is against it. What a space asks people to have passed is asked of whoever comes."""
    return why_not_coming(wish, whoever_comes(request.email, asker), asker)


def why_not_coming(wish: Wish, comes: Asker, asker: Asker) -> Refusal | None:
    """The same where it is known who ``comes``: ``asker``, with what that person has passed."""
    refusal = why_not(wish, comes, timezone.now())
    if refusal and comes is not asker and "gate" in refusal.facts:
        return Refusal(refusal.rule, f"Whoever comes needs it: {refusal}", field="email", **refusal.facts)
    return refusal


def whoever_comes(email: str, asker: Asker) -> Asker:
    """``asker`` with what the person has passed for whom they book."""
    booker, address = asker.booker, email.strip().lower()
    if booker.user is None or asker.is_staff or address == booker.user.email.lower():
        return asker
    return replace(asker, credentials=asker_for(Booker(colleague(address, asker))).credentials)


def whoever_has(booking: Booking, asker: Asker) -> Asker:
    """``asker`` with what the person has passed who has ``booking``, as the organisation that it is of."""
    asker = asker.paying_as(booking.organisation)
    if booking.user is None:
        return whoever_comes(booking.email, asker)
    if asker.is_staff or booking.user == asker.booker.user:
        return asker
    return replace(asker, credentials=asker_for(Booker(booking.user)).credentials)


def in_turn(wish: Wish, request: Request, asker: Asker, *, waits: bool, by: User | None) -> Booking:
    """The part under the lock. What the database refuses all the same is told as taken."""
    try:
        with transaction.atomic():
            locked(units_of(wish.space))
            return give(wish, request, asker, waits=waits, by=by)
    except (Refusal, IntegrityError) as error:
        if made := made_before(request, asker):  # its twin had the lock before us
            return made
        if isinstance(error, IntegrityError) and is_taken(error):
            raise taken(wish.space, is_chosen=wish.unit is not None) from error
        raise


def give(
    wish: Wish,
    request: Request,
    asker: Asker,
    *,
    waits: bool = False,
    by: User | None = None,
    series: Series | None = None,
) -> Booking:
    """Write the booking down with its units and what it costs. The caller has the lock of the units. Raises Refusal."""
    now = timezone.now()
    packed = place(wish, now)
    if packed is None and not waits:
        raise taken(wish.space, busy_parts(wish), is_chosen=wish.unit is not None)
    booking = _booking(wish, request, asker, by)
    booking.series = series
    if packed is None:
        booking.status, booking.waiting_since = BookingStatus.WAITING, now
        booking.waits_for_id = wish.unit
    elif wish.space.approval and by is None:
        booking.status, booking.expires_at = BookingStatus.PENDING, approval_ends_at(now, wish.starts_at)
    else:
        booking.status = BookingStatus.CONFIRMED
    if packed is not None and by is None:
        refuse_alone(wish, booking)
        refuse_prime_time(wish, booking)
    booking.save()
    if packed is not None:
        allocate(booking, packed, pinned=wish.unit is not None)
    Visitor.objects.bulk_create(
        Visitor(
            booking=booking,
            name=guest.name,
            email=guest.email.lower(),
            organisation_name=guest.organisation_name,
            needs=guest.needs,
        )
        for guest in request.guests
    )
    note(booking, {"pending": "asked for", "waiting": "went on the waiting list"}.get(booking.status, "booked"), by)
    letter_due.send(Booking, booking=booking, letter=booking.status)
    if booking.status == BookingStatus.PENDING and series is None:  # of a series all dates are told of at once
        answer_due.send(Booking, booking=booking)
    if packed is not None:
        spend(booking)  # last: the account is locked from here on, and all of a tenant's bookings meet there
    return booking


def _booking(wish: Wish, request: Request, asker: Asker, by: User | None) -> Booking:
    email = request.email.strip().lower()
    booker = asker.booker
    user, made_by = booker.user, by
    if user is not None and email != user.email.lower():  # for a colleague, or for a guest who has no account
        user, made_by = colleague(email, asker), booker.user
    booking = Booking(
        space=wish.space,
        key=request.key,
        starts_at=wish.starts_at,
        ends_at=wish.ends_at,
        number=wish.number,
        people=max(wish.people, wish.number),
        words=" ".join(request.words.split()),
        confidentiality=request.confidentiality,
        name=" ".join(request.name.split()),
        email=email,
        user=user,
        made_by=made_by,
        organisation=booker.organisation,
        groups=sorted(booker.groups),
        pays=request.pays or is_owed(wish.space, booker.organisation),
    )
    put_a_price(booking, again=True)
    return booking


def colleague(email: str, asker: Asker) -> User | None:
    """The person with that address who belongs to the same organisation as whoever asks."""
    organisation = asker.booker.organisation
    member = COLLEAGUES.first(organisation.pk, email.lower()) if organisation else None
    return member.user if member else None

"""Somebody asks for a space: they get it, or wait for it, or are told why not."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from core.prepared import PreparedRecords
from directory.models import OrganisationMember
from spaces.choices import HOLDING, BookingKind, BookingStatus, Confidentiality
from spaces.models import Booking, Series, SpacePage, TenantTerms, Visitor
from spaces.policies import may_manage
from spaces.queries.occupation import bookable_space, units_of
from spaces.rules import PRIME_ROOMS, Asker, Refusal, Wish, outside_work, prime_time, why_not
from spaces.signals import letter_due

from .allowances import spend
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
MADE = PreparedRecords(lambda key: Booking.objects.filter(key=key), UUID)


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
    booking. Raises Refusal, having changed nothing, and PermissionDenied.
    """
    if by is not None and not may_manage(by):
        raise PermissionDenied("Only those who manage bookings book for others.")
    if made := made_before(request.key):
        return made
    page = bookable_space(space)
    if page is None:
        raise Refusal("gone", "This space can't be booked any more. Look at what else there is.")
    wish = wish_of(page, request)
    if refusal := why_not(wish, asker, timezone.now()):
        raise refusal
    return in_turn(wish, request, asker, waits=waits, by=by)


def made_before(key: UUID) -> Booking | None:
    """The booking of the same form, sent before."""
    return MADE.first(key)


def wish_of(page: SpacePage, request: Request) -> Wish:
    return Wish(page, request.starts_at, request.ends_at, request.number, request.people, request.unit)


def in_turn(wish: Wish, request: Request, asker: Asker, *, waits: bool, by: User | None) -> Booking:
    """The part under the lock. What the database refuses all the same is told as taken."""
    try:
        with transaction.atomic():
            locked(units_of(wish.space))
            return give(wish, request, asker, waits=waits, by=by)
    except (Refusal, IntegrityError) as error:
        if made := made_before(request.key):  # its twin had the lock before us
            return made
        if isinstance(error, IntegrityError) and is_taken(error):
            raise taken(wish.space) from error
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
        parts = busy_parts(wish)
        raise taken(wish.space, parts)
    booking = _booking(wish, request, asker, by)
    booking.series = series
    if packed is None:
        booking.status, booking.waiting_since = BookingStatus.WAITING, now
    elif wish.space.approval and by is None:
        booking.status, booking.expires_at = BookingStatus.PENDING, approval_ends_at(now, wish.starts_at)
    else:
        booking.status = BookingStatus.CONFIRMED
    if packed is not None and by is None:
        refuse_alone(wish, booking)
        refuse_prime_time(wish, booking)
    booking.save()
    if packed is not None:
        spend(booking)
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
    return booking


def _booking(wish: Wish, request: Request, asker: Asker, by: User | None) -> Booking:
    email = request.email.strip().lower()
    booker = asker.booker
    user, made_by = booker.user, by
    if user is not None and email != user.email.lower():  # for a colleague, or for a guest who has no account
        user, made_by = colleague(email, asker), booker.user
    return Booking(
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
        pays=request.pays,
    )


def colleague(email: str, asker: Asker) -> User | None:
    """The person with that address who belongs to the same organisation as whoever asks."""
    members = OrganisationMember.objects.filter(organisation=asker.booker.organisation, user__email__iexact=email)
    member = members.select_related("user").first() if asker.booker.organisation else None
    return member.user if member else None


# ---- rules that need the lock -----------------------------------------------------------------------------------------
def refuse_prime_time(wish: Wish, booking: Booking) -> None:
    """One tenant has so many rooms at most in the busiest hours of a day; counted under the lock of its terms."""
    prime = prime_time(wish)
    if prime is None or booking.organisation is None:
        return
    if not TenantTerms.objects.select_for_update(no_key=True).filter(organisation=booking.organisation).exists():
        return
    others = Booking.objects.filter(
        organisation=booking.organisation,
        kind=BookingKind.BOOKING,
        status__in=HOLDING,
        space__prime_time=True,
        starts_at__lt=prime.ends,
        ends_at__gt=prime.begins,
    ).exclude(pk=booking.pk)
    if others.count() >= PRIME_ROOMS:
        words = "Your organisation already has three rooms in the busiest hours of that day, 10:00 to 15:00."
        raise Refusal("prime-time", words, field="start")


def refuse_alone(wish: Wish, booking: Booking) -> None:
    """Nobody works alone at a bench early or late: somebody else has to be booked on one for all of that time."""
    if not wish.space.lone_working:
        return
    for part in outside_work(wish):
        company = Booking.objects.filter(
            space__lone_working=True, status__in=HOLDING, starts_at__lte=part.begins, ends_at__gte=part.ends
        ).exclude(pk=booking.pk)
        if booking.user:
            company = company.exclude(user=booking.user)
        if booking.email:
            company = company.exclude(email=booking.email)
        if not company.exists():
            words = "Outside 9:00 to 17:30 you need a trained colleague booked at a bench at the same time."
            raise Refusal("lone-working", words, field="start")

"""Somebody asks for places: they get all of them, or wait for all of them, or are told why not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.prepared import PreparedRecords
from core.templatetags.village import short_date
from directory.models import OrganisationPage
from directory.queries.bookers import ANYBODY, Booker
from events.bookings.allocation import is_open_to
from events.bookings.choices import BookingStatus, NeedKind, QuestionKind
from events.bookings.models import MOST_IN_A_GROUP, AccessNeed, Answer, Attendee, Booking, BookingRules, Pool, Question
from events.bookings.policies import may_manage
from events.bookings.queries import taken_by, wish_of
from events.bookings.signals import letter_due
from events.choices import EventStatus

from .refusals import AlreadyBooked, Full, NotNow, OnlyForSome, Refusal, TooMany, Unanswered
from .settling import RULES, fitting, lapsed_offers, locked, note, pools_of, settle_locked, tell_readers

ALREADY = (
    "There is a booking with this address already. We have sent its link there once more: with it you can change it, "
    "bring more people, or cancel."
)

MADE = PreparedRecords(lambda event, key: Booking.objects.filter(event=event, key=key), int, UUID)
OF_THE_ADDRESS = PreparedRecords(lambda event, email: Booking.objects.live().filter(event=event, email=email), int, str)
QUESTIONS = PreparedRecords(lambda event: Question.objects.filter(event=event))


@dataclass(frozen=True, kw_only=True)
class Request:
    """What somebody typed. ``key`` is of the form they typed it in: sent twice, it is one booking."""

    name: str
    email: str
    size: int = 1
    organisation_name: str = ""
    attendance: str = ""
    wants_access_place: bool = False
    needs: Mapping[NeedKind, str] = field(default_factory=dict)
    answers: Mapping[int, str] = field(default_factory=dict)  # by question
    companions: tuple[str, ...] = ()
    tells_hosts: bool = False
    key: UUID = field(default_factory=uuid4)


def ask(
    *, event: int, request: Request, booker: Booker = ANYBODY, waits: bool = False, by: User | None = None
) -> Booking:
    """Book places, or ask for them where they are given by us; with ``waits``, go on the list when there are none.

    ``by``: who of us does it for somebody, at any time and for a group of any size, as refusals say that we can.
    The same ``key`` again returns the first booking. Raises Refusal, having changed nothing, and PermissionDenied.
    """
    if by is not None and not may_manage(by):
        raise PermissionDenied("Only those who manage bookings book for others.")
    if not waits and by is None and (made := _looked_at_before_our_turn(event, request, booker)):
        return made
    return _ask_in_turn(event, request, booker, waits, by)


@transaction.atomic
def _ask_in_turn(event: int, request: Request, booker: Booker, waits: bool, by: User | None) -> Booking:
    now = timezone.now()
    rules = locked(event)
    if made := _made(event, request):  # its twin had the lock before us
        return made
    refuse_unless_open(rules, now, by)
    pools = settle_locked(rules, now)
    booking = _booking(rules, request, booker)
    _refuse_second(booking)
    refuse_too_many(rules, request.size, by)
    _refuse_unanswered(rules, request)
    found = fitting(booking, request.size, pools, now)
    if found is None:
        refusal = why_not(booking, request.size, rules, pools, now)
        if not waits or not (isinstance(refusal, Full) and refusal.has_waiting_list):
            raise refusal
        booking.status, booking.waiting_since = BookingStatus.WAITING, now
    else:
        booking.status = BookingStatus.PENDING if rules.approval else BookingStatus.CONFIRMED
    booking.save()
    names = (request.name, *request.companions)[: request.size]
    Attendee.objects.bulk_create(
        Attendee(booking=booking, name=name, pool=found[place] if found else None)
        for place, name in enumerate((*names, *[""] * (request.size - len(names))))
    )
    _keep_answers(booking, request)
    note(booking, {"pending": "asked for", "waiting": "went on the waiting list"}.get(booking.status, "booked"), by)
    letter_due.send(Booking, booking=booking, letter=booking.status)
    tell_readers(rules, now)
    return booking


def _made(event: int, request: Request) -> Booking | None:
    return MADE.first(event, request.key)


def _looked_at_before_our_turn(event: int, request: Request, booker: Booker) -> Booking | None:
    """Say so to those who come too late without having them wait for the lock: in a rush nearly everybody does.

    Only where no place of any kind is free and no offer has lapsed; everything else is decided in turn. Returns what
    was made of the same form before. Raises Refusal.
    """
    now = timezone.now()
    pools = pools_of(event)
    if not pools or any(pool.free for pool in pools):
        return None
    if made := _made(event, request):
        return made
    rules = RULES.first(event)
    if rules is None or lapsed_offers(event, now):
        return None
    refuse_unless_open(rules, now)
    booking = _booking(rules, request, booker)
    _refuse_second(booking)
    raise why_not(booking, request.size, rules, pools, now)


def refuse_unless_open(rules: BookingRules, now: datetime, by: User | None = None) -> None:
    """Raise NotNow unless places of the event can be asked for at this moment: by us until it begins."""
    event = rules.event
    if event.status == EventStatus.CANCELLED:
        raise NotNow("This event does not take place.")
    if event.status == EventStatus.POSTPONED:
        raise NotNow("This event is postponed. It can be booked again when its new day is known.")
    if not event.live or event.starts_at <= now:
        raise NotNow("This event can no longer be booked: it has begun, or was taken down.")
    if by is not None and may_manage(by):
        return
    if rules.opens_at and now < rules.opens_at:
        at = timezone.localtime(rules.opens_at)
        raise NotNow(f"Booking opens on {short_date(at)} at {at:%-H:%M}. Come back then; nobody can book earlier.")
    if rules.closes_at and now >= rules.closes_at:
        raise NotNow("Booking has closed. Ask us whether there is still a place: the address stands below.")


def why_not(booking: Booking, size: int, rules: BookingRules, pools: list[Pool], now: datetime) -> Refusal:
    """The reason why ``booking`` can't have ``size`` places, in words that say what would work."""
    wish = wish_of(booking, size)
    mine = [pool for pool in pools if is_open_to(pool, wish, now)]
    free = sum(pool.free for pool in mine)
    had = taken_by(booking)
    limits = [pool.per_organisation for pool in mine if pool.per_organisation is not None and pool.free]
    if limits and free >= size:
        has = sum(had.values())
        words = f"One organisation can have {max(limits)} of these places"
        return TooMany(
            f"{words}, and yours has {has}. Ask a colleague to give one back, or come back when places are opened to all."
            if has
            else f"{words}. Ask for {max(limits)}, or fewer."
        )
    if free:
        are = "One place is" if free == 1 else f"Only {free} places are"
        return Full(
            f"{are} left, and you asked for {size}. Ask for fewer, or wait for all of them together.",
            has_waiting_list=rules.waiting_list,
        )
    if not mine:
        soonest = min((pool.releases_at for pool in pools if pool.releases_at and pool.free), default=None)
        kept = "The places of this event are kept for its own group"
        if soonest is None:
            return OnlyForSome(f"{kept}. If you belong to it, sign in and ask again; if not, ask us.")
        at = timezone.localtime(soonest)
        return OnlyForSome(
            f"{kept} until {short_date(at)}, {at:%-H:%M}; what is left then is for everybody. "
            "If you belong to it, sign in and ask again."
        )
    return Full(
        "All places are taken." + (" You can go on the waiting list." if rules.waiting_list else ""),
        has_waiting_list=rules.waiting_list,
    )


# ---- parts ----------------------------------------------------------------------------------------------------------
def _booking(rules: BookingRules, request: Request, booker: Booker) -> Booking:
    name = " ".join(request.organisation_name.split())
    return Booking(
        event=rules.event,
        key=request.key,
        name=" ".join(request.name.split()),
        email=request.email.strip().lower(),
        user=booker.user,
        organisation_name=booker.organisation.title if booker.organisation else name,
        organisation=booker.organisation or _of_the_directory(name),
        groups=sorted(booker.groups),
        attendance=request.attendance,
        wants_access_place=request.wants_access_place,
        tells_hosts=request.tells_hosts,
    )


def _of_the_directory(name: str) -> OrganisationPage | None:
    """The organisation of exactly this name: its places are counted together, however it is reached."""
    found = OrganisationPage.objects.live().filter(title__iexact=name)[:2] if name else []
    return found[0] if len(found) == 1 else None


def _refuse_second(booking: Booking) -> None:
    other = OF_THE_ADDRESS.first(booking.event_id, booking.email)
    if other is not None:
        raise AlreadyBooked(ALREADY, booking=other)


def refuse_too_many(rules: BookingRules, size: int, by: User | None = None) -> None:
    largest = MOST_IN_A_GROUP if by is not None and may_manage(by) else rules.largest_group
    if size > largest:
        most = "One place" if largest == 1 else f"{largest} places"
        raise TooMany(f"{most} can be booked at once. For a larger group, ask us: the address stands below.")


def questions_of(event: int) -> list[Question]:
    return QUESTIONS.all(event)


def _refuse_unanswered(rules: BookingRules, request: Request) -> None:
    for question in questions_of(rules.event_id):
        said = request.answers.get(question.pk, "").strip()
        if question.required and not said:
            raise Unanswered(f"Answer this: {question.words}", field=f"question_{question.pk}")
        if said and question.kind == QuestionKind.CHOICE and said not in question.choices:
            raise Unanswered(f"Choose one of the answers: {question.words}", field=f"question_{question.pk}")


def _keep_answers(booking: Booking, request: Request) -> None:
    known = {question.pk for question in questions_of(booking.event_id)} if request.answers else set()
    Answer.objects.bulk_create(
        Answer(booking=booking, question_id=pk, words=words.strip())
        for pk, words in request.answers.items()
        if pk in known and words.strip()
    )
    AccessNeed.objects.bulk_create(
        AccessNeed(booking=booking, kind=kind, words=words.strip())
        for kind, words in request.needs.items()
        if words.strip()
    )

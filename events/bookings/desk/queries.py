"""What the screens about bookings show, in few statements however many bookings there are."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from wagtail.models import PageLogEntry

from events.bookings.choices import HOLDING, LIVE, BookingStatus, Group, PoolKind
from events.bookings.models import AccessNeed, Answer, Attendee, Booking, Pool
from events.bookings.retention import ABSENT_KEPT_FOR, ANSWERS_KEPT_FOR, NAMES_KEPT_FOR, NEEDS_KEPT_FOR
from events.choices import Attendance
from events.models import EventPage

EXPORTED, EXPORTED_NEEDS = "events.export_attendees", "events.export_needs"
LATEST_EXPORTS = 5


# ---- one event ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class PoolNumbers:
    pool: Pool

    @property
    def percent(self) -> int:
        return _percent(self.pool.taken, self.pool.capacity)

    @property
    def for_whom(self) -> str:
        """In words, with the day from which it is for everybody."""
        pool = self.pool
        words = "Everybody"
        if pool.kind == PoolKind.ACCESS:
            words = "People with access needs"
        elif pool.groups:
            words = ", ".join(str(Group(group).label) for group in pool.groups if group in Group.values)
        if pool.releases_at and words != "Everybody":
            words += f"; everybody from {timezone.localtime(pool.releases_at):%-d %b, %H:%M}"
        if pool.attendance:
            words += f"; {Attendance(pool.attendance).label.lower()}"
        return words + (f"; at most {pool.per_organisation} an organisation" if pool.per_organisation else "")


@dataclass(frozen=True)
class Numbers:
    """Of people, not of bookings, except for what has to be decided."""

    pools: tuple[PoolNumbers, ...]
    people: dict[str, int]
    bookings: dict[str, int]

    @property
    def capacity(self) -> int:
        return sum(one.pool.capacity for one in self.pools)

    @property
    def taken(self) -> int:
        return sum(one.pool.taken for one in self.pools)

    @property
    def free(self) -> int:
        return self.capacity - self.taken

    @property
    def percent(self) -> int:
        return _percent(self.taken, self.capacity)

    @property
    def waiting(self) -> int:
        return self.people.get(BookingStatus.WAITING, 0)

    @property
    def offered(self) -> int:
        return self.people.get(BookingStatus.OFFERED, 0)

    @property
    def to_decide(self) -> int:
        return self.bookings.get(BookingStatus.PENDING, 0)


def numbers(event: EventPage) -> Numbers:
    counted = (
        Booking.objects.filter(event=event)
        .order_by()
        .values_list("status")
        .annotate(bookings=Count("pk", distinct=True), people=Count("attendees"))
    )
    rows = list(counted)
    pools = tuple(PoolNumbers(pool) for pool in Pool.objects.filter(event=event))
    return Numbers(pools, {row[0]: row[2] for row in rows}, {row[0]: row[1] for row in rows})


def bookings(event: EventPage, *, status: str = "", words: str = "") -> QuerySet[Booking]:
    """Latest first; ``words`` are looked for in names, address, organisation and reference."""
    found = Booking.objects.filter(event=event)
    if status:
        found = found.filter(status=status)
    for word in words.split():
        matches = Q(name__icontains=word) | Q(email__icontains=word) | Q(organisation_name__icontains=word)
        named = Attendee.objects.filter(booking__event=event, name__icontains=word).values("booking")
        found = found.filter(matches | Q(reference__icontains=word) | Q(pk__in=named))
    return found.annotate(size=Count("attendees")).order_by("-created_at", "-pk")


def exports(event: EventPage) -> list[PageLogEntry]:
    """Who took a list of people away, the latest first."""
    taken = PageLogEntry.objects.filter(page=event.pk, action__in=(EXPORTED, EXPORTED_NEEDS))
    return list(taken.select_related("user").order_by("-timestamp")[:LATEST_EXPORTS])


# ---- over all events ------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Coming:
    """How an event to come stands; people, but for those who ask: bookings."""

    event: EventPage
    capacity: int
    taken: int
    waiting: int
    asking: int

    @property
    def percent(self) -> int:
        return _percent(self.taken, self.capacity)


def coming() -> list[Coming]:
    """The events to come that are booked here, the soonest first."""
    events = EventPage.objects.filter(ends_at__gt=timezone.now(), pools__isnull=False).select_related("building")
    events = events.annotate(capacity=Sum("pools__capacity"), taken=Sum("pools__taken")).order_by("starts_at", "pk")
    of_events = Booking.objects.filter(event__ends_at__gt=timezone.now()).order_by().values("event")
    counted = {
        row["event"]: row
        for row in of_events.annotate(
            waiting=Count("attendees", filter=Q(status=BookingStatus.WAITING)),
            asking=Count("pk", filter=Q(status=BookingStatus.PENDING), distinct=True),
        )
    }
    nobody = {"waiting": 0, "asking": 0}
    found = ((event, counted.get(event.pk, nobody)) for event in events)
    return [Coming(event, event.capacity, event.taken, row["waiting"], row["asking"]) for event, row in found]


def to_decide() -> QuerySet[EventPage]:
    """Events at which somebody waits for a yes or no, the soonest first."""
    asked = Count("bookings", filter=Q(bookings__status=BookingStatus.PENDING))
    coming = EventPage.objects.filter(ends_at__gt=timezone.now())
    return coming.annotate(asked=asked).filter(asked__gt=0).order_by("starts_at", "pk")


def needs(event: EventPage | None = None) -> QuerySet[AccessNeed]:
    """What has to be prepared for those who come or may still: of one event, or of all to come, the soonest first."""
    found = AccessNeed.objects.filter(booking__status__in=LIVE)
    found = found.filter(booking__event=event) if event else found.filter(booking__event__ends_at__gt=timezone.now())
    return found.select_related("booking__event__building", "done_by").order_by(
        "booking__event__starts_at", "booking__event", "kind", "pk"
    )


def to_prepare() -> QuerySet[EventPage]:
    """Events to come for which something is not prepared yet, the soonest first."""
    open_ones = Q(bookings__needs__isnull=False, bookings__needs__done_at=None, bookings__status__in=LIVE)
    coming = EventPage.objects.filter(ends_at__gt=timezone.now())
    return (
        coming.annotate(to_do=Count("bookings__needs", filter=open_ones))
        .filter(to_do__gt=0)
        .order_by("starts_at", "pk")
    )


# ---- what past events still hold ------------------------------------------------------------------------------------
@dataclass
class Held:
    """What is still known of people who booked one past event."""

    event: EventPage
    people: int = 0  # with a name, whose place they had
    absent: int = 0  # with a name, who had none in the end
    answers: int = 0
    needs: int = 0

    @property
    def steps(self) -> list[tuple[datetime, str]]:
        """What goes when, the soonest first."""
        kept = (
            (self.needs, NEEDS_KEPT_FOR, "needs"),
            (self.answers, ANSWERS_KEPT_FOR, "answers"),
            (self.absent, ABSENT_KEPT_FOR, "names of those who had no place"),
            (self.people, NAMES_KEPT_FOR, "names of those who had one"),
        )
        return sorted((self.event.ends_at + days, what) for number, days, what in kept if number)

    @property
    def next_at(self) -> datetime:
        return self.steps[0][0]

    @property
    def next_what(self) -> str:
        """All that goes on that day."""
        return " and ".join(what for at, what in self.steps if at == self.next_at)

    @property
    def until(self) -> datetime:
        return self.steps[-1][0]

    @property
    def is_late(self) -> bool:
        """More than two days: the job that forgets does not run."""
        return self.next_at < timezone.now() - timedelta(days=2)


def held_by_past_events() -> list[Held]:
    """Past events of which anything personal is left, the one that forgets soonest first."""
    now = timezone.now()
    found: dict[int, Held] = {}
    named = Q(bookings__purged_at=None, bookings__isnull=False)
    had_a_place = Q(bookings__status__in=HOLDING)
    past = EventPage.objects.filter(ends_at__lte=now).annotate(
        named=Count("bookings__attendees", filter=named & had_a_place),
        absent=Count("bookings__attendees", filter=named & ~had_a_place),
    )
    for event in past.filter(Q(named__gt=0) | Q(absent__gt=0)):
        found[event.pk] = Held(event, people=event.named, absent=event.absent)
    left = {
        "answers": _by_event(Answer.objects.filter(booking__event__ends_at__lte=now)),
        "needs": _by_event(AccessNeed.objects.filter(booking__event__ends_at__lte=now)),
    }
    nameless = EventPage.objects.in_bulk({event for counted in left.values() for event in counted} - set(found))
    found |= {pk: Held(event) for pk, event in nameless.items()}
    for kind, counted in left.items():
        for pk, number in counted.items():
            setattr(found[pk], kind, number)
    return sorted(found.values(), key=lambda held: (held.next_at, held.event.pk))


def _by_event(rows: QuerySet[Answer] | QuerySet[AccessNeed]) -> dict[int, int]:
    return dict(rows.order_by().values_list("booking__event").annotate(number=Count("pk")))


def _percent(taken: int, capacity: int) -> int:
    return round(100 * taken / capacity) if capacity else 0

"""What the desk shows of bookings, in a handful of statements however many there are."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import F, Prefetch, Q, QuerySet
from django.utils import timezone

from directory.queries.bookers import Booker
from spaces.catering import catering_of
from spaces.choices import HOLDING, BookingKind, BookingStatus
from spaces.models import Allocation, Booking, Credential, SpacePage, Visitor
from spaces.rules import Asker, Wish, closed_gates
from spaces.timetable import whole_day

MOST_FOUND = 30  # bookings of other days
ON_THE_BOARD = (*HOLDING, BookingStatus.RELEASED)


# ---- the day --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Entry:
    """One booking, as the front door reads it."""

    booking: Booking
    now: datetime
    catering: str = ""  # of an event

    @property
    def units(self) -> list[str]:
        """Which desks, where there is more than one to tell apart."""
        return sorted(one.unit.label for one in self.booking.allocations.all()) if self.booking.space.is_pool else []

    @property
    def visitors(self) -> list[Visitor]:
        return list(self.booking.visitors.all())

    @property
    def is_of_people(self) -> bool:
        return self.booking.kind == BookingKind.BOOKING

    @property
    def is_here(self) -> bool:
        return self.booking.checked_in_at is not None

    @property
    def can_check_in(self) -> bool:
        booking = self.booking
        is_time = booking.starts_at - timedelta(minutes=15) <= self.now < booking.ends_at
        return self.is_of_people and booking.status == BookingStatus.CONFIRMED and not self.is_here and is_time

    @property
    def state(self) -> tuple[str, str]:
        """In words, with the tone of the tag."""
        booking = self.booking
        if not self.is_of_people:
            return str(booking.get_kind_display()), "plain"
        if booking.status == BookingStatus.RELEASED:
            return "Nobody came: given back", "warn"
        if booking.status != BookingStatus.CONFIRMED:
            return str(booking.get_status_display()), "wait"
        if self.is_here:
            return "Here", "solid"
        if booking.starts_at <= self.now < booking.ends_at:
            return "Not here yet", "wait"
        is_missed = booking.ends_at <= self.now and booking.space.release_minutes is not None
        return ("Nobody checked in", "warn") if is_missed else ("", "")


@dataclass
class SpaceDay:
    space: SpacePage
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class Day:
    day: date
    spaces: list[SpaceDay]
    empty: list[SpacePage]

    @property
    def entries(self) -> list[Entry]:
        return [entry for one in self.spaces for entry in one.entries]

    @property
    def here(self) -> int:
        return sum(entry.is_of_people and entry.is_here for entry in self.entries)

    @property
    def booked(self) -> int:
        return sum(entry.is_of_people for entry in self.entries)

    @property
    def not_shown(self) -> int:
        return sum(entry.state[1] == "warn" for entry in self.entries)

    @property
    def visitors(self) -> int:
        return sum(len(entry.visitors) for entry in self.entries)

    @property
    def arrived(self) -> int:
        return sum(visitor.arrived_at is not None for entry in self.entries for visitor in entry.visitors)


def day(on: date, words: str = "") -> Day:
    """Everything that is booked on ``on``, by space; ``words`` are looked for in names, addresses and references."""
    span, now = whole_day(on), timezone.now()
    found = shown().filter(starts_at__lt=span.ends, ends_at__gt=span.begins, status__in=ON_THE_BOARD)
    bookings = list(matching(found, words).order_by("starts_at", "pk"))
    catering = catering_of([booking.pk for booking in bookings if booking.kind == BookingKind.EVENT])
    by_space: dict[int, list[Entry]] = defaultdict(list)
    for booking in bookings:
        by_space[booking.space_id].append(Entry(booking, now, catering.get(booking.pk, "")))
    spaces = list(
        SpacePage.objects.filter(Q(live=True) | Q(pk__in=by_space)).select_related("floor").order_by(*ON_FLOORS)
    )
    rows = [SpaceDay(space, by_space[space.pk]) for space in spaces if by_space.get(space.pk)]
    return Day(on, rows, [] if words else [space for space in spaces if space.pk not in by_space])


ON_FLOORS = (F("floor__level").asc(nulls_last=True), "kind", "title", "pk")  # from the ground floor up; no floor: last


def shown() -> QuerySet[Booking]:
    """Bookings with what a line of the desk says of them."""
    active = Allocation.objects.filter(active=True).select_related("unit")
    bookings = Booking.objects.select_related("space", "organisation", "user")
    return bookings.prefetch_related(Prefetch("allocations", queryset=active), "visitors")


def matching(bookings: QuerySet[Booking], words: str) -> QuerySet[Booking]:
    for word in words.split():
        guests = Visitor.objects.filter(name__icontains=word).values("booking")
        named = Q(name__icontains=word) | Q(email__icontains=word) | Q(organisation__title__icontains=word)
        bookings = bookings.filter(named | Q(reference__iexact=word) | Q(pk__in=guests))
    return bookings


def on_other_days(on: date, words: str) -> list[Booking]:
    """The same search on any other day: those to come first, then the latest."""
    if not words:
        return []
    span = whole_day(on)
    others = matching(shown(), words).exclude(starts_at__lt=span.ends, ends_at__gt=span.begins)
    later = list(others.filter(starts_at__gte=span.ends).order_by("starts_at", "pk")[:MOST_FOUND])
    return later + list(others.filter(starts_at__lt=span.ends).order_by("-starts_at", "pk")[: MOST_FOUND - len(later)])


# ---- one booking ----------------------------------------------------------------------------------------------------
def booking(key: int) -> Booking | None:
    return shown().filter(pk=key).select_related("space__floor", "organisation", "user", "made_by", "series").first()


# ---- what waits for an answer ---------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Asked:
    """A request, with what speaks against it."""

    booking: Booking
    behind: int  # others who wait for the same units at that time
    lacks: tuple[str, ...]  # what whoever asked has not passed, or not for long enough


def asked() -> list[Asked]:
    """What waits for an answer, that which lapses first at the top; in as many statements for one as for many."""
    pending = shown().filter(status=BookingStatus.PENDING).prefetch_related("space__gates__needs", "space__units")
    rows = list(pending.order_by("expires_at", "pk"))
    waiting = list(Booking.objects.waiting().prefetch_related("space__units"))
    passed: dict[int, dict[int, date]] = defaultdict(dict)
    people = [row.user_id for row in rows if row.user_id]
    for user, gate, until in Credential.objects.filter(user__in=people).values_list("user", "gate", "expires_on"):
        passed[user][gate] = max(until, passed[user].get(gate, until))
    return [Asked(row, _behind(row, waiting), _lacks(row, passed.get(row.user_id or 0, {}))) for row in rows]


def _behind(row: Booking, waiting: list[Booking]) -> int:
    units = {unit.pk for unit in row.space.units.all()}
    return sum(
        one.starts_at < row.ends_at
        and row.starts_at < one.ends_at
        and not units.isdisjoint(unit.pk for unit in one.space.units.all())
        for one in waiting
    )


def _lacks(row: Booking, credentials: dict[int, date]) -> tuple[str, ...]:
    wish = Wish(row.space, row.starts_at, row.ends_at, row.number, row.people)
    asker = Asker(Booker(row.user), credentials)
    return tuple(dict.fromkeys(refusal.facts["gate"].name for refusal in closed_gates(wish, asker)))

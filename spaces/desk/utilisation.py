"""How much of the time that spaces were open somebody had them: by space, kind, tenant, and hour of the week.

Counted in seconds of single units, each once: a combined room is counted where its parts are. Open is what the opening
hours say of each day, bank holidays too, without closures and without what is still to come. All of it is compared as
moments, so that a day of 23 or 25 hours is as long as it was.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count
from django.utils import timezone

from core.relative_dates import LONDON
from directory.models import OrganisationPage
from spaces.choices import BookingKind, BookingStatus, SpaceKind
from spaces.desk.queries import ON_FLOORS
from spaces.models import Allocation, Booking, SpacePage
from spaces.timetable import open_on, whole_day

HOUR = 3600
LONGEST = 366  # days at once
EVENTS, OTHERS = "Events", "Without an organisation"

Seconds = tuple[float, float]  # from, until: as timestamps
Cell = tuple[int, int]  # weekday, hour


@dataclass
class Use:
    """Of something: how long it was open, and how long somebody had it."""

    name: str
    open: float = 0
    used: float = 0
    bookings: int = 0
    missed: int = 0
    units: int = 1
    is_combined: bool = False
    kind: str = ""

    @property
    def open_hours(self) -> float:
        return round(self.open / HOUR, 1)

    @property
    def used_hours(self) -> float:
        return round(self.used / HOUR, 1)

    @property
    def percent(self) -> int | None:
        """None where it was never open: nothing of nothing is no share."""
        return round(100 * self.used / self.open) if self.open else None


@dataclass
class Utilisation:
    first: date
    last: date
    whole: Use
    spaces: list[Use]
    kinds: list[Use]
    tenants: list[Use]
    cells: Mapping[Cell, Use] = field(default_factory=dict)

    @property
    def hours(self) -> Sequence[int]:
        """Those in which anything is ever open."""
        found = [hour for (_, hour), use in self.cells.items() if use.open]
        return range(min(found), max(found) + 1) if found else ()


class _Open:
    """When opening hours are open within a period, as moments; found out once for each day."""

    def __init__(self, days: Sequence[date], until: float) -> None:
        self.days, self.until = days, until
        self.found: dict[int, dict[date, Seconds]] = {}

    def of(self, space: SpacePage) -> dict[date, Seconds]:
        if space.hours_id not in self.found:
            spans = {}
            for day in self.days:
                span = open_on(space.hours, day)
                if span and span.begins.timestamp() < self.until:
                    spans[day] = (span.begins.timestamp(), min(span.ends.timestamp(), self.until))
            self.found[space.hours_id] = spans
        return self.found[space.hours_id]


def utilisation(first: date, last: date) -> Utilisation:
    """From ``first`` to ``last``, both included; in as many statements for one booking as for any number."""
    now = timezone.now()
    days = [first + timedelta(days=one) for one in range((last - first).days + 1)]
    until = min(whole_day(last).ends.timestamp(), now.timestamp())
    opened = _Open(days, until)
    spaces = list(
        SpacePage.objects.select_related("hours").prefetch_related("hours__days", "units").order_by(*ON_FLOORS)
    )
    homes = _homes(spaces)
    counted = _Counter(spaces, homes, opened)
    begins, ends = whole_day(first).begins, min(whole_day(last).ends, now)
    rows = Allocation.objects.filter(
        active=True,
        booking__status=BookingStatus.CONFIRMED,
        booking__starts_at__lt=ends,
        booking__ends_at__gt=begins,
    ).values_list(
        "unit", "booking", "booking__starts_at", "booking__ends_at", "booking__kind", "booking__organisation",
        "booking__space",
    )  # fmt: skip
    for unit, booking, starts_at, ends_at, kind, organisation, space in rows.iterator(chunk_size=5000):
        counted.take(unit, booking, starts_at, ends_at, kind, organisation, space)
    missed = Booking.objects.filter(status=BookingStatus.RELEASED, starts_at__lt=ends, ends_at__gt=begins)
    for space, number in missed.order_by().values_list("space").annotate(number=Count("pk")):
        counted.missed(space, number)
    return counted.result(first, last)


def _homes(spaces: Sequence[SpacePage]) -> dict[int, SpacePage]:
    """The space that each unit is counted with: of several, the one of fewest units, which is the room itself."""
    homes: dict[int, SpacePage] = {}
    for space in sorted(spaces, key=lambda one: (len(one.units.all()), not one.live, one.pk)):
        for unit in space.units.all():
            homes.setdefault(unit.pk, space)
    return homes


class _Counter:
    """Adds up, one allocation after the other."""

    def __init__(self, spaces: Sequence[SpacePage], homes: Mapping[int, SpacePage], opened: _Open) -> None:
        self.homes, self.opened = homes, opened
        units = Counter(home.pk for home in homes.values())
        self.spaces = {
            space.pk: Use(
                space.title,
                units=units[space.pk],
                is_combined=not units[space.pk] and bool(space.units.all()),
                kind=str(space.get_kind_display()),
            )
            for space in spaces
            if space.live or units[space.pk]
        }
        self.pages = {space.pk: space for space in spaces}
        self.tenants: dict[int | str, Use] = {}
        self.cells: dict[Cell, Use] = defaultdict(lambda: Use(""))
        self.bookings_of: dict[int | str, set[int]] = defaultdict(set)
        self.at: dict[int, Cell] = {}
        for space in {home.pk: home for home in homes.values()}.values():
            for begins, ends in opened.of(space).values():
                self._add_open(space, begins, ends, units[space.pk])

    def _add_open(self, space: SpacePage, begins: float, ends: float, units: int) -> None:
        self.spaces[space.pk].open += units * (ends - begins)
        for cell, seconds in self._by_hour(begins, ends):
            self.cells[cell].open += units * seconds

    def take(
        self,
        unit: int,
        booking: int,
        starts_at: datetime,
        ends_at: datetime,
        kind: str,
        organisation: int | None,
        space: int,
    ) -> None:
        home = self.homes.get(unit)
        if home is None:
            return
        for begins, ends in self._while_open(home, starts_at.timestamp(), ends_at.timestamp()):
            if kind == BookingKind.CLOSURE:
                self._add_open(home, begins, ends, -1)
                continue
            self.spaces[home.pk].used += ends - begins
            for cell, seconds in self._by_hour(begins, ends):
                self.cells[cell].used += seconds
            self._tenant(kind, organisation).used += ends - begins
        if kind != BookingKind.CLOSURE:
            self.bookings_of[f"space {space}"].add(booking)
            self.bookings_of[self._tenant_key(kind, organisation)].add(booking)

    def missed(self, space: int, number: int) -> None:
        if space in self.spaces:
            self.spaces[space].missed += number

    def _while_open(self, home: SpacePage, begins: float, ends: float) -> Iterator[Seconds]:
        """The parts of it in which its space was open."""
        spans = self.opened.of(home)
        day = datetime.fromtimestamp(begins, LONDON).date()
        last = datetime.fromtimestamp(ends, LONDON).date()
        day = max(day, self.opened.days[0])
        while day <= min(last, self.opened.days[-1]):
            if span := spans.get(day):
                part = (max(begins, span[0]), min(ends, span[1]))
                if part[0] < part[1]:
                    yield part
            day += timedelta(days=1)

    def _by_hour(self, begins: float, ends: float) -> Iterator[tuple[Cell, float]]:
        """London is always whole hours off UTC, so an hour of the one is an hour of the other."""
        while begins < ends:
            hour = int(begins // HOUR)
            until = min(ends, (hour + 1) * HOUR)
            yield self._cell(hour), until - begins
            begins = until

    def _cell(self, hour: int) -> Cell:
        if hour not in self.at:
            local = datetime.fromtimestamp(hour * HOUR, LONDON)
            self.at[hour] = (local.weekday(), local.hour)
        return self.at[hour]

    def _tenant_key(self, kind: str, organisation: int | None) -> int | str:
        return EVENTS if kind == BookingKind.EVENT else organisation or OTHERS

    def _tenant(self, kind: str, organisation: int | None) -> Use:
        return self.tenants.setdefault(self._tenant_key(kind, organisation), Use(""))

    def result(self, first: date, last: date) -> Utilisation:
        organisations = [key for key in self.tenants if isinstance(key, int)]
        titles = dict(OrganisationPage.objects.filter(pk__in=organisations).values_list("pk", "title"))
        for key, use in self.tenants.items():
            use.name = titles.get(key, "") if isinstance(key, int) else key
            use.bookings = len(self.bookings_of[key])
        kinds = {str(kind.label): Use(str(kind.label), units=0) for kind in SpaceKind}
        whole = Use("All spaces", units=0)
        for pk, use in self.spaces.items():
            use.bookings = len(self.bookings_of[f"space {pk}"])
            for sum_ in (kinds[use.kind], whole):
                sum_.open += use.open
                sum_.used += use.used
                sum_.units += use.units
                sum_.bookings += use.bookings
                sum_.missed += use.missed
        tenants = sorted(self.tenants.values(), key=lambda use: (-use.used, use.name))
        by_kind = [use for use in kinds.values() if use.open or use.bookings]
        return Utilisation(first, last, whole, list(self.spaces.values()), by_kind, tenants, dict(self.cells))

"""When which space can be booked. All that is taken comes in one statement, the rest is arithmetic. Nothing here says by whom."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db.models import QuerySet

from core.relative_dates import LONDON
from core.visibility import public
from spaces.choices import BookingKind
from spaces.models import Allocation, OpeningHours, SpacePage
from spaces.timetable import MINUTE, Span, day_of, minutes_between, on_grid, open_on, whole_day

from .occupation import units_of

WIDEST = timedelta(hours=4)  # of what is kept free around a booking


class State(StrEnum):
    FREE = "free"
    PART = "part"  # some of it is
    TAKEN = "taken"
    CLOSED = "closed"
    OVER = "over"
    TOO_SOON = "too-soon"  # it needs more notice
    NOT_YET = "not-yet"  # it opens for booking later


@dataclass(frozen=True)
class Taken:
    span: Span
    is_closure: bool = False


@dataclass(frozen=True)
class Cell:
    """What a stretch of a day looks like: its ``bookable`` part, and of a pool how many are free throughout."""

    state: State
    bookable: Span | None = None
    number: int = 0


def shown() -> QuerySet[SpacePage, SpacePage]:
    """Spaces that anybody can see, with what a table of free times asks of them."""
    spaces: QuerySet[SpacePage, SpacePage] = public(SpacePage.objects.all())
    return spaces.select_related("hours", "floor").prefetch_related("hours__days", "units")


def taken_of(units: Iterable[int], span: Span) -> dict[int, list[Taken]]:
    """What is taken of each unit within ``span``, in order."""
    found = Allocation.objects.filter(
        unit__in=set(units), active=True, starts_at__lt=span.ends, blocks_until__gt=span.begins
    )
    rows = found.order_by("starts_at").values_list("unit", "starts_at", "blocks_until", "booking__kind")
    taken: dict[int, list[Taken]] = defaultdict(list)
    for unit, starts_at, until, kind in rows:
        taken[unit].append(Taken(Span(starts_at, until), kind == BookingKind.CLOSURE))
    return taken


@dataclass
class Timetable:
    """``spaces`` on ``days``, for whoever wants ``number`` of a pool."""

    spaces: Sequence[SpacePage]
    days: Sequence[date]
    now: datetime
    number: int = 1
    _taken: Mapping[int, list[Taken]] = field(init=False)
    _open: dict[tuple[int, date], Span | None] = field(init=False, default_factory=dict)
    _free: dict[tuple[int, date], list[Span]] = field(init=False, default_factory=dict)
    _units: dict[int, list[int]] = field(init=False)

    def __post_init__(self) -> None:
        self._units = {space.pk: units_of(space) for space in self.spaces}
        whole = Span(whole_day(self.days[0]).begins - WIDEST, whole_day(self.days[-1]).ends + WIDEST)
        self._taken = taken_of({unit for units in self._units.values() for unit in units}, whole)

    def size(self, space: SpacePage) -> int:
        return len(self._units[space.pk])

    def opening(self, hours: OpeningHours, day: date) -> Span | None:
        key = (hours.pk, day)
        if key not in self._open:
            self._open[key] = open_on(hours, day)
        return self._open[key]

    def free(self, space: SpacePage, day: date) -> list[Span]:
        """Stretches of ``day`` within which a booking can lie: open, to come, long enough, with time to set up and clear."""
        key = (space.pk, day)
        if key not in self._free:
            self._free[key] = list(self._stretches(space, day))
        return self._free[key]

    def is_free(self, space: SpacePage, span: Span) -> bool:
        return any(stretch.holds(span) for stretch in self.free(space, day_of(span.begins)))

    def nearest(self, space: SpacePage, span: Span) -> Span | None:
        """The same length on the same day, as near as there is room."""
        length = span.ends - span.begins
        found = []
        for stretch in self.free(space, day_of(span.begins)):
            latest = _grid_before(space, stretch.ends - length)
            if latest >= stretch.begins:
                begins = on_grid(space, min(max(span.begins, stretch.begins), latest))
                found.append(Span(begins, begins + length))
        return min(found, key=lambda one: abs(one.begins - span.begins), default=None)

    def cell(self, space: SpacePage, span: Span) -> Cell:
        """How ``space`` stands within ``span``, which lies within one day."""
        day = day_of(span.begins)
        opening = self.opening(space.hours, day)
        if opening is None or not opening.overlaps(span) or not self._units[space.pk]:
            return Cell(State.CLOSED)
        if min(span.ends, opening.ends) <= self.now:
            return Cell(State.OVER)
        part = Span(max(span.begins, opening.begins), min(span.ends, opening.ends))
        for stretch in self.free(space, day):
            if stretch.overlaps(part):
                inside = Span(max(part.begins, stretch.begins), min(part.ends, stretch.ends))
                whole = inside == part or (part.begins < self.now and inside.ends == part.ends)
                return Cell(State.FREE if whole else State.PART, inside, self._number(space, inside))
        if self._earliest(space) >= part.ends:
            return Cell(State.TOO_SOON)
        if self._is_too_far(space, day):
            return Cell(State.NOT_YET)
        return Cell(State.CLOSED if self._is_closed(space, part) else State.TAKEN)

    def is_whole(self, stretch: Span, space: SpacePage, opening: Span) -> bool:
        """Whether nothing of a day is taken from ``stretch``, as far as the grid reaches."""
        return stretch == Span(on_grid(space, opening.begins), _grid_before(space, opening.ends))

    def longest(self, space: SpacePage, stretch: Span, begins: datetime, minutes: int = 60) -> Span:
        """A booking of ``minutes`` within ``stretch`` from ``begins`` on, as its rules on length ask."""
        wanted = max(space.min_minutes, min(minutes, space.max_minutes)) * MINUTE
        ends = min(stretch.ends, begins + wanted)
        return Span(max(stretch.begins, min(begins, ends - space.min_minutes * MINUTE)), ends)

    def free_units(self, span: Span) -> dict[int, bool]:
        """Of each unit, whether nothing takes it within ``span`` and the house is open."""
        found: dict[int, bool] = {}
        for space in self.spaces:
            opening = self.opening(space.hours, day_of(span.begins))
            is_open = opening is not None and opening.holds(span)
            for unit in self._units[space.pk]:
                is_free = not any(one.span.overlaps(span) for one in self._taken.get(unit, ()))
                found[unit] = found.get(unit, False) or (is_open and is_free)
        return found

    # ---- arithmetic -------------------------------------------------------------------------------------------------
    def _earliest(self, space: SpacePage) -> datetime:
        if space.notice_minutes:
            return on_grid(space, self.now + space.notice_minutes * MINUTE)
        return _grid_before(space, self.now)

    def _is_too_far(self, space: SpacePage, day: date) -> bool:
        return day > day_of(self.now) + timedelta(days=space.window_days)

    def _stretches(self, space: SpacePage, day: date) -> Iterator[Span]:
        opening = self.opening(space.hours, day)
        units = self._units[space.pk]
        if opening is None or not units or self._is_too_far(space, day):
            return
        earliest = max(opening.begins, self._earliest(space))
        before, after = space.buffer_before * MINUTE, space.buffer_after * MINUTE
        wide = Span(opening.begins - before, opening.ends + after)
        needed = self.number if space.is_pool else len(units)
        shortest = min(space.min_minutes, minutes_between(opening.begins, opening.ends))
        for gap in self._gaps(units, wide, needed):
            begins = on_grid(space, max(gap.begins + before, earliest))
            ends = _grid_before(space, min(gap.ends - after, opening.ends))
            if begins < ends and minutes_between(begins, ends) >= shortest:
                yield Span(begins, ends)

    def _gaps(self, units: Sequence[int], wide: Span, needed: int) -> Iterator[Span]:
        """Where ``needed`` of ``units`` are free at every moment: desks are packed anew, so that is enough."""
        steps = sorted(
            step
            for unit in units
            for taken in self._taken.get(unit, ())
            if taken.span.overlaps(wide)
            for step in ((taken.span.begins, 1), (taken.span.ends, -1))
        )
        most, busy, begun = len(units) - needed, 0, wide.begins
        if most < 0:
            return
        for moment, change in steps:
            was, busy = busy, busy + change
            if was <= most < busy and begun < moment:
                yield Span(begun, moment)
            if busy <= most < was:
                begun = max(moment, wide.begins)
        if busy <= most and begun < wide.ends:
            yield Span(begun, wide.ends)

    def _number(self, space: SpacePage, span: Span) -> int:
        units = self._units[space.pk]
        if not space.is_pool:
            return 1
        inside = [one.span for unit in units for one in self._taken.get(unit, ()) if one.span.overlaps(span)]
        moments = {span.begins, *(one.begins for one in inside if one.begins > span.begins)}
        return len(units) - max(sum(one.begins <= moment < one.ends for one in inside) for moment in moments)

    def _is_closed(self, space: SpacePage, span: Span) -> bool:
        """Whether it is a closure that keeps everybody out."""
        units = self._units[space.pk]
        closed = [
            any(one.is_closure and one.span.overlaps(span) for one in self._taken.get(unit, ())) for unit in units
        ]
        return all(closed) if space.is_pool else any(closed)


def _grid_before(space: SpacePage, moment: datetime) -> datetime:
    """The last moment of its grid that is not after ``moment``."""
    following = on_grid(space, moment)
    if following == moment:
        return moment
    step = space.slot_minutes if not space.is_by_the_day else 30
    wall = following.astimezone(LONDON).replace(tzinfo=None) - timedelta(minutes=step)
    return wall.replace(tzinfo=LONDON)

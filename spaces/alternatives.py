"""What would work instead of what was refused: another desk, length, time, space or day, or two spaces that stand for one.

Found in a bounded number of statements, and only what whoever asks could really book at this moment.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import chain, islice

from core.recurrence import moved_by

from .actions.standing import Standing
from .allocation import Busy
from .choices import SpaceKind
from .models import SpacePage
from .queries.occupation import around, bookable, busy, is_free, units_of
from .rules import Asker, Refusal, Wish, closed_gates, is_open_to, why_not
from .timetable import MINUTE, Span, day_of, midnight, on_grid, open_on, slots

MOST, LEAST = 5, 3
DAYS_AHEAD = 14
DAYS_ELSEWHERE = 3  # so far other spaces are looked at, where their own day has nothing
ALIKE = 10  # spaces that are tried with one another
WIDEST = timedelta(hours=4)  # of what is kept free around a booking
ROOMS = frozenset({SpaceKind.MEETING_ROOM, SpaceKind.COMBINED_ROOM, SpaceKind.EVENT_SPACE})
# What another time does not help: the person lacks something, or the space is not for them.
OF_THE_PERSON = frozenset({"tenants-only", "induction-needed", "containment-needed", "training-needed"})
OF_THE_SPACE = frozenset({"too-many-people", "too-many"})  # what no time and no length helps
TAKEN = frozenset({"taken", "room-part-taken"})


@dataclass(frozen=True)
class Alternative:
    """What could be booked now. ``how`` says in what it differs; ``second`` is booked with it, where two stand for one."""

    wish: Wish
    how: str
    second: Wish | None = None

    @property
    def parts(self) -> tuple[Wish, ...]:
        return (self.wish,) if self.second is None else (self.wish, self.second)


def alternatives(
    wish: Wish,
    asker: Asker,
    refusal: Refusal,
    now: datetime,
    *,
    standing: Standing | None = None,
    splits: bool = False,
    unless: Callable[[Wish], bool] = lambda one: False,
) -> list[Alternative]:
    """The nearest of each way first; then more of what there is, until there are three. With ``splits``, two for one too.

    ``unless``: what is free now, and will not be.
    """
    return _Search(wish, asker, refusal, now, standing or Standing(asker), splits, unless).found()


@dataclass
class _Search:
    wish: Wish
    asker: Asker
    refusal: Refusal
    now: datetime
    standing: Standing
    splits: bool
    unless: Callable[[Wish], bool]

    def found(self) -> list[Alternative]:
        times, spaces, days = self.times(), self.spaces(), self.days()
        ways = (self.desks(), self.lengths(), times, spaces, self.split(), days)
        found = {one.parts: one for way in ways for one in islice(way, 1)}
        for one in chain(times, spaces, days, self.spaces_at_other_times(), self.spaces_on_other_days()):
            if len(found) >= LEAST:
                break
            found.setdefault(one.parts, one)
        return list(found.values())[:MOST]

    # ---- what is looked at ----------------------------------------------------------------------------------------------
    @cached_property
    def fitting(self) -> Wish:
        return fitted(self.wish)

    @cached_property
    def base(self) -> date:
        """The day that was asked for, or the nearest to it that can be booked."""
        today = day_of(self.now)
        return min(max(day_of(self.wish.starts_at), today), today + timedelta(days=self.wish.space.window_days))

    @cached_property
    def others(self) -> list[Wish]:
        """The same in spaces that would do, open to whoever asks, the most alike first."""
        found = []
        for space in bookable().exclude(pk=self.wish.space.pk):
            if _is_like(space, self.wish):
                one = fitted(replace(self.fitting, space=space, unit=None))
                if is_open_to(space, self.asker.booker) and not any(closed_gates(one, self.asker)):
                    found.append(one)
        return sorted(found, key=self._unlike)

    def _unlike(self, one: Wish) -> tuple[int, bool, int, int, str]:
        space, own = one.space, self.wish.space
        shared = len(set(space.kit_lines) & set(own.kit_lines))
        shorter = abs(one.minutes - self.wish.minutes)
        return (shorter, space.kind != own.kind, -shared, abs(space.capacity - own.capacity), space.title)

    @cached_property
    def _without(self) -> int | None:
        return self.standing.moved.pk if self.standing.moved else None

    @cached_property
    def _own(self) -> Busy:
        first, last = self.base - timedelta(days=DAYS_AHEAD), self.base + timedelta(days=DAYS_AHEAD + 1)
        length = self.fitting.ends_at - self.fitting.starts_at
        span = around(self.wish.space, Span(midnight(first) - WIDEST, midnight(last) + length + WIDEST))
        return busy(units_of(self.wish.space), span, without=self._without, for_space=self.wish.space.pk)

    @cached_property
    def _near(self) -> Busy:
        """What is taken of the others on the day that was asked for."""
        day = day_of(self.wish.starts_at)
        return self._of_others(day, day)

    @cached_property
    def _later(self) -> Busy:
        return self._of_others(self.base, self.base + timedelta(days=DAYS_ELSEWHERE))

    def _of_others(self, first: date, last: date) -> Busy:
        longest = max((one.ends_at - one.starts_at for one in self.others), default=timedelta())
        span = Span(midnight(first) - WIDEST, midnight(last + timedelta(days=1)) + longest + WIDEST)
        return busy({unit for one in self.others for unit in units_of(one.space)}, span, without=self._without)

    def works(self, *wishes: Wish, later: bool = False) -> bool:
        """Whether all of them could be booked now, as one."""
        for one in wishes:
            is_own = one.space.pk == self.wish.space.pk
            if self.unless(one) or why_not(one, self.asker, self.now) is not None:
                return False
            if not is_free(one, self._own if is_own else self._later if later else self._near):
                return False
        return self.standing.allows(wishes)

    # ---- the ways -------------------------------------------------------------------------------------------------------
    def desks(self) -> Iterator[Alternative]:
        """Not the one that was chosen, at the same time."""
        if self.wish.unit is not None and self.works(one := replace(self.wish, unit=None)):
            yield Alternative(one, "Another desk" if self.wish.space.kind == SpaceKind.HOT_DESKS else "Another piece")

    def lengths(self) -> Iterator[Alternative]:
        if self.refusal.rule in OF_THE_PERSON | OF_THE_SPACE:
            return
        if self.fitting != self.wish and self.works(self.fitting):
            same = self.fitting.minutes == self.wish.minutes
            yield Alternative(self.fitting, "Another time" if same else "Another length")
        for one in _shorter(self.fitting):
            if self.works(one):
                yield Alternative(one, "Another length")

    def times(self) -> Iterator[Alternative]:
        if self.refusal.rule not in OF_THE_PERSON | OF_THE_SPACE:
            yield from (Alternative(one, "Another time") for one in _other_times(self.fitting) if self.works(one))

    def spaces(self) -> Iterator[Alternative]:
        yield from (Alternative(one, "Another space") for one in self.others if self.works(one))

    def days(self) -> Iterator[Alternative]:
        if self.refusal.rule in OF_THE_PERSON | OF_THE_SPACE:
            return
        for day in sorted(_days_around(self.base, day_of(self.now), DAYS_AHEAD), key=lambda one: abs(one - self.base)):
            one = _on(self.fitting, day)
            if day != day_of(self.wish.starts_at) and self.works(one):
                yield Alternative(one, "Another day")

    def spaces_at_other_times(self) -> Iterator[Alternative]:
        for other in self.others[:ALIKE]:
            for one in _other_times(other):
                if self.works(one):
                    yield Alternative(one, "Another space and time")
                    break

    def spaces_on_other_days(self) -> Iterator[Alternative]:
        for other in self.others[:ALIKE]:
            for day in _days_around(self.base, self.base, DAYS_ELSEWHERE):
                one = _on(other, day)
                if day != day_of(self.wish.starts_at) and self.works(one, later=True):
                    yield Alternative(one, "Another space and day")
                    break

    # ---- two for one ----------------------------------------------------------------------------------------------------
    def split(self) -> Iterator[Alternative]:
        if not self.splits or self.refusal.rule not in TAKEN | {"too-long"}:
            return
        if self.wish.space.is_pool and self.wish.number > 1:
            yield from self.spread()
        if not self.wish.space.is_by_the_day and self.wish.unit is None:
            yield from self.one_after_the_other()

    def spread(self) -> Iterator[Alternative]:
        """As many as its own pool has, and the rest in another."""
        for number in range(self.wish.number - 1, 0, -1):
            here = _so_many(self.fitting, number)
            for other in self._beside(self.wish.space):
                there = _so_many(replace(here, space=other), self.wish.number - number)
                if self.works(here, there):
                    yield Alternative(here, "Spread over two", there)

    def one_after_the_other(self) -> Iterator[Alternative]:
        """Its own space for as long as it is free and may be had, another for the rest; else two others."""
        own = self.wish.space
        whole = replace(self.wish, starts_at=on_grid(own, self.wish.starts_at))
        moments = [one for one in slots(own, day_of(whole.starts_at)) if whole.starts_at < one < whole.ends_at]
        others = self._beside(own)
        for moment in reversed(moments):
            if self.works(replace(whole, ends_at=moment)):
                yield from chain.from_iterable(self._in_turn(whole, own, moment, other) for other in others)
        for moment in moments:
            if self.works(replace(whole, starts_at=moment)):
                yield from chain.from_iterable(self._in_turn(whole, other, moment, own) for other in others)
        for first in others:
            longest = (one for one in reversed(moments) if self.works(replace(whole, space=first, ends_at=one)))
            for moment in islice(longest, 1):
                yield from chain.from_iterable(self._in_turn(whole, first, moment, other) for other in others)

    def _in_turn(self, whole: Wish, first: SpacePage, moment: datetime, second: SpacePage) -> Iterator[Alternative]:
        if set(units_of(first)).isdisjoint(units_of(second)):
            before = replace(whole, space=first, ends_at=moment)
            after = replace(whole, space=second, starts_at=moment)
            if self.works(before, after):
                yield Alternative(before, "Two spaces, one after the other", after)

    def _beside(self, space: SpacePage) -> list[SpacePage]:
        """Others that share nothing with it."""
        own = set(units_of(space))
        found = [one.space for one in self.others if own.isdisjoint(units_of(one.space))]
        return found[:ALIKE]


def fitted(wish: Wish) -> Wish:
    """On the grid, and neither too short nor too long."""
    space = wish.space
    starts_at = on_grid(space, wish.starts_at)
    minutes = min(max(wish.minutes, space.min_minutes), space.max_minutes)
    ends_at = on_grid(space, starts_at + minutes * MINUTE)
    if wish.starts_at == starts_at and wish.ends_at == ends_at:
        return wish
    return replace(wish, starts_at=starts_at, ends_at=ends_at)


def _is_like(space: SpacePage, wish: Wish) -> bool:
    same = space.kind == wish.space.kind or {space.kind, wish.space.kind} <= ROOMS
    return same and (space.is_pool or space.capacity >= wish.people)


def _shorter(wish: Wish) -> Iterator[Wish]:
    """From the same start or until the same end, the longest first; less than half of it is not what was asked for."""
    if wish.space.is_by_the_day:
        return
    moments = [one for one in slots(wish.space, day_of(wish.starts_at)) if wish.starts_at < one < wish.ends_at]
    parts = [replace(wish, ends_at=one) for one in moments] + [replace(wish, starts_at=one) for one in moments]
    yield from sorted((one for one in parts if 2 * one.minutes >= wish.minutes), key=lambda one: -one.minutes)


def _other_times(wish: Wish) -> Iterator[Wish]:
    """The same length on the same day, the nearest first."""
    length = wish.ends_at - wish.starts_at
    span = open_on(wish.space.hours, day_of(wish.starts_at))
    if span is None or wish.space.is_by_the_day:
        return
    starts = [moment for moment in slots(wish.space, day_of(wish.starts_at)) if moment + length <= span.ends]
    for moment in sorted(starts, key=lambda one: abs(one.timestamp() - wish.starts_at.timestamp())):
        if moment != wish.starts_at:
            yield replace(wish, starts_at=moment, ends_at=moment + length)


def _days_around(base: date, earliest: date, most: int) -> list[date]:
    first = max(earliest, base - timedelta(days=most))
    return [first + timedelta(days=step) for step in range((base - first).days + most + 1)]


def _on(wish: Wish, day: date) -> Wish:
    """The same time on London's clock on that day."""
    starts_at = moved_by(wish.starts_at, (day - day_of(wish.starts_at)).days)
    return replace(wish, starts_at=starts_at, ends_at=starts_at + (wish.ends_at - wish.starts_at))


def _so_many(wish: Wish, number: int) -> Wish:
    return replace(wish, number=number, people=number)

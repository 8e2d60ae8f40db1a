"""What would work instead of what was refused: another time, length, space or day. Found in a handful of statements."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.recurrence import moved_by

from .allocation import Busy, pack
from .choices import SpaceKind
from .models import SpacePage
from .queries.occupation import around, bookable, busy, units_of
from .rules import Asker, Refusal, Wish, why_not
from .timetable import MINUTE, Span, blocked, day_of, on_grid, open_on, slots

MOST = 4
DAYS_AHEAD = 14
ROOMS = frozenset({SpaceKind.MEETING_ROOM, SpaceKind.COMBINED_ROOM, SpaceKind.EVENT_SPACE})
# What another time does not help: the person lacks something, or the space is not for them.
OF_THE_PERSON = frozenset({"tenants-only", "induction-needed", "containment-needed", "training-needed"})


@dataclass(frozen=True)
class Alternative:
    """One thing that could be booked now. ``how`` says in what it differs."""

    wish: Wish
    how: str


def alternatives(wish: Wish, asker: Asker, refusal: Refusal, now: datetime) -> list[Alternative]:
    """The nearest that are free and that no rule is against: other times of the day first, then spaces, then days."""
    fitting = _fitted(wish)
    ahead = Span(fitting.starts_at - timedelta(days=1), moved_by(fitting.ends_at, DAYS_AHEAD))
    others = [space for space in bookable().exclude(pk=wish.space.pk) if _is_like(space, wish)]
    own = busy(units_of(wish.space), around(wish.space, ahead), for_space=wish.space.pk)
    near = around(wish.space, blocked(wish.space, fitting.starts_at, fitting.ends_at))
    theirs = busy({unit for space in others for unit in units_of(space)}, _wider(near))

    def works(candidate: Wish, rows: Busy) -> bool:
        return why_not(candidate, asker, now) is None and is_free(candidate, rows)

    found: list[Alternative] = []
    if refusal.rule not in OF_THE_PERSON:
        if fitting != wish and works(fitting, own):
            found.append(Alternative(fitting, "Another length"))
        found += _first(2, (Alternative(w, "Another time") for w in _other_times(fitting) if works(w, own)))
    elsewhere = (replace(fitting, space=space, unit=None) for space in others)
    fits = (_fitted(candidate) for candidate in elsewhere)
    found += _first(2, (Alternative(w, "Another space") for w in fits if works(w, theirs)))
    if refusal.rule not in OF_THE_PERSON:
        days = (Alternative(w, "Another day") for w in _other_days(fitting, now) if works(w, own))
        found += _first(max(1, MOST - len(found)), days)
    return found[:MOST] if len(found) > MOST else found


def is_free(wish: Wish, rows: Busy) -> bool:
    """Whether units for it are free, as far as ``rows`` know."""
    space, span = wish.space, blocked(wish.space, wish.starts_at, wish.ends_at)
    units = [wish.unit] if wish.unit is not None else units_of(space)
    if not space.is_pool or wish.unit is not None:
        return bool(units) and not any(taken.span.overlaps(span) for unit in units for taken in rows.get(unit, ()))
    near = around(space, span)
    inside = {unit: [taken for taken in rows.get(unit, ()) if taken.span.overlaps(near)] for unit in units}
    return pack(units, inside, span, wish.number) is not None


def _wider(span: Span) -> Span:
    return Span(span.begins - timedelta(hours=4), span.ends + timedelta(hours=4))


def _is_like(space: SpacePage, wish: Wish) -> bool:
    same = space.kind == wish.space.kind or {space.kind, wish.space.kind} <= ROOMS
    return same and (space.is_pool or space.capacity >= wish.people)


def _fitted(wish: Wish) -> Wish:
    """On the grid, and neither too short nor too long."""
    space = wish.space
    starts_at = on_grid(space, wish.starts_at)
    minutes = min(max(wish.minutes, space.min_minutes), space.max_minutes)
    ends_at = on_grid(space, starts_at + minutes * MINUTE)
    if wish.starts_at == starts_at and wish.ends_at == ends_at:
        return wish
    return replace(wish, starts_at=starts_at, ends_at=ends_at)


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


def _other_days(wish: Wish, now: datetime) -> Iterator[Wish]:
    """The same time on London's clock, the nearest day first."""
    before = max(0, (day_of(wish.starts_at) - day_of(now)).days)
    steps: Sequence[int] = sorted((n for n in range(-min(before, DAYS_AHEAD), DAYS_AHEAD + 1) if n), key=abs)
    for days in steps:
        starts_at = moved_by(wish.starts_at, days)
        yield replace(wish, starts_at=starts_at, ends_at=starts_at + (wish.ends_at - wish.starts_at))


def _first(number: int, found: Iterable[Alternative]) -> list[Alternative]:
    result = []
    for one in found:
        result.append(one)
        if len(result) == number:
            break
    return result

"""Which units a booking gets. Pure arithmetic over what is taken: the database has the last word.

Of desks that are all the same somebody needs one for the whole time, and a day with many short bookings may have room at
every moment and no desk that is free throughout. Such a pool is packed anew: intervals can always be packed into as many
desks as are taken at once, and never need one more. Only a desk that somebody chose stays where it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .timetable import Span


@dataclass(frozen=True)
class Taken:
    """One allocation of a unit. A ``fixed`` one is never moved: it was chosen, has begun, or is of another space."""

    allocation: int
    booking: int
    span: Span
    fixed: bool = False


Busy = Mapping[int, Sequence[Taken]]  # by unit


@dataclass(frozen=True)
class Packed:
    """The units that a booking gets; and where others have to go for that, by allocation."""

    units: tuple[int, ...]
    moves: Mapping[int, int]


def free_units(units: Iterable[int], busy: Busy, span: Span) -> list[int]:
    return [unit for unit in units if not any(taken.span.overlaps(span) for taken in busy.get(unit, ()))]


def choose(units: Sequence[int], busy: Busy, span: Span, number: int) -> tuple[int, ...] | None:
    """As many free units, those first that would be left idle least long before; None when there are too few."""
    free = free_units(units, busy, span)
    if len(free) < number:
        return None

    def idle_before(unit: int) -> float:
        ends = [taken.span.ends for taken in busy.get(unit, ()) if taken.span.ends <= span.begins]
        return span.begins.timestamp() - max(ends).timestamp() if ends else float("inf")

    return tuple(sorted(sorted(free, key=idle_before)[:number]))


def peak(units: Iterable[int], busy: Busy, span: Span) -> int:
    """How many of ``units`` are taken at once at the worst moment of ``span``."""
    inside = [taken.span for unit in units for taken in busy.get(unit, ()) if taken.span.overlaps(span)]
    moments = {span.begins, *(one.begins for one in inside if one.begins > span.begins)}
    return max((sum(one.begins <= moment < one.ends for one in inside) for moment in moments), default=0)


def pack(units: Sequence[int], busy: Busy, span: Span, number: int) -> Packed | None:
    """Units for a booking, with others moved where that makes room; None when no way was found.

    Without fixed ones a way is found whenever fewer than all units are taken at every moment. ``busy`` has to hold
    everything that is in a chain of overlaps with ``span``; see ``window``.
    """
    if found := choose(units, busy, span, number):
        return Packed(found, {})
    if peak(units, busy, span) + number > len(units):
        return None
    together = window(units, busy, span)
    return _pack(units, busy, span, number, together, keeps=True) or _pack(
        units, busy, span, number, together, keeps=False
    )


def window(units: Iterable[int], busy: Busy, span: Span) -> Span:
    """``span``, with everything that overlaps it, and what overlaps that. What lies outside is touched by no move."""
    spans = sorted(taken.span for unit in units for taken in busy.get(unit, ()))
    begins, ends = span.begins, span.ends
    grown = True
    while grown:
        grown = False
        for one in spans:
            if one.begins < ends and begins < one.ends and (one.begins < begins or one.ends > ends):
                begins, ends, grown = min(begins, one.begins), max(ends, one.ends), True
    return Span(begins, ends)


def _pack(units: Sequence[int], busy: Busy, span: Span, number: int, together: Span, *, keeps: bool) -> Packed | None:
    placed: dict[int, list[Span]] = {unit: [] for unit in units}
    loose: list[tuple[Span, int | None, int | None]] = [(span, None, None)] * number  # span, allocation, its unit
    for unit in units:
        for taken in busy.get(unit, ()):
            if not taken.span.overlaps(together):
                continue
            if taken.fixed:
                placed[unit].append(taken.span)
            else:
                loose.append((taken.span, taken.allocation, unit))
    moves: dict[int, int] = {}
    own: list[int] = []
    for one, allocation, now_at in sorted(loose, key=lambda entry: (entry[0].begins, entry[0].ends)):
        fitting = [unit for unit in units if not any(other.overlaps(one) for other in placed[unit])]
        if not fitting:
            return None
        # Where it is; or before the next fixed one with the least time to spare, so that long gaps stay whole.
        stays = keeps and now_at in fitting
        unit = now_at if stays and now_at else min(fitting, key=lambda other: _until_next(placed[other], one))
        placed[unit].append(one)
        if allocation is None:
            own.append(unit)
        elif unit != now_at:
            moves[allocation] = unit
    return Packed(tuple(sorted(own)), moves)


def _until_next(placed: Sequence[Span], span: Span) -> float:
    later = [other.begins for other in placed if other.begins >= span.ends]
    return min(later).timestamp() - span.ends.timestamp() if later else float("inf")

"""What is taken, of which units, and when. Nothing here says by whom."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import Q, QuerySet, prefetch_related_objects
from django.utils import timezone

from core.prepared import Prepared, PreparedRecords, keep_related
from core.visibility import public
from spaces.allocation import Busy, Taken, pack
from spaces.choices import BookingKind
from spaces.models import Allocation, Gate, OpeningDay, SpacePage, Unit
from spaces.rules import Wish
from spaces.timetable import Span, blocked

# A chain of overlapping bookings is followed so far; only spaces that are taken for weeks have longer ones.
AROUND = timedelta(days=2)
FAR_AROUND = timedelta(days=200)


# What rules ask of a space: read with it, and read for it.
WITH_IT = ("hours", "allowance", "floor")
FOR_IT = ("hours__days", "units", "gates__needs")


def bookable() -> QuerySet[SpacePage, SpacePage]:
    """Spaces that anybody can see, with all that rules ask of them."""
    spaces: QuerySet[SpacePage, SpacePage] = public(SpacePage.objects.all())
    return whole(spaces)


def whole(spaces: QuerySet[SpacePage, SpacePage]) -> QuerySet[SpacePage, SpacePage]:
    return spaces.select_related(*WITH_IT).prefetch_related(*FOR_IT)


DAYS = PreparedRecords(lambda hours: OpeningDay.objects.filter(hours=hours))
UNITS = PreparedRecords(lambda space: Unit.objects.filter(spaces=space))
GATES = PreparedRecords(lambda space: Gate.objects.filter(spaces=space))

ONE = PreparedRecords(lambda space: SpacePage.objects.filter(pk=space).select_related(*WITH_IT))
ONE_PUBLIC = PreparedRecords(lambda space: public(SpacePage.objects.filter(pk=space)).select_related(*WITH_IT))


def bookable_space(key: int) -> SpacePage | None:
    """The one of ``bookable()`` that has this key."""
    return _with_rules(ONE_PUBLIC.first(key))


def any_space(key: int) -> SpacePage:
    """A space with all that rules ask of it, whoever can see it. Raises SpacePage.DoesNotExist."""
    if space := _with_rules(ONE.first(key)):
        return space
    raise SpacePage.DoesNotExist


def _with_rules(space: SpacePage | None) -> SpacePage | None:
    """What ``FOR_IT`` names, by statements that are written once."""
    if space is not None:
        keep_related(space.hours, "days", DAYS.all(space.hours_id))
        keep_related(space, "units", UNITS.all(space.pk))
        gates = GATES.all(space.pk)
        keep_related(space, "gates", gates)
        prefetch_related_objects(gates, "needs")
    return space


def units_of(space: SpacePage) -> list[int]:
    """Keys of its units, in the order in which they are locked."""
    return sorted(unit.pk for unit in space.units.all())


def _taken(begins: datetime, ends: datetime) -> QuerySet[Allocation, Any]:
    found = Allocation.objects.filter(active=True, starts_at__lt=ends, blocks_until__gt=begins).order_by(
        "starts_at", "pk"
    )
    return found.values_list(
        "unit", "pk", "booking", "starts_at", "blocks_until", "pinned", "booking__space", "booking__kind"
    )


TAKEN_OF_ONE = Prepared(lambda unit, begins, ends: _taken(begins, ends).filter(unit=unit), int, datetime, datetime)


def busy(units: Collection[int], span: Span, *, without: int | None = None, for_space: int | None = None) -> Busy:
    """What is taken of ``units`` within ``span``; ``without`` one booking, such as one that is to be moved.

    What may be moved to make room: bookings of ``for_space`` that have not begun and that nobody chose a desk for.
    """
    now = timezone.now()
    rows: Iterable[tuple[Any, ...]]
    if len(units) == 1:
        rows = TAKEN_OF_ONE.rows(*units, span.begins, span.ends)
    else:
        rows = _taken(span.begins, span.ends).filter(unit__in=units)
    taken: dict[int, list[Taken]] = defaultdict(list)
    for unit, pk, booking, starts_at, until, pinned, space, kind in rows:
        if booking == without:
            continue
        fixed = pinned or starts_at <= now or space != for_space or kind != BookingKind.BOOKING
        taken[unit].append(Taken(pk, booking, Span(starts_at, until), fixed))
    return taken


def around(space: SpacePage, span: Span) -> Span:
    """How far to look for what may have to be moved."""
    far = FAR_AROUND if space.is_by_the_day else AROUND
    return Span(span.begins - far, span.ends + far) if space.is_pool else span


def is_free(wish: Wish, rows: Busy) -> bool:
    """Whether units for it are free, as far as ``rows`` know."""
    space, span = wish.space, blocked(wish.space, wish.starts_at, wish.ends_at)
    units = [wish.unit] if wish.unit is not None else units_of(space)
    if not space.is_pool or wish.unit is not None:
        return bool(units) and not any(taken.span.overlaps(span) for unit in units for taken in rows.get(unit, ()))
    near = around(space, span)
    inside = {unit: [taken for taken in rows.get(unit, ()) if taken.span.overlaps(near)] for unit in units}
    return pack(units, inside, span, wish.number) is not None


def overlapping(units: Iterable[int], span: Span) -> Q:
    """Bookings that have one of ``units`` within ``span``."""
    return Q(
        allocations__unit__in=list(units),
        allocations__active=True,
        allocations__starts_at__lt=span.ends,
        allocations__blocks_until__gt=span.begins,
    )


def overlaps_broken(begins: datetime | None = None) -> list[str]:
    """Units that are taken twice, asked of the database; empty when all is well. Ids only, no names."""
    rows: dict[int, list[tuple[datetime, datetime, int]]] = defaultdict(list)
    found = Allocation.objects.filter(active=True)
    if begins:
        found = found.filter(blocks_until__gt=begins)
    for unit, starts_at, until, booking in found.values_list("unit", "starts_at", "blocks_until", "booking"):
        rows[unit].append((starts_at, until, booking))
    broken = []
    for unit, spans in rows.items():
        spans.sort()
        for (_, until, one), (starts_at, _, other) in pairwise(spans):
            if starts_at < until:
                broken.append(f"unit {unit}: bookings {one} and {other} overlap")
    return broken

"""The rows that make up figures, added up by day; as they are now, or as far as a certain row."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Case, IntegerField, Q, QuerySet, Sum, Value, When

from impact.counting import rule_for
from impact.models import KpiEntry, ManualFigure, StrategyTarget
from impact.periods import period_of


@dataclass(frozen=True)
class Amount:
    """What a target had come to by the end of a day."""

    value: Decimal | None  # none: nobody has said, and no rule counts
    counted: int = 0  # of the value, from entries
    carried: ManualFigure | None = None  # the rest of it
    demonstration: bool = False


@dataclass(frozen=True)
class _Day:
    day: date
    net: int
    invented: int


class Ledger:
    """Of some targets; two statements, however many there are."""

    def __init__(
        self, targets: Iterable[StrategyTarget], *, last_entry: int | None = None, last_figure: int | None = None
    ) -> None:
        self._figures: dict[int, list[ManualFigure]] = defaultdict(list)
        self._days: dict[int, list[_Day]] = defaultdict(list)
        keys = [target.pk for target in targets]
        for figure in current_figures(last_figure).filter(target__in=keys, value__isnull=False).order_by("as_of"):
            self._figures[figure.target_id].append(figure)
        entries = KpiEntry.objects.filter(target__in=keys)
        if last_entry is not None:
            entries = entries.filter(pk__lte=last_entry)
        sign = Case(When(counts=True, then=Value(1)), default=Value(-1), output_field=IntegerField())
        by_day = (
            entries.order_by()
            .values("target", "counted_on")
            .annotate(net=Sum(sign), invented=Sum(sign, filter=Q(demonstration=True)))
            .order_by("target", "counted_on")
        )
        for row in by_day:
            self._days[row["target"]].append(_Day(row["counted_on"], row["net"], row["invented"] or 0))

    def figures(self, target: StrategyTarget) -> list[ManualFigure]:
        """Those that stand, the oldest first."""
        return self._figures[target.pk]

    def amount(self, target: StrategyTarget, day: date) -> Amount:
        """A figure entered by hand stands for everything up to its day; what was counted afterwards is added."""
        first = date.min if target.is_level else period_of(target, day)[0]
        carried = next((f for f in reversed(self._figures[target.pk]) if first <= f.as_of <= day), None)
        if target.is_level:
            return Amount(carried.value, 0, carried, carried.demonstration) if carried else Amount(None)
        since = carried.as_of if carried else first - timedelta(days=1)
        days = self._days[target.pk]
        days = days[bisect_right(days, since, key=_at) : bisect_right(days, day, key=_at)]
        counted, invented = sum(one.net for one in days), sum(one.invented for one in days)
        if carried is None:
            is_counted = rule_for(target.slug) is not None or bool(self._days[target.pk])
            return Amount(Decimal(counted) if is_counted else None, counted, None, invented > 0)
        assert carried.value is not None
        return Amount(carried.value + counted, counted, carried, carried.demonstration or invented > 0)


def _at(one: _Day) -> date:
    return one.day


def current_figures(last: int | None = None) -> QuerySet[ManualFigure, ManualFigure]:
    """Figures that no other corrects; among those up to the row ``last``."""
    if last is None:
        return ManualFigure.objects.filter(corrected_by=None)
    corrected = ManualFigure.objects.filter(pk__lte=last, corrects__isnull=False).values("corrects")
    return ManualFigure.objects.filter(pk__lte=last).exclude(pk__in=corrected)

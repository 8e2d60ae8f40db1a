"""A target over time as an SVG drawing: what was reached, and the straight path or the level to reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from . import wording
from .choices import Form, Measure
from .models import StrategyTarget
from .periods import year_of
from .queries.standing import Point

WIDTH, HEIGHT = 720, 380
LEFT, RIGHT, TOP, BOTTOM = 64, 20, 24, 50
STEPS = (1, 2, 5)  # and their multiples by ten
MOST_STEPS = 7
LOW = 8  # under this part of the scale


@dataclass(frozen=True)
class Tick:
    at: float
    words: str


@dataclass(frozen=True)
class Dot:
    x: float
    y: float


@dataclass(frozen=True)
class TargetChart:
    title: str
    values: tuple[Tick, ...]  # on the left, from below
    years: tuple[Tick, ...]
    lines: tuple[str, ...]  # what was reached; another line for each year that is counted by itself
    areas: tuple[str, ...]
    paths: tuple[str, ...]
    dots: tuple[Dot, ...]
    last: Dot
    is_low: bool  # the last dot: its words stand above it
    last_words: str
    target_at: Dot
    target_words: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    base: int = HEIGHT - BOTTOM


def chart_of(target: StrategyTarget, points: Sequence[Point]) -> TargetChart | None:
    """None where there is nothing to draw."""
    known = [(point.day, point.value) for point in points if point.value is not None]
    if not known:
        return None
    last = _last_day(target, known[-1][0])
    scale = _Scale(target, max([target.value, *(value for _, value in known)]), last)
    runs = _runs(target, known)
    lines = [[scale.dot(day, value) for day, value in run] for run in runs]
    last_day, last_value = known[-1]
    last_words = wording.figure(last_value, target.form)
    return TargetChart(
        title=_title(target, points),
        values=scale.values,
        years=scale.years,
        lines=tuple(_drawn(line) for line in lines if len(line) > 1),
        areas=tuple(_filled(line) for line in lines if len(line) > 1 and not target.is_level),
        paths=tuple(_drawn([scale.dot(*end) for end in path]) for path in _paths(target, last)),
        dots=tuple(scale.dot(day, value) for day, value in known),
        last=scale.dot(last_day, last_value),
        is_low=last_value * LOW < scale.top,
        last_words=last_words,
        target_at=Dot(WIDTH - RIGHT, scale.y(target.value)),
        target_words=f"Target: {wording.figure(target.value, target.form)}",
    )


def _title(target: StrategyTarget, points: Sequence[Point]) -> str:
    known = [point for point in points if point.value is not None]
    first, last = known[0], known[-1]
    ending = "The figures are in the table beside it."
    if len(known) == 1:
        return f"Chart of {target.what}: {last.value_words}, {last.words}. {ending}"
    return f"Line chart of {target.what}: from {first.value_words}, {first.words}, to {last.value_words}, {last.words}. {ending}"


class _Scale:
    def __init__(self, target: StrategyTarget, largest: Decimal, last: date) -> None:
        self.first, self.last = target.starts_on - timedelta(days=1), last
        step = _step(largest)
        number = -(-largest // step)
        self.top = step * number
        form = Form.NUMBER if target.form == Form.DAYS else target.form
        self.values = tuple(
            Tick(self.y(step * n), wording.figure(step * n, form) if n else "0") for n in range(int(number) + 1)
        )
        years = range(self.first.year + 1, self.last.year + 1)
        self.years = tuple(Tick(self.x(date(year, 1, 1)), str(year)) for year in years)

    def x(self, day: date) -> float:
        share = (day - self.first).days / (self.last - self.first).days
        return round(LEFT + min(max(share, 0), 1) * (WIDTH - LEFT - RIGHT), 1)

    def y(self, value: Decimal) -> float:
        return round(HEIGHT - BOTTOM - float(value / self.top) * (HEIGHT - TOP - BOTTOM), 1)

    def dot(self, day: date, value: Decimal) -> Dot:
        return Dot(self.x(day), self.y(value))


def _step(largest: Decimal) -> Decimal:
    """The least round number of which at most seven reach ``largest``."""
    factor = Decimal(1)
    while True:
        for step in STEPS:
            if step * factor * MOST_STEPS >= largest:
                return step * factor
        factor *= 10


def _last_day(target: StrategyTarget, known: date) -> date:
    """Of the drawing: the end of the period, or of the year that is counted now."""
    return min(year_of(known)[1], target.ends_on) if target.measure == Measure.YEARLY else target.ends_on


def _runs(target: StrategyTarget, known: Sequence[tuple[date, Decimal]]) -> list[list[tuple[date, Decimal]]]:
    """What is joined by one line: everything, or what was reached in one year. What adds up begins at nothing."""
    nothing = Decimal(0)
    if target.is_level:
        return [list(known)]
    if target.measure == Measure.TOTAL:
        return [[(target.starts_on - timedelta(days=1), nothing), *known]]
    years = sorted({year_of(day) for day, _ in known})
    return [
        [
            (max(first, target.starts_on) - timedelta(days=1), nothing),
            *((day, value) for day, value in known if first <= day <= last),
        ]
        for first, last in years
    ]


def _paths(target: StrategyTarget, end: date) -> list[list[tuple[date, Decimal]]]:
    if target.is_level:
        return [[(target.starts_on, target.value), (target.ends_on, target.value)]]
    if target.measure == Measure.TOTAL:
        return [[(target.starts_on - timedelta(days=1), Decimal(0)), (target.ends_on, target.value)]]
    found, day = [], target.starts_on
    while day <= end:
        first, last = year_of(day)
        found.append([_on_path(target, max(first, target.starts_on), first), _on_path(target, min(last, end), first)])
        day = last + timedelta(days=1)
    return found


def _on_path(target: StrategyTarget, day: date, first: date) -> tuple[date, Decimal]:
    _, last = year_of(first)
    return day, target.value * (day - first).days / (last - first).days


def _drawn(line: Sequence[Dot]) -> str:
    return "M" + "L".join(f"{dot.x} {dot.y}" for dot in line)


def _filled(line: Sequence[Dot]) -> str:
    return f"{_drawn(line)}V{HEIGHT - BOTTOM}H{line[0].x}Z"

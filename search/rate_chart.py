"""A share over time as the lines of an SVG drawing; the numbers stand in a table beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 72, 12, 14, 32
SCALES = (0.1, 0.2, 0.5, 1.0)  # the least that holds every point
MOST_DOTS = 31
LABELS = 5


@dataclass(frozen=True)
class Tick:
    at: float
    words: str
    anchor: str = "middle"


@dataclass(frozen=True)
class RateChart:
    line: str  # of an SVG path; interrupted where there is no number
    dots: tuple[tuple[float, float], ...]
    y_ticks: tuple[Tick, ...]
    x_ticks: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    base: int = HEIGHT - BOTTOM


def rate_chart(rates: Sequence[float | None], words: Sequence[str]) -> RateChart:
    """Draw ``rates``, from 0 to 1 or None where nothing was counted; ``words`` name each of them."""
    top = next(scale for scale in SCALES if scale >= max([rate for rate in rates if rate is not None], default=0))
    step = (WIDTH - LEFT - RIGHT) / max(len(rates) - 1, 1)
    xs = [round(LEFT + place * step, 1) for place in range(len(rates))]
    points = [None if rate is None else (x, _y(rate / top)) for x, rate in zip(xs, rates, strict=True)]
    known = [point for point in points if point is not None]
    alone = [
        point
        for before, point, after in zip([None, *points], points, [*points[1:], None], strict=False)
        if point is not None and before is None and after is None
    ]
    return RateChart(
        _line(points),
        tuple(known if len(known) <= MOST_DOTS else alone),
        tuple(Tick(_y(share), f"{share * top:.0%}") for share in (0, 0.5, 1)),
        _x_ticks(xs, words),
    )


def _y(share: float) -> float:
    return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)


def _line(points: Sequence[tuple[float, float] | None]) -> str:
    parts: list[str] = []
    for before, point in zip([None, *points], points, strict=False):
        if point is not None:
            parts.append(f"{'M' if before is None else 'L'}{point[0]} {point[1]}")
    return "".join(parts)


def _x_ticks(xs: Sequence[float], words: Sequence[str]) -> tuple[Tick, ...]:
    last = len(xs) - 1
    places = sorted({round(part * last / (LABELS - 1)) for part in range(LABELS)}) if last > 0 else range(len(xs))
    return tuple(
        Tick(xs[place], words[place], "start" if place == 0 else "end" if place == last else "middle")
        for place in places
    )

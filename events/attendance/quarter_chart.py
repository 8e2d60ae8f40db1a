"""People by quarter as the columns of an SVG drawing; the numbers stand in a table beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 26, 32
ROUND = (10, 20, 50)  # and their multiples by ten: the least that holds every column is the top of the scale


@dataclass(frozen=True)
class Column:
    x: float
    y: float
    width: float
    height: float
    middle: float
    words: str
    number: str  # empty where it is withheld


@dataclass(frozen=True)
class QuarterChart:
    columns: tuple[Column, ...]
    ticks: tuple[tuple[float, str], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    base: int = HEIGHT - BOTTOM


def quarter_chart(numbers: Sequence[int | None], words: Sequence[str]) -> QuarterChart:
    """A column for each of ``numbers``; None, which is withheld, has none."""
    top = _top(max([number or 0 for number in numbers], default=0))
    step = (WIDTH - LEFT - RIGHT) / max(len(numbers), 1)
    width = min(step * 0.6, 64)
    columns = []
    for place, (number, name) in enumerate(zip(numbers, words, strict=True)):
        middle = LEFT + (place + 0.5) * step
        y = _y((number or 0) / top)
        columns.append(
            Column(
                x=round(middle - width / 2, 1),
                y=y,
                width=round(width, 1),
                height=round(HEIGHT - BOTTOM - y, 1),
                middle=round(middle, 1),
                words=name,
                number="" if number is None else str(number),
            )
        )
    return QuarterChart(tuple(columns), tuple((_y(share), f"{top * share:.0f}") for share in (0, 0.5, 1)))


def _top(largest: int) -> int:
    factor = 1
    while True:
        for scale in ROUND:
            if scale * factor >= largest:
                return scale * factor
        factor *= 10


def _y(share: float) -> float:
    return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)

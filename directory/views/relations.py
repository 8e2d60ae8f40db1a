"""The drawing of an organisation's relations: arches in a row, each joined to the arch below that is the organisation."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from directory.queries.profiles import Relative

WIDTH, APART = 720, 144  # of the drawing, and from arch to arch; in units of its view box
MOST = WIDTH // APART
LETTERS, LINES = 17, 2  # of a name under its arch
FOOT, HEAD = 190, 328  # where a line leaves an arch, and where it reaches the organisation


@dataclass(frozen=True)
class Arch:
    x: int
    relative: Relative
    lines: tuple[tuple[int, str], ...]  # height and words of the lines of its name
    path: str  # of the line to the organisation


@dataclass(frozen=True)
class Drawing:
    arches: tuple[Arch, ...]
    more: int  # relatives that stand only in the list

    @property
    def middle(self) -> int:
        return WIDTH // 2


def draw(relatives: Sequence[Relative]) -> Drawing | None:
    """The first relatives as arches in a row; None without any. The list beside the drawing has them all."""
    if not relatives:
        return None
    shown = relatives[:MOST]
    left = WIDTH // 2 - (len(shown) - 1) * APART // 2
    arches = tuple(_arch(left + place * APART, relative) for place, relative in enumerate(shown))
    return Drawing(arches, len(relatives) - len(shown))


def _arch(x: int, relative: Relative) -> Arch:
    words = textwrap.wrap(relative.title, LETTERS, max_lines=LINES, placeholder=" …")
    lines = tuple((140 + 20 * place, line) for place, line in enumerate(words))
    return Arch(x, relative, lines, _line(x))


def _line(x: int) -> str:
    """Straight down, then in a quarter of an ellipse to the middle; flatter the nearer it begins."""
    middle = WIDTH // 2
    across = abs(middle - x)
    if not across:
        return f"M{x} {FOOT}V290"
    down = 68 + across * 14 // 144
    return f"M{x} {FOOT}V{HEAD - down}A{across} {down} 0 0 {int(x > middle)} {middle} {HEAD}"

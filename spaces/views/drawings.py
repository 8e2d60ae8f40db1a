"""A floor as a drawing, from the rectangles that editors keep: every name and every state stands in it as a word, too.

``drawing_of(planned, addresses, free={unit.pk: True})`` also says what is free; a unit that ``free`` does not name is not marked.
"""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from spaces.choices import AreaKind, SpaceKind
from spaces.models import Area, SpacePage, Unit
from spaces.models.place import WHOLE
from spaces.queries.plans import PlannedArea, PlannedFloor

from .words import size_of

ACROSS, DOWN = 10, 6  # units of the drawing for one of the plan
MARGIN = 8
WIDTH, HEIGHT = WHOLE * ACROSS + 2 * MARGIN, WHOLE * DOWN + 2 * MARGIN
LARGE, SMALL = (15, 8.6), (13, 7.1)  # height of a line's letters, and the width of one
LEADING = 19
FREE, TAKEN = "Free", "Taken"

ILLUSTRATIONS = {
    SpaceKind.HOT_DESKS: "svg/room-desks.svg",
    SpaceKind.MEETING_ROOM: "svg/room-meeting.svg",
    SpaceKind.COMBINED_ROOM: "svg/room-meeting.svg",
    SpaceKind.EVENT_SPACE: "svg/room-hall.svg",
    SpaceKind.LAB_BENCH: "svg/room-lab.svg",
    SpaceKind.EQUIPMENT: "svg/room-lab.svg",
}
OTHERS = (AreaKind.LIFT, AreaKind.STAIRS, AreaKind.TOILETS, AreaKind.LET)

Free = Mapping[int, bool]
Address = Callable[[SpacePage], str]


def illustration_of(space: SpacePage) -> str:
    """Shown where a space has no picture of its own."""
    return ILLUSTRATIONS[SpaceKind(space.kind)]


@dataclass(frozen=True)
class Line:
    text: str
    x: int
    y: int
    css: str
    url: str = ""


@dataclass(frozen=True)
class Square:
    """One desk of a pool, where it stands."""

    x: int
    y: int
    width: int
    height: int
    css: str
    label: str
    is_adjustable: bool
    is_taken: bool

    @property
    def text_x(self) -> int:
        return self.x + self.width // 2

    @property
    def text_y(self) -> int:
        return self.y + self.height // 2 + 5

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height


@dataclass(frozen=True)
class Shape:
    x: int
    y: int
    width: int
    height: int
    css: str
    lines: list[Line]
    squares: list[Square] = field(default_factory=list)
    url: str = ""


@dataclass(frozen=True)
class Drawing:
    anchor: str
    title: str
    words: str  # the same for those who do not see it
    shapes: list[Shape]
    width: int = WIDTH
    height: int = HEIGHT


def drawing_of(
    planned: PlannedFloor, address: Address, *, free: Free | None = None, here: Set[int] | None = None
) -> Drawing:
    """``address``: where a space leads, with the day that is looked at; ``here``: units of what the page is about."""
    shapes = [_shape(area, address, free, here) for area in planned.areas]
    said = [_said(area, free) for area in planned.areas if area.spaces]
    others = [area.area.label for area in planned.areas if not area.spaces and not area.has_parts]
    words = f"To book: {'; '.join(said)}. " if said else ""
    words += f"Also on this floor: {', '.join(others)}." if others else ""
    return Drawing(planned.anchor, f"Plan of the {planned.floor.name.lower()}", words.strip(), shapes)


def state_of(units: Sequence[Unit], free: Free | None) -> str:
    """“Free”, “Taken” or “5 of 12 free”; nothing where nobody asked."""
    known = [free[unit.pk] for unit in units if unit.pk in free] if free else []
    if not known:
        return ""
    if len(known) == 1:
        return FREE if known[0] else TAKEN
    return TAKEN if not any(known) else f"{sum(known)} of {len(known)} free"


def _said(planned: PlannedArea, free: Free | None) -> str:
    spaces = []
    for space in planned.spaces:
        state = state_of(list(space.units.all()), free)
        spaces.append(f"{space.title}, {state.lower()}" if state else space.title)
    return "; ".join(spaces)


# ---- shapes ---------------------------------------------------------------------------------------------------------
def _box(area: Area) -> tuple[int, int, int, int]:
    return MARGIN + area.x * ACROSS, MARGIN + area.y * DOWN, area.width * ACROSS, area.height * DOWN


def _shape(planned: PlannedArea, address: Address, free: Free | None, here: Set[int] | None) -> Shape:
    x, y, width, height = _box(planned.area)
    css = _css(planned, free, here)
    spaces = planned.spaces
    if len(spaces) > 1:
        return Shape(x, y, width, height, css, _several(planned, address, free))
    label = spaces[0].title if spaces and not spaces[0].is_pool else planned.area.label
    parts = [(text, "b", LARGE) for text in wrapped(label, width - 12, LARGE)]
    if not spaces:
        parts = [(text, "s", SMALL) for text in wrapped(label, width - 10, SMALL)]
        if planned.has_parts:  # below what lies inside it
            return Shape(x, y, width, height, css, _set(parts[-1:], x + width // 2, y + height - LEADING, 0))
        return Shape(x, y, width, height, css, _set(parts, x + width // 2, y, height))
    space = spaces[0]
    below = [
        (text, css_, SMALL)
        for text, css_ in ((size_of(space, len(planned.units)), "s"), (state_of(planned.units, free), "b s"))
        if text
    ]
    if len([unit for unit in planned.units if unit.row and unit.column]) > 1:
        head = [(", ".join([planned.area.label, *(text for text, _, _ in below[1:])]), "b", LARGE)]
        lines = _set(head, x + width // 2, y + 6, LEADING)
        return Shape(x, y, width, height, css, lines, _squares(planned, free), address(space))
    return Shape(x, y, width, height, css, _set([*parts, *below], x + width // 2, y, height), url=address(space))


def _several(planned: PlannedArea, address: Address, free: Free | None) -> list[Line]:
    """Each space of the area a link of its own, with its state."""
    x, y, width, height = _box(planned.area)
    parts: list[tuple[str, str, tuple[int, float], str]] = []
    for space in planned.spaces:
        url = address(space)
        parts += [(text, "b", SMALL, url) for text in wrapped(space.title, width - 10, SMALL)]
        if state := state_of(list(space.units.all()), free):
            parts.append((state, "s", SMALL, ""))
        parts.append(("", "s", SMALL, ""))
    parts = parts[:-1]
    lines = _set([part[:3] for part in parts], x + width // 2, y, height)
    found = [Line(line.text, line.x, line.y, line.css, part[3]) for line, part in zip(lines, parts, strict=True)]
    return [line for line in found if line.text]


def _set(parts: Sequence[tuple[str, str, tuple[int, float]]], x: int, y: int, height: int) -> list[Line]:
    """Lines under each other, in the middle of ``height``."""
    top = y + (height - len(parts) * LEADING) // 2 + LEADING - 5
    return [Line(text, x, top + place * LEADING, css) for place, (text, css, _) in enumerate(parts)]


def _css(planned: PlannedArea, free: Free | None, here: Set[int] | None) -> str:
    if planned.area.kind == AreaKind.CORRIDOR:
        return "r out"
    if planned.area.kind in OTHERS:
        return "r other"
    units = [unit for space in planned.spaces for unit in space.units.all()]
    known = [free[unit.pk] for unit in units if unit.pk in free] if free else []
    state = "" if not known else "free" if all(known) else "part" if any(known) else "busy"
    if here and not here.isdisjoint(unit.pk for unit in planned.units):
        state = "here"
    elif here is None and free is None and planned.spaces:
        state = "free"  # what can be booked stands out from what cannot
    return f"r {state}".strip()


def _squares(planned: PlannedArea, free: Free | None) -> list[Square]:
    x, y, width, height = _box(planned.area)
    placed = [unit for unit in planned.units if unit.row and unit.column]
    columns, rows = max(unit.column for unit in placed), max(unit.row for unit in placed)
    top, gap = y + 2 * LEADING, 8
    wide, high = (width - gap) // columns - gap, (height - 2 * LEADING - gap) // rows - gap
    found = []
    for unit in placed:
        is_free = free.get(unit.pk) if free else None
        css = {True: "u free", False: "u busy", None: "u"}[is_free]
        left = x + gap + (unit.column - 1) * (wide + gap)
        above = top + (unit.row - 1) * (high + gap)
        found.append(Square(left, above, wide, high, css, unit.label, unit.adjustable, is_free is False))
    return found


def wrapped(text: str, width: int, letters: tuple[int, float]) -> list[str]:
    """``text`` in lines that fit, as far as can be known without a font."""
    most = max(int(width / letters[1]), 1)
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= most:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines

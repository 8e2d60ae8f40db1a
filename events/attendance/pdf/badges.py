"""Name badges on sheets of eight labels, two by four (90 × 65 mm): cut them, or print on labels of that size."""

from collections.abc import Sequence
from typing import Protocol

from reportlab.lib.pagesizes import A4

from .drawing import FAIENCE, HAIRLINE, MUTED, VILLAGE, Paper, fitting_size, lines, mm

ACROSS, DOWN = 2, 4
WIDTH, HEIGHT = 90 * mm, 65 * mm
LEFT, BOTTOM = (A4[0] - ACROSS * WIDTH) / 2, (A4[1] - DOWN * HEIGHT) / 2
INSET = 7 * mm


class Named(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def organisation(self) -> str: ...


def badges(people: Sequence[Named], event: str) -> bytes:
    """One for each of ``people``: name, organisation, event, and nothing else that is known of them."""
    paper = Paper(A4, f"Badges: {event}")
    for place, person in enumerate(people):
        if place and place % (ACROSS * DOWN) == 0:
            paper.canvas.showPage()
        row, column = divmod(place % (ACROSS * DOWN), ACROSS)
        _badge(paper, LEFT + column * WIDTH, BOTTOM + (DOWN - 1 - row) * HEIGHT, person, event)
    return paper.bytes()


def _badge(paper: Paper, x: float, y: float, person: Named, event: str) -> None:
    canvas, width = paper.canvas, WIDTH - 2 * INSET
    canvas.setStrokeColor(HAIRLINE)
    canvas.setLineWidth(0.4)
    canvas.setDash(1, 2)  # to cut along
    canvas.rect(x, y, WIDTH, HEIGHT)
    canvas.setDash()
    paper.mark(x + INSET, y + HEIGHT - 14 * mm, 8 * mm)
    paper.text(x + INSET + 12 * mm, y + HEIGHT - 11 * mm, VILLAGE, 10, bold=True, color=FAIENCE)
    size = fitting_size(person.name, width, 28, 15)
    found = lines(person.name, width, size, bold=True)
    top = y + HEIGHT - 28 * mm
    for number, line in enumerate(found):
        paper.text(x + INSET, top - number * size * 1.1, line, size, bold=True)
    for line in lines(person.organisation, width, 13, most=1):
        paper.text(x + INSET, top - len(found) * size * 1.1 + size * 1.1 - 8 * mm, line, 13)
    paper.line(x + INSET, y + 12 * mm, x + WIDTH - INSET, color=FAIENCE, width=1)
    for line in lines(event, width, 9.5, most=1):
        paper.text(x + INSET, y + 7 * mm, line, 9.5, color=MUTED)

"""A sheet to sign in on, for the door where no phone works, or for those who want signatures."""

from collections.abc import Sequence

from reportlab.lib.pagesizes import A4

from .badges import Named
from .drawing import FAIENCE, INK, MUTED, VILLAGE, Paper, lines, mm

MARGIN = 16 * mm
TOP = A4[1] - 46 * mm
ROW = 9 * mm
BLANK = 6  # rows for whoever is not on the list
COLUMNS = (("Name", 0), ("Organisation", 66 * mm), ("In", 118 * mm), ("Out", 132 * mm), ("Signature", 146 * mm))
RIGHT = A4[0] - MARGIN


def sign_in_sheet(people: Sequence[Named], event: str, when: str) -> bytes:
    """``people`` by name, with room for times and a signature, and rows for those who are not on the list."""
    paper = Paper(A4, f"Sign-in sheet: {event}")
    on_a_page = int((TOP - 24 * mm) // ROW)
    rows: list[Named | None] = [*people, *[None] * BLANK]
    pages = -(-len(rows) // on_a_page)
    for page in range(pages):
        if page:
            paper.canvas.showPage()
        _head(paper, event, when)
        for number, person in enumerate(rows[page * on_a_page : (page + 1) * on_a_page]):
            _row(paper, TOP - (number + 1) * ROW, person)
        words = (
            "Used to keep the door and to certify attendance. Destroy it once typed in, at the latest after 90 days."
        )
        paper.text(MARGIN, 12 * mm, words, 8, color=MUTED)
        paper.canvas.drawRightString(RIGHT, 12 * mm, f"Page {page + 1} of {pages}")
    return paper.bytes()


def _head(paper: Paper, event: str, when: str) -> None:
    paper.mark(MARGIN, A4[1] - 22 * mm, 9 * mm)
    paper.text(MARGIN + 13 * mm, A4[1] - 18.5 * mm, VILLAGE, 11, bold=True, color=FAIENCE)
    for line in lines(event, RIGHT - MARGIN, 17, bold=True, most=1):
        paper.text(MARGIN, A4[1] - 32 * mm, line, 17, bold=True)
    paper.text(MARGIN, A4[1] - 38 * mm, when, 10.5, color=MUTED)
    for words, x in COLUMNS:
        paper.text(MARGIN + x, TOP + 1.6 * mm, words, 9, bold=True, color=MUTED)
    paper.line(MARGIN, TOP, RIGHT, color=INK, width=1)


def _row(paper: Paper, y: float, person: Named | None) -> None:
    if person is not None:
        for words, x, width in ((person.name, 0, 63 * mm), (person.organisation, 66 * mm, 49 * mm)):
            for line in lines(words, width, 10.5, bold=x == 0, most=1):
                paper.text(MARGIN + x, y + 2.6 * mm, line, 10.5, bold=x == 0)
    paper.line(MARGIN, y, RIGHT)

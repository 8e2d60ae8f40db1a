"""A certificate of attendance on one sheet, with the address at which anybody sees whether it holds."""

from dataclasses import dataclass

from reportlab.lib.pagesizes import A4, landscape

from .drawing import FAIENCE, INK, MUTED, OXBLOOD, VILLAGE, Paper, fitting_size, lines, mm

PAGE = landscape(A4)
LEFT, RIGHT = 30 * mm, PAGE[0] - 30 * mm


@dataclass(frozen=True, kw_only=True)
class Stated:
    """What a certificate says."""

    name: str
    event: str
    when: str
    where: str
    minutes: str  # in words
    number: str
    issued: str
    address: str


def certificate(stated: Stated) -> bytes:
    paper = Paper(PAGE, f"Certificate of attendance: {stated.event}")
    canvas = paper.canvas
    canvas.setStrokeColor(FAIENCE)
    canvas.setLineWidth(3)
    canvas.rect(12 * mm, 12 * mm, PAGE[0] - 24 * mm, PAGE[1] - 24 * mm)
    canvas.setLineWidth(0.8)
    canvas.rect(14.5 * mm, 14.5 * mm, PAGE[0] - 29 * mm, PAGE[1] - 29 * mm)
    paper.mark(LEFT, PAGE[1] - 41 * mm, 14 * mm)
    paper.text(LEFT + 20 * mm, PAGE[1] - 35.5 * mm, VILLAGE, 15, bold=True, color=FAIENCE)
    paper.text(LEFT, PAGE[1] - 64 * mm, "Certificate of attendance", 17, color=OXBLOOD)
    width = RIGHT - LEFT
    size = fitting_size(stated.name, width, 38, 20, most=1)
    for line in lines(stated.name, width, size, bold=True, most=1):
        paper.text(LEFT, PAGE[1] - 82 * mm, line, size, bold=True)
    paper.line(LEFT, PAGE[1] - 88 * mm, RIGHT, color=INK, width=1)
    paper.text(LEFT, PAGE[1] - 97 * mm, "attended", 12, color=MUTED)
    y = PAGE[1] - 106 * mm
    for words, bold in ((stated.event, True), (stated.when, False), (stated.where, False)):
        for line in lines(words, width, 15, bold=bold):
            paper.text(LEFT, y, line, 15, bold=bold)
            y -= 7.5 * mm
    paper.text(LEFT, y - 3 * mm, stated.minutes, 15, bold=True, color=FAIENCE)
    side = 34 * mm
    paper.qr(RIGHT - side + 3 * mm, 22 * mm, side, stated.address)
    paper.text(LEFT, 44 * mm, f"Certificate {stated.number}", 12, bold=True)
    paper.text(LEFT, 38 * mm, f"Issued on {stated.issued}", 10.5, color=MUTED)
    paper.text(LEFT, 32 * mm, "See whether it holds, by the code or at", 10.5, color=MUTED)
    paper.text(LEFT, 26 * mm, stated.address, 10.5, color=INK)
    return paper.bytes()

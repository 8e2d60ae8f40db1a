"""What all documents share: a font for everybody's name, the village's mark, text that fits its box."""

from functools import cache
from io import BytesIO

from font_source_sans_pro import font_files_ttf
from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from core.qr_codes import modules, size

REGULAR, BOLD = "Village", "Village-Bold"
INK, FAIENCE, OXBLOOD, MUTED, HAIRLINE = map(HexColor, ("#14211f", "#0b4f4a", "#96291f", "#4b5853", "#d8d0c0"))
VILLAGE = "Innovation Village Leeds"


@cache
def _load_fonts() -> None:
    for name, weight in ((REGULAR, "SourceSansPro"), (BOLD, "SourceSansProSemibold")):
        pdfmetrics.registerFont(TTFont(name, font_files_ttf[weight]))


class Paper:
    """A document being drawn. ``bytes()`` ends it."""

    def __init__(self, page: tuple[float, float], title: str) -> None:
        _load_fonts()
        self._buffer = BytesIO()
        # Without the hour it was made: the same document twice is the same file.
        self.canvas = Canvas(self._buffer, pagesize=page, invariant=1, lang="en-GB")
        self.canvas.setTitle(title)
        self.canvas.setAuthor(VILLAGE)

    def bytes(self) -> bytes:
        self.canvas.save()
        return self._buffer.getvalue()

    def text(self, x: float, y: float, words: str, size: float, *, bold: bool = False, color: HexColor = INK) -> None:
        self.canvas.setFont(BOLD if bold else REGULAR, size)
        self.canvas.setFillColor(color)
        self.canvas.drawString(x, y, words)

    def mark(self, x: float, y: float, height: float) -> None:
        """The two arches that cross, with their lower left corner at ``x, y``."""
        canvas, scale = self.canvas, height / 40
        canvas.saveState()
        canvas.translate(x, y + height)
        canvas.scale(scale, -scale)
        canvas.setFillColor(OXBLOOD)
        lancet = canvas.beginPath()
        lancet.moveTo(17, 38)
        lancet.lineTo(17, 18)
        lancet.curveTo(17, 12.9, 19.7, 8.4, 24, 5.9)
        lancet.curveTo(28.3, 8.4, 31, 12.9, 31, 18)
        lancet.lineTo(31, 38)
        lancet.close()
        canvas.drawPath(lancet, stroke=0, fill=1)
        canvas.setStrokeColor(FAIENCE)
        canvas.setLineWidth(3.4)
        for left in (3, 17):
            arch = canvas.beginPath()
            arch.moveTo(left, 38)
            arch.lineTo(left, 18)
            arch.curveTo(left, 10.3, left + 6.3, 4, left + 14, 4)
            arch.curveTo(left + 21.7, 4, left + 28, 10.3, left + 28, 18)
            arch.lineTo(left + 28, 38)
            canvas.drawPath(arch, stroke=1, fill=0)
        canvas.restoreState()

    def qr(self, x: float, y: float, side: float, text: str) -> None:
        module = side / size(text)
        self.canvas.setFillColor(INK)
        for column, row, length in modules(text):
            self.canvas.rect(x + column * module, y + side - (row + 1) * module, length * module, module, 0, 1)

    def line(self, x: float, y: float, to: float, *, color: HexColor = HAIRLINE, width: float = 0.6) -> None:
        self.canvas.setStrokeColor(color)
        self.canvas.setLineWidth(width)
        self.canvas.line(x, y, to, y)


def lines(words: str, width: float, size: float, *, bold: bool = False, most: int = 2) -> list[str]:
    """``words`` broken into lines of ``width``; what does not fit into ``most`` ends in dots."""
    _load_fonts()
    font = BOLD if bold else REGULAR
    found: list[str] = []
    for word in words.split():
        longer = f"{found[-1]} {word}" if found else word
        if found and pdfmetrics.stringWidth(longer, font, size) <= width:
            found[-1] = longer
        else:
            found.append(word)
    cut = len(found) > most
    found = found[:most]
    for place, line in enumerate(found):
        last = cut and place == most - 1
        while line and pdfmetrics.stringWidth(line + ("…" if last else ""), font, size) > width:
            line, last = line[:-1], True
        found[place] = line.rstrip() + "…" if last else line
    return found


def fitting_size(
    words: str, width: float, largest: float, smallest: float, *, most: int = 2, bold: bool = True
) -> float:
    """The largest size at which ``words`` stand whole in ``most`` lines of ``width``."""
    tried = largest
    while tried > smallest and any(line.endswith("…") for line in lines(words, width, tried, bold=bold, most=most)):
        tried -= 1
    return tried


__all__ = ["BOLD", "FAIENCE", "HAIRLINE", "INK", "MUTED", "OXBLOOD", "VILLAGE", "Paper", "fitting_size", "lines", "mm"]

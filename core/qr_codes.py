"""QR codes as drawings: of tickets (the code of who comes, and nothing else) and of addresses."""

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

BORDER = 4  # modules of quiet around it, without which phones don't find it


def qr_svg(text: str, title: str) -> SafeString:
    """An SVG drawing to stand in a page; it scales with its box, and has no inline style."""
    code = segno.make(text, error="m", micro=False)
    size = code.symbol_size(border=BORDER)[0]
    path = "".join(f"M{x} {y}h{length}" for x, y, length in _runs(code))
    return format_html(
        '<svg class="v-qr" viewBox="0 0 {0} {0}" role="img" shape-rendering="crispEdges"><title>{1}</title>'
        '<rect width="{0}" height="{0}" fill="#fff"/><path d="{2}" transform="translate(0 .5)" stroke="#000"/></svg>',
        size,
        title,
        mark_safe(path),  # numbers of ours
    )


def modules(text: str) -> list[tuple[int, int, int]]:
    """Dark runs of a code as ``(x, y, length)``, with its border, for a drawing on paper."""
    return list(_runs(segno.make(text, error="m", micro=False)))


def size(text: str) -> int:
    return int(segno.make(text, error="m", micro=False).symbol_size(border=BORDER)[0])


def _runs(code: segno.QRCode) -> list[tuple[int, int, int]]:
    found = []
    for y, row in enumerate(code.matrix_iter(border=BORDER)):
        begun = None
        for x, dark in enumerate([*row, 0]):
            if dark and begun is None:
                begun = x
            elif not dark and begun is not None:
                found.append((begun, y, x - begun))
                begun = None
    return found

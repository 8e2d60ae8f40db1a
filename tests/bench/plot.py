"""A plot as SVG: milliseconds over records, both on logarithmic axes, in the village's colours."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 920, 460
LEFT, RIGHT, TOP, BOTTOM = 92, 280, 56, 56
COLOURS = ("#0b4f4a", "#b5482a", "#14211f", "#6d766f", "#4b5853")
INK, MUTED, LINE, PLASTER = "#14211f", "#4b5853", "#d8d0c0", "#fdfcf9"
APART = 16  # pixels between the names of two lines


@dataclass(frozen=True)
class Line:
    name: str
    points: Mapping[int, float]  # milliseconds by number of records
    dashed: bool = False


def plot(lines: Sequence[Line], goals: Mapping[str, float]) -> str:
    """``goals`` are drawn as short marks at the largest size that has one, in the colour of the line of that name."""
    sizes = sorted({size for line in lines for size in line.points})
    values = [value for line in lines for value in line.points.values()] + list(goals.values())
    low, high = 10 ** math.floor(math.log10(min(values))), 10 ** math.ceil(math.log10(max(values)))

    def x(size: int) -> float:
        share = (math.log10(size) - math.log10(sizes[0])) / (math.log10(sizes[-1] / sizes[0]) or 1)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return TOP + (math.log10(high) - math.log10(value)) / math.log10(high / low) * (HEIGHT - TOP - BOTTOM)

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="t d" '
        'font-family="system-ui, sans-serif" font-size="13">',
        '<title id="t">Search as the village grows</title>',
        f'<desc id="d">{escape(_described(lines))}</desc>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PLASTER}"/>',
        f'<text x="{LEFT}" y="26" font-size="16" font-weight="600" fill="{INK}">'
        "A broad search with every filter counted: 95 of 100 answers take at most …</text>",
    ]
    value = low
    while value <= high:
        out.append(f'<path d="M{LEFT} {y(value):.1f}H{WIDTH - RIGHT}" stroke="{LINE}"/>')
        out.append(_text(LEFT - 10, y(value) + 4, f"{value:,.0f} ms", MUTED, "end"))
        value *= 10
    out += [_text(x(size), HEIGHT - BOTTOM + 24, f"{size:,}", MUTED, "middle") for size in sizes]
    out.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, "records", MUTED, "middle"))
    ends: list[float] = []
    for number, line in enumerate(sorted(lines, key=lambda line: line.points[max(line.points)])):
        colour = COLOURS[number % len(COLOURS)]
        points = [(x(size), y(value)) for size, value in sorted(line.points.items())]
        dash = ' stroke-dasharray="6 5"' if line.dashed else ""
        path = "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in points)
        out.append(f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2.5"{dash}/>')
        out += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3.5" fill="{colour}"/>' for a, b in points]
        if goal := goals.get(line.name):
            at = x(max(line.points))
            out.append(f'<path d="M{at - 26:.1f} {y(goal):.1f}h38" stroke="{colour}" stroke-width="5" opacity=".35"/>')
        last = max(line.points)
        words = f"{line.name}: {line.points[last]:,.0f} ms"
        if last < sizes[-1]:  # beside its own end, as it never got to the others'
            out.append(_text(points[-1][0], points[-1][1] - 10, f"{words}, then too slow", colour, "end"))
            continue
        end = points[-1][1] + 4
        while any(abs(end - other) < APART for other in ends):
            end -= 2
        ends.append(end)
        goal_words = f", goal {goals[line.name]:,.0f}" if line.name in goals else ""
        out.append(_text(WIDTH - RIGHT + 18, end, words + goal_words, colour))
    return "\n".join([*out, "</svg>", ""])


def _text(x: float, y: float, words: str, colour: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}">{escape(words)}</text>'


def _described(lines: Sequence[Line]) -> str:
    return " ".join(
        f"{line.name}: {', '.join(f'{value:,.0f} ms at {size:,}' for size, value in sorted(line.points.items()))}."
        for line in lines
    )

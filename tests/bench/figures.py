"""A figure, its bar, and the table of all of them."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Figure:
    """What was measured. ``most`` or ``least`` is the bar; with neither it is told, not judged.

    ``slower`` than a usual machine as this one was, it may be over ``most`` so many times.
    """

    name: str
    value: float
    unit: str
    most: float | None = None
    least: float | None = None
    slower: float = 1.0
    note: str = ""
    more: dict[str, Any] = field(default_factory=dict)  # kept in the file, not shown

    @property
    def passes(self) -> bool | None:
        if self.most is not None:
            return self.value <= self.most * self.slower
        if self.least is not None:
            return self.value >= self.least
        return None

    @property
    def bar(self) -> str:
        if self.most is not None:
            return f"≤ {_number(self.most)}"
        return f"≥ {_number(self.least)}" if self.least is not None else ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"passes": self.passes}


def times(name: str, seconds: Sequence[float], *, slower: float = 1.0, **bar: Any) -> Figure:
    """The 95th percentile in milliseconds; the median stands beside it, and what a machine of the usual speed would need."""
    ordered = sorted(s * 1000 for s in seconds)
    p95 = statistics.quantiles(ordered, n=20)[-1]
    note = f"median {_number(statistics.median(ordered))}"
    if slower > 1:
        note = f"{_number(p95 / slower)} on a usual machine, this one is {slower:.1f} times slower; {note}"
    more = {"median": statistics.median(ordered)}
    return Figure(name, round(p95, 2), "ms", slower=slower, note=note, more=more, **bar)


def table(figures: Sequence[Figure]) -> str:
    verdict = {True: "pass", False: "FAIL", None: ""}
    rows = [(f.name, f"{_number(f.value)} {f.unit}".strip(), f.bar, verdict[f.passes], f.note) for f in figures]
    rows.insert(0, ("Figure", "Measured", "Bar", "", ""))
    wide = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        f"{name:<{wide[0]}}  {value:>{wide[1]}}  {bar:>{wide[2]}}  {passes:<{wide[3]}}  {note}".rstrip()
        for name, value, bar, passes, note in rows
    ]
    lines.insert(1, "─" * max(map(len, lines)))
    return "\n".join(lines)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return (
        f"{value:,.0f}"
        if abs(value) >= 100 or value == int(value)
        else f"{value:.1f}"
        if abs(value) >= 10
        else f"{value:.2f}"
    )

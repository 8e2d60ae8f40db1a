"""Search as it grows: every size on every engine there is, as figures, and as the table and the plot of docs/performance.md."""

import re
import shutil
import statistics
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.elasticsearch_server import NO_ELASTICSEARCH
from tests.run import NO_POSTGRESQL, elasticsearch, postgresql

from . import at_size, parts
from .figures import Figure, times
from .plot import Line, plot

SIZES = (1_000, 10_000, 100_000)
MILLION = 1_000_000
JUDGED = 100_000
MOST = {"SQLite": 40.0, "PostgreSQL": 110.0, "Elasticsearch": 30.0}  # milliseconds, p95, with every filter counted
MOST_FOR_SUGGESTIONS = 20.0
MOST_RATIO = 1.5  # of saving among many to among few
MOST_MEGABYTES = 500.0
STOCK = "Wagtail’s own, "
PLOTTED = "broad: two words, 8 % of records"
DOCUMENT, DRAWING = parts.ROOT / "docs" / "performance.md", parts.ROOT / "docs" / "images" / "search-at-size.svg"
BEGIN, END = "<!-- search at size: written by make bench -->", "<!-- end of search at size -->"


@dataclass
class Measured:
    """What was measured, by engine and size; ``stock`` by database."""

    ours: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)
    stock: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)

    def note(self, engine: str, size: int, found: dict[str, Any]) -> None:
        self.ours.setdefault(engine, {})[size] = found
        if "stock" in found:
            self.stock.setdefault(engine, {})[size] = found["stock"]


def measure(bench: Path, sizes: tuple[int, ...], *, million: bool) -> Measured:
    measured = Measured()
    for size in sizes:
        with elasticsearch() as url:
            folder = bench / f"at-{size}"
            _on_sqlite(folder, size, measured)
            _on_elasticsearch(folder, size, url, measured)
        _on_postgresql(bench / f"at-{size}-postgresql", size, measured)
    if million:
        with elasticsearch() as url:
            folder = bench / f"at-{MILLION}"
            _run(folder, MILLION, ["fill"], _environment(folder))
            _on_elasticsearch(folder, MILLION, url, measured)
    return measured


def filled(bench: Path, size: int) -> Path:
    """The folder that keeps so many records on SQLite, filled when it is not."""
    folder = bench / f"at-{size}"
    _run(folder, size, ["fill"], _environment(folder))
    return folder


def _on_sqlite(folder: Path, size: int, measured: Measured) -> None:
    wanted = ["fill", "fill_stock", "ask", "stock", "save", "suggest", "memory"]
    measured.note("SQLite", size, _run(folder, size, wanted, _environment(folder)))


def _on_elasticsearch(folder: Path, size: int, url: str, measured: Measured) -> None:
    """The records of SQLite's folder, ranked by the server."""
    if not url:
        print(f"Elasticsearch is not measured: {NO_ELASTICSEARCH}")
        return
    environment = _environment(folder, ELASTICSEARCH_URL=url, ELASTICSEARCH_PREFIX=f"bench-{size}")
    measured.note("Elasticsearch", size, _run(folder, size, ["fill", "ask", "save", "suggest", "memory"], environment))


def _on_postgresql(folder: Path, size: int, measured: Measured) -> None:
    with postgresql() as url:
        if not url:
            print(f"PostgreSQL is not measured: {NO_POSTGRESQL}")
            return
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        wanted = ["fill", "fill_stock", "ask", "stock", "save", "suggest", "memory"]
        measured.note("PostgreSQL", size, _run(folder, size, wanted, _environment(folder, url)))
        shutil.rmtree(folder, ignore_errors=True)


def _environment(folder: Path, database_url: str = "", **more: str) -> dict[str, str]:
    made = {"ELASTICSEARCH_URL": "", "API_REQUESTS_A_MINUTE": "1000000", **more}
    return parts.environment(folder, database_url, **made)


def _run(folder: Path, size: int, wanted: list[str], environment: dict[str, str]) -> dict[str, Any]:
    made, fingerprint = folder / "made-of", parts.fingerprint(at_size.MADE_OF, size)
    if folder.exists() and not (made.exists() and made.read_text() == fingerprint):
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    found: dict[str, Any] = {}
    for part in wanted:  # each in a process of its own
        found |= parts.run("at_size", [str(folder), str(size), part], environment)
        print(
            f"  {size:,} records: {part} with {environment.get('ELASTICSEARCH_URL') or 'the database'} is done",
            flush=True,
        )
    made.write_text(fingerprint)
    return found


# ---- figures --------------------------------------------------------------------------------------------------------
def figures(measured: Measured) -> list[Figure]:
    found: list[Figure] = []
    for engine, sizes in measured.ours.items():
        for size, parts_of in sizes.items():
            judged = size == JUDGED
            for name, asked in parts_of["ask"].items():
                if isinstance(asked, dict):
                    most = MOST[engine] if judged else None
                    slower = parts_of["ask"]["slower"]
                    figure = times(f"{engine}, {size:,}: {name}, p95", asked["seconds"], most=most, slower=slower)
                    processor = statistics.quantiles(asked["processor"], n=20)[-1] * 1000
                    figure.note += f", p95 of processor time {processor:.0f}; finds {asked['found']:,.0f}"
                    found.append(figure)
            most, suggest = MOST_FOR_SUGGESTIONS if judged else None, parts_of["suggest"]
            name = f"{engine}, {size:,}: suggestions over HTTP, p95"
            found.append(times(name, suggest["seconds"], most=most, slower=suggest["slower"]))
            resident, bar = parts_of["memory"]["resident"], MOST_MEGABYTES if judged else None
            found.append(Figure(f"{engine}, {size:,}: memory of a web process", resident, "MB", most=bar))
        found += _saving(engine, sizes)
    for database, stock in measured.stock.items():
        for size, asked_of in stock.items():
            for name, asked in asked_of.items():
                if isinstance(asked, dict) and asked["seconds"]:
                    found.append(times(f"Wagtail's own on {database}, {size:,}: {name}, p95", _two(asked["seconds"])))
    return found


def _saving(engine: str, sizes: dict[int, dict[str, Any]]) -> list[Figure]:
    few, many = min(sizes), max(sizes)
    if few == many:
        return []
    one, other = (statistics.median(sizes[size]["save"]["seconds"]) * 1000 for size in (few, many))
    more = sizes[many]["save"]["statements"] - sizes[few]["save"]["statements"]
    note = f"{one:.1f} ms among {few:,}, {other:.1f} ms among {many:,}; {sizes[many]['save']['statements']} statements"
    return [
        Figure(f"{engine}: indexing one among many to among few", other / one, "times", most=MOST_RATIO, note=note),
        Figure(f"{engine}: statements more among many", more, "", most=0),
    ]


def _two(seconds: list[float]) -> list[float]:
    return seconds if len(seconds) > 1 else seconds * 2  # one answer that took as long as all that we wait


# ---- the page -------------------------------------------------------------------------------------------------------
def write(measured: Measured, machine: str) -> None:
    """The table and the plot, into docs/performance.md between its marks."""
    lines = [
        Line(engine, {s: _p95(of["ask"][PLOTTED]) for s, of in by.items()}) for engine, by in measured.ours.items()
    ]
    lines += [
        Line(
            f"{STOCK}{database}",
            {s: _p95(of[PLOTTED]) for s, of in by.items() if of[PLOTTED]["seconds"]},
            dashed=True,
        )
        for database, by in measured.stock.items()
    ]
    DRAWING.write_text(plot(lines, {engine: MOST[engine] for engine in measured.ours}))
    text = DOCUMENT.read_text()
    drawn = f"![{PLOTTED}: p95 by number of records]({DRAWING.relative_to(DOCUMENT.parent)})"
    inside = f"{BEGIN}\n{machine}\n\n{_tables(measured)}\n\n{drawn}\n{END}"
    DOCUMENT.write_text(re.sub(f"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: inside, text, flags=re.DOTALL))


def _tables(measured: Measured) -> str:
    """One of each size, the engines beside each other."""
    engines = [*measured.ours, *(f"{STOCK}{database}" for database in measured.stock)]
    sizes = sorted({size for by in measured.ours.values() for size in by})
    return "\n\n".join(_table(measured, engines, size) for size in sizes)


def _table(measured: Measured, engines: list[str], size: int) -> str:
    columns = {engine: asked for engine in engines if (asked := _asked(measured, engine, size))}
    rows = [
        f"| {size:,} records, p50 / p95 in ms | {' | '.join(columns)} |",
        f"| --- |{' ---: |' * len(columns)}",
    ]
    for name in next(iter(columns.values())):
        rows.append(f"| {name} | {' | '.join(_cell(asked.get(name)) for asked in columns.values())} |")
    return "\n".join(rows)


def _asked(measured: Measured, engine: str, size: int) -> dict[str, dict[str, Any]]:
    """What was asked, by name; nothing where this engine was not asked at this size."""
    if engine in measured.ours:
        of = measured.ours[engine].get(size)
        if of is None:
            return {}
        return {name: asked for name, asked in of["ask"].items() if isinstance(asked, dict)} | {
            "suggestions": of["suggest"]
        }
    return measured.stock[engine.removeprefix(STOCK)].get(size, {})


def _cell(asked: dict[str, Any] | None) -> str:
    if asked is None:
        return "–"
    if not asked["seconds"]:
        return f"> {at_size.LONGEST:.0f} s"
    return f"{statistics.median(asked['seconds']) * 1000:,.1f} / {_p95(asked):,.1f}"


def _p95(asked: dict[str, Any]) -> float:
    return statistics.quantiles(_two(asked["seconds"]), n=20)[-1] * 1000

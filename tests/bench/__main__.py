"""``make bench``: all figures, one table. Ends with 1 when a bar is not met.

``make bench OPTIONS="--only answering,saving"`` measures some; the other parts are serving, memory, sizes, rebuilding,
outage, racing, spaces, contending and, given a file of companies, known-items. ``OPTIONS="--only sizes --write"`` writes its
table and plot into docs/performance.md. The corpora stay under ``VAR_DIR/bench`` until what they are made of changes.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.elasticsearch_server import NO_ELASTICSEARCH
from tests.run import NO_POSTGRESQL, elasticsearch, postgresql
from tests.speed import slower

from . import known_items, parts, sizes
from .corpus import fingerprint
from .figures import Figure, table, times

LARGE, SMALL = 10_000, 100
PARTS = ("answering", "saving", "serving", "memory", "sizes", "rebuilding", "outage", "racing", "spaces", "contending")
KNOWN_ITEMS = "known-items"  # a part where there is a file to ask for

MOST_MILLISECONDS = 100.0  # p95 of a list with all facets, on SQLite
MOST_FOR_SUGGESTIONS = 20.0
LEAST_PROFILES = 200.0  # a second
MOST_RATIO = 1.5  # of saving among many to saving among few
MOST_MEGABYTES = 300.0
MOST_GROWTH = 2.0  # per cent over the last half of the requests
MOST_FOR_FREE_SPACES = 200.0
MOST_FOR_A_REFUSAL = 300.0
RIVALS, ROUNDS = 200, 20
CONTESTS, MOST_FOR_A_RIVAL = 60, 100.0  # rounds; milliseconds
KILOBYTES = {"HTML": 20.0, "CSS": 25.0, "JavaScript": 20.0}  # compressed


def _chosen(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", help="Parts, separated by commas; else all.")
    parser.add_argument("--no-postgresql", action="store_true", help="Measure on SQLite alone.")
    parser.add_argument("--million", action="store_true", help="Search over a million records too, by Elasticsearch.")
    parser.add_argument(
        "--write", action="store_true", help="Write the table and the plot of docs/performance.md anew."
    )
    parser.add_argument(
        "--known-items",
        type=Path,
        metavar="FILE",
        help="Companies, one JSON object a line: does its own line find each?",
    )
    chosen = parser.parse_args(arguments)
    known = (*PARTS, KNOWN_ITEMS)
    chosen.wanted = (
        set(chosen.only.split(",")) if chosen.only else {*PARTS, *([KNOWN_ITEMS] if chosen.known_items else [])}
    )
    if unknown := chosen.wanted - set(known):
        parser.error(f"there is no part {', '.join(sorted(unknown))}; the parts are {', '.join(known)}.")
    if KNOWN_ITEMS in chosen.wanted and not chosen.known_items:
        parser.error("known-items needs a file of companies: add --known-items FILE.")
    if chosen.known_items and not chosen.known_items.is_file():
        parser.error(f"there is no file {chosen.known_items}; --known-items takes companies, one JSON object a line.")
    return chosen


def main() -> int:
    chosen = _chosen()
    wanted: set[str] = chosen.wanted
    bench = Path(os.environ.get("VAR_DIR") or parts.ROOT / "var").resolve() / "bench"
    busy = os.getloadavg()[0]
    figures: list[Figure] = []
    large, small = bench / str(LARGE), bench / str(SMALL)
    if {"answering", "saving", "serving", "memory"} & wanted:
        _corpus(large, LARGE)
    if "answering" in wanted:
        figures += _answering("SQLite", parts.run("answering", [], parts.environment(large)), most=MOST_MILLISECONDS)
        figures += [] if chosen.no_postgresql else _on_postgresql(bench / "postgresql")
    if "saving" in wanted:
        _corpus(small, SMALL)
        figures += _saving(*(parts.run("saving", [], parts.environment(folder)) for folder in (small, large)))
    if "serving" in wanted:
        figures += _serving(parts.run("serving", [str(large), "rate"], parts.environment(large)))
    if "memory" in wanted:
        figures += _memory(large)
    if "sizes" in wanted:
        measured = sizes.measure(bench, sizes.SIZES, million=chosen.million)
        figures += sizes.figures(measured)
        if chosen.write:
            sizes.write(measured, _where(busy))
    if "rebuilding" in wanted or "outage" in wanted:
        figures += _with_elasticsearch(bench, small, wanted)

    figures += _known_items(chosen) if KNOWN_ITEMS in wanted else []

    for name, measured in (("racing", _racing), ("spaces", _spaces), ("contending", _contending)):
        figures += _on_each_database(measured, bench / name, chosen.no_postgresql) if name in wanted else []

    print(f"\n{table(figures)}\n")
    if busy > 0.5:
        print(f"The machine was busy when this began (load {busy:.1f}): compare only figures of a quiet one.")
    print(f"Kept in {_keep(bench, figures, busy)}")
    missed = [figure.name for figure in figures if figure.passes is False]
    if missed:
        print(f"Not met: {', '.join(missed)}.")
    return int(bool(missed))


def _corpus(folder: Path, size: int) -> None:
    """Make it, or keep the one of the last run; either way with the static files of today."""
    made = folder / "corpus"
    if folder.exists() and not (made.exists() and made.read_text() == fingerprint(size)):
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    parts.run("corpus", [str(size), str(folder)], parts.environment(folder))
    print(f"A village of {size:,} organisations is ready after {time.monotonic() - began:.0f} s", flush=True)


# ---- parts ----------------------------------------------------------------------------------------------------------
def _answering(where: str, found: parts.Answer, *, most: float | None) -> list[Figure]:
    figures = []
    for name, asked in found["asked"].items():
        bar = MOST_FOR_SUGGESTIONS if most and name == "Suggestions" else most
        figure = times(f"{where}: {name}, p95", asked["seconds"], most=bar)
        processor = statistics.quantiles(asked["processor"], n=20)[-1] * 1000
        figure.note += f", {asked['statements']} statements, p95 of processor time {processor:.0f}"
        figure.more |= {"statements": asked["statements"], "processor_p95": processor}
        figures.append(figure)
    if most:
        heaviest = max(found["weights"], key=found["weights"].__getitem__)
        figures += [
            _weight("HTML", found["weights"][heaviest], f"compressed, of {heaviest}, the heaviest page"),
            _weight("CSS", found["assets"]["css"], "compressed"),
            _weight("JavaScript", found["assets"]["js"], "compressed"),
        ]
    return figures


def _weight(name: str, size: int, note: str) -> Figure:
    return Figure(name, size / 1000, "kB", most=KILOBYTES[name], note=note)


def _on_postgresql(folder: Path) -> list[Figure]:
    """The server is private and leaves with us, so its corpus is made each time. Told, not judged."""
    with postgresql() as url:
        if not url:
            print(f"PostgreSQL is not measured: {NO_POSTGRESQL}")
            return []
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        environment = parts.environment(folder, url)
        parts.run("corpus", [str(LARGE), str(folder)], environment)
        return _answering("PostgreSQL", parts.run("answering", [], environment), most=None)


def _saving(small: parts.Answer, large: parts.Answer) -> list[Figure]:
    def median(found: parts.Answer) -> float:
        whole = [p + i for p, i in zip(found["publishing"], found["indexing"], strict=True)]
        return statistics.median(whole) * 1000

    few, many = median(small), median(large)
    note = f"{few:.0f} ms among {small['organisations']:,}, {many:.0f} ms among {large['organisations']:,}"
    more = large["statements"] - small["statements"]
    return [
        Figure("Saving among many to among few", many / few, "times", most=MOST_RATIO, note=note),
        Figure(
            "Statements more among many", more, "", most=0, note=f"{large['statements']} of them to publish and index"
        ),
    ]


def _serving(found: parts.Answer) -> list[Figure]:
    def figure(name: str, key: str, **bar: Any) -> Figure:
        rate = found[key]
        note = f"p99 {rate['p99']:.0f} ms, {rate['processor'] * 1000:.2f} ms of processor time each, by {rate['by']}"
        return Figure(name, round(rate["rate"], 1), "/s", note=note, more=rate, **bar)

    return [
        figure("Profiles, uncached, 8 connections", "uncached", least=LEAST_PROFILES),
        figure("The heaviest profile, uncached", "heaviest"),
        figure("Lists with all facets, uncached", "listing"),
        figure("Profiles, cached", "cached"),
    ]


def _memory(folder: Path) -> list[Figure]:
    if not Path("/proc/self/status").exists():
        print("Memory is not measured: only Linux tells it under /proc.")
        return []
    found = parts.run("serving", [str(folder), "memory"], parts.environment(folder))
    resident = found["resident"]
    half = resident[len(resident) // 2]
    growth = (max(resident[-1], half) / half - 1) * 100
    note = (
        f"{resident[0]:.0f} at the start, {half:.0f} half-way, {resident[-1]:.0f} after {found['requests']:,} requests"
    )
    return [
        Figure("Memory of a web process", max(resident), "MB", most=MOST_MEGABYTES, note=note, more=found),
        Figure("Its growth over the last half", growth, "%", most=MOST_GROWTH),
    ]


def _with_elasticsearch(bench: Path, small: Path, wanted: set[str]) -> list[Figure]:
    figures: list[Figure] = []
    with elasticsearch() as url:
        if not url:
            print(f"Elasticsearch is not measured: {NO_ELASTICSEARCH}")
            return []
        if "rebuilding" in wanted:
            figures += _rebuilding(bench, url)
    if "outage" in wanted:
        _corpus(small, SMALL)
        figures += _outage(parts.run("outage", [str(small)], parts.environment(small)))
    return figures


def _rebuilding(bench: Path, url: str) -> list[Figure]:
    """Over a copy of the records that ``sizes`` keeps, which it would find changed; while ten changes a second land."""
    kept, folder = sizes.filled(bench, sizes.JUDGED), bench / "rebuilding"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(kept, folder)
    more = {"ELASTICSEARCH_URL": url, "ELASTICSEARCH_PREFIX": "bench-rebuilding"}
    environment = parts.environment(folder, **more) | {"DJANGO_SETTINGS_MODULE": "tests.bench.settings"}
    try:
        found = parts.run("rebuilding", [str(folder)], environment)
    finally:
        shutil.rmtree(folder)
    note = f"{found['documents']:,} documents in {found['seconds']:.0f} s, {found['writes']} writes meanwhile"
    slowest = f"{found['searches']} searches, the slowest {found['slowest'] * 1000:.0f} ms"
    return [
        Figure("Rebuilding: writes lost", len(found["lost"]), "", most=0, note=note),
        Figure("Rebuilding: documents that drifted", int(found["drifted"]), "", most=0),
        Figure("Rebuilding: searches not answered", len(found["answered_otherwise"]), "", most=0, note=slowest),
    ]


def _outage(found: parts.Answer) -> list[Figure]:
    asked = sum(number for *_, number in found["pages"])
    wrong = sum(number for _, status, _, number in found["pages"] if status != 200) + len(found["broken"])
    silent = sum(number for phase, _, notice, number in found["pages"] if phase == "down" and not notice)
    return [
        Figure(
            "Outage: pages not answered with 200",
            wrong,
            "",
            most=0,
            note=f"of {asked}, {found['a_second']:.0f} a second",
        ),
        Figure("Outage: pages without the notice while it is away", silent, "", most=0),
        Figure("Outage: in use again after", found["recovered"], "s", most=30),
        Figure("Outage: documents that drifted", int(not found["drift"]["clean"]), "", most=0),
    ]


def _known_items(chosen: argparse.Namespace) -> list[Figure]:
    engines = [name for name in known_items.ENGINES if not (chosen.no_postgresql and name == "postgresql")]
    return known_items.figures(chosen.known_items, engines)


def _on_each_database(measured: Callable[..., list[Figure]], folder: Path, no_postgresql: bool) -> list[Figure]:
    figures = measured("SQLite", folder)
    if not no_postgresql:
        with postgresql() as url:
            figures += measured("PostgreSQL", folder.with_name(f"{folder.name}-postgresql"), url) if url else []
    return figures


def _spaces(where: str, folder: Path, url: str = "") -> list[Figure]:
    """What is free, and what a refusal offers instead, of sixty spaces among fifty thousand bookings."""
    environment = _empty_village(folder, url)
    parts.run("spaces_week", ["fill"], environment)
    found = parts.run("spaces_week", [], environment)
    figures = []
    for name, asked in found["asked"].items():
        figure = times(f"{where}: free spaces, {name}, p95", asked["seconds"], most=MOST_FOR_FREE_SPACES)
        figure.note += f", {asked['statements']} statements, {found['spaces']} spaces, {found['bookings']:,} bookings"
        figures.append(figure)
    for takes, asked in found["refused"].items():
        figure = times(f"{where}: {takes} refused with what would work, p95", asked["seconds"], most=MOST_FOR_A_REFUSAL)
        figure.note += f", {asked['statements']} statements"
        figures.append(figure)
    return figures


def _contending(where: str, folder: Path, url: str = "") -> list[Figure]:
    """Twelve processes after the same room, desk or allowance, sixty times for each kind of contest."""
    before = slower()
    found = parts.run("contending", [str(CONTESTS)], _empty_village(folder, url))
    slow = (before + slower()) / 2
    overlaps = found.pop("overlaps")
    figures = [Figure(f"{where}: units taken twice", len(overlaps), "", most=0, note=f"{CONTESTS} rounds of each kind")]
    for name, contest in found.items():
        answers = ", ".join(f"{number} {answer}" for answer, number in contest["answers"].items())
        figures += [
            Figure(f"{where}: {name}, rounds with another end", len(contest["wrong"]), "", most=0, note=answers),
            Figure(
                f"{where}: {name}, p95",
                round(contest["p95"] * 1000),
                "ms",
                most=MOST_FOR_A_RIVAL * contest["bookings"],
                slower=slow,
                note=f"this machine is {slow:.1f} times slower than a usual one" if slow > 1 else "",
            ),
        ]
    return figures


def _racing(where: str, folder: Path, url: str = "") -> list[Figure]:
    """Two hundred people after the last place, and after the last fifty, each twenty times."""
    environment = _empty_village(folder, url)
    found = parts.run("racing", [str(folder), str(RIVALS), str(ROUNDS), "1", "50"], environment)
    rounds = found["rounds"]
    wrong = sum(one["confirmed"] != one["places"] or bool(one["broken"]) for one in rounds)
    ways = ("booked", "offered the waiting list")
    lost = sum(number for one in rounds for answer, number in one["answers"].items() if answer not in ways)
    of_fifty = [one for one in rounds if one["places"] == 50]
    slowest = max(one["p95"] for one in rounds)
    rate = statistics.median(one["a_second"] for one in of_fifty)
    worst = min(one["a_second"] for one in of_fifty)
    note = f"{len(rounds)} rounds of {found['rivals']} for 1 and for 50 places"
    return [
        Figure(f"{where}: rounds with more or fewer confirmed than places", wrong, "", most=0, note=note),
        Figure(f"{where}: people left without an answer", lost, "", most=0),
        Figure(f"{where}: places confirmed", round(rate, 1), "/s", least=25, note=f"worst round {worst:.1f}"),
        Figure(f"{where}: an answer, p95 of the slowest round", round(slowest, 2), "s", most=2),
    ]


def _empty_village(folder: Path, url: str) -> dict[str, str]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    environment = parts.environment(folder, url)
    for command in (["migrate", "--verbosity=0"], ["collectstatic", "--no-input", "-v0"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=parts.ROOT, env=environment, check=True)
    return environment


# ---- what is kept ---------------------------------------------------------------------------------------------------
def _keep(bench: Path, figures: list[Figure], busy: float) -> Path:
    now = time.gmtime()
    kept = bench / f"{time.strftime('%Y-%m-%d-%H%M%S', now)}.json"
    machine = {
        "system": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load": busy,
    }
    written = {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", now),
        "machine": machine,
        "figures": [figure.as_json() for figure in figures],
    }
    kept.write_text(json.dumps(written, indent=1))
    return kept


def _where(busy: float) -> str:
    return (
        f"{platform.system()}, {os.cpu_count()} cores of {_processor() or 'an unnamed processor'}, Python "
        f"{platform.python_version()}, {time.strftime('%d %B %Y', time.gmtime())}; load when it began: {busy:.1f}; "
        f"{slower():.1f} times slower than a usual machine when it ended."
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")


if __name__ == "__main__":
    sys.exit(main())

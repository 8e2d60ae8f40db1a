"""How often a company's own sentence finds it, beside the plain full text of the same engine.

``python -m tests.bench.known_items FILE`` reads a file of companies, one JSON object a line, with ``id``, ``name``,
``one_liner``, ``long_description``, ``industries`` and ``tags``. Ends with 1 where plain full text finds as many or more.
The ranking may be tuned with ``--half tuning``; the other half is told beside the whole file. ``make bench`` reports both
where it is given a file.
"""

import argparse
import math
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import compress
from pathlib import Path

from tests.elasticsearch_server import NO_ELASTICSEARCH
from tests.run import NO_POSTGRESQL, elasticsearch, postgresql

from . import parts
from .figures import Figure

ENGINES = ("sqlite", "postgresql", "elasticsearch")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.known_items", description=__doc__)
    parser.add_argument("file", type=Path, help="A file of companies, one JSON object a line.")
    parser.add_argument("--half", choices=("both", "tuning", "held-out"), default="both")
    parser.add_argument("--engines", default=",".join(ENGINES), help="Engines, separated by commas.")
    chosen = parser.parse_args()
    print(f"{'engine':<40}{'asked':>7}{'in the first 10':>18}{'first':>8}{'MRR@10':>8}")
    behind = []
    for engine, found in _measured(chosen.file, chosen.half, chosen.engines.split(",")):
        ours, plain = found["places"]["ours"], found["places"]["plain"]
        print(_line(engine, ours))
        print(_line(f"  {found['plain']}", plain))
        print(_difference(ours, plain))
        if _found(ours) <= _found(plain):
            behind.append(engine)
    if behind:
        print(f"Plain full text finds as many or more: {', '.join(behind)}.")
    return int(bool(behind))


def figures(file: Path, engines: Sequence[str] = ENGINES) -> list[Figure]:
    """How often ours and plain full text find who is meant: of the whole file, which is judged, and of the held-out half."""
    found = []
    for engine, answer in _measured(file, "both", engines):
        ours, plain = answer["places"]["ours"], answer["places"]["plain"]
        found += _compared(engine, answer["plain"], ours, plain, least=1)
        ours, plain = (list(compress(places, answer["held_out"])) for places in (ours, plain))
        found += _compared(f"{engine}, held-out half", answer["plain"], ours, plain)
    return found


def _compared(
    name: str, plain_name: str, ours: Sequence[int], plain: Sequence[int], *, least: int | None = None
) -> list[Figure]:
    share, plain_share = (_found(places) / len(places) * 100 for places in (ours, plain))
    note = f"{plain_name}: {plain_share:.1f} %; asked {len(ours):,}"
    more = _found(ours) - _found(plain)
    return [
        Figure(f"{name}: known items in the first 10", round(share, 1), "%", note=note),
        Figure(f"{name}: found more than by it", more, "", least=least, note=_difference(ours, plain).strip()),
    ]


def _measured(file: Path, half: str, engines: Sequence[str]) -> Iterator[tuple[str, parts.Answer]]:
    """By engine, where each company stands; what cannot be had here is left out, with a word on why."""
    for engine in engines:
        with _environment(engine) as environment:
            if environment is not None:
                yield engine, parts.run("finding", [str(file.resolve()), half], environment)


@contextmanager
def _environment(engine: str) -> Iterator[dict[str, str] | None]:
    """A scratch folder and database for ``engine``; nothing, and a word on why, where it cannot be had."""
    with tempfile.TemporaryDirectory(prefix="village-known-items-") as name:
        folder = Path(name)
        if engine == "postgresql":
            with postgresql() as url:
                if not url:
                    print(f"PostgreSQL is not measured: {NO_POSTGRESQL}")
                yield parts.environment(folder, url) if url else None
        elif engine == "elasticsearch":
            with elasticsearch() as url:
                if not url:
                    print(f"Elasticsearch is not measured: {NO_ELASTICSEARCH}")
                more = {"ELASTICSEARCH_URL": url, "ELASTICSEARCH_PREFIX": "bench-known-items"}
                yield parts.environment(folder, **more) if url else None
        else:
            yield parts.environment(folder)


def _found(places: Sequence[int]) -> int:
    return sum(place > 0 for place in places)


def _line(name: str, places: Sequence[int]) -> str:
    many = len(places)
    first = sum(place == 1 for place in places) / many
    mrr = sum(1 / place for place in places if place) / many
    return f"{name:<40}{many:>7}{_found(places) / many:>18.3f}{first:>8.3f}{mrr:>8.3f}"


def _difference(ours: Sequence[int], plain: Sequence[int]) -> str:
    """Of the companies that only one of both found, how many are ours; and by chance alone (two-sided sign test)."""
    won = sum(a > 0 == b for a, b in zip(ours, plain, strict=True))
    lost = sum(b > 0 == a for a, b in zip(ours, plain, strict=True))
    many, least = won + lost, min(won, lost)
    chance = min(2 * sum(math.comb(many, k) for k in range(least + 1)) / 2**many, 1.0) if many else 1.0
    return f"  only ours found {won}, only plain {lost}; p = {chance:.2g}"


if __name__ == "__main__":
    sys.exit(main())

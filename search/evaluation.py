"""How good the ranking is, measured with queries that people judged.

``judged_queries.yaml`` of an app is a list of ``{query, class, grades: {slug: 1-3}}``; a slug is the last part of a
document's address. nDCG with the gain 2^grade - 1, as GOV.UK and TREC use it.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from .engine import engine, search
from .engines import Engine
from .query import Query

DEPTH = 10
FILE = "judged_queries.yaml"


@dataclass(frozen=True)
class Judged:
    query: str
    kind: str  # the class of query: name, typo, problem …
    grades: Mapping[str, int]


@dataclass(frozen=True)
class Score:
    judged: Judged
    found: tuple[str, ...]
    ndcg: float
    reciprocal_rank: float

    @property
    def is_empty(self) -> bool:
        return not self.found


@dataclass(frozen=True)
class Summary:
    name: str
    queries: int
    ndcg: float
    mrr: float
    zero_rate: float


def judged_queries() -> list[Judged]:
    """Every judged query of the installed apps. Raises ImproperlyConfigured when a file is not of the form above."""
    judged = []
    for config in apps.get_app_configs():
        path = Path(config.path) / FILE
        if path.exists():
            judged += [_judged(entry, path) for entry in yaml.safe_load(path.read_text(encoding="utf-8"))]
    return judged


def _judged(entry: Any, path: Path) -> Judged:
    try:
        grades = {str(slug): int(grade) for slug, grade in entry["grades"].items()}
        judged = Judged(str(entry["query"]), str(entry["class"]), grades)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ImproperlyConfigured(f"{path.name}: {entry!r} needs query, class and grades.") from error
    if not grades or not all(1 <= g <= 3 for g in grades.values()):
        raise ImproperlyConfigured(f"{path.name}: “{judged.query}” needs at least one grade, each from 1 to 3.")
    return judged


def ndcg(grades: Sequence[int], ideal: Iterable[int]) -> float:
    """Normalised discounted cumulative gain of the first ten, between 0 and 1."""
    best = _gain(sorted(ideal, reverse=True)[:DEPTH])
    return _gain(grades[:DEPTH]) / best if best else 0.0


def _gain(grades: Sequence[int]) -> float:
    return sum((2.0**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))


def score(judged: Judged, used: Engine | None = None) -> Score:
    """Ask ``used``, else the engine in use, and compare with the judgement. Raises EngineUnavailable.

    Nobody else answers for an engine that is not there: its figures would be of another.
    """
    results = search(Query(text=judged.query, facets=(), page_size=DEPTH), only=used or engine())
    # A page and the profile it is about may share their slug; they are one answer.
    found = tuple(dict.fromkeys(hit.url.rstrip("/").rsplit("/", 1)[-1] for hit in results.hits))
    grades = [judged.grades.get(slug, 0) for slug in found]
    first = next((place for place, grade in enumerate(grades, 1) if grade), 0)
    return Score(judged, found, ndcg(grades, judged.grades.values()), 1 / first if first else 0.0)


def summaries(scores: Sequence[Score]) -> list[Summary]:
    """One line for each class of query, the overall line last."""
    kinds = list(dict.fromkeys(s.judged.kind for s in scores))
    groups = [(kind, [s for s in scores if s.judged.kind == kind]) for kind in kinds] + [("overall", list(scores))]
    return [
        Summary(
            name,
            len(group),
            sum(s.ndcg for s in group) / len(group),
            sum(s.reciprocal_rank for s in group) / len(group),
            sum(s.is_empty for s in group) / len(group),
        )
        for name, group in groups
        if group
    ]

"""What a search answers. Templates and the API see only this, never an engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Reason:
    """Why a hit is in the list: ``Words: “pathology” in its name``."""

    label: str
    text: str


@dataclass(kw_only=True)
class Hit:
    type: str
    key: str
    title: str
    url: str
    summary: str
    card: Mapping[str, Any]
    score: float = 0.0
    title_html: str = ""  # escaped, the words found inside <mark>
    summary_html: str = ""
    why: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class FacetValue:
    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True)
class FacetResult:
    """One filter with all its values; each count is what choosing the value would give."""

    name: str
    label: str
    values: tuple[FacetValue, ...]

    @property
    def is_used(self) -> bool:
        return any(v.selected for v in self.values)


@dataclass(frozen=True)
class Drop:
    """A filter (or, with an empty name, the words) that could be taken away, and what would be found then."""

    name: str
    value: str
    label: str
    count: int


@dataclass(kw_only=True)
class Results:
    hits: list[Hit]
    total: int
    page: int
    page_count: int
    facets: list[FacetResult] = field(default_factory=list)
    corrected_from: str = ""  # what was typed, when other words were searched for
    did_you_mean: str = ""  # the words that were searched for instead
    any_word: bool = False  # nothing has all the words, so these have some
    drops: list[Drop] = field(default_factory=list)
    engine: str = ""
    took_ms: int = 0
    degraded: bool = False  # the usual engine did not answer


@dataclass(frozen=True)
class Suggestion:
    title: str
    url: str
    type: str
    label: str

"""What a search answers. Templates and the API see only this, never an engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .documents import NOT_STATED, source_of
from .query import Query

SHOWN = 6  # values of a long filter that are not folded away


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

    @property
    def label(self) -> str:
        """What it is, in a word."""
        source = source_of(self.type)
        return source.label if source else self.type

    @property
    def slug(self) -> str:
        """The last part of its address."""
        return self.url.rstrip("/").rpartition("/")[2]


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
    def shown(self) -> tuple[FacetValue, ...]:
        """The first values, those that are chosen and “not stated”: what is not folded away."""
        if len(self.values) <= SHOWN + 2:
            return self.values
        return tuple(v for i, v in enumerate(self.values) if self._is_shown(i, v))

    @property
    def folded(self) -> tuple[FacetValue, ...]:
        """The rest of a long filter."""
        return tuple(v for v in self.values if v not in self.shown)

    @staticmethod
    def _is_shown(place: int, value: FacetValue) -> bool:
        return place < SHOWN or value.selected or value.value == NOT_STATED


@dataclass(frozen=True)
class Drop:
    """A filter with all its values that could be taken away, and what would be found then.

    Without a name the words, where ``label`` says them, else every filter. ``left`` is what is asked then.
    """

    name: str
    label: str
    count: int
    left: Query


@dataclass(frozen=True)
class OtherWords:
    """Words that may have been meant, and how many results they would have."""

    text: str
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
    any_word: bool = False  # few have all the words, so these have some
    with_every_word: int = 0  # of these, those that have all
    drops: list[Drop] = field(default_factory=list)
    other_words: list[OtherWords] = field(default_factory=list)  # when nothing is found
    elsewhere: int = 0  # when nothing is found: results of the same words among everything
    engine: str = ""
    took_ms: int = 0
    degraded: bool = False  # the usual engine did not answer


@dataclass(frozen=True)
class Suggestion:
    title: str
    url: str
    type: str
    label: str

"""What every engine can do. The contract is ``tests/search/test_engine_contract.py``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from .models import IndexedDocument
from .parsing import ParsedQuery
from .query import Query
from .results import Reason, Suggestion


class EngineUnavailable(Exception):
    """The engine did not answer; somebody else must."""


@dataclass(frozen=True)
class Stored:
    """A document as an engine keeps it, with its rank."""

    document: IndexedDocument
    score: float
    why: tuple[Reason, ...] = ()  # beyond its words


@dataclass(frozen=True)
class Found:
    """A page of hits, how many there are, and how many documents each value of the facets asked for would give.

    With a ``page_size`` of 0 only the counts are asked for, and the total is 0.
    """

    hits: list[Stored]
    total: int
    counts: Mapping[tuple[str, str], int] = field(default_factory=dict)


class Engine(Protocol):
    """Every method may raise EngineUnavailable."""

    @property
    def name(self) -> str: ...

    def find(
        self, parsed: ParsedQuery, query: Query, facets: Sequence[str] = (), *, any_word: bool = False
    ) -> Found: ...

    def counts(self, asked: Sequence[tuple[ParsedQuery, Query]]) -> list[int]: ...

    def suggest(self, text: str, types: frozenset[str], limit: int) -> list[Suggestion]: ...

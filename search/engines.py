"""What every engine can do. The contract is ``tests/search/test_engine_contract.py``."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from .models import IndexedDocument
from .parsing import ParsedQuery
from .query import Query
from .results import Suggestion


class EngineUnavailable(Exception):
    """The engine did not answer; somebody else must."""


@dataclass(frozen=True)
class Stored:
    """A document as an engine keeps it, with its rank."""

    document: IndexedDocument
    score: float


@dataclass(frozen=True)
class Found:
    hits: list[Stored]
    total: int


class Engine(Protocol):
    """Every method may raise EngineUnavailable."""

    @property
    def name(self) -> str: ...

    def find(self, parsed: ParsedQuery, query: Query, *, any_word: bool = False) -> Found: ...

    def counts(self, asked: Sequence[tuple[ParsedQuery, Query]]) -> list[int]: ...

    def facet_counts(
        self, parsed: ParsedQuery, query: Query, names: Sequence[str], *, any_word: bool = False
    ) -> dict[tuple[str, str], int]: ...

    def suggest(self, text: str, types: frozenset[str], limit: int) -> list[Suggestion]: ...

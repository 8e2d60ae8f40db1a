"""What one row of a file says about one organisation, read and checked; nothing here looks at a page or writes one.

A ``Profile`` holds only what the row states. ``None``, an empty list or an empty text mean that the file says nothing about
it, and what the file does not say is never changed.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from directory.models import Kind, Need, Place, RelationKind, Sector, Source, Stage, Theme

from .values import Mapping


@dataclass(frozen=True)
class Statement:
    """An offer or something sought. ``stages`` empty: those of the need in the editors' table."""

    need: Need
    stages: tuple[Stage, ...] = ()
    words: str = ""
    expires_on: date | None = None


@dataclass(frozen=True)
class OtherName:
    kind: str
    name: str
    until: date | None = None


@dataclass(frozen=True)
class Relation:
    kind: RelationKind
    to: str  # slug or name, resolved when every row is known
    line: int
    source: Source | None = None


@dataclass(frozen=True)
class Person:
    name: str
    role: str = ""
    consented_on: date | None = None  # None: agreed on the day of loading, for invented people only


@dataclass(kw_only=True)
class Profile:
    row: Mapping
    slug: str
    name: str = ""
    kind: Kind | None = None
    plain: dict[str, Any] = field(default_factory=dict)  # fields of the page that are set as they are
    parent: str = ""
    description: str = ""  # text; a line break begins a new paragraph
    facts: list[str] = field(default_factory=list)
    sectors: list[Sector] = field(default_factory=list)
    themes: list[Theme] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    names: list[OtherName] = field(default_factory=list)
    identifiers: dict[str, str] = field(default_factory=dict)
    needs: list[Need] = field(default_factory=list)
    stages: list[Stage] = field(default_factory=list)
    offers: list[Statement] = field(default_factory=list)
    seeks: list[Statement] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    checked_on: date | None = None
    notes: list[str] = field(default_factory=list)  # what was read past
    checked_in_days: bool = False  # counted from today: only for a page that was never checked

    @property
    def line(self) -> int:
        return self.row.line

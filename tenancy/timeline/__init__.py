"""One account's story: what every part of the village knows of it, newest first, a page at a time.

A source says where its rows are and how one reads. ``sources`` is the registry: whoever has something to tell adds to it
when the app is ready. A page costs each source one statement, however long the story is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.signing import BadSignature, Signer
from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime

from accounts.models import User
from tenancy.models import Account

PAGE = 25
_places = Signer(salt="tenancy.timeline")


@dataclass(frozen=True)
class Entry:
    """``record``: what was read, where reading it has to be written down."""

    at: datetime
    title: str
    icon: str
    words: str = ""
    by: str = ""
    url: str = ""
    tag: str = ""
    record: Any = None


@dataclass(frozen=True)
class Source:
    """``rows`` of an account that the viewer may read; ``at`` is the field by which they stand in time.

    ``name`` is unique and decides which of two at the same moment comes first; ``group`` is the filter it belongs to.
    """

    name: str
    group: str
    at: str
    rows: Callable[[Account, User], QuerySet[Any]]
    entry: Callable[[Any], Entry]


GROUPS = {"contact": "Contact", "requests": "Requests", "bookings": "Bookings", "tasks": "Tasks"}
sources: dict[str, Source] = {}


def register(*found: Source) -> None:
    for source in found:
        sources[source.name] = source


@dataclass(frozen=True)
class Place:
    """Where in the story a page begins: after this row."""

    at: datetime
    name: str
    pk: int

    def __str__(self) -> str:
        return _places.sign(f"{self.at.isoformat()} {self.name} {self.pk}")

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """None for what is not ours, so that a cut-off address shows the beginning."""
        try:
            moment, name, pk = _places.unsign(text).rsplit(" ", 2)
        except (BadSignature, ValueError):
            return None
        at = parse_datetime(moment)
        return cls(at, name, int(pk)) if at else None


@dataclass(frozen=True)
class Page:
    entries: list[Entry]
    next: Place | None


def story(account: Account, viewer: User, *, after: Place | None = None, group: str = "", size: int = PAGE) -> Page:
    """A page of the story of ``account`` as ``viewer`` may read it."""
    found: list[tuple[datetime, str, int, Entry]] = []
    for source in sources.values():
        if group and source.group != group:
            continue
        for row in _rows(source, account, viewer, after)[: size + 1]:
            entry = source.entry(row)
            found.append((entry.at, source.name, row.pk, entry))
    found.sort(key=lambda one: (one[1], -one[2]))
    found.sort(key=lambda one: one[0], reverse=True)  # stable: at the same moment the order is that of the line above
    shown = found[:size]
    last = shown[-1] if len(found) > size else None
    return Page([one[3] for one in shown], Place(last[0], last[1], last[2]) if last else None)


def _rows(source: Source, account: Account, viewer: User, after: Place | None) -> QuerySet[Any]:
    rows = source.rows(account, viewer).order_by(f"-{source.at}", "-pk")
    if after is None:
        return rows
    earlier = Q(**{f"{source.at}__lt": after.at})
    same_moment = Q(**{source.at: after.at})
    if source.name == after.name:
        return rows.filter(earlier | (same_moment & Q(pk__lt=after.pk)))
    return rows.filter(earlier | same_moment if source.name > after.name else earlier)

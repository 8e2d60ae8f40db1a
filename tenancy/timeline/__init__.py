"""One account's story: what every part of the village knows of it, newest first, a page at a time.

A source says where its rows are, which of their columns tell something, and how one reads. ``sources`` is the registry:
whoever has something to tell adds to it when the app is ready. All of them together are one statement, so a page costs the
same however many there are, and however long the story is.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.core.signing import BadSignature, Signer
from django.db.models import BigIntegerField, DateTimeField, F, Func, Q, QuerySet, TextChoices, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils.dateparse import parse_datetime

from accounts.models import User
from tenancy.models import Account

PAGE = 25
_places = Signer(salt="tenancy.timeline")


class Row(NamedTuple):
    """What any source can tell. ``what`` and ``state`` are codes or names of its own, ``ref`` is the key of what it links to."""

    at: datetime
    source: str
    pk: int
    what: str
    words: str
    who: str
    state: str
    ref: int


@dataclass(frozen=True)
class Entry:
    """``restricted``: reading it has to be written down, as a read of this model and key. ``is_day``: nobody knows the hour.

    ``change``: where ``author``, the key of whoever wrote it, and those who lead put it right.
    """

    at: datetime
    title: str
    icon: str
    words: str = ""
    by: str = ""
    url: str = ""
    tag: str = ""
    restricted: tuple[str, int] | None = None
    is_day: bool = False
    change: str = ""
    author: int = 0


@dataclass(frozen=True)
class Source:
    """``rows`` of an account that the viewer may read; ``at`` is the field, or expression, by which they stand in time.

    ``columns`` fills the other parts of a ``Row``, by name of a field or an expression. ``names``, asked once for a page with
    the keys that stand on it, adds what no column holds. ``group`` is the filter that the source belongs to.
    """

    name: str
    group: str
    at: Any
    rows: Callable[[Account, User], QuerySet[Any]]
    entry: Callable[[Row, str], Entry]
    columns: Mapping[str, Any] = field(default_factory=dict)
    names: Callable[[Collection[int]], Mapping[int, str]] | None = None


GROUPS = {
    "contact": "Contact",
    "requests": "Requests",
    "bookings": "Bookings",
    "tasks": "Tasks",
    "stay": "Stay and plan",
    "people": "People",
    "account": "Account",
}
RESULTS = ("partner asked", "introduction", "outcome")  # sources of what came of requests
sources: dict[str, Source] = {}


def register(*found: Source) -> None:
    for source in found:
        sources[source.name] = source


class DayBegins(Func):
    """A date among moments: the first of its day."""

    output_field = DateTimeField()
    template = "((%(expressions)s)::timestamp AT TIME ZONE 'UTC')"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="((%(expressions)s) || ' 00:00:00')", **context)


def first_of(*columns: str) -> Coalesce:
    """The first of these columns that is not empty."""
    return Coalesce(*(NullIf(Cast(column, TextField()), Value("")) for column in columns), output_field=TextField())


def in_words(states: type[TextChoices], code: str) -> str:
    """A state that was taken out of the code since is told by its code."""
    return str(dict(states.choices).get(code, code)).lower()


def person(path: str) -> Coalesce:
    """How somebody who signs in is called: by name, else by address."""
    return first_of(f"{path}__name", f"{path}__email")


@dataclass(frozen=True)
class Place:
    """Where in the story a page begins: after this row."""

    at: datetime
    source: str
    pk: int

    def __str__(self) -> str:
        return _places.sign(f"{self.at.isoformat()}|{self.source}|{self.pk}")

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """None for what is not ours, so that a cut-off address shows the beginning."""
        try:
            moment, source, pk = _places.unsign(text).split("|")
        except (BadSignature, ValueError):
            return None
        at = parse_datetime(moment)
        return cls(at, source, int(pk)) if at else None


@dataclass(frozen=True)
class Page:
    entries: list[Entry]
    next: Place | None


def story(
    account: Account,
    viewer: User,
    *,
    after: Place | None = None,
    group: str = "",
    only: Collection[str] = (),
    size: int = PAGE,
) -> Page:
    """A page of the story of ``account`` as ``viewer`` may read it: one statement, and one a source that has ``names``.

    ``only``: by the sources that are named.
    """
    told = [source for source in sources.values() if source.group == (group or source.group)]
    parts = [_part(one, account, viewer, after) for one in told if not only or one.name in only]
    if not parts:
        return Page([], None)
    first, *others = parts
    found = first.union(*others, all=True) if others else first
    rows = [Row(*values) for values in found.order_by("-at_", "source_", "-pk_")[: size + 1]]
    shown = rows[:size]
    last = shown[-1] if len(rows) > size else None
    return Page(_entries(shown), Place(last.at, last.source, last.pk) if last else None)


def _part(source: Source, account: Account, viewer: User, after: Place | None) -> QuerySet[Any, Any]:
    rows = (
        source.rows(account, viewer)
        .order_by()
        .annotate(moment=F(source.at) if isinstance(source.at, str) else source.at)
    )
    if after is not None:
        rows = rows.filter(_follows(source, after))
    told = rows.annotate(
        at_=F("moment"),
        source_=Value(source.name, output_field=TextField()),
        pk_=F("pk"),
        **{f"{name}_": _text(source.columns.get(name)) for name in ("what", "words", "who", "state")},
        ref_=Coalesce(Cast(source.columns.get("ref", Value(0)), BigIntegerField()), Value(0)),
    )
    return told.values_list("at_", "source_", "pk_", "what_", "words_", "who_", "state_", "ref_")


def _text(column: Any) -> Coalesce:
    return Coalesce(Cast(column if column is not None else Value(""), TextField()), Value("", output_field=TextField()))


def _follows(source: Source, after: Place) -> Q:
    """Of one moment the sources come by name, and each one's rows from the newest."""
    earlier = Q(moment__lt=after.at)
    same_moment = Q(moment=after.at)
    if source.name == after.source:
        return earlier | (same_moment & Q(pk__lt=after.pk))
    return earlier | same_moment if source.name > after.source else earlier


def _entries(rows: list[Row]) -> list[Entry]:
    names: dict[str, Mapping[int, str]] = {}
    for source in sources.values():
        keys = [row.pk for row in rows if row.source == source.name]
        if source.names is not None and keys:
            names[source.name] = source.names(keys)
    return [sources[row.source].entry(row, names.get(row.source, {}).get(row.pk, "")) for row in rows]

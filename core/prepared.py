"""Statements that Django writes once and every later request only fills in.

For a busy page, writing SQL from a queryset costs ten times what running it does. A prepared statement keeps the
querysets, their checks and their conversions, and drops the repetition.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.transaction import TransactionManagementError

M = TypeVar("M", bound=Model)

Key = int | str | date | datetime | UUID | None

# Stand for the keys while the statement is written; no record has such a key.
_MARKS: dict[type, Callable[[int], Key]] = {
    int: lambda place: -987_654_321 - place,
    str: lambda place: f"\ufdd0 the key at {place} \ufdd0",
    date: lambda place: date(1000, 1, 1 + place),
    datetime: lambda place: datetime(1000, 1, 1 + place, tzinfo=UTC),
    UUID: lambda place: UUID(int=987_654_321 + place),
}


@dataclass(frozen=True)
class _Written:
    """SQL as one kind of database takes it. ``places``: which parameter is which key."""

    compiler: Any
    sql: str
    parameters: Sequence[Any]
    places: Sequence[tuple[int, int]]
    converters: Any
    locks: bool

    def rows(self, keys: Sequence[Key]) -> list[tuple[Any, ...]]:
        parameters = list(self.parameters)
        for place, number in self.places:
            parameters[place] = _as_stored(keys[number])
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        if self.converters:
            found = [tuple(row) for row in self.compiler.apply_converters(found, self.converters)]
        return found


class _Statement:
    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *kinds: type) -> None:
        self._build = build
        self._kinds = kinds or (int,)
        self._by_vendor: dict[str, _Written] = {}

    def _rows(self, keys: Sequence[Key]) -> tuple[_Written, list[tuple[Any, ...]]]:
        if len(keys) != len(self._kinds):
            raise TypeError(f"{self._build.__qualname__} takes {len(self._kinds)} keys, not {len(keys)}.")
        if connection.vendor not in self._by_vendor:
            self._by_vendor[connection.vendor] = self._write()
        written = self._by_vendor[connection.vendor]
        if written.locks and not connection.in_atomic_block:
            raise TransactionManagementError("What is locked outside of a transaction is free again at once.")
        return written, written.rows(keys)

    def _write(self) -> _Written:
        marks = [_MARKS[kind](place) for place, kind in enumerate(self._kinds)]
        compiler = self._build(*marks).query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        stored = [_as_stored(mark) for mark in marks]
        places = [
            (place, number)
            for place, parameter in enumerate(parameters)
            for number, mark in enumerate(stored)
            if type(parameter) is type(mark) and parameter == mark
        ]
        if {number for _, number in places} != set(range(len(marks))):
            raise TypeError(f"{self._build.__qualname__} must filter by each key that it takes.")
        columns = [column for column, *_ in compiler.select]
        converters = compiler.get_converters(columns)
        return _Written(compiler, sql, tuple(parameters), places, converters, compiler.query.select_for_update)


class Prepared(_Statement):
    """A queryset of ``values_list`` that depends on nothing but the keys that ``build`` takes, integers or of ``kinds``.

    ``rows(*keys)`` gives what ``list(build(*keys))`` would, as tuples. A key may be None: then nothing is equal to it.
    """

    def rows(self, *keys: Key) -> list[tuple[Any, ...]]:
        return self._rows(keys)[1]


class PreparedRecords(_Statement, Generic[M]):
    """The same for a queryset of whole records, with those that it takes along by ``select_related``.

    ``all(*keys)`` gives what ``list(build(*keys))`` would, but for what is prefetched.
    """

    def __init__(self, build: Callable[..., QuerySet[M, M]], *kinds: type) -> None:
        super().__init__(build, *kinds)

    def all(self, *keys: Key) -> list[M]:
        return list(self._records(keys))

    def first(self, *keys: Key) -> M | None:
        """The first of all: for statements that find one or none."""
        return next(self._records(keys), None)

    def _records(self, keys: Sequence[Key]) -> Iterator[M]:
        written, rows = self._rows(keys)
        if not rows:
            return
        select, made = written.compiler.select, written.compiler.klass_info
        first, last = made["select_fields"][0], made["select_fields"][-1] + 1
        names = [column.target.attname for column, *_ in select[first:last]]
        related = get_related_populators(made, select, connection.alias)  # type: ignore[call-arg] # of a later Django
        model: type[M] = made["model"]
        for row in rows:
            record = model.from_db(connection.alias, names, row[first:last])
            for populator in related:
                populator.populate(row, record)
            yield record


def keep_related(record: Model, name: str, found: Sequence[Model]) -> None:
    """Keep ``found`` with ``record`` as its ``name``, as if it had been prefetched."""
    related = getattr(record, name).get_queryset()
    related._result_cache, related._prefetch_done = list(found), True
    record._prefetched_objects_cache = {**getattr(record, "_prefetched_objects_cache", {}), name: related}  # type: ignore[attr-defined]


def _as_stored(key: Key) -> Any:
    if isinstance(key, datetime):
        return connection.ops.adapt_datetimefield_value(key)
    if isinstance(key, date):
        return connection.ops.adapt_datefield_value(key)
    if isinstance(key, UUID) and not connection.features.has_native_uuid_field:
        return key.hex
    return key

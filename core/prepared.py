"""Statements that Django writes once and every later request only fills in.

For a busy page, writing SQL from a queryset costs ten times what running it does. A prepared statement keeps the
querysets, their checks and their conversions, and drops the repetition.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet

# Stand for the keys while the statement is written; no record has such a key.
FIRST_MARK = -987_654_321


class Prepared:
    """A queryset of ``values_list`` that depends on nothing but the integer keys that ``build`` takes.

    ``rows(*keys)`` gives what ``list(build(*keys))`` would, as tuples. A key may be None: then nothing is equal to it.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], keys: int = 1) -> None:
        self._build = build
        self._marks = tuple(FIRST_MARK - place for place in range(keys))
        self._written: dict[str, tuple[Any, str, Sequence[Any], Any]] = {}  # by vendor of the database

    def rows(self, *keys: int | None) -> list[tuple[Any, ...]]:
        compiler, sql, parameters, converters = self._statement()
        values = dict(zip(self._marks, keys, strict=True))
        with connection.cursor() as cursor:
            cursor.execute(sql, [values.get(p, p) if type(p) is int else p for p in parameters])
            found = cursor.fetchall()
        return [tuple(row) for row in compiler.apply_converters(found, converters)] if converters else found

    def _statement(self) -> tuple[Any, str, Sequence[Any], Any]:
        if connection.vendor not in self._written:
            compiler = self._build(*self._marks).query.get_compiler(connection=connection)
            sql, parameters = compiler.as_sql()
            missing = set(self._marks) - {p for p in parameters if type(p) is int}
            if missing:
                raise TypeError(f"{self._build.__qualname__} must filter by each key that it takes.")
            columns = [column for column, *_ in compiler.select]
            self._written[connection.vendor] = (compiler, sql, parameters, compiler.get_converters(columns))
        return self._written[connection.vendor]

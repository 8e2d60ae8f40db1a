"""The parsed query in the database's own words, and the ids of the documents that have them."""

import json
import sys
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from typing import Any

from django.db import OperationalError, ProgrammingError, connection

from search.engines import EngineUnavailable
from search.parsing import Alternative, Group, ParsedQuery

Sql = tuple[str, list[Any]]

ARRAY_HEADER = 20  # bytes before the elements of an array of PostgreSQL as it is sent


class Place(Enum):
    """Where the words have to stand: in the words of FTS5, and the column that PostgreSQL has for it."""

    ANYWHERE = ("", "tsv")
    PROMINENT = ("{title_tokens names_tokens summary_tokens} : ", "prominent_tsv")
    CALLED = ("{title_tokens names_tokens} : ", "called_tsv")

    def __init__(self, columns: str, column: str) -> None:
        self.columns, self.column = columns, column


def is_postgresql() -> bool:
    return connection.vendor == "postgresql"


@contextmanager
def asking() -> Iterator[None]:
    """A database that does not answer, or not this question, is an engine that is not there."""
    try:
        yield
    except (OperationalError, ProgrammingError) as error:
        raise EngineUnavailable(str(error)) from error


def rows(sql: str, args: Sequence[Any]) -> list[Any]:
    """Ask the database. Raises EngineUnavailable."""
    with asking(), connection.cursor() as cursor:
        cursor.execute(sql, args)
        found: list[Any] = cursor.fetchall()
        return found


# ---- ids ------------------------------------------------------------------------------------------------------------
def ids_having(expression: str, place: Place = Place.ANYWHERE) -> Sql:
    """An expression of SQL whose value ``ids_in`` reads."""
    if is_postgresql():
        return "array_send(search_ids(%s, %s))", [place.column, expression]
    sql = "(SELECT '[' || group_concat(rowid) || ']' FROM search_fts WHERE search_fts MATCH %s)"
    return sql, [f"{place.columns}({expression})"]


def ids_in(value: str | bytes | memoryview | None) -> Sequence[int]:
    """All ids at once: one by one, each as a row, they would take three times as long."""
    if value is None:
        return ()
    if isinstance(value, str):
        found: list[int] = json.loads(value)
        return found
    words = array("I", bytes(value)[ARRAY_HEADER:])  # of each element its length, then itself
    if sys.byteorder == "little":
        words.byteswap()
    return words[1::2]


def among(ids: Sequence[int]) -> Sql:
    """What follows ``id`` where it is to be one of these."""
    if is_postgresql():
        return "= ANY(%s)", [list(ids)]
    return "IN (SELECT value FROM json_each(%s))", [json.dumps(list(ids))]


# ---- words ----------------------------------------------------------------------------------------------------------
def expression(parsed: ParsedQuery, *, any_word: bool) -> str:
    """What has an alternative of every group or, with ``any_word``, of any."""
    return (either() if any_word else both()).join(of_group(group) for group in parsed.groups)


def of_group(group: Group) -> str:
    return f"({either().join(of_alternative(a) for a in group.alternatives)})"


def of_alternative(alternative: Alternative) -> str:
    return (_tsquery if is_postgresql() else _fts5)(alternative)


def both() -> str:
    return " & " if is_postgresql() else " AND "


def either() -> str:
    return " | " if is_postgresql() else " OR "


def _fts5(alternative: Alternative) -> str:
    # Stems are letters and digits only, so nothing needs escaping.
    return f'"{" ".join(alternative.stems)}"' + (" *" if alternative.prefix else "")


def _tsquery(alternative: Alternative) -> str:
    *first, last = alternative.stems
    return "(" + " <-> ".join([*(f"'{s}'" for s in first), f"'{last}'" + (":*" if alternative.prefix else "")]) + ")"


def marks(values: Any) -> str:
    return ", ".join(["%s"] * len(values))

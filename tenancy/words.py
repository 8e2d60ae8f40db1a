"""Words of private records, found by means of the database itself: no table of ``search`` and no engine ever has them.

SQLite keeps an FTS5 table beside each of these tables, which holds no text of its own: triggers take words in and out with the
record. PostgreSQL has an index of each table. Either way a record that is gone is found no more, whoever took it away.
docs/decisions/0017 says why.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL

from core.guards import Guard, is_migrated
from search.analysis import stem

from .models import (
    Account,
    Collaboration,
    Contact,
    Enquiry,
    Interaction,
    Introduction,
    Note,
    Objective,
    Outcome,
    SupportRequest,
    Task,
)

COLUMNS: dict[type[Model], tuple[str, ...]] = {
    Account: ("name",),
    Contact: ("name", "role", "email"),
    Interaction: ("words",),
    Note: ("words",),
    Task: ("words",),
    Objective: ("words", "measure"),
    SupportRequest: ("words", "next_step", "reason"),
    Introduction: ("partner_name", "tenant_words", "partner_words"),
    Outcome: ("evidence", "unit"),
    Collaboration: ("title", "reason"),
    Enquiry: ("reference", "name", "email", "organisation_name", "message", "reason"),
}
MOST_WORDS = 6
WORD = re.compile(r"[^\W_]+")


# ---- what somebody looks for ----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Word:
    """``parts`` stand beside each other, such as those of an address; the last may go on, or end otherwise."""

    said: str
    parts: tuple[str, ...]

    @cached_property
    def beginnings(self) -> tuple[str, ...]:
        """How its last part may begin: of “laboratories” the stem, and that with the y of “laboratory”."""
        last = self.parts[-1]
        short = stem(last)
        others = (short, short[:-1] + "y") if short.endswith("i") and short != last else (short,)
        return others if any(last.startswith(one) for one in others) else (last, *others)

    def begins(self, folded: str) -> bool:
        """Whether ``folded``, one word of a text, is marked as found."""
        return folded in self.parts[:-1] or (
            folded == self.parts[-1] if self.is_whole else folded.startswith(self.beginnings)
        )

    @property
    def is_whole(self) -> bool:
        """One sign begins half of all words: it is looked for as it is."""
        return len(self.parts[-1]) == 1

    @property
    def fts5(self) -> str:
        if self.is_whole:
            return f'"{" ".join(self.parts)}"'
        phrases = [" ".join([*self.parts[:-1], one]) for one in self.beginnings]
        return " OR ".join(f'"{phrase}" *' for phrase in phrases)

    @property
    def tsquery(self) -> str:
        if self.is_whole:
            return " <-> ".join(f"'{part}'" for part in self.parts)
        last = " | ".join(f"'{one}':*" for one in self.beginnings)
        return " <-> ".join([*(f"'{part}'" for part in self.parts[:-1]), f"({last})"])


def folded(text: str) -> str:
    """Lower case without accents, as both databases fold."""
    text = text.replace("\x00", " ").lower()
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def words_of(text: str) -> tuple[Word, ...]:
    """What stands between blanks is one word, also where it holds other signs: “o'neill”, an address, “x-ray”."""
    found: dict[tuple[str, ...], Word] = {}
    for said in text.split():
        if parts := tuple(WORD.findall(folded(said))):
            found.setdefault(parts, Word(said, parts))
    return tuple(found.values())[:MOST_WORDS]


# ---- where it stands ------------------------------------------------------------------------------------------------
def there(*words: Word) -> list[set[type[Model]]]:
    """Of each word the tables that have it anywhere: others need not be asked. One statement, whoever asks."""
    asked, said = [], []
    for word in words:
        for model in COLUMNS:
            table = model._meta.db_table
            if connection.vendor == "postgresql":
                # All are counted, which the index does: for one alone the planner may read row after row until it has it.
                asked.append(f"(SELECT COUNT(*) FROM {table} WHERE {_vector(model)} @@ to_tsquery('simple', %s)) > 0")
            else:
                asked.append(f"EXISTS (SELECT 1 FROM {table}_words WHERE {table}_words MATCH %s)")
            said.append(word.tsquery if connection.vendor == "postgresql" else word.fts5)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(asked)}", said)
        answers = iter(cursor.fetchone())
    return [{model for model in COLUMNS if next(answers)} for _ in words]


def having(model: type[Model], *words: Word, any_of: bool = False, among: QuerySet[Any] | None = None) -> RawSQL:
    """Keys of the records of ``model`` that have every one of ``words``, or any; to be used as ``pk__in``, after ``visible_to``.

    ``among``: keys of a few of them, where no others are asked for.
    """
    table = model._meta.db_table
    if connection.vendor == "postgresql":
        asked = (" | " if any_of else " & ").join(f"({word.tsquery})" for word in words)
        found = f"SELECT id FROM {table} WHERE {_vector(model)} @@ to_tsquery('simple', %s)"
        # As an array it is asked for once, of the index; else the planner may look at every row for each other row.
        return RawSQL(f"SELECT unnest(ARRAY({found}))", [asked])
    asked = (" OR " if any_of else " AND ").join(f"({word.fts5})" for word in words)
    found = f"SELECT rowid FROM {table}_words WHERE {table}_words MATCH %s"
    if among is None:
        return RawSQL(found, [asked])
    # The sign before the key has the words asked for once, and each that has them looked up among the few.
    few, said = among.query.sql_with_params()
    return RawSQL(f"{found} AND +rowid IN ({few})", [asked, *said])


def pieces(text: str, words: tuple[Word, ...], *, before: int = 60, after: int = 160) -> list[tuple[str, bool]]:
    """The words around the first that was found, in pieces; with each, whether it is what was looked for."""
    marks = [one.span() for one in WORD.finditer(text) if any(word.begins(folded(one[0])) for word in words)]
    first = marks[0][0] if marks else 0
    start = text.rfind(" ", 0, first - before) + 1 if first > before else 0
    end = text.find(" ", start + before + after)
    end = len(text) if end < 0 else end
    return list(_cut(text, marks, start, end))


def _cut(text: str, marks: list[tuple[int, int]], start: int, end: int) -> Iterator[tuple[str, bool]]:
    if start:
        yield "… ", False
    place = start
    for begins, ends in marks:
        if start <= begins and ends <= end:
            yield text[place:begins], False
            yield text[begins:ends], True
            place = ends
    yield text[place:end] + (" …" if end < len(text) else ""), False


# ---- what the database keeps ----------------------------------------------------------------------------------------
def _vector(model: type[Model]) -> str:
    """As it stands in the index, sign for sign: else PostgreSQL would not ask it."""
    together = " || ' ' || ".join(COLUMNS[model])
    return f"tenancy_vector({together})"


def _triggers() -> Iterator[tuple[str, str]]:
    for model, columns in COLUMNS.items():
        table, names = model._meta.db_table, ", ".join(columns)
        old, new = (", ".join(f"{row}.{name}" for name in columns) for row in ("old", "new"))
        add = f"INSERT INTO {table}_words(rowid, {names}) VALUES (new.id, {new});"
        remove = f"INSERT INTO {table}_words({table}_words, rowid, {names}) VALUES ('delete', old.id, {old});"
        is_other = " OR ".join(f"old.{name} IS NOT new.{name}" for name in columns)
        yield f"{table}_words_added", f"AFTER INSERT ON {table} BEGIN {add} END"
        yield f"{table}_words_removed", f"AFTER DELETE ON {table} BEGIN {remove} END"
        changed = f"AFTER UPDATE OF {names} ON {table} WHEN {is_other} BEGIN {remove} {add} END"
        yield f"{table}_words_changed", changed


# “simple”: words as they were written; what may end otherwise is said by whoever asks. Marks above letters are U+0300 to U+036F.
POSTGRESQL = """
CREATE OR REPLACE FUNCTION tenancy_vector(words text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_tsvector('simple', regexp_replace(
        regexp_replace(normalize(lower(words), NFD), '[\\u0300-\\u036f]+', '', 'g'), '[^[:alnum:]]+', ' ', 'g'
    ))
$$
"""
GUARD = Guard(app="tenancy", what="the words of private records", sqlite=dict(_triggers()), postgresql={})


def install(using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Make what is missing, and read the records anew where it was; a receiver of ``post_migrate``."""
    if not is_migrated("tenancy", using):
        return
    with connections[using].cursor() as cursor:
        if connections[using].vendor == "postgresql":
            cursor.execute(POSTGRESQL)
            for model in COLUMNS:
                table = model._meta.db_table
                cursor.execute(f"CREATE INDEX IF NOT EXISTS {table}_words ON {table} USING gin ({_vector(model)})")
            return
        missing = set(GUARD.missing(using))
        for model, columns in COLUMNS.items():
            table = model._meta.db_table
            cursor.execute(
                f"CREATE VIRTUAL TABLE IF NOT EXISTS {table}_words USING fts5({', '.join(columns)}, content='{table}',"
                " content_rowid='id', tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
            )
        GUARD.install(using)
        for model in COLUMNS:
            table = model._meta.db_table
            if missing & {f"{table}_words_added", f"{table}_words_removed", f"{table}_words_changed"}:
                cursor.execute(f"INSERT INTO {table}_words({table}_words) VALUES ('rebuild')")


def tidy() -> None:
    """Have SQLite take out of its file what it has only marked as gone; to be called once by whoever erases."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for model in COLUMNS:
            table = model._meta.db_table
            cursor.execute(f"INSERT INTO {table}_words({table}_words) VALUES ('optimize')")

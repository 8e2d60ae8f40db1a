"""What a model cannot say: full-text tables and triggers on SQLite, tsvector columns and trigrams on PostgreSQL.

Installed after every migration, because rebuilding a table on SQLite drops its triggers without a word; a system check
refuses to run without them.
"""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.db import connections

TABLE = "search_indexeddocument"
FIELDS = ("title_tokens", "names_tokens", "keywords_tokens", "summary_tokens", "body_tokens")

_columns = ", ".join(FIELDS)
_new = ", ".join(f"new.{f}" for f in FIELDS)
_old = ", ".join(f"old.{f}" for f in FIELDS)

# What the triggers do to the two full-text tables when a document comes or goes.
_add = f"""
    INSERT INTO search_fts(rowid, {_columns}) VALUES (new.id, {_new});
    INSERT INTO search_name_fts(rowid, name_words) VALUES (new.id, new.name_words);
"""
_remove = f"""
    INSERT INTO search_fts(search_fts, rowid, {_columns}) VALUES ('delete', old.id, {_old});
    INSERT INTO search_name_fts(search_name_fts, rowid, name_words) VALUES ('delete', old.id, old.name_words);
"""
_external = f"content='{TABLE}', content_rowid='id', tokenize='unicode61 remove_diacritics 0'"

SQLITE = (
    f"CREATE VIRTUAL TABLE IF NOT EXISTS search_fts USING fts5({_columns}, {_external}, prefix='2 3')",
    f"CREATE VIRTUAL TABLE IF NOT EXISTS search_name_fts USING fts5(name_words, {_external}, prefix='1 2 3')",
    (
        "CREATE VIRTUAL TABLE IF NOT EXISTS search_trigram"
        " USING fts5(padded, tokenize='trigram', detail='none', columnsize=0)"
    ),
    f"CREATE TRIGGER IF NOT EXISTS search_document_added AFTER INSERT ON {TABLE} BEGIN {_add} END",
    f"CREATE TRIGGER IF NOT EXISTS search_document_removed AFTER DELETE ON {TABLE} BEGIN {_remove} END",
    f"CREATE TRIGGER IF NOT EXISTS search_document_changed AFTER UPDATE ON {TABLE} BEGIN {_remove} {_add} END",
    (
        "CREATE TRIGGER IF NOT EXISTS search_word_added AFTER INSERT ON search_vocabularyword"
        " BEGIN INSERT INTO search_trigram(rowid, padded) VALUES (new.id, '^' || new.word || '$'); END"
    ),
    (
        "CREATE TRIGGER IF NOT EXISTS search_word_removed AFTER DELETE ON search_vocabularyword"
        " BEGIN DELETE FROM search_trigram WHERE rowid = old.id; END"
    ),
)

# Weight A is the name, B the summary, C keywords, D the body. “simple”: the tokens are stems already.
_weights = {"title_tokens": "A", "names_tokens": "A", "summary_tokens": "B", "keywords_tokens": "C", "body_tokens": "D"}
_weighted = " || ".join(f"setweight(to_tsvector('simple', {field}), '{weight}')" for field, weight in _weights.items())

POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    f"ALTER TABLE {TABLE} ADD COLUMN IF NOT EXISTS tsv tsvector GENERATED ALWAYS AS ({_weighted}) STORED",
    (
        f"ALTER TABLE {TABLE} ADD COLUMN IF NOT EXISTS name_tsv tsvector"
        " GENERATED ALWAYS AS (to_tsvector('simple', name_words)) STORED"
    ),
    f"CREATE INDEX IF NOT EXISTS search_document_tsv ON {TABLE} USING gin (tsv)",
    f"CREATE INDEX IF NOT EXISTS search_document_name_tsv ON {TABLE} USING gin (name_tsv)",
    "CREATE INDEX IF NOT EXISTS search_word_trigram ON search_vocabularyword USING gin (word gin_trgm_ops)",
)


def install(using: str = "default", **kwargs: Any) -> None:
    """Create what is missing; costs a few milliseconds when nothing is."""
    connection = connections[using]
    statements = POSTGRESQL if connection.vendor == "postgresql" else SQLITE
    with connection.cursor() as cursor:
        if TABLE not in connection.introspection.table_names(cursor):
            return  # not migrated yet
        for statement in statements:
            cursor.execute(statement)


def missing(using: str = "default") -> list[str]:
    """Names of tables, triggers and columns that full text needs and the database lacks."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if TABLE not in connection.introspection.table_names(cursor):
            return []
        if connection.vendor == "postgresql":
            cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [TABLE])
            wanted = {"tsv", "name_tsv"}
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE 'search\\_%%' ESCAPE '\\'", [])
            wanted = {
                "search_fts",
                "search_name_fts",
                "search_trigram",
                "search_document_added",
                "search_document_removed",
                "search_document_changed",
                "search_word_added",
                "search_word_removed",
            }
        return sorted(wanted - {name for (name,) in cursor.fetchall()})


@register("database")
def full_text_is_installed(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    return [
        Error(
            f"Full-text search lacks {', '.join(names)}.",
            hint="Run: python manage.py migrate, which installs it again.",
            id="search.E001",
        )
        for using in databases or []
        if (names := missing(using))
    ]

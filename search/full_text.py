"""What a model cannot say: full-text tables and triggers on SQLite, tsvector columns and trigrams on PostgreSQL, and an
order in which nothing comes last.

Installed after every migration, because rebuilding a table on SQLite drops its triggers without a word; a system check
refuses to run without them.
"""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.db import connections

from core.guards import is_migrated

TABLE = "search_indexeddocument"
SHORT = ("type", "key", "sort_title", "title", "url")
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
    # Nothing is the least of all values, so it comes last where they fall.
    f"CREATE INDEX IF NOT EXISTS search_document_by_date ON {TABLE} (sort_date DESC, sort_title)",
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

# Between two fields stands a word that no text has: else the last word of one and the first of the next would be a phrase.
_apart = " || $word$'|':1$word$::tsvector || "
# Weight A is the name, B the summary, C keywords, D the body. “simple”: the tokens are stems already.
_weights = {"title_tokens": "A", "names_tokens": "A", "summary_tokens": "B", "keywords_tokens": "C", "body_tokens": "D"}
_weighted = _apart.join(f"setweight(to_tsvector('simple', {field}), '{weight}')" for field, weight in _weights.items())

# An index on a tsvector knows the words but neither their weights nor their places: where those matter, each document has
# to be looked at. So what stands in a name, and in a name or the summary, has a column and an index of its own.
_called = f"to_tsvector('simple', title_tokens){_apart}to_tsvector('simple', names_tokens)"
COLUMNS = {
    "tsv": _weighted,
    "prominent_tsv": f"{_called}{_apart}to_tsvector('simple', summary_tokens)",
    "called_tsv": _called,
    "name_tsv": "to_tsvector('simple', name_words)",
}

# The ids of the documents that have some words in one of these columns. Left to itself the planner would rather read every
# tsvector than ask the index for a common word: it does not know that each lies outside its row and has to be fetched.
# Four bytes are enough for the ids of two thousand million documents.
_cases = "".join(
    f"""
        WHEN '{column}' THEN
            SELECT array_agg(id) INTO found
            FROM (SELECT id::int FROM {TABLE} WHERE {column} @@ asked LIMIT most) AS documents;"""
    for column in COLUMNS
)
IDS = f"""
CREATE OR REPLACE FUNCTION search_ids(place text, words text, most bigint DEFAULT NULL) RETURNS int[]
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET enable_indexscan = off SET enable_indexonlyscan = off AS $$
DECLARE
    asked tsquery := to_tsquery('simple', words);
    found int[];
BEGIN
    CASE place{_cases}
    END CASE;
    RETURN found;
END $$
"""

# An older village has columns whose fields run into each other; they are made anew.
RUN_TOGETHER = f"""
DO $$
DECLARE
    old text;
BEGIN
    FOR old IN
        SELECT column_name FROM information_schema.columns
        WHERE table_schema = current_schema() AND table_name = '{TABLE}'
            AND column_name IN ('tsv', 'prominent_tsv', 'called_tsv') AND generation_expression NOT LIKE $word$%''|''%$word$
    LOOP
        EXECUTE format('ALTER TABLE {TABLE} DROP COLUMN %I', old);
    END LOOP;
END $$
"""

POSTGRESQL = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    # What is long lies outside the row, so that reading the ids of half of all documents reads few pages; what orders and
    # names a document stays in it.
    f"ALTER TABLE {TABLE} SET (toast_tuple_target = 128)",
    *(f"ALTER TABLE {TABLE} ALTER COLUMN {column} SET STORAGE MAIN" for column in SHORT),
    RUN_TOGETHER,
    *(
        f"ALTER TABLE {TABLE} ADD COLUMN IF NOT EXISTS {column} tsvector GENERATED ALWAYS AS ({text}) STORED"
        for column, text in COLUMNS.items()
    ),
    *(f"CREATE INDEX IF NOT EXISTS search_document_{column} ON {TABLE} USING gin ({column})" for column in COLUMNS),
    # Each word that is sorted in at once is a way down a tree, which is higher among many documents. So what is written goes
    # to a list first, whose shortest length is this one: every reader goes through it, eight pages at most.
    *(f"ALTER INDEX search_document_{column} SET (fastupdate = on, gin_pending_list_limit = 64)" for column in COLUMNS),
    f"CREATE INDEX IF NOT EXISTS search_document_by_date ON {TABLE} (sort_date DESC NULLS LAST, sort_title, id)",
    # In the order of letters alone, which tells where a beginning begins and ends; that of a language does not.
    f"CREATE INDEX IF NOT EXISTS search_document_by_beginning ON {TABLE} (sort_title text_pattern_ops)",
    "CREATE INDEX IF NOT EXISTS search_word_trigram ON search_vocabularyword USING gin (word gin_trgm_ops)",
    IDS,
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
    """Names of tables, triggers, columns, indexes and functions that full text needs and the database lacks."""
    connection = connections[using]
    if not is_migrated("search", using):
        return []  # and `migrate` asks this question before it does anything
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
                " UNION SELECT indexname FROM pg_indexes WHERE tablename = %s"
                " UNION SELECT proname FROM pg_proc WHERE proname = 'search_ids'",
                [TABLE, TABLE],
            )
            wanted = {*COLUMNS, *(f"search_document_{column}" for column in COLUMNS)}
            wanted |= {"search_document_by_date", "search_document_by_beginning", "search_ids"}
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE 'search\\_%%' ESCAPE '\\'", [])
            wanted = {
                "search_fts",
                "search_name_fts",
                "search_trigram",
                "search_document_by_date",
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

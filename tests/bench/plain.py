"""What each engine finds without us: its own full text and its own rank over the same documents, any of the words.

SQLite ranks by ``bm25``, PostgreSQL by ``ts_rank``, Elasticsearch by BM25; each stems English in its own way.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol

from search.analysis import STOP_WORDS, words_in
from search.documents import Document

TABLE = "bench_plain"
FIELDS = ("title", "summary", "keywords", "body")


class Plain(Protocol):
    name: str

    def index(self, documents: Iterable[Document]) -> None:
        """Forget what was there and take these."""

    def find(self, text: str, most: int) -> list[str]:
        """The keys of the best documents, the best first."""


def plain(engine: str) -> Plain:
    """The plain search of the engine that answers in the village."""
    return {"sqlite": PlainSQLite, "postgresql": PlainPostgreSQL, "elasticsearch": PlainElasticsearch}[engine]()


class PlainSQLite:
    name = "FTS5 with bm25()"

    def index(self, documents: Iterable[Document]) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
            columns = f"key UNINDEXED, {', '.join(FIELDS)}"
            cursor.execute(f"CREATE VIRTUAL TABLE {TABLE} USING fts5({columns}, tokenize='porter unicode61')")
            cursor.executemany(f"INSERT INTO {TABLE} VALUES (%s, %s, %s, %s, %s)", [_row(d) for d in documents])

    def find(self, text: str, most: int) -> list[str]:
        words = " OR ".join(f'"{word}"' for word in _words(text))
        return _keys(
            f"SELECT key FROM {TABLE} WHERE {TABLE} MATCH %s ORDER BY bm25({TABLE}), rowid LIMIT %s", words, most
        )


class PlainPostgreSQL:
    name = "to_tsvector('english') with ts_rank()"

    def index(self, documents: Iterable[Document]) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
            cursor.execute(f"CREATE TABLE {TABLE} (key text, tsv tsvector)")
            cursor.executemany(
                f"INSERT INTO {TABLE} VALUES (%s, to_tsvector('english', concat_ws(' ', %s::text, %s, %s, %s)))",
                [_row(d) for d in documents],
            )
            cursor.execute(f"CREATE INDEX ON {TABLE} USING gin (tsv)")
            cursor.execute(f"ANALYZE {TABLE}")

    def find(self, text: str, most: int) -> list[str]:
        words = " | ".join(f"'{word}'" for word in _words(text))
        sql = f"SELECT key FROM {TABLE}, to_tsquery('english', %s) q WHERE tsv @@ q ORDER BY ts_rank(tsv, q) DESC, key LIMIT %s"
        return _keys(sql, words, most)


class PlainElasticsearch:
    name = "multi_match, english analyzer"
    index_name = "village-bench-plain"

    def __init__(self) -> None:
        from django.conf import settings
        from elasticsearch import Elasticsearch

        self.client = Elasticsearch(settings.ELASTICSEARCH_URL, request_timeout=60)

    def index(self, documents: Iterable[Document]) -> None:
        from elasticsearch.helpers import bulk

        self.client.options(ignore_status=404).indices.delete(index=self.index_name)
        text = {"type": "text", "analyzer": "english"}
        mappings = {"dynamic": False, "properties": dict.fromkeys(FIELDS, text)}
        settings = {"number_of_shards": 1, "number_of_replicas": 0}
        self.client.indices.create(index=self.index_name, mappings=mappings, settings=settings)
        rows = (_row(document) for document in documents)
        bulk(
            self.client,
            ({"_id": key, **dict(zip(FIELDS, texts, strict=True))} for key, *texts in rows),
            index=self.index_name,
            refresh=True,
        )

    def find(self, text: str, most: int) -> list[str]:
        query = {"multi_match": {"query": " ".join(_words(text)), "fields": list(FIELDS)}}
        found = self.client.search(index=self.index_name, query=query, size=most, source=False)
        return [hit["_id"] for hit in found["hits"]["hits"]]


def _row(document: Document) -> tuple[str, ...]:
    return document.key, document.title, document.summary, ", ".join(document.keywords), document.body


def _words(text: str) -> Sequence[str]:
    return [word for word in dict.fromkeys(words_in(text)) if word not in STOP_WORDS]


def _keys(sql: str, words: str, most: int) -> list[str]:
    from django.db import connection

    if not words:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, [words, most])
        return [key for (key,) in cursor.fetchall()]

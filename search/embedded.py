"""The engine inside the database: SQLite FTS5 or PostgreSQL full text over the same plain tables.

Ids and rank come first, then the page of hits. Facets need ids only: ranking twice is what costs. Sub-selects with IN
and no joins: without ANALYZE, which Django never runs, SQLite picks the wrong index for a join.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import OperationalError, ProgrammingError, connection

from . import rarity
from .analysis import words_in
from .documents import source_of
from .engines import EngineUnavailable, Found, Stored
from .facets import TYPE
from .models import ExactName, IndexedDocument
from .parsing import Alternative, ParsedQuery
from .query import Query
from .results import Suggestion

EXACT_NAME = 1000.0  # whoever is called exactly so comes first
FIELD_WEIGHTS = "10.0, 9.0, 3.0, 4.0, 1.0"  # title, names, keywords, summary, body
CLASS_WEIGHTS = "{0.1, 0.3, 0.4, 1.0}"  # the same for PostgreSQL: D, C, B, A

# BM25 levels off: however heavy a field, one word counts little more than twice. So the visitor's own words count again
# where they stand in a name or a summary, which also puts them before words that we read into the query.
PROMINENT = "{title_tokens names_tokens summary_tokens}"
PROMINENT_WEIGHTS = "10.0, 9.0, 0.0, 1.0, 0.0"
PROMINENT_CLASSES = "{0.0, 0.0, 0.3, 1.0}"
HALF, HALF_PROMINENT = (
    0.03,
    0.06,
)  # PostgreSQL's rank at which a word counts half of what it can: once in a body, a summary

Sql = tuple[str, list[Any]]


class EmbeddedEngine:
    """Answers from the tables in ``models``; needs no other service."""

    @property
    def name(self) -> str:
        return "postgresql" if self._postgresql else "sqlite"

    @property
    def _postgresql(self) -> bool:
        return connection.vendor == "postgresql"

    # ---- search -----------------------------------------------------------------------------------------------------
    def find(self, parsed: ParsedQuery, query: Query, facets: Sequence[str] = (), *, any_word: bool = False) -> Found:
        """The page of hits, their number, and what each value of ``facets`` would give."""
        counts = self._facet_counts(parsed, query, facets, any_word)
        if not query.page_size:
            return Found([], 0, counts)
        sql, args = self._ranked(parsed, query, any_word)
        rows = self._rows(sql, args)
        if not rows and query.page > 1:
            return Found([], self._count(parsed, query, any_word), counts)
        stored = IndexedDocument.objects.in_bulk([r[0] for r in rows])
        hits = [Stored(stored[pk], score) for pk, score, _ in rows if pk in stored]
        return Found(hits, rows[0][2] if rows else 0, counts)

    def _count(self, parsed: ParsedQuery, query: Query, any_word: bool) -> int:
        sql, args = self._matching(parsed, query, any_word)
        return int(self._rows(f"SELECT count(*) FROM ({sql}) AS m", args)[0][0])

    def counts(self, asked: Sequence[tuple[ParsedQuery, Query]]) -> list[int]:
        """How many documents have some of the words of each query and pass its filters; one statement for all."""
        parts: list[str] = []
        args: list[Any] = []
        for parsed, query in asked:
            sql, more = self._matching(parsed, query, True)
            parts.append(f"(SELECT count(*) FROM ({sql}) AS m)")
            args += more
        return [int(n) for n in self._rows(f"SELECT {', '.join(parts)}", args)[0]] if parts else []

    def _facet_counts(
        self, parsed: ParsedQuery, query: Query, names: Sequence[str], any_word: bool
    ) -> dict[tuple[str, str], int]:
        """How many documents each value would give: under every filter but those of its own facet; one statement."""
        used = [n for n in names if query.filters.get(n)]
        unused = [n for n in names if n not in used]
        bits = {name: 1 << place for place, name in enumerate(n for n, v in sorted(query.filters.items()) if v)}
        every = sum(bits.values())
        # The sign keeps SQLite from going document by document: by value it reads the index in its order.
        document = "document_id" if self._postgresql else "+document_id"
        parts: list[str] = []
        args: list[Any] = []
        for group, mask in [(unused, every), *(([n], every - bits[n]) for n in used)]:
            if not group:
                continue
            where = f"facet IN ({_marks(group)})"
            args += group
            if parsed or mask or query.leave_out:
                where += f" AND {document} IN (SELECT id FROM kept WHERE passed & {mask} = {mask})"
            elif query.types:  # everything: counted from an index alone
                where += f" AND type IN ({_marks(query.types)})"
                args += sorted(query.types)
            parts.append(f"SELECT facet, value, count(*) FROM search_facetentry WHERE {where} GROUP BY facet, value")
        if not parts:
            return {}
        base, base_args = self._matching(parsed, query, any_word, filters=False)
        passed, passed_args = self._passed(query, bits)
        with_ = f"WITH m AS MATERIALIZED ({base}), kept AS MATERIALIZED (SELECT id, {passed} AS passed FROM m) "
        rows = self._rows(with_ + " UNION ALL ".join(parts), [*base_args, *passed_args, *args])
        return {(facet, value): int(n) for facet, value, n in rows}

    @staticmethod
    def _passed(query: Query, bits: Mapping[str, int]) -> Sql:
        """Which filters a document passes, as bits: each filter is looked up once, however many facets are in use."""
        sums = [
            f"CASE WHEN id IN (SELECT document_id FROM search_facetentry WHERE facet = %s"
            f" AND value IN ({_marks(query.filters[name])})) THEN {bit} ELSE 0 END"
            for name, bit in bits.items()
        ]
        args = [arg for name in bits for arg in (name, *sorted(query.filters[name]))]
        return " + ".join(sums) or "0", args

    def suggest(self, text: str, types: frozenset[str], limit: int) -> list[Suggestion]:
        """Titles in which every word of ``text`` begins a word of the title or of another name."""
        words = words_in(text)[:8]
        if not words:
            return []
        if self._postgresql:
            match = " & ".join(f"'{w}':*" for w in words)
            where, args = "name_tsv @@ to_tsquery('simple', %s)", [match]
        else:
            match = " AND ".join(f'"{w}" *' for w in words)
            where, args = "id IN (SELECT rowid FROM search_name_fts WHERE search_name_fts MATCH %s)", [match]
        kind = f" AND type IN ({_marks(types)})" if types else ""
        starts = " ".join(words)
        rows = self._rows(
            f"SELECT title, url, type FROM {IndexedDocument._meta.db_table} WHERE {where}{kind} "
            "ORDER BY CASE WHEN substr(name_words, 1, %s) = %s THEN 0 ELSE 1 END, boost DESC, length(title), title LIMIT %s",
            [*args, *sorted(types), len(starts), starts, limit],
        )
        return [
            Suggestion(title, url, type_, source.label if (source := source_of(type_)) else type_)
            for title, url, type_ in rows
        ]

    # ---- SQL --------------------------------------------------------------------------------------------------------
    def _rows(self, sql: str, args: Sequence[Any]) -> list[Any]:
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql, args)
                rows: list[Any] = cursor.fetchall()
                return rows
        except (OperationalError, ProgrammingError) as error:
            raise EngineUnavailable(str(error)) from error

    @staticmethod
    def _bonus(parsed: ParsedQuery) -> Sql:
        """What is added for a document that is called exactly what was typed."""
        names = sorted({parsed.folded, " ".join(words_in(parsed.corrected))} - {""})
        if not names:
            return "", []
        table = ExactName._meta.db_table
        return (
            f" + CASE WHEN d.id IN (SELECT document_id FROM {table} WHERE name IN ({_marks(names)})) THEN {EXACT_NAME} ELSE 0 END",
            list(names),
        )

    def _matching(self, parsed: ParsedQuery, query: Query, any_word: bool, *, filters: bool = True) -> Sql:
        """``SELECT id`` of what matches words and types and, unless told otherwise, filters."""
        args: list[Any] = []
        where = "1=1"
        if parsed:
            where, args = self._match(parsed, any_word)
        if query.types:
            where += f" AND type IN ({_marks(query.types)})"
            args += sorted(query.types)
        left_out, left_out_args = self._left_out(query, "id")
        where, args = where + left_out, args + left_out_args
        if filters:
            more, more_args = self._filters(query, "id")
            where, args = where + more, args + more_args
        return f"SELECT id FROM {IndexedDocument._meta.db_table} WHERE {where}", args

    def _match(self, parsed: ParsedQuery, any_word: bool) -> Sql:
        expression = self._expression(parsed, any_word)
        if self._postgresql:
            return "tsv @@ to_tsquery('simple', %s)", [expression]
        return "id IN (SELECT rowid FROM search_fts WHERE search_fts MATCH %s)", [expression]

    def _ranked(self, parsed: ParsedQuery, query: Query, any_word: bool) -> Sql:
        table = IndexedDocument._meta.db_table
        bonus, args = self._bonus(parsed)
        if not parsed:
            source, score, where = f"{table} d", "d.boost", "1=1"
        elif self._postgresql:
            source = f"{table} d, to_tsquery('simple', %s) q"
            rank, rank_args = _weighted(parsed)
            score, where = f"({rank}) * d.boost{bonus}", "d.tsv @@ q"
            args = [*rank_args, *args, self._expression(parsed, any_word)]
        else:
            found, prominent = (
                f"SELECT rowid AS id, -bm25(search_fts, {weights}) AS rank FROM search_fts WHERE search_fts MATCH %s"
                for weights in (FIELD_WEIGHTS, PROMINENT_WEIGHTS)
            )
            source = f"({found}) m CROSS JOIN {table} d ON d.id = m.id LEFT JOIN ({prominent}) own ON own.id = d.id"
            score, where = f"(m.rank + coalesce(own.rank, 0)) * d.boost{bonus}", "1=1"
            args += [self._expression(parsed, any_word), f"{PROMINENT} : ({self._own(parsed)})"]
        if query.types:
            where += f" AND d.type IN ({_marks(query.types)})"
            args += sorted(query.types)
        filters, filter_args = self._filters(query, "d.id")
        left_out, left_out_args = self._left_out(query, "d.id")
        args += [*filter_args, *left_out_args]
        order = {
            "best": "score DESC, d.sort_title, d.id" if parsed else "d.boost DESC, d.sort_title, d.id",
            "name": "d.sort_title, d.id",
            "checked": "d.sort_date IS NULL, d.sort_date DESC, d.sort_title, d.id",
            "newest": "d.sort_date IS NULL, d.sort_date DESC, d.sort_title, d.id",
        }[query.sort]
        found = f"SELECT d.id, {score} AS score, count(*) OVER () FROM {source} WHERE {where}{filters}{left_out}"
        sql = f"{found} ORDER BY {order} LIMIT %s OFFSET %s"
        return sql, [*args, query.page_size, (query.page - 1) * query.page_size]

    @staticmethod
    def _filters(query: Query, column: str) -> Sql:
        sql = ""
        args: list[Any] = []
        for name, values in sorted(query.filters.items()):
            if not values:
                continue
            having = f"SELECT document_id FROM search_facetentry WHERE facet = %s AND value IN ({_marks(values)})"
            sql += f" AND {column} IN ({having})"
            args += [name, *sorted(values)]
        return sql, args

    @staticmethod
    def _left_out(query: Query, column: str) -> Sql:
        if not query.leave_out:
            return "", []
        either = " OR ".join(["(type = %s AND key = %s)"] * len(query.leave_out))
        args = [part for identity in sorted(query.leave_out) for part in identity]
        return f" AND {column} NOT IN (SELECT id FROM {IndexedDocument._meta.db_table} WHERE {either})", args

    # ---- the parsed query in the database's own words ---------------------------------------------------------------
    def _expression(self, parsed: ParsedQuery, any_word: bool) -> str:
        write, either = (_tsquery, " | ") if self._postgresql else (_fts5, " OR ")
        both = (" & " if self._postgresql else " AND ") if not any_word else either
        return both.join(f"({either.join(write(a) for a in g.alternatives)})" for g in parsed.groups)

    @staticmethod
    def _own(parsed: ParsedQuery) -> str:
        """Any of the words as the visitor put them, for SQLite."""
        return " OR ".join(_fts5(g.alternatives[0]) for g in parsed.groups)


def _weighted(parsed: ParsedQuery) -> Sql:
    """PostgreSQL's rank made to behave as BM25 does: rare words weigh more, and each levels off."""
    shares = rarity.shares()
    found = f"ts_rank('{CLASS_WEIGHTS}', d.tsv, to_tsquery('simple', %s))"
    prominent = f"ts_rank('{PROMINENT_CLASSES}', d.tsv, to_tsquery('simple', %s))"
    levelled = " + ".join(f"{rank} / ({rank} + {half})" for rank, half in ((found, HALF), (prominent, HALF_PROMINENT)))
    parts: list[str] = []
    args: list[Any] = []
    for group in parsed.groups:
        either = " | ".join(_tsquery(alternative) for alternative in group.alternatives)
        own = _tsquery(group.alternatives[0])
        parts.append(f"%s * ({levelled})")
        args += [shares.weight(group), either, either, own, own]
    return " + ".join(parts), args


def _fts5(alternative: Alternative) -> str:
    # Stems are letters and digits only, so nothing needs escaping.
    return f'"{" ".join(alternative.stems)}"' + (" *" if alternative.prefix else "")


def _tsquery(alternative: Alternative) -> str:
    *first, last = alternative.stems
    return "(" + " <-> ".join([*(f"'{s}'" for s in first), f"'{last}'" + (":*" if alternative.prefix else "")]) + ")"


def _marks(values: Any) -> str:
    return ", ".join(["%s"] * len(values))


__all__ = ["TYPE", "EmbeddedEngine"]

"""Search in the database: words and filters leave documents, the best of them come to the page."""

from collections.abc import Sequence

from search.analysis import words_in
from search.documents import source_of
from search.engines import Found
from search.models import IndexedDocument
from search.parsing import ParsedQuery
from search.query import Query
from search.results import Suggestion

from .ranking import page
from .selecting import select, select_each
from .words import among, is_postgresql, marks, rows

MOST_SUGGESTED = 500  # names with these beginnings that are looked at
MOST_BEGINNING = 200  # titles that begin so, besides


class EmbeddedEngine:
    @property
    def name(self) -> str:
        return "postgresql" if is_postgresql() else "sqlite"

    def find(self, parsed: ParsedQuery, query: Query, facets: Sequence[str] = (), *, any_word: bool = False) -> Found:
        """The page of hits, their number, and what each value of ``facets`` would give."""
        selection = select(parsed, query, facets, any_word=any_word)
        counts = selection.counts(facets)
        if not query.page_size:
            return Found([], 0, counts)
        total = len(selection.kept)
        hits = page(parsed, query, selection.kept, any_word=any_word) if total else []
        return Found(hits, total, counts)

    def counts(self, asked: Sequence[tuple[ParsedQuery, Query]]) -> list[int]:
        """How many documents have some of the words of each query and pass its filters; one statement for all."""
        return [len(selection.kept) for selection in select_each(asked, any_word=True)] if asked else []

    def keys(self, parsed: ParsedQuery, query: Query) -> list[tuple[str, str]]:
        """Type and key of everything that has all the words and passes the filters, the newest first; ranks nothing."""
        kept = list(select(parsed, query, (), any_word=False).kept)
        where, args = among(kept)
        order = "sort_date IS NULL, sort_date DESC, sort_title, id"
        return rows(f"SELECT type, key FROM {IndexedDocument._meta.db_table} WHERE id {where} ORDER BY {order}", args)

    def suggest(self, text: str, types: frozenset[str], limit: int) -> list[Suggestion]:
        """Titles in which every word of ``text`` begins a word of the title or of another name."""
        words = words_in(text)[:8]
        if not words:
            return []
        starts = " ".join(words)
        # Half of all names may have a word that begins with a letter: enough of them are looked at, and whatever begins so.
        if is_postgresql():
            match = " & ".join(f"'{w}':*" for w in words)
            having = f"SELECT unnest(search_ids('name_tsv', %s, {MOST_SUGGESTED})) AS id"
            beginning, begins = "sort_title LIKE %s", [f"{starts}%"]
        else:
            match = " AND ".join(f'"{w}" *' for w in words)
            having = f"SELECT rowid AS id FROM search_name_fts WHERE search_name_fts MATCH %s LIMIT {MOST_SUGGESTED}"
            beginning, begins = "sort_title >= %s AND sort_title < %s", [starts, f"{starts}\U0010ffff"]
        table = IndexedDocument._meta.db_table
        ids = (
            f"SELECT id FROM ({having}) AS h UNION"
            f" SELECT id FROM (SELECT id FROM {table} WHERE {beginning} ORDER BY sort_title LIMIT {MOST_BEGINNING}) AS b"
        )
        of_types = f" AND type IN ({marks(types)})" if types else ""
        found = rows(
            f"SELECT title, url, type FROM {table} WHERE id IN ({ids}){of_types} "
            "ORDER BY CASE WHEN substr(sort_title, 1, %s) = %s THEN 0 ELSE 1 END, boost DESC, length(title), title LIMIT %s",
            [match, *begins, *sorted(types), len(starts), starts, limit],
        )
        return [
            Suggestion(title, url, type_, source.label if (source := source_of(type_)) else type_)
            for title, url, type_ in found
        ]

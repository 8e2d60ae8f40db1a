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
from .words import Sql, among, is_postgresql, marks, rows

TABLE = IndexedDocument._meta.db_table
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
        return rows(f"SELECT type, key FROM {TABLE} WHERE id {where} ORDER BY {order}", args)

    def suggest(self, text: str, types: frozenset[str], limit: int) -> list[Suggestion]:
        """Titles in which every word of ``text`` begins a word of the title or of another name."""
        words = words_in(text)[:8]
        if not words:
            return []
        # Who begins so comes first anyway: where there are enough of them, not half of all names are looked at for one letter.
        found = _named([_begun(words, types)], words, types, limit)
        if len(found) < limit:
            found = _named([_begun(words, types), _called(words)], words, types, limit)
        return [
            Suggestion(title, url, type_, source.label if (source := source_of(type_)) else type_)
            for title, url, type_ in found
        ]


def _begun(words: Sequence[str], types: frozenset[str]) -> Sql:
    """Ids of titles of these types that begin with ``words``, as an index finds them."""
    starts = " ".join(words)
    if is_postgresql():
        condition, order, args = "sort_title LIKE %s", "sort_title USING ~<~", [f"{starts}%"]
    else:
        condition, order, args = "sort_title >= %s AND sort_title < %s", "sort_title", [starts, f"{starts}\U0010ffff"]
    of_types = f" AND type IN ({marks(types)})" if types else ""
    sql = f"SELECT id FROM {TABLE} WHERE {condition}{of_types} ORDER BY {order} LIMIT {MOST_BEGINNING}"
    return sql, [*args, *sorted(types)]


def _called(words: Sequence[str]) -> Sql:
    """Ids of names in which each of ``words`` begins a word."""
    if is_postgresql():
        match = " & ".join(f"'{word}':*" for word in words)
        return f"SELECT unnest(search_ids('name_tsv', %s, {MOST_SUGGESTED})) AS id", [match]
    match = " AND ".join(f'"{word}" *' for word in words)
    return f"SELECT rowid AS id FROM search_name_fts WHERE search_name_fts MATCH %s LIMIT {MOST_SUGGESTED}", [match]


def _named(ways: Sequence[Sql], words: Sequence[str], types: frozenset[str], limit: int) -> list[tuple[str, str, str]]:
    """Title, address and type of what is found in one of the ``ways``, who begins so first."""
    starts = " ".join(words)
    ids = " UNION ".join(f"SELECT id FROM ({sql}) AS way_{number}" for number, (sql, _) in enumerate(ways))
    of_types = f" AND type IN ({marks(types)})" if types else ""
    return rows(
        f"SELECT title, url, type FROM {TABLE} WHERE id IN ({ids}){of_types} "
        "ORDER BY CASE WHEN substr(sort_title, 1, %s) = %s THEN 0 ELSE 1 END, boost DESC, length(title), title LIMIT %s",
        [*(arg for _, args in ways for arg in args), *sorted(types), len(starts), starts, limit],
    )

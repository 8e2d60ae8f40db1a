"""Which documents words and filters leave, and what each value of a facet would give: one statement, then bits."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from search.bitmaps import Bitmap, unpacked
from search.facets import TYPE
from search.models import FacetSet, IndexedDocument
from search.parsing import ParsedQuery
from search.query import Query

from .words import expression, ids_having, ids_in, marks, rows

Having = Mapping[tuple[str, str], Bitmap]  # the documents that have a value of a facet


class Selection:
    """The documents that have the words and are of the types of ``query``, and what its filters leave of them."""

    def __init__(self, query: Query, words: Bitmap | None, having: Having) -> None:
        self._having = having
        self._chosen = {
            name: Bitmap.union(having[name, value] for value in values if (name, value) in having)
            for name, values in query.filters.items()
            if values
        }
        if words is None or query.types:
            of_types = Bitmap.union(
                documents
                for (name, value), documents in having.items()
                if name == TYPE and (not query.types or value in query.types)
            )
            words = of_types if words is None else words & of_types
        self._found = words - _left_out(query) if query.leave_out else words
        self.kept = self._under(self._chosen)

    def counts(self, facets: Collection[str]) -> dict[tuple[str, str], int]:
        """How many documents each value would give: under every filter but those of its own facet."""
        under = {
            name: self._under(other for other in self._chosen if other != name) if name in self._chosen else self.kept
            for name in facets
        }
        counts = {pair: under[pair[0]].common(docs) for pair, docs in self._having.items() if pair[0] in under}
        return {pair: count for pair, count in counts.items() if count}

    def _under(self, filters: Iterable[str]) -> Bitmap:
        kept = self._found
        for name in filters:
            kept &= self._chosen[name]
        return kept


def _left_out(query: Query) -> Bitmap:
    named = reduce(or_, (Q(type=type_, key=key) for type_, key in query.leave_out))
    return Bitmap.of(IndexedDocument.objects.filter(named).values_list("pk", flat=True))


def select(parsed: ParsedQuery, query: Query, facets: Sequence[str], *, any_word: bool) -> Selection:
    """What ``query`` leaves, ready to count the values of ``facets``; one statement."""
    return _select([(parsed, query)], facets, any_word=any_word)[0]


def select_each(asked: Sequence[tuple[ParsedQuery, Query]], *, any_word: bool) -> list[Selection]:
    """What each query leaves; one statement for all."""
    return _select(asked, (), any_word=any_word)


def _select(asked: Sequence[tuple[ParsedQuery, Query]], facets: Sequence[str], *, any_word: bool) -> list[Selection]:
    words = [e for e in dict.fromkeys(expression(parsed, any_word=any_word) for parsed, _ in asked) if e]
    parts, args = [], []
    for number, each in enumerate(words):
        ids, ids_args = ids_having(each)
        parts.append(f"SELECT '' AS facet, '' AS value, {number} AS chunk, {ids} AS members")
        args += ids_args
    wanted, wanted_args = _wanted([query for _, query in asked], facets, everything=any(not p for p, _ in asked))
    if wanted:
        parts.append(f"SELECT facet, value, chunk, members FROM {FacetSet._meta.db_table} WHERE {wanted}")
        args += wanted_args
    found: dict[str, Bitmap] = {}
    pieces: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    for facet, value, chunk, members in rows(" UNION ALL ".join(parts), args):
        if facet:
            pieces[facet, value][chunk] = unpacked(members)
        else:
            found[words[chunk]] = Bitmap.of(ids_in(members))
    having = {pair: Bitmap(chunks) for pair, chunks in pieces.items()}
    return [
        Selection(query, found[expression(parsed, any_word=any_word)] if parsed else None, having)
        for parsed, query in asked
    ]


def _wanted(queries: Sequence[Query], facets: Sequence[str], *, everything: bool) -> tuple[str, list[Any]]:
    """A condition for the sets that are needed: of ``facets`` all, of others those that are filtered by."""
    values: dict[str, set[str]] = defaultdict(set)
    whole = set(facets)
    for query in queries:
        if query.types:
            values[TYPE] |= query.types
        elif everything:
            whole.add(TYPE)
        for name, chosen in query.filters.items():
            values[name] |= chosen
    parts = [f"facet IN ({marks(whole)})"] if whole else []
    args: list[Any] = sorted(whole)
    for name, some in sorted(values.items()):
        if name not in whole and some:
            parts.append(f"facet = %s AND value IN ({marks(some)})")
            args += [name, *sorted(some)]
    return " OR ".join(parts), args

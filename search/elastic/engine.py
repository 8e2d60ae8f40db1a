"""The parsed query in Elasticsearch's words: hits, their number and all counts in one request, of two searches.

What is counted needs no rank, and what is ranked no counts. Apart, each passes over what the other has to look at, the
server works on both at once, and it remembers counts until something changes.

Ranking follows the embedded engine: BM25 over all fields as one (``combined_fields``), where all words are asked for the
visitor's own once more where they stand in a name or a summary, then the document's boost, and whoever is called exactly so
before all.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from search.analysis import words_in
from search.documents import source_of
from search.engines import EngineUnavailable, Found, Stored
from search.models import IndexedDocument
from search.parsing import Alternative, Group, ParsedQuery
from search.query import Query
from search.results import Suggestion

from .client import Clause, Q, Search, connection, speaking
from .index import base_name, read_alias
from .mapping import identity

EXACT_NAME = 1000.0
FIELDS = ("title_tokens^10", "names_tokens^9", "keywords_tokens^3", "summary_tokens^4", "body_tokens")
# Where some of the words will do, somebody describes a thing: how many of the words fit says more than where they stand.
SOME = ("title_tokens^2", "names_tokens^2", "keywords_tokens^2", "summary_tokens^2", "body_tokens")
PROMINENT = ("title_tokens^10", "names_tokens^9", "summary_tokens")
MOST_VALUES = 10_000  # of one facet; far more than any has
MOST_BEGINNINGS = 1000  # words that a beginning stands for

ORDERS: dict[str, list[str | dict[str, Any]]] = {
    "best": ["_score", "sort_title", "row"],
    "name": ["sort_title", "row"],
    "checked": [{"sort_date": {"order": "desc", "missing": "_last"}}, "sort_title", "row"],
    "newest": [{"sort_date": {"order": "desc", "missing": "_last"}}, "sort_title", "row"],
    "soonest": [{"sort_date": {"order": "asc", "missing": "_last"}}, "sort_title", "row"],
}
BROWSED: list[str | dict[str, Any]] = [
    {"boost": {"order": "desc"}},
    "sort_title",
    "row",
]  # best match where nothing was asked


class ElasticsearchEngine:
    """Answers from the server; what is shown of a hit is read from the database."""

    @property
    def name(self) -> str:
        return "elasticsearch"

    def find(self, parsed: ParsedQuery, query: Query, facets: Sequence[str] = (), *, any_word: bool = False) -> Found:
        """The page of hits, their number, and what each value of ``facets`` would give; one request."""
        filters = _filters(query)
        found, *counted = self._answers(
            _hits(self._search(), parsed, query, filters, any_word),
            *([_counting(self._search(), parsed, query, filters, facets, any_word)] if facets else []),
        )
        hits = [(int(hit["fields"]["row"][0]), float(hit["_score"] or 0)) for hit in found["hits"]["hits"]]
        rows = IndexedDocument.objects.in_bulk([row for row, _ in hits])
        return Found(
            [Stored(rows[row], score) for row, score in hits if row in rows],
            found["hits"]["total"]["value"],
            dict(pair for answer in counted for pair in _counted(answer["aggregations"])),
        )

    def counts(self, asked: Sequence[tuple[ParsedQuery, Query]]) -> list[int]:
        """How many documents have some of the words of each query and pass its filters; one request for all."""
        if not asked:
            return []
        search = self._search()[:0]
        for number, (parsed, query) in enumerate(asked):
            every = [_matching(parsed, query, True), *_filters(query).values()]
            search.aggs.bucket(str(number), "filter", filter=Q("bool", filter=every))
        (answer,) = self._answers(search)
        found = answer["aggregations"]
        return [int(found[str(number)]["doc_count"]) for number in range(len(asked))]

    def suggest(self, text: str, types: frozenset[str], limit: int) -> list[Suggestion]:
        """Titles in which every word of ``text`` begins a word of the title or of another name."""
        words = words_in(text)[:8]
        if not words:
            return []
        must = [Q("match", name_words=word) for word in words]
        must += [Q("terms", type=sorted(types))] if types else []
        begins = Q("constant_score", filter=Q("prefix", name_start=" ".join(words)))
        search = self._search().query(Q("bool", filter=must, should=[begins]))[:limit]
        search = search.sort("_score", {"boost": {"order": "desc"}}, "title_length", "sort_title")
        (answer,) = self._answers(search)
        found = [int(hit["fields"]["row"][0]) for hit in answer["hits"]["hits"]]
        rows = IndexedDocument.objects.in_bulk(found)
        return [
            Suggestion(row.title, row.url, row.type, source.label if (source := source_of(row.type)) else row.type)
            for row in (rows[pk] for pk in found if pk in rows)
        ]

    # ---- asking -----------------------------------------------------------------------------------------------------
    @staticmethod
    def _search() -> Search:
        return Search(index=read_alias()).source(False).extra(docvalue_fields=["row"])

    @staticmethod
    def _answers(*searches: Search) -> list[dict[str, Any]]:
        """The answers to all of ``searches``, which go in one request. Raises EngineUnavailable unless each is whole."""
        head = {"index": read_alias(), "allow_partial_search_results": False}
        with speaking():
            found = connection().msearch(searches=[part for search in searches for part in (head, search.to_dict())])
        for answer in found["responses"]:
            if error := answer.get("error"):
                raise EngineUnavailable(f"Elasticsearch answered {answer['status']} {error['type']}")
            if answer["timed_out"] or answer["_shards"]["failed"]:
                raise EngineUnavailable(f"Elasticsearch answered for a part of {base_name()} only.")
        return list(found["responses"])


# ---- the two searches -----------------------------------------------------------------------------------------------
def _hits(search: Search, parsed: ParsedQuery, query: Query, filters: dict[str, Clause], any_word: bool) -> Search:
    search = search.query(_scored(parsed, query, any_word))
    if filters:
        search = search.filter(Q("bool", filter=list(filters.values())))
    first = (query.page - 1) * query.page_size
    order = BROWSED if query.sort == "best" and not parsed else ORDERS[query.sort]
    return search.sort(*order)[first : first + query.page_size].extra(track_scores=True, track_total_hits=True)


def _counting(
    search: Search,
    parsed: ParsedQuery,
    query: Query,
    filters: dict[str, Clause],
    facets: Sequence[str],
    any_word: bool,
) -> Search:
    """Counts the values of each facet under every filter but its own; under no filter there is no bucket."""
    search = search.filter(_matching(parsed, query, any_word))[:0].extra(track_total_hits=False)
    groups = [[name for name in facets if name not in filters], *([name] for name in facets if name in filters)]
    for number, names in enumerate(groups):
        others = [clause for name, clause in filters.items() if name not in names]
        # Under nothing but the words the server may count by what it keeps of each value, without a look at each document.
        bucket: Any = search.aggs
        if others:
            bucket = bucket.bucket(f"under {number}", "filter", filter=Q("bool", filter=others))
        for name in names:
            bucket.bucket(name, "terms", field=f"facets.{name}", size=MOST_VALUES)
    return search


# ---- words ----------------------------------------------------------------------------------------------------------
def _scored(parsed: ParsedQuery, query: Query, any_word: bool) -> Clause:
    if not parsed:
        return _matching(parsed, query, any_word)
    prominent = [] if any_word else [_words(group.alternatives[0], PROMINENT) for group in parsed.groups]
    found = Q("bool", must=[_matching(parsed, query, any_word)], should=prominent)
    ranked = Q("function_score", query=found, field_value_factor={"field": "boost"}, boost_mode="multiply")
    names = sorted({parsed.folded, " ".join(words_in(parsed.corrected))} - {""})
    called_so = Q("constant_score", filter=Q("terms", names=names), boost=EXACT_NAME)
    return Q("bool", must=[ranked], should=[called_so] if names else [])


def _matching(parsed: ParsedQuery, query: Query, any_word: bool) -> Clause:
    """What has an alternative of every group (of any, with ``any_word``) and is of one of the types."""
    types = [Q("terms", type=sorted(query.types))] if query.types else []
    left_out = [identity(type_, key) for type_, key in sorted(query.leave_out)]
    without = [Q("ids", values=left_out)] if left_out else []
    groups = [_group(group, SOME if any_word else FIELDS) for group in parsed.groups]
    if any_word and groups:
        return Q("bool", should=groups, minimum_should_match=1, filter=types, must_not=without)
    return Q("bool", must=groups or [Q("match_all")], filter=types, must_not=without)


def _group(group: Group, fields: Sequence[str]) -> Clause:
    return Q("bool", should=[_words(alternative, fields) for alternative in group.alternatives], minimum_should_match=1)


def _words(alternative: Alternative, fields: Sequence[str]) -> Clause:
    """The stems of ``alternative``, next to each other in one of the fields."""
    *first, last = alternative.stems
    if alternative.prefix:
        return _beginning(first, last, fields)
    scored = Q("combined_fields", query=" ".join(alternative.stems), fields=list(fields), operator="and")
    if not first:
        return scored
    together = Q("multi_match", query=" ".join(alternative.stems), type="phrase", fields=_names(fields))
    return Q("bool", must=[scored], filter=[together])


def _beginning(first: Sequence[str], last: str, fields: Sequence[str]) -> Clause:
    if first:
        together = {"query": " ".join([*first, last]), "type": "phrase_prefix", "max_expansions": MOST_BEGINNINGS}
        return Q("multi_match", fields=_names(fields), **together)
    weights = [float((field.partition("^")[2]) or 1) for field in fields]
    each = [
        Q("prefix", **{field: {"value": last, "boost": weight / 2}})
        for field, weight in zip(_names(fields), weights, strict=True)
    ]
    return Q("dis_max", queries=each)


def _names(fields: Sequence[str]) -> list[str]:
    return [field.partition("^")[0] for field in fields]


# ---- filters and counts ---------------------------------------------------------------------------------------------
def _filters(query: Query) -> dict[str, Clause]:
    return {name: Q("terms", **{f"facets.{name}": sorted(values)}) for name, values in query.filters.items() if values}


def _counted(aggregations: dict[str, Any]) -> Iterator[tuple[tuple[str, str], int]]:
    for name, found in aggregations.items():
        if not isinstance(found, dict):
            continue
        if "buckets" not in found:
            yield from _counted(found)
            continue
        for value in found["buckets"]:
            yield (name, value["key"]), int(value["doc_count"])

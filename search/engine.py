"""Search: the one door. Asks the engine in use, and the database where that one is out of reach."""

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from core.page_cache import do_not_keep

from . import pinned
from .breaker import Breaker
from .documents import Facet, source_of
from .elastic import outbox
from .elastic.client import is_configured
from .elastic.engine import ElasticsearchEngine
from .embedded.engine import EmbeddedEngine
from .engines import Engine, EngineUnavailable, Found
from .explain import marked, reasons, summary_of
from .facets import facets_of, terms_of
from .other_words import offer_other_words
from .parsing import ParsedQuery, parse
from .query import MOST_PAGES, Query
from .results import Drop, FacetResult, FacetValue, Hit, Results, Suggestion

log = logging.getLogger(__name__)

FEW = 6  # with fewer results than this, and several words, documents that have only some of the words are shown too
MOST_DROPS = 8

_embedded: Engine = EmbeddedEngine()
_elasticsearch: Engine = ElasticsearchEngine()
_breaker = Breaker()

T = TypeVar("T")


def engine() -> Engine:
    """The engine that is meant to answer: the server that ``ELASTICSEARCH_URL`` names, else the database."""
    return _elasticsearch if is_configured() else _embedded


def named(name: str) -> Engine:
    """The engine of the ``database``, or ``elasticsearch``, whichever is in use. Raises KeyError for other names."""
    return {"database": _embedded, "elasticsearch": _elasticsearch}[name]


@dataclass(frozen=True)
class Asked(Generic[T]):
    """An answer, who gave it, and whether somebody else should have."""

    answer: T
    engine: str
    degraded: bool = False


def ask(question: Callable[[Engine], T]) -> Asked[T]:
    """Put ``question`` to the engine in use; to the database where that one is out of reach or behind.

    Raises EngineUnavailable only when the database itself does not answer.
    """
    usual = engine()
    if usual is _embedded:
        return Asked(question(_embedded), _embedded.name)
    if not outbox.is_behind() and _breaker.allows():  # behind is no failure: as soon as it was told, it is asked again
        try:
            answer = question(usual)
        except EngineUnavailable as error:
            if _breaker.failed():
                log.warning("Search answers from the database: %s", error)
        else:
            if _breaker.succeeded():
                log.warning("Search answers from %s again.", usual.name)
            return Asked(answer, usual.name)
    do_not_keep()  # in a moment the answer may be better
    return Asked(question(_embedded), _embedded.name, degraded=True)


def search(query: Query, *, only: Engine | None = None) -> Results:
    """Answer ``query``. Raises EngineUnavailable when the database itself does not answer, or ``only`` does not."""
    began = time.perf_counter()
    parsed = parse(query.text, exact=query.exact)

    def answered(used: Engine) -> Results:
        return _answer(used, parsed, query)

    asked = Asked(answered(only), only.name) if only else ask(answered)
    results = asked.answer
    if query.text and parsed.corrected:
        results.corrected_from, results.did_you_mean = query.text, parsed.corrected
    results.engine, results.degraded = asked.engine, asked.degraded
    results.took_ms = round((time.perf_counter() - began) * 1000)
    return results


def readiness() -> dict[str, object]:
    """Which engine a visitor gets, having asked it for one document; for ``/readyz``.

    Raises EngineUnavailable when search does not answer at all.
    """
    results = search(Query(page_size=1, facets=()))
    return {"engine": results.engine, "degraded": results.degraded}


def suggest(text: str, *, types: frozenset[str] = frozenset(), limit: int = 8) -> list[Suggestion]:
    """What the visitor may be typing."""
    return ask(lambda used: used.suggest(text, types, limit)).answer


def count_values(facet: str, types: frozenset[str]) -> Asked[dict[str, int]]:
    """How many documents of these types have each value of ``facet``, which may be a hidden one."""
    query = Query(types=types, page_size=0)

    def counted(used: Engine) -> dict[str, int]:
        return {value: number for (_, value), number in used.find(ParsedQuery(), query, [facet]).counts.items()}

    return ask(counted)


def _answer(used: Engine, parsed: ParsedQuery, query: Query) -> Results:
    used = pinned.first(used, parsed, query)
    any_word = False
    known = facets_of(query.types)
    names = [n for n in (known if query.facets is None else query.facets) if n in known]
    found = used.find(parsed, query, names)
    with_every_word = found.total
    if len(parsed.groups) > 1 and found.total < FEW:
        wider = used.find(parsed, query, names, any_word=True)
        if wider.total > found.total:
            found, any_word = wider, True
    page_count = min(max(math.ceil(found.total / query.page_size), 1), MOST_PAGES)
    if query.page > page_count:  # past the end: the last page, not an error
        query = replace(query, page=page_count)
        found = used.find(parsed, query, names, any_word=any_word)
    results = Results(
        hits=_hits(found, parsed, query),
        total=found.total,
        page=query.page,
        page_count=page_count,
        facets=[_facet(known[name], found, query) for name in names],
        any_word=any_word,
        with_every_word=with_every_word,
        drops=_drops(used, parsed, query) if not found.total else [],
    )
    if not found.total:
        offer_other_words(results, used, parsed, query)
    return results


def _hits(found: Found, parsed: ParsedQuery, query: Query) -> list[Hit]:
    hits = []
    for stored in found.hits:
        document = stored.document
        hit = Hit(
            type=document.type,
            key=document.key,
            title=document.title,
            url=document.url,
            summary=document.summary,
            card=document.card,
            score=stored.score,
            title_html=marked(document.title, parsed),
            summary_html=summary_of(document, parsed),
            why=(*stored.why, *reasons(document, parsed)),
        )
        if source := source_of(document.type):
            hit.why += tuple(source.reasons(hit, query))
        hits.append(hit)
    return hits


def _facet(facet: Facet, found: Found, query: Query) -> FacetResult:
    chosen = query.filters.get(facet.name, ())
    values = (
        FacetValue(t.value, t.label, found.counts.get((facet.name, t.value), 0), t.value in chosen)
        for t in terms_of(facet.name).terms
    )
    return FacetResult(facet.name, facet.label, tuple(values))


def _drops(used: Engine, parsed: ParsedQuery, query: Query) -> list[Drop]:
    """What could be taken away so that something is found, the most promising first.

    A filter goes with all its values: without one of two it would rule out more, not less.
    """
    known = facets_of()
    chosen = [name for name, values in query.filters.items() if name in known and values][:MOST_DROPS]
    ways = [
        (name, terms_of(name).labels(query.filters[name]), parsed, query.without_filters([name])) for name in chosen
    ]
    if parsed and query.filters:
        ways.append(("", query.text, ParsedQuery(), replace(query, text="", exact=False, page=1)))
    if len(chosen) > 1:
        ways.append(("", "", parsed, query.without_filters(chosen)))
    counts = used.counts([(words, left) for _, _, words, left in ways])
    drops = [Drop(name, label, count, left) for (name, label, _, left), count in zip(ways, counts, strict=True)]
    return sorted((drop for drop in drops if drop.count), key=lambda drop: (drop.name == drop.label == "", -drop.count))


__all__ = ["EngineUnavailable", "ask", "count_values", "engine", "named", "readiness", "search", "suggest"]

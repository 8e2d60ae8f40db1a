"""Results that editors put first for certain words.

Above the engines, so that all of them show the same: an engine is asked for everything but the pinned documents, and
they are put in front. So each stands in the list once, pages stay as long as they are, and counts are those of the list.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.core.cache import cache
from django.db.models import Prefetch, Q
from django.utils import timezone

from core.page_cache import version

from .analysis import words_in
from .documents import source_for
from .engines import Engine, Found, Stored
from .models import IndexedDocument, PinnedPage, PinnedResult
from .parsing import ParsedQuery
from .query import Query
from .results import Reason, Suggestion

VERSION_KEY = "search-pinned-version"
KEPT_FOR = 3600  # seconds; a change begins a new version of the content, in every process
MOST_SHOWN = 5

Identity = tuple[str, str]  # type and key of a document


@dataclass(frozen=True)
class Pin:
    """What one phrase puts first."""

    said: str  # as the editor wrote it
    until: date | None
    documents: tuple[Identity, ...]


@dataclass(frozen=True)
class Pins:
    """Everything that editors have pinned, by folded phrase."""

    exact: Mapping[str, tuple[Pin, ...]]
    beginnings: Mapping[str, tuple[Pin, ...]]  # of longer searches too

    def of(self, words: str) -> list[Pin]:
        """What a search for exactly these folded words puts first; the longest beginning says most."""
        longer = [said for said in self.beginnings if words.startswith(f"{said} ")]
        found = list(self.exact.get(words, ()))
        for said in sorted(longer, key=len, reverse=True):
            found += self.beginnings[said]
        today = timezone.localdate()
        return [pin for pin in found if pin.until is None or pin.until >= today]


def first(used: Engine, parsed: ParsedQuery, query: Query) -> Engine:
    """``used``, with what is pinned for these words put first. A chosen order stays as it was chosen."""
    if not parsed or query.sort != "best":
        return used
    documents = _documents(_pinned_for(parsed), query.types)
    return PinnedFirst(used, parsed, documents) if documents else used


def _pinned_for(parsed: ParsedQuery) -> dict[Identity, str]:
    """Documents in their order, with the phrase that each was chosen for."""
    known = pins()
    chosen: dict[Identity, str] = {}
    for words in dict.fromkeys([parsed.folded, " ".join(words_in(parsed.corrected))]):
        for pin in known.of(words):
            for document in pin.documents:
                chosen.setdefault(document, pin.said)
    return chosen


@dataclass(frozen=True)
class Pinned:
    document: IndexedDocument
    said: str
    values: frozenset[tuple[str, str]]  # facet and value

    @property
    def identity(self) -> Identity:
        return self.document.type, self.document.key

    def passes(self, query: Query, *, but_for: str = "") -> bool:
        """Whether it has a value of every filter in force, the filter ``but_for`` aside."""
        return all(
            any((name, value) in self.values for value in values)
            for name, values in query.filters.items()
            if values and name != but_for
        )


def _documents(chosen: Mapping[Identity, str], types: frozenset[str]) -> tuple[Pinned, ...]:
    """Those that are in the index, which means that any visitor may open them."""
    wanted = [identity for identity in chosen if not types or identity[0] in types]
    if not wanted:
        return ()
    named = Q()
    for type_, key in wanted:
        named |= Q(type=type_, key=key)
    found = {(d.type, d.key): d for d in IndexedDocument.objects.filter(named)}
    return tuple(
        Pinned(
            found[i],
            chosen[i],
            frozenset((facet, value) for facet, values in found[i].facets.items() for value in values),
        )
        for i in wanted
        if i in found
    )[:MOST_SHOWN]


@dataclass(frozen=True)
class PinnedFirst:
    """An engine's answers with the pinned documents in front; for other words it only passes them on."""

    inner: Engine
    parsed: ParsedQuery
    pinned: tuple[Pinned, ...]

    @property
    def name(self) -> str:
        return self.inner.name

    def find(self, parsed: ParsedQuery, query: Query, facets: Sequence[str] = (), *, any_word: bool = False) -> Found:
        shown = [p for p in self.pinned if p.passes(query)]
        others = self._others(query)
        start = (query.page - 1) * query.page_size
        in_front = shown[start : start + query.page_size]
        passed_over = max(start - len(shown), 0)
        page, offset = divmod(passed_over, query.page_size or 1)
        found = self.inner.find(parsed, replace(others, page=page + 1), facets, any_word=any_word)
        rest = found.hits[offset:]
        if offset:  # pages of the engine and ours do not begin at the same place
            rest += self.inner.find(parsed, replace(others, page=page + 2), any_word=any_word).hits
        return Found(
            [*map(_stored, in_front), *rest[: query.page_size - len(in_front)]],
            found.total + len(shown) if query.page_size else 0,
            self._counts(found, query, facets),
        )

    def counts(self, asked: Sequence[tuple[ParsedQuery, Query]]) -> list[int]:
        ours = [parsed == self.parsed for parsed, _ in asked]
        without = [
            (parsed, self._others(query) if own else query) for own, (parsed, query) in zip(ours, asked, strict=True)
        ]
        return [
            number + (sum(p.passes(query) for p in self.pinned) if own else 0)
            for own, number, (_, query) in zip(ours, self.inner.counts(without), asked, strict=True)
        ]

    def suggest(self, text: str, types: frozenset[str], limit: int) -> list[Suggestion]:
        return self.inner.suggest(text, types, limit)

    def _others(self, query: Query) -> Query:
        return replace(query, leave_out=frozenset(p.identity for p in self.pinned))

    def _counts(self, found: Found, query: Query, facets: Iterable[str]) -> dict[tuple[str, str], int]:
        counts = dict(found.counts)
        for name in facets:
            for pin in self.pinned:
                if pin.passes(query, but_for=name):
                    for entry in pin.values:
                        if entry[0] == name:
                            counts[entry] = counts.get(entry, 0) + 1
        return counts


def _stored(pin: Pinned) -> Stored:
    return Stored(pin.document, 0.0, (Reason("Pinned", f"chosen by our team for “{pin.said}”"),))


# ---- the editors' table ---------------------------------------------------------------------------------------------
def pins() -> Pins:
    """The table, kept until something is published or it changes."""
    key = f"search-pinned:{version()}:{cache.get(VERSION_KEY, 0)}"
    table: Pins | None = cache.get(key)
    if table is None:
        table = _read()
        cache.set(key, table, KEPT_FOR)
    return table


def forget() -> None:
    """Read the table anew: it was changed."""
    try:
        cache.incr(VERSION_KEY)
    except ValueError:
        cache.set(VERSION_KEY, 1, None)


def _read() -> Pins:
    exact: dict[str, tuple[Pin, ...]] = {}
    beginnings: dict[str, tuple[Pin, ...]] = {}
    pages = PinnedPage.objects.select_related("page__content_type")
    for result in PinnedResult.objects.prefetch_related(Prefetch("pages", pages)):
        documents = tuple(i for pinned in result.pages.all() if (i := _identity(pinned)))
        for said in result.listed_phrases:
            words, pin = " ".join(words_in(said)), Pin(said, result.valid_until, documents)
            exact[words] = (*exact.get(words, ()), pin)
            if result.begins_with:
                beginnings[words] = (*beginnings.get(words, ()), pin)
    return Pins(exact, beginnings)


def _identity(pinned: PinnedPage) -> Identity | None:
    model = pinned.page.specific_class
    source = source_for(model) if model else None
    return (source.type, str(pinned.page_id)) if source else None

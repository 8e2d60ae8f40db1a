"""Which filters there are, what their values are called and by which other words they may be asked for."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.core.cache import cache

from core.page_cache import version

from .documents import NOT_STATED, Facet, Term, sources

TYPE = "type"
LINK = "link"  # hidden: what a document is about
VERSION_KEY = "search-terms-version"
KEPT_FOR = 3600  # seconds; a change of a term begins a new version of the content, in every process


@dataclass(frozen=True)
class Terms:
    """The values of a facet in the order in which they are shown, and every spelling that leads to one."""

    facet: Facet
    terms: tuple[Term, ...]
    lookup: dict[str, str]

    def label(self, value: str) -> str:
        return next((t.label for t in self.terms if t.value == value), value)

    def labels(self, values: Collection[str]) -> str:
        """Several in the order in which they are shown: “Clay or Glass”."""
        return " or ".join(term.label for term in self.terms if term.value in values)


def facets_of(types: Iterable[str] = ()) -> dict[str, Facet]:
    """The facets that documents of these types have, by name; ``type`` where there is more than one type."""
    chosen = sources(types)
    found: dict[str, Facet] = {}
    if len(chosen) != 1:
        found[TYPE] = Facet(TYPE, "What it is", _types)
    for source in chosen:
        for facet in source.facets:
            found.setdefault(facet.name, facet)
    return found


def terms_of(name: str) -> Terms:
    """The values of the facet ``name``, kept until something is published or a value changes."""
    facet = facets_of()[name]
    key = f"search-terms:{version()}:{cache.get(VERSION_KEY, 0)}:{name}"
    terms: tuple[Term, ...] | None = cache.get(key)
    if terms is None:
        terms = tuple(facet.terms())
        if facet.not_stated:
            terms += (Term(NOT_STATED, "Not stated"),)
        cache.set(key, terms, KEPT_FOR)
    lookup: dict[str, str] = {}
    for term in terms:
        for spelling in (term.value, term.label, *term.aliases):
            lookup.setdefault(spelling.casefold(), term.value)
    return Terms(facet, terms, lookup)


def forget_terms() -> None:
    """Read the values of all facets anew: one of them was changed."""
    try:
        cache.incr(VERSION_KEY)
    except ValueError:
        cache.set(VERSION_KEY, 1, None)


def _types() -> list[Term]:
    return [Term(s.type, s.label_plural, (s.label,)) for s in sources()]

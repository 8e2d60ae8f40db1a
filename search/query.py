"""What a visitor asked for, cleaned: never raises, whatever an address holds."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias
from urllib.parse import urlencode

from django.http import QueryDict

from .documents import NOT_STATED
from .facets import facets_of, terms_of

LONGEST_TEXT = 500
MOST_PAGES = 500
MOST_VALUES = 50  # of one filter
PAGE_SIZE = 20
LARGEST_PAGE = 100
FORM = "as"  # the parameter for another form of a list; stories have a filter called format
SORTS = {
    "best": "Best match",
    "name": "Name, A to Z",
    "checked": "Recently checked",
    "newest": "Newest first",
    "soonest": "Soonest first",
}
Defaults: TypeAlias = Mapping[str, frozenset[str]]  # filters in force until the address names others of the same facet

_control = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")


@dataclass(frozen=True, kw_only=True)
class Query:
    text: str = ""
    types: frozenset[str] = frozenset()  # empty: everything
    filters: Mapping[str, frozenset[str]] = field(default_factory=dict)  # any of a filter's values, and every filter
    sort: str = "best"
    page: int = 1
    page_size: int = PAGE_SIZE
    facets: tuple[str, ...] | None = None  # which to count: None for all, () for none
    exact: bool = False  # take the words as they were typed
    leave_out: frozenset[tuple[str, str]] = frozenset()  # documents by type and key; ``pinned`` shows them itself

    def without(self, name: str, value: str) -> "Query":
        """The same query with one value of a filter taken away, from its first page."""
        filters = {n: values - {value} if n == name else values for n, values in self.filters.items()}
        return replace(self, filters={n: v for n, v in filters.items() if v}, page=1)

    def without_filters(self, names: Collection[str]) -> "Query":
        """The same query with these filters taken away, from its first page."""
        return replace(self, filters={n: v for n, v in self.filters.items() if n not in names}, page=1)


def query_from(
    data: QueryDict | Mapping[str, str],
    *,
    types: Iterable[str] = (),
    page_size: int = PAGE_SIZE,
    defaults: Defaults | None = None,
) -> Query:
    """Read a query from an address. What makes no sense is left out; ``defaults`` fill in what is not said."""
    values = data.getlist if isinstance(data, QueryDict) else lambda name: [data[name]] if name in data else []
    types = frozenset(types)
    filters = dict(defaults or {})
    for name in facets_of(types):
        terms = terms_of(name)
        wanted = (clean(v)[:160].casefold() for v in values(name)[:MOST_VALUES])
        if found := frozenset(terms.lookup[v] for v in wanted if v in terms.lookup):
            filters[name] = found
    sort = next(iter(values("sort")), "best")
    text = clean(next(iter(values("q")), ""))[:LONGEST_TEXT].strip()
    return Query(
        text=text,
        types=types,
        filters=filters,
        sort=sort if sort in SORTS else "best",
        page=_number(next(iter(values("page")), ""), 1, MOST_PAGES, 1),
        page_size=_number(next(iter(values("page_size")), ""), 1, LARGEST_PAGE, page_size),
        # A form says which words were meant as they are: others that are typed there later are not.
        exact=clean(next(iter(values("exact")), "")) in {"1", text} - {""},
    )


def unsaid_order(text: str, sort: str = "best") -> str:
    """The order of a list whose address names none: by words the best match, without any words its own, ``sort``."""
    return "best" if text else sort


def address_of(path: str, query: Query, *, page: int = 1, form: str = "", sort: str = "best") -> str:
    """Where ``path`` answers ``query``, the whole of it in another form if one is named: what ``query_from`` reads.

    ``sort``: the order that the list has of its own.
    """
    pairs: list[tuple[str, str]] = [("q", query.text)] if query.text else []
    pairs += [(name, value) for name, values in sorted(query.filters.items()) for value in sorted(values)]
    if query.sort != unsaid_order(query.text, sort):
        pairs.append(("sort", query.sort))
    if query.exact:
        pairs.append(("exact", "1"))
    if page > 1:
        pairs.append(("page", str(page)))
    if form:
        pairs.append((FORM, form))
    return f"{path}?{urlencode(pairs)}" if pairs else path


def clean(text: str) -> str:
    """``text`` without control characters and halves of characters."""
    return " ".join(_control.sub(" ", text).split())


def _number(text: str, least: int, most: int, otherwise: int) -> int:
    return min(max(int(text), least), most) if re.fullmatch(r"[0-9]{1,9}", text) else otherwise


__all__ = ["NOT_STATED", "SORTS", "Query", "address_of", "clean", "query_from", "unsaid_order"]

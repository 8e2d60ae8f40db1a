"""What a page with results needs besides the hits: chips, addresses of pages and orders, without any SQL.

A view uses it so::

    listing = Listing.from_request(request, types={"organisation"}, facets=("need", "stage"))
    return render(request, "…", {"listing": listing})
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from . import clicks, query_log, sharing
from .engine import search
from .exports import absolute, forms_of
from .facets import terms_of
from .query import SORTS, Defaults, Query, address_of, query_from, unsaid_order
from .results import Drop, FacetResult, Results

PAGES_AROUND = 2


@dataclass(frozen=True)
class Chip:
    """A filter in force; ``url`` is the page without it."""

    name: str
    label: str
    value: str
    url: str


@dataclass(frozen=True)
class PageLink:
    number: int | None  # None: a gap
    url: str = ""
    is_current: bool = False


@dataclass(frozen=True)
class DropLink:
    """A way out of an empty page."""

    label: str
    name: str
    count: int
    url: str


@dataclass(frozen=True)
class OtherWordsLink:
    """Another way out: other words."""

    text: str
    count: int
    url: str


@dataclass(frozen=True)
class Listing:
    query: Query
    results: Results
    path: str
    sorts: tuple[str, ...] = ("best", "name", "checked")
    defaults: Defaults = field(default_factory=dict)  # filters that neither address nor chips name
    counted_as: str = ""  # what a script sends when a result is opened
    sort: str = "best"  # the order that it has of its own, while no words are asked for

    @classmethod
    def from_request(
        cls,
        request: HttpRequest,
        *,
        types: Iterable[str] = (),
        facets: Sequence[str] | None = None,
        sorts: tuple[str, ...] = ("best", "name", "checked"),
        page_size: int = 20,
    ) -> "Listing":
        """Read the address, search, and prepare the rest."""
        query = query_from(request.GET, types=types, page_size=page_size)
        if facets is not None:
            query = Query(**{**query.__dict__, "facets": tuple(facets)})
        return cls.answering(request, query, sorts)

    @classmethod
    def answering(
        cls,
        request: HttpRequest,
        query: Query,
        sorts: tuple[str, ...],
        defaults: Defaults | None = None,
        *,
        asked_as: Query | None = None,
        sort: str = "best",
    ) -> "Listing":
        """The list for a query that was read already; what was searched for is counted (see ``query_log``).

        ``asked_as``: the same, as the engine is asked, where a list has one order only; ``sort``: the order of a list
        that has others too.
        """
        results = search(asked_as or query)
        found = cls(query, results, request.path, sorts, defaults or {}, clicks.token(request, query), sort)
        query_log.note(request, found._said(query), results)
        return found

    # ---- addresses --------------------------------------------------------------------------------------------------
    def url(self, query: Query, *, page: int = 1, exact: bool | None = None) -> str:
        """The address of ``query``; parameters that say nothing are left out."""
        exact = query.exact if exact is None else exact
        return address_of(self.path, replace(self._said(query), exact=exact), page=page, sort=self.sort)

    def _said(self, query: Query) -> Query:
        """``query`` as an address has to say it."""
        said = {name: values for name, values in query.filters.items() if values != self.defaults.get(name)}
        return replace(query, filters=said)

    @cached_property
    def clear_url(self) -> str:
        """The same words without any filter."""
        return self.url(Query(text=self.query.text, sort=self.query.sort, exact=self.query.exact))

    @property
    def exports(self) -> list[tuple[str, str, str]]:
        """Words, drawing and address of each form in which the whole result can be taken along."""
        forms, said = forms_of(self.query.types), self._said(self.query)
        return [
            (form.words, form.icon, address_of(self.path, said, form=name, sort=self.sort))
            for name, form in forms.items()
        ]

    # ---- to take elsewhere ------------------------------------------------------------------------------------------
    @property
    def title(self) -> str:
        """What is asked, in a line."""
        return sharing.title_of(self.query)

    @property
    def alert_url(self) -> str:
        """Where somebody asks to be told when something new fits."""
        return sharing.alert_address(self.query)

    @property
    def share_url(self) -> str:
        """The whole address of the list, from its first page."""
        return absolute(self.url(self.query))

    @property
    def embed_url(self) -> str:
        return sharing.embed_address(self.query)

    @property
    def embed_code(self) -> str:
        return sharing.embed_code(self.query)

    @property
    def exact_url(self) -> str:
        """The words as they were typed."""
        return self.url(self.query, exact=True)

    @cached_property
    def chips(self) -> list[Chip]:
        return [
            Chip(name, terms.facet.label, terms.label(value), self.url(self.query.without(name, value)))
            for name, values in self.query.filters.items()
            if values != self.defaults.get(name)
            for terms in [terms_of(name)]
            for value in [t.value for t in terms.terms if t.value in values]
        ]

    @property
    def filters_beside_facets(self) -> list[tuple[str, str]]:
        """Name and value of each filter in force that no facet on the page shows: a form has to send it on itself."""
        shown = {facet.name for facet in self.facets}
        said = self._said(self.query).filters
        return [(name, value) for name in sorted(said.keys() - shown) for value in sorted(said[name])]

    @property
    def filter_count(self) -> int:
        return len(self.chips)

    @property
    def sort_options(self) -> list[tuple[str, str, bool]]:
        """Value, words and whether it is chosen."""
        return [(s, SORTS[s], s == self.query.sort) for s in self.sorts]

    @cached_property
    def facets(self) -> list[FacetResult]:
        return self.results.facets

    @cached_property
    def first(self) -> int:
        return (self.results.page - 1) * self.query.page_size + 1 if self.results.total else 0

    @cached_property
    def last(self) -> int:
        return min(self.results.page * self.query.page_size, self.results.total)

    @cached_property
    def pages(self) -> list[PageLink]:
        """Links to the first, the last and the pages around the current one."""
        count, current = self.results.page_count, self.results.page
        if count < 2:
            return []
        shown = {1, count, *range(max(current - PAGES_AROUND, 1), min(current + PAGES_AROUND, count) + 1)}
        links: list[PageLink] = []
        for number in sorted(shown):
            if links and (links[-1].number or 0) + 1 < number:
                links.append(PageLink(None))
            links.append(PageLink(number, self.url(self.query, page=number), number == current))
        return links

    @property
    def previous_url(self) -> str:
        return self.url(self.query, page=self.results.page - 1) if self.results.page > 1 else ""

    @property
    def next_url(self) -> str:
        return self.url(self.query, page=self.results.page + 1) if self.results.page < self.results.page_count else ""

    @property
    def as_enquiry(self) -> str:
        """What was asked, for the address of an enquiry."""
        return urlencode({"searched": self.url(self.query)})

    @property
    def other_words(self) -> list[OtherWordsLink]:
        """For an empty page: words that stand near those that were typed, and find something."""
        return [
            OtherWordsLink(other.text, other.count, self.url(Query(text=other.text, sort=self.query.sort)))
            for other in self.results.other_words
        ]

    @property
    def elsewhere_url(self) -> str:
        """The same words, asked of everything there is."""
        return address_of(reverse("search"), Query(text=self.query.text, exact=self.query.exact))

    @property
    def ways_out(self) -> list[DropLink]:
        """For an empty page: which filter to drop, and what would be found then."""
        kept = {name for name, values in self.defaults.items() if self.query.filters.get(name) == values}
        return [self._way_out(drop) for drop in self.results.drops if kept <= drop.left.filters.keys()]

    def _way_out(self, drop: Drop) -> DropLink:
        # Of what the address says: the engine may have been asked in another order.
        gone = self.query.filters.keys() - drop.left.filters.keys()
        left = replace(self.query.without_filters(gone), text=drop.left.text, exact=drop.left.exact)
        if self.query.text and not left.text and self.query.sort == unsaid_order(self.query.text, self.sort):
            left = replace(left, sort=self.sort)  # who did not choose the order of the words' list gets this one's own
        name = terms_of(drop.name).facet.label if drop.name else ""
        return DropLink(drop.label, name, drop.count, self.url(left))

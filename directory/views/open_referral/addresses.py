"""``/api/v1/open-referral/``: support services for other directories, in the form of Open Referral UK 3.0.

Addresses without a last slash, names of parameters and the envelope of a page are that standard's.
"""

from collections.abc import Callable, Iterable, Sequence
from math import ceil
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import reverse

from core.api import ADDRESS, NUMBER, TEXT, Operation, Parameter, Refused, Schema, endpoint, record
from directory.queries import open_referral as queries
from directory.queries.open_referral import Entity, Sought, Taxonomy
from search.open_lists import check_number
from search.query import LARGEST_PAGE, LONGEST_TEXT, PAGE_SIZE, clean

from .answers import (
    AT_LOCATION,
    ID,
    LISTED,
    TAXONOMY,
    TERM,
    WHOLE,
    at_location,
    page_of,
    service_listed,
    service_whole,
    taxonomy_said,
    term_said,
)


class Identified(Protocol):
    @property
    def id(self) -> UUID: ...


T = TypeVar("T", bound=Identified)

VERSION = "HSDS-UK-3.0"
PROFILE = "https://openreferraluk.org/developers/specifications"
MOST_PAGES = 100_000

# ---- what may be asked ----------------------------------------------------------------------------------------------
ONE = Parameter("id", ID, "As a list gives it.", place="path", required=True)
PAGES = (
    Parameter("page", {**NUMBER, "minimum": 1, "maximum": MOST_PAGES, "default": 1}, "Which page."),
    Parameter(
        "per_page", {**NUMBER, "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE_SIZE}, "How many on a page."
    ),
)
OF_LISTS = ("page", "per_page")
OF_TERMS = (*OF_LISTS, "taxonomy_id")
OF_SERVICES = ("search", *OF_TERMS, "taxonomy_term_id")


def _of_terms() -> list[Parameter]:
    return [*PAGES, _taxonomy()]


def _of_services() -> list[Parameter]:
    words = f"Words that all have to be there, in any case; the first {queries.MOST_WORDS} count."
    terms = [str(term.id) for term in queries.terms_of()]
    return [
        Parameter("search", {**TEXT, "maxLength": LONGEST_TEXT}, words),
        *PAGES,
        Parameter("taxonomy_term_id", {**TEXT, "enum": terms} if terms else ID, "Services with this term."),
        _taxonomy(),
    ]


def _taxonomy() -> Parameter:
    known = [str(taxonomy.id) for taxonomy in queries.TAXONOMIES]
    return Parameter("taxonomy_id", {**TEXT, "enum": known}, "Only those of this taxonomy.")


def _asked(request: HttpRequest, known: Sequence[str]) -> tuple[int, int]:
    """The page and its size. Raises Refused for the first parameter that makes no sense."""
    for name, values in request.GET.lists():
        if name not in known:
            raise Refused(name[:100], f"There is no such parameter here. There are: {', '.join(known)}.")
        if len(values) > 1:
            raise Refused(name, f"{name} may be given once.")
    check_number(request, "page", MOST_PAGES)
    check_number(request, "per_page", LARGEST_PAGE)
    if len(request.GET.get("search", "")) > LONGEST_TEXT:
        raise Refused("search", f"search has at most {LONGEST_TEXT} characters.")
    return int(request.GET.get("page", 1)), int(request.GET.get("per_page", PAGE_SIZE))


def _taxonomies(request: HttpRequest) -> Sequence[Taxonomy]:
    """The taxonomy that is asked for, or all of them. Raises Refused."""
    asked = request.GET.get("taxonomy_id")
    if asked is None:
        return queries.TAXONOMIES
    found = [taxonomy for taxonomy in queries.TAXONOMIES if str(taxonomy.id) == asked.casefold()]
    if not found:
        raise Refused("taxonomy_id", f"There is no such taxonomy. See {reverse('open_referral_taxonomies')}.")
    return found


def _sought(request: HttpRequest) -> Sought:
    terms: list[tuple[Entity, int | None]] = []
    if "taxonomy_id" in request.GET:
        terms += [(taxonomy.entity, None) for taxonomy in _taxonomies(request)]
    if (asked := request.GET.get("taxonomy_term_id")) is not None:
        term = queries.record_of(asked)
        if term is None or term not in [(t.taxonomy.entity, t.term.pk) for t in queries.terms_of()]:
            raise Refused("taxonomy_term_id", f"There is no such term. See {reverse('open_referral_terms')}.")
        terms.append(term)
    return Sought(tuple(clean(request.GET.get("search", "")).split()), tuple(terms))


def _page(number: int, size: int, total: int, contents: list[dict[str, Any]]) -> dict[str, Any]:
    """A page in the standard's envelope. Raises Refused past the last."""
    last = max(ceil(total / size), 1)
    if number > last:
        raise Refused("page", f"There is no page {number}: the last one is {last}.", 404)
    return {
        "total_items": total,
        "total_pages": last,
        "page_number": number,
        "size": len(contents),
        "first_page": number == 1,
        "last_page": number == last,
        "empty": not contents,
        "contents": contents,
    }


def _sliced(
    request: HttpRequest, known: Sequence[str], found: Sequence[T], say: Callable[[HttpRequest, T], dict[str, Any]]
) -> dict[str, Any]:
    number, size = _asked(request, known)
    shown = found[(number - 1) * size : number * size]
    return _page(number, size, len(found), [say(request, one) for one in shown])


# ---- addresses ------------------------------------------------------------------------------------------------------
def _operation(path: str, name: str, summary: str, answer: Schema, parameters: Any, *refuses: int) -> Operation:
    return Operation(f"/api/v1/open-referral/{path}", name, summary, "open-referral", answer, parameters, refuses)


@endpoint(
    _operation(
        "",
        "getOpenReferral",
        "Which version of the standard this is.",
        record(version=TEXT, profile=ADDRESS, openapi_url=ADDRESS),
        tuple,
    )
)
def about(request: HttpRequest) -> dict[str, str]:
    return {
        "version": VERSION,
        "profile": PROFILE,
        "openapi_url": request.build_absolute_uri(reverse("api_description")),
    }


@endpoint(
    _operation(
        "services",
        "listServices",
        "What organisations offer, and programmes and cohorts that one may join.",
        page_of(LISTED),
        _of_services,
        *(400, 404),
    )
)
def services(request: HttpRequest) -> dict[str, Any]:
    number, size = _asked(request, OF_SERVICES)
    found, total = queries.services(_sought(request), (number - 1) * size, size)
    return _page(number, size, total, [service_listed(request, service) for service in found])


@endpoint(
    _operation(
        "services/{id}", "getService", "A service, with everything that is known of it.", WHOLE, lambda: (ONE,), 404
    )
)
def service(request: HttpRequest, id: str) -> dict[str, Any]:  # noqa: A002 -- the standard's name
    record = queries.record_of(id)
    found = queries.service(*record) if record else None
    if found is None:
        raise Http404
    return service_whole(request, found)


@endpoint(
    _operation(
        "service_at_locations",
        "listServicesAtLocations",
        "What organisations offer, once for each of their places.",
        page_of(record(**AT_LOCATION, service=LISTED)),
        _of_services,
        *(400, 404),
    )
)
def service_at_locations(request: HttpRequest) -> dict[str, Any]:
    number, size = _asked(request, OF_SERVICES)
    found, total = queries.services_at_places(_sought(request), (number - 1) * size, size)
    return _page(
        number,
        size,
        total,
        [{**at_location(service, place), "service": service_listed(request, service)} for service, place in found],
    )


@endpoint(
    _operation(
        "taxonomies", "listTaxonomies", "The lists that terms belong to.", page_of(TAXONOMY), lambda: PAGES, *(400, 404)
    )
)
def taxonomies(request: HttpRequest) -> dict[str, Any]:
    return _sliced(request, OF_LISTS, queries.TAXONOMIES, taxonomy_said)


@endpoint(_operation("taxonomies/{id}", "getTaxonomy", "A list that terms belong to.", TAXONOMY, lambda: (ONE,), 404))
def taxonomy(request: HttpRequest, id: str) -> dict[str, Any]:  # noqa: A002 -- the standard's name
    return taxonomy_said(request, _one(queries.TAXONOMIES, id))


@endpoint(
    _operation(
        "taxonomy_terms",
        "listTaxonomyTerms",
        "Terms by which services are sorted.",
        page_of(TERM),
        _of_terms,
        *(400, 404),
    )
)
def taxonomy_terms(request: HttpRequest) -> dict[str, Any]:
    return _sliced(request, OF_TERMS, queries.terms_of(_taxonomies(request)), term_said)


@endpoint(
    _operation(
        "taxonomy_terms/{id}", "getTaxonomyTerm", "A term by which services are sorted.", TERM, lambda: (ONE,), 404
    )
)
def taxonomy_term(request: HttpRequest, id: str) -> dict[str, Any]:  # noqa: A002 -- the standard's name
    return term_said(request, _one(queries.terms_of(), id))


def _one(found: Iterable[T], id_: str) -> T:
    for one in found:
        if str(one.id) == id_.casefold():
            return one
    raise Http404

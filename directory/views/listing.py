"""``/directory/``: every organisation, searchable and filterable; what was asked is in the address."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse

from directory.models import DirectoryIndexPage
from search.exports import exported
from search.listing import Listing
from search.query import query_from

TYPES = frozenset({"organisation"})
FACETS = ("need", "stage", "kind", "role", "theme", "sector", "place")


def directory_list(request: HttpRequest, page: DirectoryIndexPage) -> HttpResponseBase:
    if whole := exported(request, query_from(request.GET, types=TYPES), page.title):
        return whole
    listing = Listing.from_request(request, types=TYPES, facets=FACETS)
    context = page.get_context(request) | {"listing": listing, "empty_heading": _nobody(listing)}
    return TemplateResponse(request, page.get_template(request), context)


def _nobody(listing: Listing) -> str:
    """“No organisation fits “pathology”, Investor and stage 1”: what was asked, in words."""
    asked = [f"“{listing.query.text}”"] if listing.query.text else []
    asked += [chip.value for chip in listing.chips]
    if not asked:
        return "Nobody is in the directory yet"
    *first, last = asked
    return f"No organisation fits {', '.join(first)} and {last}" if first else f"No organisation fits {last}"

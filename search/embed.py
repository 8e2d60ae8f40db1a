"""``/embed/search/?type=organisation&need=money``: a short list of results inside a page of somebody else."""

from dataclasses import replace
from typing import Any

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from .engine import search
from .facets import TYPE, facets_of
from .query import Query, query_from
from .sharing import list_address, title_of

SHOWN = 10
KEPT_FOR = 300  # seconds, in browsers and in between


@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
def embed(request: HttpRequest) -> HttpResponse:
    """The same for every reader, without cookie or script, and nothing else of the village may be framed."""
    query = replace(query_from(request.GET), page=1, page_size=SHOWN, facets=())
    is_gone = _asks_for_what_is_gone(request, query)
    results = None if is_gone else search(query)
    context: dict[str, Any] = {"title": title_of(query), "results": results, "list_url": list_address(query)}
    context["with_types"] = len(query.filters.get(TYPE, ())) != 1
    response = render(request, "search/embed.html", context)
    response["Cache-Control"] = f"public, max-age={KEPT_FOR}"
    response["X-Robots-Tag"] = "noindex"
    return response


def _asks_for_what_is_gone(request: HttpRequest, query: Query) -> bool:
    """Whether some filter has no value that is still known. Left out, as on our own pages, everything would fit."""
    return any(request.GET.getlist(name) and not query.filters.get(name) for name in facets_of())

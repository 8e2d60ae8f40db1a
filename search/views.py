"""Search over everything, for people and for programs. Neither sets a cookie nor looks at who is asking."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from .engine import search, suggest
from .exports import exported
from .facets import TYPE
from .listing import Listing
from .query import clean, query_from
from .results import Hit

MOST_SUGGESTIONS = 20


@require_safe
def search_page(request: HttpRequest) -> HttpResponseBase:
    if whole := exported(request, query_from(request.GET), "Search"):
        return whole
    listing = Listing.from_request(request, facets=(TYPE,), sorts=("best", "name", "newest"))
    text = listing.query.text
    heading = f"Nothing found for “{text}”" if text else "Nothing found"
    return render(request, "search/search.html", {"listing": listing, "empty_heading": heading})


@require_safe
def api_search(request: HttpRequest) -> JsonResponse:
    query = query_from(request.GET)
    results = search(query)
    return _open(
        {
            "count": results.total,
            "page": results.page,
            "page_count": results.page_count,
            "results": [_hit(request, hit) for hit in results.hits],
            "facets": {
                f.name: [
                    {"value": v.value, "label": v.label, "count": v.count, "selected": v.selected} for v in f.values
                ]
                for f in results.facets
            },
            "did_you_mean": results.did_you_mean,
            "engine": results.engine,
            "degraded": results.degraded,
            "took_ms": results.took_ms,
        }
    )


@require_safe
def api_suggest(request: HttpRequest) -> JsonResponse:
    query = query_from(request.GET)
    found = suggest(
        clean(request.GET.get("q", ""))[:100], types=query.filters.get(TYPE, frozenset()), limit=MOST_SUGGESTIONS // 2
    )
    return _open({"suggestions": [{"title": s.title, "url": s.url, "type": s.type, "label": s.label} for s in found]})


def _hit(request: HttpRequest, hit: Hit) -> dict[str, Any]:
    return {
        "id": f"{hit.type}:{hit.key}",
        "type": hit.type,
        "title": hit.title,
        "url": request.build_absolute_uri(hit.url),
        "summary": hit.summary,
        "highlights": {"title": hit.title_html, "summary": hit.summary_html},
        "why": [{"label": r.label, "text": r.text} for r in hit.why],
    }


def _open(data: dict[str, Any]) -> JsonResponse:
    response = JsonResponse(data)
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "public, max-age=30"
    return response

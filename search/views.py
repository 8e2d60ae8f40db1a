"""Search over everything, for people and for programs. Neither sets a cookie nor looks at who is asking."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import set_response_etag
from django.views.decorators.http import require_safe

from core.api import ADDRESS, FLAG, NUMBER, TEXT, TYPING, Operation, endpoint, record, several

from .engine import search, suggest
from .exports import exported
from .facets import TYPE
from .listing import Listing
from .open_lists import DEGRADED, ENGINE, SOME_WORDS, forgiving, parameters_of
from .openapi import document
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


@endpoint(
    Operation(
        "/api/v1/search",
        "search",
        "Search everything. What makes no sense is left out rather than refused, as on the page.",
        "search",
        record(
            count=NUMBER,
            page=NUMBER,
            page_count=NUMBER,
            results=several(
                record(
                    id=TEXT,
                    type=TEXT,
                    title=TEXT,
                    url=ADDRESS,
                    summary=TEXT,
                    highlights=record(title=TEXT, summary=TEXT),
                    why=several(record(label=TEXT, text=TEXT)),
                )
            ),
            facets={
                "type": "object",
                "additionalProperties": several(record(value=TEXT, label=TEXT, count=NUMBER, selected=FLAG)),
            },
            did_you_mean=TEXT,
            **SOME_WORDS,
            engine=ENGINE,
            degraded=DEGRADED,
            took_ms=NUMBER,
        ),
        lambda: forgiving(parameters_of(())),
    )
)
def api_search(request: HttpRequest) -> JsonResponse:
    query = query_from(request.GET)
    results = search(query)
    answer = {
        "count": results.total,
        "page": results.page,
        "page_count": results.page_count,
        "results": [_hit(request, hit) for hit in results.hits],
        "facets": {
            f.name: [{"value": v.value, "label": v.label, "count": v.count, "selected": v.selected} for v in f.values]
            for f in results.facets
        },
        "did_you_mean": results.did_you_mean,
        "any_word": results.any_word,
        "with_every_word": results.with_every_word,
        "engine": results.engine,
        "degraded": results.degraded,
    }
    response = _open({**answer, "took_ms": results.took_ms})
    # Of all but the time it took, and so a weak one: an answer that says the same is the same.
    response["ETag"] = f"W/{set_response_etag(JsonResponse(answer))['ETag']}"
    return response


@endpoint(
    Operation(
        "/api/v1/suggest",
        "suggest",
        "What somebody may be typing.",
        "search",
        record(suggestions=several(record(title=TEXT, url=TEXT, type=TEXT, label=TEXT))),
        lambda: forgiving(p for p in parameters_of(()) if p.name in ("q", TYPE)),
        limit=TYPING,
    )
)
def api_suggest(request: HttpRequest) -> JsonResponse:
    query = query_from(request.GET)
    found = suggest(
        clean(request.GET.get("q", ""))[:100], types=query.filters.get(TYPE, frozenset()), limit=MOST_SUGGESTIONS // 2
    )
    return _open({"suggestions": [{"title": s.title, "url": s.url, "type": s.type, "label": s.label} for s in found]})


@endpoint(
    Operation(
        "/api/v1/openapi.json",
        "openapi",
        "This description.",
        "search",
        {"type": "object", "required": ["openapi", "info", "paths"]},
    )
)
def api_description(request: HttpRequest) -> dict[str, Any]:
    return document()


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
    response["Cache-Control"] = "public, max-age=30"
    return response

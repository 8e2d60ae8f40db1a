"""``/events/``: what is on, by month; ``?view=calendar`` as a month's sheet; ``?when=past`` is the archive."""

import re
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone

from events.choices import When
from events.documents import MONTH
from events.models import EventIndexPage
from search.exports import everything, exported
from search.listing import Listing
from search.query import Defaults, Query, address_of, query_from

from .rows import YEARS, by_month, sheet

TYPES = frozenset({"event"})
FACETS = ("when", "event_kind", "audience", "attendance", "availability", "theme", "place", "need")
UPCOMING: Defaults = {"when": frozenset({str(When.UPCOMING)})}
PAST: Defaults = {"when": frozenset({str(When.PAST)})}
PAGE_SIZE = 50
CALENDAR = "calendar"


def event_list(request: HttpRequest, page: EventIndexPage) -> HttpResponseBase:
    asked = query_from(request.GET, types=TYPES, page_size=PAGE_SIZE, defaults=UPCOMING)
    if whole := exported(request, in_order(asked), page.title):
        return whole
    if request.GET.get("view") == CALENDAR:
        return TemplateResponse(request, "events/event_calendar.html", _calendar(request, page, asked))
    listing = Listing.answering(request, asked, ("best",), UPCOMING, asked_as=in_order(asked))
    only_past = asked.filters["when"] == PAST["when"]
    context = page.get_context(request) | {
        "listing": listing,
        "months": by_month(listing.results.hits),
        "only_past": only_past,
        "past_url": address_of(request.path, Query(filters=PAST)),
        "calendar_url": f"{request.path}?{urlencode([*_filters(asked), ('view', CALENDAR)])}",
        "empty_heading": f"Nothing found for “{asked.text}”" if asked.text else "Nothing that fits all of this",
    }
    return TemplateResponse(request, page.get_template(request), context)


def in_order(query: Query) -> Query:
    """By date, unless another order is asked for: the soonest first, and of what is past the latest."""
    if query.sort != "best":
        return query
    return replace(query, sort="newest" if query.filters.get("when") == PAST["when"] else "soonest", facets=FACETS)


def _calendar(request: HttpRequest, page: EventIndexPage, asked: Query) -> dict[str, Any]:
    today = timezone.localdate()
    first = _month(request.GET.get("month", "")) or today.replace(day=1)
    filters = {name: values for name, values in asked.filters.items() if name != "when"}
    results = everything(replace(asked, filters=filters | {MONTH: frozenset({f"{first:%Y-%m}"})}))
    found = sheet(first, results.hits, today)
    kept = _filters(asked)

    def url(month: date | None) -> str:
        return f"{request.path}?{urlencode([*kept, ('view', CALENDAR), ('month', f'{month:%Y-%m}')])}" if month else ""

    return page.get_context(request) | {
        "sheet": found,
        "degraded": results.degraded,
        "previous_url": url(found.previous),
        "following_url": url(found.following),
        "today_url": url(today.replace(day=1)) if first != today.replace(day=1) else "",
        "list_url": f"{request.path}?{urlencode(kept)}" if kept else request.path,
        "is_filtered": bool(kept),
    }


def _filters(asked: Query) -> list[tuple[str, str]]:
    """What narrows the list, as it stands in an address, but for whether it is to come."""
    pairs = [("q", asked.text)] if asked.text else []
    return pairs + [(n, v) for n, values in sorted(asked.filters.items()) if n != "when" for v in sorted(values)]


def _month(text: str) -> date | None:
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", text) or int(text[:4]) not in YEARS:
        return None
    return date(int(text[:4]), int(text[5:]), 1)

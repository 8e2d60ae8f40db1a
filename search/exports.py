"""A whole result to take along: ``?as=csv``, ``?as=json`` and ``?as=atom`` on any page that lists what was found.

A source may bring forms of its own, offered where a list is of nothing else. A file is put together before it is sent,
so that an engine that fails half-way gives an error and never half a file.
"""

import csv
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import StringIO
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import set_response_etag
from django.utils.feedgenerator import Atom1Feed
from django.utils.timezone import localdate

from core.page_cache import conditional
from core.rate_limits import Limit, refused

from .documents import source_of
from .engine import search
from .query import FORM, LARGEST_PAGE, Query, address_of
from .results import Hit, Results

MOST_ROWS = 1000
TAKING = Limit("export")
SEPARATOR = "; "
ENGINE = "X-Search-Engine"
STARTS_A_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
BASIC_MODE = "Search runs in its basic mode for the moment: the order may be less good than usual."
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
BEFORE_ANY_PAGE = datetime(2026, 1, 1, tzinfo=UTC)  # for what was never published through the CMS, such as test data


@dataclass(frozen=True)
class Export:
    """A result in full, as far as ``MOST_ROWS``."""

    title: str
    path: str
    query: Query
    total: int
    hits: Sequence[Hit]
    sort: str = "best"  # the order that the list has of its own
    engine: str = ""
    degraded: bool = False  # the usual engine did not answer

    @property
    def page_url(self) -> str:
        return self.url("")

    def url(self, form: str) -> str:
        """The absolute address of the list, or of one of its forms."""
        return absolute(address_of(self.path, self.query, form=form, sort=self.sort))


def exported(request: HttpRequest, query: Query, title: str, *, sort: str = "best") -> HttpResponseBase | None:
    """The answer when ``request`` asks for a form that we have; None when it asks for the page.

    ``sort``: the order that the list has of its own.
    """
    form = forms_of(query.types).get(request.GET.get(FORM, ""))
    if form is None:
        return None
    if too_often := refused(request, TAKING):
        return too_often
    results = everything(query)
    export = Export(title, request.path, query, results.total, results.hits, sort, results.engine, results.degraded)
    response = HttpResponse(form.write(export), content_type=form.content_type)
    # A table and a calendar have no place for a word about themselves; a list of values has (RFC 9651).
    response[ENGINE] = results.engine + (";degraded" if results.degraded else "")
    response["Access-Control-Expose-Headers"] = ENGINE
    if form.suffix:
        name = request.path.strip("/").replace("/", "-") or "result"
        response["Content-Disposition"] = f'attachment; filename="{name}-{localdate():%Y-%m-%d}.{form.suffix}"'
    # Ask again each time, and no copy in the page cache: a thousand rows would push a hundred pages out.
    response["Cache-Control"] = "public, no-cache"
    response["Access-Control-Allow-Origin"] = "*"
    response["X-Robots-Tag"] = "noindex"
    set_response_etag(response)
    return conditional(request, response)


def everything(query: Query) -> Results:
    """The first ``MOST_ROWS`` as one page, asked for page by page."""
    query = replace(query, page=1, page_size=LARGEST_PAGE, facets=())
    found: dict[tuple[str, str], Hit] = {}  # what moves while we turn pages is not listed twice
    instead = ""  # who answered for the usual engine, be it for one page
    while True:
        results = search(query)
        found |= {(hit.type, hit.key): hit for hit in results.hits}
        if results.degraded:
            instead = results.engine
        if results.page >= results.page_count or query.page * LARGEST_PAGE >= MOST_ROWS or results.page < query.page:
            hits = list(found.values())[:MOST_ROWS]
            return replace(results, hits=hits, engine=instead or results.engine, degraded=bool(instead))
        query = replace(query, page=query.page + 1)


def absolute(url: str) -> str:
    """Under the address by which the village is known, whatever the request was sent to."""
    return urljoin(f"{settings.BASE_URL}/", url)


def permanent_id(hit: Hit) -> str:
    """A tag URI (RFC 4151): stays when a page is moved or renamed."""
    return f"tag:{urlsplit(settings.BASE_URL).hostname},2026:{hit.type}/{hit.key}"


# ---- rows -----------------------------------------------------------------------------------------------------------
def row_of(hit: Hit) -> dict[str, Any]:
    """What every form says of a hit: the same columns for everything, then those of its kind."""
    source = source_of(hit.type)
    return {
        "id": f"{hit.type}:{hit.key}",
        "type": hit.type,
        "title": hit.title,
        "url": absolute(hit.url),
        "summary": hit.summary,
        "demonstration": bool(hit.card.get("demonstration")),
        **(source.columns(hit) if source else {}),
    }


def _csv(export: Export) -> str:
    rows = [row_of(hit) for hit in export.hits]
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(names or ["id", "type", "title", "url", "summary"])
    writer.writerows([[cell(row.get(name)) for name in names] for row in rows])
    return "\ufeff" + out.getvalue()  # without the mark, Excel takes UTF-8 for something else


def cell(value: Any) -> str:
    """Text for a spreadsheet. An apostrophe keeps it from taking somebody's words for a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = SEPARATOR.join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return f"'{text}" if STARTS_A_FORMULA.match(text) else text


def _json(export: Export) -> str:
    rows = [row_of(hit) for hit in export.hits]
    return json.dumps(
        {
            "title": export.title,
            "url": export.page_url,
            "count": export.total,
            "shown": len(rows),
            "engine": export.engine,
            "degraded": export.degraded,
            "results": rows,
        },
        ensure_ascii=False,
        indent=1,
    )


# ---- Atom -----------------------------------------------------------------------------------------------------------
class _Feed(Atom1Feed):
    def latest_post_date(self) -> datetime:
        """Of the newest entry; an empty feed has not changed since it began, where Django says: just now."""
        return max((item["updateddate"] for item in self.items), default=BEFORE_ANY_PAGE)


def _atom(export: Export) -> str:
    feed = _Feed(
        title=_words(f"{export.title} – {settings.WAGTAIL_SITE_NAME}"),
        link=export.page_url,
        description="",
        subtitle=BASIC_MODE if export.degraded else None,
        language=settings.LANGUAGE_CODE,
        author_name=settings.WAGTAIL_SITE_NAME,
        author_link=settings.BASE_URL,
        feed_url=export.url("atom"),
        feed_guid=export.url("atom"),
    )
    changed = _changed(export.hits)
    for hit in export.hits:
        feed.add_item(
            title=_words(hit.title),
            link=absolute(hit.url),
            description=_words(hit.summary),
            unique_id=permanent_id(hit),
            updateddate=changed.get((hit.type, hit.key)) or BEFORE_ANY_PAGE,
            categories=[hit.label],
        )
    return feed.writeString("utf-8")


def _changed(hits: Sequence[Hit]) -> dict[tuple[str, str], datetime | None]:
    """When each was last published: a statement for each type."""
    found: dict[tuple[str, str], datetime | None] = {}
    for type_ in {hit.type for hit in hits}:
        source = source_of(type_)
        if source and any(field.name == "last_published_at" for field in source.model._meta.get_fields()):
            keys = [hit.key for hit in hits if hit.type == type_]
            rows = source.model._default_manager.filter(pk__in=keys).values_list("pk", "last_published_at")
            found |= {(type_, str(pk)): moment for pk, moment in rows}
    return found


def _words(text: str) -> str:
    return NOT_IN_XML.sub("", text)


@dataclass(frozen=True)
class Form:
    words: str  # of the link to it
    icon: str
    content_type: str
    suffix: str  # of the file; empty: shown rather than stored
    write: Callable[[Export], str | bytes]


FORMS: Mapping[str, Form] = {
    "csv": Form("CSV", "download", "text/csv; charset=utf-8", "csv", _csv),
    "json": Form("JSON", "download", "application/json", "json", _json),
    "atom": Form("Atom feed", "rss", "application/atom+xml; charset=utf-8", "", _atom),
}


def forms_of(types: Iterable[str]) -> Mapping[str, Form]:
    """The forms for everything, and those that every source of ``types`` brings."""
    own = [source_of(type_).forms for type_ in types if source_of(type_)]  # type: ignore[union-attr]
    shared = set.intersection(*(set(forms) for forms in own)) if own else set()
    return {**FORMS, **{name: own[0][name] for name in own[0] if name in shared}} if shared else FORMS


__all__ = [
    "FORMS",
    "Export",
    "Form",
    "absolute",
    "cell",
    "everything",
    "exported",
    "forms_of",
    "permanent_id",
    "row_of",
]

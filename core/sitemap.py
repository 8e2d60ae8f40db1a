"""``/sitemap.xml``: every page that a search engine may show, with the day on which it was last published.

An app adds addresses that are no pages of the tree (``register``).

Wagtail's own looks at each type of page with a statement of its own, and takes a draft for a change; ours asks twice.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from math import ceil
from xml.etree import ElementTree as ET

from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe
from wagtail.models import Page, Site

from .structured_data import absolute
from .visibility import public

PATH = "/sitemap.xml"
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST = 10_000  # addresses in one file; above that ``/sitemap.xml`` lists the files

_beside: list[Callable[[], Iterable[str]]] = []


def register(addresses: Callable[[], Iterable[str]]) -> None:
    """Have the paths that ``addresses`` gives listed beside the pages."""
    _beside.append(addresses)


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    site = Site.find_for_request(request)
    if site is None:
        raise Http404
    pages = _pages(site.root_page)
    files = max(ceil(pages.count() / MOST), 1)
    asked = request.GET.get("p", "")
    if files > 1 and not asked:
        return _xml("sitemapindex", "sitemap", [(f"{PATH}?p={number}", "") for number in range(1, files + 1)])
    if asked and not (asked.isascii() and asked.isdigit() and len(asked) < 10 and 1 <= int(asked) <= files):
        raise Http404
    first = (int(asked or 1) - 1) * MOST
    above = len(site.root_page.url_path) - 1
    listed = [
        (path[above:], localdate(published_at).isoformat() if published_at else "")
        for path, published_at in pages[first : first + MOST]
    ]
    if int(asked or 1) == files:
        listed += [(path, "") for addresses in _beside for path in addresses()]
    return _xml("urlset", "url", listed)


def _pages(root: Page) -> QuerySet[Page, tuple[str, datetime | None]]:
    pages = public(Page.objects.descendant_of(root, inclusive=True)).order_by("path")
    return pages.values_list("url_path", Coalesce("last_published_at", "first_published_at"))


def _xml(kind: str, part: str, listed: list[tuple[str, str]]) -> HttpResponse:
    root = ET.Element(kind, xmlns=NAMESPACE)
    for path, on in listed:
        entry = ET.SubElement(root, part)
        ET.SubElement(entry, "loc").text = absolute(path)
        if on:
            ET.SubElement(entry, "lastmod").text = on
    words = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return HttpResponse(words, content_type="application/xml; charset=utf-8")

"""``/opensearch.xml``: what a browser needs to search the village from its own search box (OpenSearch 1.1)."""

from xml.etree import ElementTree as ET

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from core.rate_limits import Limit, refused

from .engine import suggest
from .exports import absolute
from .query import clean

TYPING = Limit("opensearch", times=5)  # a request for every letter, as of the API
SHORT_NAME = "Leeds Village"  # at most 16 characters
NAMESPACE = "http://a9.com/-/spec/opensearch/1.1/"
CONTENT_TYPE = "application/opensearchdescription+xml"
SUGGESTIONS = "application/x-suggestions+json"
ADDRESSES = {
    "text/html": "/search/?q={searchTerms}",
    "application/atom+xml": "/search/?q={searchTerms}&as=atom",
    SUGGESTIONS: "/opensearch/suggest?q={searchTerms}",
    CONTENT_TYPE: "/opensearch.xml",
}


@require_safe
def description(request: HttpRequest) -> HttpResponse:
    root = ET.Element("OpenSearchDescription", xmlns=NAMESPACE)
    for name, words in (
        ("ShortName", SHORT_NAME),
        ("LongName", settings.WAGTAIL_SITE_NAME[:48]),
        ("Description", "Partners, programmes, cohorts, events, spaces and stories of health innovation in Leeds."),
        ("Language", settings.LANGUAGE_CODE),
        ("InputEncoding", "UTF-8"),
        ("OutputEncoding", "UTF-8"),
    ):
        ET.SubElement(root, name).text = words
    for type_, path in ADDRESSES.items():
        url = ET.SubElement(root, "Url", type=type_, template=absolute(path))
        if type_ == CONTENT_TYPE:
            url.set("rel", "self")
        if type_ == SUGGESTIONS:
            url.set("rel", "suggestions")
    words = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return HttpResponse(words, content_type=f"{CONTENT_TYPE}; charset=utf-8")


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """The four lists that browsers expect: what was typed, titles, what they are, addresses."""
    if too_often := refused(request, TYPING):
        return too_often
    words = clean(request.GET.get("q", ""))[:100]
    found = suggest(words)
    answer = [words, [s.title for s in found], [s.label for s in found], [absolute(s.url) for s in found]]
    response = JsonResponse(answer, safe=False, content_type=SUGGESTIONS)
    response["Cache-Control"] = "public, max-age=30"
    return response

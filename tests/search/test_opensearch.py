"""The browser's own search box, through an OpenSearch description."""

from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings
from django.test import Client

from tests.assertions import assert_public_page
from tests.search.conftest import Shelf

pytestmark = pytest.mark.django_db
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"


def test_every_page_leads_to_it(client: Client, filled: Shelf) -> None:
    link = assert_public_page(client.get("/search/")).find("link", rel="search")
    assert link and link["type"] == "application/opensearchdescription+xml"
    assert link["title"] == settings.WAGTAIL_SITE_NAME
    assert client.get(link["href"]).status_code == 200


def test_it_describes_our_search(client: Client, filled: Shelf) -> None:
    response = client.get("/opensearch.xml")
    assert response["Content-Type"] == "application/opensearchdescription+xml; charset=utf-8"
    described = ET.fromstring(response.content)
    assert described.tag == f"{OPENSEARCH}OpenSearchDescription"
    assert 0 < len(described.findtext(f"{OPENSEARCH}ShortName") or "") <= 16
    assert 0 < len(described.findtext(f"{OPENSEARCH}Description") or "") <= 1024
    assert described.findtext(f"{OPENSEARCH}InputEncoding") == "UTF-8"
    types = {}
    for url in described.findall(f"{OPENSEARCH}Url"):
        template = url.get("template", "")
        assert template.startswith(f"{settings.BASE_URL}/")
        types[url.get("type")] = urlsplit(template.replace("{searchTerms}", "pathology"))
    assert types.keys() == {
        "text/html",
        "application/atom+xml",
        "application/x-suggestions+json",
        "application/opensearchdescription+xml",
    }
    for type_, address in types.items():
        answer = client.get(f"{address.path}?{address.query}")
        assert answer.status_code == 200
        assert answer["Content-Type"].startswith(str(type_)), address


def test_suggestions_are_in_the_browsers_form(client: Client, filled: Shelf) -> None:
    words, titles, descriptions, urls = client.get("/opensearch/suggest?q=nat").json()
    assert words == "nat"
    assert titles == ["National Pathology Imaging Co-operative"]
    assert descriptions == ["Thing"]
    assert urls == [f"{settings.BASE_URL}/things/tag-1/"]
    assert client.get("/opensearch/suggest").json() == ["", [], [], []]

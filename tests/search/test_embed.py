"""A list inside a page of somebody else: framed by anybody, and nothing else is."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import page_cache
from home.models import HomePage
from search.indexing import rebuild
from search.query import Query
from search.sharing import embed_code
from tests.assertions import assert_no_inline_code, assert_nothing_from_elsewhere
from tests.factories.directory import OrganisationFactory
from tests.search.conftest import Shelf

pytestmark = pytest.mark.django_db


def titles(response: Any) -> list[str]:
    return [heading.get_text(strip=True) for heading in BeautifulSoup(response.content, "html.parser").select("h2")]


def policy(response: Any) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in response["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in parts}


# ---- may be framed --------------------------------------------------------------------------------------------------
def test_any_site_may_frame_it_and_nothing_more(client: Client, filled: Shelf) -> None:
    response = client.get("/embed/search/?q=pathology")
    assert policy(response) == {
        "default-src": "'self'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "*",
        "object-src": "'none'",
    }
    assert "X-Frame-Options" not in response


@pytest.mark.parametrize(
    "path",
    ["/", "/search/", "/search/?q=pathology", "/search/alerts/new/", "/embed/", "/accounts/login/", "/api/v1/search"],
)
def test_no_other_page_may_be_framed_elsewhere(client: Client, home: HomePage, filled: Shelf, path: str) -> None:
    response = client.get(path)
    assert policy(response)["frame-ancestors"] == "'self'"
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_it_is_kept_like_other_pages_and_stays_what_it_is(
    client: Client, filled: Shelf, settings: Any, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    place = settings.MIDDLEWARE.index("csp.middleware.CSPMiddleware") + 1
    settings.MIDDLEWARE = [
        *settings.MIDDLEWARE[:place],
        "core.page_cache.AnonymousPageCache",
        *settings.MIDDLEWARE[place:],
    ]
    page_cache.bump()
    first, second = (client.get("/embed/search/?q=pathology") for _ in range(2))
    assert second["X-Cache"] == "hit" and "X-Cache" not in first
    for response in (first, second):
        assert response["Cache-Control"] == "public, max-age=300"
        assert policy(response)["frame-ancestors"] == "*"
        assert "X-Frame-Options" not in response
        assert not response.cookies and "Vary" not in response
    assert first.content == second.content
    assert policy(client.get("/search/?q=pathology"))["frame-ancestors"] == "'self'"


# ---- what it holds --------------------------------------------------------------------------------------------------
def test_it_is_a_small_page_that_needs_nothing(client: Client, filled: Shelf) -> None:
    response = client.get("/embed/search/?q=pathology&type=thing")
    page = BeautifulSoup(response.content, "html.parser")
    assert_no_inline_code(page)
    assert_nothing_from_elsewhere(page)
    assert not page.find_all(["script", "form", "iframe"])
    assert page.html["lang"] == "en-GB" and len(page.find_all("main")) == 1
    assert page.h1.get_text() == "Things for “pathology”"
    assert "From the Leeds Innovation Village" in page.get_text()
    assert {link["target"] for link in page.find_all("a")} == {"_top"}, "links open in place of the whole page"
    assert page.find("meta", attrs={"name": "robots", "content": "noindex"}) and response["X-Robots-Tag"] == "noindex"


def test_it_holds_what_the_list_holds_in_its_order(client: Client, filled: Shelf) -> None:
    for asked in ("?q=pathology", "?colour=red&sort=name", "?type=thing&sort=name", "?size=large&q=teaching"):
        page = BeautifulSoup(client.get(f"/search/{asked}").content, "html.parser")
        assert titles(client.get(f"/embed/search/{asked}")) == [h.get_text() for h in page.select("#results h3")]


def test_it_holds_one_type_when_asked_for_one(client: Client, filled: Shelf) -> None:
    filled.put("Another").delete()
    tag = filled.put("An other")
    tag.slug = "other"
    tag.save()
    rebuild()
    assert "The other An other" in titles(client.get("/embed/search/"))
    assert "The other An other" not in titles(client.get("/embed/search/?type=thing"))
    assert titles(client.get("/embed/search/?type=other")) == ["The other An other"]


def test_it_shows_ten_and_leads_to_the_rest(client: Client, shelf: Shelf) -> None:
    for number in range(13):
        shelf.put(f"Thing {number:02}", colour=("red",))
    rebuild()
    response = client.get("/embed/search/?colour=red&page=2&page_size=100&sort=name")
    assert titles(response) == [f"Thing {number:02}" for number in range(10)]
    more = BeautifulSoup(response.content, "html.parser").select_one(".v-embed__end a")
    assert more.get_text(" ", strip=True) == "All 13 on the Innovation Village"
    assert more["href"] == "/search/?colour=red&sort=name"


def test_with_nothing_to_show_it_says_so_and_leads_on(client: Client, filled: Shelf) -> None:
    page = BeautifulSoup(client.get("/embed/search/?q=zzzzqqqq").content, "html.parser")
    assert "Nothing fits at the moment." in page.get_text()
    assert page.select_one(".v-embed__end a").get_text(" ", strip=True) == "More on the Innovation Village"


@pytest.mark.parametrize("asked", ["?colour=mauve", "?type=thing&colour=mauve", "?type=nothing-like-that"])
def test_a_filter_that_is_gone_shows_nothing_rather_than_everything(client: Client, filled: Shelf, asked: str) -> None:
    """It stands on somebody's page under a heading of theirs."""
    response = client.get(f"/embed/search/{asked}")
    assert titles(response) == [] and "Nothing fits at the moment." in response.content.decode()
    assert len(titles(client.get(f"/embed/search/{asked}&colour=red&type=thing"))) == 2, "what is left of it is shown"


def test_it_costs_the_same_however_much_there_is(client: Client, shelf: Shelf) -> None:
    counts = []
    for number in (1, 30):
        for each in range(number):
            shelf.put(f"Thing {number} {each}")
        rebuild()
        client.get("/embed/search/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/embed/search/")
        counts.append(len(captured))
    assert counts == [2, 2]


def test_it_takes_no_changes(client: Client, filled: Shelf) -> None:
    assert client.post("/embed/search/").status_code == 405


# ---- the line of code -----------------------------------------------------------------------------------------------
def test_every_list_gives_the_code_for_itself(client: Client, filled: Shelf) -> None:
    page = BeautifulSoup(client.get("/search/?q=pathology&colour=red&type=thing").content, "html.parser")
    field = page.select_one("#embed-code")
    assert field.has_attr("readonly") and not field.has_attr("name")
    frame = BeautifulSoup(field.get_text(), "html.parser").iframe
    assert frame["title"] == "Things for “pathology” (Colour: Red) – Innovation Village Leeds"
    path = re.sub("^https?://[^/]+", "", str(frame["src"]))
    assert titles(client.get(path)) == [heading.get_text() for heading in page.select("#results h3")]


def test_a_list_of_one_type_gives_the_code_for_that_type(client: Client, home: HomePage) -> None:
    from tests.factories.directory import DirectoryIndexPageFactory
    from tests.factories.home import StoryFactory

    OrganisationFactory(title="Wharfelight", parent=DirectoryIndexPageFactory())
    StoryFactory(title="A story")
    rebuild()
    for path, shown in (("/directory/", ["Wharfelight"]), ("/stories/", ["A story"])):
        code = BeautifulSoup(client.get(path).content, "html.parser").select_one("#embed-code").get_text()
        address = str(BeautifulSoup(code, "html.parser").iframe["src"])
        response = client.get(re.sub("^https?://[^/]+", "", address))
        assert titles(response) == shown
        assert BeautifulSoup(response.content, "html.parser").select_one(".v-embed__end a")["href"].startswith(path)


def test_what_readers_type_stays_inside_its_attribute(filled: Shelf) -> None:
    code = embed_code(Query(text='"><script>alert(1)</script>'))
    assert "<script>" not in code and code.count("<") == 2
    assert unescape(str(BeautifulSoup(code, "html.parser").iframe["title"])).startswith('Everything for “"><script>')


def test_everybody_sees_the_same(client: Client, filled: Shelf, admin_client: Client) -> None:
    get: Callable[[Client], bytes] = lambda one: one.get("/embed/search/?q=pathology").content  # noqa: E731
    assert get(client) == get(admin_client)

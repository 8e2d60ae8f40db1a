"""A whole result as CSV, JSON and Atom: complete, safe to open, and the same each time."""

import csv
import json
import re
from collections.abc import Callable
from io import StringIO
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from taggit.models import Tag

from core import page_cache
from search import engine, exports
from search.breaker import Breaker
from search.exports import cell, everything
from search.indexing import rebuild
from search.query import Query
from tests.assertions import assert_public_page
from tests.search.conftest import Shelf

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def rows(client: Client) -> Callable[..., list[dict[str, str]]]:
    def read(**asked: str) -> list[dict[str, str]]:
        response = client.get("/search/", {**asked, "as": "csv"})
        assert response.status_code == 200
        return list(csv.DictReader(StringIO(response.content.decode("utf-8-sig"), newline="")))

    return read


@pytest.fixture
def feed(client: Client) -> Callable[..., ET.Element]:
    def read(**asked: str) -> ET.Element:
        response = client.get("/search/", {**asked, "as": "atom"})
        assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
        return ET.fromstring(response.content)

    return read


# ---- every form -----------------------------------------------------------------------------------------------------
def test_the_file_has_a_name_and_says_what_it_is(client: Client, filled: Shelf) -> None:
    response = client.get("/search/", {"as": "csv"})
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(r'attachment; filename="search-\d{4}-\d\d-\d\d\.csv"', response["Content-Disposition"])
    assert response.content.startswith(b"\xef\xbb\xbf"), "Excel reads it as another alphabet"
    assert not response.cookies
    assert client.get("/search/", {"as": "json"})["Content-Type"] == "application/json"
    assert "Content-Disposition" not in client.get("/search/", {"as": "atom"})


def test_rows_are_those_of_the_list_in_its_order(
    client: Client, filled: Shelf, rows: Callable[..., list[dict[str, str]]], feed: Callable[..., ET.Element]
) -> None:
    asked = {"q": "pathology", "type": "thing"}
    page = assert_public_page(client.get("/search/", asked))
    shown = [heading.get_text() for heading in page.select("#results .v-result h3")]
    assert len(shown) == 2
    assert [row["title"] for row in rows(**asked)] == shown
    data = json.loads(client.get("/search/", {**asked, "as": "json"}).content)
    assert [row["title"] for row in data["results"]] == shown
    assert (data["count"], data["shown"]) == (2, 2)
    assert [entry.findtext(f"{ATOM}title") for entry in feed(**asked).iter(f"{ATOM}entry")] == shown


def test_filters_and_order_hold(filled: Shelf, rows: Callable[..., list[dict[str, str]]]) -> None:
    assert [row["title"] for row in rows(colour="blue")] == ["Airedale Works"]
    assert [row["title"] for row in rows(type="thing", sort="name")] == sorted(r["title"] for r in rows(type="thing"))
    assert rows(q="nothing-has-this-word") == []


def test_the_whole_result_not_a_page_of_it(shelf: Shelf, rows: Callable[..., list[dict[str, str]]]) -> None:
    for number in range(205):
        shelf.put(f"Thing number {number:03}")
    rebuild()
    found = rows(sort="name", page="3", page_size="7")
    assert [row["title"] for row in found] == [f"Thing number {number:03}" for number in range(205)]


def test_there_is_an_end(shelf: Shelf, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "MOST_ROWS", 100)
    for number in range(150):
        shelf.put(f"Thing number {number:03}")
    rebuild()
    data = json.loads(client.get("/search/", {"as": "json"}).content)
    assert (data["count"], data["shown"], len(data["results"])) == (150, 100, 100)


def test_statements_are_counted_by_pages_not_rows(shelf: Shelf) -> None:
    for number in range(150):
        shelf.put(f"Thing number {number:03}")
    rebuild()
    with CaptureQueriesContext(connection) as captured:
        everything(Query(types=frozenset({"thing"})))
    assert len(captured) <= 3 * 2, "three for each of two pages"


def test_a_form_that_we_have_not_is_the_page(client: Client, filled: Shelf) -> None:
    assert_public_page(client.get("/search/", {"as": "pdf"}))


def test_who_asks_again_gets_nothing_new(client: Client, filled: Shelf) -> None:
    for form in ("csv", "json", "atom"):
        first = client.get("/search/", {"as": form})
        again = client.get("/search/", {"as": form}, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
    Tag.objects.filter(name="Airedale Works").update(name="Airedale Mills")
    rebuild()
    assert client.get("/search/", {"as": "csv"}, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_files_say_what_searched_and_that_the_usual_engine_does_not_answer(
    client: Client, filled: Shelf, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> tuple[set[str], dict[str, Any], str | None]:
        asked = {form: client.get("/search/", {"q": "pathology", "as": form}) for form in ("csv", "json", "atom")}
        subtitle = ET.fromstring(asked["atom"].content).findtext(f"{ATOM}subtitle")
        return {response["X-Search-Engine"] for response in asked.values()}, json.loads(asked["json"].content), subtitle

    headers, data, subtitle = told()
    assert headers == {connection.vendor}
    assert (data["engine"], data["degraded"], subtitle) == (connection.vendor, False, None)

    monkeypatch.setattr(engine, "_breaker", Breaker())
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:9"
    headers, data, subtitle = told()
    assert headers == {f"{connection.vendor};degraded"}
    assert (data["engine"], data["degraded"], data["shown"]) == (connection.vendor, True, 2)
    assert subtitle and "basic mode" in subtitle


def test_page_and_file_are_never_mistaken_for_each_other(client: Client, filled: Shelf, settings: object) -> None:
    settings.MIDDLEWARE = ["core.page_cache.AnonymousPageCache", *settings.MIDDLEWARE]  # type: ignore[attr-defined]
    page_cache.bump()
    for _ in range(2):
        assert client.get("/search/")["Content-Type"].startswith("text/html")
        for form in ("csv", "json", "atom"):
            response = client.get("/search/", {"as": form})
            assert response["Content-Type"].startswith(exports.FORMS[form].content_type)
            assert "X-Cache" not in response, "a thousand rows would push pages out"


# ---- the row of links -----------------------------------------------------------------------------------------------
def test_links_lead_to_the_same_result(client: Client, filled: Shelf) -> None:
    page = assert_public_page(client.get("/search/", {"q": "pathology", "type": "thing", "sort": "name"}))
    box = page.select_one(".v-export")
    assert box and box.span and box.span.get_text() == "Take these 2 with you:"
    assert [link.get_text() for link in box.find_all("a")] == ["CSV", "JSON", "Atom feed"]
    for link, form in zip(box.find_all("a"), ("csv", "json", "atom"), strict=True):
        assert link["href"] == f"/search/?q=pathology&type=thing&sort=name&as={form}"
        assert client.get(link["href"])["Content-Type"].startswith(exports.FORMS[form].content_type)


def test_nothing_found_is_nothing_to_take(client: Client, filled: Shelf) -> None:
    assert not assert_public_page(client.get("/search/", {"q": "zzzzqqq"})).select(".v-export")


# ---- spreadsheets ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "words",
    ['=HYPERLINK("http://x.example")', "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "  =1", "＝1", "\r=1"],
)
def test_no_cell_is_a_formula(words: str) -> None:
    assert cell(words) == f"'{words}"
    assert cell([words, "x"]).startswith("'")


def test_what_is_no_formula_stays_as_it_is() -> None:
    assert cell("Leeds – a city, “the” city") == "Leeds – a city, “the” city"
    assert [cell(value) for value in (None, True, False, ["a", "b"], 7)] == ["", "yes", "no", "a; b", "7"]


def test_words_come_back_whole(shelf: Shelf, rows: Callable[..., list[dict[str, str]]]) -> None:
    shelf.put('Comma, "quotes" and Ünïcode', summary="One line\nand another; =not a formula here")
    shelf.put("=1+1")
    rebuild()
    plain, formula = sorted(rows(), key=lambda row: row["title"], reverse=True)
    assert plain["title"] == 'Comma, "quotes" and Ünïcode'
    assert plain["summary"] == "One line\nand another; =not a formula here"
    assert formula["title"] == "'=1+1"


# ---- Atom -----------------------------------------------------------------------------------------------------------
def test_the_feed_has_all_that_atom_asks_for(filled: Shelf, feed: Callable[..., ET.Element]) -> None:
    found = feed(q="pathology")
    for name in ("id", "title", "updated", "author"):
        assert len(found.findall(f"{ATOM}{name}")) == 1, name
    links = {link.get("rel"): link.get("href") for link in found.findall(f"{ATOM}link")}
    assert links["self"] == f"{settings.BASE_URL}/search/?q=pathology&as=atom" == found.findtext(f"{ATOM}id")
    assert links["alternate"] == f"{settings.BASE_URL}/search/?q=pathology"
    entries = found.findall(f"{ATOM}entry")
    assert len(entries) == 2
    for entry in entries:
        for name in ("id", "title", "updated", "link"):
            assert len(entry.findall(f"{ATOM}{name}")) == 1, name
        moment = entry.findtext(f"{ATOM}updated") or ""
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", moment)
        link = entry.find(f"{ATOM}link")
        assert link is not None and link.get("href", "").startswith(f"{settings.BASE_URL}/things/")


def test_ids_are_permanent(filled: Shelf, feed: Callable[..., ET.Element]) -> None:
    def ids() -> set[str]:
        return {entry.findtext(f"{ATOM}id") or "" for entry in feed(type="thing").iter(f"{ATOM}entry")}

    before = ids()
    assert len(before) == 4
    assert all(re.fullmatch(r"tag:[a-z0-9.-]+,2026:thing/\d+", name) for name in before)
    for tag in Tag.objects.all():
        Tag.objects.filter(pk=tag.pk).update(name=f"Renamed {tag.pk}", slug=f"moved-{tag.pk}")
    rebuild()
    assert ids() == before


def test_control_characters_do_not_break_it(shelf: Shelf, feed: Callable[..., ET.Element]) -> None:
    shelf.put("Bell \x07 and <tags> & \x0b tabs", summary="\x01 end \ufffe")  # PostgreSQL holds no NUL at all
    rebuild()
    entry = next(feed().iter(f"{ATOM}entry"))
    assert "<tags> &" in (entry.findtext(f"{ATOM}title") or "")


def test_an_empty_feed_does_not_change_each_second(feed: Callable[..., ET.Element], shelf: Shelf) -> None:
    rebuild()
    assert (feed().findtext(f"{ATOM}updated") or "").startswith("2026-01-01T00:00:00")

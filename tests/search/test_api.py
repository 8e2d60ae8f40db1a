"""The API as a whole: described completely, open for reading, JSON whatever is asked."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from openapi_spec_validator import validate

from core import page_cache
from core.api import operations
from search import views
from search.indexing import rebuild
from search.open_lists import parameters_of
from search.openapi import document
from tests.assertions import assert_public_page
from tests.described import as_described, ask
from tests.factories.directory import OrganisationFactory
from tests.search.conftest import Shelf

pytestmark = pytest.mark.django_db


def patterns(found: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for pattern in found:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern.url_patterns, route)
        else:
            yield route


# ---- description ----------------------------------------------------------------------------------------------------
def test_the_description_is_valid(client: Client, filled: Shelf) -> None:
    described = ask(client, "/api/v1/openapi.json")
    assert described["openapi"].startswith("3.1.")
    validate(described)


def test_every_address_is_described() -> None:
    routes = {route for route in patterns(get_resolver().url_patterns) if route.startswith("api/")}
    assert len(routes) >= 11
    described = {"/" + re.sub(r"<(?:[a-z]+:)?([a-z_]+)>", r"{\1}", route) for route in routes}
    assert described == set(document()["paths"]) == set(operations)


def test_values_of_filters_are_those_of_today(filled: Shelf) -> None:
    """A list refuses any other; search, which leaves it out, only names them."""
    values = ["red", "green", "blue", "not-stated"]
    of_list = {p.name: p.schema for p in parameters_of(("thing",))}
    assert of_list["colour"]["items"] == {"type": "string", "enum": values}
    assert of_list["page_size"]["maximum"] == 100
    of_search = {p["name"]: p for p in document()["paths"]["/api/v1/search"]["get"]["parameters"]}
    assert of_search["colour"]["schema"]["items"] == {"type": "string", "examples": values}
    assert "From 1 to 100, or the nearest" in of_search["page_size"]["description"]


# ---- search and suggestions -----------------------------------------------------------------------------------------
def test_answers_of_search_are_as_described(client: Client, filled: Shelf) -> None:
    found = ask(client, "/api/v1/search", q="pathology", colour="red")
    assert found["count"] == 2
    assert {"count", "results", "facets", "did_you_mean", "engine", "took_ms"} <= found.keys()
    assert (found["any_word"], found["with_every_word"]) == (False, 2)
    assert found["results"][0].keys() == {"id", "type", "title", "url", "summary", "highlights", "why"}
    assert ask(client, "/api/v1/suggest", q="nat")["suggestions"]
    assert ask(client, "/api/v1/search", q="zzzz", page="nonsense", colour="no-colour")["count"] == 0


@pytest.mark.parametrize("path", ["/api/v1/search", "/api/v1/organisations/"])
def test_who_has_some_of_the_words_only_is_told_apart(client: Client, path: str) -> None:
    """As the page says it: “Of these, 1 result has all of your words; the others have some of them.”"""
    OrganisationFactory(title="Pathology of glaze")
    OrganisationFactory(title="Pathology of clay")
    rebuild()
    found = ask(client, path, q="pathology glaze")
    assert (found["count"], found["any_word"], found["with_every_word"]) == (2, True, 1)


# ---- for other sites and other methods ------------------------------------------------------------------------------
def test_other_sites_may_read(client: Client, filled: Shelf) -> None:
    response = client.options("/api/v1/search", headers={"Origin": "https://partner.example"})
    assert (response.status_code, response.content) == (204, b"")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "Access-Control-Allow-Credentials" not in response


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_changed(method: str, shelf: Shelf) -> None:
    response = getattr(Client(enforce_csrf_checks=True), method)("/api/v1/organisations/")
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert json.loads(response.content)["error"]["rule"] == "method"


@pytest.mark.parametrize("path", ["/api/", "/api/v2/", "/api/v1/people/", "/api/v1/organisations/a/b/c"])
def test_what_is_not_there_is_said_in_json(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert "openapi.json" in json.loads(response.content)["error"]["message"]


def test_a_last_slash_that_was_forgotten(client: Client, shelf: Shelf) -> None:
    response = client.get("/api/v1/organisations?page=2")
    assert (response.status_code, response["Location"]) == (301, "/api/v1/organisations/?page=2")


@pytest.mark.parametrize("kept", [False, True], ids=["asked", "remembered"])
def test_who_has_it_already_gets_nothing(client: Client, shelf: Shelf, settings: Any, kept: bool) -> None:
    if kept:
        settings.MIDDLEWARE = ["core.page_cache.AnonymousPageCache", *settings.MIDDLEWARE]
    first = client.get("/api/v1/organisations/")
    again = client.get("/api/v1/organisations/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("kept", [False, True], ids=["asked", "remembered"])
def test_how_long_it_took_does_not_make_it_another_answer(
    client: Client, filled: Shelf, settings: Any, monkeypatch: pytest.MonkeyPatch, kept: bool
) -> None:
    if kept:
        settings.MIDDLEWARE = ["core.page_cache.AnonymousPageCache", *settings.MIDDLEWARE]
    times = iter((3, 7, 11, 13))
    usual = views.search
    monkeypatch.setattr(views, "search", lambda query: replace(usual(query), took_ms=next(times)))

    def asked(words: str = "pathology", **headers: str) -> HttpResponse:
        page_cache.bump()
        return client.get("/api/v1/search", {"q": words}, headers=headers)

    first, again = asked(), asked()
    assert (first.json()["took_ms"], again.json()["took_ms"]) == (3, 7)
    assert first["ETag"] == again["ETag"]
    assert first["ETag"].startswith('W/"'), "not the same to the byte"
    unchanged = asked(**{"If-None-Match": first["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert asked("lawyers")["ETag"] != first["ETag"]


# ---- refusals -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ("page_size", "0"),
        ("page_size", "101"),
        ("page_size", "many"),
        ("page_size", ""),
        ("page_size", "²"),
        ("page", "-1"),
        ("page", "501"),
        ("page", "9" * 30),
        ("sort", "random"),
        ("exact", "yes"),
        ("q", "x" * 501),
        ("need", "no-need"),
        ("need", "\x00"),
        ("needs", "money"),
    ],
)
@pytest.mark.parametrize("path", ["organisations", "programmes", "cohorts", "stories"])
def test_a_refusal_names_the_rule(client: Client, path: str, rule: str, value: str) -> None:
    data: dict[str, Any] = ask(client, f"/api/v1/{path}/", 400, **{rule: value})
    assert data["error"]["rule"] == rule
    assert data["error"]["message"].endswith(".")


def test_a_page_beyond_the_last(client: Client, db: None) -> None:
    data = ask(client, "/api/v1/stories/", 404, page="2")
    assert data["error"] == {"rule": "page", "message": "There is no page 2: the last one is 1."}


@pytest.mark.parametrize("path", ["organisations", "programmes", "cohorts", "stories"])
@pytest.mark.parametrize("slug", ["nobody", "%00", "%F0%9F%8F%A5", "x" * 400, "..%5C..", "%C3%28"])
def test_who_is_not_there(client: Client, db: None, path: str, slug: str) -> None:
    response = client.get(f"/api/v1/{path}/{slug}/")
    assert response.status_code == 404
    assert as_described(response, f"/api/v1/{path}/x/")["error"]["rule"] == "address"


# ---- for browsers ---------------------------------------------------------------------------------------------------
def test_the_pages_stay_pages(client: Client, filled: Shelf) -> None:
    assert_public_page(client.get("/search/"))

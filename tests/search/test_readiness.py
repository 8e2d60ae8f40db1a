"""``/readyz`` says when search does not answer, and every page with a list when its usual engine does not."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client

from home.models import HomePage
from search import engine
from search.embedded.engine import EmbeddedEngine
from search.engines import EngineUnavailable
from search.indexing import rebuild
from tests.factories.directory import (
    DirectoryIndexPageFactory,
    NeedFactory,
    OfferFactory,
    OrganisationFactory,
    StageFactory,
    SupportPageFactory,
)
from tests.factories.events import EventIndexPageFactory
from tests.factories.home import StoryIndexPageFactory


class Lost(EmbeddedEngine):
    def find(self, *args: Any, **kwargs: Any) -> Any:
        raise EngineUnavailable("no such table: search_indexeddocument")


@pytest.mark.django_db
def test_lost_index_is_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_embedded", Lost())

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"]["search"]["ready"] is False
    assert "search_indexeddocument" not in answer.content.decode()


@pytest.mark.django_db
def test_the_engine_that_a_visitor_gets_is_named(client: Client) -> None:
    search = client.get("/readyz").json()["checks"]["search"]

    assert search["engine"] == client.get("/api/v1/search?q=x").json()["engine"] == connection.vendor
    assert search["degraded"] is False


@pytest.mark.django_db
def test_every_page_with_a_list_says_that_the_usual_engine_is_away(
    client: Client, home: HomePage, settings: Any
) -> None:
    for factory in (DirectoryIndexPageFactory, SupportPageFactory, EventIndexPageFactory, StoryIndexPageFactory):
        factory()
    need, stage = NeedFactory(name="Work space", slug="work-space"), StageFactory(number=1, slug="stage-1")
    OrganisationFactory(title="Desks", offers=[OfferFactory.build(need=need, stages=[stage])])
    rebuild()
    lists = ["/search/", "/directory/", "/events/", "/events/?view=calendar", "/stories/", "/embed/search/"]
    lists += ["/support/", "/support/?need=work-space&stage=stage-1"]

    def without_a_word() -> list[str]:
        pages = {path: BeautifulSoup(client.get(path).content, "html.parser") for path in lists}
        return [path for path, page in pages.items() if "basic mode" not in page.get_text()]

    assert without_a_word() == lists
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:9"
    assert without_a_word() == []


@pytest.mark.django_db
def test_lists_that_are_exchanged_in_place_exchange_what_is_said_of_them(client: Client, home: HomePage) -> None:
    for factory in (DirectoryIndexPageFactory, EventIndexPageFactory, StoryIndexPageFactory):
        factory()
    for path in ("/search/", "/directory/", "/events/", "/stories/"):
        page = BeautifulSoup(client.get(path).content, "html.parser")
        form = page.select_one("#results").find_parent("form")
        exchanged = form["data-hx-select-oob"].split(",")
        assert "#told" in exchanged and all(page.select_one(part) for part in exchanged), path

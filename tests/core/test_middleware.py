"""The site is found once a publication, and nothing that one request notes on it reaches the next."""

from collections.abc import Callable

import pytest
from django.test import Client, RequestFactory
from wagtail.models import Site

from core import page_cache
from core.middleware import KnownSite
from home.models import HomePage

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(home: HomePage, settings: object, tmp_path: object) -> Callable[[], Site]:
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]

    def found() -> Site:
        request = RequestFactory().get("/")
        request.content_version = page_cache.version()  # type: ignore[attr-defined]
        KnownSite(lambda request: None)(request)  # type: ignore[arg-type,return-value]
        return Site.find_for_request(request)

    return found


def test_site_is_asked_for_once(ask: Callable[[], Site], django_assert_num_queries: Callable[..., object]) -> None:
    ask()

    with django_assert_num_queries(0):
        ask()


def test_what_a_request_notes_on_the_site_is_its_own(ask: Callable[[], Site]) -> None:
    first = ask()
    first.root_page.title = "Spoiled"
    first.hostname = "spoiled.example"

    second = ask()

    assert second.root_page.title != "Spoiled"
    assert second.hostname != "spoiled.example"


def test_moved_site_is_found_anew(ask: Callable[[], Site]) -> None:
    ask()
    Site.objects.update(site_name="Another name")
    page_cache.bump()

    assert ask().site_name == "Another name"


def test_unknown_host_is_refused_as_ever(client: Client) -> None:
    assert client.get("/", headers={"host": "elsewhere.example"}).status_code == 400

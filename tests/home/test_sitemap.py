"""``/sitemap.xml``: exactly the pages that a search engine may show."""

from collections.abc import Callable
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings
from django.test import Client
from wagtail.models import Page

from core import sitemap
from search.indexing import rebuild
from tests.assertions import assert_public_page
from tests.factories.directory import CohortFactory, OrganisationFactory, SupportPageFactory
from tests.factories.home import ContentPageFactory, EpisodeFactory, PodcastFactory, StoryFactory
from tests.factories.pages import restrict

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

PARTS = {"s": sitemap.NAMESPACE}


def listed(client: Client, path: str = "/sitemap.xml") -> dict[str, str | None]:
    """The addresses with the day on which each was last published."""
    response = client.get(path)
    assert (response.status_code, response["Content-Type"]) == (200, "application/xml; charset=utf-8")
    root = ET.fromstring(response.content)
    entries = root.findall("s:url", PARTS) + root.findall("s:sitemap", PARTS)
    found = [(entry.findtext("s:loc", "", PARTS), entry.findtext("s:lastmod", None, PARTS)) for entry in entries]
    assert len(dict(found)) == len(found)
    assert all(address.startswith(f"{settings.BASE_URL}/") for address, _ in found)
    return {address.removeprefix(settings.BASE_URL): day for address, day in found}


@pytest.fixture
def village() -> None:
    """Pages of every kind, some of which nobody may open."""
    SupportPageFactory()
    OrganisationFactory(slug="trust")
    OrganisationFactory(slug="a-draft", live=False)
    restrict(OrganisationFactory(slug="locked"))
    CohortFactory(slug="cohort", programme__slug="programme")
    StoryFactory(slug="story")
    series = PodcastFactory(slug="series")
    EpisodeFactory(slug="episode", parent=series)
    hidden = PodcastFactory(slug="hidden")
    EpisodeFactory(slug="below-what-is-hidden", parent=hidden)
    restrict(hidden)
    about = ContentPageFactory(slug="about")
    ContentPageFactory(slug="history", parent=about)
    rebuild()


def test_exactly_what_anybody_may_open(client: Client, village: None) -> None:
    parts = ("", "support/", "directory/", "cohorts/", "stories/", "about/", "about/history/", "cohorts/cohort/")
    more = ("cohorts/programme/", "stories/story/", "stories/series/", "stories/series/episode/", "directory/trust/")
    who_runs_it = {f"/directory/{page.slug}/" for page in Page.objects.filter(slug__startswith="organisation-")}
    assert set(listed(client)) == {f"/{part}" for part in (*parts, *more)} | who_runs_it


def test_each_is_a_page_that_wants_to_be_found_under_this_address(client: Client, village: None) -> None:
    for path in listed(client):
        page = assert_public_page(client.get(path))
        assert page.find("link", rel="canonical")["href"] == settings.BASE_URL + path
        assert page.find("meta", attrs={"name": "robots"}) is None, path


def test_addresses_that_want_not_to_be_found_are_not_there(client: Client, village: None) -> None:
    paths = set(listed(client))
    for path in ("/search/", "/directory/shortlist/", "/directory/?q=x", "/accounts/login/"):
        page = client.get(path)
        assert page.status_code == 200
        assert 'name="robots" content="noindex"' in page.content.decode(), path
        assert path.partition("?")[0] not in paths or "?" in path


def test_the_day_is_that_of_publication_not_of_a_draft(client: Client) -> None:
    page = ContentPageFactory(slug="about", last_published_at=datetime(2026, 5, 3, 12, tzinfo=UTC))
    page.title = "Not yet"
    page.save_revision()
    assert listed(client)["/about/"] == "2026-05-03"


def test_what_was_never_published_through_the_cms_has_no_day(client: Client) -> None:
    ContentPageFactory(slug="about").save_revision()
    assert listed(client)["/about/"] is None


def test_many_pages_stand_in_several_files(client: Client, village: None, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = listed(client)
    monkeypatch.setattr(sitemap, "MOST", 4)
    files = list(listed(client))
    assert files == [f"/sitemap.xml?p={number}" for number in range(1, len(files) + 1)]
    found = [listed(client, file) for file in files]
    assert {path: day for file in found for path, day in file.items()} == everything
    assert max(map(len, found)) == 4
    for number in ("0", str(len(files) + 1), "x", "²", "-1", "9" * 30):
        assert client.get("/sitemap.xml", {"p": number}).status_code == 404


@pytest.mark.parametrize("number", ["0000000010", "000000001" + "0" * 5000, "1" * 5000])
def test_a_number_of_many_digits_is_no_file(client: Client, village: None, number: str) -> None:
    """Python refuses to read more than some thousands of digits."""
    assert client.get("/sitemap.xml", {"p": number}).status_code == 404


@pytest.mark.parametrize("number", [1, 12])
def test_three_statements_however_many_pages(statements: Callable[[str], int], number: int) -> None:
    for count in range(number):
        ContentPageFactory(slug=f"page-{count}")
    assert statements("/sitemap.xml") == 3  # one asks for the targets of the strategy

"""Nothing found: other words, the rest of the village and a person are offered, and each offer keeps its promise."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from wagtail.models import Page

from search.engine import search
from search.indexing import rebuild
from search.query import Query
from search.results import OtherWords
from search.spelling import alike
from tests.assertions import assert_public_page
from tests.factories.directory import DirectoryIndexPageFactory, KindFactory, OrganisationFactory
from tests.factories.home import StoryFactory, StoryIndexPageFactory
from tests.search.conftest import Shelf

pytestmark = pytest.mark.django_db

STORIES = frozenset({"story"})


@pytest.fixture
def stories(home: Page) -> None:
    """“market” stands in the directory alone; stories have a word near it."""
    StoryIndexPageFactory()
    StoryFactory(title="Marker", summary="A marker in the blood.")
    StoryFactory(title="More of it", summary="One more marker.")
    DirectoryIndexPageFactory()
    OrganisationFactory(title="Market", summary="A market.", kind=KindFactory(slug="such"))
    rebuild()


def empty_box(client: Client, address: str) -> BeautifulSoup:
    return assert_public_page(client.get(address)).select_one(".v-empty")


def offers(box: BeautifulSoup) -> dict[str, str]:
    """What is offered, with what it promises."""
    return {row.a.get_text(): row.span.get_text() for row in box.select(".v-lines li") if row.span}


def test_what_is_known_elsewhere_is_offered_with_its_number(client: Client, stories: None) -> None:
    box = empty_box(client, "/stories/?q=markwt")

    assert offers(box)["“markwt” in everything"] == "1 result"
    there = assert_public_page(client.get(box.select_one(".v-lines a")["href"]))
    assert [title.get_text() for title in there.select("#results h3")] == ["Market"]


def test_near_words_are_offered_when_the_likeliest_finds_nothing_either(client: Client, stories: None) -> None:
    results = search(Query(text="markwt", types=STORIES))
    assert (results.total, results.did_you_mean) == (0, "market")
    assert results.other_words == [OtherWords("marker", 2)]

    box = empty_box(client, "/stories/?q=markwt")
    assert offers(box)["marker"] == "2 stories"
    there = assert_public_page(client.get(next(a["href"] for a in box.select("a") if a.get_text() == "marker")))
    assert len(there.select("#results .v-card")) == 2


def test_whoever_insisted_on_a_slip_is_told_of_it_now(stories: None) -> None:
    assert search(Query(text="markerr", types=STORIES, exact=True)).other_words == [OtherWords("marker", 2)]


def test_every_other_word_stays_as_it_was_typed(stories: None) -> None:
    assert [o.text for o in search(Query(text="Qqzz markwt", types=STORIES)).other_words] == ["Qqzz marker"]


def test_what_finds_nothing_is_not_offered(stories: None) -> None:
    for text in ("zzzzqqqq", "markwt", "maket", "markwt qqzz markwt"):
        for other in search(Query(text=text, types=STORIES)).other_words:
            assert search(Query(text=other.text, types=STORIES)).total == other.count > 0


def test_a_page_does_not_claim_results_of_words_that_found_none(client: Client, stories: None) -> None:
    page = assert_public_page(client.get("/stories/?q=markwt"))

    assert "We looked for market, too." in page.select_one(".v-mean").get_text()
    assert "Showing results" not in page.get_text()


def test_with_filters_only_the_filters_are_blamed(stories: None) -> None:
    results = search(Query(text="marker", types=STORIES, filters={"format": frozenset({"podcast"})}))

    assert (results.other_words, results.elsewhere) == ([], 0)
    assert [drop.name for drop in results.drops] == ["format"]


def test_gibberish_is_sent_to_what_always_works(client: Client, stories: None) -> None:
    box = empty_box(client, "/stories/?q=zzzzqqqq")

    assert "Check the spelling" in box.get_text()
    assert {"/support/", "/directory/"} <= {link["href"] for link in box.select("a")}


@pytest.mark.parametrize(
    ("address", "carried"),
    [
        ("/directory/?q=zzzzqqqq", "/directory/?q=zzzzqqqq"),
        ("/search/?q=zzzz+%26+%22qqqq%22", "/search/?q=zzzz+%26+%22qqqq%22"),
        ("/directory/?kind=such&q=zzzz&page=3", "/directory/?q=zzzz&kind=such"),
    ],
)
def test_an_introduction_request_carries_what_was_asked(
    client: Client, stories: None, address: str, carried: str
) -> None:
    ask = empty_box(client, address).select_one("a.v-btn--warm")

    assert ask.get_text() == "Ask for an introduction"
    assert urlsplit(ask["href"]).path == "/contact/"
    assert parse_qs(urlsplit(ask["href"]).query) == {"searched": [carried]}


@pytest.mark.parametrize(
    ("asked", "most"), [("/stories/?q=zzzzqqqq", 11), ("/stories/?q=markwt", 12), ("/stories/?q=markwt&exact=1", 12)]
)
def test_offers_cost_one_statement(statements: Callable[[str], int], stories: None, asked: str, most: int) -> None:
    assert statements(asked) <= most


def test_words_that_look_alike_are_for_editors_to_choose_from(filled: Shelf) -> None:
    assert alike("diagnosing")[0] == "diagnostics"
    assert alike("patho")[0] == "pathology"
    assert alike("lab") == alike("zzzzqqqq") == []

"""Stories, podcast and content pages: lists, the page, feeds, and what an enquiry is about."""

from collections.abc import Callable
from datetime import date, timedelta
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest
import time_machine
from django.test import Client

from home.choices import StoryKind
from home.models import ContentPage, HomePage
from search.indexing import rebuild
from tests.assertions import assert_public_page
from tests.factories.directory import KindFactory, NeedFactory, OrganisationFactory, StageFactory, ThemeFactory
from tests.factories.home import (
    ContentPageFactory,
    EpisodeFactory,
    PictureFactory,
    PodcastFactory,
    StoryFactory,
    StoryIndexPageFactory,
)
from tests.factories.pages import restrict

pytestmark = pytest.mark.django_db

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def headings(page: object) -> list[str]:
    return [h.get_text() for h in page.select("#results h3")]  # type: ignore[attr-defined]


# ---- list -----------------------------------------------------------------------------------------------------------
def test_newest_come_first_and_words_find_them(client: Client, home: HomePage) -> None:
    StoryFactory(title="Glass slides", published_on=date(2027, 5, 1))
    StoryFactory(title="A front door", published_on=date(2027, 5, 3))
    EpisodeFactory(title="What the slide shows", published_on=date(2027, 5, 2))
    rebuild()

    assert headings(assert_public_page(client.get("/stories/"))) == [
        "A front door",
        "What the slide shows",
        "Glass slides",
    ]
    assert set(headings(assert_public_page(client.get("/stories/?q=slide")))) == {
        "What the slide shows",
        "Glass slides",
    }


def test_every_page_and_file_has_the_order_that_was_asked_for(client: Client, home: HomePage) -> None:
    for number in range(14):
        StoryFactory(title=f"Story {number:02}", published_on=date(2027, 5, 1 + number))
    rebuild()
    first = assert_public_page(client.get("/stories/?sort=best"))
    by_title, next_url = headings(first), first.select_one("a[rel=next]")["href"]
    assert by_title[0] == "Story 00"
    assert headings(assert_public_page(client.get(f"/stories/{next_url.removeprefix('/stories/')}"))) == [
        "Story 12",
        "Story 13",
    ]
    for link in first.select(".v-export a"):
        assert link["href"].startswith("/stories/?sort=best&as=")
    feed = ET.fromstring(client.get("/stories/?sort=best&as=atom").content)
    assert feed.findtext("a:id", "", ATOM).endswith("/stories/?sort=best&as=atom")
    usual = assert_public_page(client.get("/stories/"))
    assert usual.select_one("a[rel=next]")["href"] == "/stories/?page=2"


def test_without_its_words_a_list_is_in_its_own_order(client: Client, home: HomePage) -> None:
    StoryFactory(title="Glass slides", kind=StoryKind.NEWS)
    rebuild()
    for asked, way_out in (("", ""), ("&sort=name", "&sort=name")):
        page = assert_public_page(client.get(f"/stories/?q=zzzzzz&format=news{asked}"))
        assert f"/stories/?format=news{way_out}" in [link["href"] for link in page.select(".v-empty a")]


def test_list_is_narrowed_by_kind_and_theme(client: Client, home: HomePage) -> None:
    theme = ThemeFactory(name="Digital", slug="digital")
    StoryFactory(title="News", kind=StoryKind.NEWS, theme=theme)
    StoryFactory(title="Case", kind=StoryKind.CASE_STUDY)
    EpisodeFactory(title="Episode")
    rebuild()

    assert headings(assert_public_page(client.get("/stories/?format=case-study"))) == ["Case"]
    assert headings(assert_public_page(client.get("/stories/?format=podcast"))) == ["Episode"]
    assert headings(assert_public_page(client.get("/stories/?theme=digital"))) == ["News"]


def test_empty_list_offers_a_way_out(client: Client, home: HomePage) -> None:
    StoryFactory(title="Glass slides")
    rebuild()

    page = assert_public_page(client.get("/stories/?q=zzzzzz"))

    assert "Nothing found for “zzzzzz”" in page.select_one(".v-empty").get_text()


# ---- story ----------------------------------------------------------------------------------------------------------
def test_story_names_its_organisations_and_offers_an_introduction(client: Client, home: HomePage) -> None:
    ContentPageFactory(title="Contact", slug="contact")
    npic, hidden = OrganisationFactory(title="NPIC", slug="npic"), OrganisationFactory(title="Secret partner")
    restrict(hidden)
    story = StoryFactory(
        title="Glass slides", organisations=[hidden, npic], cover=PictureFactory(), cover_alt="A bench."
    )

    page = assert_public_page(client.get(story.url))

    assert [link.get_text() for link in page.select(".v-box--stone a")] == ["NPIC"]
    assert page.select_one("main a.v-btn--warm")["href"] == "/contact/?organisation=npic"
    assert page.select_one(".v-story__art img")["alt"] == "A bench."
    assert "Secret" not in page.get_text()


def test_episode_without_sound_says_so_and_leads_to_its_neighbours(client: Client, home: HomePage) -> None:
    series = PodcastFactory(title="Conversations")
    first, second, third = (EpisodeFactory(parent=series, number=n, title=f"Number {n}") for n in (1, 2, 3))
    EpisodeFactory(parent=series, number=4, live=False)

    page = assert_public_page(client.get(second.url))

    links = [link["href"] for link in page.select("nav[aria-labelledby=others] h3 a")]
    assert links == [first.url, third.url]
    assert "The recording is not here yet" in page.get_text()


def test_series_does_not_name_a_hidden_maker(client: Client, home: HomePage) -> None:
    maker = OrganisationFactory(title="Secret maker")
    series = PodcastFactory(made_by=maker)
    restrict(maker)

    assert "Secret" not in client.get(series.url).content.decode()


# ---- feeds ----------------------------------------------------------------------------------------------------------
@time_machine.travel("2027-05-20 12:00", tick=False)
def test_stories_are_read_elsewhere_as_atom(client: Client, home: HomePage) -> None:
    story = StoryFactory(title="Glass slides", published_on=date(2027, 5, 1))
    StoryFactory(title="A draft", live=False)
    restrict(StoryFactory(title="Members only"))

    answer = client.get("/stories/feed/")

    feed = ET.fromstring(answer.content)
    assert answer["Content-Type"].startswith("application/atom+xml")
    assert [entry.findtext("a:title", namespaces=ATOM) for entry in feed.findall("a:entry", ATOM)] == ["Glass slides"]
    assert feed.find("a:entry/a:link", ATOM).attrib["href"].endswith(story.url)
    assert not answer.cookies


def test_episodes_are_heard_elsewhere_as_rss(client: Client, home: HomePage) -> None:
    series = PodcastFactory(title="Conversations")
    EpisodeFactory(parent=series, title="What the slide shows", number=1)

    feed = ET.fromstring(client.get(f"{series.url}feed/").content)

    assert [item.findtext("title") for item in feed.findall("channel/item")] == ["What the slide shows"]


def test_other_addresses_inside_a_page_are_not_found(client: Client, home: HomePage) -> None:
    StoryIndexPageFactory()

    assert client.get("/stories/feed/more/").status_code == 404
    assert client.get("/stories/food/").status_code == 404


def test_feed_of_a_restricted_page_sends_to_the_door(client: Client, home: HomePage) -> None:
    restrict(StoryIndexPageFactory())

    assert client.get("/stories/feed/").status_code == 302


# ---- content pages --------------------------------------------------------------------------------------------------
@pytest.fixture
def contact(home: HomePage) -> ContentPage:
    body = [("contact", {"heading": "Ask a person", "note": ""})]
    return ContentPageFactory(title="Contact", slug="contact", body=body)


def test_enquiry_knows_what_it_is_about(client: Client, contact: ContentPage) -> None:
    OrganisationFactory(title="NPIC", slug="npic")

    assert "NPIC" in assert_public_page(client.get("/contact/?organisation=npic&kind=partnership")).get_text()


@pytest.mark.parametrize(
    "asked", ["organisation=nobody", "organisation=%00", "kind=other", "need=%00&stage=x", "organisation=" + "a" * 5000]
)
def test_enquiry_about_nothing_known_is_a_plain_one(client: Client, contact: ContentPage, asked: str) -> None:
    plain = assert_public_page(client.get("/contact/")).main.get_text()

    assert assert_public_page(client.get(f"/contact/?{asked}")).main.get_text() == plain


def test_enquiry_carries_what_was_chosen_in_the_navigator(client: Client, contact: ContentPage) -> None:
    NeedFactory(name="Work space", slug="work-space")
    StageFactory(number=3, name="Validating concept", slug="validating-concept")

    page = assert_public_page(client.get("/contact/?need=work-space&stage=validating-concept"))

    assert "Work space, at stage 3 Validating concept" in page.main.get_text()


def test_enquiry_carries_what_was_searched_for(client: Client, contact: ContentPage) -> None:
    KindFactory(name="Investor", slug="investor")
    asked = urlencode({"searched": "/directory/?q=wearable+sensors&kind=investor&page=2&none=such"})

    page = assert_public_page(client.get(f"/contact/?{asked}"))

    assert "You looked for “wearable sensors”, Investor." in page.main.get_text()


@pytest.mark.parametrize(
    "searched", ["", "/directory/", "/directory/?kind=none-such", "\x00", "?" * 3000, "https://[x"]
)
def test_enquiry_after_a_search_for_nothing_is_a_plain_one(client: Client, contact: ContentPage, searched: str) -> None:
    plain = assert_public_page(client.get("/contact/")).main.get_text()

    assert assert_public_page(client.get("/contact/", {"searched": searched})).main.get_text() == plain


def test_enquiry_after_an_endless_search_stays_short(client: Client, contact: ContentPage) -> None:
    page = assert_public_page(client.get("/contact/", {"searched": f"/search/?q={'word+' * 300}<b>"}))

    assert len(page.select_one(".v-notice").get_text()) < 200


def test_enquiry_does_not_name_what_is_hidden(client: Client, contact: ContentPage) -> None:
    restrict(OrganisationFactory(title="Secret partner", slug="secret"))

    assert "Secret" not in client.get("/contact/?organisation=secret").content.decode()


# ---- cost -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("number", [1, 22])
def test_pages_cost_the_same_statements_however_much_there_is(statements: Callable[[str], int], number: int) -> None:
    cover = PictureFactory()
    series = PodcastFactory()
    organisations = [OrganisationFactory() for _ in range(number)]
    for n in range(number):
        day = date(2027, 1, 1) + timedelta(days=n)
        StoryFactory(cover=cover, published_on=day)
        EpisodeFactory(parent=series, number=n + 10, cover=cover, published_on=day)
    story = StoryFactory(cover=cover, organisations=organisations)
    rebuild()

    assert statements("/stories/") == 10
    assert statements(story.url) == 11
    assert statements(series.url) == 6

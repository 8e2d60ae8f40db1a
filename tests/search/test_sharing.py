"""The plain address of lists and profiles, to copy and to send on; never of a page that not everybody may open."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from wagtail.models import Page

from home.models import HomePage
from search.indexing import rebuild
from search.query import Query
from search.sharing import filters_of, kinds_of, list_address, of_everything, query_of, query_string_of, title_of
from tests.assertions import assert_public_page
from tests.factories.directory import CohortFactory, OrganisationFactory, ProgrammeFactory
from tests.factories.events import EventFactory
from tests.factories.home import EpisodeFactory, PodcastFactory, StoryFactory
from tests.factories.pages import restrict
from tests.factories.spaces import SpaceFactory
from tests.search.conftest import Shelf

pytestmark = pytest.mark.django_db


def share(response: Any) -> Tag | None:
    field = BeautifulSoup(response.content, "html.parser").select_one("#share-address")
    return field.find_parent("details") if field else None


# ---- pages ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "factory", [OrganisationFactory, ProgrammeFactory, CohortFactory, StoryFactory, PodcastFactory, EpisodeFactory]
)
def test_a_profile_can_be_shared_without_script(client: Client, home: HomePage, factory: Any) -> None:
    page = factory(title="R&D “Works”")
    response = client.get(page.url)
    assert_public_page(response)
    found = share(response)
    assert found and found.summary.get_text(strip=True) == "Share"
    field = found.select_one("input")
    assert field["value"] == settings.BASE_URL + page.url and field.has_attr("readonly")
    assert found.find("label", attrs={"for": field["id"]})
    mail = urlsplit(str(found.select_one("a[href^=mailto]")["href"]))
    assert parse_qs(mail.query) == {"subject": ["R&D “Works”"], "body": [field["value"]]}
    assert found.select_one("[data-share]").has_attr("hidden"), "buttons that need script are not shown without"
    assert found.select_one("[role=status]")


@pytest.mark.parametrize("below", [False, True])
def test_a_page_that_not_everybody_may_open_is_not_shared(client: Client, home: HomePage, below: bool) -> None:
    page = OrganisationFactory()
    restrict(Page.objects.get(pk=page.get_parent().pk) if below else page)
    client.force_login(get_user_model().objects.create_superuser("admin@village.example"))
    response = client.get(page.url)
    assert response.status_code == 200 and page.title in response.content.decode()
    assert share(response) is None


def test_a_list_is_shared_with_what_was_asked(client: Client, filled: Shelf) -> None:
    found = share(client.get("/search/?q=pathology&colour=red&page=1&utm_source=x"))
    assert found and found.select_one("input")["value"] == f"{settings.BASE_URL}/search/?q=pathology&colour=red"
    assert "Everything for “pathology” (Colour: Red)" in unquote(str(found.select_one("a")["href"]))


def test_one_of_each_id_on_a_list(client: Client, filled: Shelf) -> None:
    assert_public_page(client.get("/search/?q=pathology"))
    assert_public_page(client.get("/search/?q=zzzzqqqq"))


# ---- in words and addresses -----------------------------------------------------------------------------------------
def query(text: str = "", types: tuple[str, ...] = (), **filters: tuple[str, ...]) -> Query:
    found = {name: frozenset(values) for name, values in filters.items()}
    return Query(text=text, types=frozenset(types), filters=found)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (query(), "Everything"),
        (query("pathology"), "Everything for “pathology”"),
        (query(types=("thing",)), "Things"),
        (query(type=("thing", "other")), "Things and others"),
        (
            query("x", ("thing",), size=("large",), colour=("blue", "red")),
            "Things for “x” (Colour: Red or Blue; Size: Large)",
        ),
        (query(colour=("red", "mauve"), weight=("heavy",)), "Everything (Colour: Red or mauve; weight: heavy)"),
    ],
)
def test_a_question_in_words(filled: Shelf, asked: Query, words: str) -> None:
    assert title_of(asked) == words


def test_a_question_comes_back_from_its_address(filled: Shelf) -> None:
    asked = query("a & b = “c”", ("thing",), colour=("red", "gone since"))
    back = query_of(query_string_of(asked))
    assert back == of_everything(asked)
    assert query_string_of(back) == query_string_of(asked)
    assert kinds_of(back) == "Things" and [one.name for one in filters_of(back)] == ["colour"]


def test_types_of_a_list_and_a_filter_by_type_meet(filled: Shelf) -> None:
    both = query(types=("thing", "other"), type=("other",))
    assert of_everything(both).filters == {"type": frozenset({"other"})}


def test_a_question_leads_to_the_list_that_holds_it() -> None:
    """Only when the list holds these types and no other."""
    assert list_address(query(type=("organisation",), need=("money",))) == "/directory/?need=money"
    assert list_address(query("x", type=("story", "episode"))) == "/stories/?q=x"
    assert list_address(query(type=("story",))) == "/search/?type=story"
    assert list_address(query(type=("organisation", "story"))) == "/search/?type=organisation&type=story"
    assert list_address(query("x")) == "/search/?q=x"


def test_lists_stand_where_sources_say(client: Client, home: HomePage) -> None:
    StoryFactory()
    OrganisationFactory()
    EventFactory()
    SpaceFactory()
    rebuild()
    from search.documents import sources

    for path in {source.listed_at for source in sources() if source.listed_at}:
        assert client.get(path).status_code == 200

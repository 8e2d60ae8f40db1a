"""Stories and episodes over the API."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.test import Client

from search.indexing import rebuild
from tests.described import ask
from tests.factories.directory import OrganisationFactory, SourceFactory, ThemeFactory
from tests.factories.home import EpisodeFactory, PodcastFactory, StoryFactory, StoryIndexPageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(home: object) -> SimpleNamespace:
    partner = OrganisationFactory(title="Pathology Imaging")
    story = StoryFactory(
        title="Slides become pictures",
        slug="slides",
        kind="case-study",
        theme=ThemeFactory(name="Digital", slug="digital"),
        figure="£50 million",
        figure_what="raised",
        sources=[SourceFactory(name="The annual report")],
        organisations=[partner],
    )
    series = PodcastFactory(title="The Corridor", slug="corridor", parent=StoryIndexPageFactory())
    episode = EpisodeFactory(
        title="Who was puzzled",
        slug="slides",
        parent=series,
        notes="<p>In short.</p>",
        transcript="<p>Hello.</p>",
        organisations=[partner],
    )
    rebuild()
    return SimpleNamespace(story=story, episode=episode)


def test_stories_and_episodes_are_listed(client: Client, told: SimpleNamespace) -> None:
    rows = ask(client, "/api/v1/stories/")["results"]
    assert {(row["type"], row["kind"]) for row in rows} == {("story", "Case study"), ("episode", "Podcast")}
    assert [row["type"] for row in ask(client, "/api/v1/stories/", format="podcast")["results"]] == ["episode"]
    for row in rows:
        more = ask(client, row["api_url"].removeprefix("http://testserver"))
        assert (more["id"], more["title"], more["url"]) == (row["id"], row["title"], row["url"])


def test_the_newest_first(client: Client, told: SimpleNamespace) -> None:
    StoryFactory(title="Of old", published_on="2020-01-01")
    StoryFactory(title="Of tomorrow", published_on="2030-01-01")
    rebuild()
    titles = [row["title"] for row in ask(client, "/api/v1/stories/")["results"]]
    assert (titles[0], titles.index("Of tomorrow") < titles.index("Of old")) == ("Of tomorrow", True)


def test_the_next_page_has_the_order_that_was_asked_for(client: Client, told: SimpleNamespace) -> None:
    for number, title in enumerate(("Beta", "Gamma", "Alpha")):
        StoryFactory(title=title, published_on=f"2030-01-0{number + 1}")
    rebuild()
    for asked in ({}, {"sort": "best"}, {"sort": "newest"}, {"sort": "name"}, {"q": "pictures"}):
        whole = [row["id"] for row in ask(client, "/api/v1/stories/", **asked)["results"]]
        found, page = [], ask(client, "/api/v1/stories/", page_size="1", **asked)
        while True:
            found += [row["id"] for row in page["results"]]
            if page["next"] is None:
                break
            page = ask(client, page["next"].removeprefix("http://testserver"))
        assert found == whole, asked
    assert [row["id"] for row in ask(client, "/api/v1/stories/")["results"]] != [
        row["id"] for row in ask(client, "/api/v1/stories/", sort="best")["results"]
    ]


def test_a_story(client: Client, told: SimpleNamespace) -> None:
    data = ask(client, "/api/v1/stories/slides/")
    assert data["kind"] == {"value": "case-study", "label": "Case study"}
    assert data["theme"] == {"value": "digital", "label": "Digital"}
    assert data["figure"] == {"value": "£50 million", "what": "raised", "dated": "", "source": ""}
    assert [source["name"] for source in data["sources"]] == ["The annual report"]
    assert [organisation["title"] for organisation in data["organisations"]] == ["Pathology Imaging"]


def test_an_episode_stands_below_its_series(client: Client, told: SimpleNamespace) -> None:
    data = ask(client, "/api/v1/stories/corridor/slides/")
    assert (data["text"], data["transcript"]) == ("In short.", "Hello.")
    assert data["series"]["title"] == "The Corridor"
    ask(client, "/api/v1/stories/elsewhere/slides/", 404)


@pytest.mark.parametrize(
    "url", ["/api/v1/stories/", "/api/v1/stories/slides/", "/api/v1/stories/corridor/slides/", "/stories/?as=atom"]
)
def test_few_statements(told: SimpleNamespace, statements: Callable[[str], int], url: str) -> None:
    assert statements(url) <= 12

"""Events over the API, and where else they are named: the navigator, the search, the map of the site."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from events.choices import PlaceKind
from search.indexing import rebuild
from tests.described import ask
from tests.factories.directory import NeedFactory, OrganisationFactory, PlaceFactory, StageFactory, SupportPageFactory
from tests.factories.events import (
    EventFactory,
    EventHostFactory,
    EventIndexPageFactory,
    EventSessionFactory,
    EventSpeakerFactory,
    JoiningLinkFactory,
    SpeakerFactory,
    london,
)

pytestmark = pytest.mark.django_db
NOW = london(2027, 5, 3, 9)


@pytest.fixture(autouse=True)
def _stand_in_time(home: object) -> Iterator[None]:
    EventIndexPageFactory()
    with time_machine.travel(NOW, tick=False):
        yield


def test_the_list_is_of_what_is_to_come_the_soonest_first(client: Client) -> None:
    EventFactory(title="Later", starts_at=NOW + timedelta(days=9))
    EventFactory(title="Sooner", starts_at=NOW + timedelta(days=1), place_kind=PlaceKind.ONLINE)
    EventFactory(title="Gone", starts_at=NOW - timedelta(days=9))
    rebuild()
    data = ask(client, "/api/v1/events/")
    assert [(row["title"], row["online"]) for row in data["results"]] == [("Sooner", True), ("Later", False)]
    assert [row["title"] for row in ask(client, "/api/v1/events/?when=past")["results"]] == ["Gone"]
    assert ask(client, "/api/v1/events/?when=never", status=400)["error"]["rule"] == "when"
    first = ask(client, "/api/v1/events/?page_size=1")
    assert [row["title"] for row in ask(client, first["next"].removeprefix("http://testserver"))["results"]] == [
        "Later"
    ]


def test_the_next_page_has_the_order_that_was_asked_for(client: Client) -> None:
    for days, title in enumerate(("C", "A", "D", "B")):
        EventFactory(title=title, starts_at=NOW + timedelta(days=days + 1))
    rebuild()
    for asked, titles in (({}, "CADB"), ({"sort": "best"}, "ABCD"), ({"sort": "newest"}, "BDAC")):
        page = ask(client, "/api/v1/events/", page_size="2", **asked)
        following = ask(client, page["next"].removeprefix("http://testserver"))
        assert [row["title"] for row in page["results"] + following["results"]] == list(titles)


def test_an_event_says_all_that_its_page_does_but_how_to_join(client: Client) -> None:
    host = OrganisationFactory(title="Host")
    ada = SpeakerFactory(name="Ada", organisation=host)
    event = EventFactory(
        slug="it",
        starts_at=london(2027, 5, 20, 9),
        place_kind=PlaceKind.HYBRID,
        building=PlaceFactory(name="Old Medical School"),
        hosts=[EventHostFactory.build(organisation=host)],
        speakers=[EventSpeakerFactory.build(person=ada)],
        sessions=[EventSessionFactory.build(title="One", starts_at=london(2027, 5, 20, 9), speakers=[ada])],
        places=40,
    )
    JoiningLinkFactory(event=event, address="https://meet.example/secret-room")
    data = ask(client, "/api/v1/events/it/")

    assert data["starts_at"] == "2027-05-20T08:00:00+00:00"
    assert data["days"] == ["2027-05-20"]
    assert data["address"] == ["Aire", "Old Medical School"]
    assert [who["name"] for who in data["hosts"]] == ["Host"]
    assert data["sessions"][0]["speakers"][0]["name"] == "Ada"
    assert data["uid"] == event.calendar_entry.uid
    assert "secret-room" not in str(data)
    assert ask(client, "/api/v1/events/nothing/", status=404)


def test_the_navigator_names_the_next_event_on_a_need(client: Client) -> None:
    need, stage = NeedFactory(name="Work space", slug="work-space"), StageFactory(number=1, slug="stage-1")
    SupportPageFactory()
    for title, days in (("Tour", 9), ("Tour", 2), ("Gone tour", -9)):
        EventFactory(title=title, starts_at=NOW + timedelta(days=days), needs=[need])
    rebuild()
    page = client.get("/support/", {"need": "work-space", "stage": stage.slug}).content.decode()
    assert page.count(">Tour</a>") == 1
    assert "5 May 2027" in page
    assert "Gone tour" not in page


def test_events_are_on_the_map_of_the_site(client: Client) -> None:
    event = EventFactory()
    assert f"<loc>{settings.BASE_URL}{event.url}</loc>" in client.get("/sitemap.xml").content.decode()


def test_a_filtered_list_is_an_atom_feed(client: Client) -> None:
    EventFactory(title="To come")
    EventFactory(title="Gone", starts_at=NOW - timedelta(days=9))
    rebuild()
    feed = client.get("/events/?as=atom").content.decode()
    assert "To come" in feed
    assert "Gone" not in feed


@pytest.mark.parametrize("number", [1, 22])
def test_addresses_cost_the_same_statements_however_much_there_is(
    statements: Callable[[str], int], number: int
) -> None:
    people = [SpeakerFactory() for _ in range(number)]
    for n in range(number):
        EventFactory(starts_at=NOW + timedelta(days=1, hours=n))
    EventFactory(slug="it", sessions=[EventSessionFactory.build(speakers=[person]) for person in people])
    rebuild()
    assert statements("/api/v1/events/?page_size=100") <= 6
    assert statements("/api/v1/events/it/") <= 12

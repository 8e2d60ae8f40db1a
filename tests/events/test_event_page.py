"""The page of an event: when, where, who, and how to come; never how to join online."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.test import Client

from events.actions import hold_rooms
from events.choices import EventStatus, PlaceKind
from events.models import EventAttachment, EventPage, EventRoom
from search.indexing import rebuild
from tests.assertions import assert_public_page
from tests.factories.bookings import bookable
from tests.factories.directory import (
    CohortFactory,
    NeedFactory,
    OrganisationFactory,
    PlaceFactory,
    ThemeFactory,
)
from tests.factories.events import (
    AudienceFactory,
    DocumentFactory,
    EventFactory,
    EventHostFactory,
    EventIndexPageFactory,
    EventSessionFactory,
    EventSpeakerFactory,
    JoiningLinkFactory,
    SpeakerFactory,
    london,
)
from tests.factories.home import ContentPageFactory, PictureFactory
from tests.factories.pages import publish, restrict
from tests.factories.spaces import SpaceFactory

pytestmark = pytest.mark.django_db
NOW = london(2027, 5, 3, 9)


@pytest.fixture(autouse=True)
def _stand_in_time() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def text(page: BeautifulSoup, selector: str = "main") -> str:
    return " ".join(page.select_one(selector).get_text(" ").split())  # type: ignore[union-attr]


def structured(page: BeautifulSoup) -> dict[str, object]:
    return json.loads(page.find("script", type="application/ld+json").string)  # type: ignore[union-attr,arg-type]


# ---- what it says ---------------------------------------------------------------------------------------------------
def test_it_says_when_in_london_and_where(home: object, client: Client) -> None:
    event = EventFactory(
        title="Pathology",
        starts_at=london(2027, 5, 20, 17, 30),
        ends_at=london(2027, 5, 20, 19),
        space="Aire",
        building=PlaceFactory(name="Old Medical School", address="Thoresby Place\nLeeds", postcode="LS2 9NL"),
        access="Step-free, hearing loop.",
        places=56,
        audiences=[AudienceFactory(name="Companies")],
    )
    page = assert_public_page(client.get(event.url))

    aside = text(page, "aside")
    assert "17:30 to 19:00" in aside
    assert "Thursday 20 May 2027" in aside
    assert "Aire Old Medical School" in aside
    assert "Places 56" in aside
    assert "For Companies" in aside
    assert "Thoresby Place Leeds LS2 9NL" in text(page, "address")
    assert "Step-free, hearing loop." in text(page, "section[aria-labelledby=access]")


def test_sessions_of_one_hour_stand_side_by_side_with_their_tracks(home: object, client: Client) -> None:
    speaker = SpeakerFactory(name="Idris Penhallow")
    start = london(2027, 5, 20, 9)
    event = EventFactory(
        starts_at=start,
        ends_at=start + timedelta(hours=3),
        sessions=[
            EventSessionFactory.build(title="Later", starts_at=start + timedelta(hours=1), track="Data", room="Ure"),
            EventSessionFactory.build(title="One", starts_at=start, track="People", speakers=[speaker]),
            EventSessionFactory.build(title="Other", starts_at=start, track="Data", places=34),
        ],
    )
    page = assert_public_page(client.get(event.url))
    slots = [
        (item.time.get_text(strip=True), [heading.get_text(strip=True) for heading in item.select("h3")])
        for item in page.select(".v-agenda > li")
    ]

    assert slots == [("9:00", ["Other", "One"]), ("10:00", ["Later"])]
    agenda = text(page, ".v-agenda")
    assert "Data Other" in agenda
    assert "34 places" in agenda
    assert "Idris Penhallow" in agenda
    assert "Idris Penhallow Research nurse" in text(page, "section[aria-labelledby=speakers]")


def test_a_course_of_several_days_names_them_and_no_day_between(home: object, client: Client) -> None:
    first = london(2027, 5, 18, 13)
    event = EventFactory(
        starts_at=first,
        ends_at=first + timedelta(weeks=1, hours=3),
        sessions=[
            EventSessionFactory.build(title=title, starts_at=at, ends_at=at + timedelta(hours=3))
            for title, at in (("Who is who", first), ("Money", first + timedelta(weeks=1)))
        ],
    )
    page = assert_public_page(client.get(event.url))

    assert "18 to 25 May, on 2 days" in text(page, "aside")
    assert "Tuesday 18 May 2027 Tuesday 25 May 2027" in text(page, "aside")
    assert [h.get_text(strip=True) for h in page.select("section[aria-labelledby=programme] h3")] == [
        "Tuesday 18 May 2027",
        "Tuesday 25 May 2027",
    ]


def test_only_public_organisations_are_named(home: object, client: Client) -> None:
    shown, draft, locked = (
        OrganisationFactory(title="Shown"),
        OrganisationFactory(title="Hidden draft", live=False),
        OrganisationFactory(title="Hidden locked"),
    )
    restrict(locked)
    person = SpeakerFactory(name="Ada", organisation=locked)
    event = EventFactory(
        hosts=[EventHostFactory.build(organisation=one) for one in (shown, draft, locked)],
        speakers=[EventSpeakerFactory.build(person=person), EventSpeakerFactory.build(organisation=draft)],
    )
    content = client.get(event.url).content.decode()

    assert "Shown" in content
    assert "Ada" in content
    assert "Hidden" not in content


@pytest.mark.parametrize(
    ("fields", "said", "link"),
    [
        ({}, "Ask for a place", "/contact/?event=it"),
        ({"booking_url": "https://book.example/1"}, "Book a place", "https://book.example/1"),
        (
            {"place_kind": PlaceKind.ELSEWHERE, "booking_url": "https://book.example/1"},
            "Book with the organiser",
            "https://book.example/1",
        ),
        ({"place_kind": PlaceKind.ELSEWHERE}, "places are theirs to give", None),
        ({"status": EventStatus.CANCELLED, "notice": "Ill."}, "It does not take place", None),
        ({"starts_at": london(2027, 4, 1, 9)}, "This event is over", None),
    ],
)
def test_it_says_honestly_how_to_come(
    home: object, client: Client, fields: dict[str, object], said: str, link: str | None
) -> None:
    ContentPageFactory(title="Contact", slug="contact")
    page = assert_public_page(client.get(EventFactory(slug="it", **fields).url))

    assert said in text(page, "aside")
    buttons = [button["href"] for button in page.select("aside a.v-btn")]
    assert buttons == ([link] if link else [])


def test_the_contact_page_says_which_event_is_asked_about(home: object, client: Client) -> None:
    ContentPageFactory(title="Contact", slug="contact", body=[("contact", {"heading": "Ask a person", "note": ""})])
    EventFactory(title="An evening of tours", slug="tours")

    content = client.get("/contact/", {"event": "tours"}).content.decode()

    assert "An evening of tours" in content


def test_a_cancelled_event_says_so_first_and_why(home: object, client: Client) -> None:
    event = EventFactory(status=EventStatus.CANCELLED, notice="Two speakers are ill.")
    page = assert_public_page(client.get(event.url))

    assert "Cancelled. Two speakers are ill." in text(page, ".v-notice")


def test_what_came_of_it_is_shown_when_it_is_over(home: object, client: Client) -> None:
    event = EventFactory(
        starts_at=london(2027, 4, 1, 9),
        recording_url="https://video.example/1",
        recording_minutes=54,
        chapters=[("chapter", {"at": "11:20", "words": "Nine products"})],
        outcome="<p>Twelve answers.</p>",
    )
    afterwards = text(assert_public_page(client.get(event.url)), "section[aria-labelledby=afterwards]")

    assert "Watch the recording , 54 minutes" in afterwards
    assert "11:20 Nine products" in afterwards
    assert "Twelve answers." in afterwards


def test_its_cohort_and_host_show_it_in_return(home: object, client: Client) -> None:
    host, cohort = OrganisationFactory(title="Host"), CohortFactory()
    EventFactory(title="Demo day of theirs", cohort=cohort, hosts=[EventHostFactory.build(organisation=host)])
    EventFactory(title="Gone by", starts_at=london(2027, 1, 4, 9), hosts=[EventHostFactory.build(organisation=host)])
    rebuild()

    profile = assert_public_page(client.get(host.url))
    assert "Demo day of theirs" in text(profile, "section[aria-labelledby=events]")
    assert "Gone by" in text(profile, "section[aria-labelledby=events]")
    assert "Demo day of theirs" in client.get(cohort.url).content.decode()


# ---- how to join is nobody's business -------------------------------------------------------------------------------
def test_the_joining_link_is_in_no_version_of_the_page(home: object, client: Client) -> None:
    event = EventFactory(place_kind=PlaceKind.ONLINE)
    JoiningLinkFactory(event=event, address="https://meet.example/secret-room")
    event = EventPage.objects.get(pk=event.pk)
    revision = event.save_revision()

    assert "secret-room" not in json.dumps(revision.content, default=str)
    assert "secret-room" not in event.to_json()
    page = assert_public_page(client.get(event.url))
    assert "secret-room" not in str(page)


# ---- for programs ---------------------------------------------------------------------------------------------------
def test_search_engines_are_told_what_readers_are(home: object, client: Client) -> None:
    host = OrganisationFactory(title="Host")
    event = EventFactory(
        title="Both ways",
        starts_at=london(2027, 5, 20, 9),
        place_kind=PlaceKind.HYBRID,
        space="Aire",
        building=PlaceFactory(name="Old Medical School"),
        hosts=[EventHostFactory.build(organisation=host)],
        speakers=[EventSpeakerFactory.build(person=SpeakerFactory(name="Ada", organisation=host))],
        places=40,
    )
    JoiningLinkFactory(event=event, address="https://meet.example/secret-room")
    data = structured(assert_public_page(client.get(event.url)))

    assert data["@type"] == "Event"
    assert data["startDate"] == "2027-05-20T08:00:00+00:00"
    assert data["eventStatus"] == "https://schema.org/EventScheduled"
    assert data["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert [place["@type"] for place in data["location"]] == ["Place", "VirtualLocation"]  # type: ignore[attr-defined]
    assert data["location"][1]["url"] == event.full_url  # type: ignore[index]
    assert [host["name"] for host in data["organizer"]] == ["Host"]  # type: ignore[attr-defined]
    assert data["performer"][0]["worksFor"]["name"] == "Host"  # type: ignore[index]
    assert data["maximumAttendeeCapacity"] == 40


@pytest.mark.parametrize(
    ("status", "expected"),
    [(EventStatus.CANCELLED, "EventCancelled"), (EventStatus.POSTPONED, "EventPostponed")],
)
def test_search_engines_learn_that_it_is_off(home: object, client: Client, status: str, expected: str) -> None:
    event = EventFactory(status=status, notice="Ill.")
    data = structured(assert_public_page(client.get(event.url)))
    assert data["eventStatus"] == f"https://schema.org/{expected}"


def test_an_event_that_was_moved_says_from_when(home: object, client: Client) -> None:
    event = EventFactory(starts_at=london(2027, 5, 20, 9))
    event.save_revision().publish()
    event = EventPage.objects.get(pk=event.pk)
    event.starts_at, event.ends_at = london(2027, 5, 27, 9), london(2027, 5, 27, 10)
    event.save_revision().publish()

    data = structured(assert_public_page(client.get(event.url)))
    assert data["eventStatus"] == "https://schema.org/EventRescheduled"
    assert data["previousStartDate"] == "2027-05-20T08:00:00+00:00"


# ---- rules ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"ends_at": NOW}, "ends_at"),
        ({"status": EventStatus.POSTPONED}, "notice"),
        ({"place_kind": PlaceKind.ADDRESS, "space": ""}, "address"),
        ({"slug": "series"}, "slug"),
    ],
)
def test_what_cannot_be_is_refused_with_the_rule(fields: dict[str, object], wrong: str) -> None:
    start = NOW + timedelta(days=1)
    event = EventPage(
        **{"title": "Any", "slug": "any", "starts_at": start, "ends_at": start + timedelta(hours=1), **fields}
    )
    with pytest.raises(ValidationError) as refused:
        event.clean()
    assert list(refused.value.message_dict) == [wrong]


# ---- cost -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("number", [1, 12])
@pytest.mark.parametrize("is_booked", [False, True])
def test_page_costs_the_same_statements_however_much_happens(
    statements: Callable[[str], int], number: int, is_booked: bool
) -> None:
    start = london(2027, 5, 20, 9)
    organisations = [OrganisationFactory() for _ in range(number)]
    people = [SpeakerFactory(organisation=organisation) for organisation in organisations]
    theme = ThemeFactory()
    EventIndexPageFactory()
    ContentPageFactory(title="Contact", slug="contact")
    EventFactory(themes=[theme])
    event = EventFactory(
        cover=PictureFactory(),
        building=PlaceFactory(),
        starts_at=start,
        ends_at=start + timedelta(hours=9),
        themes=[theme],
        audiences=[AudienceFactory()],
        needs=[NeedFactory()],
        cohort=CohortFactory(),
        hosts=[EventHostFactory.build(organisation=organisation) for organisation in organisations],
        speakers=[EventSpeakerFactory.build(person=person) for person in people],
        sessions=[
            EventSessionFactory.build(starts_at=start + timedelta(minutes=5 * n), speakers=[person])
            for n, person in enumerate(people)
        ],
    )

    if is_booked:
        bookable(event=event)

    assert statements(event.url) == 10
    for n in range(number):
        EventAttachment.objects.create(event=event, title=f"Slides {n}", document=DocumentFactory())
    assert statements(event.url) == 11
    for n in range(min(number, 12)):
        EventRoom.objects.create(event=event, space=publish(SpaceFactory(title=f"Room {n}", slug=f"room-{n}")))
    assert len(hold_rooms(event=event)) == min(number, 12)
    assert statements(event.url) == 12

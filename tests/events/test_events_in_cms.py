"""Events in the CMS: an event in five minutes, and what can be done with a date."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, rich_text

from accounts.models import User
from events.actions import repeat
from events.choices import EventStatus, Frequency, PlaceKind
from events.models import EventPage, JoiningLink, Occurrence
from tests.factories.events import EventFactory, EventIndexPageFactory, JoiningLinkFactory, SpeakerFactory, london
from tests.factories.pages import publish

pytestmark = pytest.mark.django_db
NOW = london(2027, 5, 3, 9)


@pytest.fixture(autouse=True)
def _stand_in_time() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def cms(client: Client, settings: object, home: object) -> Client:
    settings.STAFF_MFA_REQUIRED = False  # type: ignore[attr-defined]
    user = User.objects.create_user("comms@village.example", name="Ada")
    user.groups.add(Group.objects.get(name="Comms"))
    client.force_login(user)
    EventIndexPageFactory()
    return client


def typed(**fields: object) -> dict[str, object]:
    """What an editor fills in for the least that makes an event, as the browser sends it."""
    lists = ("sessions", "hosts", "speakers", "attachments")
    management = {
        f"{name}-{part}": str(value)
        for name in lists
        for part, value in (("TOTAL_FORMS", 0), ("INITIAL_FORMS", 0), ("MIN_NUM_FORMS", 0), ("MAX_NUM_FORMS", 1000))
    }
    least = {
        "title": "Open evening",
        "slug": "open-evening",
        "kind": "tour",
        "starts_at": "2027-05-20 17:00",
        "ends_at": "2027-05-20 20:00",
        "status": "scheduled",
        "place_kind": "space",
        "space": "The hall",
        "summary": "See the building.",
        "description": rich_text("<p>Come.</p>"),
        "outcome": rich_text(""),
        "chapters-count": "0",
        "action-publish": "action-publish",
    }
    return nested_form_data({**management, **least, **fields})  # type: ignore[no-any-return]


def add(cms: Client, **fields: object) -> HttpResponse:
    index = EventIndexPageFactory()
    return cms.post(reverse("wagtailadmin_pages:add", args=["events", "eventpage", index.pk]), typed(**fields))


def errors(response: HttpResponse) -> str:
    page = BeautifulSoup(response.content, "html.parser")
    return " ".join(
        found.get_text(" ", strip=True) for found in page.select(".error-message, .help-critical, .w-field__errors")
    )


# ---- writing --------------------------------------------------------------------------------------------------------
def test_what_is_needed_stands_on_the_first_tab(cms: Client) -> None:
    page = BeautifulSoup(cms.get(reverse("wagtailadmin_pages:edit", args=[EventFactory().pk])).content, "html.parser")
    tabs = [next(tab.stripped_strings) for tab in page.select("a.w-tabs__tab")]
    assert tabs[:6] == ["Event", "Programme", "People", "Coming", "Connections", "Afterwards"]


def test_an_event_is_published_with_one_form(cms: Client) -> None:
    assert add(cms).status_code == 302
    event = EventPage.objects.get(slug="open-evening")
    assert event.live
    assert event.starts_at == london(2027, 5, 20, 17)
    assert cms.get("/events/open-evening/").status_code == 200


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"ends_at": "2027-05-20 16:00"}, "An event can't end before it starts."),
        ({"status": "cancelled"}, "Say in a sentence why"),
        ({"place_kind": "address", "space": ""}, "Choose a building of the list, or write the address."),
        ({"joining_address": "not a link at all"}, "Enter a valid URL."),
        ({"joining_words": "Passcode 12"}, "Give the link too"),
    ],
)
def test_what_cannot_be_is_said_beside_the_field(cms: Client, fields: dict[str, object], said: str) -> None:
    response = add(cms, **fields)
    assert response.status_code == 200
    assert said in errors(response)
    assert not EventPage.objects.exists()


def test_the_joining_link_is_kept_beside_the_page(cms: Client) -> None:
    link = {"joining_address": "https://meet.example/secret-room", "joining_words": "Passcode 12"}
    add(cms, place_kind="online", space="", **link)
    event = EventPage.objects.get(slug="open-evening")
    kept = JoiningLink.objects.get(event=event)
    assert (kept.address, kept.words) == ("https://meet.example/secret-room", "Passcode 12")
    assert "secret-room" not in str(event.latest_revision.content)

    form = cms.get(reverse("wagtailadmin_pages:edit", args=[event.pk])).content.decode()
    assert "https://meet.example/secret-room" in form, "the editor sees what is kept"
    cms.post(reverse("wagtailadmin_pages:edit", args=[event.pk]), typed(place_kind="online", joining_address=""))
    assert not JoiningLink.objects.exists()


def test_nobody_sees_the_link_in_a_preview(cms: Client) -> None:
    event = publish(EventFactory(place_kind=PlaceKind.ONLINE))
    JoiningLinkFactory(event=event, address="https://meet.example/secret-room")
    seen = cms.get(reverse("wagtailadmin_pages:view_draft", args=[event.pk])).content.decode()
    assert event.title in seen
    assert "secret-room" not in seen


def test_the_list_has_the_latest_date_first(cms: Client) -> None:
    EventFactory(title="Sooner", starts_at=NOW + timedelta(days=1))
    EventFactory(title="Later", starts_at=NOW + timedelta(days=9))
    content = cms.get(reverse("events:index")).content.decode()
    assert content.index("Later") < content.index("Sooner")
    assert "Tue 04 May 2027, 09:00" in content


def test_people_are_a_list_of_their_own(cms: Client) -> None:
    SpeakerFactory(name="Zenobia")
    assert "Zenobia" in cms.get("/cms/snippets/events/speaker/").content.decode()


def test_the_first_page_names_what_events_lack(cms: Client) -> None:
    EventFactory(title="Lacks a link", place_kind=PlaceKind.ONLINE, access="Captions.")
    ready = EventFactory(title="Is ready", place_kind=PlaceKind.ONLINE, access="Captions.")
    JoiningLinkFactory(event=ready)
    EventFactory(title="Lacks access")
    page = BeautifulSoup(cms.get("/cms/").content, "html.parser").get_text(" ", strip=True)
    assert "10 May 2027: no joining link" in page
    assert "10 May 2027: nothing on access" in page
    assert "Is ready" not in page


# ---- dates ----------------------------------------------------------------------------------------------------------
def test_a_copy_for_another_date_is_a_draft(cms: Client) -> None:
    event = publish(EventFactory(title="Evening", starts_at=london(2027, 5, 20, 17)))
    assert cms.get(reverse("events_copy", args=[event.pk])).status_code == 200
    response = cms.post(reverse("events_copy", args=[event.pk]), {"title": "Evening again", "on": "2027-11-18"})

    copy = EventPage.objects.get(title="Evening again")
    assert response["Location"] == reverse("wagtailadmin_pages:edit", args=[copy.pk])
    assert not copy.live
    assert copy.starts_at == london(2027, 11, 18, 17)


def test_repeating_shows_the_dates_first(cms: Client) -> None:
    event = publish(EventFactory(starts_at=london(2027, 5, 24, 9)))  # a week before a bank holiday
    asked = {"frequency": "weekly", "every": "1", "times": "3", "skips_bank_holidays": "on", "skip": "2027-07-01"}
    url = reverse("events_repeat", args=[event.pk])
    assert cms.get(url).status_code == 200
    seen = cms.post(url, asked).content.decode()

    assert "Monday 24 May 2027" in seen
    assert "Monday 7 June 2027" in seen
    assert "31 May 2027 (Spring Bank Holiday)" in seen
    assert "No date of the rule: 1 July 2027" in seen
    assert not Occurrence.objects.exists()

    cms.post(url, {**asked, "confirmed": "yes"})
    assert list(Occurrence.objects.values_list("on", flat=True)) == [date(2027, 5, 24), date(2027, 6, 7)]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"times": "1"}, "greater than or equal to 2"),
        ({"times": "61"}, "less than or equal to 60"),
        ({"skip": "the 3rd"}, "“the 3rd” is not a date. Write it as 2027-05-20."),
    ],
)
def test_what_cannot_repeat_is_said(cms: Client, asked: dict[str, str], said: str) -> None:
    event = publish(EventFactory())
    usual = {"frequency": "weekly", "every": "1", "times": "3"}
    response = cms.post(reverse("events_repeat", args=[event.pk]), {**usual, **asked})
    assert response.status_code == 422
    assert said in response.content.decode()


def test_an_event_is_called_off_with_a_notice(cms: Client) -> None:
    event = publish(EventFactory())
    url = reverse("events_announce", args=[event.pk])
    refused = cms.post(url, {"status": "cancelled", "notice": "", "scope": "this"})
    assert refused.status_code == 422
    assert "Say in a sentence why" in refused.content.decode()

    cms.post(url, {"status": "cancelled", "notice": "Two speakers are ill.", "scope": "this"})
    event.refresh_from_db()
    assert (event.status, event.notice) == (EventStatus.CANCELLED, "Two speakers are ill.")


def test_one_date_is_applied_to_those_after_it(cms: Client) -> None:
    first = publish(EventFactory(slug="club", starts_at=london(2027, 5, 5, 12)))
    repeat(event=first, frequency=Frequency.WEEKLY, every=1, times=3)
    first = EventPage.objects.get(pk=first.pk)
    first.space = "Calder"
    publish(first)
    url = reverse("events_apply", args=[first.pk])
    offered = BeautifulSoup(cms.get(url).content, "html.parser").select("input[name=fields_to_apply]")
    assert [field["value"] for field in offered] == ["space"], "only what differs is offered"

    cms.post(url, {"fields_to_apply": ["space"], "scope": "following"})
    assert set(EventPage.objects.values_list("space", flat=True)) == {"Calder"}


def test_a_writer_may_copy_but_neither_call_off_nor_publish(cms: Client) -> None:
    event = publish(EventFactory())
    editor = User.objects.create_user("editor@village.example")
    editor.groups.add(Group.objects.get(name="Editors"))
    cms.force_login(editor)

    assert cms.get(reverse("events_copy", args=[event.pk])).status_code == 200
    # Wagtail sends whoever may not back to the CMS's first page.
    assert cms.get(reverse("events_announce", args=[event.pk])).status_code in (302, 403)
    assert cms.get(reverse("events_repeat", args=[event.pk])).status_code in (302, 403)

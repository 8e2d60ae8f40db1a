"""The list of events: what is to come by month, filters, the archive, the month's sheet, and what can be taken along."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from core import page_cache
from core.due import tick
from events.actions import announce, repeat
from events.choices import EventKind, EventStatus, Frequency, PlaceKind
from events.models import EventPage
from search import query_log
from search.indexing import rebuild
from search.models import DailyQuery, IndexedDocument
from tests.assertions import assert_public_page
from tests.factories.directory import PlaceFactory, ThemeFactory
from tests.factories.events import (
    AudienceFactory,
    EventFactory,
    EventIndexPageFactory,
    EventSessionFactory,
    SpeakerFactory,
    london,
)
from tests.factories.pages import publish, restrict

pytestmark = pytest.mark.django_db
NOW = london(2027, 5, 3, 9)


@pytest.fixture(autouse=True)
def _stand_in_time() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def programme(home: object) -> None:
    """Two to come in May, one in June, one gone by, and two that nobody may see."""
    EventIndexPageFactory()
    companies = AudienceFactory(name="Companies")
    EventFactory(title="Late", starts_at=london(2027, 5, 20, 18), audiences=[companies], place_kind=PlaceKind.ONLINE)
    EventFactory(title="Early", starts_at=london(2027, 5, 20, 9), kind=EventKind.CLINIC, place_kind=PlaceKind.HYBRID)
    EventFactory(title="June", starts_at=london(2027, 6, 8, 9), themes=[ThemeFactory(name="Data")])
    EventFactory(title="Gone", starts_at=london(2027, 4, 8, 9), recording_minutes=54)
    EventFactory(title="Draft", live=False)
    restrict(EventFactory(title="Locked"))
    rebuild()


def listed(client: Client, **asked: str) -> dict[str, list[str]]:
    page = assert_public_page(client.get("/events/", asked))
    return {
        section.h2.get_text(strip=True): [heading.get_text(strip=True) for heading in section.select("h3")]
        for section in page.select(".v-month")
    }


# ---- what is on -----------------------------------------------------------------------------------------------------
def test_what_is_to_come_stands_by_month_and_by_the_hour(programme: None, client: Client) -> None:
    assert listed(client) == {"May 2027": ["Early", "Late"], "June 2027": ["June"]}


def test_the_archive_begins_with_the_latest(programme: None, client: Client) -> None:
    EventFactory(title="Long gone", starts_at=london(2026, 4, 8, 9))
    rebuild()
    assert listed(client, when="past") == {"April 2027": ["Gone"], "April 2026": ["Long gone"]}
    assert "Recording" in client.get("/events/", {"when": "past"}).content.decode()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"event_kind": "clinic"}, ["Early"]),
        ({"audience": "companies"}, ["Late"]),
        ({"attendance": "online"}, ["Early", "Late"]),
        ({"attendance": "in-person"}, ["Early", "June"]),
        ({"theme": "data"}, ["June"]),
        ({"q": "june"}, ["June"]),
    ],
)
def test_filters_narrow_it(programme: None, client: Client, asked: dict[str, str], found: list[str]) -> None:
    assert [title for titles in listed(client, **asked).values() for title in titles] == found


def test_counts_are_of_what_is_to_come(programme: None, client: Client) -> None:
    page = assert_public_page(client.get("/events/"))
    counts = {
        item.select_one("input")["id"]: item.select_one("label > :last-child").get_text()  # type: ignore[index,union-attr]
        for item in page.select("#facets li")
    }
    assert counts["when-upcoming"] == "3"
    assert counts["when-past"] == "1"
    assert counts["event_kind-talk"] == "2"
    assert counts["attendance-online"] == "2"


def test_the_usual_view_has_no_chip_and_a_plain_address(programme: None, client: Client) -> None:
    page = assert_public_page(client.get("/events/", {"theme": "data"}))
    assert [chip["href"] for chip in page.select("#chips .v-chip")] == ["/events/"]
    past = assert_public_page(client.get("/events/", {"when": "past"}))
    assert [chip["href"] for chip in past.select("#chips .v-chip")] == ["/events/"]


def test_an_empty_list_offers_ways_that_lead_somewhere(programme: None, client: Client) -> None:
    page = assert_public_page(client.get("/events/", {"theme": "data", "event_kind": "clinic"}))
    ways = [way["href"] for way in page.select(".v-empty .v-lines a")]
    assert ways == ["/events/?event_kind=clinic", "/events/?theme=data", "/events/"] or set(ways) == {
        "/events/?event_kind=clinic",
        "/events/?theme=data",
        "/events/",
    }


def test_an_event_leaves_the_list_when_it_ends_though_nobody_touches_it(home: object, client: Client) -> None:
    EventIndexPageFactory()
    EventFactory(title="Now", starts_at=NOW - timedelta(minutes=30), ends_at=NOW + timedelta(minutes=30))
    rebuild()
    assert listed(client) == {"May 2027": ["Now"]}
    with time_machine.travel(NOW + timedelta(minutes=31), tick=False):
        assert tick() == {}
        assert listed(client) == {}
        assert listed(client, when="past") == {"May 2027": ["Now"]}


def test_a_cancelled_event_stays_in_sight_and_says_why(home: object, client: Client) -> None:
    EventIndexPageFactory()
    EventFactory(title="Off", status=EventStatus.CANCELLED, notice="Two speakers are ill.")
    rebuild()
    page = assert_public_page(client.get("/events/"))
    row = page.select_one(".v-event.is-off")
    assert row
    assert "Cancelled" in row.get_text()
    assert "Two speakers are ill." in row.get_text()


def test_it_is_found_by_who_speaks_where_and_about_what(programme: None, client: Client) -> None:
    EventFactory(
        title="Small numbers",
        building=PlaceFactory(name="Old Medical School"),
        sessions=[EventSessionFactory.build(title="Sevens", speakers=[SpeakerFactory(name="Wen-Hsiu Chao")])],
    )
    rebuild()
    for words in ("Chao", "sevens", "old medical school"):
        found = client.get("/api/v1/search", {"q": words, "type": "event"}).json()
        assert [hit["title"] for hit in found["results"]] == ["Small numbers"]


def test_a_name_goes_from_the_index_with_the_entry(
    programme: None, client: Client, django_capture_on_commit_callbacks: object
) -> None:
    ada = SpeakerFactory(name="Zenobia")
    EventFactory(title="Hers", sessions=[EventSessionFactory.build(speakers=[ada])])
    rebuild()
    assert client.get("/api/v1/search", {"q": "Zenobia"}).json()["count"] == 1
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        ada.delete()
    assert client.get("/api/v1/search", {"q": "Zenobia"}).json()["count"] == 0


# ---- the month's sheet ----------------------------------------------------------------------------------------------
def days(client: Client, **asked: str) -> dict[str, list[str]]:
    page = assert_public_page(client.get("/events/", {"view": "calendar", **asked}))
    return {
        cell.time["datetime"]: [link.get_text(strip=True) for link in cell.select("a")]
        for cell in page.select(".v-cal td")
        if cell.time and cell.select("a")
    }


def test_the_sheet_shows_a_month_from_monday_whatever_is_past(programme: None, client: Client) -> None:
    assert days(client) == {"2027-05-20": ["Early", "Late"]}
    assert days(client, month="2027-04") == {"2027-04-08": ["Gone"]}
    page = assert_public_page(client.get("/events/", {"view": "calendar"}))
    assert [head.abbr["title"] for head in page.select(".v-cal th")][:2] == ["Monday", "Tuesday"]  # type: ignore[index]
    assert page.select_one(".is-today time")["datetime"] == "2027-05-03"  # type: ignore[index]


def test_the_sheet_keeps_the_filters(programme: None, client: Client) -> None:
    assert days(client, event_kind="clinic") == {"2027-05-20": ["Early"]}
    page = assert_public_page(client.get("/events/", {"view": "calendar", "event_kind": "clinic"}))
    assert page.select_one("nav[aria-label=Months] a[rel~=next]")["href"] == (  # type: ignore[index]
        "/events/?event_kind=clinic&view=calendar&month=2027-06"
    )


def test_a_course_stands_on_its_days_only(home: object, client: Client) -> None:
    EventIndexPageFactory()
    first = london(2027, 5, 18, 13)
    EventFactory(
        title="Course",
        starts_at=first,
        ends_at=first + timedelta(weeks=2, hours=1),
        sessions=[EventSessionFactory.build(starts_at=first + timedelta(weeks=n)) for n in (0, 2)],
    )
    EventFactory(title="Two days", starts_at=london(2027, 5, 10, 9), ends_at=london(2027, 5, 12, 0))
    rebuild()
    assert days(client) == {
        "2027-05-10": ["Two days"],
        "2027-05-11": ["Two days"],
        "2027-05-18": ["Course"],
    }
    assert days(client, month="2027-06") == {"2027-06-01": ["Course"]}


@pytest.mark.parametrize("month", ["", "2027-13", "0000-01", "9999-12", "1999-12", "٢٠٢٧-٠٥", "now", "2027-5"])
def test_a_month_that_makes_no_sense_is_this_one(programme: None, client: Client, month: str) -> None:
    assert days(client, month=month) == {"2027-05-20": ["Early", "Late"]}


# ---- cost -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("number", [1, 22])
def test_lists_cost_the_same_statements_however_many_there_are(statements: Callable[[str], int], number: int) -> None:
    EventIndexPageFactory()
    for n in range(number):
        EventFactory(starts_at=NOW + timedelta(hours=n + 1), audiences=[AudienceFactory()])
    rebuild()

    assert statements("/events/") == 6
    assert statements("/events/?audience=audience-1&attendance=in-person&q=event") == 7
    assert statements("/events/?view=calendar") == 6


# ---- among everything else that is found ----------------------------------------------------------------------------
def boosts() -> dict[str, float]:
    return {d.url.strip("/").rpartition("/")[2]: d.boost for d in IndexedDocument.objects.filter(type="event")}


def test_of_a_series_only_the_next_date_stands_and_then_the_one_after_it(home: object) -> None:
    EventIndexPageFactory()
    first = publish(EventFactory(slug="club", starts_at=london(2027, 5, 5, 12)))
    repeat(event=first, frequency=Frequency.WEEKLY, every=1, times=3)
    rebuild()
    assert boosts() == {"club": 1.0, "club-2027-05-12": 0.3, "club-2027-05-19": 0.3}
    with time_machine.travel(london(2027, 5, 5, 14), tick=False):
        tick()
        assert boosts() == {"club": 0.5, "club-2027-05-12": 1.0, "club-2027-05-19": 0.3}


@pytest.mark.indexed
def test_the_next_date_is_another_one_when_the_first_is_called_off(
    home: object, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    EventIndexPageFactory()
    first = publish(EventFactory(slug="club", starts_at=london(2027, 5, 5, 12)))
    repeat(event=first, frequency=Frequency.WEEKLY, every=1, times=2)
    rebuild()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        announce(event=EventPage.objects.get(pk=first.pk), status=EventStatus.CANCELLED, notice="Ill.")
    assert boosts() == {"club": 0.4, "club-2027-05-12": 1.0}


def test_what_is_searched_for_among_events_is_counted(
    programme: None, client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    settings.MIDDLEWARE = ["core.page_cache.AnonymousPageCache", *settings.MIDDLEWARE]
    page_cache.bump()
    page = assert_public_page(client.get("/events/?q=early"))
    query_log.write()

    assert list(DailyQuery.objects.values_list("path", "text", "asked", "last_total")) == [("/events/", "early", 1, 1)]
    assert page.select_one("#results [data-asked]")

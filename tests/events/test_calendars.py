"""Calendar files, parsed back: one UID for ever, a SEQUENCE that rises for moves and nothing else, London's clocks."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar

from core.relative_dates import LONDON
from events.choices import EventStatus, PlaceKind
from events.models import CalendarEntry, EventPage
from search.indexing import rebuild
from tests.factories.directory import PlaceFactory
from tests.factories.events import (
    EventFactory,
    EventIndexPageFactory,
    EventSessionFactory,
    JoiningLinkFactory,
    london,
)
from tests.factories.pages import changed, publish, restrict

pytestmark = pytest.mark.django_db
NOW = london(2027, 3, 1, 9)
GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(autouse=True)
def _stand_in_time() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def read(client: Client, url: str) -> Calendar:
    response = client.get(url)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert not response.cookies
    lines = response.content.decode().split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines), "a line is too long for RFC 5545"
    return Calendar.from_ical(response.content)  # type: ignore[return-value]


def entries(calendar: Calendar) -> list[Any]:
    return list(calendar.walk("VEVENT"))


# ---- what is written ------------------------------------------------------------------------------------------------
def event_of_the_golden_file() -> EventPage:
    event = EventFactory(
        title="Real-world data: from request, to result; in one table",
        slug="real-world-data",
        summary="One request followed step by step – with the form, the waiting and the answer.",
        starts_at=london(2027, 3, 30, 12, 30),
        ends_at=london(2027, 3, 30, 13, 45),
        place_kind=PlaceKind.HYBRID,
        space="The hall, east",
        building=PlaceFactory(name="Old Medical School", address="Thoresby Place\nLeeds", postcode="LS2 9NL"),
        access="Step-free.",
    )
    JoiningLinkFactory(event=event, address="https://meet.example/secret-room")
    event = publish(event)  # type: ignore[assignment]
    CalendarEntry.objects.filter(event=event).update(uid="5f2b3c1e-0000-4000-8000-000000000001")
    return event


def test_the_file_is_to_the_byte_what_was_agreed(home: object, client: Client, settings: Any) -> None:
    settings.BASE_URL = "https://village.example"
    event_of_the_golden_file()
    content = client.get("/events/real-world-data/event.ics").content

    assert content.decode() == (GOLDEN / "event.ics").read_bytes().decode()


def test_another_parser_would_read_what_we_meant(home: object, client: Client) -> None:
    event_of_the_golden_file()
    calendar = read(client, "/events/real-world-data/event.ics")
    (entry,) = entries(calendar)

    assert "METHOD" not in calendar, "a feed that carries a method is taken for an invitation"
    assert not entry.get("ATTENDEE")
    assert not entry.get("ORGANIZER")
    assert entry["DTSTART"].dt == london(2027, 3, 30, 12, 30)
    assert entry["DTSTART"].params["TZID"] == "Europe/London"
    assert entry["DTEND"].dt - entry["DTSTART"].dt == timedelta(minutes=75)
    assert str(entry["SUMMARY"]) == "Real-world data: from request, to result; in one table"
    assert str(entry["LOCATION"]) == "The hall, east, Old Medical School, Thoresby Place, Leeds, LS2 9NL, and online"
    assert str(entry["STATUS"]) == "CONFIRMED"
    assert entry["SEQUENCE"] == 0
    assert b"secret-room" not in calendar.to_ical()


def test_the_rules_of_the_clocks_are_the_zones_own(home: object, client: Client) -> None:
    """What a calendar computes from our VTIMEZONE is what Python knows of London, over four years of changes."""
    event_of_the_golden_file()
    (zone,) = read(client, "/events/real-world-data/event.ics").walk("VTIMEZONE")
    built = zone.to_tz()  # type: ignore[attr-defined]
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    while moment.year < 2030:
        assert moment.astimezone(built).utcoffset() == moment.astimezone(LONDON).utcoffset(), moment
        moment += timedelta(hours=6)


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2026, 3, 28), 0),
        (date(2026, 3, 29), 1),
        (date(2026, 10, 24), 1),
        (date(2026, 10, 25), 0),
        (date(2027, 3, 27), 0),
        (date(2027, 3, 28), 1),
        (date(2027, 10, 30), 1),
        (date(2027, 10, 31), 0),
    ],
)
def test_noon_is_noon_on_both_sides_of_a_change(home: object, client: Client, day: date, hours: int) -> None:
    noon = london(day.year, day.month, day.day, 12)
    EventFactory(slug="noon", starts_at=noon, ends_at=noon + timedelta(hours=1))
    (entry,) = entries(read(client, "/events/noon/event.ics"))

    assert entry["DTSTART"].to_ical() == f"{day:%Y%m%d}T120000".encode()
    assert entry["DTSTART"].dt.astimezone(UTC).hour == 12 - hours


def test_a_course_is_an_entry_for_each_day(home: object, client: Client) -> None:
    first = london(2027, 3, 16, 13)
    EventFactory(
        slug="course",
        title="Course",
        starts_at=first,
        ends_at=london(2027, 3, 30, 16),
        sessions=[
            EventSessionFactory.build(title=title, starts_at=at, ends_at=at + timedelta(hours=3), room="Ure")
            for title, at in (("Before", first), ("After", london(2027, 3, 30, 13)))
        ],
    )
    found = entries(read(client, "/events/course/event.ics"))

    assert [str(entry["SUMMARY"]) for entry in found] == ["Course: Before", "Course: After"]
    assert [entry["DTSTART"].to_ical() for entry in found] == [b"20270316T130000", b"20270330T130000"]
    assert len({str(entry["UID"]) for entry in found}) == 2
    assert "Ure" in str(found[0]["LOCATION"])


# ---- what happens to an entry ---------------------------------------------------------------------------------------
def test_the_sequence_rises_for_time_place_and_state_but_not_for_words(home: object) -> None:
    event = publish(EventFactory())
    entry = CalendarEntry.objects.get(event=event.pk)
    seen = [entry.sequence]
    for fields in (
        {"summary": "Other words."},
        {"starts_at": event.starts_at + timedelta(days=1), "ends_at": event.ends_at + timedelta(days=1)},
        {"description": "<p>More words.</p>"},
        {"space": "Calder"},
        {"status": EventStatus.CANCELLED, "notice": "Ill."},
        {"status": EventStatus.SCHEDULED, "notice": ""},
    ):
        changed(event, **fields)
        entry.refresh_from_db()
        seen.append(entry.sequence)

    assert seen == [0, 0, 1, 1, 2, 3, 4]


def test_a_draft_tells_calendars_nothing(home: object, client: Client) -> None:
    event = publish(EventFactory(slug="it"))
    before = client.get("/events/it/event.ics").content
    event.starts_at, event.ends_at = event.starts_at + timedelta(days=1), event.ends_at + timedelta(days=1)
    event.save_revision()

    assert client.get("/events/it/event.ics").content == before


def test_publishing_an_old_version_moves_forward_not_back(home: object) -> None:
    event = publish(EventFactory())
    first = event.latest_revision
    changed(event, space="Calder")
    uid = CalendarEntry.objects.get(event=event.pk).uid
    first.publish()
    entry = CalendarEntry.objects.get(event=event.pk)

    assert (entry.uid, entry.sequence) == (uid, 2)


def test_a_cancelled_event_is_struck_out_under_the_same_name(home: object, client: Client) -> None:
    event = publish(EventFactory(slug="it", title="Evening"))
    (before,) = entries(read(client, "/events/calendar.ics"))
    changed(event, status=EventStatus.CANCELLED, notice="Two speakers are ill.")
    (after,) = entries(read(client, "/events/calendar.ics"))

    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert (str(after["STATUS"]), str(after["TRANSP"])) == ("CANCELLED", "TRANSPARENT")
    assert str(after["SUMMARY"]) == "Cancelled: Evening"
    assert "Two speakers are ill." in str(after["DESCRIPTION"])


def test_a_change_of_slug_or_place_in_the_tree_keeps_the_name(home: object, client: Client) -> None:
    event = publish(EventFactory(slug="it"))
    (before,) = entries(read(client, "/events/it/event.ics"))
    changed(event, slug="that")
    (after,) = entries(read(client, "/events/that/event.ics"))
    assert after["UID"] == before["UID"]


def test_the_same_events_give_the_same_file_tomorrow(home: object, client: Client) -> None:
    publish(EventFactory(starts_at=london(2027, 3, 20, 9)))
    first = client.get("/events/calendar.ics")
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        again = client.get("/events/calendar.ics", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304


def test_a_copy_is_an_event_of_its_own(home: object) -> None:
    event = publish(EventFactory())
    copy = event.copy(update_attrs={"slug": "copy"})
    assert CalendarEntry.objects.get(event=copy.pk).uid != CalendarEntry.objects.get(event=event.pk).uid


# ---- feeds ----------------------------------------------------------------------------------------------------------
def test_the_feed_holds_what_is_public_and_not_long_gone(home: object, client: Client) -> None:
    EventFactory(title="To come")
    EventFactory(title="Of late", starts_at=NOW - timedelta(days=60))
    EventFactory(title="Long gone", starts_at=NOW - timedelta(days=160))
    EventFactory(title="Draft", live=False)
    restrict(EventFactory(title="Locked", slug="locked"))

    found = entries(read(client, "/events/calendar.ics"))
    assert [str(entry["SUMMARY"]) for entry in found] == ["Of late", "To come"]
    assert client.get("/events/locked/event.ics").status_code == 404
    assert client.get("/events/nothing/event.ics").status_code == 404


def test_a_filtered_list_can_be_subscribed_to(home: object, client: Client) -> None:
    EventIndexPageFactory()
    EventFactory(title="Far", place_kind=PlaceKind.ONLINE)
    EventFactory(title="Near")
    rebuild()
    found = entries(read(client, "/events/?attendance=online&as=ics"))
    assert [str(entry["SUMMARY"]) for entry in found] == ["Far"]
    page = client.get("/events/").content.decode()
    assert 'href="/events/?as=ics"' in page


def test_a_list_of_other_things_has_no_calendar(home: object, client: Client) -> None:
    EventFactory()
    rebuild()
    response = client.get("/search/?as=ics")
    assert response["Content-Type"].startswith("text/html")
    assert "as=ics" not in response.content.decode()


def test_a_feed_costs_the_same_however_much_it_holds(
    home: object, client: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        EventFactory(starts_at=NOW + timedelta(days=number), sessions=[EventSessionFactory.build()])
    with django_assert_max_num_queries(16):
        client.get("/events/calendar.ics")

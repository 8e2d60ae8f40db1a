"""What everybody may know of how full an event is, and that it follows the bookings."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client, TestCase
from django.utils import timezone

from events.bookings import actions
from events.bookings.choices import Group
from events.bookings.models import BookingRules
from events.choices import EventStatus
from events.models import EventPage
from home.models import HomePage
from search.indexing import rebuild, refresh_stale
from tests.booking_forms import address, soup, words
from tests.factories.bookings import book, bookable
from tests.factories.events import EventFactory


@pytest.fixture(autouse=True)
def _village(home: HomePage) -> None:
    cache.clear()  # counts of how often somebody asked


def come(client: Client, event: EventPage) -> str:
    return words(client.get(event.url), "#come")


def test_the_page_of_an_event_says_how_to_get_a_place(client: Client) -> None:
    now = timezone.now()
    open_, soon = bookable(40), bookable(3, opens_at=now + timedelta(days=1))
    closed, asked = bookable(3, closes_at=now - timedelta(days=1)), bookable(40, approval=True)
    for event in (open_, soon, closed, asked):
        actions.settle(event=event.pk)

    assert "Places free Book a place" in come(client, open_)
    assert "Booking opens on" in come(client, soon)
    assert "Booking has closed" in come(client, closed)
    assert "Ask for a place" in come(client, asked)
    assert soup(client.get(open_.url)).select_one(f'#come a[href="{address(open_)}"]')
    assert not soup(client.get(soon.url)).select_one(f'#come a[href="{address(soon)}"]')


@pytest.mark.indexed
def test_what_is_shown_follows_the_bookings(client: Client) -> None:
    event = bookable(3)
    bookings = [book(event), book(event)]

    def shown() -> tuple[str, str, Any]:
        row = words(client.get("/events/"), ".v-event__side")
        api = client.get("/api/v1/events/").json()["results"][0]["availability"]
        return come(client, event), row, api

    assert "Last places" in shown()[0] and "Last places" in shown()[1] and shown()[2] == "few"
    book(event)
    assert "Go on the waiting list" in shown()[0] and "Waiting list" in shown()[1] and shown()[2] == "waiting"
    calendar = client.get("/events/", {"view": "calendar", "month": f"{timezone.localtime(event.starts_at):%Y-%m}"})
    assert "waiting list" in words(calendar, ".v-cal")
    BookingRules.objects.filter(event=event).update(waiting_list=False)
    actions.settle(event=event.pk)
    assert "Full. All places are taken" in shown()[0] and "Full" in shown()[1] and shown()[2] == "full"
    actions.cancel(booking=bookings[0])
    assert "Book a place" in shown()[0] and "Last places" in shown()[1]


def test_places_that_are_kept_for_a_group_are_not_called_free(client: Client) -> None:
    event = bookable({"name": "Tenants", "capacity": 2, "groups": [Group.TENANTS]}, {"capacity": 1})
    book(event)
    rebuild()

    assert "kept for a group" in come(client, event) and "See who can book" in come(client, event)
    assert "Kept for members" in words(client.get("/events/"), ".v-event__side")
    assert words(client.get("/events/?availability=free"), "[role=status]").startswith("0 events")


def test_a_page_that_is_kept_for_readers_follows_too(client: Client, settings: Any, tmp_path: Any) -> None:
    settings.VAR_DIR = tmp_path
    settings.MIDDLEWARE = ["core.page_cache.AnonymousPageCache", *settings.MIDDLEWARE]
    event = bookable(1)
    actions.settle(event=event.pk)
    client.get(event.url)
    kept = client.get(event.url)
    assert kept["X-Cache"] == "hit" and "Last places" in words(kept, "#come")
    with TestCase.captureOnCommitCallbacks(execute=True):
        book(event)
    assert "Go on the waiting list" in words(client.get(event.url), "#come")


@pytest.mark.indexed
def test_when_booking_opens_the_lists_hear_of_it(client: Client, time_machine: Any) -> None:
    event = bookable(3, opens_at=timezone.now() + timedelta(hours=1))
    actions.settle(event=event.pk)
    assert words(client.get("/events/?availability=free"), "[role=status]").startswith("0 events")
    time_machine.move_to(event.booking_rules.opens_at + timedelta(minutes=1), tick=False)
    refresh_stale()
    assert words(client.get("/events/?availability=free"), "[role=status]").startswith("1 event")


def test_free_places_are_a_filter_with_counts(client: Client) -> None:
    free, waiting = bookable(40), bookable(1)
    EventFactory()
    actions.settle(event=free.pk)
    book(waiting)
    rebuild()
    page = client.get("/events/")
    places = next(one for one in soup(page).select(".v-facet") if one.legend and one.legend.get_text() == "Places")

    assert [" ".join(row.get_text(" ").split()) for row in places.select("li")] == ["Places free 1", "Waiting list 1"]
    found = client.get("/events/?availability=free")
    assert [link.get_text() for link in soup(found).select(".v-event h3")] == [free.title]


@pytest.mark.parametrize(
    ("capacity", "taken", "said"), [(40, 0, "InStock"), (3, 2, "LimitedAvailability"), (1, 1, "SoldOut")]
)
def test_programs_are_told_in_the_words_of_schema_org(client: Client, capacity: int, taken: int, said: str) -> None:
    event = bookable(capacity)
    for _ in range(taken):
        book(event)
    actions.settle(event=event.pk)

    def data() -> Any:
        return json.loads(soup(client.get(event.url)).select_one('script[type="application/ld+json"]').string)  # type: ignore[union-attr,arg-type]

    offer = data()["offers"]
    assert offer["availability"] == f"https://schema.org/{said}"
    assert offer["url"].endswith(address(event))
    assert client.get(f"/api/v1/events/{event.slug}/").json()["availability"]["value"]
    EventPage.objects.filter(pk=event.pk).update(status=EventStatus.CANCELLED)
    assert "offers" not in data()


def test_an_event_without_rules_says_nothing_of_places(client: Client) -> None:
    event = EventFactory()
    rebuild()
    assert client.get("/api/v1/events/").json()["results"][0]["availability"] == ""
    assert client.get(f"/api/v1/events/{event.slug}/").json()["availability"] is None
    assert not soup(client.get(event.url)).select_one(f'a[href="{address(event)}"]')

"""The form of booking where no place can be had: full, over, closed, or not ours. It says so, and keeps what was typed."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from events.actions import repeat
from events.bookings import actions
from events.choices import EventStatus, Frequency
from events.models import EventPage
from home.models import HomePage
from tests.booking_forms import ADA, address, soup, typed, words
from tests.factories.bookings import QuestionFactory, book, bookable
from tests.factories.events import EventFactory
from tests.factories.pages import publish


@pytest.fixture(autouse=True)
def _village(home: HomePage) -> None:
    cache.clear()  # counts of how often somebody asked


def test_filled_meanwhile_everything_typed_is_kept_and_one_more_press_waits(client: Client) -> None:
    event = bookable(1)
    question = QuestionFactory(event=event, words="Why?")
    form = typed(client.get(address(event))) | ADA
    del form["csrfmiddlewaretoken"]  # masked anew each time
    book(event)
    said = form | {
        "organisation": "Kestrelgate",
        f"question_{question.pk}": "To learn",
        "needs": "A seat near the door",
    }
    refused = client.post(address(event), said)

    assert refused.status_code == 409
    assert "All places are taken. You can go on the waiting list." in words(refused, ".nhsuk-error-summary")
    found = typed(refused)
    assert {name: found[name] for name in said} == said
    assert [button.get_text() for button in soup(refused).select("form.v-form button")] == [
        "Book a place",
        "Go on the waiting list",
    ]
    waits = client.post(address(event), found | {"waits": "1"})
    page = words(client.get(waits["Location"]))
    assert "You are on the waiting list, Ada" in page
    assert "You are next" in page


def test_of_a_group_that_is_too_large_it_is_said_what_is_left(client: Client) -> None:
    event = bookable(2)
    refused = client.post(address(event), ADA | {"size": "3"})

    assert "Only 2 places are left, and you asked for 3" in words(refused, ".nhsuk-error-summary")
    assert typed(refused)["size"] == "3"


def test_who_comes_to_a_full_event_is_offered_the_list_at_once(client: Client) -> None:
    event = bookable(1)
    book(event)
    page = client.get(address(event))

    assert words(page, "h1") == "Go on the waiting list"
    assert [button.get_text() for button in soup(page).select("form.v-form button")] == ["Go on the waiting list"]


def test_without_a_list_other_dates_with_free_places_are_named(client: Client) -> None:
    first = publish(EventFactory(title="Club", slug="club"))
    series = repeat(event=first, frequency=Frequency.WEEKLY, every=1, times=3)
    second, third = EventPage.objects.filter(occurrence__series=series).exclude(pk=first.pk).order_by("starts_at")
    EventPage.objects.filter(pk__in=[second.pk, third.pk]).update(live=True)
    bookable(1, event=first, waiting_list=False)
    bookable(1, event=second)
    bookable(9, event=third)
    for one in (first, second):
        book(one)
    actions.settle(event=third.pk)

    page = client.get(address(first))
    assert "All places are taken." in words(page)
    assert not soup(page).select("form.v-form")
    named = [" ".join(row.get_text(" ").split()) for row in soup(page).select("section[aria-labelledby=instead] li")]
    assert "Places free" in named[0] and "Waiting list" in named[1]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"status": EventStatus.CANCELLED}, "does not take place"),
        ({"status": EventStatus.POSTPONED}, "postponed"),
        ({"starts_at": timezone.now() - timedelta(minutes=1)}, "it has begun"),
    ],
)
def test_what_can_not_be_booked_says_why(client: Client, change: dict[str, Any], says: str) -> None:
    event = bookable(3)
    EventPage.objects.filter(pk=event.pk).update(**change)

    assert says in words(client.get(address(event)))
    refused = client.post(address(event), ADA | {"needs": "Hearing loop"})
    assert refused.status_code == 409
    assert says in words(refused, ".nhsuk-error-summary")
    assert typed(refused)["needs"] == "Hearing loop"


def test_not_yet_open_closed_and_not_ours(client: Client) -> None:
    soon, past = timezone.now() + timedelta(days=1), timezone.now() - timedelta(days=1)

    assert "Booking opens on" in words(client.get(address(bookable(3, opens_at=soon))))
    assert "Booking has closed" in words(client.get(address(bookable(3, closes_at=past))))
    elsewhere = EventFactory()
    assert "not booked with us" in words(client.get(address(elsewhere)))
    assert client.post(address(elsewhere), ADA).status_code == 409

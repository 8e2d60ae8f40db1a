"""A space is booked by a form, a page to check it and one press; nothing typed is lost."""

import re
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from core.forgery import EXPIRED
from home.models import HomePage
from spaces.choices import BookingStatus, Confidentiality
from spaces.models import Booking
from tests.booking_forms import typed, words
from tests.factories.spaces import SpaceFactory
from tests.space_forms import (
    ADA,
    NOW,
    address,
    at,
    book_by_form,
    carried,
    errors,
)

BY_LINK = re.compile(r"^/spaces/booking/[^/]+/$")


@pytest.fixture(autouse=True)
def _village(home: HomePage) -> Any:
    cache.clear()  # counts of how often somebody asked
    with time_machine.travel(NOW, tick=False):
        yield


# ---- asking ---------------------------------------------------------------------------------------------------------
def test_anybody_books_a_space_that_is_open_to_everybody(client: Client) -> None:
    room = SpaceFactory(title="Aire")

    response = book_by_form(client, room, words="Interviews")

    assert response.status_code == 302
    assert BY_LINK.match(response["Location"])
    booking = Booking.objects.get()
    assert (booking.status, booking.starts_at, booking.ends_at) == (BookingStatus.CONFIRMED, at(10), at(11))
    assert (booking.name, booking.email, booking.people, booking.words) == (ADA["name"], ADA["email"], 4, "Interviews")
    page = client.get(response["Location"])
    assert "Aire is booked, Ada" in words(page)
    assert booking.reference in words(page)
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "no-referrer"


def test_the_form_is_filled_in_from_its_address(client: Client) -> None:
    room = SpaceFactory()

    found = typed(client.get(f"{address(room)}?start=2026-12-01T14:00&end=2026-12-01T15:30&people=5&words=Interviews"))

    assert (found["start"], found["end"]) == ("2026-12-01T14:00", "2026-12-01T15:30")
    assert (found["people"], found["words"]) == ("5", "Interviews")
    spoken = typed(client.get(f"{address(room)}?date=1+December+2026&from=2pm&until=15.30"))
    assert (spoken["start"], spoken["end"]) == ("2026-12-01T14:00", "2026-12-01T15:30")


@pytest.mark.parametrize("start", ["2026-11-24 10:00", "24/11/2026 10:00", "24 November 2026, 10am", "24 Nov 2026 10"])
def test_days_and_times_are_read_as_people_type_them(client: Client, start: str) -> None:
    book_by_form(client, SpaceFactory(), start=start)

    assert Booking.objects.get().starts_at == at(10)


def test_looking_and_checking_change_nothing(client: Client) -> None:
    room = SpaceFactory()

    client.get(f"{address(room)}?start=2026-11-24T10:00&end=2026-11-24T11:00&do=book")
    client.post(address(room), ADA)

    assert not Booking.objects.exists()


def test_the_same_form_sent_twice_is_one_booking(client: Client) -> None:
    room = SpaceFactory()
    sent = carried(client.post(address(room), typed(client.get(address(room))) | ADA)) | {"do": "book"}

    first, second = client.post(address(room), sent), client.post(address(room), sent)

    assert first["Location"] == second["Location"]
    assert Booking.objects.count() == 1


def test_gone_back_to_and_sent_for_another_time_it_is_another_booking(client: Client) -> None:
    room = SpaceFactory()
    form = typed(client.get(address(room))) | ADA

    client.post(address(room), form | {"do": "book"})
    client.post(address(room), form | {"start": "2026-11-24T14:00", "end": "2026-11-24T15:00", "do": "book"})

    assert [one.starts_at for one in Booking.objects.all()] == [at(10), at(14)]


def test_change_something_leads_back_with_everything_kept(client: Client) -> None:
    room = SpaceFactory()
    said = ADA | {"words": "Interviews", "guest_1_name": "Grace", "confidentiality": Confidentiality.BUSY}
    sent = carried(client.post(address(room), typed(client.get(address(room))) | said))

    back = typed(client.post(address(room), sent | {"do": "change"}))

    assert back.items() >= said.items()
    assert back["key"] == sent["key"]


def test_what_is_missing_is_named_and_the_rest_is_kept(client: Client) -> None:
    room = SpaceFactory()

    response = client.post(address(room), {"start": "tomorrow", "end": "2026-11-24T11:00", "words": "Interviews"})

    assert errors(response) == ["#id_start", "#id_people", "#id_name", "#id_email"]
    assert typed(response)["words"] == "Interviews"
    assert typed(response)["start"] == "tomorrow"


def test_a_time_that_the_clocks_skip_is_refused_in_words(client: Client) -> None:
    room = SpaceFactory(window_days=365)

    response = client.post(address(room), ADA | {"start": "2027-03-28T01:30", "end": "2027-03-28T03:00"})

    assert "clocks go forward" in words(response)


def test_a_form_that_is_not_ours_books_nothing_and_loses_nothing() -> None:
    client, room = Client(enforce_csrf_checks=True), SpaceFactory()

    response = client.post(address(room), ADA | {"do": "book"})

    assert response.status_code == 403
    assert EXPIRED.split(".", maxsplit=1)[0] in words(response)
    assert typed(response)["name"] == ADA["name"]
    assert not Booking.objects.exists()
    again = client.post(address(room), typed(response) | {"do": "book"})
    assert again.status_code == 302


def test_a_program_that_fills_in_everything_books_nothing(client: Client) -> None:
    response = client.post(address(SpaceFactory()), ADA | {"leave_empty": "x", "do": "book"})

    assert response.status_code == 302
    assert not Booking.objects.exists()


def test_one_network_can_send_the_form_only_so_often(client: Client, settings: Any) -> None:
    settings.API_REQUESTS_A_MINUTE = 1
    room = SpaceFactory()

    client.post(address(room), ADA | {"do": "book"})
    response = client.post(address(room), ADA | {"start": "2026-11-24T14:00", "end": "2026-11-24T15:00", "do": "book"})

    assert response.status_code == 429
    assert Booking.objects.count() == 1
    assert typed(response)["name"] == ADA["name"]


def test_a_space_that_is_not_published_can_not_be_asked_for(client: Client) -> None:
    room = SpaceFactory()
    room.unpublish()

    assert client.get(address(room)).status_code == 404

"""A calendar of one's own: under an address that can be ended, of what somebody has a place at, without anybody's name."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from allauth.account.models import EmailAddress
from bs4 import BeautifulSoup
from django.test import Client
from icalendar import Calendar

from accounts.models import User
from directory.queries.bookers import Booker
from events.bookings import actions, links
from events.bookings.models import Booking, PersonalCalendar
from events.choices import EventStatus
from events.models import EventPage
from home.models import HomePage
from tests.assertions import assert_no_inline_code, assert_nothing_from_elsewhere
from tests.calendar_parts import entries_in
from tests.factories.accounts import UserFactory
from tests.factories.bookings import book, bookable
from tests.factories.events import EventFactory, EventSessionFactory, london
from tests.factories.pages import publish

PAGE = "/my/calendar/"


@pytest.fixture(autouse=True)
def clock(home: HomePage) -> Any:
    with time_machine.travel(london(2027, 3, 1, 9), tick=False) as traveller:
        yield traveller


@pytest.fixture
def ada(client: Client) -> User:
    user = UserFactory(name="Ada Lovelace", email="ada@example.org")
    client.force_login(user)
    return user


def published(**fields: Any) -> EventPage:
    return publish(EventFactory(**fields))  # type: ignore[return-value]


def booked(user: User, *, places: int = 1, **fields: Any) -> Booking:
    return book(bookable(places, event=published(**fields)), user.email, booker=Booker(user), name=user.name)


def address(client: Client, do: str = "new") -> str:
    client.post(PAGE, {"do": do})
    return urlsplit(links.feed_url(PersonalCalendar.objects.get())).path


def entries(url: str) -> list[Any]:
    response = Client().get(url)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(response.content)
    assert "METHOD" not in calendar
    return list(calendar.walk("VEVENT"))


def page_of(client: Client) -> Any:
    response = client.get(PAGE)
    assert response.status_code == 200 and "no-store" in response["Cache-Control"]
    page = BeautifulSoup(response.content, "html.parser")
    assert_no_inline_code(page)
    assert_nothing_from_elsewhere(page)
    return page


def test_it_is_for_people_who_signed_in(client: Client) -> None:
    response = client.get(PAGE)
    assert response.status_code == 302 and response["Location"].startswith("/accounts/login/")


def test_nothing_is_made_until_somebody_asks(ada: User, client: Client) -> None:
    page_of(client)
    assert not PersonalCalendar.objects.exists()
    url = address(client)
    assert url in page_of(client).find("input", id="address")["value"]


def test_it_holds_what_somebody_has_a_place_at(ada: User, client: Client) -> None:
    booked(ada, title="Confirmed")
    full = bookable(1, event=published(title="Waiting"))
    book(full)
    book(full, ada.email, booker=Booker(ada), waits=True)
    actions.cancel(booking=booked(ada, title="Given back"))
    book(bookable(1, event=published(title="Of somebody else")))

    assert [str(entry["SUMMARY"]) for entry in entries(address(client))] == ["Confirmed"]


def test_it_knows_bookings_of_a_proven_address(ada: User, client: Client) -> None:
    book(bookable(1, event=published(title="Without signing in")), ada.email)
    url = address(client)
    EmailAddress.objects.filter(user=ada).update(verified=False)
    assert entries(url) == []
    EmailAddress.objects.filter(user=ada).update(verified=True)
    assert [str(entry["SUMMARY"]) for entry in entries(url)] == ["Without signing in"]


def test_entries_have_the_names_of_the_letters(ada: User, client: Client, mailoutbox: list[Any]) -> None:
    sessions = [
        EventSessionFactory.build(starts_at=london(2027, 3, day, 13), ends_at=london(2027, 3, day, 16))
        for day in (16, 23)
    ]
    booked(ada, starts_at=london(2027, 3, 16, 13), ends_at=london(2027, 3, 23, 16), sessions=sessions)
    booked(ada)
    by_mail = {str(entry["UID"]): entry["SEQUENCE"] for letter in mailoutbox for entry in entries_in(letter)}
    by_feed = {str(entry["UID"]): entry["SEQUENCE"] for entry in entries(address(client))}
    assert by_feed == by_mail and len(by_feed) == 3


def test_it_follows_changes_and_what_is_called_off(ada: User, client: Client) -> None:
    booking = booked(ada, starts_at=london(2027, 3, 27, 9))
    url = address(client)
    (before,) = entries(url)
    event = EventPage.objects.get(pk=booking.event_id)
    event.starts_at, event.ends_at = london(2027, 3, 29, 9), london(2027, 3, 29, 10)
    event.status, event.notice = EventStatus.CANCELLED, "Ill."
    publish(event)
    (after,) = entries(url)

    assert after["UID"] == before["UID"] and after["SEQUENCE"] > before["SEQUENCE"]
    assert (after["DTSTART"].to_ical(), str(after["STATUS"])) == (b"20270329T090000", "CANCELLED")
    actions.cancel(booking=booking)
    assert entries(url) == []


def test_it_names_nobody_and_opens_nothing(ada: User, client: Client) -> None:
    booking = booked(ada)
    url = address(client)
    (entry,) = entries(url)
    content = Client().get(url).content.decode().replace("\r\n ", "")
    assert not entry.get("ATTENDEE") and not entry.get("ORGANIZER")
    for secret in ("Ada", "ada@", booking.nonce.hex, "/events/booking/", booking.attendees.get().code):
        assert secret not in content


def test_a_new_address_ends_the_old_one(ada: User, client: Client) -> None:
    booked(ada)
    old = address(client)
    new = address(client)
    assert old != new
    assert Client().get(old).status_code == 404
    assert len(entries(new)) == 1


def test_it_can_be_ended(ada: User, client: Client) -> None:
    url = address(client)
    client.post(PAGE, {"do": "end"})
    assert Client().get(url).status_code == 404
    assert not PersonalCalendar.objects.exists()


def test_what_the_database_holds_is_no_address(ada: User, client: Client) -> None:
    url = address(client)
    found = PersonalCalendar.objects.get()
    for guess in (f"{found.pk}.{found.nonce.hex}", f"{found.pk}.{found.nonce.hex}:x", url.split("/")[-1][:-6]):
        assert Client().get(f"/my/calendar/{guess}.ics").status_code == 404
    booking = booked(ada)
    assert Client().get(f"/my/calendar/{links.token(booking, links.MANAGE)}.ics").status_code == 404


def test_a_closed_account_has_no_calendar(ada: User, client: Client) -> None:
    url = address(client)
    User.objects.update(is_active=False)
    assert Client().get(url).status_code == 404


def test_nobody_but_who_asks_keeps_it(ada: User, client: Client) -> None:
    booked(ada)
    url = address(client)
    first = Client().get(url)
    assert "private" in first["Cache-Control"] and first["X-Robots-Tag"] == "noindex"
    assert "Access-Control-Allow-Origin" not in first
    assert not first.cookies
    assert Client().get(url, headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_what_is_long_over_is_left_out(ada: User, client: Client, clock: Any) -> None:
    booked(ada)
    url = address(client)
    clock.shift(timedelta(days=60))
    assert len(entries(url)) == 1
    clock.shift(timedelta(days=60))
    assert entries(url) == []


@pytest.mark.parametrize("number", [1, 12])
def test_it_costs_the_same_however_much_it_holds(
    number: int, ada: User, client: Client, django_assert_num_queries: Any
) -> None:
    for _ in range(number):
        booked(ada)
    url = address(client)
    Client().get(url)
    with django_assert_num_queries(4):
        Client().get(url)

"""What the link of a booking opens: how it stands, and everything that can be changed about it."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from events.attendance.models import Certificate
from events.bookings import actions, links
from events.bookings.choices import BookingStatus, NeedKind
from events.bookings.models import Booking
from events.choices import Attendance, PlaceKind
from home.models import HomePage
from tests.assertions import assert_public_page
from tests.booking_forms import ADA, address, own_page, soup, words
from tests.factories.accounts import UserFactory
from tests.factories.bookings import book, bookable
from tests.factories.events import EventFactory


@pytest.fixture(autouse=True)
def _village(home: HomePage) -> None:
    cache.clear()  # counts of how often somebody asked


# ---- the booking's own page ------------------------------------------------------------------------------------------
def test_the_place_in_the_queue_and_an_offer_are_shown(client: Client) -> None:
    event = bookable(1)
    first, second, third = book(event), book(event, waits=True), book(event, waits=True)

    assert "You are number 2." in words(client.get(own_page(third)))
    actions.cancel(booking=first)
    offered = client.get(own_page(second))
    assert "A place is free for you" in words(offered, "h1")
    assert [button.get_text() for button in soup(offered).select(".v-done button")] == ["Yes, take it", "No, leave it"]
    client.post(own_page(second), {"do": "accept"})
    client.post(own_page(second), {"do": "accept"})
    assert "You have a place" in words(client.get(own_page(second)), "h1")


def test_an_offer_that_is_left_goes_on(client: Client) -> None:
    event = bookable(1)
    first, second, third = book(event), book(event, waits=True), book(event, waits=True)
    actions.cancel(booking=first)
    client.post(own_page(second), {"do": "decline"})
    third.refresh_from_db()

    assert third.status == BookingStatus.OFFERED


def test_an_offer_that_ended_says_so_and_how_to_go_on(client: Client, time_machine: Any) -> None:
    event = bookable(1)
    first, second, _ = book(event), book(event, waits=True), book(event, waits=True)
    actions.cancel(booking=first)
    second.refresh_from_db()
    time_machine.move_to(second.offer_ends_at + timedelta(seconds=1), tick=False)
    late = client.post(own_page(second), {"do": "accept"})

    assert late.status_code == 409
    assert "This offer has ended" in words(late, "[role=alert]")
    assert soup(late).select_one(f'a[href="{address(event)}"]')


def test_more_people_names_and_needs(client: Client, mailoutbox: list[Any]) -> None:
    booking = book(bookable(4, asks_diet=True))
    mailoutbox.clear()
    said = {"do": "change", "size": "3", "needs": "Hearing loop", "diet": "No nuts", "tells_hosts": "on"}
    for _ in range(2):  # and on a double press
        done = client.post(own_page(booking), said, follow=True)
    assert "Changed." in words(done, "[role=status]")
    assert len(mailoutbox) == 1
    names = {
        "size": "3",
        "companion_2": "Grace Hopper",
        "companion_3": "Mary Somerville",
        "needs": "",
        "diet": "No nuts",
    }
    page = client.post(own_page(booking), {"do": "change", **names}, follow=True)

    tickets = words(page, ".v-entries")
    assert "Grace Hopper" in tickets and "Mary Somerville" in tickets
    assert [need.kind for need in booking.needs.all()] == [NeedKind.DIET]
    booking.refresh_from_db()
    assert not booking.tells_hosts


def test_a_change_that_does_not_fit_keeps_what_was_typed(client: Client) -> None:
    event = bookable(2)
    booking = book(event)
    book(event)
    refused = client.post(own_page(booking), {"do": "change", "size": "3", "needs": "Hearing loop"})

    assert refused.status_code == 409
    assert "There are not enough places for 3 of you now. Your booking stays as it was." in words(refused)
    assert soup(refused).select_one("details[open] [name=needs]").get_text().strip() == "Hearing loop"  # type: ignore[union-attr]
    assert booking.attendees.count() == 1


def test_handed_on_the_link_ends(client: Client) -> None:
    booking = book(bookable(2), "ada@example.org")
    said = {"do": "transfer", "name": "Grace Hopper", "email": "grace@example.org"}
    first = client.post(own_page(booking), said, follow=True)

    assert "Handed on" in words(first, "h1")
    assert "This link has ended" in words(client.post(own_page(booking), said), "h1")
    booking.refresh_from_db()
    assert booking.email == "grace@example.org"
    assert "You have a place, Grace" in words(client.get(own_page(booking)))


def test_handing_on_asks_for_a_whole_address(client: Client) -> None:
    booking = book(bookable(2))
    refused = client.post(own_page(booking), {"do": "transfer", "name": "Grace Hopper", "email": "grace"})

    assert soup(refused).select_one("details[open] [name=name]")["value"] == "Grace Hopper"  # type: ignore[index]
    assert soup(refused).select_one('.nhsuk-error-summary a[href="#id_transfer_email"]')


def test_cancelled_twice_it_is_cancelled_and_can_be_booked_again(client: Client) -> None:
    event = bookable(1)
    booking = book(event)
    assert soup(client.get(own_page(booking))).select_one('button[name=do][value="cancel"]')
    for _ in range(2):
        page = client.post(own_page(booking), {"do": "cancel"}, follow=True)

    assert words(page, "h1") == "Cancelled"
    assert soup(page).select_one(f'.v-done a[href="{address(event)}"]')
    assert not soup(page).select("details")


def test_opening_a_link_changes_nothing(client: Client) -> None:
    booking = book(bookable(1))
    client.get(own_page(booking), {"do": "cancel"})
    client.head(own_page(booking))
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED


def test_a_link_cut_off_or_of_another_kind_opens_nothing(client: Client) -> None:
    booking = book(bookable(1))
    other = links.token(booking, links.JOIN)
    for wrong in (own_page(booking)[:-3] + "/", f"/events/booking/{other}/", "/events/booking/x/"):
        page = client.get(wrong)
        assert page.status_code == 404
        assert words(page, "h1") == "This link is not complete"


def test_when_the_event_is_over_nothing_can_be_changed(client: Client, time_machine: Any) -> None:
    booking = book(bookable(1))
    time_machine.move_to(booking.event.ends_at + timedelta(minutes=1), tick=False)

    assert not soup(client.get(own_page(booking))).select("main form")
    assert "The event is over" in words(client.post(own_page(booking), {"do": "cancel"}), "[role=alert]")


def test_these_pages_work_without_any_cookie() -> None:
    booking, careful = book(bookable(1)), Client(enforce_csrf_checks=True)
    page = careful.get(own_page(booking))
    assert_public_page(page)
    assert careful.post(own_page(booking), {"do": "cancel"}).status_code == 302


# ---- one's own -------------------------------------------------------------------------------------------------------
def test_my_bookings_are_mine_alone(client: Client) -> None:
    ada = UserFactory(email="ada@example.org")
    event, old = bookable(5), bookable(5)
    mine = client.post  # signed in below; one was made before
    client.force_login(ada)
    mine(address(event), ADA)
    cancelled = book(old, "ada@example.org")
    Booking.objects.filter(pk=cancelled.pk).update(user=ada)
    actions.cancel(booking=cancelled)
    book(event, "grace@example.org")

    page = client.get("/my/bookings/")
    assert [link.get_text() for link in soup(page).select(".v-account__main a.v-link")] == [event.title, old.title]
    assert "Cancelled" in words(page)
    assert client.get(soup(page).select_one(".v-account__main a.v-link")["href"]).status_code == 200  # type: ignore[index,arg-type]
    assert soup(page).select_one('.v-account__menu a[href="/my/bookings/"][aria-current=page]')


def test_my_bookings_are_behind_the_door(client: Client) -> None:
    assert client.get("/my/bookings/")["Location"] == "/accounts/login/?next=/my/bookings/"


# ---- tickets --------------------------------------------------------------------------------------------------------
def test_the_page_holds_a_ticket_for_each_and_afterwards_no_more(client: Client, time_machine: Any) -> None:
    event = bookable(5)
    booking = book(event, "ada@example.org", size=2)
    url = links.manage_url(booking)
    page = soup(client.get(url))
    assert len(page.select(".v-entries svg.v-qr")) == 2
    large = page.select_one(".v-entries a")["href"]
    assert client.get(large).status_code == 200

    actions.change(booking=booking, size=1)
    assert len(soup(client.get(url)).select(".v-entries svg.v-qr")) == 1
    time_machine.move_to(event.ends_at + timedelta(minutes=1), tick=False)
    assert not soup(client.get(url)).select(".v-entries svg.v-qr")


def test_joining_online_is_offered_to_who_takes_part_online_with_a_place(client: Client) -> None:
    event = bookable(
        {"capacity": 1, "attendance": Attendance.IN_PERSON},
        {"capacity": 1, "attendance": Attendance.ONLINE},
        event=EventFactory(place_kind=PlaceKind.HYBRID),
    )

    def offers(attendance: str, *, waits: bool = False) -> tuple[bool, bool]:
        """The way to join, and a ticket for the door."""
        page = client.get(links.manage_url(book(event, attendance=attendance, waits=waits)))
        return f"/events/{event.slug}/join/" in page.content.decode(), bool(soup(page).select("svg.v-qr"))

    assert offers(Attendance.ONLINE) == (True, False)
    assert offers(Attendance.IN_PERSON) == (False, True)
    assert offers(Attendance.ONLINE, waits=True) == (False, False)


def test_who_was_there_finds_their_certificate(client: Client, time_machine: Any) -> None:
    event = bookable(2)
    booking = book(event, "ada@example.org", size=2, companions=("Grace",))
    Certificate.objects.create(event=event, attendee=booking.attendees.all()[0], name="Ada", minutes=60)
    url = links.manage_url(booking)
    assert "Certificate" not in words(client.get(url))

    time_machine.move_to(event.ends_at + timedelta(minutes=1), tick=False)
    [link] = soup(client.get(url)).select(".v-entries a")
    answer = client.get(link["href"])
    assert answer["Content-Type"] == "application/pdf"

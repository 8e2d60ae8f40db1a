"""The page of a booking, by its link and under the account: what it shows, and everything that changes it."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from directory.choices import Role
from home.models import HomePage
from spaces import actions
from spaces.choices import Audience, BookingStatus
from spaces.models import Booking
from spaces.queries.people import asker_of
from spaces.timetable import Span
from tests.booking_forms import soup, typed, words
from tests.factories.accounts import UserFactory
from tests.factories.directory import OrganisationFactory
from tests.factories.spaces import DesksFactory, SpaceFactory
from tests.space_forms import NOW, at, errors, given, member_of, own_page


@pytest.fixture(autouse=True)
def _village(home: HomePage) -> Any:
    cache.clear()  # counts of how often somebody asked
    with time_machine.travel(NOW, tick=False):
        yield


def test_opening_the_link_changes_nothing_and_a_false_link_opens_nothing(client: Client) -> None:
    booking = given(SpaceFactory(), 10, 11)
    before = Booking.objects.values().get()

    assert client.get(own_page(booking) + "?do=cancel").status_code == 200
    assert client.get(own_page(booking)[:-2] + "x/").status_code == 404
    assert Booking.objects.values().get() == before


def test_it_is_moved_and_made_longer(client: Client) -> None:
    booking = given(SpaceFactory(), 10, 11)

    response = client.post(
        own_page(booking), {"do": "change", "start": "2026-11-25T14:00", "end": "2026-11-25T16:00", "people": "6"}
    )

    assert response.status_code == 302
    booking.refresh_from_db()
    assert (booking.starts_at, booking.ends_at, booking.people) == (at(14, 25), at(16, 25), 6)
    assert "Changed" in words(client.get(response["Location"]))


def test_where_it_can_not_go_it_stays_and_is_told_what_would_work(client: Client) -> None:
    room = SpaceFactory()
    booking = given(room, 10, 11)
    given(room, 14, 15, email="other@example.org")

    response = client.post(
        own_page(booking), {"do": "change", "start": "2026-11-24T14:00", "end": "2026-11-24T15:00", "people": "1"}
    )

    assert response.status_code == 409
    assert errors(response) == ["#id_change_start"]
    booking.refresh_from_db()
    assert booking.starts_at == at(10)
    forms = [form for form in soup(response).select("form") if form.select_one("[name=space]")]
    assert len(forms) >= 3
    sent = {field["name"]: field["value"] for field in forms[0].select("input")} | {"do": "change"}
    assert client.post(own_page(booking), sent).status_code == 302


def test_it_is_cancelled_and_can_be_booked_again_as_it_was(client: Client) -> None:
    booking = given(SpaceFactory(), 10, 11, people=3, words="Interviews")

    page = client.get(client.post(own_page(booking), {"do": "cancel"})["Location"])

    assert "Cancelled" in words(page)
    again = soup(page).find("a", string="Book it again")
    assert again
    found = typed(client.get(again["href"]))
    assert (found["start"], found["people"], found["words"]) == ("2026-11-24T10:00", "3", "Interviews")


def test_it_is_ended_early_while_it_is_on(client: Client) -> None:
    booking = given(SpaceFactory(), 10, 11)
    assert "End it now" not in words(client.get(own_page(booking)))

    with time_machine.travel(at(10.25), tick=False):
        assert "End it now" in words(client.get(own_page(booking)))
        client.post(own_page(booking), {"do": "end"})

    booking.refresh_from_db()
    assert booking.ends_at == at(10.25) + timedelta(minutes=1)


def test_it_is_handed_on_and_the_link_ends(client: Client) -> None:
    booking = given(SpaceFactory(), 10, 11)
    link = own_page(booking)

    response = client.post(link, {"do": "hand-on", "name": "Grace", "email": "grace@example.org"})

    assert "Your link has ended" in words(client.get(response["Location"]))
    booking.refresh_from_db()
    assert (booking.name, booking.email) == ("Grace", "grace@example.org")


def test_guests_are_added_later(client: Client) -> None:
    booking = given(SpaceFactory(), 10, 11)

    client.post(own_page(booking), {"do": "invite", "guest_name": "Grace", "guest_needs": "A step-free way"})

    assert "A step-free way" in words(client.get(own_page(booking)))


def test_an_offer_is_taken_up(client: Client) -> None:
    room = SpaceFactory()
    first = given(room, 10, 11)
    request = actions.Request(name="Ada", email="ada@example.org", starts_at=at(10), ends_at=at(11))
    waiting = actions.book(space=room.pk, request=request, waits=True)
    actions.cancel(booking=first.pk)
    actions.serve_waiting(units=[unit.pk for unit in room.units.all()], span=waiting_span(waiting))
    assert "is free for you" in words(client.get(own_page(waiting)))

    client.post(own_page(waiting), {"do": "accept"})

    waiting.refresh_from_db()
    assert waiting.status == BookingStatus.CONFIRMED


def waiting_span(booking: Booking) -> Any:
    return Span(booking.starts_at, booking.ends_at)


def test_they_check_in_from_a_quarter_of_an_hour_before(client: Client) -> None:
    booking = given(SpaceFactory(release_minutes=20), 10, 11)
    assert "button" not in str(soup(client.get(own_page(booking))).select(".v-done"))

    with time_machine.travel(at(9.75), tick=False):
        assert "Check in" in words(client.get(own_page(booking)), ".v-done")
        client.post(own_page(booking), {"do": "check-in"})

    booking.refresh_from_db()
    assert booking.checked_in_at == at(9.75)


def test_which_desk_it_is_is_told_on_the_day(client: Client) -> None:
    desks = DesksFactory(size=2)
    booking = given(desks, 10, 12)
    label = booking.allocations.get().unit.label
    assert label not in words(client.get(own_page(booking)))

    with time_machine.travel(at(7), tick=False):
        assert label in words(client.get(own_page(booking)))


def test_the_page_under_the_account_is_for_those_who_may_change_it(client: Client) -> None:
    organisation = OrganisationFactory(role=Role.TENANT)
    user = member_of(organisation)
    booking = given(SpaceFactory(), 10, 11, asker=asker_of(user), email=user.email, name="Ada")
    url = f"/my/spaces/{booking.reference}/"

    assert client.get(url)["Location"].startswith("/accounts/login/")
    client.force_login(UserFactory())
    assert client.get(url).status_code == 404
    client.force_login(user)
    assert client.post(url, {"do": "cancel"}).status_code == 302
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CANCELLED


def test_under_the_account_a_form_that_is_not_ours_changes_nothing() -> None:
    client = Client(enforce_csrf_checks=True)
    user = member_of(OrganisationFactory(role=Role.TENANT))
    booking = given(SpaceFactory(), 10, 11, asker=asker_of(user), email=user.email, name="Ada")
    client.force_login(user)

    response = client.post(f"/my/spaces/{booking.reference}/", {"do": "cancel"})

    assert response.status_code == 403
    booking.refresh_from_db()
    assert booking.status == BookingStatus.CONFIRMED


def test_whoever_holds_a_link_learns_no_names_of_colleagues(client: Client) -> None:
    organisation = OrganisationFactory(role=Role.TENANT)
    user = member_of(organisation)
    member_of(organisation, name="Grace Hopper")
    booking = given(SpaceFactory(), 10, 11, asker=asker_of(user), email=user.email, name="Ada")

    assert "Grace Hopper" not in words(client.get(own_page(booking)))
    client.force_login(user)
    assert "Grace Hopper" in words(client.get(f"/my/spaces/{booking.reference}/"))


def test_a_guest_of_tenants_moves_by_link_what_was_booked_for_them(client: Client) -> None:
    user = member_of(OrganisationFactory(role=Role.TENANT))
    room = SpaceFactory(open_to=[Audience.TENANTS])
    booking = given(room, 10, 11, asker=asker_of(user), email="guest@example.org", name="Guest")
    assert booking.user is None

    client.post(
        own_page(booking), {"do": "change", "start": "2026-11-25T14:00", "end": "2026-11-25T15:00", "people": "1"}
    )

    booking.refresh_from_db()
    assert booking.starts_at == at(14, 25)


def test_a_booking_is_put_into_a_calendar_by_hand(client: Client) -> None:
    booking = given(SpaceFactory(title="Aire"), 10, 11, words="Interviews")

    link = soup(client.get(own_page(booking))).select_one("a[href$='/booking.ics']")
    assert link
    response = client.get(link["href"])

    assert response["Content-Type"].startswith("text/calendar")
    content = response.content.decode()
    assert "BEGIN:VEVENT" in content
    assert "Aire: Interviews" in content
    assert "METHOD" not in content
    assert client.get(link["href"].replace("/booking.ics", "x/booking.ics")).status_code == 404

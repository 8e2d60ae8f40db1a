"""The door: one tap, by form or by script, from several phones, with and without a network."""

import json
from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from events.attendance import actions, queries
from events.attendance.choices import What
from events.attendance.merging import stay_of
from events.attendance.models import DoorRecord, Presence, WalkIn
from events.bookings import actions as bookings
from events.bookings.models import Booking, Pool
from events.bookings.queries import invariants_broken
from events.choices import Attendance
from events.models import EventPage
from home.models import HomePage
from tests.factories.accounts import UserFactory
from tests.factories.attendance import checked_in, day_of, ended, keeper, person
from tests.factories.bookings import book, bookable
from tests.factories.events import EventFactory, EventSessionFactory, in_a_week


@pytest.fixture(autouse=True)
def _all_is_well(home: HomePage) -> Any:
    yield
    assert invariants_broken() == []


@pytest.fixture
def event(home: HomePage) -> EventPage:
    return bookable(5)


@pytest.fixture
def staff(client: Client, home: HomePage, settings: Any) -> Client:
    settings.STAFF_MFA_REQUIRED = False
    client.force_login(keeper())
    return client


def door(event: EventPage, part: str = "") -> str:
    return f"/events/{event.slug}/door/{part}"


def seen(client: Client, url: str) -> BeautifulSoup:
    response = client.get(url)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def state(client: Client, event: EventPage, key: str) -> str:
    row = seen(client, door(event)).find(id=key)
    return row.find(attrs={"data-state": True}).get_text(strip=True)


def at(minutes: int) -> Any:
    nine = timezone.now().replace(hour=9, minute=0, second=0, microsecond=0)
    return nine + timedelta(minutes=minutes)


class Recorded:
    """As a record of the door is."""

    def __init__(self, what: What, minutes: int, device: str = "a", *, came: Any = None, left: Any = None) -> None:
        self.what, self.at, self.device, self.came_at, self.left_at = what, at(minutes), device, came, left


# ---- merging --------------------------------------------------------------------------------------------------------
CASES = {
    "two phones": ([(What.IN, 5, "a"), (What.IN, 2, "b")], (2, None)),
    "an undo that came later": ([(What.IN, 5, "a"), (What.UNDO, 7, "b")], None),
    "checked in after the undo": ([(What.IN, 1, "a"), (What.UNDO, 3, "a"), (What.IN, 4, "b")], (4, None)),
    "an undo that another check-in outlived": ([(What.UNDO, 3, "a"), (What.IN, 1, "a"), (What.IN, 6, "b")], (6, None)),
    "signed out": ([(What.IN, 1, "a"), (What.OUT, 50, "b")], (1, 50)),
    "came back": ([(What.IN, 1, "a"), (What.OUT, 20, "a"), (What.IN, 30, "a")], (1, None)),
    "out without having come": ([(What.OUT, 20, "a")], None),
}


@pytest.mark.parametrize(("records", "expected"), CASES.values(), ids=CASES)
def test_whatever_the_order_in_which_phones_send_one_answer_follows(records: Any, expected: Any) -> None:
    for order in permutations(Recorded(*one) for one in records):
        stay = stay_of(order)
        found = None if stay is None else (stay.came_at, stay.left_at)
        assert found == (None if expected is None else (at(expected[0]), expected[1] and at(expected[1])))


def test_a_correction_replaces_what_was_before_it() -> None:
    corrected = Recorded(What.CORRECTED, 60, came=at(10), left=at(40))
    stay = stay_of([corrected, Recorded(What.IN, 1), Recorded(What.OUT, 59)])
    assert stay and (stay.came_at, stay.left_at) == (at(10), at(40))
    assert stay_of([Recorded(What.CORRECTED, 60), Recorded(What.IN, 1)]) is None


def test_two_phones_give_one_attendance_and_both_are_told(event: EventPage) -> None:
    one, part, by = person(book(event)), day_of(event), keeper()
    first, second = timezone.now() - timedelta(minutes=9), timezone.now() - timedelta(minutes=4)

    late = actions.record(event=event, person=one, part=part, what=What.IN, by=by, at=second, device=str(uuid4()))
    early = actions.record(event=event, person=one, part=part, what=What.IN, by=by, at=first, device=str(uuid4()))

    assert (late, early) == ("", "")  # the phone that was there first has nothing to be told, the other learns it below
    assert Presence.objects.get().came_at == first
    again = actions.record(event=event, person=one, part=part, what=What.IN, by=by, at=second, device=str(uuid4()))
    assert "was in already, since" in again
    [shown] = queries.people(event, part)
    assert shown.stay and shown.stay.others == (second, second)


def test_of_an_undo_and_a_check_in_the_later_one_holds_and_is_said(event: EventPage) -> None:
    one, part, by = person(book(event)), day_of(event), keeper()
    now = timezone.now()

    def record(what: What, minutes: int) -> str:
        moment = now - timedelta(minutes=minutes)
        return actions.record(event=event, person=one, part=part, what=what, by=by, at=moment, device=str(uuid4()))

    record(What.IN, 30)
    record(What.IN, 10)
    assert "was checked in again after this was undone" in record(What.UNDO, 20)
    assert Presence.objects.get().came_at == now - timedelta(minutes=10)
    assert record(What.UNDO, 5) == ""
    assert not Presence.objects.exists()
    assert "was undone later" in record(What.IN, 7)


def test_the_same_record_sent_twice_is_one(event: EventPage) -> None:
    one, key = person(book(event)), uuid4()
    for _ in range(2):
        actions.record(event=event, person=one, part=day_of(event), what=What.IN, by=keeper(), key=key)
    assert DoorRecord.objects.count() == 1


def test_nothing_is_recorded_in_the_future(event: EventPage) -> None:
    checked_in(event, book(event), at=timezone.now() + timedelta(hours=5))
    assert Presence.objects.get().came_at <= timezone.now()


def test_only_those_who_manage_bookings_keep_the_door(event: EventPage) -> None:
    with pytest.raises(PermissionDenied):
        checked_in(event, book(event), by=UserFactory())


# ---- the page -------------------------------------------------------------------------------------------------------
def test_one_tap_checks_in_and_one_undoes_it(staff: Client, event: EventPage) -> None:
    key = person(book(event, name="Ada Lovelace")).key

    response = staff.post(door(event), {"do": f"in {key}"}, follow=True)
    page = BeautifulSoup(response.content, "html.parser")
    assert "In since" in page.find(id=key).get_text()
    assert "1 of 1 arrived" in page.find(attrs={"data-count": True}).get_text()

    staff.post(door(event), {"do": f"out {key}"})
    assert "left at" in state(staff, event, key)
    staff.post(door(event), {"do": f"undo {key}"})
    assert state(staff, event, key) == ""


def test_the_list_has_those_with_a_confirmed_place_in_person(staff: Client, home: HomePage) -> None:
    event = bookable(6)
    book(event, name="Ada Comes")
    book(event, name="Olive Online", attendance=Attendance.ONLINE)
    bookings.cancel(booking=book(event, name="Carl Cancelled"))
    book(event, name="Grace Group", size=2, companions=("Guest Named",))
    book(event, name="Gus Group")

    names = [h.get_text(strip=True) for h in seen(staff, door(event)).select("[data-person] h2")]
    assert names == ["Ada Comes", "Grace Group", "Gus Group", "Guest Named"]


def test_a_guest_without_a_name_stands_with_whoever_brings_them(staff: Client, event: EventPage) -> None:
    book(event, name="Gus Group", size=2)
    names = [h.get_text(strip=True) for h in seen(staff, door(event)).select("[data-person] h2")]
    assert names == ["Gus Group", "With Gus Group"]


def test_a_name_or_a_code_finds_them_and_an_unknown_code_opens_nothing(staff: Client, event: EventPage) -> None:
    booking = book(event, name="Łukasz Erdős")
    book(event, name="Somebody Else")
    code = booking.attendees.get().code

    for asked in ("erdős", code, booking.reference):
        found = seen(staff, f"{door(event)}?q={asked}").select("[data-person] h2")
        assert [h.get_text(strip=True) for h in found] == ["Łukasz Erdős"]
    nobody = seen(staff, f"{door(event)}?q=AAAAAAAAAAAAAAAA")
    assert not nobody.select("[data-person]") and "opens nothing" in nobody.get_text()


def test_a_code_of_another_event_is_unknown(staff: Client, event: EventPage) -> None:
    elsewhere = person(book(bookable(5)))
    staff.post(door(event), {"do": f"in {elsewhere.key}"})
    assert not Presence.objects.exists()


def test_whoever_came_stays_on_the_list_when_the_place_is_given_back(staff: Client, event: EventPage) -> None:
    booking = book(event)
    key = checked_in(event, booking, at=timezone.now()).key
    bookings.cancel(booking=booking)
    assert "In since" in state(staff, event, key)


def test_the_page_costs_the_same_with_one_and_with_many(
    staff: Client, home: HomePage, django_assert_num_queries: Any
) -> None:
    event = bookable(60)
    checked_in(event, book(event), at=timezone.now())
    staff.get(door(event))
    with django_assert_num_queries(COST):
        staff.get(door(event))
    for _ in range(30):
        checked_in(event, book(event), at=timezone.now())
    with django_assert_num_queries(COST):
        staff.get(door(event))


COST = 13


# ---- what a phone sends ---------------------------------------------------------------------------------------------
def send(client: Client, event: EventPage, *records: dict[str, Any], device: str = "", clock: int = 0) -> Any:
    """``clock``: by how many minutes the phone's is fast."""
    said = {
        "device": device or str(uuid4()),
        "part": "",
        "sent_at": (timezone.now() + timedelta(minutes=clock)).isoformat(),
        "records": list(records),
    }
    return client.post(door(event, "records/"), json.dumps(said), content_type="application/json")


def tapped(event: EventPage, key: str, what: str = "in", minutes: int = 0) -> dict[str, Any]:
    moment = timezone.now() - timedelta(minutes=minutes)
    return {"key": str(uuid4()), "person": key, "what": what, "at": moment.isoformat(), "part": day_of(event).key}


def test_what_was_tapped_offline_counts_from_when_it_was_tapped(staff: Client, event: EventPage) -> None:
    key, other = person(book(event)).key, person(book(event)).key
    answer = send(staff, event, tapped(event, key, minutes=110), tapped(event, other, minutes=5)).json()

    assert (answer["arrived"], answer["expected"], answer["told"]) == (2, 2, [])
    gone = timezone.now() - Presence.objects.order_by("came_at")[0].came_at
    assert timedelta(minutes=109) < gone < timedelta(minutes=111)


def test_a_phone_whose_clock_is_wrong_is_put_right(staff: Client, event: EventPage) -> None:
    record = tapped(event, person(book(event)).key, minutes=10 - 60)  # it says so an hour fast
    send(staff, event, record, clock=60)
    gone = timezone.now() - Presence.objects.get().came_at
    assert timedelta(minutes=9) < gone < timedelta(minutes=11)


def test_the_second_phone_is_told_who_was_in_and_the_first_sees_it_on_the_list(staff: Client, event: EventPage) -> None:
    key = person(book(event, name="Ada")).key
    first, second = str(uuid4()), str(uuid4())
    assert send(staff, event, tapped(event, key, minutes=20), device=first).json()["told"] == []
    [told] = send(staff, event, tapped(event, key, minutes=3), device=second).json()["told"]
    assert told.startswith("Ada was in already, since")

    [row] = send(staff, event, device=first).json()["people"]
    assert len(row["others"]) == 1
    assert Presence.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [{"what": "corrected"}, {"what": "sold"}, {"key": "1"}, {"at": "noon"}, {"at": "2026-11-26T09:00:00"}],
)
def test_what_is_no_record_is_refused_whole(staff: Client, event: EventPage, change: dict[str, Any]) -> None:
    record = tapped(event, person(book(event)).key) | change
    assert send(staff, event, record).status_code == 400
    assert not DoorRecord.objects.exists()


def test_people_and_parts_that_are_unknown_are_left_out(staff: Client, event: EventPage) -> None:
    key = person(book(event)).key
    records = [tapped(event, "a99999999"), tapped(event, "x"), tapped(event, key) | {"part": "session-1"}]
    assert send(staff, event, *records).status_code == 200
    assert not DoorRecord.objects.exists()


# ---- walk-ins -------------------------------------------------------------------------------------------------------
def add(client: Client, event: EventPage, **said: str) -> Any:
    said = {"name": "Wanda Walks", "email": "", "organisation_name": "", "key": str(uuid4()), "do": "place", **said}
    return client.post(door(event, "walk-in/"), said)


def test_somebody_gets_one_of_the_places_and_is_in(staff: Client, event: EventPage) -> None:
    assert add(staff, event, email="wanda@example.org").status_code == 302
    assert Pool.objects.get(event=event).taken == 1
    assert Presence.objects.get().attendee.booking == Booking.objects.get(email="wanda@example.org")


def test_a_full_event_gives_no_place_and_offers_what_would_work(staff: Client, home: HomePage) -> None:
    event = bookable(1)
    book(event)
    key = str(uuid4())
    response = add(staff, event, email="wanda@example.org", key=key)
    page = BeautifulSoup(response.content, "html.parser")
    assert "All places are taken" in page.get_text() and page.find("button", value="without")
    assert page.find("input", attrs={"name": "name"})["value"] == "Wanda Walks"

    for _ in range(2):  # tapped twice
        add(staff, event, email="wanda@example.org", key=key, do="without")
    assert WalkIn.objects.count() == 1
    assert Pool.objects.get(event=event).taken == 1
    assert "0 of 1 arrived, and 1 without a booking" in seen(staff, door(event)).get_text()


def test_a_place_needs_an_address_and_a_place_apart_does_not(staff: Client, event: EventPage) -> None:
    assert "A place needs an e-mail address" in add(staff, event).content.decode()
    assert add(staff, event, do="without").status_code == 302


def test_after_it_began_nobody_is_given_a_place(staff: Client, event: EventPage) -> None:
    ended(event)
    page = seen(staff, door(event, "walk-in/"))
    assert page.find("button", value="without") and not page.find("button", value="place")
    assert "can no longer be booked" in add(staff, event, email="wanda@example.org").content.decode()


def test_whoever_has_a_booking_is_led_to_it(staff: Client, event: EventPage) -> None:
    booking = book(event, "wanda@example.org", name="Wanda Booked")
    page = BeautifulSoup(add(staff, event, email="Wanda@example.org").content, "html.parser")
    assert "in the name of Wanda Booked" in page.get_text()
    assert page.find("a", href=lambda href: href and booking.reference in href)


def test_where_places_are_given_by_us_the_door_gives_them(staff: Client, home: HomePage) -> None:
    event = bookable(3, approval=True)
    add(staff, event, email="wanda@example.org")
    assert Booking.objects.get().status == "confirmed"


# ---- sessions -------------------------------------------------------------------------------------------------------
def test_each_session_has_a_list_of_its_own(staff: Client, home: HomePage) -> None:
    starts_at = in_a_week()
    sessions = [EventSessionFactory.build(title=f"Part {n}", starts_at=starts_at + timedelta(hours=n)) for n in (0, 1)]
    event = bookable(5, event=EventFactory(sessions=sessions))
    key = person(book(event)).key
    _, first, second = queries.parts_of(event)

    staff.post(f"{door(event)}?part={first.key}", {"do": f"in {key}"})
    assert "1 of 1 arrived" in seen(staff, f"{door(event)}?part={first.key}").get_text()
    assert "0 of 1 arrived" in seen(staff, f"{door(event)}?part={second.key}").get_text()


# ---- who is let in --------------------------------------------------------------------------------------------------
PAGES = ("", "records/", "worker.js", "walk-in/", "attendance/", "people/a1/", "feedback/", "badges.pdf", "sign-in.pdf")
EVERY = (*PAGES, "certificates/AAAA.pdf")


@pytest.mark.parametrize("part", EVERY)
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else_gets_behind_the_door(client: Client, event: EventPage, part: str, method: str) -> None:
    book(event, name="Secret Person")
    anonymous = getattr(client, method)(door(event, part))
    assert anonymous.status_code == 302 and anonymous["Location"].startswith("/accounts/login/")
    client.force_login(UserFactory())
    assert getattr(client, method)(door(event, part)).status_code == 404
    assert not Presence.objects.exists()


def test_staff_use_their_second_factor_at_the_door(client: Client, event: EventPage, settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = True
    client.force_login(keeper())
    response = client.get(door(event))
    assert response.status_code == 302 and "2fa" in response["Location"]


def test_the_door_is_kept_nowhere(staff: Client, event: EventPage) -> None:
    book(event, name="Secret Person")
    response = staff.get(door(event))
    assert "Secret Person" in response.content.decode()
    assert {"no-store", "private"} <= {word.strip() for word in response["Cache-Control"].split(",")}
    assert response["Referrer-Policy"] == "same-origin"  # to no other site
    assert "noindex" in response["X-Robots-Tag"]

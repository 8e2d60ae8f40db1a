"""The form of booking: it books at once, says why not, and loses nothing that was typed."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.forgery import EXPIRED
from directory.choices import Role
from events.bookings import actions, links
from events.bookings.choices import BookingStatus, Group, PoolKind, QuestionKind
from events.bookings.models import Booking
from events.choices import Attendance
from events.models import EventPage
from home.models import HomePage
from tests.booking_forms import ADA, SIGNED, address, only, soup, typed, words
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory, QuestionFactory, book, bookable
from tests.factories.directory import OrganisationFactory
from tests.factories.pages import publish


@pytest.fixture(autouse=True)
def _village(home: HomePage) -> None:
    cache.clear()  # counts of how often somebody asked


# ---- asking ----------------------------------------------------------------------------------------------------------
def test_a_name_and_an_address_are_enough(client: Client) -> None:
    event = bookable(3)
    response = client.post(address(event), ADA)

    assert response.status_code == 302
    assert SIGNED.match(response["Location"])
    page = client.get(response["Location"])
    assert "You have a place, Ada" in words(page)
    assert only().reference in words(page, ".v-done")
    assert page["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page["Cache-Control"]


def test_the_form_is_never_kept_and_never_found(client: Client) -> None:
    response = client.get(address(bookable(3)))

    assert "no-store" in response["Cache-Control"]
    assert soup(response).select_one("meta[name=robots][content=noindex]")


def test_at_most_four_fields_must_be_filled_in(client: Client) -> None:
    event = bookable(
        {"capacity": 2, "attendance": Attendance.IN_PERSON, "per_organisation": 1},
        {"capacity": 2, "attendance": Attendance.ONLINE, "per_organisation": 1},
        asks_diet=True,
    )
    response = client.post(address(event), {})

    asked = [link["href"] for link in soup(response).select(".nhsuk-error-summary a")]
    assert asked == ["#id_name", "#id_email", "#id_organisation", "#id_attendance_0"]
    assert not Booking.objects.exists()


def test_only_what_matters_for_the_event_is_asked(client: Client) -> None:
    plain = typed(client.get(address(bookable(3, largest_group=1))))
    assert {"size", "attendance", "access_place", "diet"}.isdisjoint(plain)

    event = bookable({"capacity": 3}, {"capacity": 1, "kind": PoolKind.ACCESS}, asks_diet=True, largest_group=3)
    question = QuestionFactory(event=event, words="Which floor?")
    page = client.get(address(event))
    assert {"size", "diet", f"question_{question.pk}"} <= typed(page).keys()
    assert soup(page).select_one("[name=access_place]")
    assert [option["value"] for option in soup(page).select("[name=size] option")] == ["1", "2", "3"]


def test_everything_that_was_said_is_kept_with_the_booking(client: Client) -> None:
    event = bookable({"capacity": 3}, {"capacity": 1, "kind": PoolKind.ACCESS}, asks_diet=True)
    question = QuestionFactory(event=event, kind=QuestionKind.CHOICE, choices=["Idea", "Product"], required=True)
    said = {
        "organisation": "Thoresby Diagnostics",
        "size": "2",
        f"question_{question.pk}": "Idea",
        "access_place": "on",
        "needs": "Space for a wheelchair",
        "diet": "No nuts",
        "tells_hosts": "on",
    }
    response = client.post(address(event), ADA | said)

    booking = only()
    assert booking.attendees.count() == 2
    assert booking.tells_hosts and booking.wants_access_place
    shown = words(client.get(response["Location"]))
    for text in (
        "2 places",
        "Thoresby Diagnostics",
        "Idea",
        "Space for a wheelchair",
        "No nuts",
        "name and organisation",
    ):
        assert text in shown


def test_what_is_wrong_is_said_first_and_nothing_is_lost(client: Client) -> None:
    response = client.post(address(bookable(3)), {"name": "Ada", "email": "ada.example.org", "needs": "Hearing loop"})

    assert soup(response).title.get_text().startswith("Error:")  # type: ignore[union-attr]
    assert "Enter an e-mail address in full" in words(response, ".nhsuk-error-summary")
    found = typed(response)
    assert (found["name"], found["email"], found["needs"]) == ("Ada", "ada.example.org", "Hearing loop")


def test_it_says_what_each_thing_is_for_and_how_long_it_is_kept(client: Client) -> None:
    response = client.get(address(bookable(3, asks_diet=True)))

    assert "Deleted two years after the event" in words(response, "aside")
    for name in ("needs", "diet"):
        assert "deleted two weeks after the event" in words(response, f"#id_{name}_helptext")


def test_programs_that_fill_in_everything_book_nothing(client: Client) -> None:
    event = bookable(3)
    response = client.post(address(event), ADA | {"leave_empty": "x"})

    assert response["Location"] == f"{address(event)}sent/"
    assert not Booking.objects.exists()


def test_an_event_that_nobody_may_open_has_no_form(client: Client) -> None:
    event = bookable(3)
    EventPage.objects.filter(pk=event.pk).update(live=False)
    assert client.get(address(event)).status_code == 404
    assert client.post(address(event), ADA).status_code == 404


# ---- sent again, sent late -------------------------------------------------------------------------------------------
def test_sent_twice_it_is_one_booking(client: Client, mailoutbox: list[Any]) -> None:
    event = bookable(3)
    form = typed(client.get(address(event))) | ADA
    first, second = client.post(address(event), form), client.post(address(event), form)

    assert first["Location"] == second["Location"]
    assert Booking.objects.count() == len(mailoutbox) == 1


def test_gone_back_to_and_filled_in_for_somebody_else_it_is_another_booking(client: Client) -> None:
    event = bookable(3)
    form = typed(client.get(address(event)))
    client.post(address(event), form | ADA)
    client.post(address(event), form | {"name": "Grace", "email": "grace@example.org"})

    assert set(Booking.objects.values_list("email", flat=True)) == {"ada@example.org", "grace@example.org"}


def test_the_form_of_a_booking_that_was_handed_on_opens_nothing(client: Client) -> None:
    event = bookable(3)
    form = typed(client.get(address(event))) | ADA
    client.post(address(event), form)
    actions.transfer(booking=only(), name="Grace", email="grace@example.org")

    assert client.post(address(event), form)["Location"] == f"{address(event)}sent/"


def test_when_the_session_ended_nothing_typed_is_lost() -> None:
    event, careful = bookable(3), Client(enforce_csrf_checks=True)
    late = careful.post(address(event), ADA | {"needs": "Hearing loop", "tells_hosts": "on"})

    assert late.status_code == 403
    assert EXPIRED in words(late, ".nhsuk-error-summary")
    assert not Booking.objects.exists()
    found = typed(late)
    assert (found["name"], found["needs"], found["tells_hosts"]) == ("Ada Broadbent", "Hearing loop", "on")
    again = careful.post(address(event), found)  # with the token and the cookie that came with it
    assert SIGNED.match(again["Location"])
    assert only().needs.get().words == "Hearing loop"


def test_a_form_from_elsewhere_books_nothing() -> None:
    event, careful = bookable(3), Client(enforce_csrf_checks=True)
    token = typed(careful.get(address(event)))
    foreign = careful.post(address(event), token | ADA, headers={"origin": "https://evil.example"})

    assert foreign.status_code == 403
    assert not Booking.objects.exists()


# ---- who has a booking already ---------------------------------------------------------------------------------------
def test_nobody_learns_from_the_form_who_comes(client: Client, mailoutbox: list[Any]) -> None:
    event = bookable(3)
    first = book(event, ADA["email"])
    mailoutbox.clear()
    response = client.post(address(event), ADA, follow=True)

    assert response.redirect_chain == [(f"{address(event)}sent/", 302)]
    assert "already" not in words(response)
    assert [letter.to for letter in mailoutbox] == [["ada@example.org"]]
    assert links.token(first, links.MANAGE) in str(mailoutbox[0].body)


def test_the_letter_is_not_sent_again_and_again(client: Client, mailoutbox: list[Any]) -> None:
    event = bookable(3)
    book(event, ADA["email"])
    mailoutbox.clear()
    for _ in range(5):
        client.post(address(event), ADA)

    assert len(mailoutbox) == 3


def test_whoever_signed_in_is_led_to_their_own_booking(client: Client) -> None:
    event, user = bookable(3), UserFactory(email="ada@example.org")
    client.force_login(user)
    first = client.post(address(event), ADA)

    assert client.post(address(event), ADA)["Location"] == first["Location"]


# ---- for whom --------------------------------------------------------------------------------------------------------
def kept_for_tenants() -> EventPage:
    return bookable(
        {"name": "All", "capacity": 1},
        {"name": "T", "capacity": 2, "groups": [Group.TENANTS], "releases_at": timezone.now() + timedelta(days=2)},
    )


def test_an_outsider_is_told_for_whom_places_are_kept_until_when_and_how_to_get_them(client: Client) -> None:
    event = kept_for_tenants()
    page = client.get(address(event))

    aside = words(page, "aside")
    assert "kept for tenants until" in aside and "What is left then is for everybody" in aside
    assert soup(page).select_one(f'aside a[href="/accounts/login/?next=%2Fevents%2F{event.slug}%2Fbook%2F"]')
    assert not re.search(r"\b[12] places", aside)  # how many are left is nobody's business


def test_a_tenant_is_told_that_they_can_book_and_finds_their_details_filled_in(client: Client) -> None:
    event = kept_for_tenants()
    book(event)
    organisation = OrganisationFactory(role=Role.TENANT, title="Thoresby Diagnostics")
    user = UserFactory(name="Ada Broadbent", email="ada@example.org")
    OrganisationMemberFactory(user=user, organisation=organisation)
    client.force_login(user)
    page = client.get(address(event))

    assert "You belong to them with Thoresby Diagnostics, so you can book one now." in words(page, "aside")
    found = typed(page)
    assert (found["name"], found["email"], found["organisation"]) == (*ADA.values(), "Thoresby Diagnostics")
    client.post(address(event), found | {"organisation": "Somebody else"})
    booking = Booking.objects.get(user=user)
    assert (booking.status, booking.organisation_name) == (BookingStatus.CONFIRMED, "Thoresby Diagnostics")


def test_where_all_places_are_kept_for_others_it_is_said_from_when_they_are_not(client: Client) -> None:
    event = bookable({"capacity": 2, "groups": [Group.TENANTS], "releases_at": timezone.now() + timedelta(days=2)})
    page = client.get(address(event))

    assert words(page, "h1") == "These places are not for everybody yet"
    assert "until" in words(page, ".v-lead")
    assert soup(page).select_one('main a[href^="/accounts/login/?next="]')
    client.force_login(UserFactory())
    assert "Your account belongs to none of them" in words(client.get(address(event)))


def test_in_which_way_all_places_are_taken_is_said_where_it_is_chosen(client: Client) -> None:
    event = bookable(
        {"name": "Hall", "capacity": 1, "attendance": Attendance.IN_PERSON},
        {"name": "Online", "capacity": 9, "attendance": Attendance.ONLINE},
    )
    book(event, attendance=Attendance.IN_PERSON)

    labels = [label.get_text() for label in soup(client.get(address(event))).select(".nhsuk-radios__label")]
    assert labels == ["In person (all taken)", "Online"]


def test_where_places_are_given_by_us_somebody_asks_for_one(client: Client) -> None:
    event = bookable(3, approval=True)

    assert words(client.get(address(event)), "h1") == "Ask for a place"
    page = client.get(client.post(address(event), ADA)["Location"])
    assert "You asked for 1 place, Ada" in words(page)


# ---- how often -------------------------------------------------------------------------------------------------------
def test_a_hall_full_of_people_behind_one_address_can_book_at_once(client: Client) -> None:
    event = bookable(3, waiting_list=False)
    answers = [client.post(address(event), {"name": "P", "email": f"p{n}@example.org"}).status_code for n in range(200)]

    assert answers == [302] * 3 + [409] * 197


def test_a_program_is_slowed_down_and_loses_nothing_either(client: Client, settings: Any) -> None:
    settings.API_REQUESTS_A_MINUTE = 2
    event = bookable(9)
    answers = [client.post(address(event), {"name": "P", "email": f"p{n}@example.org"}) for n in range(3)]

    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert typed(answers[2])["email"] == "p2@example.org"
    assert client.post(address(bookable(9)), ADA).status_code == 302  # another event counts by itself


# ---- cost ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("number", [1, 12])
def test_the_form_costs_the_same_statements_however_many_come(statements: Callable[[str], int], number: int) -> None:
    event = bookable(100)
    for n in range(number):
        book(event, f"one-{n}@example.org")
    for _ in range(5):
        QuestionFactory(event=event)

    assert statements(address(event)) == 2  # the event itself is known until something is published


@pytest.mark.parametrize("number", [1, 12])
def test_booking_costs_the_same_statements_however_many_came(client: Client, settings: Any, number: int) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}  # as in production: the letter waits
    event = bookable(100)
    for n in range(number):
        book(event, f"one-{n}@example.org")
    client.get(address(event))
    with CaptureQueriesContext(connection) as captured:
        response: HttpResponse = client.post(address(event), {"name": "Ada", "email": f"ada-{uuid4()}@example.org"})

    assert response.status_code == 302
    assert len(captured.captured_queries) == 19


def test_saying_no_costs_the_same_statements_however_many_are_told(
    client: Client, statements: Callable[[str], int]
) -> None:
    event = bookable(1, waiting_list=False)
    book(event)
    statements(address(event))
    costs = []
    for n in range(3):
        with CaptureQueriesContext(connection) as captured:
            response = client.post(address(event), {"name": "Ada", "email": f"ada-{n}@example.org"})
        assert response.status_code == 409
        costs.append(len(captured.captured_queries))

    assert costs[1:] == [7, 7]  # the first looked for what they could come to instead


# ---- what is kept ----------------------------------------------------------------------------------------------------
def test_what_is_known_of_an_event_ends_when_it_changes(client: Client, settings: Any, tmp_path: Any) -> None:
    settings.VAR_DIR = tmp_path
    settings.MIDDLEWARE = ["core.page_cache.AnonymousPageCache", *settings.MIDDLEWARE]
    event = bookable(3)
    assert "diet" not in typed(client.get(address(event)))

    with TestCase.captureOnCommitCallbacks(execute=True), actions.arranging(event=event) as rules:
        rules.asks_diet = True
        rules.save()
    assert "diet" in typed(client.get(address(event)))

    event.refresh_from_db()
    event.title = "Another name"
    with TestCase.captureOnCommitCallbacks(execute=True):
        publish(event)
    assert "Another name" in words(client.get(address(event)))

    with TestCase.captureOnCommitCallbacks(execute=True):
        event.unpublish()
    assert client.get(address(event)).status_code == 404
    assert client.post(address(event), ADA).status_code == 404
    assert not Booking.objects.exists()


# ---- what must be said ----------------------------------------------------------------------------------------------
def test_an_organisation_must_be_named_only_where_every_place_counts_by_it(client: Client) -> None:
    tenants = {"groups": [Group.TENANTS], "capacity": 3, "per_organisation": 2}
    for pools, status in (((tenants, 5), 302), (({"capacity": 5, "per_organisation": 2},), 200)):
        event = bookable(*pools)
        response = client.post(address(event), {"name": "Ada", "email": f"ada-{uuid4()}@example.org"})
        assert response.status_code == status


def test_who_forgets_something_on_a_full_event_still_goes_on_its_list(client: Client) -> None:
    event = bookable(1)
    book(event)
    page = soup(client.post(address(event), {"name": "Ada", "waits": "1"}))

    assert page.h1.get_text(strip=True) == "Go on the waiting list"
    assert page.select_one("input[name=name]")["value"] == "Ada"
    assert [button.get_text(strip=True) for button in page.select("main form button")] == ["Go on the waiting list"]

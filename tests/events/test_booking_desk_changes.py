"""The comms team changes a booking, decides on it, and books for whoever rang."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from directory.choices import Role
from events.bookings import actions
from events.bookings.choices import BookingStatus, Group, NeedKind, PoolKind
from events.bookings.models import Booking, Pool
from events.bookings.queries import invariants_broken
from tests.booking_forms import soup
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory, QuestionFactory, book, bookable
from tests.factories.directory import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _all_is_well(home: object, settings: Any) -> Any:
    settings.STAFF_MFA_REQUIRED = False
    yield
    assert invariants_broken() == []


@pytest.fixture
def comms() -> User:
    return UserFactory(email="comms@village.example", name="Ada", group="Comms")


@pytest.fixture
def cms(client: Client, comms: User) -> Client:
    client.force_login(comms)
    return client


def to(name: str, *args: Any) -> str:
    return reverse(f"events_{name}", args=args)


def words(response: Any) -> str:
    return soup(response).get_text(" ", strip=True)


# ---- one booking ----------------------------------------------------------------------------------------------------
def test_a_booking_is_shown_whole_and_what_happened_to_it(cms: Client, comms: User) -> None:
    event = bookable(5, approval=True)
    question = QuestionFactory(event=event, words="Hall or online?")
    booking = book(
        event,
        name="Grace",
        size=2,
        companions=("Mary",),
        needs={NeedKind.DIET: "No nuts"},
        answers={question.pk: "Hall"},
    )
    actions.approve(booking=booking, by=comms)

    seen = words(cms.get(to("booking", booking.pk)))
    for said in ("Grace", "Mary", "No nuts", "Hall or online?", "Hall", "asked for", "approved, by Ada", booking.email):
        assert said in seen


def test_who_asks_is_given_a_place_or_not(cms: Client, mailoutbox: list[Any]) -> None:
    event = bookable(5, approval=True)
    yes, no = book(event), book(event)
    mailoutbox.clear()

    assert cms.post(to("booking_approve", yes.pk))["Location"] == to("booking", yes.pk)
    assert "can’t be undone" in words(cms.get(to("booking_refuse", no.pk)))
    cms.post(to("booking_refuse", no.pk))

    yes.refresh_from_db()
    no.refresh_from_db()
    assert (yes.status, no.status) == (BookingStatus.CONFIRMED, BookingStatus.DECLINED)
    assert sorted(letter.to[0] for letter in mailoutbox) == sorted([yes.email, no.email])
    late = cms.post(to("booking_approve", no.pk))
    assert late.status_code == 422
    assert "Nothing is to be decided any more" in words(late)


def test_cancelling_asks_once_more_and_gives_the_place_to_the_next(cms: Client) -> None:
    event = bookable(1)
    first, second = book(event), book(event, waits=True)

    cms.get(to("booking_cancel", first.pk))
    first.refresh_from_db()
    assert first.status == BookingStatus.CONFIRMED
    cms.post(to("booking_cancel", first.pk))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (BookingStatus.CANCELLED, BookingStatus.OFFERED)

    cms.post(to("booking_accept", second.pk))
    second.refresh_from_db()
    assert second.status == BookingStatus.CONFIRMED
    assert "took up the offer, by Ada" in words(cms.get(to("booking", second.pk)))


def test_a_booking_is_changed_as_far_as_there_are_places(cms: Client) -> None:
    booking = book(bookable(2), needs={NeedKind.ACCESS: "Hearing loop"})
    typed = {"size": "2", "companions": "Mary", "access": "Hearing loop", "diet": ""}

    cms.post(to("booking_change", booking.pk), typed)
    assert [one.name for one in booking.attendees.all()][1:] == ["Mary"]
    refused = cms.post(to("booking_change", booking.pk), {**typed, "size": "3", "companions": "Mary\nJoan"})
    assert refused.status_code == 422
    assert "All places are taken" in words(refused)
    assert "Joan" in refused.content.decode(), "what was typed stays"
    assert booking.attendees.count() == 2


def test_a_booking_is_handed_on(cms: Client) -> None:
    event = bookable(3)
    booking, other = book(event), book(event)

    refused = cms.post(to("booking_transfer", booking.pk), {"name": "Joan", "email": other.email})
    assert f"has a booking for this event already: {other.reference}" in words(refused)
    cms.post(to("booking_transfer", booking.pk), {"name": "Joan", "email": "joan@example.org"})
    booking.refresh_from_db()
    assert (booking.name, booking.email) == ("Joan", "joan@example.org")


def test_people_are_moved_to_other_places_all_or_none(cms: Client) -> None:
    event = bookable({"name": "Hall", "capacity": 3}, {"name": "Front", "kind": PoolKind.ACCESS, "capacity": 1})
    booking = book(event, size=2)
    front = Pool.objects.get(name="Front")
    first, second = booking.attendees.all()

    refused = cms.post(
        to("booking_move", booking.pk), {f"person_{first.pk}": front.pk, f"person_{second.pk}": front.pk}
    )
    assert "“Front” is full" in words(refused)
    front.refresh_from_db()
    assert front.taken == 0

    cms.post(to("booking_move", booking.pk), {f"person_{first.pk}": front.pk, f"person_{second.pk}": second.pool_id})
    front.refresh_from_db()
    assert front.taken == 1


# ---- somebody rang --------------------------------------------------------------------------------------------------
def typed(**said: Any) -> dict[str, Any]:
    return {"key": str(uuid4()), "name": "Grace", "email": "grace@example.org", "size": "1", "companions": "", **said}


def test_somebody_who_rang_is_booked_by_us(cms: Client, mailoutbox: list[Any]) -> None:
    event = bookable(3, asks_diet=True, closes_at=timezone.now() - timedelta(hours=1), largest_group=1)
    question = QuestionFactory(event=event, words="Hall or online?", required=True)
    said = typed(
        size="2", companions="Mary", access="Hearing loop", diet="Vegan", **{f"question_{question.pk}": "Hall"}
    )

    for _ in range(2):  # sent twice it is one
        response = cms.post(to("booking_add", event.pk), said)
    booking = Booking.objects.get()
    assert response["Location"] == to("booking", booking.pk)
    assert booking.status == BookingStatus.CONFIRMED
    assert [one.name for one in booking.attendees.all()] == ["Grace", "Mary"]
    assert {need.words for need in booking.needs.all()} == {"Hearing loop", "Vegan"}
    assert booking.answers.get().words == "Hall"
    assert [letter.to for letter in mailoutbox] == [["grace@example.org"]]
    assert "booked, by Ada" in words(cms.get(to("booking", booking.pk)))


def test_only_those_who_manage_bookings_book_beyond_the_rules() -> None:
    event = bookable(9, largest_group=1, closes_at=timezone.now() - timedelta(hours=1))
    request = actions.Request(name="Grace", email="grace@example.org", size=2)

    with pytest.raises(PermissionDenied):
        actions.ask(event=event.pk, request=request, by=UserFactory(group="Editors"))
    booking = actions.ask(event=event.pk, request=request, by=UserFactory(group="Comms"))
    with pytest.raises(actions.NotNow, match="Booking has closed"):
        actions.change(booking=booking, size=3, by=UserFactory())
    with pytest.raises(actions.TooMany, match="20 places can be booked"):
        actions.change(booking=booking, size=21, by=UserFactory(group="Comms"))


def test_what_keeps_us_from_booking_is_said_in_words(cms: Client) -> None:
    event = bookable(1)
    first = book(event)

    full = cms.post(to("booking_add", event.pk), typed())
    assert full.status_code == 422
    assert "All places are taken" in words(full)
    assert soup(full).select_one("[name=name]")["value"] == "Grace"
    waiting = cms.post(to("booking_add", event.pk), typed(waits="on"))
    assert Booking.objects.get(email="grace@example.org").status == BookingStatus.WAITING
    assert waiting.status_code == 302
    again = cms.post(to("booking_add", event.pk), typed(email=first.email, waits="on"))
    assert f"This address has a booking already: {first.reference}" in words(again)
    assert soup(again).find("a", string=first.reference)["href"] == to("booking", first.pk)


def test_whoever_belongs_to_a_group_gets_its_places_by_telephone_too(cms: Client) -> None:
    event = bookable({"groups": [Group.TENANTS], "capacity": 3})
    member = OrganisationMemberFactory(organisation=OrganisationFactory(role=Role.TENANT))

    refused = cms.post(to("booking_add", event.pk), typed())
    assert "Tick the one they belong to" in words(refused)
    cms.post(to("booking_add", event.pk), typed(groups=["tenants"]))
    cms.post(to("booking_add", event.pk), typed(email=member.user.email))
    assert {one.organisation for one in Booking.objects.confirmed()} == {None, member.organisation}


def test_a_key_that_is_no_key_is_no_error(cms: Client) -> None:
    assert cms.post(to("booking_add", bookable(1).pk), typed(key="x")).status_code == 422

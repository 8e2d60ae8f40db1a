"""Who else gets a booking: a colleague it is handed to, whoever waits for the very desk, and nobody who may not have it."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError
from django.test import Client

from accounts.models import User
from directory.choices import Role
from home.models import HomePage
from spaces import actions
from spaces.actions import closing
from spaces.allocation import Packed
from spaces.choices import Audience, BookingStatus
from spaces.queries.people import asker_of
from spaces.rules import Asker, Refusal
from tests.booking_forms import words
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory
from tests.factories.directory import OrganisationFactory
from tests.factories.spaces import DesksFactory, SpaceFactory
from tests.space_bookings import serve
from tests.space_forms import NOW, at, given, own_page


@pytest.fixture(autouse=True)
def _village(home: HomePage) -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def tenant() -> User:
    return OrganisationMemberFactory(organisation=OrganisationFactory(role=Role.TENANT)).user


# ---- handed on ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("whose", ["nobody's", "another tenant's"])
def test_what_is_for_tenants_is_handed_to_no_outsider(whose: str) -> None:
    me = tenant()
    mine = given(SpaceFactory(open_to=[Audience.TENANTS]), 10, 11, asker=asker_of(me), email=me.email)
    email = "stranger@example.org" if whose == "nobody's" else tenant().email

    with pytest.raises(Refusal) as caught:
        actions.hand_on(booking=mine.pk, name="Somebody", email=email, asker=asker_of(me))

    assert caught.value.rule == "tenants-only"
    assert "a colleague of your organisation" in str(caught.value)
    mine.refresh_from_db()
    assert mine.email == me.email


def test_a_colleague_gets_it_and_what_everybody_may_book_goes_to_anybody() -> None:
    me = tenant()
    asker = asker_of(me)
    colleague = OrganisationMemberFactory(organisation=asker.booker.organisation).user
    theirs = given(SpaceFactory(open_to=[Audience.TENANTS]), 10, 11, asker=asker, email=me.email)
    open_to_all = given(SpaceFactory(), 10, 11, asker=asker, email=me.email)

    assert actions.hand_on(booking=theirs.pk, name="Grace", email=colleague.email, asker=asker).user == colleague
    assert actions.hand_on(booking=open_to_all.pk, name="Jo", email="jo@example.org", asker=asker).user is None


def test_whoever_gets_it_has_what_is_open_to_them_and_not_what_was_open_to_the_first(client: Client) -> None:
    asker = asker_of(me := tenant())
    ours = SpaceFactory(title="Ours", open_to=[Audience.TENANTS])
    mine = given(SpaceFactory(), 10, 11, asker=asker, email=me.email)
    assert mine.groups == [Audience.TENANTS]

    mine = actions.hand_on(booking=mine.pk, name="Jo", email="jo@example.org", asker=asker)
    assert mine.groups == []
    moved = {"start": "2026-11-24T10:00", "end": "2026-11-24T11:00", "people": "1", "space": ours.slug}
    response = client.post(own_page(mine), {"do": "change"} | moved)

    assert response.status_code == 409 and "Ours is for tenants" in words(response)
    mine.refresh_from_db()
    assert mine.space != ours


# ---- nobody came ----------------------------------------------------------------------------------------------------
def test_what_was_moved_into_the_running_hour_has_its_time_to_check_in() -> None:
    room = SpaceFactory(release_minutes=20, slot_minutes=15)
    with time_machine.travel(NOW - timedelta(hours=5), tick=False):
        mine = given(room, 14, 15, day=23)
    with time_machine.travel(at(10.6, 23), tick=False):
        actions.change(booking=mine.pk, starts_at=at(10.5, 23), ends_at=at(11.5, 23), asker=Asker())
        with time_machine.travel(at(10.9, 23), tick=False):  # 24 minutes after it began, 18 after it was moved
            actions.release_no_shows()
            mine.refresh_from_db()
            assert mine.status == BookingStatus.CONFIRMED
        with time_machine.travel(at(10.95, 23), tick=False):
            actions.release_no_shows()

    mine.refresh_from_db()
    assert mine.status == BookingStatus.RELEASED


def test_making_it_longer_gives_no_more_time_to_check_in() -> None:
    room = SpaceFactory(release_minutes=20, slot_minutes=15)
    with time_machine.travel(NOW - timedelta(hours=5), tick=False):
        mine = given(room, 10, 11, day=23)
    with time_machine.travel(at(10.3, 23), tick=False):
        actions.change(booking=mine.pk, starts_at=at(10, 23), ends_at=at(11.5, 23), asker=Asker())
    with time_machine.travel(at(10.4, 23), tick=False):
        actions.release_no_shows()

    mine.refresh_from_db()
    assert mine.status == BookingStatus.RELEASED
    assert "made longer" in mine.log.values_list("what", flat=True)


# ---- the very desk --------------------------------------------------------------------------------------------------
def test_whoever_waits_for_a_desk_is_offered_that_one_and_keeps_it() -> None:
    desks = DesksFactory(size=3)
    first, second, _ = [unit.pk for unit in desks.units.all()]
    had, other = given(desks, 10, 12, unit=first), given(desks, 10, 12, unit=second)
    waiting = actions.book(
        space=desks.pk,
        request=actions.Request(name="Jo", email="jo@example.org", starts_at=at(10), ends_at=at(12), unit=first),
        waits=True,
    )

    actions.cancel(booking=other.pk)
    serve(desks, other)
    waiting.refresh_from_db()
    assert waiting.status == BookingStatus.WAITING, "another desk is not what they wait for"
    actions.cancel(booking=had.pk)
    serve(desks, had)

    waiting.refresh_from_db()
    assert waiting.status == BookingStatus.OFFERED
    offered = waiting.allocations.get()
    assert (offered.unit_id, offered.pinned) == (first, True)


def test_whoever_chose_a_desk_that_is_taken_is_told_so() -> None:
    desks = DesksFactory(size=2)
    first = desks.units.all()[0].pk
    given(desks, 10, 12, unit=first)

    with pytest.raises(Refusal) as caught:
        given(desks, 10, 12, unit=first)
    assert str(caught.value) == "Somebody else has the one that you chose at that time. Others may be free."
    assert caught.value.field == "unit"


def test_a_desk_that_is_taken_this_very_moment_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    desks = DesksFactory(size=2)
    first, second = [unit.pk for unit in desks.units.all()]
    mine = given(desks, 10, 12, unit=first)
    given(desks, 10, 12, unit=second)
    monkeypatch.setattr(closing, "pack", lambda *said: Packed((second,), {}))  # as if the other had come since

    with pytest.raises(Refusal) as caught:
        actions.to_another_unit(booking=mine.pk, away_from=[first], by=UserFactory(is_superuser=True))

    assert isinstance(caught.value.__cause__, IntegrityError)
    assert "this very moment" in str(caught.value)
    assert mine.allocations.get(active=True).unit_id == first

"""Two spaces that stand for one: chosen from a refusal, checked on one page, booked together or not at all."""

from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from home.models import HomePage
from spaces import actions
from spaces.models import AllowanceAccount, Booking, SpacePage, Visitor
from spaces.queries.people import asker_of
from spaces.rules import Asker, Refusal
from tests.booking_forms import soup, typed, words
from tests.factories.spaces import AllowanceFactory, DesksFactory, SpaceFactory, TenantTermsFactory
from tests.space_forms import ADA, NOW, address, alternatives, at, carried, given, member_of


@pytest.fixture(autouse=True)
def _village(home: HomePage) -> Any:
    cache.clear()  # counts of how often somebody asked
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def rooms() -> tuple[SpacePage, SpacePage]:
    """Aire is free until eleven, Calder from ten on."""
    aire, calder = SpaceFactory(title="Aire"), SpaceFactory(title="Calder")
    given(aire, 11, 13)
    given(calder, 9, 10)
    return aire, calder


ASKED = ADA | {"start": "2026-11-24T09:00", "end": "2026-11-24T12:00", "words": "Interviews", "guest_1_name": "Grace"}


def chosen(client: Client, space: SpacePage, **more: str) -> Any:
    """The page to check both, from the button that a refusal offers."""
    refused = client.post(address(space), typed(client.get(address(space))) | ASKED | more)
    button = next(one for one in alternatives(refused) if "+" in one["value"])
    return client.post(address(space), typed(refused) | {"instead": button["value"]})


def test_both_are_checked_on_one_page_and_booked_with_one_press(
    client: Client, rooms: tuple[SpacePage, SpacePage]
) -> None:
    aire = rooms[0]
    checked = chosen(client, aire)
    assert "Check, then book both" in words(checked)
    assert [one.get_text() for one in soup(checked).select("main h2.v-h4")][:2] == ["Aire", "Calder"]
    assert "Interviews" in words(checked)

    booked = client.post(address(aire), carried(checked) | {"do": "book"})

    mine = Booking.objects.filter(email=ADA["email"]).order_by("starts_at")
    assert [(one.space.title, one.starts_at, one.ends_at, one.words) for one in mine] == [
        ("Aire", at(9), at(11), "Interviews"),
        ("Calder", at(11), at(12), "Interviews"),
    ]
    assert Visitor.objects.get().booking == mine[0], "a guest is expected once"
    assert "Both parts are booked" in words(client.get(booked["Location"]))


def test_sent_twice_both_are_booked_once(client: Client, rooms: tuple[SpacePage, SpacePage]) -> None:
    sent = carried(chosen(client, rooms[0])) | {"do": "book"}

    first, second = client.post(address(rooms[0]), sent), client.post(address(rooms[0]), sent)

    assert first["Location"] == second["Location"]
    assert Booking.objects.filter(email=ADA["email"]).count() == 2


def test_when_one_was_taken_meanwhile_neither_is_booked_and_other_ways_are_offered(
    client: Client, rooms: tuple[SpacePage, SpacePage]
) -> None:
    aire, calder = rooms
    sent = carried(chosen(client, aire)) | {"do": "book"}
    given(calder, 11, 12)

    response = client.post(address(aire), sent)

    assert response.status_code == 409
    assert "Calder: Somebody else has Calder" in words(response)
    assert len(alternatives(response)) >= 3
    assert typed(response)["words"] == "Interviews"
    assert not Booking.objects.filter(email=ADA["email"]).exists()


def test_ten_desks_over_two_pools_are_booked_as_six_and_four(client: Client) -> None:
    ground, gallery = DesksFactory(size=10, title="Ground"), DesksFactory(size=5, title="Gallery")
    given(ground, 9, 12, number=4)

    checked = chosen(client, ground, number="10")
    client.post(address(ground), carried(checked) | {"do": "book"})

    mine = Booking.objects.filter(email=ADA["email"]).order_by("pk")
    assert [(one.space, one.number, one.allocations.count()) for one in mine] == [(ground, 6, 6), (gallery, 4, 4)]


def test_people_are_counted_once_over_two_pools() -> None:
    ground, gallery = DesksFactory(size=5), DesksFactory(size=5)
    request = actions.Request(name="Ada", email="ada@example.org", starts_at=at(9), ends_at=at(12), people=4)
    parts = [actions.Part(ground.pk, at(9), at(12), 3), actions.Part(gallery.pk, at(9), at(12), 1)]

    made = actions.book_split(parts=parts, request=request, asker=Asker())

    assert [one.people for one in made] == [3, 1]


@pytest.mark.parametrize(
    "value", ["+", "aire/+calder/", "aire/x/y/1+aire/x/y/1", "nowhere/2026-11-24T09:00/2026-11-24T10:00/1+b/c/d/e"]
)
def test_what_says_no_two_parts_is_the_form_as_it_was(client: Client, value: str) -> None:
    room = SpaceFactory()

    response = client.post(address(room), typed(client.get(address(room))) | ADA | {"instead": value})

    assert response.status_code == 200
    assert not Booking.objects.exists()


@pytest.mark.parametrize("ends", ["11", "12"])
def test_the_same_desk_twice_is_no_two_parts(client: Client, ends: str) -> None:
    desks = DesksFactory(size=4, slug="desks")
    parts = "+".join(f"desks/2026-11-24T10:00/2026-11-24T{hour}:00/1" for hour in ("11", ends))

    sent = typed(client.get(address(desks))) | ADA | {"parts": parts, "do": "book"}
    response = client.post(address(desks), sent)

    assert response.status_code in (200, 302)
    assert Booking.objects.count() <= 1


def test_both_or_neither_where_the_allowance_reaches_for_one_alone() -> None:
    asker = asker_of(member_of(TenantTermsFactory().organisation))
    first, second = SpaceFactory.create_batch(2, allowance=AllowanceFactory(monthly={"core": 2}))

    with pytest.raises(Refusal) as caught:
        book_both(first, second, asker)

    assert caught.value.rule == "allowance-used"
    assert not Booking.objects.exists()
    assert not AllowanceAccount.objects.exists()


def test_each_part_counts_towards_its_own_allowance() -> None:
    asker = asker_of(member_of(TenantTermsFactory().organisation))
    desks, hours = AllowanceFactory.create_batch(2)

    made = book_both(SpaceFactory(allowance=hours), SpaceFactory(allowance=desks), asker)

    assert {one.allowance: one.balance for one in AllowanceAccount.objects.all()} == {hours: 10_000, desks: 11_000}
    for one in made:
        actions.cancel(booking=one.pk)
    assert set(AllowanceAccount.objects.values_list("balance", flat=True)) == {12_000}


def test_the_same_form_with_another_half_books_nothing_more() -> None:
    first, second, third = SpaceFactory.create_batch(3)
    desks = DesksFactory(size=5)
    key = uuid4()
    made = book_both(first, desks, Asker(), key=key)

    assert book_both(first, desks, Asker(), key=key) == made
    for one, other in ((first, second), (third, desks)):  # a desk is free still: its key is what is there already
        with pytest.raises(Refusal, match="Different now: the other of the two") as caught:
            book_both(one, other, Asker(), key=key)
        assert caught.value.rule == "sent-before"
    assert Booking.objects.count() == 2


def book_both(first: SpacePage, second: SpacePage, asker: Asker, **said: Any) -> list[Booking]:
    request = actions.Request(name="Ada", email="ada@example.org", starts_at=at(9), ends_at=at(12), **said)
    parts = [actions.Part(first.pk, at(9), at(11)), actions.Part(second.pk, at(11), at(12))]
    return actions.book_split(parts=parts, request=request, asker=asker)

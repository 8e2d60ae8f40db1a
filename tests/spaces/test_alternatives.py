"""What is offered instead of what was refused: three ways out where there are three, and each can really be booked."""

import random
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest
import time_machine
from django.db import transaction

from home.models import HomePage
from spaces import actions
from spaces.actions.standing import Standing
from spaces.alternatives import Alternative, alternatives
from spaces.choices import Audience, BookingStatus
from spaces.models import SpacePage
from spaces.queries.occupation import bookable
from spaces.queries.people import asker_of
from spaces.rules import Asker, Refusal, Wish
from tests.factories.accounts import UserFactory
from tests.factories.spaces import (
    AllowanceFactory,
    CombinedRoomFactory,
    CredentialFactory,
    DesksFactory,
    GateFactory,
    OpeningHoursFactory,
    SpaceFactory,
    TenantTermsFactory,
    open_from,
)
from tests.space_forms import NOW, at, given, member_of

ADA = "ada@example.org"
ANYONE = Asker()


@pytest.fixture(autouse=True)
def _village(home: HomePage) -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def request_of(wish: Wish, asker: Asker) -> actions.Request:
    email = asker.booker.user.email if asker.booker.user else ADA
    return actions.Request(
        name="Ada",
        email=email,
        starts_at=wish.starts_at,
        ends_at=wish.ends_at,
        number=wish.number,
        people=wish.people,
        unit=wish.unit,
    )


def refused(space: SpacePage, begins: float, ends: float, asker: Asker = ANYONE, **more: Any) -> list[Alternative]:
    """What is offered where ``space`` can't be had; each of it is booked, and given back."""
    wish = wished(space, begins, ends, **more)
    with pytest.raises(Refusal) as caught:
        actions.book(space=space.pk, request=request_of(wish, asker), asker=asker)
    return offered(wish, caught.value, asker)


def wished(space: SpacePage, begins: float, ends: float, **more: Any) -> Wish:
    return Wish(bookable().get(pk=space.pk), at(begins), at(ends), **more)


def offered(wish: Wish, refusal: Refusal, asker: Asker) -> list[Alternative]:
    found = alternatives(wish, asker, refusal, NOW, splits=True)
    for one in found:
        assert_can_be_booked(one, asker)
    return found


def assert_can_be_booked(one: Alternative, asker: Asker) -> None:
    with suppress(Back), transaction.atomic():
        if one.second is None:
            made = [actions.book(space=one.wish.space.pk, request=request_of(one.wish, asker), asker=asker)]
        else:
            parts = [actions.Part(part.space.pk, part.starts_at, part.ends_at, part.number) for part in one.parts]
            made = actions.book_split(parts=parts, request=request_of(one.wish, asker), asker=asker)
        assert all(booking.status in (BookingStatus.CONFIRMED, BookingStatus.PENDING) for booking in made)
        raise Back


class Back(Exception):
    """Undoes what was booked to see whether it can be."""


def hows(found: Sequence[Alternative]) -> list[str]:
    return [one.how for one in found]


# ---- three where there are three ------------------------------------------------------------------------------------
def test_each_way_out_stands_once_and_the_nearest_first() -> None:
    room, other = SpaceFactory(), SpaceFactory()
    given(room, 10, 11)
    given(other, 9, 10)

    found = refused(room, 9, 11)

    assert hows(found) == [
        "Another length",
        "Another time",
        "Two spaces, one after the other",
        "Another day",
    ]
    assert (found[0].wish.starts_at, found[0].wish.ends_at) == (at(9), at(10))


def test_the_only_room_is_full_for_a_day_and_three_other_days_are_offered() -> None:
    room = SpaceFactory()
    for begins, ends in ((7, 11), (11, 15), (15, 19), (19, 22)):
        given(room, begins, ends)

    assert hows(refused(room, 10, 11)) == ["Another day"] * 3


def test_what_a_space_refuses_at_any_time_is_looked_for_elsewhere_at_other_times_and_on_other_days() -> None:
    small, large = SpaceFactory(capacity=4), SpaceFactory(capacity=10)
    given(large, 10, 11)

    found = refused(small, 10, 11, people=9)

    assert hows(found) == ["Another space and time", "Another space and day"]
    assert {one.wish.space.pk for one in found} == {large.pk}


def test_the_room_that_is_most_alike_is_offered_first() -> None:
    room = SpaceFactory(capacity=8, kit="screen\nwhiteboard")
    SpaceFactory(title="A hall", capacity=200)
    SpaceFactory(title="B without a screen", capacity=8)
    like = SpaceFactory(title="C like it", capacity=10, kit="screen\nwhiteboard")
    given(room, 10, 11)

    elsewhere = next(one for one in refused(room, 10, 11) if one.how == "Another space")
    assert elsewhere.wish.space.pk == like.pk


def test_a_date_that_is_not_open_yet_is_answered_by_the_last_that_are() -> None:
    room = SpaceFactory(window_days=7)

    found = refused(room, 10 + 24 * 60, 11 + 24 * 60)

    assert [one.wish.starts_at for one in found] == [at(10, 30), at(10, 29), at(10, 28)]


def test_somebody_who_chose_a_desk_is_offered_another_and_the_same_at_another_time() -> None:
    desks = DesksFactory(size=2)
    mine = desks.units.all()[0].pk
    given(desks, 10, 12, unit=mine)

    found = refused(desks, 10, 12, unit=mine)

    assert hows(found) == ["Another desk", "Another time", "Another day"]
    assert [one.wish.unit for one in found] == [None, mine, mine]


# ---- two for one ----------------------------------------------------------------------------------------------------
def test_a_room_that_is_free_for_a_part_is_offered_with_another_for_the_rest() -> None:
    room, other = SpaceFactory(buffer_after=15, slot_minutes=15), SpaceFactory(slot_minutes=15)
    given(room, 11, 13)
    given(other, 9, 10)

    split = next(one for one in refused(room, 9, 12) if one.second)

    assert [(part.space.pk, part.starts_at, part.ends_at) for part in split.parts] == [
        (room.pk, at(9), at(10.75)),
        (other.pk, at(10.75), at(12)),
    ]


def test_two_others_take_turns_where_its_own_room_is_taken_throughout() -> None:
    room, early, late = SpaceFactory.create_batch(3)
    given(room, 9, 11)
    given(early, 10, 12)
    given(late, 8, 10)

    split = next(one for one in refused(room, 9, 11) if one.second)

    assert [part.space.pk for part in split.parts] == [early.pk, late.pk]


def test_a_room_and_the_one_it_is_a_part_of_do_not_stand_for_one_another() -> None:
    first, second = SpaceFactory(buffer_after=30), SpaceFactory()
    both = CombinedRoomFactory(rooms=[first, second], buffer_before=30)
    given(first, 11, 12)

    assert all(one.second is None for one in refused(first, 9, 12) if both.pk in {p.space.pk for p in one.parts})


def test_ten_desks_are_offered_as_six_and_four_over_two_pools() -> None:
    ground, gallery = DesksFactory(size=10), DesksFactory(size=5)
    given(ground, 9, 12, number=4)

    found = refused(ground, 9, 12, number=10, people=10)

    split = next(one for one in found if one.second)
    assert split.how == "Spread over two"
    assert [(part.space.pk, part.number) for part in split.parts] == [(ground.pk, 6), (gallery.pk, 4)]


# ---- only what that person could book -------------------------------------------------------------------------------
def test_nothing_is_offered_that_the_allowance_does_not_reach() -> None:
    asker = asker_of(member_of(TenantTermsFactory().organisation))
    hours = AllowanceFactory(monthly={"core": 2})
    room = SpaceFactory(allowance=hours)
    SpaceFactory(title="Dear", allowance=hours, charge=3)
    SpaceFactory(title="Cheap", allowance=hours, charge="0.5")
    given(room, 13, 14, asker=asker)

    found = refused(room, 9, 11, asker)

    assert [(one.how, one.wish.space.title, one.wish.minutes, one.wish.starts_at.month) for one in found] == [
        ("Another length", room.title, 60, 11),
        ("Another space", "Cheap", 120, 11),
        ("Another day", room.title, 120, 12),  # the next month has an allowance of its own
    ]


def test_both_parts_together_are_within_the_allowance() -> None:
    asker = asker_of(member_of(TenantTermsFactory().organisation))
    room, other = SpaceFactory.create_batch(2, allowance=AllowanceFactory(monthly={"core": 2}))
    given(room, 11, 13)
    given(other, 9, 10)

    assert all(one.second is None for one in refused(room, 9, 12, asker))


def test_whoever_has_three_rooms_in_the_busiest_hours_is_offered_other_hours() -> None:
    asker = asker_of(member_of(TenantTermsFactory().organisation))
    rooms = SpaceFactory.create_batch(4, prime_time=True)
    for room in rooms[:3]:
        given(room, 10, 11, asker=asker)

    found = refused(rooms[3], 11, 12, asker)

    assert len(found) >= 3
    assert hows(found) == ["Another time", "Another day", "Another time"]
    assert next(one.wish.starts_at for one in found) == at(9)


def test_nobody_is_offered_an_evening_alone_at_a_bench() -> None:
    bench, _ = SpaceFactory.create_batch(2, lone_working=True, kind="lab-bench")

    found = refused(bench, 16, 18)

    assert len(found) == 3
    assert all(one.wish.ends_at.time() <= at(17.5).time() for one in found)
    assert {one.wish.space.pk for one in found} == {bench.pk}, "in the other they would be alone as well"


def test_who_lacks_an_induction_is_offered_what_needs_none() -> None:
    gate = GateFactory(slug="laboratory-induction")
    bench = SpaceFactory(kind="lab-bench", gates=[gate])
    SpaceFactory(kind="lab-bench", gates=[gate])
    free = SpaceFactory(kind="lab-bench")
    user = UserFactory()

    assert {one.wish.space.pk for one in refused(bench, 10, 11, asker_of(user))} == {free.pk}
    CredentialFactory(user=user, gate=gate)
    given(bench, 10, 11, asker=asker_of(user), email=user.email)
    assert len(refused(bench, 10, 11, asker_of(user))) >= 3


def test_what_a_move_gives_back_counts_for_what_is_offered_instead() -> None:
    asker = asker_of(member_of(TenantTermsFactory().organisation))
    room = SpaceFactory(allowance=AllowanceFactory(monthly={"core": 1}))
    mine = given(room, 9, 10, asker=asker, email=asker.booker.user.email if asker.booker.user else "")
    given(room, 11, 12)
    wish = Wish(bookable().get(pk=room.pk), at(11), at(12))

    found = alternatives(wish, asker, Refusal("taken", ""), NOW, standing=Standing.of(mine, asker))

    assert len(found) >= 3
    for one in found:
        with suppress(Back), transaction.atomic():
            actions.change(booking=mine.pk, starts_at=one.wish.starts_at, ends_at=one.wish.ends_at, asker=asker)
            raise Back
    beside_it = alternatives(wish, asker, Refusal("taken", ""), NOW)
    assert {one.wish.starts_at.month for one in beside_it} == {12}, "without the move, nothing is left of November"


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_refused_each_thing_that_is_offered_can_be_booked(seed: int) -> None:
    """Rooms, pools and a combined room of all kinds of rules, much of it taken, and wishes of all kinds."""
    dice = random.Random(seed)
    hours = AllowanceFactory(monthly={"core": 3})
    asker = asker_of(member_of(TenantTermsFactory().organisation))
    week = OpeningHoursFactory(days=open_from("08:00", "18:30", range(5)))

    def rules() -> dict[str, Any]:
        return {
            "capacity": dice.choice([4, 8, 12]),
            "buffer_before": dice.choice([0, 15]),
            "buffer_after": dice.choice([0, 30]),
            "slot_minutes": dice.choice([15, 30, 60]),
            "min_minutes": dice.choice([30, 60]),
            "notice_minutes": dice.choice([0, 0, 26 * 60]),
            "window_days": dice.choice([3, 28]),
            "allowance": dice.choice([None, hours]),
            "prime_time": dice.choice([True, False]),
            "approval": dice.random() < 0.2,
            "open_to": dice.choice([list(Audience.values), [Audience.TENANTS]]),
            **({"hours": week} if dice.random() < 0.5 else {}),
        }

    rooms = [SpaceFactory(**rules()) for _ in range(4)]
    pools = [DesksFactory(**(rules() | {"min_minutes": 60}), size=dice.choice([2, 5])) for _ in range(2)]
    spaces = [*rooms, CombinedRoomFactory(rooms=rooms[:2], buffer_before=15), *pools]
    for _ in range(25):
        with suppress(Refusal):
            begins = dice.choice(range(8, 18))
            of_theirs = {"asker": asker} if dice.random() < 0.3 else {}
            given(dice.choice(spaces), begins, begins + dice.choice([1, 2, 3]), day=dice.choice([24, 25]), **of_theirs)
    refusals = 0
    for _ in range(20):
        space, begins = dice.choice(spaces), dice.choice([7, 9, 9.5, 10.25, 12, 14, 17])
        number, asks = dice.choice([1, 2, 4]) if space.is_pool else 1, dice.choice([ANYONE, asker])
        people = number if space.is_pool else dice.choice([2, 6, 10])
        wish = wished(space, begins, begins + dice.choice([0.5, 1, 2, 3, 5]), number=number, people=people)
        try:
            actions.book(space=space.pk, request=request_of(wish, asks), asker=asks)
        except Refusal as refusal:
            refusals += bool(offered(wish, refusal, asks))
    assert refusals >= 5


# ---- what it costs --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("many", [3, 30])
def test_a_refusal_takes_as_many_statements_among_three_spaces_as_among_thirty(
    many: int, django_assert_num_queries: Any
) -> None:
    asker = asker_of(member_of(TenantTermsFactory().organisation))
    more = {"allowance": AllowanceFactory(monthly={"core": 40}), "prime_time": True}
    room, *others = SpaceFactory.create_batch(many, **more)
    for one in (room, *others):
        given(one, 10, 11)
    wish = Wish(bookable().get(pk=room.pk), at(9), at(11))

    with django_assert_num_queries(10):
        found = alternatives(wish, asker, Refusal("taken", ""), NOW, splits=True)

    assert len(found) >= 3

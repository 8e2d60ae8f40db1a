"""An event of several days holds its rooms by day: the nights between are for others."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from events.actions import give_back_rooms, hold_rooms
from events.days import days_of
from events.models import EventPage, EventRoom, EventSession
from events.views.rooms import without_rooms
from home.models import HomePage
from spaces import actions
from spaces.actions import Clashes
from spaces.choices import BookingKind, BookingStatus
from spaces.models import Booking, SpacePage
from spaces.queries.occupation import overlaps_broken
from spaces.rules import Refusal
from tests.factories.accounts import UserFactory
from tests.factories.events import EventFactory, london
from tests.factories.spaces import CombinedRoomFactory, OpeningHoursFactory, SpaceFactory, open_from

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _all_is_well(home: HomePage) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield
        assert overlaps_broken() == []


def at(day: int, hour: float) -> datetime:
    return datetime(2026, 11, day, tzinfo=UTC) + timedelta(hours=hour)


@pytest.fixture
def hall() -> SpacePage:
    """Open from eight to eight, from Monday to Friday."""
    return SpaceFactory(title="Hall", hours=OpeningHoursFactory(days=open_from("08:00", "20:00", range(5))))


def event(begins: datetime, ends: datetime, *sessions: tuple[datetime, datetime], rooms: Any = ()) -> EventPage:
    made = EventFactory(title="Summit", starts_at=begins, ends_at=ends)
    for starts_at, ends_at in sessions:
        EventSession.objects.create(event=made, title="Part", starts_at=starts_at, ends_at=ends_at)
    for space in rooms:
        EventRoom.objects.create(event=made, space=space)
    return EventPage.objects.get(pk=made.pk)


def held(space: SpacePage) -> list[tuple[datetime, datetime]]:
    found = Booking.objects.filter(space=space, kind=BookingKind.EVENT, status=BookingStatus.CONFIRMED)
    return list(found.order_by("starts_at").values_list("starts_at", "ends_at"))


def book(space: SpacePage, begins: datetime, ends: datetime) -> Booking:
    asked = actions.Request(name="Jo", email="jo@example.org", starts_at=begins, ends_at=ends)
    return actions.book(space=space.pk, request=asked)


# ---- by day ---------------------------------------------------------------------------------------------------------
# Tuesday 10 to Thursday 12 November, and Friday 13 to Monday 16
@pytest.mark.parametrize(
    ("begins", "ends", "sessions", "days"),
    [
        (at(10, 10), at(10, 16), [], [(at(10, 10), at(10, 16))]),
        (at(10, 18), at(11, 1), [], [(at(10, 18), at(11, 1))]),  # one evening
        (at(10, 10), at(12, 16), [], [(at(10, 10), at(10, 20)), (at(11, 8), at(11, 20)), (at(12, 8), at(12, 16))]),
        (
            at(10, 10),
            at(12, 16),
            [(at(10, 10.5), at(10, 17)), (at(11, 9), at(11, 11)), (at(11, 11), at(11, 15)), (at(12, 9), at(12, 15))],
            [(at(10, 10), at(10, 17)), (at(11, 9), at(11, 15)), (at(12, 9), at(12, 16))],
        ),
        (
            at(10, 10),
            at(12, 16),
            [(at(10, 10), at(10, 12)), (at(12, 14), at(12, 16))],  # nothing on Wednesday
            [(at(10, 10), at(10, 12)), (at(12, 14), at(12, 16))],
        ),
        (at(13, 14), at(16, 12), [], [(at(13, 14), at(13, 20)), (at(16, 8), at(16, 12))]),  # over a weekend
        (at(10, 21), at(12, 6), [], [(at(10, 21), at(11, 0)), (at(11, 8), at(11, 20)), (at(12, 0), at(12, 6))]),
    ],
)
def test_each_day_has_its_hours(
    hall: SpacePage, begins: datetime, ends: datetime, sessions: Any, days: list[tuple[datetime, datetime]]
) -> None:
    found = days_of(event(begins, ends, *sessions), hall.hours)

    assert [(one.begins, one.ends) for one in found] == days


def test_the_nights_are_for_others_and_set_up_and_clearing_are_not(hall: SpacePage) -> None:
    made = event(at(10, 10), at(11, 16), (at(10, 10), at(10, 15)), (at(11, 9), at(11, 16)), rooms=[hall])

    hold_rooms(event=made)

    assert held(hall) == [(at(10, 9.5), at(10, 15.5)), (at(11, 8.5), at(11, 16.5))]
    assert book(hall, at(10, 16), at(10, 18))
    with pytest.raises(Refusal):
        book(hall, at(10, 15), at(10, 16))


@pytest.mark.parametrize(
    ("sessions", "spans"),
    [
        (
            [(at(10, 10), at(12, 12)), (at(11, 9), at(11, 11))],
            [(at(10, 9.5), at(12, 16.5))],
        ),  # an exhibition and a talk
        (
            [(at(10, 20), at(11, 6)), (at(11, 1), at(11, 2)), (at(12, 9), at(12, 15))],  # a long night and a part of it
            [(at(10, 9.5), at(11, 6.5)), (at(12, 8.5), at(12, 16.5))],
        ),
    ],
)
def test_what_is_within_a_longer_session_leaves_no_gap_in_it(hall: SpacePage, sessions: Any, spans: Any) -> None:
    hold_rooms(event=event(at(10, 10), at(12, 16), *sessions, rooms=[hall]))

    assert held(hall) == spans


def test_a_session_over_several_days_has_all_of_them(hall: SpacePage) -> None:
    made = event(at(10, 10), at(13, 16), (at(10, 10), at(12, 12)), (at(13, 9), at(13, 16)))

    found = [(one.begins, one.ends) for one in days_of(made, hall.hours)]
    assert found == [(at(10, 10), at(11, 0)), (at(11, 0), at(12, 0)), (at(12, 0), at(12, 12)), (at(13, 9), at(13, 16))]


def test_the_time_around_is_as_long_where_the_clocks_change(hall: SpacePage) -> None:
    begins, ends = london(2027, 3, 28, 3), london(2027, 3, 28, 5)  # at one it became two
    made = EventFactory(title="Night shift", starts_at=begins, ends_at=ends)
    EventRoom.objects.create(event=made, space=hall, set_up_minutes=120)

    hold_rooms(event=made)

    assert held(hall) == [(datetime(2027, 3, 28, 0, tzinfo=UTC), datetime(2027, 3, 28, 4, 30, tzinfo=UTC))]


def test_an_event_whose_one_day_was_opened_again_is_listed_until_that_day_is_over(hall: SpacePage, rf: Any) -> None:
    request, manager = rf.get("/cms/"), UserFactory(is_superuser=True)
    request.user = manager
    hold_rooms(event=event(at(10, 10), at(12, 16), rooms=[hall]))
    assert without_rooms(request).total == 0

    second = Booking.objects.get(space=hall, starts_at__date=at(11, 0).date())
    actions.reopen(booking=second.pk, by=manager)

    assert [item.title for item in without_rooms(request).items] == ["Summit"]
    with time_machine.travel(at(12, 7), tick=False):
        assert without_rooms(request).total == 0


def test_one_taken_day_of_one_room_keeps_all_from_being_held(hall: SpacePage) -> None:
    aire = SpaceFactory(title="Aire")
    made = event(at(10, 10), at(12, 16), rooms=[hall, aire])
    book(aire, at(12, 10), at(12, 11))

    with pytest.raises(Clashes) as caught:
        hold_rooms(event=made)

    assert caught.value.space.title == "Aire"
    assert held(hall) == held(aire) == []


def test_the_days_move_with_the_event_and_are_given_back_together(hall: SpacePage) -> None:
    made = event(at(10, 10), at(12, 16), rooms=[hall])
    hold_rooms(event=made)
    assert hold_rooms(event=made) == list(Booking.objects.order_by("starts_at")), "the same again changes nothing"
    assert Booking.objects.count() == 3

    made.ends_at = at(11, 16)
    made.save()
    hold_rooms(event=made)
    assert [ends.day for _, ends in held(hall)] == [10, 11]
    assert len(EventRoom.objects.get().held) == 2

    give_back_rooms(event=made)
    assert held(hall) == []
    assert not EventRoom.objects.get().is_held


def test_days_that_run_into_one_another_are_held_as_one(hall: SpacePage) -> None:
    made = event(at(10, 10), at(11, 16), rooms=[hall])
    EventRoom.objects.update(set_up_minutes=360, clear_minutes=480)

    hold_rooms(event=made)

    assert held(hall) == [(at(10, 4), at(12, 0))]


def test_a_room_and_the_one_it_is_a_part_of_are_held_together_on_each_day() -> None:
    first, second = SpaceFactory.create_batch(2)
    both = CombinedRoomFactory(rooms=[first, second])

    hold_rooms(event=event(at(10, 10), at(11, 16), rooms=[both, first]))

    assert len(held(both)) == len(held(first)) == 2


def test_the_database_knows_that_time_goes_forward(home: object) -> None:
    event = EventFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        EventPage.objects.filter(pk=event.pk).update(ends_at=event.starts_at)

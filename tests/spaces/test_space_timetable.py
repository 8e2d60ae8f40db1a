"""When a space is free, reckoned around what is booked, closed, set up and cleared; and times as people type them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from home.models import HomePage
from spaces import actions
from spaces.models import Booking, SpacePage
from spaces.moments import read_day, read_moment, read_time
from spaces.queries.availability import State, Timetable, shown
from spaces.rules import Refusal
from spaces.timetable import Span
from tests.factories.accounts import UserFactory
from tests.factories.spaces import (
    CombinedRoomFactory,
    DesksFactory,
    OpeningHoursFactory,
    SpaceFactory,
    open_from,
)

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)  # a Monday; London is on UTC
TUESDAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _village(home: HomePage) -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def at(hour: float, day: int = 24) -> datetime:
    return datetime(2026, 11, day, tzinfo=UTC) + timedelta(hours=hour)


def span(begins: float, ends: float, day: int = 24) -> Span:
    return Span(at(begins, day), at(ends, day))


def given(space: SpacePage, begins: float, ends: float, *, day: int = 24, **said: Any) -> Booking:
    asked = {"name": "Grace Hopper", "email": "grace@example.org", "words": "Secret plans"} | said
    request = actions.Request(starts_at=at(begins, day), ends_at=at(ends, day), **asked)
    return actions.book(space=space.pk, request=request)


def timetable(*days: date, number: int = 1) -> Timetable:
    return Timetable(list(shown()), days or (TUESDAY,), NOW, number)


def free(space: SpacePage, *, number: int = 1) -> list[tuple[str, str]]:
    found = timetable(number=number)
    own = next(one for one in found.spaces if one.pk == space.pk)
    return [(f"{one.begins:%H:%M}", f"{one.ends:%H:%M}") for one in found.free(own, TUESDAY)]


def test_a_room_is_free_around_what_is_booked() -> None:
    room = SpaceFactory()
    given(room, 10, 11)

    assert free(room) == [("07:00", "10:00"), ("11:00", "22:00")]


def test_time_to_set_up_and_to_clear_is_not_free() -> None:
    room = SpaceFactory(buffer_before=15, buffer_after=30, slot_minutes=15)
    given(room, 10, 11)

    # Ours is cleared until 11:30 and the next one sets up from then; one before ends in time to be cleared by 9:45.
    assert free(room) == [("07:00", "09:15"), ("11:45", "22:00")]


def test_what_is_too_short_to_be_booked_is_not_free() -> None:
    room = SpaceFactory(min_minutes=60)
    given(room, 8, 10)
    given(room, 10.5, 12)

    assert free(room) == [("07:00", "08:00"), ("12:00", "22:00")]


def test_a_combined_room_is_free_while_all_its_parts_are() -> None:
    aire, calder = SpaceFactory(), SpaceFactory()
    both = CombinedRoomFactory(rooms=[aire, calder])
    given(aire, 10, 11)
    given(calder, 10.5, 12)

    assert free(both) == [("07:00", "10:00"), ("12:00", "22:00")]
    assert free(calder) == [("07:00", "10:30"), ("12:00", "22:00")]


def test_of_desks_as_many_are_free_as_are_asked_for() -> None:
    desks = DesksFactory(size=3)
    for hour in (9, 10):
        given(desks, hour, 12, email=f"{hour}@example.org")

    assert free(desks) == [("07:00", "22:00")]
    assert free(desks, number=2) == [("07:00", "10:00"), ("12:00", "22:00")]
    assert free(desks, number=4) == []


@pytest.mark.parametrize("number", [1, 2, 3])
def test_what_is_shown_as_free_can_be_booked_and_what_is_taken_can_not(number: int) -> None:
    """Fragments of desks: the table says what the action then does."""
    desks = DesksFactory(size=3, min_minutes=30, max_minutes=900)
    for place, (begins, ends) in enumerate([(8, 10), (9, 12), (10, 13), (11, 14), (12.5, 16), (13, 15), (18, 19)]):
        given(desks, begins, ends, email=f"{place}@example.org")
    found = free(desks, number=number)

    for half_hour in range(14, 43):
        begins = at(half_hour / 2)
        ends = begins + timedelta(minutes=30)
        is_free = any(a <= f"{begins:%H:%M}" and f"{ends:%H:%M}" <= b for a, b in found)
        request = actions.Request(
            name="X", email="x@example.org", starts_at=begins, ends_at=ends, number=number, people=number
        )
        try:
            booking = actions.book(space=desks.pk, request=request)
        except Refusal:
            assert not is_free, begins
        else:
            assert is_free, begins
            actions.cancel(booking=booking.pk)


def test_what_is_closed_what_is_over_and_what_is_not_open_yet() -> None:
    weekdays = OpeningHoursFactory(days=open_from("08:00", "18:00", range(5)), holiday_opens=None, holiday_closes=None)
    room = SpaceFactory(hours=weekdays, window_days=7)
    own = shown().get(pk=room.pk)
    table = Timetable([own], [date(2026, 11, day) for day in range(23, 30)], at(9.5, 23))

    assert table.cell(own, span(7, 8, 23)).state == State.CLOSED
    assert table.cell(own, span(8, 9, 23)).state == State.OVER
    assert table.cell(own, span(9, 10, 23)).state == State.FREE  # what is left of it
    assert table.cell(own, span(17, 18, 23)).state == State.FREE
    assert table.cell(own, span(10, 11, 28)).state == State.CLOSED  # a Saturday
    later = Timetable([own], [date(2026, 12, 1), date(2026, 12, 25)], at(9.5, 23))
    assert later.cell(own, Span(at(24 * 8 + 10, 23), at(24 * 8 + 11, 23))).state == State.NOT_YET
    assert later.free(own, date(2026, 12, 25)) == []


def test_a_closure_is_told_from_a_booking() -> None:
    room = SpaceFactory()
    given(room, 9, 10)
    by = UserFactory(is_superuser=True)
    actions.close(held=[actions.Held(room.pk, at(12), at(14))], words="Painting", by=by)
    own = shown().get(pk=room.pk)
    table = timetable()

    assert table.cell(own, span(9, 10)).state == State.TAKEN
    assert table.cell(own, span(12, 13)).state == State.CLOSED
    assert table.cell(own, span(14, 15)).state == State.FREE


def test_notice_is_kept() -> None:
    room = SpaceFactory(notice_minutes=26 * 60)

    assert free(room) == [("10:00", "22:00")]


def test_hours_of_the_days_on_which_clocks_change() -> None:
    room = SpaceFactory(window_days=365, hours=OpeningHoursFactory(days=open_from("08:00", "18:00")))
    spring, autumn = date(2027, 3, 28), date(2027, 10, 31)
    own = shown().get(pk=room.pk)
    table = Timetable([own], [spring], NOW)

    (stretch,) = table.free(own, spring)
    assert (stretch.begins.astimezone(UTC).hour, stretch.ends.astimezone(UTC).hour) == (7, 17)
    (stretch,) = Timetable([own], [autumn], NOW).free(own, autumn)
    assert (stretch.begins.astimezone(UTC).hour, stretch.ends.astimezone(UTC).hour) == (8, 18)


# ---- as people type -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed_", "read"),
    [("9", "09:00"), ("9.30", "09:30"), ("0930", "09:30"), ("2pm", "14:00"), ("2:15 p.m.", "14:15"), ("12am", "00:00")],
)
def test_times_are_read_as_people_type_them(typed_: str, read: str) -> None:
    found = read_time(typed_)
    assert found
    assert f"{found:%H:%M}" == read


@pytest.mark.parametrize("text", ["", "25:00", "9:75", "13pm", "soon", "-1"])
def test_what_is_no_time_is_not_guessed(text: str) -> None:
    assert read_time(text) is None


def test_days_are_read_as_people_type_them() -> None:
    for text in ("2026-12-01", "1/12/2026", "01.12.2026", "1 December 2026", "Tuesday, 1 Dec 2026", "Tue 1 Dec 2026"):
        assert read_day(text) == date(2026, 12, 1), text
    assert read_day("31/2/2026") is None
    assert read_moment("1 December 2026, 2 pm") == datetime(2026, 12, 1, 14, tzinfo=UTC)

"""Every state of a booking of a space: what may follow does, and everything else is refused with a reason that helps."""

from itertools import product
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from home.models import HomePage
from spaces import actions
from spaces.actions import settling
from spaces.actions.settling import found, set_status
from spaces.choices import BookingStatus
from spaces.models import Allocation, Booking, BookingLetter
from spaces.rules import Refusal
from spaces.states import BOOKING
from tests.factories.accounts import UserFactory
from tests.factories.spaces import SpaceFactory
from tests.space_forms import NOW, at, given

# What was agreed, written a second time: a change of the table in the code is a change of mind here too.
DRAWN = {
    "pending": "confirmed declined lapsed cancelled pending",
    "confirmed": "pending cancelled released confirmed",
    "waiting": "offered pending confirmed cancelled waiting",
    "offered": "confirmed pending lapsed cancelled offered",
    "cancelled": "",
    "declined": "",
    "lapsed": "",
    "released": "",
}
STEPS = list(product(BookingStatus.values, repeat=2))


@pytest.fixture(autouse=True)
def _village(home: HomePage) -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def standing(status: str) -> Booking:
    """A booking that stands so, as it is read under the lock."""
    booking = given(SpaceFactory(), 10, 11)
    Booking.objects.filter(pk=booking.pk).update(status=status, waiting_since=at(7), expires_at=at(9))
    return found(booking.pk)


def as_it_is(booking: Booking) -> Any:
    rows = Booking.objects.filter(pk=booking.pk).values("status", "sequence", "expires_at", "waiting_since")
    return rows.get(), list(booking.log.values_list("what", flat=True))


def test_every_state_is_in_the_table() -> None:
    assert list(DRAWN) == BookingStatus.values


@pytest.mark.parametrize(("before", "after"), STEPS)
def test_a_booking_becomes_only_what_is_drawn(
    before: str, after: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    booking = standing(before)
    was = as_it_is(booking)

    if after in DRAWN[before].split():
        with django_assert_num_queries(3):  # the booking, its new number, the log
            set_status(booking, BookingStatus(after), "so it is")
        now, log = as_it_is(booking)
        assert (now["status"], now["sequence"], log) == (after, was[0]["sequence"] + 1, [*was[1], "so it is"])
    else:
        with pytest.raises(Refusal) as caught, django_assert_num_queries(0):
            set_status(booking, BookingStatus(after), "so it is")
        assert as_it_is(booking) == was and booking.status == before
        assert BookingStatus(before).label in str(caught.value)
        follows = [BookingStatus(one).label for one in DRAWN[before].split() if one != before]
        if before != after:
            assert all(label in str(caught.value) for label in follows)  # what would work
            assert follows or "that is a new booking" in str(caught.value)


@pytest.mark.parametrize(
    ("status", "act"),
    [
        ("confirmed", lambda key, us: actions.cancel(booking=key)),
        ("offered", lambda key, us: actions.take_up(booking=key)),
        ("pending", lambda key, us: actions.approve(booking=key, by=us)),
        ("pending", lambda key, us: actions.decline(booking=key, words="Not this time.", by=us)),
    ],
    ids=["cancel", "take up", "approve", "decline"],
)
def test_what_the_table_refuses_takes_the_whole_action_with_it(
    status: str, act: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Units are given back and letters noted in the same transaction: nothing of it is kept."""
    booking, us = standing(status), UserFactory(is_superuser=True)
    was, letters = as_it_is(booking), BookingLetter.objects.count()
    monkeypatch.setattr(
        settling, "BOOKING", type(BOOKING)("booking", BookingStatus, {}, dict.fromkeys(BookingStatus, ""))
    )

    with pytest.raises(Refusal, match="the end of it"):
        act(booking.pk, us)

    assert as_it_is(booking) == was and BookingLetter.objects.count() == letters
    assert Allocation.objects.get(booking=booking).active

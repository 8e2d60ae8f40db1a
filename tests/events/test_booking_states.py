"""Every state of a booking of an event: what may follow does, and everything else is refused with a reason that helps."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from events.bookings import actions
from events.bookings.actions import settling
from events.bookings.actions.settling import set_status
from events.bookings.choices import BookingStatus
from events.bookings.models import Booking, BookingLetter
from events.bookings.states import BOOKING
from home.models import HomePage
from tests.factories.accounts import UserFactory
from tests.factories.bookings import book, bookable

# What was agreed, written a second time: a change of the table in the code is a change of mind here too.
DRAWN = {
    "pending": "confirmed declined cancelled",
    "confirmed": "cancelled",
    "waiting": "offered pending cancelled",
    "offered": "confirmed lapsed cancelled",
    "cancelled": "",
    "declined": "",
    "lapsed": "",
}
STEPS = list(product(BookingStatus.values, repeat=2))


def standing(status: str) -> Booking:
    """A booking that stands so, as it is read under the lock."""
    booking, now = book(bookable()), timezone.now()
    soon = now + timedelta(hours=2)
    Booking.objects.filter(pk=booking.pk).update(status=status, waiting_since=now, offer_ends_at=soon)
    return Booking.objects.get(pk=booking.pk)


def as_it_is(booking: Booking) -> Any:
    rows = Booking.objects.filter(pk=booking.pk).values("status", "sequence", "offer_ends_at", "waiting_since")
    return rows.get(), list(booking.log.values_list("what", flat=True))


def test_every_state_is_in_the_table() -> None:
    assert list(DRAWN) == BookingStatus.values


@pytest.mark.parametrize(("before", "after"), STEPS)
def test_a_booking_becomes_only_what_is_drawn(
    before: str, after: str, home: HomePage, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    booking = standing(before)
    was = as_it_is(booking)

    if after in DRAWN[before].split():
        with django_assert_num_queries(3):  # the booking, its new number, the log
            set_status(booking, BookingStatus(after), "so it is")
        now, log = as_it_is(booking)
        assert (now["status"], now["sequence"], log) == (after, was[0]["sequence"] + 1, [*was[1], "so it is"])
    else:
        with pytest.raises(actions.NotNow) as caught, django_assert_num_queries(0):
            set_status(booking, BookingStatus(after), "so it is")
        assert as_it_is(booking) == was and booking.status == before
        assert BookingStatus(before).label in str(caught.value)
        follows = [BookingStatus(one).label for one in DRAWN[before].split()]
        if before != after:
            assert all(label in str(caught.value) for label in follows)  # what would work
            assert follows or len(str(caught.value).split(". ")) > 1  # what to do instead


@pytest.mark.parametrize(
    ("status", "act"),
    [
        ("confirmed", lambda booking, us: actions.cancel(booking=booking)),
        ("offered", lambda booking, us: actions.accept(booking=booking)),
        ("pending", lambda booking, us: actions.approve(booking=booking, by=us)),
        ("pending", lambda booking, us: actions.refuse(booking=booking, by=us)),
    ],
    ids=["cancel", "accept", "approve", "refuse"],
)
def test_what_the_table_refuses_takes_the_whole_action_with_it(
    status: str, act: Any, home: HomePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Places are given back and letters noted in the same transaction: nothing of it is kept."""
    booking, us = standing(status), UserFactory(is_superuser=True)
    was, letters = as_it_is(booking), BookingLetter.objects.count()
    monkeypatch.setattr(
        settling, "BOOKING", type(BOOKING)("booking", BookingStatus, {}, dict.fromkeys(BookingStatus, ""))
    )

    with pytest.raises(actions.NotNow, match="the end of it"):
        act(booking, us)

    assert as_it_is(booking) == was and BookingLetter.objects.count() == letters
    assert booking.attendees.get().pool is not None

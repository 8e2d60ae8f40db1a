"""``/my/notifications/``: what somebody may do without, they do without; the rest is still sent."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from events.bookings.tasks import remind_due as remind_of_events
from events.models import Booking as Place
from spaces.models import Booking as SpaceBooking
from spaces.tasks import remind_due as remind_of_spaces
from tests.booking_forms import soup, words
from tests.factories.accounts import UserFactory
from tests.factories.bookings import book, bookable
from tests.factories.events import EventFactory, london
from tests.space_bookings import book as book_space
from tests.space_bookings import room

SignIn = Callable[[User], Client]
URL = "/my/notifications/"
STARTS = london(2027, 3, 30, 9, 30)


def test_reminders_are_switched_off_and_on(sign_in: SignIn, home: object) -> None:
    ada, grace = UserFactory.create_batch(2)
    client = sign_in(ada)

    assert soup(client.get(URL)).select_one("input[name=wants_reminders][checked]")
    assert "We don’t remind you any more" in words(client.post(URL, {}, follow=True))
    assert set(User.objects.filter(wants_reminders=True)) == {grace}
    assert not soup(client.get(URL)).select_one("input[name=wants_reminders][checked]")

    client.post(URL, {"wants_reminders": "on"})
    ada.refresh_from_db()
    assert ada.wants_reminders


@pytest.mark.parametrize(("wants", "reminded"), [(True, ["ada", "grace"]), (False, ["grace"])])
def test_only_who_wants_reminders_gets_them(
    home: object, mailoutbox: list[Any], wants: bool, reminded: list[str]
) -> None:
    """Grace booked without an account, and has no such setting."""
    ada = UserFactory(email="ada@example.org", wants_reminders=wants)
    with time_machine.travel(london(2027, 3, 1, 9), tick=False) as clock:
        event = bookable(2, event=EventFactory(starts_at=STARTS, ends_at=STARTS + timedelta(hours=1)))
        for name in ("ada", "grace"):
            book(event, f"{name}@example.org")
            book_space(room(), STARTS, f"{name}@example.org")
        for bookings in (Place, SpaceBooking):
            bookings.objects.filter(email=ada.email).update(user=ada)
        for remind in (remind_of_events, remind_of_spaces):
            mailoutbox.clear()
            clock.move_to(london(2027, 3, 29, 9))
            remind()
            assert sorted(letter.to[0].partition("@")[0] for letter in mailoutbox) == reminded

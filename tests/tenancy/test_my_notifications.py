"""``/my/notifications/``: what somebody may do without, they do without; the rest is still sent."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from core.due import tick
from directory.choices import MemberRole
from events.bookings.tasks import remind_due as remind_of_events
from events.models import Booking as Place
from spaces.models import Booking as SpaceBooking
from spaces.tasks import remind_due as remind_of_spaces
from tenancy.tasks import remind_due as remind_of_tasks
from tests.booking_forms import soup, words
from tests.factories import tenancy as make
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory, book, bookable
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
    assert "Saved." in words(client.post(URL, {}, follow=True))
    assert set(User.objects.filter(wants_reminders=True)) == {grace}
    assert not soup(client.get(URL)).select_one("input[name=wants_reminders][checked]")

    client.post(URL, {"wants_reminders": "on"})
    ada.refresh_from_db()
    assert ada.wants_reminders


OFFERED = [  # by what somebody is
    ("stranger", "wants_reminders"),
    ("member", "wants_reminders wants_request_news wants_check_backs"),
    ("admin", "wants_reminders wants_request_news wants_check_backs wants_profile_questions"),
    ("colleague", "wants_reminders wants_task_reminders"),
]


@pytest.mark.parametrize(("who", "offered"), OFFERED)
def test_each_is_offered_what_can_reach_them_and_the_rest_stays(
    sign_in: SignIn, home: object, who: str, offered: str
) -> None:
    user = make.manager() if who == "colleague" else UserFactory()
    if who in MemberRole.values:
        OrganisationMemberFactory(user=user, role=who)
    client = sign_in(user)

    boxes = [box["name"] for box in soup(client.get(URL)).select("main input[type=checkbox]")]
    client.post(URL, {})

    assert boxes == offered.split()
    user.refresh_from_db()
    every = [field.name for field in User._meta.fields if field.name.startswith("wants_")]
    assert len(every) == 5
    assert {name for name in every if not getattr(user, name)} == set(boxes)


def test_what_cannot_be_switched_off_is_said(sign_in: SignIn, home: object) -> None:
    page = words(sign_in(UserFactory()).get(URL))

    assert "These can’t be switched off" in page
    for said in ("ticket or confirmation", "need your yes or no", "who answers it and by when", "signing in"):
        assert said in page
    assert "yours to answer" not in page
    assert "yours to answer" in words(sign_in(make.manager()).get(URL))


@pytest.mark.parametrize("wants", [True, False])
def test_only_who_wants_to_is_asked_what_came_of_an_introduction(
    home: object, mailoutbox: list[Any], wants: bool
) -> None:
    ada = UserFactory(wants_check_backs=wants)
    contact = make.ContactFactory(email=ada.email)  # known by the address alone
    make.CheckBackFactory(introduction__tenant_contact=contact, introduction__made=True, due_on=timezone.localdate())

    tick()

    assert [letter.to for letter in mailoutbox] == ([[ada.email]] if wants else [])


@pytest.mark.parametrize("wants", [True, False])
def test_only_who_wants_to_is_asked_whether_a_profile_is_right(
    home: object, mailoutbox: list[Any], wants: bool
) -> None:
    """Where no admin wants to, nobody else is asked instead of them."""
    admin = OrganisationMemberFactory(
        role=MemberRole.ADMIN, user__wants_profile_questions=wants, organisation__checked_on=None
    )
    account = make.AccountFactory(organisation=admin.organisation)
    make.ContactFactory(account=account, is_primary=True)

    tick()

    assert [letter.to for letter in mailoutbox] == ([[admin.user.email]] if wants else [])


@pytest.mark.parametrize("wants", [True, False])
def test_only_who_wants_to_is_reminded_of_tasks(home: object, mailoutbox: list[Any], wants: bool) -> None:
    owner = make.manager(wants_task_reminders=wants)
    make.TaskFactory(owner=owner, remind_on=timezone.localdate())

    remind_of_tasks()

    assert [letter.to for letter in mailoutbox] == ([[owner.email]] if wants else [])


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

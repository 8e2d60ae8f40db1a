"""A letter about a booking, an offer or a reminder goes out once, while it is true, and never at night."""

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django_tasks_db.models import DBTaskResult

from core.due import tick
from core.offer_times import is_night
from directory.choices import Role
from home.models import HomePage
from spaces import actions, sweep, tasks
from spaces.choices import BookingStatus, SpaceKind
from spaces.models import Allocation, AllowanceAccount, Booking, BookingLetter, SpacePage
from spaces.queries.people import asker_of
from spaces.signals import letter_due
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory
from tests.factories.directory import OrganisationFactory
from tests.factories.events import london
from tests.factories.spaces import AllowanceFactory, SpaceFactory, TenantTermsFactory
from tests.letters import ADA, REFUSING, Outbox, subjects
from tests.space_bookings import ANYONE, book, move, room, serve

NOW = london(2027, 3, 1, 9)
STARTS = london(2027, 3, 30, 9, 30)


@pytest.fixture(autouse=True)
def clock(home: HomePage) -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def aire() -> SpacePage:
    return room(title="Aire <the big one> & its kitchen", slug="aire", release_minutes=10)


def manager() -> Any:
    return UserFactory(is_superuser=True)


# ---- once, and only what is true ------------------------------------------------------------------------------------
def test_run_twice_a_letter_is_sent_once(aire: SpacePage, mailoutbox: Outbox) -> None:
    book(aire, STARTS)
    tasks.write.call(letter=BookingLetter.objects.get().pk)
    assert len(mailoutbox) == 1


@pytest.mark.parametrize(
    ("letter", "status"),
    [
        ("confirmed", BookingStatus.CANCELLED),
        ("waiting", BookingStatus.CONFIRMED),
        ("offered", BookingStatus.LAPSED),
        ("pending", BookingStatus.DECLINED),
        ("moved", BookingStatus.CANCELLED),
        ("reminder", BookingStatus.CANCELLED),
        ("cancelled", BookingStatus.CONFIRMED),
    ],
)
def test_a_letter_about_what_has_passed_is_not_sent(
    letter: str, status: BookingStatus, aire: SpacePage, mailoutbox: Outbox
) -> None:
    booking = book(aire, STARTS)
    mailoutbox.clear()
    Booking.objects.update(status=status, expires_at=NOW, waiting_since=NOW)
    letter_due.send(Booking, booking=booking, letter=letter)
    assert mailoutbox == []
    assert BookingLetter.objects.filter(sent_at=None).count() == 0


def test_a_mail_server_that_is_down_gets_the_letter_later(aire: SpacePage, settings: Any, mailoutbox: Outbox) -> None:
    settings.EMAIL_BACKEND = REFUSING
    booking = book(aire, STARTS)
    assert BookingLetter.objects.get().sent_at is None

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    tasks.write.call(letter=BookingLetter.objects.get().pk)
    assert [letter.to for letter in mailoutbox] == [[booking.email]]


def test_a_letter_and_its_booking_are_written_together_or_not_at_all(aire: SpacePage, settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    book(aire, STARTS)
    (due,) = DBTaskResult.objects.filter(task_path="spaces.tasks.write")
    assert due.args_kwargs["kwargs"] == {"letter": BookingLetter.objects.get().pk}
    assert due.priority == tasks.TO_ONE


def test_an_address_is_forgotten_once_the_letter_is_sent(aire: SpacePage) -> None:
    booking = book(aire, STARTS)
    actions.hand_on(booking=booking.pk, name="Grace", email="grace@example.org", asker=ANYONE)
    assert BookingLetter.objects.filter(letter="handed-on").exists()
    assert not BookingLetter.objects.exclude(to="").exists()


# ---- offers ---------------------------------------------------------------------------------------------------------
def test_who_waits_is_offered_at_once_what_somebody_gives_back(
    aire: SpacePage, mailoutbox: Outbox, django_capture_on_commit_callbacks: Any
) -> None:
    first = book(aire, STARTS, "first@example.org")
    book(aire, STARTS, waits=True)
    with django_capture_on_commit_callbacks(execute=True):
        actions.cancel(booking=first.pk)
    assert subjects(mailoutbox) == ["You are on the waiting list", "Free for you until Monday 1 March 2027, 13"]


def test_who_moves_a_little_does_not_lose_it_to_who_waits(
    aire: SpacePage, django_capture_on_commit_callbacks: Any
) -> None:
    booking = book(aire, STARTS)
    waiting = book(aire, STARTS, "eve@example.org", hours=0.5, waits=True)
    with django_capture_on_commit_callbacks(execute=True):
        move(booking, STARTS + timedelta(minutes=30))
    waiting.refresh_from_db()
    assert waiting.status == BookingStatus.OFFERED
    assert {str(one.booking_id) for one in Allocation.objects.filter(active=True)} == {
        str(booking.pk),
        str(waiting.pk),
    }


def test_what_a_lost_task_left_is_served_by_the_next_tick(aire: SpacePage, mailoutbox: Outbox) -> None:
    first = book(aire, STARTS, "first@example.org")
    book(aire, STARTS, waits=True)
    actions.cancel(booking=first.pk)  # and nobody hears of it
    assert tick() == {}
    assert subjects(mailoutbox)[-1].startswith("Free for you")


def test_a_tick_ends_what_is_over_and_gives_back_what_nobody_came_to(
    aire: SpacePage, mailoutbox: Outbox, clock: Any
) -> None:
    first = book(aire, STARTS, "first@example.org")
    book(aire, STARTS, waits=True)
    serve(aire, actions.cancel(booking=first.pk))
    released = book(room(release_minutes=10), STARTS, "late@example.org")
    clock.move_to(STARTS + timedelta(minutes=11))
    assert tick() == {}
    assert Booking.objects.get(email=ADA).status == BookingStatus.LAPSED
    assert Booking.objects.get(pk=released.pk).status == BookingStatus.RELEASED


# ---- reminders ------------------------------------------------------------------------------------------------------
def test_everybody_is_reminded_once_on_the_morning_before(aire: SpacePage, mailoutbox: Outbox, clock: Any) -> None:
    book(aire, STARTS, words="Board")
    mailoutbox.clear()
    for moment in (london(2027, 3, 29, 8, 59), london(2027, 3, 29, 9), london(2027, 3, 29, 9, 1)):
        clock.move_to(moment)
        tasks.remind_due()
        assert len(mailoutbox) == (moment.minute != 59)
    assert mailoutbox[0].subject == "Tomorrow, 9:30: Aire <the big one> & its kitchen"
    assert not any(part.mimetype == "text/calendar" for part in mailoutbox[0].alternatives)


def test_of_a_bench_people_are_reminded_two_hours_before(mailoutbox: Outbox, clock: Any) -> None:
    book(room(kind=SpaceKind.LAB_BENCH), london(2027, 3, 30, 14))
    early = room(kind=SpaceKind.LAB_BENCH)
    book(early, london(2027, 3, 30, 9), email="early@example.org")
    mailoutbox.clear()
    clock.move_to(london(2027, 3, 29, 9))
    tasks.remind_due()
    assert [letter.to for letter in mailoutbox] == [["early@example.org"]]  # two hours before it is night
    clock.move_to(london(2027, 3, 30, 12))
    tasks.remind_due()
    assert [letter.subject.split(":")[0] for letter in mailoutbox] == ["Tomorrow, 9", "Today, 14"]


def test_who_booked_just_now_is_not_reminded_of_it(aire: SpacePage, mailoutbox: Outbox, clock: Any) -> None:
    clock.move_to(london(2027, 3, 28, 21))
    book(aire, STARTS)
    clock.move_to(london(2027, 3, 29, 9))
    tasks.remind_due()
    assert subjects(mailoutbox) == ["Booked"]


def test_nobody_is_reminded_at_night_or_when_it_is_too_late(aire: SpacePage, mailoutbox: Outbox, clock: Any) -> None:
    book(aire, STARTS)
    mailoutbox.clear()
    moments = [london(2027, 3, 29, 20) + timedelta(minutes=30 * step) for step in range(28)]
    for moment in [moment for moment in moments if is_night(moment) or moment >= STARTS - timedelta(hours=1)]:
        clock.move_to(moment)
        tasks.remind_due()
    assert mailoutbox == []


def test_who_moved_is_reminded_of_the_new_day_alone(aire: SpacePage, mailoutbox: Outbox, clock: Any) -> None:
    booking = book(aire, STARTS)
    clock.move_to(london(2027, 3, 29, 9))
    tasks.remind_due()
    move(booking, STARTS + timedelta(days=7))
    mailoutbox.clear()
    clock.move_to(london(2027, 4, 5, 9))
    tasks.remind_due()
    assert [letter.subject.split(":")[0] for letter in mailoutbox] == ["Tomorrow, 9"]


def test_only_what_is_booked_is_reminded_of(aire: SpacePage, mailoutbox: Outbox, clock: Any) -> None:
    first = book(aire, STARTS, "first@example.org")
    book(aire, STARTS, waits=True)
    actions.cancel(booking=first.pk)
    mailoutbox.clear()
    clock.move_to(london(2027, 3, 29, 9))
    tasks.remind_due()
    assert mailoutbox == []


# ---- once a day -----------------------------------------------------------------------------------------------------
def test_a_unit_that_is_taken_twice_is_an_error_that_names_nobody(
    aire: SpacePage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    one, other = book(aire, STARTS), book(aire, STARTS + timedelta(hours=2), email="eve@example.org")
    unit = aire.units.get().pk
    sweep.look_over_spaces()
    assert caplog.records == []

    broken = f"unit {unit}: bookings {one.pk} and {other.pk} overlap"
    monkeypatch.setattr(sweep, "overlaps_broken", lambda since: [broken])  # the database refuses to hold it
    with caplog.at_level(logging.ERROR):
        sweep.look_over_spaces()
    assert [record.getMessage() for record in caplog.records] == [f"A unit is taken twice: {broken}."]
    assert not re.search("ada|eve|aire", caplog.text, re.IGNORECASE)


def test_what_is_left_of_a_month_is_carried_over_by_itself(clock: Any) -> None:
    allowance = AllowanceFactory(carries_months=1)
    space = SpaceFactory(allowance=allowance, window_days=365)
    member = OrganisationMemberFactory(organisation=OrganisationFactory(role=Role.TENANT))
    TenantTermsFactory(organisation=member.organisation)
    book(space, london(2027, 3, 2, 10), member.user.email, hours=2, asker=asker_of(member.user))
    assert tick() == {}
    clock.move_to(london(2027, 4, 1, 0, 1))
    assert tick() == {} and tick() == {}
    balances = dict(AllowanceAccount.objects.values_list("month", "balance"))
    assert list(balances.values()) == [10_000, 22_000]

"""A letter about a booking goes to whom it concerns, once, while it is true, and never at night."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from core.due import tick
from core.offer_times import is_night
from events.bookings import actions, links, tasks
from events.bookings.choices import BookingStatus
from events.bookings.models import Booking, BookingLetter
from events.bookings.signals import letter_due
from events.bookings.timetable import reminds_now
from events.choices import EventStatus
from events.models import EventPage
from home.models import HomePage
from tests.events_told import STARTS, partners_event
from tests.factories.bookings import book, bookable
from tests.factories.events import EventFactory, EventSessionFactory, london
from tests.factories.pages import changed, publish
from tests.letters import ADA, REFUSING, Outbox, subjects, words

NOW = london(2027, 3, 1, 9)


@pytest.fixture(autouse=True)
def clock(home: HomePage) -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def event() -> EventPage:
    return partners_event()


# ---- once, and only what is true ------------------------------------------------------------------------------------
def test_run_twice_a_letter_is_sent_once(event: EventPage, mailoutbox: Outbox) -> None:
    book(event, ADA)
    tasks.write.call(letter=BookingLetter.objects.get().pk)
    assert len(mailoutbox) == 1


def test_told_twice_of_one_change_people_get_one_letter(event: EventPage, mailoutbox: Outbox) -> None:
    book(event, ADA)
    changed(event, starts_at=STARTS + timedelta(days=1), ends_at=STARTS + timedelta(days=1, hours=3), space="Hall")
    was = BookingLetter.objects.get(letter="moved").was
    tasks.tell_of_change.call(event=event.pk, letter="moved", was=was)
    assert subjects(mailoutbox) == ["You have a place", "New day or time, and new place"]


@pytest.mark.parametrize(
    ("letter", "status"),
    [
        ("confirmed", BookingStatus.CANCELLED),
        ("waiting", BookingStatus.CONFIRMED),
        ("offered", BookingStatus.LAPSED),
        ("pending", BookingStatus.DECLINED),
        ("changed", BookingStatus.CANCELLED),
        ("reminder", BookingStatus.CANCELLED),
        ("moved", BookingStatus.CANCELLED),
    ],
)
def test_a_letter_about_what_has_passed_is_not_sent(
    letter: str, status: BookingStatus, event: EventPage, mailoutbox: Outbox
) -> None:
    booking = book(event, ADA)
    mailoutbox.clear()
    Booking.objects.filter(pk=booking.pk).update(status=status, waiting_since=NOW, offer_ends_at=NOW)
    due = BookingLetter.objects.create(booking=booking, letter=letter)
    tasks.write.call(letter=due.pk)
    due.refresh_from_db()
    assert not mailoutbox and due.sent_at


def test_an_event_that_changed_again_has_one_letter_of_how_it_is(event: EventPage, mailoutbox: Outbox) -> None:
    booking = book(event, ADA)
    changed(event, space="Hall")
    stale = BookingLetter.objects.create(booking=booking, letter="moved", was={"sequence": 0})
    mailoutbox.clear()
    tasks.write.call(letter=stale.pk)
    assert not mailoutbox


def test_who_booked_in_the_moment_it_was_called_off_is_told_that(event: EventPage, mailoutbox: Outbox) -> None:
    booking = book(event, ADA)
    mailoutbox.clear()
    EventPage.objects.filter(pk=event.pk).update(status=EventStatus.CANCELLED, notice="Ill.")
    tasks.write.call(letter=BookingLetter.objects.create(booking=booking, letter="confirmed").pk)
    assert subjects(mailoutbox) == ["Cancelled"]


def test_a_letter_that_the_mail_server_refused_is_still_due(
    event: EventPage, settings: Any, mailoutbox: Outbox
) -> None:
    booking = book(event, ADA)
    due = BookingLetter.objects.create(booking=booking, letter="handed-on", to="first@example.org")
    ours, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, REFUSING
    with pytest.raises(ConnectionRefusedError):
        tasks.write.call(letter=due.pk)
    due.refresh_from_db()
    assert (due.sent_at, due.to) == (None, "first@example.org")

    settings.EMAIL_BACKEND = ours
    tasks.write.call(letter=due.pk)
    due.refresh_from_db()
    assert due.sent_at
    assert due.to == "", "an address that nobody needs any more is kept"


# ---- an event that changes ------------------------------------------------------------------------------------------
def test_everybody_with_a_live_booking_hears_of_a_change_and_nobody_else(event: EventPage, mailoutbox: Outbox) -> None:
    event.pools.update(capacity=3)
    gone = book(event, "gone@example.org")
    actions.cancel(booking=gone)
    for number in range(3):
        book(event, f"{number}@example.org")
    book(event, "waits@example.org", waits=True)
    mailoutbox.clear()

    changed(event, space="Hall")
    assert sorted(letter.to[0] for letter in mailoutbox) == [
        "0@example.org",
        "1@example.org",
        "2@example.org",
        "waits@example.org",
    ]
    assert "Your turn on the waiting list is kept." in mailoutbox[-1].body


def test_other_words_are_no_reason_to_write(event: EventPage, mailoutbox: Outbox) -> None:
    book(event, ADA)
    mailoutbox.clear()
    changed(event, summary="Other words.", description="<p>More of them.</p>", access="Also a quiet room.")
    assert not mailoutbox


def test_nobody_is_written_to_about_what_is_over(event: EventPage, mailoutbox: Outbox, clock: Any) -> None:
    book(event, ADA)
    mailoutbox.clear()
    clock.move_to(STARTS + timedelta(days=1))
    changed(event, space="Hall")
    assert not mailoutbox


def test_a_room_for_a_session_is_a_change_too(event: EventPage, mailoutbox: Outbox) -> None:
    book(event, ADA)
    page = EventPage.objects.get(pk=event.pk)
    page.sessions = [EventSessionFactory.build(starts_at=STARTS, ends_at=STARTS + timedelta(hours=1), room="Ure")]
    publish(page)
    assert subjects(mailoutbox)[-1] == "The programme has changed"


def test_publishing_waits_for_no_letter_and_each_has_a_task_of_its_own(
    event: EventPage, settings: Any, mailoutbox: Outbox
) -> None:
    event.pools.update(capacity=9)
    for number in range(5):
        book(event, f"{number}@example.org")
    mailoutbox.clear()
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

    def waiting(name: str) -> list[Any]:
        return list(DBTaskResult.objects.filter(task_path__endswith=name))

    changed(event, space="Hall")
    (one,) = waiting("tasks.tell_of_change")
    assert not mailoutbox and not waiting("tasks.write")
    tasks.tell_of_change.call(**one.args_kwargs["kwargs"])
    assert len(waiting("tasks.write")) == 5 and not mailoutbox
    assert not any("@" in str(task.args_kwargs) for task in DBTaskResult.objects.all()), "a task holds an address"


@pytest.mark.indexed
def test_who_waits_for_an_answer_does_not_wait_for_the_index(event: EventPage, settings: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    publish(EventFactory())  # keeps the index busy
    event.pools.update(capacity=2)
    book(event, ADA)
    changed(event, space="Hall")
    tasks.tell_of_change.call(**DBTaskResult.objects.get(task_path__endswith="tell_of_change").args_kwargs["kwargs"])
    book(event, "last@example.org")

    order = list(DBTaskResult.objects.ready().values_list("task_path", "args_kwargs__kwargs__letter"))
    emails = {letter.pk: letter.booking.email for letter in BookingLetter.objects.all()}
    first = [(path.rpartition(".")[2], emails.get(letter)) for path, letter in order[:4]]
    assert first == [
        ("write", ADA),  # their confirmation
        ("write", "last@example.org"),
        ("tell_of_change", None),
        ("write", ADA),  # that it is moved
    ]
    assert len(order) > 4


# ---- reminders ------------------------------------------------------------------------------------------------------
def test_a_reminder_comes_the_morning_before_once_with_the_way(
    event: EventPage, mailoutbox: Outbox, clock: Any
) -> None:
    booking = book(event, ADA)
    mailoutbox.clear()
    sent_at = []
    moment = london(2027, 3, 28, 0)
    while moment < STARTS + timedelta(hours=4):
        clock.move_to(moment)
        before = len(mailoutbox)
        tasks.remind_due()
        sent_at += [moment] * (len(mailoutbox) - before)
        moment += timedelta(minutes=30)

    assert sent_at == [london(2027, 3, 29, 9)]
    assert mailoutbox[0].subject == "Tomorrow, 9:30: Working with <NHS> partners & friends"
    for said in (mailoutbox[0].body, words(mailoutbox[0])):
        assert "Step-free from Great George Street." in said
        assert "Gilbert Scott building" in said
    assert links.join_url(booking) in mailoutbox[0].body
    assert "cancel" in mailoutbox[0].body.lower()


def test_tick_reminds(event: EventPage, mailoutbox: Outbox, clock: Any) -> None:
    book(event, ADA)
    clock.move_to(london(2027, 3, 29, 9))
    assert tick() == {}
    assert tick() == {}
    assert subjects(mailoutbox) == ["You have a place", "Tomorrow, 9"]


def test_two_ticks_at_once_remind_once(event: EventPage, mailoutbox: Outbox, clock: Any) -> None:
    """The second has looked before the first was done."""
    booking = book(event, ADA)
    clock.move_to(london(2027, 3, 29, 9))
    claims = [Booking.objects.filter(pk=booking.pk).exclude(reminded_of=STARTS) for _ in range(2)]
    assert [claim.update(reminded_of=STARTS) for claim in claims] == [1, 0]


def test_a_clock_that_stood_still_all_day_reminds_in_the_morning_and_not_at_night(
    event: EventPage, mailoutbox: Outbox, clock: Any
) -> None:
    book(event, ADA)
    mailoutbox.clear()
    for moment, expected in (
        (london(2027, 3, 29, 21), 0),
        (london(2027, 3, 30, 7, 59), 0),
        (london(2027, 3, 30, 8), 1),
    ):
        clock.move_to(moment)
        tasks.remind_due()
        assert len(mailoutbox) == expected
    assert mailoutbox[0].subject.startswith("Today, 9:30")


@pytest.mark.parametrize("hour", range(24))
def test_no_hour_of_a_beginning_lets_a_reminder_out_at_night(hour: int) -> None:
    starts_at = london(2027, 3, 29, hour)
    moments = [starts_at - timedelta(minutes=15 * n) for n in range(4 * 48)]
    allowed = [moment for moment in moments if reminds_now(moment, starts_at)]
    assert allowed and not any(is_night(moment) for moment in allowed)
    assert min(allowed) == london(2027, 3, 28, 9)


def test_only_who_has_a_place_at_what_takes_place_is_reminded(event: EventPage, mailoutbox: Outbox, clock: Any) -> None:
    book(event)
    book(event, ADA, waits=True)
    off = bookable(1, event=publish(EventFactory(starts_at=STARTS)))  # type: ignore[arg-type]
    book(off, "off@example.org")
    changed(off, status=EventStatus.POSTPONED, notice="Ill.")
    mailoutbox.clear()
    clock.move_to(london(2027, 3, 29, 9))
    tasks.remind_due()
    assert [letter.to for letter in mailoutbox] == [[Booking.objects.confirmed().get(event=event).email]]


def test_who_was_told_since_the_morning_is_not_told_again(event: EventPage, mailoutbox: Outbox, clock: Any) -> None:
    event.pools.update(capacity=2)
    clock.move_to(london(2027, 3, 29, 10))
    book(event, ADA)
    tasks.remind_due()
    assert subjects(mailoutbox) == ["You have a place"]


def test_moved_to_another_day_it_is_reminded_of_anew(event: EventPage, mailoutbox: Outbox, clock: Any) -> None:
    book(event, ADA)
    clock.move_to(london(2027, 3, 29, 9))
    tasks.remind_due()
    changed(event, starts_at=STARTS + timedelta(days=7), ends_at=STARTS + timedelta(days=7, hours=1))
    clock.move_to(london(2027, 4, 5, 9))
    tasks.remind_due()
    assert [subject.split(",")[0] for subject in subjects(mailoutbox)] == [
        "You have a place",
        "Tomorrow",
        "New day or time",
        "Tomorrow",
    ]


def test_a_day_for_reminding_costs_the_same_however_many_events_are_over(
    event: EventPage, clock: Any, django_assert_max_num_queries: Any
) -> None:
    clock.move_to(london(2027, 3, 29, 9))
    for number in range(6):
        EventFactory(starts_at=timezone.now() - timedelta(days=number + 1))
    with django_assert_max_num_queries(1):
        tasks.remind_due()


def test_a_link_is_sent_again_to_its_address(event: EventPage, mailoutbox: Outbox) -> None:
    booking = book(event, ADA)
    letter_due.send(Booking, booking=booking, letter=booking.status)
    assert subjects(mailoutbox) == ["You have a place", "You have a place"]

"""Every letter says what became of a booking, when and where, and how to get out of it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from events.bookings import actions, links
from events.bookings.choices import BookingStatus, NeedKind
from events.bookings.models import Booking
from events.choices import EventStatus
from events.models import EventPage
from home.models import HomePage
from tests.events_told import STARTS, partners_event
from tests.factories.accounts import UserFactory
from tests.factories.bookings import book, bookable
from tests.factories.events import EventFactory, EventSessionFactory, london
from tests.factories.pages import changed
from tests.letters import ADA, Outbox, html_of, subjects, words

NOW = london(2027, 3, 1, 9)


@pytest.fixture(autouse=True)
def clock(home: HomePage) -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def event() -> EventPage:
    return partners_event()


# ---- one of each ----------------------------------------------------------------------------------------------------
def _confirmed(event: EventPage) -> None:
    book(event, ADA)


def _pending(event: EventPage) -> None:
    event.booking_rules.approval = True
    event.booking_rules.save()
    book(event, ADA)


def _declined(event: EventPage) -> None:
    _pending(event)
    actions.refuse(booking=Booking.objects.get(), by=UserFactory(is_superuser=True))


def _waiting(event: EventPage) -> None:
    book(event)
    book(event, ADA, waits=True)


def _offered(event: EventPage) -> None:
    _waiting(event)
    actions.cancel(booking=Booking.objects.confirmed().get())


def _lapsed(event: EventPage) -> None:
    _offered(event)
    Booking.objects.filter(status=BookingStatus.OFFERED).update(offer_ends_at=NOW)
    actions.settle(event=event.pk)


def _cancelled(event: EventPage) -> None:
    actions.cancel(booking=book(event, ADA))


def _changed(event: EventPage) -> None:
    event.pools.update(capacity=3)
    actions.change(booking=book(event, ADA), size=3)


def _moved(event: EventPage) -> None:
    book(event, ADA)
    changed(event, starts_at=STARTS + timedelta(days=1), ends_at=STARTS + timedelta(days=1, hours=3), space="Hall")


def _postponed(event: EventPage) -> None:
    book(event, ADA)
    changed(event, status=EventStatus.POSTPONED, notice="Two speakers are ill.")


def _called_off(event: EventPage) -> None:
    book(event, ADA)
    changed(event, status=EventStatus.CANCELLED, notice="Two speakers are ill.")


def _back_on(event: EventPage) -> None:
    _called_off(event)
    changed(event, status=EventStatus.SCHEDULED, notice="")


EACH: dict[str, tuple[Callable[[EventPage], None], str]] = {
    "confirmed": (_confirmed, "You have a place"),
    "pending": (_pending, "We have your request"),
    "declined": (_declined, "We have no place for you this time"),
    "waiting": (_waiting, "You are on the waiting list"),
    "offered": (_offered, "A place is free for you until Tuesday 2 March 2027, 9:00"),
    "lapsed": (_lapsed, "The offer has ended"),
    "cancelled": (_cancelled, "Your booking is cancelled"),
    "changed": (_changed, "Your booking is changed"),
    "moved": (_moved, "New day or time, and new place"),
    "postponed": (_postponed, "Postponed"),
    "event-cancelled": (_called_off, "Cancelled"),
    "back-on": (_back_on, "It takes place after all"),
}


@pytest.mark.parametrize("letter", EACH)
def test_every_letter_holds_what_somebody_looks_for(letter: str, event: EventPage, mailoutbox: Outbox) -> None:
    make, subject = EACH[letter]
    make(event)
    newest = [one for one in mailoutbox if one.to == [ADA]][-1]
    booking = Booking.objects.get(email=ADA)
    day = "Wednesday 31 March 2027, 9:30 to 12:30" if letter == "moved" else "Tuesday 30 March 2027, 9:30 to 12:30"

    assert newest.subject == f"{subject}: Working with <NHS> partners & friends"
    for said in (newest.body, words(newest)):
        assert "Working with <NHS> partners & friends" in said
        assert day in said
        assert "Gilbert Scott building" in said and "LS1 3EX" in said
        assert booking.reference in said
        assert "You get this because a place at this event was asked for with this address" in said
        assert "We use what you told us for this event only" in said
    assert links.manage_url(booking) in newest.body
    assert html_of(newest).find("a", href=links.manage_url(booking))
    assert not re.search(r"\{[{%]|None|\bTrue\b|&amp;|&lt;", newest.body)
    if booking.is_live:
        assert "cancel it" in newest.body


@pytest.mark.parametrize("letter", EACH)
def test_no_letter_tells_the_joining_link_or_what_somebody_needs(
    letter: str, event: EventPage, mailoutbox: Outbox
) -> None:
    EACH[letter][0](event)
    Booking.objects.get(email=ADA).needs.create(kind=NeedKind.ACCESS, words="uses a wheelchair")
    changed(event, space="Another room")
    for one in mailoutbox:
        whole = one.message().as_string() + words(one) + one.body
        assert not re.search("secret-room|swordfish|wheelchair", whole)


@pytest.mark.parametrize("letter", EACH)
def test_the_letters_fetch_nothing_and_say_that_no_person_wrote_them(
    letter: str, event: EventPage, mailoutbox: Outbox
) -> None:
    EACH[letter][0](event)
    for one in mailoutbox:
        page = html_of(one)
        assert not page.find_all(["img", "script", "link", "iframe"])
        assert one.extra_headers["Auto-Submitted"] == "auto-generated"
    assert len({one.extra_headers["Message-ID"] for one in mailoutbox}) == len(mailoutbox)


# ---- what some of them say besides ----------------------------------------------------------------------------------
def test_a_confirmation_says_how_to_come_and_how_to_join(event: EventPage, mailoutbox: Outbox) -> None:
    booking = book(event, ADA)
    assert "Step-free from Great George Street." in mailoutbox[0].body
    assert links.join_url(booking) in mailoutbox[0].body
    assert html_of(mailoutbox[0]).find("a", href=links.join_url(booking))


def test_who_waits_is_not_told_how_to_join(event: EventPage, mailoutbox: Outbox) -> None:
    _offered(event)
    changed(event, space="Hall")
    assert subjects(mailoutbox)[-1] == "New place"
    assert not any("/join/" in letter.body for letter in mailoutbox if letter.to == [ADA])


def test_who_waits_is_told_their_turn_and_that_no_offer_ends_at_night(event: EventPage, mailoutbox: Outbox) -> None:
    book(event)
    book(event, waits=True)
    book(event, ADA, waits=True, size=2)
    said = mailoutbox[-1].body
    assert "You are number 2 on the waiting list." in said
    assert "at least 24 hours" in said
    assert "never ends at night, between 20:00 and 8:00" in said
    assert "All 2 places are offered together or not at all." in said


def test_an_offer_has_one_button_and_says_until_when(event: EventPage, mailoutbox: Outbox) -> None:
    _offered(event)
    offer = mailoutbox[-1]
    (button,) = html_of(offer).select(".button a")
    assert button.get_text() == "Take the place"
    assert button["href"] == links.manage_url(Booking.objects.get(email=ADA))
    assert "say yes by Tuesday 2 March 2027, 9:00, London time" in words(offer)


def test_whose_offer_has_ended_can_ask_again(event: EventPage, mailoutbox: Outbox) -> None:
    _lapsed(event)
    (button,) = html_of(mailoutbox[-1]).select(".button a")
    assert str(button["href"]).endswith("/events/partners/book/")


def test_a_move_says_what_it_was_before(event: EventPage, mailoutbox: Outbox) -> None:
    _moved(event)
    said = mailoutbox[-1].body
    assert "It was to begin on Tuesday 30 March 2027, 9:30." in said
    assert "The place was: Pop-Up, Gilbert Scott building" in said
    assert "Where: Hall, Gilbert Scott building" in said
    assert "Your place is kept." in said


def test_an_event_that_is_off_gives_its_reason_and_what_becomes_of_the_place(
    event: EventPage, mailoutbox: Outbox
) -> None:
    event.pools.update(capacity=2)
    book(event, ADA, size=2)
    changed(event, status=EventStatus.POSTPONED, notice="Two speakers are ill.")
    assert "Two speakers are ill." in words(mailoutbox[-1])
    assert "Your places are kept. We write to you as soon as the new day is known" in words(mailoutbox[-1])
    assert "It was to be: Tuesday 30 March" in mailoutbox[-1].body


def test_whose_booking_was_handed_on_gets_no_link_of_it(event: EventPage, mailoutbox: Outbox) -> None:
    booking = actions.transfer(booking=book(event, ADA), name="Grace", email="grace@example.org")
    first, last = mailoutbox[-2:]

    assert (first.to, last.to) == ([ADA], ["grace@example.org"])
    assert first.subject.startswith("Your booking is handed on")
    assert "/events/booking/" not in first.message().as_string() + first.body
    assert "grace" not in first.message().as_string().lower()
    assert links.manage_url(booking) in last.body


def test_an_offer_that_is_handed_on_is_the_next_ones_to_take(event: EventPage, mailoutbox: Outbox) -> None:
    _offered(event)
    actions.transfer(booking=Booking.objects.get(email=ADA), name="Grace", email="grace@example.org")
    assert subjects(mailoutbox, "grace@example.org") == ["A place is free for you until Tuesday 2 March 2027, 9"]


def test_days_of_a_course_stand_in_a_line_each(mailoutbox: Outbox) -> None:
    sessions = [
        EventSessionFactory.build(starts_at=london(2027, 3, day, hour), ends_at=london(2027, 3, day, hour + 1))
        for day in (16, 23)
        for hour in (13, 15)
    ]
    event = EventFactory(starts_at=london(2027, 3, 16, 13), ends_at=london(2027, 3, 23, 16), sessions=sessions)
    book(bookable(1, event=event), ADA)
    assert (
        "When: Tuesday 16 March 2027, 13:00 to 16:00\n      Tuesday 23 March 2027, 13:00 to 16:00\n"
        in mailoutbox[-1].body
    )

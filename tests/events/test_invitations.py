"""Calendar parts of letters, parsed back: one UID for each booking, moved and struck out under it, on London's clocks."""

from datetime import UTC, date, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from events.actions import repeat
from events.bookings import actions
from events.bookings.models import Booking
from events.bookings.signals import letter_due
from events.choices import EventStatus, Frequency, PlaceKind
from events.models import CalendarEntry, EventPage
from home.models import HomePage
from tests.calendar_parts import Diary, calendar_bytes, calendar_in, entries_in, has_calendar, parts_of
from tests.factories.accounts import UserFactory
from tests.factories.bookings import book, bookable
from tests.factories.directory import PlaceFactory
from tests.factories.events import EventFactory, EventSessionFactory, JoiningLinkFactory, london
from tests.factories.pages import changed, publish

NOW = london(2027, 3, 1, 9)
GOLDEN = Path(__file__).parent / "golden"
ADA = "ada@example.org"
Outbox = list[Any]


@pytest.fixture(autouse=True)
def _stand_in_time(home: HomePage) -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def published(**fields: Any) -> EventPage:
    return publish(EventFactory(**fields))  # type: ignore[return-value]


def course(*days: date) -> EventPage:
    """From 13 to 16 o'clock on each of ``days``."""
    starts = [london(day.year, day.month, day.day, 13) for day in days]
    sessions = [
        EventSessionFactory.build(title=f"Day {number}", starts_at=at, ends_at=at + timedelta(hours=3), room="Ure")
        for number, at in enumerate(starts, start=1)
    ]
    return published(title="Course", starts_at=starts[0], ends_at=starts[-1] + timedelta(hours=3), sessions=sessions)


def told(outbox: Outbox, email: str = ADA) -> Any:
    """The one entry that the newest letter to ``email`` tells of."""
    (entry,) = entries_in(next(letter for letter in reversed(outbox) if letter.to == [email]))
    return entry


# ---- what is written ------------------------------------------------------------------------------------------------
@pytest.fixture
def golden(settings: Any) -> EventPage:
    settings.BASE_URL = "https://village.example"
    event = published(
        title="Real-world data: from request, to result; in one table",
        slug="real-world-data",
        summary="One request followed step by step – with the form, the waiting and the answer.",
        starts_at=london(2027, 3, 30, 12, 30),
        ends_at=london(2027, 3, 30, 13, 45),
        place_kind=PlaceKind.HYBRID,
        space="The hall, east",
        building=PlaceFactory(name="Old Medical School", address="Thoresby Place\nLeeds", postcode="LS2 9NL"),
        access="Step-free.",
    )
    JoiningLinkFactory(event=event, address="https://meet.example/secret-room")
    CalendarEntry.objects.filter(event=event).update(uid="5f2b3c1e-0000-4000-8000-000000000001")
    return bookable(3, event=event)


def as_agreed(letter: Any, booking: Booking) -> str:
    """Its calendar part with the reference and the days' numbers that stand in the golden files."""
    content = calendar_bytes(letter).decode().replace(booking.reference.lower(), "v7k-2x4")
    for number, session in enumerate(booking.event.sessions.order_by("starts_at"), start=1):
        content = content.replace(f"-v7k-2x4-{session.pk}\r\n", f"-v7k-2x4-{number}\r\n")
    return content


def test_what_is_sent_is_to_the_byte_what_was_agreed(golden: EventPage, mailoutbox: Outbox) -> None:
    booking = book(golden, ADA, name="Ada Lovelace")
    assert as_agreed(mailoutbox[-1], booking) == (GOLDEN / "request.ics").read_bytes().decode()

    changed(golden, starts_at=london(2027, 3, 27, 12, 30), ends_at=london(2027, 3, 27, 13, 45))
    assert as_agreed(mailoutbox[-1], booking) == (GOLDEN / "moved.ics").read_bytes().decode()

    actions.cancel(booking=booking)
    assert as_agreed(mailoutbox[-1], booking) == (GOLDEN / "cancel.ics").read_bytes().decode()


def test_days_are_to_the_byte_what_was_agreed(mailoutbox: Outbox, settings: Any) -> None:
    settings.BASE_URL = "https://village.example"
    event = course(date(2027, 3, 23), date(2027, 3, 30))
    EventPage.objects.filter(pk=event.pk).update(slug="course")
    CalendarEntry.objects.filter(event=event).update(uid="5f2b3c1e-0000-4000-8000-000000000002")
    booking = book(bookable(2, event=EventPage.objects.get(pk=event.pk)), ADA, name="Ada Lovelace")

    assert as_agreed(mailoutbox[-1], booking) == (GOLDEN / "course.ics").read_bytes().decode()


def test_a_mail_program_finds_text_then_html_then_the_invitation(golden: EventPage, mailoutbox: Outbox) -> None:
    book(golden, ADA)
    (letter,) = mailoutbox

    kinds = [part.get_content_type() for part in parts_of(letter)]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    assert parts_of(letter)[-1].get_param("method") == "REQUEST"
    assert parts_of(letter)[-1].get_content_charset() == "utf-8"


def test_an_invitation_says_who_asks_whom_and_wants_no_answer(golden: EventPage, mailoutbox: Outbox) -> None:
    book(golden, ADA, name='Ada "Countess", Lovelace; née Byron')
    entry = told(mailoutbox)

    assert str(entry["ORGANIZER"]) == "mailto:hello@village.example"
    assert str(entry["ATTENDEE"]) == f"mailto:{ADA}"
    assert entry["ATTENDEE"].params["CN"] == "Ada 'Countess', Lovelace; née Byron"
    assert entry["ATTENDEE"].params["RSVP"] == "FALSE"
    assert entry["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    assert (str(entry["STATUS"]), entry["SEQUENCE"]) == ("CONFIRMED", 0)


def test_times_are_londons_and_the_file_says_what_that_means(golden: EventPage, mailoutbox: Outbox) -> None:
    booking = book(golden, ADA)
    actions.cancel(booking=booking)

    for letter in mailoutbox:
        (zone,) = calendar_in(letter).walk("VTIMEZONE")
        (entry,) = entries_in(letter)
        assert entry["DTSTART"].params["TZID"] == str(zone["TZID"]) == "Europe/London"
        assert entry["DTSTART"].dt == london(2027, 3, 30, 12, 30)


def test_no_line_is_too_long_for_a_calendar(golden: EventPage, mailoutbox: Outbox) -> None:
    book(golden, f"{'long-address-' * 4}@example.org", name="Ünïcøde " * 12)
    lines = calendar_bytes(mailoutbox[-1]).split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)


def test_a_calendar_that_is_shared_opens_nothing(golden: EventPage, mailoutbox: Outbox) -> None:
    booking = book(golden, ADA)
    changed(golden, space="Calder")
    actions.cancel(booking=booking)

    for letter in mailoutbox:
        content = calendar_bytes(letter).replace(b"\r\n ", b"")
        for secret in (
            booking.nonce.hex,
            str(booking.nonce),
            str(booking.key),
            "secret-room",
            booking.attendees.get().code,
        ):
            assert secret.encode() not in content
        assert b"/events/booking/" not in content


# ---- what happens to it ---------------------------------------------------------------------------------------------
def test_a_change_moves_the_entry_and_a_cancellation_strikes_it_out(golden: EventPage, mailoutbox: Outbox) -> None:
    booking = book(golden, ADA)
    first = told(mailoutbox)
    actions.change(booking=booking, size=2)
    second = told(mailoutbox)
    changed(golden, starts_at=golden.starts_at + timedelta(days=1), ends_at=golden.ends_at + timedelta(days=1))
    third = told(mailoutbox)
    actions.cancel(booking=booking)
    last = told(mailoutbox)

    assert len({str(entry["UID"]) for entry in (first, second, third, last)}) == 1
    assert [entry["SEQUENCE"] for entry in (first, second, third, last)] == [0, 1, 2, 3]
    assert third["DTSTART"].dt == london(2027, 3, 31, 12, 30)
    assert str(calendar_in(mailoutbox[-1])["METHOD"]) == "CANCEL"
    assert (str(last["STATUS"]), str(last["TRANSP"])) == ("CANCELLED", "TRANSPARENT")
    assert Diary(ADA).read(mailoutbox).entries == {}


def test_two_bookings_of_one_event_have_two_names(golden: EventPage, mailoutbox: Outbox) -> None:
    book(golden, ADA)
    book(golden, "ben@example.org")
    assert len({str(entry["UID"]) for letter in mailoutbox for entry in entries_in(letter)}) == 2


def test_a_new_address_of_the_page_keeps_the_entry(golden: EventPage, mailoutbox: Outbox) -> None:
    book(golden, ADA)
    before = str(told(mailoutbox)["UID"])
    changed(golden, slug="elsewhere", title="Another title", space="Calder")
    assert [str(uid) for uid in Diary(ADA).read(mailoutbox).entries] == [before]


def test_handed_on_it_leaves_one_calendar_and_enters_the_other_and_back(golden: EventPage, mailoutbox: Outbox) -> None:
    booking = book(golden, ADA)
    booking = actions.transfer(booking=booking, name="Grace", email="grace@example.org")
    assert Diary(ADA).read(mailoutbox).entries == {}
    assert len(Diary("grace@example.org").read(mailoutbox).entries) == 1

    actions.transfer(booking=booking, name="Ada", email=ADA)
    assert len(Diary(ADA).read(mailoutbox).entries) == 1
    assert Diary("grace@example.org").read(mailoutbox).entries == {}


def test_off_and_on_again_the_calendar_follows(golden: EventPage, mailoutbox: Outbox) -> None:
    book(golden, ADA)
    changed(golden, status=EventStatus.POSTPONED, notice="Ill.")
    (entry,) = Diary(ADA).read(mailoutbox).entries.values()
    assert (str(entry["STATUS"]), str(entry["SUMMARY"])[:11]) == ("TENTATIVE", "Postponed: ")

    changed(golden, status=EventStatus.CANCELLED, notice="Ill.")
    assert Diary(ADA).read(mailoutbox).entries == {}
    changed(golden, status=EventStatus.SCHEDULED, notice="")
    (entry,) = Diary(ADA).read(mailoutbox).entries.values()
    assert str(entry["STATUS"]) == "CONFIRMED"


def test_who_never_had_a_place_gets_nothing_into_their_calendar(mailoutbox: Outbox) -> None:
    asked = book(bookable(1, event=published(), approval=True), "asked@example.org")
    event = bookable(1, event=published())
    first, waiting = book(event), book(event, "waiting@example.org", waits=True)
    actions.refuse(booking=asked, by=UserFactory(is_superuser=True))
    actions.cancel(booking=first)  # the offer
    changed(event, space="Calder")
    actions.decline(booking=waiting)

    theirs = [letter for letter in mailoutbox if letter.to[0] in ("asked@example.org", "waiting@example.org")]
    assert len(theirs) == 6
    assert not any(has_calendar(letter) for letter in theirs)


def test_an_offer_taken_up_and_a_request_granted_enter_the_calendar(mailoutbox: Outbox) -> None:
    asked = book(bookable(1, event=published(), approval=True), "asked@example.org")
    actions.approve(booking=asked, by=UserFactory(is_superuser=True))
    event = bookable(1, event=published())
    first, waiting = book(event), book(event, "waiting@example.org", waits=True)
    actions.cancel(booking=first)
    actions.accept(booking=waiting)

    assert len(Diary("asked@example.org").read(mailoutbox).entries) == 1
    assert len(Diary("waiting@example.org").read(mailoutbox).entries) == 1


def test_what_calendars_are_told_is_told_again_when_the_link_is_asked_for_again(
    golden: EventPage, mailoutbox: Outbox
) -> None:
    booking = book(golden, ADA)
    letter_due.send(Booking, booking=booking, letter=booking.status)
    one, again = (entries_in(letter)[0] for letter in mailoutbox)
    assert (one["UID"], one["SEQUENCE"]) == (again["UID"], again["SEQUENCE"])


# ---- several days ---------------------------------------------------------------------------------------------------
DAYS = (date(2027, 3, 16), date(2027, 3, 23), date(2027, 3, 30))


def test_a_course_is_an_entry_for_each_day_and_none_fills_the_weeks_between(mailoutbox: Outbox) -> None:
    book(bookable(2, event=course(*DAYS)), ADA)
    found = sorted(Diary(ADA).read(mailoutbox).entries.values(), key=lambda entry: entry["DTSTART"].dt)

    assert [entry["DTSTART"].to_ical() for entry in found] == [
        b"20270316T130000",
        b"20270323T130000",
        b"20270330T130000",
    ]
    assert [str(entry["SUMMARY"]) for entry in found] == ["Course: Day 1", "Course: Day 2", "Course: Day 3"]
    assert all(entry["DTEND"].dt - entry["DTSTART"].dt == timedelta(hours=3) for entry in found)


def test_a_day_that_falls_out_of_a_course_leaves_the_calendar(mailoutbox: Outbox) -> None:
    event = course(*DAYS)
    book(bookable(2, event=event), ADA)
    before = len(mailoutbox)
    event = EventPage.objects.get(pk=event.pk)
    event.sessions.set([one for one in event.sessions.all() if one.title != "Day 2"])
    publish(event)

    diary = Diary(ADA).read(mailoutbox)
    assert sorted(str(entry["SUMMARY"]) for entry in diary.entries.values()) == ["Course: Day 1", "Course: Day 3"]
    gone, moved = mailoutbox[before:]
    assert gone.subject == "No longer in your calendar: Course"
    assert "Tuesday 23 March 2027, 13:00" in gone.body
    assert str(calendar_in(moved)["METHOD"]) == "REQUEST"
    actions.cancel(booking=Booking.objects.get())
    assert Diary(ADA).read(mailoutbox).entries == {}


def test_an_event_that_becomes_a_course_leaves_no_entry_behind(mailoutbox: Outbox) -> None:
    event = published(title="Course", starts_at=london(2027, 3, 16, 13))
    book(bookable(2, event=event), ADA)
    event = EventPage.objects.get(pk=event.pk)
    event.ends_at = london(2027, 3, 23, 16)
    event.sessions = [
        EventSessionFactory.build(starts_at=london(2027, 3, day, 13), ends_at=london(2027, 3, day, 16))
        for day in (16, 23)
    ]
    publish(event)

    assert len(Diary(ADA).read(mailoutbox).entries) == 2


# ---- when the clocks change -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("first", "times", "hours"),
    [
        (date(2026, 3, 23), 2, [12, 11]),
        (date(2026, 10, 19), 2, [11, 12]),
        (date(2027, 3, 22), 3, [12, None, 11]),  # the 29th is Easter Monday, and falls out
        (date(2027, 10, 25), 2, [11, 12]),
    ],
)
def test_the_dates_of_a_series_keep_their_hour_on_the_wall(
    first: date, times: int, hours: list[int | None], mailoutbox: Outbox
) -> None:
    with time_machine.travel(london(first.year, first.month, 1, 9), tick=False):
        event = published(starts_at=london(first.year, first.month, first.day, 12))
        series = repeat(event=event, frequency=Frequency.WEEKLY, every=1, times=times)
        for one in series.occurrences.order_by("on"):
            book(bookable(1, event=one.event), ADA)

    found = sorted(Diary(ADA).read(mailoutbox).entries.values(), key=lambda entry: entry["DTSTART"].dt)
    assert [entry["DTSTART"].dt.astimezone(UTC).hour for entry in found] == [hour for hour in hours if hour is not None]
    assert {entry["DTSTART"].to_ical()[-7:] for entry in found} == {b"T120000"}
    assert len({str(entry["UID"]) for entry in found}) == len(found)


@pytest.mark.parametrize("year", [2026, 2027])
@pytest.mark.parametrize(("month", "days"), [(3, (28, 29, 30)), (10, (24, 25, 26))])
def test_a_move_over_the_change_moves_the_entry_to_the_same_hour(
    year: int, month: int, days: tuple[int, ...], mailoutbox: Outbox
) -> None:
    with time_machine.travel(london(year, month, 1, 9), tick=False):
        event = published(starts_at=london(year, month, days[0], 9, 30), ends_at=london(year, month, days[0], 11))
        book(bookable(1, event=event), ADA)
        seen = [told(mailoutbox)]
        for day in days[1:]:
            changed(event, starts_at=london(year, month, day, 9, 30), ends_at=london(year, month, day, 11))
            seen.append(told(mailoutbox))

    for entry, day in zip(seen, days, strict=True):
        assert entry["DTSTART"].to_ical() == f"{year}{month:02}{day}T093000".encode()
        assert entry["DTSTART"].dt == london(year, month, day, 9, 30)
        (zone,) = calendar_in(mailoutbox[0]).walk("VTIMEZONE")
        as_told = entry["DTSTART"].dt.replace(tzinfo=zone.to_tz())  # type: ignore[attr-defined]
        assert as_told.astimezone(UTC) == london(year, month, day, 9, 30).astimezone(UTC)
    assert [entry["SEQUENCE"] for entry in seen] == [0, 1, 2]
    assert len({str(entry["UID"]) for entry in seen}) == 1


def test_a_night_over_which_the_clocks_change_has_its_real_length(mailoutbox: Outbox) -> None:
    for day, month, hours in ((27, 3, 6), (30, 10, 8)):
        event = published(starts_at=london(2027, month, day, 22), ends_at=london(2027, month, day + 1, 5))
        book(bookable(1, event=event), f"night-{month}@example.org")
        entry = told(mailoutbox, f"night-{month}@example.org")
        assert entry["DTEND"].dt.astimezone(UTC) - entry["DTSTART"].dt.astimezone(UTC) == timedelta(hours=hours)

"""Calendar parts of letters, parsed back: one UID for each booking, moved and struck out under it, on London's clocks."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine

from core.recurrence import Frequency
from home.models import HomePage
from spaces import actions
from spaces.choices import BookingStatus
from spaces.models import Booking, SpacePage
from spaces.signals import letter_due
from tests.calendar_parts import Diary, calendar_bytes, calendar_in, entries_in, has_calendar, parts_of
from tests.factories.accounts import UserFactory
from tests.factories.events import london
from tests.factories.spaces import DesksFactory
from tests.space_bookings import ADA, ANYONE, book, room, serve

NOW = london(2027, 3, 1, 9)
STARTS = london(2027, 3, 30, 12, 30)
GOLDEN = Path(__file__).parent / "golden"
Outbox = list[Any]


@pytest.fixture(autouse=True)
def clock(home: HomePage, settings: Any) -> Any:
    settings.BASE_URL = "https://village.example"
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def aire() -> SpacePage:
    return room(title="Aire, the big one", slug="aire", release_minutes=10)


def move(booking: Booking, to: datetime, hours: float = 1, **more: Any) -> Booking:
    ends = to + timedelta(hours=hours)
    return actions.change(booking=booking.pk, starts_at=to, ends_at=ends, asker=ANYONE, **more)


def told(outbox: Outbox, email: str = ADA) -> Any:
    """The one entry that the newest letter to ``email`` tells of."""
    (entry,) = entries_in(next(letter for letter in reversed(outbox) if letter.to == [email]))
    return entry


# ---- what is written ------------------------------------------------------------------------------------------------
def test_what_is_sent_is_to_the_byte_what_was_agreed(aire: SpacePage, mailoutbox: Outbox) -> None:
    booking = book(aire, STARTS, words="Board; with friends", key=UUID("5f2b3c1e-0000-4000-8000-000000000003"))
    Booking.objects.update(reference="V7K-2X4")
    letter_due.send(Booking, booking=booking, letter=booking.status)
    assert calendar_bytes(mailoutbox[-1]).decode() == (GOLDEN / "request.ics").read_bytes().decode()

    move(booking, london(2027, 3, 27, 12, 30))
    assert calendar_bytes(mailoutbox[-1]).decode() == (GOLDEN / "moved.ics").read_bytes().decode()

    actions.cancel(booking=booking.pk)
    assert calendar_bytes(mailoutbox[-1]).decode() == (GOLDEN / "cancel.ics").read_bytes().decode()


def test_a_mail_program_finds_text_then_html_then_the_invitation(aire: SpacePage, mailoutbox: Outbox) -> None:
    book(aire, STARTS)
    (letter,) = mailoutbox
    kinds = [part.get_content_type() for part in parts_of(letter)]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    assert parts_of(letter)[-1].get_param("method") == "REQUEST"


def test_an_invitation_says_what_where_and_for_whom(aire: SpacePage, mailoutbox: Outbox) -> None:
    booking = book(aire, STARTS, words="Board")
    entry = told(mailoutbox)
    assert str(entry["SUMMARY"]) == "Aire, the big one: Board"
    assert str(entry["LOCATION"]) == (
        "Aire, the big one, First floor, Old Medical School, Thoresby Place, Leeds, LS2 9NL"
    )
    assert booking.reference in str(entry["DESCRIPTION"]) and "Check in when you come" in str(entry["DESCRIPTION"])
    assert str(entry["ATTENDEE"]) == f"mailto:{ADA}"
    assert (str(entry["STATUS"]), entry["SEQUENCE"]) == ("CONFIRMED", 0)


def test_a_desk_is_named_where_it_can_not_change(mailoutbox: Outbox) -> None:
    desks = room(DesksFactory, title="Gallery desks", size=3)
    label = desks.units.last().label
    book(desks, STARTS)
    assert str(told(mailoutbox)["LOCATION"]).startswith("Gallery desks, First floor")
    book(desks, STARTS, "eve@example.org", unit=desks.units.last().pk)
    assert str(told(mailoutbox, "eve@example.org")["LOCATION"]).startswith(f"{label}, Gallery desks, First floor")


def test_a_calendar_that_is_shared_opens_nothing(aire: SpacePage, mailoutbox: Outbox) -> None:
    booking = book(aire, STARTS)
    booking.visitors.create(name="Zenobia")
    actions.cancel(booking=move(booking, STARTS + timedelta(days=1)).pk)
    for letter in mailoutbox:
        content = calendar_bytes(letter).replace(b"\r\n ", b"")
        for secret in (booking.nonce.hex, str(booking.nonce), booking.key.hex, str(booking.key), "Zenobia"):
            assert secret.encode() not in content
        assert b"/spaces/booking/" not in content


# ---- what happens to it ---------------------------------------------------------------------------------------------
def test_a_move_moves_the_entry_and_a_cancellation_strikes_it_out(aire: SpacePage, mailoutbox: Outbox) -> None:
    booking = book(aire, STARTS)
    first = told(mailoutbox)
    move(booking, STARTS + timedelta(days=1))
    second = told(mailoutbox)
    move(booking, STARTS + timedelta(days=1), space=room(title="Calder").pk)
    third = told(mailoutbox)
    actions.cancel(booking=booking.pk)
    last = told(mailoutbox)

    assert len({str(entry["UID"]) for entry in (first, second, third, last)}) == 1
    assert [entry["SEQUENCE"] for entry in (first, second, third, last)] == [0, 1, 2, 3]
    assert second["DTSTART"].dt == STARTS + timedelta(days=1)
    assert str(third["LOCATION"]).startswith("Calder")
    assert str(calendar_in(mailoutbox[-1])["METHOD"]) == "CANCEL"
    assert (str(last["STATUS"]), str(last["TRANSP"])) == ("CANCELLED", "TRANSPARENT")
    assert Diary(ADA).read(mailoutbox).entries == {}


def test_two_bookings_have_two_names(aire: SpacePage, mailoutbox: Outbox) -> None:
    book(aire, STARTS)
    book(aire, STARTS + timedelta(hours=2))
    assert len(Diary(ADA).read(mailoutbox).entries) == 2


def test_what_nobody_came_to_leaves_the_calendar(aire: SpacePage, mailoutbox: Outbox, clock: Any) -> None:
    book(aire, STARTS)
    clock.move_to(STARTS + timedelta(minutes=10))
    actions.release_no_shows()
    assert str(calendar_in(mailoutbox[-1])["METHOD"]) == "CANCEL"
    assert Diary(ADA).read(mailoutbox).entries == {}


def test_who_never_had_it_gets_nothing_into_their_calendar(mailoutbox: Outbox) -> None:
    ours, taken = room(approval=True), room()
    asked = book(ours, STARTS, "asked@example.org")
    first = book(taken, STARTS, "first@example.org")
    book(taken, STARTS, "waiting@example.org", waits=True)
    actions.decline(booking=asked.pk, words="No.", by=UserFactory(is_superuser=True))
    serve(taken, actions.cancel(booking=first.pk))
    Booking.objects.filter(status=BookingStatus.OFFERED).update(expires_at=NOW)
    actions.expire_due()

    theirs = [letter for letter in mailoutbox if letter.to[0] in ("asked@example.org", "waiting@example.org")]
    assert len(theirs) == 5
    assert not any(has_calendar(letter) for letter in theirs)


def test_an_offer_taken_up_and_a_request_granted_enter_the_calendar(mailoutbox: Outbox) -> None:
    ours, taken = room(approval=True), room()
    actions.approve(booking=book(ours, STARTS, "asked@example.org").pk, by=UserFactory(is_superuser=True))
    first = book(taken, STARTS, "first@example.org")
    waiting = book(taken, STARTS, "waiting@example.org", waits=True)
    serve(taken, actions.cancel(booking=first.pk))
    actions.take_up(booking=waiting.pk)
    assert len(Diary("asked@example.org").read(mailoutbox).entries) == 1
    assert len(Diary("waiting@example.org").read(mailoutbox).entries) == 1


def test_what_is_looked_at_anew_goes_along_in_the_calendar_until_it_is_decided(
    aire: SpacePage, mailoutbox: Outbox
) -> None:
    booking = book(aire, STARTS)
    SpacePage.objects.filter(pk=aire.pk).update(approval=True)
    move(booking, STARTS + timedelta(days=1))
    (entry,) = Diary(ADA).read(mailoutbox).entries.values()
    assert entry["DTSTART"].dt == STARTS + timedelta(days=1)
    assert str(entry["STATUS"]) == "TENTATIVE" and str(entry["SUMMARY"]).startswith("Waits for approval: ")

    actions.decline(booking=booking.pk, words="No.", by=UserFactory(is_superuser=True))
    assert Diary(ADA).read(mailoutbox).entries == {}


def test_a_request_that_nobody_answered_after_a_move_is_struck_out(aire: SpacePage, mailoutbox: Outbox) -> None:
    booking = book(aire, STARTS)
    SpacePage.objects.filter(pk=aire.pk).update(approval=True)
    move(booking, STARTS + timedelta(days=1))
    Booking.objects.update(expires_at=NOW)
    actions.expire_due()
    assert mailoutbox[-1].subject.startswith("We did not answer in time")
    assert Diary(ADA).read(mailoutbox).entries == {}


def test_handed_on_it_leaves_one_calendar_and_enters_the_other_and_back(aire: SpacePage, mailoutbox: Outbox) -> None:
    booking = book(aire, STARTS)
    actions.hand_on(booking=booking.pk, name="Grace", email="grace@example.org", asker=ANYONE)
    assert Diary(ADA).read(mailoutbox).entries == {}
    assert len(Diary("grace@example.org").read(mailoutbox).entries) == 1

    actions.hand_on(booking=booking.pk, name="Ada", email=ADA, asker=ANYONE)
    assert len(Diary(ADA).read(mailoutbox).entries) == 1
    assert Diary("grace@example.org").read(mailoutbox).entries == {}


def test_told_again_it_is_the_same_entry(aire: SpacePage, mailoutbox: Outbox) -> None:
    booking = book(aire, STARTS)
    letter_due.send(Booking, booking=booking, letter=booking.status)
    one, again = (entries_in(letter)[0] for letter in mailoutbox)
    assert (one["UID"], one["SEQUENCE"]) == (again["UID"], again["SEQUENCE"])


# ---- when the clocks change -----------------------------------------------------------------------------------------
def test_times_are_londons_and_the_file_says_what_that_means(aire: SpacePage, mailoutbox: Outbox) -> None:
    actions.cancel(booking=book(aire, STARTS).pk)
    for letter in mailoutbox:
        (zone,) = calendar_in(letter).walk("VTIMEZONE")
        (entry,) = entries_in(letter)
        assert entry["DTSTART"].params["TZID"] == str(zone["TZID"]) == "Europe/London"
        assert entry["DTSTART"].dt == STARTS


@pytest.mark.parametrize(
    ("first", "last", "hours"),
    [
        (date(2026, 3, 28), date(2026, 3, 30), [12, 11, 11]),
        (date(2026, 10, 24), date(2026, 10, 26), [11, 12, 12]),
        (date(2027, 3, 27), date(2027, 3, 29), [12, 11, 11]),
        (date(2027, 10, 30), date(2027, 11, 1), [11, 12, 12]),
    ],
)
def test_over_a_change_of_the_clocks_it_stays_at_its_hour_on_the_wall(
    first: date, last: date, hours: list[int], aire: SpacePage, mailoutbox: Outbox, clock: Any
) -> None:
    """Moved from day to day over the weekend in which the clocks change."""
    clock.move_to(london(first.year, first.month, 1, 9))
    booking = book(aire, london(first.year, first.month, first.day, 12))
    found = [told(mailoutbox)]
    for days in range(1, (last - first).days + 1):
        day = first + timedelta(days=days)
        move(booking, london(day.year, day.month, day.day, 12))
        found.append(told(mailoutbox))

    assert [entry["DTSTART"].dt.astimezone(UTC).hour for entry in found] == hours
    assert {entry["DTSTART"].to_ical()[-7:] for entry in found} == {b"T120000"}
    assert {entry["DTEND"].to_ical()[-7:] for entry in found} == {b"T130000"}
    assert len({str(entry["UID"]) for entry in found}) == 1
    assert [entry["SEQUENCE"] for entry in found] == [0, 1, 2]


@pytest.mark.parametrize(
    ("day", "real"), [((2026, 3, 28), 23), ((2026, 10, 24), 25), ((2027, 3, 27), 23), ((2027, 10, 30), 25)]
)
def test_what_is_taken_for_days_is_as_long_as_the_clocks_make_it(
    day: tuple[int, int, int], real: int, mailoutbox: Outbox, clock: Any
) -> None:
    clock.move_to(london(day[0], day[1], 1, 9))
    bench = room(max_minutes=7 * 24 * 60)
    begins = london(*day, 12)
    request = actions.Request(name="Ada", email=ADA, starts_at=begins, ends_at=begins + timedelta(days=1))
    actions.book(space=bench.pk, request=request)
    entry = told(mailoutbox)
    length = entry["DTEND"].dt.astimezone(UTC) - entry["DTSTART"].dt.astimezone(UTC)
    assert length == timedelta(hours=real)
    assert entry["DTEND"].to_ical().endswith(b"T120000")
    assert "12:00 to " in mailoutbox[-1].body


def test_each_date_of_a_series_is_an_entry_of_its_own(aire: SpacePage, mailoutbox: Outbox) -> None:
    pattern = actions.Pattern(first_on=date(2027, 3, 23), starts=time(12), ends=time(13), times=3)
    request = actions.Request(name="Ada", email=ADA, starts_at=STARTS, ends_at=STARTS)
    series = actions.book_series(space=aire.pk, pattern=pattern, request=request, asker=ANYONE)
    found = sorted(Diary(ADA).read(mailoutbox).entries.values(), key=lambda entry: entry["DTSTART"].dt)
    assert [entry["DTSTART"].dt.astimezone(UTC).hour for entry in found] == [12, 11, 11]
    assert pattern.frequency == Frequency.WEEKLY

    actions.cancel_series(series=series.pk, from_day=date(2027, 3, 30))
    assert len(Diary(ADA).read(mailoutbox).entries) == 1

"""How long somebody was there, what of it counts, how it is put right, and who did not come."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from core.relative_dates import LONDON
from events.actions import copy_to
from events.attendance import actions, queries
from events.attendance.choices import What
from events.attendance.minutes import Minutes, Slot, Span, minutes_of_day, minutes_present
from events.attendance.models import DoorRecord, Presence
from events.models import EventPage, EventSession
from home.models import HomePage
from tests.factories.attendance import attended_event, checked_in, day_of, ended, keeper, person
from tests.factories.bookings import book, bookable
from tests.factories.events import EventFactory, EventSessionFactory


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 26, hour, minute, tzinfo=UTC)


DAY = Slot("day", at(9), at(12))
TALK = Slot("talk", at(9), at(10), cpd=45)
LEFT_ROOM, RIGHT_ROOM = Slot("left", at(10), at(11), cpd=60), Slot("right", at(10), at(11), cpd=30)
CHAT = Slot("chat", at(11), at(12))
SESSIONS = (TALK, LEFT_ROOM, RIGHT_ROOM, CHAT)


@pytest.mark.parametrize(
    ("came_at", "left_at", "minutes"),
    [
        (at(9), at(10), 60),
        (at(8), at(13), 60),  # early and late add nothing
        (at(9, 20), at(9, 50), 30),
        (at(9, 20), None, 40),  # stayed to the end
        (at(10, 5), None, 0),  # came when it was over
        (at(8), at(8, 59), 0),
    ],
)
def test_minutes_present_are_those_within_the_session(came_at: Any, left_at: Any, minutes: int) -> None:
    assert minutes_present(Span(came_at, left_at), TALK) == minutes


@pytest.mark.parametrize(
    ("whole", "spans", "expected"),
    [
        (Span(at(9), at(12)), {}, Minutes(180, 45 + 60)),  # the two at ten are one; talking afterwards is no CPD
        (Span(at(9, 30), at(10)), {}, Minutes(30, 30)),
        (None, {"talk": Span(at(9), at(10))}, Minutes(60, 45)),
        (None, {"right": Span(at(10), at(11))}, Minutes(60, 30)),
        (None, {"left": Span(at(10), at(10, 30)), "right": Span(at(10, 30), at(11))}, Minutes(30, 30)),
        (Span(at(9)), {"talk": Span(at(9, 50))}, Minutes(10, 10)),  # signed in by session: the door does not count
        (None, {}, Minutes(0, 0)),
    ],
)
def test_cpd_is_the_time_there_but_no_more_than_the_session_was_planned_for(
    whole: Any, spans: Any, expected: Minutes
) -> None:
    assert minutes_of_day(DAY, SESSIONS, whole, spans) == expected


def test_a_session_counts_no_longer_than_it_lasts(home: HomePage) -> None:
    session = EventSession(title="Talk", starts_at=at(9), ends_at=at(10), cpd_minutes=61)
    with pytest.raises(ValidationError, match="lasts 60 minutes"):
        session.clean()


def test_a_copy_of_an_event_counts_the_same(home: HomePage) -> None:
    event = EventFactory(sessions=[EventSessionFactory.build(cpd_minutes=25)])
    copied = copy_to(event=event, on=timezone.localdate() + timedelta(days=30), publish=True)
    assert [session.cpd_minutes for session in copied.sessions.all()] == [25]


# ---- of an event ----------------------------------------------------------------------------------------------------
def test_a_course_adds_up_over_its_days(home: HomePage) -> None:
    begins = timezone.now().replace(hour=10, minute=0, second=0, microsecond=0) - timedelta(days=9)
    sessions = [
        EventSessionFactory.build(
            starts_at=begins + timedelta(days=7 * week),
            ends_at=begins + timedelta(days=7 * week, hours=3),
            cpd_minutes=165,
        )
        for week in (0, 1)
    ]
    event = bookable(5, event=EventFactory(sessions=sessions))
    booking = book(event)
    EventPage.objects.filter(pk=event.pk).update(starts_at=begins, ends_at=begins + timedelta(days=7, hours=3))
    event.refresh_from_db()
    first, second = (day.part for day in queries.days_of(event))
    assert (second.day - first.day).days == 7

    checked_in(event, booking, at=begins, part=first)
    checked_in(event, booking, at=begins + timedelta(days=7, hours=1), part=second)
    [found] = queries.attended(event).values()
    assert found.minutes == Minutes(present=180 + 120, cpd=165 + 120)


def test_each_day_of_an_event_without_a_programme_has_its_own_list(home: HomePage) -> None:
    starts_at = timezone.now().replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=3)
    event = bookable(5, event=EventFactory(starts_at=starts_at, ends_at=starts_at + timedelta(days=1, hours=8)))
    days = [day.part for day in queries.days_of(event)]
    assert [(part.slot.ends_at - part.slot.starts_at) for part in days] == [timedelta(hours=8)] * 2


def test_an_evening_past_midnight_is_of_the_day_on_which_it_began(home: HomePage) -> None:
    starts_at = datetime.combine(timezone.localdate() + timedelta(days=3), time(19), tzinfo=LONDON)
    for nights in (1, 2):
        event = EventFactory(starts_at=starts_at, ends_at=starts_at + timedelta(days=nights, hours=-18.5))
        days = [day.part for day in queries.days_of(event)]
        assert [part.day for part in days] == [event.first_day + timedelta(days=night) for night in range(nights)]
        assert [part.slot.ends_at - part.slot.starts_at for part in days] == [timedelta(hours=5.5)] * nights
        assert queries.part_for(days, "", days[0].slot.ends_at - timedelta(minutes=5)) == days[0]  # at 00:25
        assert queries.part_for(days, "", event.ends_at + timedelta(hours=1)) == days[-1]


def test_a_session_taken_out_of_the_programme_leaves_that_somebody_was_there(home: HomePage) -> None:
    event = bookable(5, event=EventFactory(sessions=[EventSessionFactory.build()]))
    [_, session] = queries.parts_of(event)
    checked_in(event, book(event), at=timezone.now(), part=session)
    EventSession.objects.all().delete()
    assert Presence.objects.count() == 1


# ---- put right ------------------------------------------------------------------------------------------------------
def test_a_correction_is_logged_with_who_made_it(home: HomePage) -> None:
    event, [one] = attended_event()
    by = keeper()
    came_at = event.starts_at + timedelta(minutes=10)
    actions.correct(event=event, person=one, part=day_of(event), came_at=came_at, left_at=None, by=by)

    assert Presence.objects.get().came_at == came_at
    logged = DoorRecord.objects.get(what=What.CORRECTED)
    assert (logged.by, logged.came_at) == (by, came_at)


def test_a_phone_that_sends_late_does_not_undo_a_correction(home: HomePage) -> None:
    event, [one] = attended_event()
    actions.correct(event=event, person=one, part=day_of(event), came_at=None, left_at=None, by=keeper())
    told = actions.record(
        event=event, person=one, part=day_of(event), what=What.IN, by=keeper(), at=event.starts_at, device="x"
    )
    assert not Presence.objects.exists() and "undone later" in told


@pytest.mark.parametrize(
    ("came", "left", "words"), [(30, 10, "before they came"), (None, 10, "Say when they came as well")]
)
def test_times_that_can_not_be_are_refused(home: HomePage, came: Any, left: Any, words: str) -> None:
    event, [one] = attended_event()
    came_at, left_at = (value and event.starts_at + timedelta(minutes=value) for value in (came, left))
    with pytest.raises(actions.WrongTimes, match=words):
        actions.correct(event=event, person=one, part=day_of(event), came_at=came_at, left_at=left_at, by=keeper())
    assert not DoorRecord.objects.filter(what=What.CORRECTED).exists()


@pytest.mark.parametrize(("begins", "came", "left"), [("09:00", "09:30", "09:50"), ("23:20", "23:50", "00:10")])
def test_staff_put_times_right_on_the_persons_page(
    client: Client, home: HomePage, settings: Any, begins: str, came: str, left: str
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    by = keeper()
    client.force_login(by)
    event, [one] = attended_event()
    starts_at = datetime.combine(timezone.localdate() - timedelta(days=2), time.fromisoformat(begins), tzinfo=LONDON)
    EventPage.objects.filter(pk=event.pk).update(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
    event.refresh_from_db()
    url = f"/events/{event.slug}/door/people/{one.key}/"
    late = {"part": day_of(event).key, "came_at": came, "left_at": ""}

    assert client.post(url, late).status_code == 302
    page = client.get(url).content.decode()
    assert "corrected to" in page and str(by.name) in page
    assert "30 minutes there" in page
    assert client.post(url, late | {"left_at": left}).status_code == 302
    assert "20 minutes there" in client.get(url).content.decode()
    wrong = client.post(url, late | {"left_at": begins})
    assert "before they came" in wrong.content.decode()


# ---- the list afterwards --------------------------------------------------------------------------------------------
def test_the_file_of_attendance_defuses_formulas(client: Client, home: HomePage, settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False
    client.force_login(keeper())
    event = bookable(5)
    booking = book(event, name='=HYPERLINK("http://evil.example")', organisation_name="@SUM(A1)")
    ended(event)
    checked_in(event, booking)
    lines = client.get(f"/events/{event.slug}/door/attendance/?as=csv").content.decode().splitlines()
    assert len(lines) == 2
    assert "'=HYPERLINK" in lines[1] and "'@SUM" in lines[1]


def test_who_did_not_come_is_counted_for_staff_and_affects_nothing(
    client: Client, home: HomePage, settings: Any
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    client.force_login(keeper())
    first = bookable(5)
    missing = book(first, "ada@example.org", name="Ada Absent")
    there = book(first, name="Bea There")
    ended(first)
    checked_in(first, there)

    assert queries.history_of("ADA@example.org") == queries.History(booked=1, missed=1)
    assert queries.history_of(there.email) == queries.History(booked=1, missed=0)
    page = client.get(f"/events/{first.slug}/door/attendance/").content.decode()
    assert "Ada Absent" in page.split("Did not come")[1] and "1 of 1 booking not taken up" in page
    assert "Bea There" not in page.split("Did not come")[1]
    assert missing.status == book(bookable(5), "ada@example.org").status == "confirmed"


def test_the_list_costs_the_same_with_one_and_with_many(
    client: Client, home: HomePage, settings: Any, django_assert_num_queries: Any
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    client.force_login(keeper())
    for number in (1, 20):
        event = bookable(2 * number)
        there = [book(event) for _ in range(number)]
        for _ in range(number):
            book(event)
        ended(event)
        for booking in there:
            checked_in(event, booking)
        url = f"/events/{event.slug}/door/attendance/"
        client.get(url)
        with django_assert_num_queries(COST):
            assert client.get(url).content.decode().count("not taken up") == number


COST = 20


def test_where_no_door_was_kept_nobody_is_missed(home: HomePage) -> None:
    event = bookable(5)
    book(event, "ada@example.org")
    ended(event)
    assert queries.history_of("ada@example.org") == queries.History(0, 0)
    assert queries.missed(event) == []


def test_a_guest_is_known_by_who_brings_them(home: HomePage) -> None:
    event = bookable(5)
    booking = book(event, "ada@example.org", name="Ada", size=2)
    guest = person(booking, 1)
    assert (guest.name, guest.email) == ("With Ada", "")

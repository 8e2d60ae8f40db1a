"""Series: dates that keep their time on the wall, pauses, and changes of one date, of those after it, or of all."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from accounts.models import User
from core.recurrence import bank_holidays, dates_of, moved_by, on_day
from events.actions import announce, apply_to_series, copy_to, repeat
from events.choices import EventStatus, Frequency, PlaceKind, Scope
from events.models import EventPage, EventSeries, JoiningLink
from tests.factories.directory import OrganisationFactory, ThemeFactory
from tests.factories.events import (
    EventFactory,
    EventHostFactory,
    EventSessionFactory,
    JoiningLinkFactory,
    SpeakerFactory,
    london,
)
from tests.factories.pages import publish

NOW = london(2026, 3, 2, 9)


@pytest.fixture(autouse=True)
def _stand_in_time() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def walls(series: EventSeries) -> list[str]:
    events = [one.event for one in series.occurrences.select_related("event")]
    return [f"{timezone.localtime(event.starts_at):%Y-%m-%d %H:%M}" for event in events]


def event(series: EventSeries, number: int) -> EventPage:
    return EventPage.objects.get(pk=series.occurrences.order_by("on")[number].event_id)


@pytest.fixture
def weekly(home: object) -> EventSeries:
    first = publish(EventFactory(title="Club", slug="club", starts_at=london(2026, 3, 11, 12, 15)))
    return repeat(event=first, frequency=Frequency.WEEKLY, every=1, times=5)


# ---- dates ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("first", "frequency", "every", "times", "expected"),
    [
        (date(2026, 3, 25), "weekly", 1, 3, ["2026-03-25", "2026-04-01", "2026-04-08"]),
        (date(2026, 12, 23), "weekly", 2, 3, ["2026-12-23", "2027-01-06", "2027-01-20"]),
        (date(2026, 3, 10), "monthly", 1, 3, ["2026-03-10", "2026-04-14", "2026-05-12"]),  # second Tuesdays
        (date(2026, 3, 31), "monthly", 1, 3, ["2026-03-31", "2026-04-28", "2026-05-26"]),  # fifth, so the last
        (date(2026, 11, 5), "monthly", 2, 3, ["2026-11-05", "2027-01-07", "2027-03-04"]),
    ],
)
def test_rules_give_the_dates_that_people_mean(
    first: date, frequency: str, every: int, times: int, expected: list[str]
) -> None:
    found = dates_of(first, frequency=frequency, every=every, times=times)
    assert [day.isoformat() for day in found] == expected


def test_bank_holidays_are_those_of_england() -> None:
    days = [date(2026, 4, 6), date(2026, 8, 31), date(2026, 8, 3), date(2026, 12, 28), date(2027, 3, 26)]
    assert bank_holidays(days) == {
        date(2026, 4, 6): "Easter Monday",
        date(2026, 8, 31): "Late Summer Bank Holiday",
        date(2026, 12, 28): "Boxing Day (observed)",
        date(2027, 3, 26): "Good Friday",
    }  # 3 August 2026 is one in Scotland


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "wall"),
    [
        (london(2026, 3, 28, 12, 15), "12:15"),
        (london(2026, 10, 24, 12, 15), "12:15"),
        (london(2027, 3, 27, 12, 15), "12:15"),
        (london(2027, 10, 30, 12, 15), "12:15"),
        (london(2026, 3, 27, 23, 30), "23:30"),
        (london(2026, 10, 23, 0, 30), "00:30"),
    ],
)
def test_the_time_on_the_wall_stays_when_the_clocks_change(home: object, first: object, wall: str) -> None:
    one = EventFactory(starts_at=first)
    series = repeat(event=one, frequency=Frequency.WEEKLY, every=1, times=3, skips_bank_holidays=False)
    found = walls(series)

    assert [text[11:] for text in found] == [wall] * 3
    hours = {o.event.starts_at.astimezone(timezone.get_fixed_timezone(0)).hour for o in series.occurrences.all()}
    assert len(hours) == 2, "no change of clocks lies between these dates"


def test_a_time_that_a_night_skips_or_has_twice_has_one_meaning() -> None:
    night = on_day(london(2026, 3, 22, 1, 30), date(2026, 3, 29))  # 01:30 does not exist
    assert f"{timezone.localtime(night.astimezone(timezone.get_fixed_timezone(0))):%H:%M}" == "02:30"
    twice = moved_by(london(2026, 10, 18, 1, 30), 7)  # 01:30 comes twice: the first, in summer time
    assert twice.utcoffset() == timedelta(hours=1)


@pytest.mark.django_db
def test_it_pauses_on_bank_holidays_and_when_told(home: object) -> None:
    first = publish(EventFactory(starts_at=london(2026, 3, 30, 9)))  # a Monday
    series = repeat(event=first, frequency=Frequency.WEEKLY, every=1, times=5, skip=[date(2026, 4, 20)])

    assert [text[:10] for text in walls(series)] == ["2026-03-30", "2026-04-13", "2026-04-27"]
    assert {(one.on.isoformat(), one.reason) for one in series.skipped.all()} == {
        ("2026-04-06", "Easter Monday"),
        ("2026-04-20", ""),
    }


# ---- made of one event ----------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_each_date_is_a_page_with_its_own_place_in_calendars(home: object, weekly: EventSeries, client: Client) -> None:
    events = [one.event for one in weekly.occurrences.select_related("event__calendar_entry")]

    assert [one.slug for one in events] == [
        "club",
        *(f"club-{day}" for day in ("2026-03-18", "2026-03-25", "2026-04-01", "2026-04-08")),
    ]
    assert all(one.live for one in events)
    assert len({one.calendar_entry.uid for one in events}) == 5
    calendar = Calendar.from_ical(client.get("/events/series/club.ics").content)
    assert len(calendar.walk("VEVENT")) == 5
    page = client.get("/events/club/").content.decode()
    assert "Further dates" in page
    assert "/events/series/club.ics" in page


@pytest.mark.django_db
def test_a_draft_repeats_as_drafts_and_nobody_learns_of_its_calendar(home: object, client: Client) -> None:
    first = EventFactory(slug="club", live=False)
    series = repeat(event=first, frequency=Frequency.WEEKLY, every=1, times=3)

    assert [one.event.live for one in series.occurrences.all()] == [False] * 3
    assert client.get("/events/series/club.ics").status_code == 404


@pytest.mark.django_db
def test_an_event_repeats_once(home: object, weekly: EventSeries) -> None:
    with pytest.raises(ValidationError, match="already"):
        repeat(event=event(weekly, 0), frequency=Frequency.WEEKLY, every=1, times=5)


@pytest.mark.django_db
def test_a_series_of_one_is_none(home: object) -> None:
    first = EventFactory(starts_at=london(2026, 3, 30, 9))
    with pytest.raises(ValidationError, match="Nothing would repeat"):
        repeat(event=first, frequency=Frequency.WEEKLY, every=1, times=2)  # the other is Easter Monday
    assert not EventSeries.objects.exists()


# ---- this, following, all -------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_change_reaches_the_dates_that_it_is_for(home: object, weekly: EventSeries) -> None:
    second = event(weekly, 1)
    second.space = "Calder"
    publish(second)
    apply_to_series(event=event(weekly, 1), fields=["space"], scope=Scope.FOLLOWING)
    assert [event(weekly, n).space for n in range(5)] == ["Aire", "Calder", "Calder", "Calder", "Calder"]

    apply_to_series(event=event(weekly, 1), fields=["space"], scope=Scope.ALL)
    assert event(weekly, 0).space == "Calder"


@pytest.mark.django_db
def test_the_time_of_day_moves_and_the_days_stay(home: object, weekly: EventSeries) -> None:
    third = event(weekly, 2)
    third.starts_at, third.ends_at = london(2026, 3, 25, 13), london(2026, 3, 25, 14, 30)
    publish(third)
    apply_to_series(event=event(weekly, 2), fields=["time"], scope=Scope.FOLLOWING)

    assert walls(weekly) == [
        "2026-03-11 12:15",
        "2026-03-18 12:15",
        "2026-03-25 13:00",
        "2026-04-01 13:00",  # the clocks went forward between these two
        "2026-04-08 13:00",
    ]
    last = event(weekly, 4)
    assert last.ends_at - last.starts_at == timedelta(minutes=90)
    assert last.calendar_entry.sequence == 1


@pytest.mark.django_db
def test_what_was_set_by_hand_on_one_date_stays_and_is_named(home: object, weekly: EventSeries) -> None:
    by_hand = event(weekly, 3)
    by_hand.space = "Nidd"
    publish(by_hand)
    first = event(weekly, 0)
    first.space = "Calder"
    publish(first)

    applied = apply_to_series(event=event(weekly, 0), fields=["space"], scope=Scope.ALL)

    assert [event(weekly, n).space for n in range(5)] == ["Calder", "Calder", "Calder", "Nidd", "Calder"]
    assert applied.kept == {by_hand.pk: ["space"]}
    apply_to_series(event=event(weekly, 0), fields=["space"], scope=Scope.ALL, overwrite=True)
    assert event(weekly, 3).space == "Calder"


@pytest.mark.django_db
def test_people_and_themes_are_taken_over_too(home: object, weekly: EventSeries) -> None:
    host, theme = OrganisationFactory(), ThemeFactory()
    first = event(weekly, 0)
    first.hosts.add(EventHostFactory.build(organisation=host))
    first.themes.add(theme)
    publish(first)
    apply_to_series(event=event(weekly, 0), fields=["hosts", "themes"], scope=Scope.ALL)

    last = event(weekly, 4)
    assert [one.organisation_id for one in last.hosts.all()] == [host.pk]
    assert list(last.themes.all()) == [theme]


@pytest.mark.django_db
def test_what_is_over_is_never_changed(home: object, weekly: EventSeries) -> None:
    with time_machine.travel(london(2026, 3, 20, 9), tick=False):
        third = event(weekly, 2)
        third.space = "Calder"
        publish(third)
        apply_to_series(event=event(weekly, 2), fields=["space"], scope=Scope.ALL)
    assert [event(weekly, n).space for n in range(5)] == ["Aire", "Aire", "Calder", "Calder", "Calder"]


@pytest.mark.django_db
def test_a_draft_that_waits_takes_the_change_and_stays_a_draft(home: object, weekly: EventSeries) -> None:
    draft = event(weekly, 2)
    draft.summary = "Not yet said."
    draft.save_revision()
    first = event(weekly, 0)
    first.space = "Calder"
    publish(first)
    apply_to_series(event=event(weekly, 0), fields=["space"], scope=Scope.ALL)

    found = event(weekly, 2)
    assert (found.space, found.summary) == ("Calder", "Somebody tells what they learnt.")
    waiting = found.get_latest_revision_as_object()
    assert (waiting.space, waiting.summary) == ("Calder", "Not yet said.")


# ---- called off -----------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_one_date_is_cancelled_and_the_others_take_place(home: object, weekly: EventSeries) -> None:
    announce(event=event(weekly, 1), status=EventStatus.CANCELLED, notice="The hall is being painted.")
    assert [event(weekly, n).status for n in range(3)] == ["scheduled", "cancelled", "scheduled"]
    assert event(weekly, 1).calendar_entry.sequence == 1


@pytest.mark.django_db
def test_the_rest_is_cancelled_at_once(home: object, weekly: EventSeries) -> None:
    announce(event=event(weekly, 2), status=EventStatus.CANCELLED, notice="It has ended.", scope=Scope.FOLLOWING)
    assert [event(weekly, n).status == "cancelled" for n in range(5)] == [False, False, True, True, True]


@pytest.mark.django_db
def test_nothing_is_called_off_without_a_word(home: object, weekly: EventSeries) -> None:
    with pytest.raises(ValidationError, match="why"):
        announce(event=event(weekly, 1), status=EventStatus.CANCELLED, notice=" ")


@pytest.mark.django_db
def test_only_who_may_publish_all_of_them_may_change_them(home: object, weekly: EventSeries) -> None:
    nobody = User.objects.create_user("nobody@village.example")
    first = event(weekly, 0)
    for action in (
        lambda: announce(event=first, status=EventStatus.CANCELLED, notice="No.", by=nobody),
        lambda: apply_to_series(event=first, fields=["space"], scope=Scope.ALL, by=nobody),
        lambda: copy_to(event=first, on=date(2026, 6, 1), by=nobody),
    ):
        with pytest.raises(PermissionDenied):
            action()


# ---- copies ---------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_copy_moves_the_whole_programme_over_a_change_of_clocks(home: object) -> None:
    ada = SpeakerFactory(name="Ada")
    source = EventFactory(
        slug="day",
        starts_at=london(2026, 3, 20, 9),
        ends_at=london(2026, 3, 20, 17),
        place_kind=PlaceKind.HYBRID,
        status=EventStatus.CANCELLED,
        notice="Ill.",
        recording_minutes=50,
        hosts=[EventHostFactory.build(organisation=OrganisationFactory())],
        sessions=[EventSessionFactory.build(title="One", starts_at=london(2026, 3, 20, 10), speakers=[ada])],
    )
    JoiningLinkFactory(event=source)
    copy = copy_to(event=EventPage.objects.get(pk=source.pk), on=date(2026, 4, 3))
    draft = copy.get_latest_revision_as_object()

    assert not copy.live
    assert (draft.starts_at, draft.ends_at) == (london(2026, 4, 3, 9), london(2026, 4, 3, 17))
    assert (draft.status, draft.notice, draft.recording_minutes) == (EventStatus.SCHEDULED, "", None)
    (session,) = draft.sessions.all()
    assert session.starts_at == london(2026, 4, 3, 10)
    assert [speaker.name for speaker in session.speakers.all()] == ["Ada"]
    assert draft.hosts.count() == 1
    assert not JoiningLink.objects.filter(event=copy.pk).exists()
    source.refresh_from_db()
    assert source.sessions.get().starts_at == london(2026, 3, 20, 10)

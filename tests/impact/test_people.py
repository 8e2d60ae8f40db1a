"""People who came to events are counted once in the period, by a hash that leads to nobody."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from core.due import tick
from events.attendance import actions as door
from events.attendance.choices import What
from events.bookings.actions import erase
from events.choices import EventKind
from events.models import EventPage
from impact.actions import draw, draw_all
from impact.counting import rule_for
from impact.models import CountingSalt, KpiEntry
from impact.people import forget_salts
from impact.queries import Ledger, standings
from tests.factories.attendance import checked_in, day_of, ended, keeper, person
from tests.factories.bookings import book, bookable
from tests.factories.directory import OrganisationFactory
from tests.factories.events import EventFactory
from tests.factories.impact import days_ago, target_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

FORUMS, TRAINING = "engagement-forums", "staff-trained"


@pytest.fixture(autouse=True)
def _targets(home: Any) -> None:
    target_of()


def forum(*emails: str, kind: str = EventKind.ENGAGEMENT_FORUM, hours: int = 3, **said: Any) -> EventPage:
    """An event that is over, at which each of these was."""
    event = bookable(len(emails) + 5, event=EventFactory(kind=kind))
    bookings = [book(event, email, **said) for email in emails]
    ended(event, hours=hours)
    for booking in bookings:
        checked_in(event, booking)
    return event


def number(slug: str = FORUMS) -> int:
    draw_all()
    found = target_of(slug)
    value = Ledger([found]).amount(found, days_ago(0)).value
    assert value is not None
    return int(value)


def test_somebody_who_comes_twice_is_one_person() -> None:
    forum("ada@example.org", "bea@example.org", hours=60)
    forum("ADA@example.org")
    assert number() == 2


def test_who_booked_and_did_not_come_is_nobody() -> None:
    event = bookable(5, event=EventFactory(kind=EventKind.ENGAGEMENT_FORUM))
    book(event, "ada@example.org")
    ended(event)
    assert number() == 0


def test_other_events_are_no_forums() -> None:
    forum("ada@example.org", kind=EventKind.TALK)
    assert number() == 0


def test_guests_without_an_address_are_people_of_their_own() -> None:
    event = bookable(9, event=EventFactory(kind=EventKind.ENGAGEMENT_FORUM))
    booking = book(event, "ada@example.org", size=3, companions=("Bea", "Cleo"))
    ended(event)
    for place in range(3):
        by = keeper()
        door.record(
            event=event, person=person(booking, place), part=day_of(event), what=What.IN, by=by, at=event.starts_at
        )
    assert number() == 3


def test_an_event_counts_once_it_is_over_and_the_clock_counts_it() -> None:
    event = bookable(
        5, event=EventFactory(kind=EventKind.ENGAGEMENT_FORUM, starts_at=timezone.now() + timedelta(hours=1))
    )
    booking = book(event, "ada@example.org")
    with time_machine.travel(event.starts_at + timedelta(minutes=10)):
        checked_in(event, booking)
        assert number() == 0
    with time_machine.travel(event.ends_at + timedelta(minutes=1)):
        tick()
        assert KpiEntry.objects.filter(target__slug=FORUMS).count() == 1


def test_putting_right_that_somebody_was_not_there_takes_them_out_again() -> None:
    event = forum("ada@example.org", "bea@example.org")
    assert number() == 2
    someone = person(event.bookings.get(email="ada@example.org"))
    door.correct(event=event, person=someone, part=day_of(event), came_at=None, left_at=None, by=keeper())
    assert number() == 1
    assert KpiEntry.objects.get(counts=False).words == f"Somebody at “{event.title}”"


def test_somebody_whose_name_is_erased_stays_counted_and_is_not_counted_anew() -> None:
    event = forum("ada@example.org", "bea@example.org")
    assert number() == 2
    erase(booking=event.bookings.get(email="ada@example.org"))
    assert number() == 2
    assert KpiEntry.objects.count() == 2


def test_the_ledger_holds_no_name_and_no_address() -> None:
    forum("ada@example.org", name="Ada Lovelace")
    assert number() == 1
    row = KpiEntry.objects.get()
    words = " ".join(str(getattr(row, field.attname)) for field in KpiEntry._meta.fields).lower()
    assert "ada" not in words
    assert "lovelace" not in words


def test_a_year_begins_anew_in_april(settings: Any) -> None:
    with time_machine.travel("2027-03-20 12:00Z"):
        forum("ada@example.org")
        assert number() == 1
    with time_machine.travel("2027-04-02 12:00Z"):
        assert number() == 0
        forum("ada@example.org")
        assert number() == 1
    assert KpiEntry.objects.filter(counts=True).count() == 2


def test_the_salt_goes_when_the_period_is_over_and_the_figure_stays() -> None:
    with time_machine.travel("2027-03-20 12:00Z"):
        forum("ada@example.org")
        assert number() == 1
    with time_machine.travel("2027-04-20 12:00Z"):
        forget_salts()
        assert CountingSalt.objects.count() == 1
    with time_machine.travel("2027-06-20 12:00Z"):
        forget_salts()
        assert CountingSalt.objects.count() == 0
        draw_all()
        found = target_of(FORUMS)
        assert Ledger([found]).amount(found, days_ago(90)).value == 1
        assert KpiEntry.objects.count() == 1


def test_only_people_of_the_trust_count_as_staff_in_training() -> None:
    OrganisationFactory(title="Leeds Teaching Hospitals NHS Trust", slug="leeds-teaching-hospitals")
    event = bookable(9, event=EventFactory(kind=EventKind.COURSE))
    bookings = [
        book(event, "ada@example.org", organisation_name="leeds teaching  hospitals nhs trust"),
        book(event, "bea@example.org", organisation_name="A company"),
        book(event, "cleo@example.org"),
    ]
    ended(event)
    for booking in bookings:
        checked_in(event, booking)
    assert (number(TRAINING), number(FORUMS)) == (1, 0)


def test_fewer_than_five_people_are_withheld_from_readers() -> None:
    forum(*(f"p{n}@example.org" for n in range(4)), hours=60)
    assert number() == 4
    shown = next(one for one in standings() if one.target.slug == FORUMS)
    assert (shown.words, shown.value, shown.share, shown.exact_words) == ("Fewer than 5", None, None, "4")
    forum("p9@example.org")
    assert number() == 5
    assert next(one for one in standings() if one.target.slug == FORUMS).words == "5"


@pytest.mark.parametrize("people", [1, 6])
def test_drawing_costs_the_same_however_many_came(people: int, django_assert_num_queries: Any) -> None:
    rule = rule_for(FORUMS)
    assert rule is not None
    forum(*(f"p{n}@example.org" for n in range(people)))
    draw(rule=rule)
    with django_assert_num_queries(9):
        draw(rule=rule)

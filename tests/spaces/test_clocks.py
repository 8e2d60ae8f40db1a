"""Days and times are London's, on days when the clocks change, on the 29th of February and over the end of a year."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.utils import timezone

from core.relative_dates import LONDON
from spaces import actions
from spaces.models import Booking, OpeningHours
from spaces.queries.occupation import bookable
from spaces.rules import Asker, Wish, why_not
from spaces.timetable import NoSuchTime, local_moment, minutes_between, open_on, slots, whole_day
from tests.factories.spaces import OpeningHoursFactory, SpaceFactory, open_from

pytestmark = pytest.mark.usefixtures("home")

SPRING = [date(2026, 3, 29), date(2027, 3, 28)]
AUTUMN = [date(2026, 10, 25), date(2027, 10, 31)]
ANYONE = Asker()


def london(day: date, at: str) -> datetime:
    return local_moment(day, time.fromisoformat(at))


def hours_of(span: object) -> float:
    return (span.ends.timestamp() - span.begins.timestamp()) / 3600  # type: ignore[attr-defined]


@pytest.mark.parametrize(("days", "hours"), [(SPRING, 23), (AUTUMN, 25)])
def test_a_day_is_from_midnight_to_midnight(days: list[date], hours: int) -> None:
    assert [hours_of(whole_day(day)) for day in days] == [hours, hours]


@pytest.mark.parametrize("day", SPRING)
def test_a_time_that_the_clocks_skip_is_refused_in_words(day: date) -> None:
    with pytest.raises(NoSuchTime, match="does not exist on that day"):
        london(day, "01:30")
    assert london(day, "02:00").astimezone(UTC).hour == 1


@pytest.mark.parametrize("day", AUTUMN)
def test_of_two_times_that_are_called_the_same_the_first_is_meant(day: date) -> None:
    assert london(day, "01:30").astimezone(UTC) == datetime.combine(day, time(0, 30), UTC)


@pytest.mark.parametrize("day", [*SPRING, *AUTUMN])
def test_a_space_opens_when_the_clock_on_the_wall_says_so(day: date) -> None:
    always = {"days": open_from("08:00", "18:30"), "holiday_opens": time(8), "holiday_closes": time(18, 30)}
    hours = OpeningHours.objects.get(pk=OpeningHoursFactory(**always).pk)  # one is the day before Easter Monday

    for one in (day - timedelta(days=1), day, day + timedelta(days=1)):
        span = open_on(hours, one)
        assert span is not None
        assert [moment.astimezone(LONDON).time() for moment in (span.begins, span.ends)] == [time(8), time(18, 30)]
        assert hours_of(span) == 10.5


@pytest.mark.parametrize(("day", "minutes"), [(SPRING[0], 180), (AUTUMN[0], 300)])
def test_a_night_that_is_booked_is_as_long_as_it_is(day: date, minutes: int) -> None:
    assert minutes_between(london(day, "00:00"), london(day, "04:00")) == minutes


@pytest.mark.parametrize("day", [*SPRING, *AUTUMN])
def test_the_grid_of_slots_lies_on_the_wall(day: date) -> None:
    room = bookable().get(
        pk=SpaceFactory(slot_minutes=30, hours=OpeningHoursFactory(days=open_from("00:00", "06:00"))).pk
    )

    found = [moment.astimezone(LONDON) for moment in slots(room, day)]

    assert {moment.minute for moment in found} == {0, 30}
    assert len({moment.timestamp() for moment in found}) == len(found)
    assert found == sorted(found, key=lambda moment: moment.timestamp())


@pytest.mark.parametrize("first_on", [date(2026, 3, 22), date(2026, 10, 18), date(2027, 3, 21), date(2027, 10, 24)])
def test_a_series_stays_at_its_time_on_the_wall(first_on: date) -> None:
    with time_machine.travel(datetime.combine(first_on - timedelta(days=3), time(9), UTC), tick=False):
        room = SpaceFactory()
        pattern = actions.Pattern(first_on=first_on, starts=time(10), ends=time(11), times=3)
        request = actions.Request(
            name="Ada", email="a@example.org", starts_at=london(first_on, "10:00"), ends_at=london(first_on, "11:00")
        )
        actions.book_series(space=room.pk, pattern=pattern, request=request, asker=ANYONE)

        wall = [booking.starts_at.astimezone(LONDON) for booking in Booking.objects.order_by("starts_at")]
        assert [moment.time() for moment in wall] == [time(10)] * 3
        assert len({moment.utcoffset() for moment in wall}) == 2, "the clocks changed between them"


def test_the_29th_of_february_and_the_end_of_a_year_are_days() -> None:
    with time_machine.travel("2028-02-25 09:00Z", tick=False):
        room = SpaceFactory()
        leap = date(2028, 2, 29)
        request = actions.Request(
            name="Ada", email="a@example.org", starts_at=london(leap, "10:00"), ends_at=london(leap, "11:00")
        )
        pattern = actions.Pattern(first_on=leap, starts=time(10), ends=time(11), times=2)
        series = actions.book_series(space=room.pk, pattern=pattern, request=request, asker=ANYONE)
        assert list(series.occurrences.values_list("on", flat=True)) == [leap, date(2028, 3, 7)]
    with time_machine.travel("2026-12-20 09:00Z", tick=False):
        room = SpaceFactory()
        pattern = actions.Pattern(first_on=date(2026, 12, 29), starts=time(10), ends=time(11), times=2)
        series = actions.book_series(space=room.pk, pattern=pattern, request=request, asker=ANYONE)
        assert list(series.occurrences.values_list("on", flat=True)) == [date(2026, 12, 29), date(2027, 1, 5)]


def test_on_bank_holidays_a_staffed_space_is_closed_and_one_for_members_has_other_hours() -> None:
    monday = date(2026, 5, 4)  # early May bank holiday
    staffed = OpeningHoursFactory(days=open_from("08:00", "18:30"), holiday_opens=None, holiday_closes=None)
    members = OpeningHoursFactory(holiday_opens=time(9), holiday_closes=time(17))
    with time_machine.travel("2026-04-27 09:00Z", tick=False):

        def rule(hours: OpeningHours, begins: str, ends: str) -> str:
            room = bookable().get(pk=SpaceFactory(hours=hours).pk)
            refusal = why_not(Wish(room, london(monday, begins), london(monday, ends)), ANYONE, timezone.now())
            return refusal.rule if refusal else ""

        assert rule(staffed, "10:00", "11:00") == "bank-holiday"
        assert rule(members, "10:00", "11:00") == ""
        assert rule(members, "08:00", "09:00") == "outside-hours"

"""Seven in the morning in the village, on every day of the year."""

from datetime import UTC, datetime, timedelta

import pytest

from search.alerts.choices import Frequency
from search.alerts.timetable import last_turns
from tests.search.alerts.conftest import LONDON

DAY = timedelta(days=1)
CHANGES = [  # the Sundays on which clocks change
    pytest.param(datetime(2026, 3, 29, tzinfo=LONDON), id="spring-2026"),
    pytest.param(datetime(2026, 10, 25, tzinfo=LONDON), id="autumn-2026"),
    pytest.param(datetime(2027, 3, 28, tzinfo=LONDON), id="spring-2027"),
    pytest.param(datetime(2027, 10, 31, tzinfo=LONDON), id="autumn-2027"),
]


def turns_between(begin: datetime, end: datetime, frequency: Frequency) -> list[str]:
    """The turns that a tick every five minutes sees, as the clock in the village shows them."""
    now, seen = begin.astimezone(UTC), []
    while now < end.astimezone(UTC):
        turn = last_turns(now)[frequency]
        assert turn <= now
        if not seen or turn != seen[-1]:
            seen.append(turn)
        now += timedelta(minutes=5)
    return [turn.astimezone(LONDON).strftime("%a %d %H:%M") for turn in seen[1:]]  # the first was before the beginning


@pytest.mark.parametrize("sunday", CHANGES)
def test_every_day_has_one_turn_at_seven_over_a_change_of_clocks(sunday: datetime) -> None:
    expected = [f"{sunday + n * DAY:%a %d} 07:00" for n in range(-2, 4)]
    assert (
        turns_between(sunday - 3 * DAY + timedelta(hours=8), sunday + 3 * DAY + timedelta(hours=8), Frequency.DAILY)
        == expected
    )


@pytest.mark.parametrize("sunday", CHANGES)
def test_every_monday_has_one_turn_over_a_change_of_clocks(sunday: datetime) -> None:
    expected = [f"{sunday + n * DAY:%a %d} 07:00" for n in (-6, 1, 8)]
    assert [turn[:3] for turn in expected] == ["Mon"] * 3
    assert turns_between(sunday - 7 * DAY, sunday + 9 * DAY, Frequency.WEEKLY) == expected


def test_the_moment_itself_counts() -> None:
    seven = datetime(2026, 11, 30, 7, tzinfo=LONDON)
    assert last_turns(seven) == {Frequency.DAILY: seven, Frequency.WEEKLY: seven}
    before = last_turns(seven - timedelta(microseconds=1))
    assert before == {Frequency.DAILY: seven - DAY, Frequency.WEEKLY: seven - 7 * DAY}

from datetime import UTC, date, datetime

import pytest

from core.relative_dates import UnreadableDate, resolve_day, resolve_moment

TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("spec", "day"),
    [
        ({"in_days": 12}, date(2026, 12, 6)),
        ({"in_days": "-14"}, date(2026, 11, 10)),
        ({"in_days": 12, "on": "Tuesday"}, date(2026, 12, 8)),
        ({"in_days": 14, "on": "Tuesday"}, date(2026, 12, 8)),  # it is one already
        ({"in_days": 1, "on": "tuesday"}, date(2026, 12, 1)),
        ({"in_days": 30, "on": "Friday", "at": "17:00"}, date(2026, 12, 25)),
        ({"in_days": 3, "event": "briefing"}, date(2026, 11, 27)),  # other keys are the caller's
        ("2027-05-20", date(2027, 5, 20)),
        (date(2027, 5, 20), date(2027, 5, 20)),
        (datetime(2027, 6, 30, 23, 30, tzinfo=UTC), date(2027, 7, 1)),  # already tomorrow in London
    ],
)
def test_day_is_counted_from_today(spec: object, day: date) -> None:
    assert resolve_day(spec, TUESDAY) == day


@pytest.mark.parametrize(
    ("today", "at", "instant"),
    [
        # Clocks go forward on 28 March 2027 and 29 March 2026, back on 25 October 2026 and 31 October 2027.
        (date(2027, 3, 27), "09:00", datetime(2027, 3, 27, 9, tzinfo=UTC)),
        (date(2027, 3, 28), "09:00", datetime(2027, 3, 28, 8, tzinfo=UTC)),
        (date(2027, 3, 28), "01:30", datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),  # skipped: read as 02:30 summer time
        (date(2026, 3, 29), "00:30", datetime(2026, 3, 29, 0, 30, tzinfo=UTC)),
        (date(2026, 10, 24), "17:00", datetime(2026, 10, 24, 16, tzinfo=UTC)),
        (date(2026, 10, 25), "17:00", datetime(2026, 10, 25, 17, tzinfo=UTC)),
        (date(2026, 10, 25), "01:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # twice: the first
        (date(2027, 10, 31), "01:30", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
    ],
)
def test_moment_is_wall_time_in_london(today: date, at: str, instant: datetime) -> None:
    assert resolve_moment({"in_days": 0, "at": at}, today) == instant


def test_moment_without_a_time_begins_the_day() -> None:
    assert resolve_moment({"in_days": 0}, date(2027, 7, 1)) == datetime(2027, 6, 30, 23, tzinfo=UTC)
    assert resolve_moment("2027-07-01", TUESDAY) == datetime(2027, 6, 30, 23, tzinfo=UTC)


def test_moment_reads_iso_text_as_london_unless_it_has_an_offset() -> None:
    assert resolve_moment("2027-07-01T17:00", TUESDAY) == datetime(2027, 7, 1, 16, tzinfo=UTC)
    assert resolve_moment("2027-07-01T17:00+02:00", TUESDAY) == datetime(2027, 7, 1, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("tomorrow", "“tomorrow” is not a date. Write it as 2027-05-20."),
        ({"on": "Tuesday"}, "Write a date as 2027-05-20, or as {in_days: 12}, counted from the day of loading."),
        ({"in_days": "soon"}, "“in_days: soon” is not a whole number of days."),
        ({"in_days": 10**12}, "“in_days: 1000000000000” is not a whole number of days."),
        ({"in_days": 1, "on": True}, '“True” is not a weekday. Write it in full and in quotes: "on": Tuesday.'),
        ({"in_days": 1, "at": "5pm"}, '“5pm” is not a time of day. Write it in quotes, as "17:00".'),
        (None, "Write a date as 2027-05-20, or as {in_days: 12}, counted from the day of loading."),
    ],
)
def test_unreadable_date_says_which_form_would_do(spec: object, words: str) -> None:
    with pytest.raises(UnreadableDate) as refusal:
        resolve_moment(spec, TUESDAY)

    assert str(refusal.value) == words

"""Days and times as people type them, and as browsers send them."""

import re
from datetime import date, datetime, time

from core.relative_dates import LONDON

from .timetable import local_moment

DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%A %d %B %Y", "%a %d %b %Y", "%A %d %b %Y")
TIME = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.h]?(?P<minute>\d{2}))?(?::\d{2})?\s*(?P<half>[ap])?\.?(?:m\.?)?", re.IGNORECASE
)
WORDS = {"noon": time(12), "midday": time(12), "midnight": time(0)}


FIRST_YEAR, LAST_YEAR = 2000, 2200


def read_day(text: str) -> date | None:
    """“2026-12-01”, “1/12/2026”, “1 December 2026”; None where it is no day."""
    tidy = " ".join(text.replace(",", " ").split())
    for pattern in DAYS:
        try:
            day = datetime.strptime(tidy, pattern).date()  # noqa: DTZ007 -- a day has no zone
        except ValueError:
            continue
        return day if is_near(day) else None
    return None


def is_near(day: date) -> bool:
    """Whether one can count from it: beyond, the calendar ends before a week has passed."""
    return FIRST_YEAR <= day.year <= LAST_YEAR


def read_time(text: str) -> time | None:
    """“9”, “9:30”, “14.00”, “2pm”, “noon”; None where it is no time."""
    tidy = text.strip().lower()
    if tidy in WORDS:
        return WORDS[tidy]
    found = TIME.fullmatch(tidy)
    if found is None:
        return None
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), found["half"]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def read_moment(text: str) -> datetime | None:
    """A day and a time, “2026-12-01T14:00” or “1 December 2026, 2pm”, on London's clock; None where it is none.

    Raises NoSuchTime.
    """
    day_words, parted, time_words = text.strip().partition("T")
    if not parted or not day_words[:1].isdigit() or read_time(time_words) is None:
        day_words, _, time_words = " ".join(text.replace(",", " ").split()).rpartition(" ")
        if time_words.lower() in ("am", "pm"):
            day_words, _, before = day_words.rpartition(" ")
            time_words = before + time_words
    day, at = read_day(day_words), read_time(time_words)
    return local_moment(day, at) if day and at else None


def as_typed(moment: datetime) -> str:
    """As a browser sends it, and as it stands in an address: 2026-12-01T14:00, on London's clock."""
    return f"{moment.astimezone(LONDON):%Y-%m-%dT%H:%M}"

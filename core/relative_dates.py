"""Dates of demonstration data, written so that they stay fresh: counted from the day of loading.

``{in_days: 12, on: Tuesday, at: "17:00"}`` is twelve days from today, then the first Tuesday from there (that day itself
when it is one), at five o'clock on the wall in London. A plain ISO date stays where it is.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class UnreadableDate(ValueError):
    """A date that follows none of the forms; says which form would do."""


def resolve_day(spec: object, today: date) -> date:
    """Return the day that ``spec`` means, seen from ``today``.

    Raises UnreadableDate.
    """
    if isinstance(spec, datetime):
        return spec.astimezone(LONDON).date()
    if isinstance(spec, date):
        return spec
    if isinstance(spec, str):
        return _iso_day(spec)
    if not isinstance(spec, Mapping) or "in_days" not in spec:
        raise UnreadableDate("Write a date as 2027-05-20, or as {in_days: 12}, counted from the day of loading.")
    # Other keys belong to the caller: which event, how many minutes.
    try:
        day = today + timedelta(days=int(spec["in_days"]))
    except (TypeError, ValueError, OverflowError):
        raise UnreadableDate(f"“in_days: {spec['in_days']}” is not a whole number of days.") from None
    weekday = spec.get("on")
    if weekday is None:
        return day
    if str(weekday).casefold() not in WEEKDAYS:
        raise UnreadableDate(f'“{weekday}” is not a weekday. Write it in full and in quotes: "on": Tuesday.')
    return day + timedelta(days=(WEEKDAYS.index(str(weekday).casefold()) - day.weekday()) % 7)


def resolve_moment(spec: object, today: date) -> datetime:
    """Return the instant, in UTC, that ``spec`` means in London; without a time, the first moment of the day.

    A time that the clocks skip in spring is read as the same distance after midnight, so 01:30 becomes 02:30; one that
    happens twice in autumn is the first of the two. Raises UnreadableDate.
    """
    if isinstance(spec, datetime):
        return spec.astimezone(UTC)
    if isinstance(spec, str) and ("T" in spec or " " in spec.strip()):
        try:
            moment = datetime.fromisoformat(spec)
        except ValueError:
            raise UnreadableDate(f"“{spec}” is not a date and time. Write it as 2027-05-20T17:00.") from None
        return (moment if moment.tzinfo else moment.replace(tzinfo=LONDON)).astimezone(UTC)
    at = spec.get("at", "00:00") if isinstance(spec, Mapping) else "00:00"
    try:
        wall = time.fromisoformat(str(at))
    except ValueError:
        raise UnreadableDate(f'“{at}” is not a time of day. Write it in quotes, as "17:00".') from None
    return datetime.combine(resolve_day(spec, today), wall, tzinfo=LONDON).astimezone(UTC)


def _iso_day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UnreadableDate(f"“{text}” is not a date. Write it as 2027-05-20.") from None

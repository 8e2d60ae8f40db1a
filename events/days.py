"""The hours of an event on each of its days: its nights are nobody's."""

from collections import defaultdict
from datetime import date, timedelta

from events.models import EventPage
from spaces.models import OpeningHours
from spaces.timetable import Span, day_of, open_on, whole_day

ONE_SITTING = timedelta(hours=12)  # so long may an evening last into the night


def days_of(event: EventPage, hours: OpeningHours) -> list[Span]:
    """When it takes place, by day: from its first session of a day to its last; of a day without, during ``hours``.

    The first day begins and the last ends with the event. While other days have sessions, one in between without is free.
    """
    first, last = day_of(event.starts_at), day_of(event.ends_at - timedelta(microseconds=1))
    if first == last or event.ends_at - event.starts_at <= ONE_SITTING:
        return [Span(event.starts_at, event.ends_at)]
    named = _named(event)
    found = []
    for day in (first + timedelta(days=one) for one in range((last - first).days + 1)):
        is_edge = day in (first, last)
        part = named.get(day) or (open_on(hours, day) if is_edge or not named else None)
        if part is None and not is_edge:
            continue
        widest = whole_day(day)
        latest = event.ends_at if day == last else widest.ends
        earliest = event.starts_at if day == first else widest.begins
        begins = part.begins if part and day != first else earliest
        ends = part.ends if part and day != last else latest
        found.append(Span(begins, ends) if begins < ends else Span(earliest, latest))
    return found


def _named(event: EventPage) -> dict[date, Span]:
    """The days that have sessions. One that runs over several days has all of them, with the nights between."""
    spans: dict[date, list[Span]] = defaultdict(list)
    for session in event.sessions.all():  # type: ignore[attr-defined] # by EventSession
        first, last = day_of(session.starts_at), day_of(session.ends_at - timedelta(microseconds=1))
        if session.ends_at - session.starts_at <= ONE_SITTING:
            last = first
        for day in (first + timedelta(days=one) for one in range((last - first).days + 1)):
            begins = session.starts_at if day == first else whole_day(day).begins
            spans[day].append(Span(begins, session.ends_at if day == last else whole_day(day).ends))
    return {day: Span(min(one.begins for one in of), max(one.ends for one in of)) for day, of in spans.items()}

"""What pages around a booking say of its event, and of what happens next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from core.templatetags.village import clock_time, nice_date
from events.bookings.choices import BookingStatus
from events.bookings.models import Booking, BookingRules
from events.choices import Attendance
from events.models import EventPage
from events.queries import days_of
from events.views.rows import when_words


def event_facts(request: HttpRequest, page: EventPage) -> dict[str, Any]:
    starts_at, ends_at = timezone.localtime(page.starts_at), timezone.localtime(page.ends_at)
    url = (page.get_url(request) or "") if page.live else ""
    return {
        "event": page,
        "event_url": url,
        "starts_at": starts_at,
        "when": when_words(starts_at, ends_at, len(days_of(page)) if starts_at.date() != ends_at.date() else 1),
        "calendar_url": f"{url}event.ics" if url else "",
    }


@dataclass(frozen=True)
class Step:
    icon: str
    when: str
    words: str


def next_steps(booking: Booking, rules: BookingRules | None) -> list[Step]:
    """What happens next, as long as something does."""
    match booking.status:
        case BookingStatus.CONFIRMED:
            return [
                Step("mail", "Now", f"Your confirmation goes to {booking.email}, with the link to this page."),
                *_until_the_day(booking),
            ]
        case BookingStatus.PENDING:
            return [
                Step("person", "Now", "Somebody of ours looks at what you wrote. Your place is kept meanwhile."),
                Step("mail", "When it is decided", f"We write to {booking.email}, whatever the answer is."),
            ]
        case BookingStatus.OFFERED:
            return [
                Step(
                    "clock",
                    _moment(booking.offer_ends_at),
                    "Until then the place is yours alone: take it, or leave it.",
                ),
                Step("people", "After that", "It goes to the next on the list."),
            ]
        case BookingStatus.WAITING:
            hours = rules.offer_hours if rules else 24
            return [
                Step("clock", "When a place becomes free", "It is offered in the order of the list, within a minute."),
                Step(
                    "mail",
                    "Then",
                    f"We write to {booking.email}. The place is kept for you for {hours} hours or more; it never ends at night.",
                ),
                Step("check", "You press one button", "Only then is it booked. If you leave it, it goes to the next."),
            ]
    return []


def _until_the_day(booking: Booking) -> list[Step]:
    event = booking.event
    starts_at = timezone.localtime(event.starts_at)
    steps = []
    if starts_at - timezone.now() > timedelta(days=1):
        words = "A reminder. Can’t you come? Cancel, and somebody who waits has your place."
        steps.append(Step("clock", _day(starts_at - timedelta(days=1)), words))
    if event.is_online and booking.attendance != Attendance.IN_PERSON:
        from_then = clock_time(starts_at - timedelta(minutes=30))
        steps.append(Step("screen", f"{_day(starts_at)}, from {from_then}", "The way to join online opens."))
    if event.is_in_person and booking.attendance != Attendance.ONLINE:
        where = ", ".join(event.place_lines[:2]) or event.place_words
        words = f"{where}. Say your name or your reference at the door."
        steps.append(Step("door", f"{_day(starts_at)}, from {clock_time(starts_at - timedelta(minutes=15))}", words))
    return steps


def _day(at: datetime) -> str:
    return f"{at:%A} {at.day} {at:%B}"


def _moment(at: datetime | None) -> str:
    return f"{nice_date(at)}, {clock_time(at)}" if at else ""

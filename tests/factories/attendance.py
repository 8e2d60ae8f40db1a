"""People who came, made the way the door makes them."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from events.attendance import actions, queries
from events.attendance.choices import What
from events.attendance.queries import Part, Person
from events.bookings.models import Booking
from events.models import EventPage

from .accounts import UserFactory
from .bookings import book, bookable
from .events import EventFactory


def keeper() -> User:
    """Somebody of the comms team, who may keep the door."""
    return UserFactory(group="Comms")


def ended(event: EventPage, *, hours: int = 3) -> EventPage:
    """``event`` moved into the past, so that it ended ``hours`` ago; bookings can't be made then, so make them before."""
    ends_at = timezone.now().replace(microsecond=0) - timedelta(hours=hours)
    type(event).objects.filter(pk=event.pk).update(starts_at=ends_at - timedelta(hours=1), ends_at=ends_at)
    event.refresh_from_db()
    return event


def day_of(event: EventPage) -> Part:
    return queries.days_of(event)[0].part


def person(booking: Booking, place: int = 0) -> Person:
    attendee = booking.attendees.select_related("booking").order_by("pk")[place]
    return queries.person_of(attendee, first=place == 0)


def checked_in(event: EventPage, booking: Booking, at: datetime | None = None, **said: Any) -> Person:
    """The first person of ``booking``, there since the event began unless ``at`` says otherwise."""
    found = person(booking)
    said = {"by": keeper(), "part": day_of(event), "what": What.IN, **said}
    actions.record(event=event, person=found, at=at or event.starts_at, **said)
    return found


def attended_event(people: int = 1, **rules: Any) -> tuple[EventPage, list[Person]]:
    """An event that ended three hours ago, and people who were there for the whole hour."""
    event = bookable(people + 5, event=EventFactory(), **rules)
    bookings = [book(event, f"guest-{event.pk}-{number}@example.org") for number in range(people)]
    ended(event)
    return event, [checked_in(event, booking) for booking in bookings]

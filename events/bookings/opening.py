"""Whether an event can be booked at this moment, as its page, lists and programs are told it."""

from datetime import datetime
from enum import StrEnum

from events.choices import EventStatus
from events.models import EventPage

from .choices import Availability
from .models import BookingRules


class Opening(StrEnum):
    NOT_YET = "not-yet"
    OPEN = "open"
    CLOSED = "closed"
    OFF = "off"  # cancelled or postponed
    OVER = "over"  # it has begun


def rules_of(event: EventPage) -> BookingRules | None:
    """How ``event`` is booked with us; None where it is not. No statement where it was fetched with its ``served_with``."""
    return getattr(event, "booking_rules", None) if event.pk else None


def opening_of(event: EventPage, rules: BookingRules, now: datetime) -> Opening:
    if event.status != EventStatus.SCHEDULED:
        return Opening.OFF
    if event.starts_at <= now:
        return Opening.OVER
    if rules.opens_at and now < rules.opens_at:
        return Opening.NOT_YET
    if rules.closes_at and now >= rules.closes_at:
        return Opening.CLOSED
    return Opening.OPEN


def shown_availability(event: EventPage, now: datetime) -> Availability | None:
    """How full ``event`` is, in the one word that anybody may know; None while nobody can book it."""
    rules = rules_of(event)
    if rules is None or opening_of(event, rules, now) != Opening.OPEN:
        return None
    return Availability(rules.availability)


def next_change(event: EventPage, now: datetime) -> datetime | None:
    """When booking opens, closes or ends with the event's beginning, whichever comes first; None where none is to come."""
    rules = rules_of(event)
    if rules is None:
        return None
    moments = (rules.opens_at, rules.closes_at, event.starts_at)
    return min((moment for moment in moments if moment and moment > now), default=None)

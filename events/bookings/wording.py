"""What each letter about a booking says, in words that its text and its HTML share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from core import letters
from core.letters import NIGHT, NOT_YOU
from core.moments_in_words import day, day_and_time, from_until
from events.choices import Attendance
from events.models import EventPage
from search.exports import absolute

from . import links
from .choices import BookingStatus
from .models import Booking
from .queries import place_in_queue

CANT_COME = "Can’t you come after all? Cancel on the same page, and somebody who waits gets the place at once."


@dataclass(frozen=True)
class Words(letters.Words):
    notice: str = ""
    shows_directions: bool = False  # and how to join online


@dataclass(frozen=True)
class Told:
    """What a letter is written from. ``was``: of the event, before it was changed."""

    booking: Booking
    was: dict[str, Any]

    @property
    def event(self) -> EventPage:
        return self.booking.event

    @property
    def title(self) -> str:
        return self.event.title

    @property
    def size(self) -> int:
        return self.booking.attendees.count()

    @property
    def places(self) -> str:
        return "1 place" if self.size == 1 else f"{self.size} places"

    @property
    def manage_url(self) -> str:
        return links.manage_url(self.booking)

    @property
    def see(self) -> tuple[str, str]:
        return "See, change or cancel it", self.manage_url

    @property
    def begins(self) -> str:
        return day_and_time(self.event.starts_at)

    @property
    def what_they_have(self) -> str:
        """What stays theirs while the event changes around it."""
        match self.booking.status:
            case BookingStatus.WAITING:
                return "Your turn on the waiting list"
            case BookingStatus.PENDING:
                return "What you asked for"
            case BookingStatus.OFFERED:
                return "The offer of a place"
        return "Your place" if self.size == 1 else "Your places"

    @property
    def stays(self) -> str:
        return "are" if self.what_they_have == "Your places" else "is"


# ---- moments --------------------------------------------------------------------------------------------------------
def when_lines(event: EventPage) -> list[str]:
    """One line; a line for each day where its sessions fall on several."""
    parts = [(timezone.localtime(one.starts_at), timezone.localtime(one.ends_at)) for one in event.sessions.all()]
    days: dict[date, tuple[datetime, datetime]] = {}
    for begins, ends in sorted(parts):
        first, last = days.get(begins.date(), (begins, ends))
        days[begins.date()] = (first, max(last, ends))
    if len(days) > 1:
        return [from_until(begins, ends) for begins, ends in days.values()]
    return [from_until(event.starts_at, event.ends_at)]


# ---- of a booking ---------------------------------------------------------------------------------------------------
def _confirmed(told: Told) -> Words:
    heading = "You have a place" if told.size == 1 else f"You have {told.places}"
    return Words(
        subject=f"{heading}: {told.title}",
        heading=heading,
        lead=(f"We look forward to seeing you at “{told.title}”.",),
        button=told.see,
        after=(CANT_COME, "The day before we send a reminder. If something changes, we write at once."),
        shows_directions=True,
    )


def _pending(told: Told) -> Words:
    return Words(
        subject=f"We have your request: {told.title}",
        heading="We have your request",
        lead=(
            (
                f"You asked for {told.places}. The places of this event are given by us: we look at each request, and write to "
                "you as soon as it is decided. Until then what you asked for is kept for you, and there is nothing to do."
            ),
        ),
        button=told.see,
        after=("Do you no longer want to come? Cancel on the same page.",),
    )


def _waiting(told: Told) -> Words:
    rules = told.event.booking_rules
    number = place_in_queue(told.booking)
    hours = "one hour" if rules.offer_hours == 1 else f"{rules.offer_hours} hours"
    together = "" if told.size == 1 else f" All {told.places} are offered together or not at all."
    given = (
        "When a place becomes free, we look at your request and write to you."
        if rules.approval
        else f"When a place becomes free, we offer it to you by mail. You then have at least {hours} to say yes, "
        f"or less where the event is nearer; an offer never ends {NIGHT}."
    )
    return Words(
        subject=f"You are on the waiting list: {told.title}",
        heading="You are on the waiting list",
        lead=(f"All places are taken. You are number {number} on the waiting list.", f"{given}{together}"),
        button=("See your turn, or leave the list", told.manage_url),
        after=("Do you no longer want to wait? Leave the list on the same page.",),
    )


def _offered(told: Told) -> Words:
    assert told.booking.offer_ends_at is not None
    until = day_and_time(told.booking.offer_ends_at)
    kept = "A place is" if told.size == 1 else f"{told.places} are"
    return Words(
        subject=f"{kept} free for you until {until}: {told.title}",
        heading=f"{kept} free for you",
        lead=(
            (
                f"You waited for “{told.title}”. It is your turn: say yes by {until}, London time. "
                f"Without an answer by then, the offer goes to the next on the list."
            ),
        ),
        button=("Take the place" if told.size == 1 else f"Take the {told.places}", told.manage_url),
        after=(
            "The button opens a page on which you say yes, or no. If you can’t come, say no there: the next is asked at once.",
        ),
    )


def _lapsed(told: Told) -> Words:
    return Words(
        subject=f"The offer has ended: {told.title}",
        heading="The offer has ended",
        lead=(
            f"A place at “{told.title}” was kept for you, and we had no answer in time. It has gone to the next on the list.",
            "Do you still want to come? Ask again: you get a place if one is free, or go on the list.",
        ),
        button=("Ask again", absolute(reverse("event_book", args=[told.event.slug]))),
    )


def _cancelled(told: Told) -> Words:
    return Words(
        subject=f"Your booking is cancelled: {told.title}",
        heading="Your booking is cancelled",
        lead=(
            f"You are no longer expected at “{told.title}”. If somebody waits for the place, it is offered to them now.",
            f"There is nothing more to do. {NOT_YOU}",
        ),
        after=("Do you want to come after all? Book again on the page of the event, while there are places.",),
    )


def _declined(told: Told) -> Words:
    return Words(
        subject=f"We have no place for you this time: {told.title}",
        heading="No place this time",
        lead=(
            (
                f"You asked for {told.places} at “{told.title}”. We are sorry: we can’t give you "
                f"{'one' if told.size == 1 else 'them'}."
            ),
            "Would you like to know why, or what else could help? Answer this letter: a person reads it.",
        ),
        button=("See other events", absolute("/events/")),
    )


def _changed(told: Told) -> Words:
    people = "one person" if told.size == 1 else f"{told.size} people"
    return Words(
        subject=f"Your booking is changed: {told.title}",
        heading="Your booking is changed",
        lead=(f"It is now for {people}.",),
        button=told.see,
        after=(CANT_COME, NOT_YOU),
        shows_directions=told.booking.status == BookingStatus.CONFIRMED,
    )


def _handed_on(told: Told) -> Words:
    return Words(
        subject=f"Your booking is handed on: {told.title}",
        heading="Your booking is handed on",
        lead=(
            f"Somebody else comes to “{told.title}” in your place. They have a letter of their own.",
            "The links and the ticket that we sent you open nothing any more. What you told us for this event is forgotten.",
            NOT_YOU,
        ),
    )


def _reminder(told: Told) -> Words:
    days = (timezone.localdate(told.event.starts_at) - timezone.localdate()).days
    on = {0: "Today", 1: "Tomorrow"}.get(days, day(told.event.starts_at))
    at = f"{timezone.localtime(told.event.starts_at):%-H:%M}"
    return Words(
        subject=f"{on}, {at}: {told.title}",
        heading=f"{on} at {at}: {told.title}",
        lead=("You have a place. Here is how to get there." if told.event.is_in_person else "You have a place.",),
        button=told.see,
        after=(CANT_COME,),
        shows_directions=True,
    )


# ---- of an event that changes ---------------------------------------------------------------------------------------
def _moved(told: Told) -> Words:
    was_at = datetime.fromisoformat(told.was["starts_at"]) if told.was.get("starts_at") else told.event.starts_at
    is_moved = was_at != told.event.starts_at
    was_place = told.was.get("place", "")
    is_elsewhere = bool(was_place) and was_place != told.was.get("place_now", was_place)
    what = {
        (True, True): "New day or time, and new place",
        (True, False): "New day or time",
        (False, True): "New place",
    }
    heading = what.get((is_moved, is_elsewhere), "The programme has changed")
    before = [f"It was to begin on {day_and_time(was_at)}."] if is_moved else []
    before += [f"The place was: {was_place}."] if is_elsewhere else []
    return Words(
        subject=f"{heading}: {told.title}",
        heading=heading,
        lead=(
            f"“{told.title}” has changed. " + " ".join([*before, "Below it stands as it is now."]),
            f"{told.what_they_have} {told.stays} kept. You need do nothing.",
        ),
        notice=told.event.notice,
        button=told.see,
        after=("Does it no longer suit you? Cancel on the same page, and somebody who waits gets the place at once.",),
        shows_directions=told.booking.status == BookingStatus.CONFIRMED,
    )


def _postponed(told: Told) -> Words:
    return Words(
        subject=f"Postponed: {told.title}",
        heading="The event is postponed",
        lead=(
            f"“{told.title}” does not take place on {told.begins}.",
            f"{told.what_they_have} {told.stays} kept. We write to you as soon as the new day is known; you need do nothing.",
        ),
        notice=told.event.notice,
        button=told.see,
        after=("You don’t want to wait for the new day? Cancel on the same page.",),
    )


def _event_cancelled(told: Told) -> Words:
    return Words(
        subject=f"Cancelled: {told.title}",
        heading="The event is cancelled",
        lead=(f"“{told.title}” does not take place on {told.begins}. There is nothing for you to do.",),
        notice=told.event.notice,
        button=("See other events", absolute("/events/")),
    )


def _back_on(told: Told) -> Words:
    return Words(
        subject=f"It takes place after all: {told.title}",
        heading="It takes place after all",
        lead=(
            f"“{told.title}” takes place: {told.begins}.",
            f"{told.what_they_have} {told.stays} kept. You need do nothing.",
        ),
        notice=told.event.notice,
        button=told.see,
        after=("Does it no longer suit you? Cancel on the same page, and somebody who waits gets the place at once.",),
        shows_directions=told.booking.status == BookingStatus.CONFIRMED,
    )


def days_gone(told: Told, gone: Sequence[datetime]) -> Words:
    """Beside a letter about the event as it is now: its days that no longer are, struck out of the calendar."""
    days = "; ".join(day_and_time(moment) for moment in sorted(gone))
    return Words(
        subject=f"No longer in your calendar: {told.title}",
        heading="No longer in your calendar",
        lead=(
            f"The days of “{told.title}” have changed. This letter strikes out of your calendar what it showed for: {days}.",
            (
                "What holds now stands below, and comes to your calendar with another letter. "
                f"{told.what_they_have} {told.stays} kept."
            ),
        ),
        button=told.see,
    )


WORDS: dict[str, Callable[[Told], Words]] = {
    "confirmed": _confirmed,
    "pending": _pending,
    "waiting": _waiting,
    "offered": _offered,
    "lapsed": _lapsed,
    "cancelled": _cancelled,
    "declined": _declined,
    "changed": _changed,
    "handed-on": _handed_on,
    "reminder": _reminder,
    "moved": _moved,
    "postponed": _postponed,
    "event-cancelled": _event_cancelled,
    "back-on": _back_on,
}


def joins_online(booking: Booking) -> bool:
    """Whether a letter tells how: somebody who said that they come to the room is not sent elsewhere."""
    return booking.event.is_online and booking.attendance != Attendance.IN_PERSON

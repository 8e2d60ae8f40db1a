"""What each letter about a booking says, in words that its text and its HTML share."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from core.letters import NIGHT, NOT_YOU, Words
from core.moments_in_words import day, day_and_time, from_until
from search.exports import absolute

from . import links
from .choices import BookingStatus
from .invitations import check_in_words
from .models import Booking, SpacePage
from .places import desks_of
from .rules import free_until
from .timetable import in_words

DONT_NEED_IT = "You don’t need it after all? Cancel on the same page, and somebody else can have it."
COUNTS = "It was cancelled too late to be free, so it still counts. Was there a good reason? Answer this letter: a person reads it."
WAS_HELD = ("offered", "pending", "moved")  # letters of which the last says what a hold was for


@dataclass(frozen=True)
class Told:
    """What a letter is written from. ``was``: where and when it was before it was moved, or what was said with it."""

    booking: Booking
    was: dict[str, Any]

    @property
    def space(self) -> SpacePage:
        return self.booking.space

    @property
    def what(self) -> str:
        """“Aire”, “2 of Gallery desks”."""
        return f"{self.booking.number} of {self.space.title}" if self.booking.number > 1 else self.space.title

    @property
    def when(self) -> str:
        return from_until(self.booking.starts_at, self.booking.ends_at)

    @property
    def subject_end(self) -> str:
        return f"{self.what}, {day_and_time(self.booking.starts_at)}"

    @property
    def manage_url(self) -> str:
        return links.manage_url(self.booking)

    @property
    def see(self) -> tuple[str, str]:
        return "See, change or cancel it", self.manage_url

    @property
    def page(self) -> str:
        return absolute(self.space.url or "")

    @property
    def until(self) -> str:
        """When what is kept for them ends."""
        assert self.booking.expires_at is not None
        return day_and_time(self.booking.expires_at)

    @property
    def reason(self) -> tuple[str, ...]:
        """What somebody of us wrote to it."""
        words = str(self.was.get("words", "")).strip()
        return (f"The reason: {words}",) if words else ()

    @property
    def no_need(self) -> str:
        """How to give it back, and until when that is free."""
        if not self.space.cancel_minutes:
            return DONT_NEED_IT
        until = day_and_time(free_until(self.space, self.booking.starts_at))
        return f"{DONT_NEED_IT} It is free until {until}; later it still counts."

    @property
    def on_the_day(self) -> tuple[str, ...]:
        """How to find it and to keep it."""
        words = []
        if self.space.is_pool and not desks_of(self.booking, lasting=True):
            kind = "Which one is yours" if self.booking.number == 1 else "Which ones are yours"
            words.append(f"{kind} stands on that page on the day.")
        words.append(check_in_words(self.booking))
        return (said,) if (said := " ".join(part for part in words if part)) else ()


# ---- each -----------------------------------------------------------------------------------------------------------
def _confirmed(told: Told) -> Words:
    return Words(
        subject=f"Booked: {told.subject_end}",
        heading="It is booked",
        lead=(f"{told.what} is kept for you." if told.booking.number == 1 else f"{told.what} are kept for you.",),
        button=told.see,
        after=(*told.on_the_day, told.no_need),
    )


def _pending(told: Told) -> Words:
    return Words(
        subject=f"We have your request: {told.subject_end}",
        heading="We have your request",
        lead=(
            (
                f"{told.space.title} is given by us: a person looks at what you asked for, and writes to you by "
                f"{told.until} at the latest. Until then it is kept for you, and there is nothing to do."
            ),
        ),
        button=told.see,
        after=("Do you no longer need it? Cancel on the same page.",),
    )


def _waiting(told: Told) -> Words:
    given = (
        "When it becomes free, we look at your request and write to you."
        if told.space.approval
        else f"When it becomes free, we offer it to you by mail, in turn. You then have some hours to say yes; an offer never "
        f"ends {NIGHT}."
    )
    return Words(
        subject=f"You are on the waiting list: {told.subject_end}",
        heading="You are on the waiting list",
        lead=(f"{told.space.title} is taken at that time. {given}",),
        button=("See it, or leave the list", told.manage_url),
        after=("Do you no longer want to wait? Leave the list on the same page.",),
    )


def _offered(told: Told) -> Words:
    return Words(
        subject=f"Free for you until {told.until}: {told.what}",
        heading="It is free for you",
        lead=(
            (
                f"You waited for {told.what}. It is your turn: say yes by {told.until}, London time. Without an answer by then, "
                "the offer goes to the next on the list."
            ),
        ),
        button=("Take it, or say no", told.manage_url),
        after=("You don’t need it any more? Say no on that page: the next is asked at once.",),
    )


def _lapsed(told: Told) -> Words:
    last = told.booking.letters.filter(letter__in=WAS_HELD).order_by("pk").last()
    if last is not None and last.letter == "offered":
        return Words(
            subject=f"The offer has ended: {told.subject_end}",
            heading="The offer has ended",
            lead=(
                f"{told.what} was kept for you, and we had no answer in time. It goes to the next on the list.",
                "Do you still need it? Ask again: you get it if it is free, or go on the list.",
            ),
            button=("Ask again", told.page),
        )
    return Words(
        subject=f"We did not answer in time: {told.subject_end}",
        heading="We did not answer in time",
        lead=(
            f"You asked for {told.what}, and nobody of us decided in time. We are sorry. It is no longer kept for you.",
            "Ask again, or answer this letter: a person reads it.",
        ),
        button=("Ask again", told.page),
    )


def _cancelled(told: Told) -> Words:
    return Words(
        subject=f"Your booking is cancelled: {told.subject_end}",
        heading="Your booking is cancelled",
        lead=(
            *told.reason,
            "It is no longer kept for you. There is nothing more to do.",
            *((COUNTS,) if told.was.get("counts") else ()),
        ),
        button=("Book another time", told.page),
        after=(NOT_YOU,),
    )


def _declined(told: Told) -> Words:
    return Words(
        subject=f"We can’t give it to you this time: {told.subject_end}",
        heading="Not this time",
        lead=(f"You asked for {told.what}. We are sorry: we can’t give it to you then.", *told.reason),
        button=("Look at other spaces", absolute("/spaces/")),
        after=("Would something else help? Answer this letter: a person reads it.",),
    )


def _released(told: Told) -> Words:
    minutes = told.space.release_minutes
    late = f"{minutes} minutes after it began" if minutes is not None else "in time"
    minutes_before = told.space.cancel_minutes
    before = f"{in_words(minutes_before)} before it begins" if minutes_before else "it begins"
    is_counted = told.booking.organisation_id is not None or told.booking.is_invoiced
    counts = "It still counts: it was kept for you and for nobody else. " if is_counted else ""
    return Words(
        subject=f"Given back: {told.subject_end}",
        heading="Your booking was given back",
        lead=(
            f"Nobody had checked in {late}, so that {told.what} is free for others now. {counts}".strip(),
            "Do you still need it? Book again, if it is free.",
        ),
        button=("Book again", told.page),
        after=(f"Next time, cancel what you don’t need: until {before}, it costs you nothing.",),
    )


def _moved(told: Told) -> Words:
    before = ""
    if told.was.get("starts_at"):
        begins, ends = (datetime.fromisoformat(told.was[name]) for name in ("starts_at", "ends_at"))
        before = f"It was: {told.was.get('space') or told.space.title}, {from_until(begins, ends)}. "
    asks_again = told.booking.status == BookingStatus.PENDING
    return Words(
        subject=f"Your booking is moved: {told.subject_end}",
        heading="Your booking is moved",
        lead=(
            f"{before}Below it stands as it is now.",
            *(
                [
                    (
                        f"{told.space.title} is given by us: we look at it anew, and write to you by {told.until} at the latest. "
                        "Until then it is kept for you."
                    )
                ]
                if asks_again
                else []
            ),
        ),
        button=told.see,
        after=(*([] if asks_again else told.on_the_day), told.no_need, NOT_YOU),
    )


def _handed_on(told: Told) -> Words:
    return Words(
        subject=f"Your booking is handed on: {told.subject_end}",
        heading="Your booking is handed on",
        lead=(
            "Somebody else has it now. They have a letter of their own.",
            "The links that we sent you open nothing any more.",
            NOT_YOU,
        ),
    )


def _reminder(told: Told) -> Words:
    days = (timezone.localdate(told.booking.starts_at) - timezone.localdate()).days
    on = {0: "Today", 1: "Tomorrow"}.get(days, day(told.booking.starts_at))
    at = f"{timezone.localtime(told.booking.starts_at):%-H:%M}"
    return Words(
        subject=f"{on}, {at}: {told.what}",
        heading=f"{on} at {at}: {told.what}",
        lead=(f"{told.what} is kept for you." if told.booking.number == 1 else f"{told.what} are kept for you.",),
        button=told.see,
        after=(*told.on_the_day, told.no_need),
    )


def asked_of_us(told: Told, dates: int) -> Words:
    """To those of us who say yes or no: who asks is named by organisation alone, mail is read on telephones in trains."""
    who = told.booking.organisation.title if told.booking.organisation else "Somebody from outside"
    more = f", and for {dates - 1} more date{'s' if dates > 2 else ''} of a series" if dates > 1 else ""
    return Words(
        subject=f"A request waits for your answer: {told.subject_end}",
        heading="A request waits for your answer",
        lead=(
            f"{who} asks for {told.what}, {told.when}{more}.",
            f"It is kept until {told.until}. Without an answer by then it ends, and we have to say sorry.",
        ),
        button=("Look, and say yes or no", links.answer_url(told.booking)),
        after=("Each colleague who can answer gets this letter. The first answer counts.",),
    )


WORDS: dict[str, Callable[[Told], Words]] = {
    "confirmed": _confirmed,
    "pending": _pending,
    "waiting": _waiting,
    "offered": _offered,
    "lapsed": _lapsed,
    "cancelled": _cancelled,
    "declined": _declined,
    "released": _released,
    "moved": _moved,
    "handed-on": _handed_on,
    "reminder": _reminder,
}

"""What has to hold of a booking before anybody looks whether the space is free; and why not, in words for the person.

Each refusal names its rule. What would work instead is found by ``alternatives``.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from core.recurrence import at_time, bank_holidays
from core.templatetags.village import short_date
from directory.models import OrganisationPage
from directory.queries.bookers import ANYBODY, Booker

from .choices import Audience, BookingStatus
from .models import Booking, Gate, SpacePage
from .timetable import MINUTE, Span, clock, day_of, in_words, minutes_between, on_grid, open_on, step_of

WORK_BEGINS, WORK_ENDS = time(9), time(17, 30)  # outside of it nobody works alone at a bench
PRIME_BEGINS, PRIME_ENDS = time(10), time(15)
PRIME_ROOMS = 3
SLIP = timedelta(minutes=15)  # in which what was booked by mistake is undone for nothing


class Refusal(Exception):
    """Says in words for the person which ``rule`` keeps it from being done. ``field``: of the form, where there is one."""

    def __init__(self, rule: str, words: str, *, field: str = "", **facts: Any) -> None:
        super().__init__(words)
        self.rule, self.field, self.facts = rule, field, facts

    @property
    def may_wait(self) -> bool:
        """Whether a place on the waiting list would help."""
        return self.rule in ("taken", "room-part-taken")


@dataclass(frozen=True)
class Wish:
    """What somebody wants. ``unit``: the very desk that they chose."""

    space: SpacePage
    starts_at: datetime
    ends_at: datetime
    number: int = 1
    people: int = 1
    unit: int | None = None

    @property
    def span(self) -> Span:
        return Span(self.starts_at, self.ends_at)

    @property
    def minutes(self) -> int:
        return minutes_between(self.starts_at, self.ends_at)


@dataclass(frozen=True)
class Asker:
    """Who asks, and what they have passed. One of us who books for others is bound by what is free, and by nothing else."""

    booker: Booker = ANYBODY
    credentials: Mapping[int, date] = field(default_factory=dict)  # the last day, by gate
    is_staff: bool = False

    def paying_as(self, organisation: OrganisationPage | None) -> "Asker":
        """The same, as that one of their organisations alone; unchanged where it is none of theirs."""
        one = next((one for one in self.booker.each if one.organisation == organisation), None)
        return replace(self, booker=replace(one, each=self.booker.each)) if one else self


def why_not(wish: Wish, asker: Asker, now: datetime) -> Refusal | None:
    """The first rule that is against it; None when there is none."""
    return next(_against(wish, asker, now), None)


def why_not_shorter(wish: Wish, asker: Asker) -> Refusal | None:
    """The same for who keeps less of what they have: it has to fit what can be booked, whoever may and whenever."""
    return None if asker.is_staff else next(_unfit(wish), None)


def _unfit(wish: Wish) -> Iterator[Refusal]:
    yield from _off_grid(wish, ((wish.ends_at, "end"),))
    yield from _too_short(wish)
    yield from _too_many_people(wish)


def _against(wish: Wish, asker: Asker, now: datetime) -> Iterator[Refusal]:
    space = wish.space
    if wish.ends_at <= wish.starts_at:
        yield Refusal("too-short", "It has to end after it begins. Look at the day as well as the time.", field="end")
        return
    if (not space.is_pool and wish.number != 1) or wish.number < 1:
        yield Refusal("too-many", f"{space.title} is booked as a whole.", field="number")
    if asker.is_staff:
        return
    yield from _who(wish, asker)
    if wish.ends_at <= now or (wish.starts_at <= now and space.notice_minutes):
        yield Refusal("too-soon", "That time has passed. Choose one that is to come.", field="start")
    yield from _when(wish, now)
    yield from _too_many_people(wish)


def _too_many_people(wish: Wish) -> Iterator[Refusal]:
    space = wish.space
    if not space.is_pool and wish.people > space.capacity:
        words = f"{space.title} holds {space.capacity} people and you asked for {wish.people}."
        yield Refusal("too-many-people", words, field="people")


# ---- cancelling -----------------------------------------------------------------------------------------------------
def free_until(space: SpacePage, starts_at: datetime) -> datetime:
    """Until when a booking is cancelled for nothing."""
    return starts_at - space.cancel_minutes * MINUTE


def still_counts(booking: Booking, now: datetime) -> bool:
    """Whether what it took stays taken when it is cancelled now. What nobody has said yes to costs nothing."""
    if booking.status != BookingStatus.CONFIRMED:
        return False
    if booking.starts_at <= now:
        return True
    return free_until(booking.space, booking.starts_at) <= now and booking.created_at + SLIP <= now


def refuse_to_escape(booking: Booking, wish: Wish, now: datetime) -> None:
    """What still counts is not moved to where it could be cancelled for nothing. Raises Refusal."""
    if not still_counts(booking, now):
        return
    before = in_words(booking.space.cancel_minutes)
    if wish.space.approval:  # while it waits for an answer it costs nothing
        words = (
            f"It begins in less than {before}, so it still counts. To move it where somebody has to say yes, ask us."
        )
        raise Refusal("still-counts", words, field="start")
    if free_until(wish.space, wish.starts_at) > now:
        words = (
            f"It begins in less than {before}, so it still counts. It can be moved within that time. For later, ask us."
        )
        raise Refusal("still-counts", words, field="start")


# ---- who ------------------------------------------------------------------------------------------------------------
def is_open_to(space: SpacePage, booker: Booker) -> bool:
    return Audience.PUBLIC in space.open_to or bool(booker.groups & set(space.open_to))


def who_pays(space: SpacePage, booker: Booker) -> list[OrganisationPage]:
    """The organisations of ``booker`` that may book it, each by its own allowance or invoice."""
    return [one.organisation for one in booker.each if one.organisation and is_open_to(space, one)]


def whom_for(space: SpacePage) -> str:
    return _listed([Audience(value).label.lower() for value in space.open_to]) or "our own team"


def _who(wish: Wish, asker: Asker) -> Iterator[Refusal]:
    space = wish.space
    if not is_open_to(space, asker.booker):
        for_whom = whom_for(space)
        sign_in = "" if asker.booker.user else " If you belong to one, sign in first."
        yield Refusal("tenants-only", f"{space.title} is for {for_whom} and their guests.{sign_in}")
    yield from closed_gates(wish, asker)


def closed_gates(wish: Wish, asker: Asker) -> Iterator[Refusal]:
    """What whoever asks has not passed, or not for long enough."""
    last_day = day_of(wish.ends_at)
    for gate in wish.space.gates.all():
        for needed in (*gate.needs.all(), gate):
            if asker.credentials.get(needed.pk, date.min) < last_day:
                yield Refusal(_GATES.get(needed.slug, "training-needed"), _lacking(wish, needed, asker), gate=needed)


_GATES = {
    "laboratory-induction": "induction-needed",
    "building-induction": "induction-needed",
    "containment-2": "containment-needed",
}


def _lacking(wish: Wish, gate: Gate, asker: Asker) -> str:
    until = asker.credentials.get(gate.pk)
    state = "You have not had it yet." if until is None else f"Yours ends on {short_date(until)}."
    return f"{wish.space.title} needs “{gate.name}”. {state} {gate.words}"


# ---- when -----------------------------------------------------------------------------------------------------------
def _when(wish: Wish, now: datetime) -> Iterator[Refusal]:
    space = wish.space
    yield from _off_grid(wish, ((wish.starts_at, "start"), (wish.ends_at, "end")))
    yield from _too_short(wish)
    if wish.minutes > space.max_minutes:
        words = (
            f"{space.title} can be booked for up to {in_words(space.max_minutes)} at a time, so that others get a turn."
        )
        yield Refusal("too-long", words, field="end")
    if wish.starts_at < now + timedelta(minutes=space.notice_minutes) and space.notice_minutes:
        words = f"We need {in_words(space.notice_minutes)} to make {space.title} ready."
        yield Refusal("too-soon", words, field="start")
    opens_on = day_of(wish.starts_at) - timedelta(days=space.window_days)
    if opens_on > day_of(now):
        words = f"{space.title} opens for booking {space.window_days} days ahead. That date opens on {short_date(opens_on)}."
        yield Refusal("too-far-ahead", words, field="start", opens_on=opens_on)
    yield from _outside_hours(wish)


def _off_grid(wish: Wish, moments: Iterable[tuple[datetime, str]]) -> Iterator[Refusal]:
    space = wish.space
    for moment, name in moments:
        if on_grid(space, moment) != moment:
            every = in_words(step_of(space))
            yield Refusal("grid", f"{space.title} is booked in steps of {every}, counted from midnight.", field=name)
            return


def _too_short(wish: Wish) -> Iterator[Refusal]:
    if wish.minutes < wish.space.min_minutes:
        words = f"The shortest booking for {wish.space.title} is {in_words(wish.space.min_minutes)}."
        yield Refusal("too-short", words, field="end")


def _outside_hours(wish: Wish) -> Iterator[Refusal]:
    space, first, last = wish.space, day_of(wish.starts_at), day_of(wish.ends_at - timedelta(microseconds=1))
    for day in dict.fromkeys((first, last)):
        span = open_on(space.hours, day)
        if span is None:
            holiday = bank_holidays([day]).get(day)
            if holiday:
                yield Refusal("bank-holiday", f"That day is {holiday}, and {space.title} is closed.", field="start")
            else:
                yield Refusal("outside-hours", f"{space.title} is closed on {day:%A}s.", field="start")
            return
        begins_outside = day == first and not span.begins <= wish.starts_at < span.ends
        ends_outside = day == last and not span.begins < wish.ends_at <= span.ends
        if begins_outside or ends_outside:
            words = f"{space.title} is open from {clock(span.begins)} to {clock(span.ends)} on that day."
            yield Refusal("outside-hours", f"{words} Your booking would run past that.", field="start")
            return
    if first != last and not space.is_by_the_day:
        words = f"{space.title} is booked within one day."
        yield Refusal("outside-hours", words, field="end")


# ---- what has to be asked of the database, under the lock ----------------------------------------------------------------
def outside_work(wish: Wish) -> list[Span]:
    """The parts of a booking in which nobody may be alone."""
    day = day_of(wish.starts_at)
    work = Span(at_time(day, WORK_BEGINS), at_time(day, WORK_ENDS))
    early, late = (
        Span(wish.starts_at, min(wish.ends_at, work.begins)),
        Span(max(wish.starts_at, work.ends), wish.ends_at),
    )
    return [part for part in (early, late) if part.begins < part.ends]


def prime_time(wish: Wish) -> Span | None:
    """The busiest hours of its day, where the booking touches them."""
    day = day_of(wish.starts_at)
    prime = Span(at_time(day, PRIME_BEGINS), at_time(day, PRIME_ENDS))
    return prime if wish.space.prime_time and prime.overlaps(wish.span) else None


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""

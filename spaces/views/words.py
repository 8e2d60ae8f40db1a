"""The rules of a space as its page tells them: what holds, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from decimal import Decimal

from spaces.choices import Audience, SpaceKind
from spaces.models import OpeningDay, OpeningHours, SpacePage
from spaces.models.hours import Weekday
from spaces.timetable import in_words


@dataclass(frozen=True)
class Rule:
    name: str
    words: str


def rules_of(space: SpacePage, days: Sequence[OpeningDay]) -> list[Rule]:
    """In the order in which somebody who plans a booking meets them."""
    found = [Rule("Who may book", audience_words(space)), Rule("Open", hours_words(space.hours, days))]
    found.append(Rule("How long", _length(space)))
    found.append(Rule("Book ahead", _ahead(space)))
    if not space.is_pool:
        found.append(Rule("People", f"At most {space.capacity}, because more would not be safe"))
    if buffers := _buffers(space):
        found.append(Rule("Set up and clear", buffers))
    if space.approval:
        found.append(Rule("Approval", "A person reads each request and answers; the time is held for you meanwhile"))
    if space.prime_time:
        words = (
            "At most three such rooms for one tenant between 10:00 and 15:00 on one day, so that others find one too"
        )
        found.append(Rule("Busiest hours", words))
    if space.lone_working:
        words = "Before 9:00 and after 17:30 a trained colleague has to be booked at the same time: nobody works alone"
        found.append(Rule("Safety", words))
    if space.release_minutes:
        words = f"Within {in_words(space.release_minutes)} of the start; otherwise it is given to somebody else"
        found.append(Rule("Check in", words))
    found.append(Rule("Cancelling", cancelling_words(space)))
    if allowance := allowance_words(space):
        found.append(Rule("Allowance", allowance))
    return found


def audience_words(space: SpacePage) -> str:
    """“Tenants, partners and companies of a running cohort”."""
    if space.is_open_to_everybody:
        return "Everybody"
    labels = [str(label) for value, label in Audience.choices if value in space.open_to]
    if not labels:
        return "Nobody for now"
    return _listed([labels[0], *(lower_first(label) for label in labels[1:])])


def size_of(space: SpacePage, units: int) -> str:
    """“For 10 people”, “12 desks”, “3 pieces”; “One at a time” of the only one."""
    if space.kind == SpaceKind.HOT_DESKS:
        return f"{units} desk{'s' if units != 1 else ''}"
    if space.kind == SpaceKind.EQUIPMENT and space.is_pool:
        return f"{units} pieces"
    if space.kind == SpaceKind.EQUIPMENT and space.capacity == 1:
        return "One at a time"
    return f"For {space.capacity} {'people' if space.capacity != 1 else 'person'}"


# ---- hours ----------------------------------------------------------------------------------------------------------
def hours_words(hours: OpeningHours, days: Sequence[OpeningDay]) -> str:
    """“Monday to Friday 7:00 to 22:00, Saturday 9:00 to 17:00; closed on bank holidays”."""
    runs = [f"{_days(run)} {_span(run[0].opens, run[0].closes)}" for run in _alike(days)]
    if not runs:
        return "Closed"
    if hours.holiday_opens is None or hours.holiday_closes is None:
        return f"{', '.join(runs)}; closed on bank holidays"
    return f"{', '.join(runs)}; bank holidays {_span(hours.holiday_opens, hours.holiday_closes)}"


def _alike(days: Iterable[OpeningDay]) -> list[list[OpeningDay]]:
    """Days in a row that have the same hours."""
    runs: list[list[OpeningDay]] = []
    for day in sorted(days, key=lambda day: day.weekday):
        last = runs[-1][-1] if runs else None
        if last and (last.weekday + 1, last.opens, last.closes) == (day.weekday, day.opens, day.closes):
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _days(run: Sequence[OpeningDay]) -> str:
    first, last = (Weekday(day.weekday).label for day in (run[0], run[-1]))
    return first if len(run) == 1 else f"{first} {'and' if len(run) == 2 else 'to'} {last}"


def _span(opens: time, closes: time) -> str:
    return f"{opens:%-H:%M} to {closes:%-H:%M}"


# ---- how long, and when ---------------------------------------------------------------------------------------------
def _length(space: SpacePage) -> str:
    step = f", in steps of {in_words(space.slot_minutes)}"
    if space.min_minutes == space.max_minutes:
        return in_words(space.min_minutes)
    return f"From {in_words(space.min_minutes)} to {in_words(space.max_minutes)}{step}, so that everybody gets a turn"


def _ahead(space: SpacePage) -> str:
    words = f"Up to {space.window_days} day{'s' if space.window_days != 1 else ''} ahead"
    if space.notice_minutes:
        return f"{words}, and at least {in_words(space.notice_minutes)} before, so that it can be made ready"
    return f"{words}, until it begins"


def _buffers(space: SpacePage) -> str:
    parts = []
    if space.buffer_before:
        parts.append(f"{in_words(space.buffer_before)} before")
    if space.buffer_after:
        parts.append(f"{in_words(space.buffer_after)} after")
    return f"{_listed(parts)} each booking are kept free".capitalize() if parts else ""


def cancelling_words(space: SpacePage) -> str:
    if not space.cancel_minutes:
        return "Free until it begins"
    before = in_words(space.cancel_minutes)
    return f"Free until {before} before it begins, so that somebody else can have it; later it still counts"


# ---- allowance ------------------------------------------------------------------------------------------------------
def allowance_words(space: SpacePage) -> str:
    """“0.5 desk days for each booking up to 5 hours, at most 1”."""
    if space.allowance is None:
        return ""
    name = lower_first(space.allowance.name)
    charge, every = _plain(space.charge), in_words(space.charge_minutes)
    each = (
        "each hour" if space.charge_minutes == 60 else f"every {every} begun" if space.charge_begun else f"each {every}"
    )
    most = f", at most {_plain(space.charge_most)}" if space.charge_most else ""
    return f"{charge} of a tenant’s {name} for {each}{most}"


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


def lower_first(words: str) -> str:
    """As it stands inside a sentence; an abbreviation at the beginning stays."""
    return words if words[:2].isupper() else words[:1].lower() + words[1:]


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"

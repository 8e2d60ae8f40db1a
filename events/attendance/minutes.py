"""How long somebody was there, and how much of it counts for continuing professional development (CPD).

The rule, in the words in which the colleges state it: CPD is claimed for the time that somebody took part in learning,
hour for hour, and for no more of a session than its organiser planned as learning (without breaks and announcements).
Two sessions at the same time are one: nobody sits in both. So minutes present are capped at the session's ``cpd_minutes``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Slot:
    """A day or a session: when it is, and how much of it counts. ``cpd`` None: nobody said that it counts."""

    key: str
    starts_at: datetime
    ends_at: datetime
    cpd: int | None = None


@dataclass(frozen=True)
class Span:
    """When somebody came and left; who did not sign out is taken to have stayed to the end."""

    came_at: datetime
    left_at: datetime | None = None


@dataclass(frozen=True)
class Minutes:
    present: int = 0
    cpd: int = 0

    def __add__(self, other: "Minutes") -> "Minutes":
        return Minutes(self.present + other.present, self.cpd + other.cpd)


def minutes_present(span: Span, slot: Slot) -> int:
    """Whole minutes of ``slot`` for which somebody was there: coming early or leaving late adds nothing."""
    begins = max(span.came_at, slot.starts_at)
    ends = min(span.left_at or slot.ends_at, slot.ends_at)
    return max(0, int((ends - begins).total_seconds() // 60))


def minutes_of_day(day: Slot, sessions: Sequence[Slot], span: Span | None, spans: Mapping[str, Span]) -> Minutes:
    """What counts of one day: by sessions, where somebody signed in to any (``spans``), else by the day's ``span``."""
    if spans:
        there = {slot.key: minutes_present(spans[slot.key], slot) for slot in sessions if slot.key in spans}
        return Minutes(_at_most_one_at_a_time(sessions, there), _cpd(sessions, there))
    if span is None:
        return Minutes()
    there = {slot.key: minutes_present(span, slot) for slot in sessions}
    return Minutes(minutes_present(span, day), _cpd(sessions, there))


def _cpd(sessions: Sequence[Slot], there: Mapping[str, int]) -> int:
    capped = {slot.key: min(there.get(slot.key, 0), slot.cpd or 0) for slot in sessions}
    return _at_most_one_at_a_time(sessions, capped)


def _at_most_one_at_a_time(sessions: Sequence[Slot], minutes: Mapping[str, int]) -> int:
    return sum(max(minutes.get(slot.key, 0) for slot in together) for together in _side_by_side(sessions))


def _side_by_side(sessions: Iterable[Slot]) -> list[list[Slot]]:
    """Sessions in groups that overlap in time."""
    groups: list[list[Slot]] = []
    ends_at: datetime | None = None
    for slot in sorted(sessions, key=lambda one: (one.starts_at, one.ends_at, one.key)):
        if ends_at is not None and slot.starts_at < ends_at:
            groups[-1].append(slot)
            ends_at = max(ends_at, slot.ends_at)
        else:
            groups.append([slot])
            ends_at = slot.ends_at
    return groups

"""States that a record can be in, as a table: from each, what may follow. What is not drawn is refused, in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import TextChoices

Arrows = Mapping[TextChoices, tuple[TextChoices, ...]]


class NotDrawn(Exception):
    """Says in words for the person which step isn't possible, and which are."""


@dataclass(frozen=True)
class Machine:
    """``ends`` says what would work where nothing follows.

    An arrow from a state to itself is drawn where something else of the record changes in the same step.
    """

    noun: str
    states: type[TextChoices]
    arrows: Arrows
    ends: Mapping[TextChoices, str] = field(default_factory=dict)

    def next(self, state: str) -> tuple[TextChoices, ...]:
        return self.arrows.get(self.states(state), ())

    def refusal(self, before: str, after: str) -> str:
        """Why ``before`` can't become ``after``; empty where it can."""
        here, there = self.states(before), self.states(after)
        if there in self.next(here):
            return ""
        if here == there:
            return f"This {self.noun} is “{here.label}” already."
        if not self.next(here):
            return f"This {self.noun} is “{here.label}”, which is the end of it. {self.ends[here]}"
        possible = ", ".join(f"“{state.label}”" for state in self.next(here) if state != here)
        return f"A {self.noun} that is “{here.label}” can’t become “{there.label}”. It can become {possible}."

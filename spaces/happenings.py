"""What takes place in a space, and when the next inductions are. Whoever knows of such things stands above, and says so here."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from .models import Gate, SpacePage

SHOWN = 5  # in a space
DATES = 3  # on which one thing is passed


@dataclass(frozen=True, order=True)
class Happening:
    starts_at: datetime
    ends_at: datetime
    title: str
    url: str
    book_url: str = ""  # while it can be booked
    scarcity: str = ""  # “Last places”, “Waiting list”


@dataclass(frozen=True)
class Coming:
    """What is public and still to come, the soonest first."""

    here: list[Happening] = field(default_factory=list)
    dates: dict[str, list[Happening]] = field(default_factory=dict)  # by the name of an event or of its series


Source: TypeAlias = Callable[[SpacePage | None, Collection[str]], Coming]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """``source`` tells what is in a space, and the next dates of the events that have these names, in one go."""
    if source not in _sources:
        _sources.append(source)
    return source


def coming(space: SpacePage | None, gates: Iterable[Gate] = ()) -> Coming:
    """The next few in ``space``, and of what each of ``gates`` is passed at."""
    names = {gate.event for gate in gates if gate.event}
    found = [source(space, names) for source in _sources]
    return Coming(
        sorted(one for part in found for one in part.here)[:SHOWN],
        {name: sorted(one for part in found for one in part.dates.get(name, ()))[:DATES] for name in names},
    )

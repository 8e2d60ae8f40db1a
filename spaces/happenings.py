"""What takes place in a space and may be named on its page. Whoever knows of such things stands above, and says so here."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from .models import SpacePage

SHOWN = 5


@dataclass(frozen=True, order=True)
class Happening:
    starts_at: datetime
    ends_at: datetime
    title: str
    url: str


Source: TypeAlias = Callable[[SpacePage], Iterable[Happening]]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """``source`` names what is public and still to come, the soonest first."""
    if source not in _sources:
        _sources.append(source)
    return source


def happenings(space: SpacePage) -> list[Happening]:
    """The next few, the soonest first."""
    return sorted(one for source in _sources for one in source(space))[:SHOWN]

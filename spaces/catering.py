"""What is brought to a space while it is held for an event. Whoever knows of events stands above, and says so here."""

from collections.abc import Callable, Collection, Mapping
from typing import TypeAlias

Source: TypeAlias = Callable[[Collection[int]], Mapping[int, str]]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """``source`` tells what is brought, and when, of those bookings to which something is."""
    if source not in _sources:
        _sources.append(source)
    return source


def catering_of(bookings: Collection[int]) -> dict[int, str]:
    return {key: words for source in _sources if bookings for key, words in source(bookings).items()}

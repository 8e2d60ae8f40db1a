"""Looks over all places once a day: what can't be wrong by the rules of the database is looked for all the same."""

import logging

from .queries import invariants_broken

log = logging.getLogger(__name__)


def look_over_places() -> None:
    """Write an error into the log for whatever does not hold; it names rows by their number, and nobody."""
    for words in invariants_broken():
        log.error("Places of events are wrong: %s.", words)

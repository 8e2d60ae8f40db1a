"""Whoever makes an index says so in the index, every few seconds: nobody takes it away, and nobody waits for one who died."""

import logging
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from search.engines import EngineUnavailable

from .client import WRITING, connection, speaking

log = logging.getLogger(__name__)

RENEWED = 5.0  # seconds between two notes
LAPSES = 60.0  # seconds after the last one
NOTED = "made_until"


def note() -> dict[str, Any]:
    """What stands in the mapping of an index that is being made; seconds since 1970, as everywhere here."""
    return {NOTED: time.time() + LAPSES}


def until(mapping: dict[str, Any], born: float) -> float:
    """When it is over for the index with this mapping, which was begun at ``born``."""
    return float(mapping.get("_meta", {}).get(NOTED, born + LAPSES))


@contextmanager
def held(name: str) -> Iterator[None]:
    """Renew the note in the index ``name`` until the block ends; one that is killed renews nothing."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(RENEWED):
            try:
                with speaking():
                    connection(WRITING).indices.put_mapping(index=name, meta=note())
            except EngineUnavailable as error:  # whoever makes the index will notice, too
                log.info("The note in %s was not renewed: %s", name, error)

    renewing = threading.Thread(target=renew, name=f"lease of {name}", daemon=True)
    renewing.start()
    try:
        yield
    finally:
        over.set()
        renewing.join(RENEWED)


@contextmanager
def cleaning_up() -> Iterator[None]:
    """SIGTERM ends the block as an exception does, so that what was begun is cleaned up, where nobody else handles it."""
    mine = threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    if not mine:
        yield
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)

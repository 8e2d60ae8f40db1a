"""Somebody else's hand on the same database, at the same moment."""

from collections.abc import Callable
from threading import Thread

from django.db import connections

HEAD_START = 0.5  # seconds: enough for it to come to the first lock that is held


class Rival(Thread):
    """Does its work over a connection of its own. ``join`` raises what it raised."""

    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__()
        self._work = work
        self._raised: BaseException | None = None

    def run(self) -> None:
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001 -- raised again where it is waited for
            self._raised = error
        finally:
            connections.close_all()

    def join(self, timeout: float | None = None) -> None:
        super().join(timeout)
        if self._raised is not None:
            raise self._raised


def at_once(work: Callable[[], object]) -> Rival:
    """Begin ``work``, which most often waits for what the caller's transaction has locked."""
    rival = Rival(work)
    rival.start()
    rival.join(HEAD_START)
    return rival

"""Keeps readers from waiting for an engine that does not answer: after a failure it is left alone for a while."""

import threading
import time


class Breaker:
    """Closed while things go well. A failure opens it; after ``pause`` seconds one caller at a time tries again."""

    def __init__(self, pause: float = 10.0) -> None:
        self.pause = pause
        self._lock = threading.Lock()
        self._open_until: float | None = None

    def allows(self) -> bool:
        """Whether to ask now. Whoever is let through while it is open tries for all others."""
        with self._lock:
            if self._open_until is None:
                return True
            if time.monotonic() < self._open_until:
                return False
            self._open_until = time.monotonic() + self.pause
            return True

    def failed(self) -> bool:
        """Note a failure; returns whether it is the first since things went well."""
        with self._lock:
            first = self._open_until is None
            self._open_until = time.monotonic() + self.pause
            return first

    def succeeded(self) -> bool:
        """Note a success; returns whether it ends a failure."""
        with self._lock:
            mended = self._open_until is not None
            self._open_until = None
            return mended

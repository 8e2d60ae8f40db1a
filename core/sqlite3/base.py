"""SQLite as Django has it, except for how a writer waits for its turn."""

import random
import sqlite3
import time
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

SHORTEST, LONGEST = 0.001, 0.01  # seconds between two looks whether it is our turn


class DatabaseWrapper(base.DatabaseWrapper):
    """A transaction that will write looks every few milliseconds whether it can begin.

    SQLite's own waiting doubles its pauses up to a tenth of a second, while whoever has the lock needs a few
    milliseconds: of twelve who want the same room, the last waits three times as long as all the work takes. Everything
    else, such as a statement outside a transaction, waits as before.
    """

    connection: sqlite3.Connection

    def _start_transaction_under_autocommit(self) -> None:
        patience = self.settings_dict["OPTIONS"].get("timeout", 5)
        self.connection.execute("PRAGMA busy_timeout = 0")
        try:
            self._begin(time.monotonic(), patience)
        finally:
            self.connection.execute(f"PRAGMA busy_timeout = {round(patience * 1000)}")

    def _begin(self, since: float, patience: float) -> None:
        while True:
            try:
                super()._start_transaction_under_autocommit()  # type: ignore[misc]
            except OperationalError as error:
                waited = time.monotonic() - since
                if not _is_busy(error) or waited > patience:
                    raise
                time.sleep(random.uniform(SHORTEST, min(2 * SHORTEST + waited / 20, LONGEST)))  # noqa: S311 -- no secret
            else:
                return


def _is_busy(error: Any) -> bool:
    return getattr(error.__cause__, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY

"""How a writer waits for its turn: in small steps, and not for ever. Two connections to a file of their own."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from core.sqlite3 import base

PATIENCE = 0.3  # seconds


@pytest.fixture
def two(tmp_path: Path, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[BaseDatabaseWrapper]]:
    """One that has the lock, and one that wants it."""
    options = {"transaction_mode": "IMMEDIATE", "timeout": PATIENCE, "init_command": "PRAGMA journal_mode=WAL;"}
    one = {"ENGINE": "core.sqlite3", "NAME": str(tmp_path / "turns.sqlite3"), "OPTIONS": options}
    handler = ConnectionHandler({"default": dict(one), "other": dict(one)})
    monkeypatch.setattr(transaction, "get_connection", lambda using=None: handler[using or "default"])
    with django_db_blocker.unblock():
        yield [handler["default"], handler["other"]]
        handler.close_all()


def patience_of(connection: BaseDatabaseWrapper) -> int:
    """How long SQLite itself waits now, in milliseconds."""
    found: int = connection.connection.execute("PRAGMA busy_timeout").fetchone()[0]
    return found


def test_it_begins_as_soon_as_the_other_has_ended(
    two: list[BaseDatabaseWrapper], monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    first = transaction.atomic("default")

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 20:
            first.__exit__(None, None, None)

    monkeypatch.setattr(base.time, "sleep", pause)
    first.__enter__()
    with transaction.atomic("other"):
        assert len(pauses) == 20
    assert min(pauses) > 0 and max(pauses) <= base.LONGEST
    assert patience_of(two[1]) == PATIENCE * 1000  # for what stands outside of a transaction


def test_it_gives_up_in_the_end_and_can_try_again(two: list[BaseDatabaseWrapper]) -> None:
    began = time.monotonic()
    with transaction.atomic("default"), pytest.raises(OperationalError, match="locked"), transaction.atomic("other"):
        pytest.fail("two had the lock at once")
    assert time.monotonic() - began > PATIENCE
    assert patience_of(two[1]) == PATIENCE * 1000
    with transaction.atomic("other"):
        pass


def test_another_fault_is_told_at_once(two: list[BaseDatabaseWrapper], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base.time, "sleep", lambda seconds: pytest.fail("waited for what will not come"))
    two[1].ensure_connection()
    two[1].transaction_mode = "SOMETIMES"  # type: ignore[attr-defined]
    with pytest.raises(OperationalError, match="syntax error"), transaction.atomic("other"):
        pass

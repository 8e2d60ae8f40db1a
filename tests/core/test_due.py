"""Jobs that are due: at every tick, or once a day; what fails keeps nothing else and is tried again."""

from collections.abc import Iterator

import pytest
import time_machine
from django.core.cache import cache

from core import due

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_else(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(due, "_jobs", {})
    cache.clear()
    yield
    cache.clear()


def test_a_daily_job_is_done_at_the_first_tick_of_each_day_in_london() -> None:
    done: list[str] = []
    due.register_due_job("often", lambda: done.append("often"))
    due.register_due_job("look over all", lambda: done.append("daily"), daily=True)

    with time_machine.travel("2026-07-31 21:00Z"):
        due.tick()
        due.tick()
    assert done == ["often", "daily", "often"]
    with time_machine.travel("2026-07-31 23:01Z"):  # 0:01 on the first of August
        due.tick()
    assert done[3:] == ["often", "daily"]


def test_a_daily_job_that_failed_is_tried_again_and_keeps_no_other() -> None:
    tries: list[int] = []

    def fails_once() -> None:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("the disk is full")

    others: list[int] = []
    due.register_due_job("fails once", fails_once, daily=True)
    due.register_due_job("another", lambda: others.append(1), daily=True)

    assert due.tick() == {"fails once": "the disk is full"}
    assert due.tick() == due.tick() == {}
    assert (len(tries), len(others)) == (2, 1)

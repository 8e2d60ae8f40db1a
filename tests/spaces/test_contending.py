"""Twelve processes after the same thing: exactly as many get it as there is of it, on the database that is served.

Short here; ``python -m tests.bench --only contending`` goes sixty rounds of each kind and judges the times.
"""

from pathlib import Path
from typing import Any

import pytest

from tests import made_once
from tests.bench import parts
from tests.bench.contending import PROCESSES, SCENARIOS

ROUNDS = 3


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder: Path = tmp_path_factory.mktemp("contending")
    with made_once.database_of_its_own(folder) as url:
        yield parts.run("contending", [str(ROUNDS)], parts.environment(folder, url))


@pytest.mark.parametrize("name", SCENARIOS)
def test_exactly_as_many_get_it_as_there_is_of_it(found: dict[str, Any], name: str) -> None:
    contest = found[name]
    assert contest["wrong"] == []
    assert sum(contest["answers"].values()) == ROUNDS * PROCESSES
    known = {"won", "taken", "room-part-taken", "allowance-used", "approved", "made way"}
    assert set(contest["answers"]) <= known, "somebody was left without an answer in words"


def test_nothing_is_taken_twice(found: dict[str, Any]) -> None:
    assert found["overlaps"] == []

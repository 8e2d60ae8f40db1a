"""Rivals for the last places, over a real server with several processes: as many get one as there are, the rest a way out.

Short here; ``python -m tests.bench --only racing`` lets two hundred race in twenty rounds.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.bench import parts
from tests.bench.racing import PROCESSES

RIVALS, ROUNDS, PLACES = 10 * PROCESSES, 2, (1, 8)


@pytest.fixture(scope="module")
def raced(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder: Path = tmp_path_factory.mktemp("race")
    with parts.database_of_its_own(folder) as url:
        environment = parts.environment(folder, url)
        for command in (["migrate", "--verbosity=0"], ["collectstatic", "--no-input", "-v0"]):
            subprocess.run([sys.executable, "manage.py", *command], cwd=parts.ROOT, env=environment, check=True)
        return parts.run("racing", [str(folder), str(RIVALS), str(ROUNDS), *map(str, PLACES)], environment)


def test_as_many_are_confirmed_as_there_are_places(raced: dict[str, Any]) -> None:
    assert [round_["confirmed"] for round_ in raced["rounds"]] == [places for places in PLACES for _ in range(ROUNDS)]
    assert [round_["broken"] for round_ in raced["rounds"]] == [[]] * len(PLACES) * ROUNDS


def test_everybody_else_is_offered_the_waiting_list(raced: dict[str, Any]) -> None:
    for round_ in raced["rounds"]:
        assert round_["answers"] == {
            "booked": round_["places"],
            "offered the waiting list": RIVALS - round_["places"],
        }
        assert round_["otherwise"] == {}

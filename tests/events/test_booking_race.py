"""Rivals for the last places, over a real server with several processes: as many get one as there are, the rest a way out.

Short here; ``python -m tests.bench --only racing`` lets two hundred race in twenty rounds.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import made_once
from tests.bench import parts
from tests.bench.racing import PROCESSES

Race = Callable[..., list[dict[str, Any]]]

RIVALS, PLACES = 8 * PROCESSES, (1, 8)


@pytest.fixture(scope="module")
def race(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Race]:
    """``race()``: one round for each number of places; ``without="lock"`` and the like take away what guards them."""
    folder: Path = tmp_path_factory.mktemp("race")
    with made_once.database_of_its_own(folder) as url:
        environment = parts.environment(folder, url, DJANGO_SETTINGS_MODULE="tests.bench.plain_files")

        def run(*, without: str = "") -> list[dict[str, Any]]:
            more = {"DJANGO_SETTINGS_MODULE": "tests.bench.unguarded.settings", "WITHOUT": without} if without else {}
            found = parts.run("racing", [str(folder), str(RIVALS), "1", *map(str, PLACES)], environment | more)
            return list(found["rounds"])

        yield run


@pytest.fixture(scope="module")
def guarded(race: Race) -> list[dict[str, Any]]:
    return race()


def test_as_many_are_confirmed_as_there_are_places(guarded: list[dict[str, Any]]) -> None:
    assert [round_["confirmed"] for round_ in guarded] == list(PLACES)
    assert [round_["broken"] for round_ in guarded] == [[], []]


def test_everybody_else_is_offered_the_waiting_list(guarded: list[dict[str, Any]]) -> None:
    for round_ in guarded:
        places = round_["places"]
        assert round_["answers"] == {"booked": places, "offered the waiting list": RIVALS - places}
        assert round_["otherwise"] == {}


def test_without_the_lock_the_database_still_gives_no_place_twice(race: Race) -> None:
    rounds = race(without="lock")
    assert sum(round_["answers"].get("500", 0) for round_ in rounds), "nobody came too close: the race proves nothing"
    assert [words for round_ in rounds for words in round_["broken"] if words.startswith("pool")] == []


def test_without_lock_and_guard_too_many_get_in(race: Race) -> None:
    """What the race rests on: it can be lost."""
    assert [round_["places"] for round_ in race(without="lock,guard") if round_["confirmed"] > round_["places"]]

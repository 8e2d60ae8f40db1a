"""Elasticsearch is killed while readers search, and comes back: over a real server, with real processes."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests import elasticsearch_server, made_once
from tests.bench import parts
from tests.bench.outage import DOWN, HEALTHY


@pytest.fixture(scope="module")
def outage(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    if not os.environ.get("TEST_ELASTICSEARCH_URL"):
        pytest.skip("TEST_ELASTICSEARCH_URL names no server; `make test` starts one where it can be assembled")
    if not elasticsearch_server.can_be_had():
        pytest.skip(f"A server of our own is needed, to kill it: {elasticsearch_server.NO_ELASTICSEARCH}")
    folder: Path = tmp_path_factory.mktemp("outage")
    environment = parts.environment(folder)
    made_once.copy(made_once.LOADED, environment["DATABASE_URL"], folder / "village.sqlite3")
    made_once.copy_pictures(made_once.LOADED, environment["DATABASE_URL"], folder / "media")
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "-v0"]
    subprocess.run(command, cwd=parts.ROOT, env=environment, check=True, capture_output=True)
    return parts.run("outage", [str(folder)], environment)


pytestmark = pytest.mark.elasticsearch

MOST_TOO_SLOW = 2  # of about eighty pages


def expected(outage: dict[str, Any], seconds: float) -> float:
    """At least how many pages were answered in so many seconds."""
    return 0.75 * float(outage["a_second"]) * seconds


def of(outage: dict[str, Any], phase: str) -> Counter[bool]:
    """How many pages of a phase showed the notice, and how many did not."""
    found: Counter[bool] = Counter()
    for its_phase, _, notice, number in outage["pages"]:
        if its_phase == phase:
            found[notice] += number
    return found


def test_every_reader_gets_a_page(outage: dict[str, Any]) -> None:
    assert outage["broken"] == []
    assert {status for _, status, _, _ in outage["pages"]} == {200}
    assert sum(number for *_, number in outage["pages"]) > expected(outage, HEALTHY + DOWN + HEALTHY)


def test_pages_say_so_while_it_is_away_and_only_then(outage: dict[str, Any]) -> None:
    assert outage["engines"] == ["elasticsearch", "sqlite", "elasticsearch"]
    for phase in (
        "healthy",
        "well",
    ):  # a request may take longer than we wait for: the database answers it, and says so
        assert of(outage, phase)[True] <= MOST_TOO_SLOW, phase
        assert of(outage, phase)[False] > expected(outage, HEALTHY)
    assert of(outage, "down")[False] == 0
    assert of(outage, "down")[True] > expected(outage, DOWN)


def test_it_is_in_use_again_within_thirty_seconds(outage: dict[str, Any]) -> None:
    assert outage["recovered"] < 30


def test_what_was_saved_meanwhile_has_arrived(outage: dict[str, Any]) -> None:
    assert outage["saved"] and outage["ticked"]
    assert outage["drift"]["clean"] is True
    assert outage["drift"]["server"]["pending"] == 0

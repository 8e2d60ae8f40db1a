"""What holds on every page that is somebody's or is reached by steps."""

from pathlib import Path

from .addresses import Address
from .every_page import BEHIND, Look, each, faults, not_looked_at, said_by_nu


@each(BEHIND)
def test_nothing_is_wrong_with_the_page(address: Address, visited: Look) -> None:
    assert faults(address, visited(address)) == []


def test_nu_finds_no_error(visited: Look, tmp_path: Path) -> None:
    assert said_by_nu(BEHIND, visited, tmp_path) == {}


def test_every_page_template_is_looked_at(visited: Look, of_all_processes: Path) -> None:
    missing = not_looked_at("behind", BEHIND, visited, of_all_processes)
    assert not missing, f"add an address for each of these to tests/browser/addresses.py: {missing}"

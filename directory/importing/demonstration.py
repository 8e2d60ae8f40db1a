"""The demonstration village's organisations, lists, programmes and cohorts, loaded in the order in which they need each other."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from .cohorts import load_cohorts
from .loading import load_organisations
from .synonyms import load_synonyms
from .taxonomy import load_suggestions, load_taxonomy

Say = Callable[[str], None]


def folder() -> Path:
    return Path(settings.BASE_DIR) / "assets" / "demonstration"


def read(name: str) -> bytes:
    return (folder() / name).read_bytes()


def load_lists() -> dict[str, int]:
    """Add what is missing of every controlled list. Needs no page."""
    return load_taxonomy("taxonomy.yaml", read("taxonomy.yaml"))


def load_all(say: Say = lambda words: None, *, by: Any = None, progress: Any = None) -> None:
    """Load all of it, telling ``say`` after each step. Loading again changes nothing.

    The directory page and the page for programmes and cohorts must be there. Raises Refused where a file is at fault.
    """
    for words in _steps(by, progress):
        say(words)


def _steps(by: Any, progress: Any) -> Iterator[str]:
    added = load_lists()
    yield f"Lists: {sum(added.values())} entries added"
    yield f"Synonyms: {load_synonyms('synonyms.yaml', read('synonyms.yaml'))}"
    for name, what in (("organisations.yaml", "Organisations"), ("tenants.yaml", "Invented tenants")):
        yield f"{what}: {load_organisations(name, read(name), by=by, progress=progress)}"
    yield f"Answers: {load_suggestions('taxonomy.yaml', read('taxonomy.yaml'))} needs name an organisation first"
    yield f"Programmes and cohorts: {load_cohorts('cohorts.yaml', read('cohorts.yaml'), by=by)}"

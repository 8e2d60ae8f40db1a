"""What must answer before this process is given readers. Apps register their own checks; core knows the database."""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

log = logging.getLogger(__name__)

_checks: dict[str, Callable[[], object]] = {}


@dataclass(frozen=True)
class Answer:
    name: str
    ready: bool
    took_ms: float
    details: Mapping[str, Any] = field(default_factory=dict)


def register(name: str, check: Callable[[], object]) -> None:
    """Have ``/readyz`` call ``check``; it raises, or returns False, when its part does not answer.

    A mapping that it returns is shown beside: anybody may read it.
    """
    _checks[name] = check


def answers() -> list[Answer]:
    """Ask every part. Never raises: a part that fails is named, and why is in the log, not in the answer."""
    return [_ask(name, check) for name, check in {"database": _ask_database, **_checks}.items()]


def _ask(name: str, check: Callable[[], object]) -> Answer:
    started = time.perf_counter()
    said: object = False
    try:
        said = check()
    except Exception:  # whatever a driver or an engine raises, the answer is "not ready"
        log.exception("%s does not answer", name)
    took_ms = round((time.perf_counter() - started) * 1000, 1)
    return Answer(name, said is not False, took_ms, said if isinstance(said, Mapping) else {})


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()

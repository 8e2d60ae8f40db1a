"""Jobs that are due at a time: each is idempotent, and all of them are done by one command, ``manage.py tick``."""

import logging
from collections.abc import Callable
from typing import Any

from . import retention, tasks

log = logging.getLogger(__name__)

_jobs: dict[str, Callable[[], Any]] = {
    "reap tasks": tasks.reap,
    "prune tasks": tasks.prune,
    "forget ended sessions": retention.forget_ended_sessions,
    "forget old versions": retention.forget_old_versions,
}


def register_due_job(name: str, job: Callable[[], Any]) -> None:
    """Have ``job`` done at every tick. It must be safe to run at any time, and twice at once."""
    _jobs[name] = job


def tick() -> dict[str, str]:
    """Do every job; one that fails does not keep the others. Returns the errors by name of the job."""
    errors: dict[str, str] = {}
    for name, job in _jobs.items():
        try:
            job()
        except Exception as error:
            log.exception("The job “%s” failed.", name)
            errors[name] = str(error)
    return errors

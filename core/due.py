"""Jobs that are due at a time: each is idempotent, and all of them are done by one command, ``manage.py tick``."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from . import retention, tasks

log = logging.getLogger(__name__)

ONCE_A_DAY = 24 * 60 * 60


@dataclass(frozen=True)
class _Job:
    do: Callable[[], Any]
    daily: bool = False


_jobs = {
    "reap tasks": _Job(tasks.reap),
    "prune tasks": _Job(tasks.prune),
    "forget ended sessions": _Job(retention.forget_ended_sessions),
    "forget old versions": _Job(retention.forget_old_versions, daily=True),
}


def register_due_job(name: str, job: Callable[[], Any], *, daily: bool = False) -> None:
    """Have ``job`` done at every tick, or at the first one of every day. It must be safe to run at any time, and twice at once."""
    _jobs[name] = _Job(job, daily)


def tick() -> dict[str, str]:
    """Do every job; one that fails does not keep the others, and is tried again. Returns the errors by name of the job."""
    errors: dict[str, str] = {}
    today = timezone.localdate()  # a month begins at midnight in London, whenever yesterday's job was done
    for name, job in _jobs.items():
        done_today = f"due-{today}-{name.replace(' ', '-')}"
        if job.daily and not cache.add(done_today, True, ONCE_A_DAY):
            continue
        try:
            job.do()
        except Exception as error:
            cache.delete(done_today)
            log.exception("The job “%s” failed.", name)
            errors[name] = str(error)
    return errors

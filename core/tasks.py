"""Background work that is not lost: tried again with growing pauses, and picked up when its worker died.

A task is a function of keyword arguments. It is enqueued inside the transaction that makes it necessary, so that neither
happens without the other, and must be safe to run twice.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task
from django_tasks.base import Task, TaskResultStatus

log = logging.getLogger(__name__)

PAUSES = (timedelta(seconds=2), timedelta(seconds=30), timedelta(minutes=5), timedelta(hours=1))
LONGEST_RUN = timedelta(minutes=10)  # a task that has run longer has lost its worker
KEPT_FOR = timedelta(days=7)


def durable(function: Callable[..., None]) -> Task[..., None]:
    """Make ``function`` a task that is tried five times within about an hour before it counts as failed."""

    @wraps(function)
    def run(*, attempt: int = 0, **arguments: Any) -> None:
        try:
            with transaction.atomic():
                function(**arguments)
        except Exception:
            if attempt >= len(PAUSES) or not registered.get_backend().supports_defer:
                raise
            log.warning("%s failed and is tried again in %s.", registered.name, PAUSES[attempt], exc_info=True)
            later = registered.using(run_after=timezone.now() + PAUSES[attempt])
            later.enqueue(attempt=attempt + 1, **arguments)

    registered: Task[..., None] = task()(run)
    return registered


def reap() -> int:
    """Enqueue anew what a worker that died has left behind; returns how many there were."""
    from django_tasks_db.models import DBTaskResult  # noqa: PLC0415 -- a model, not ready when tasks are defined

    reaped = 0
    lost = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__lt=timezone.now() - LONGEST_RUN)
    for pk in lost.values_list("pk", flat=True):
        with transaction.atomic():
            # The status is part of the filter: of two reapers only one finds it.
            reaped += DBTaskResult.objects.filter(pk=pk, status=TaskResultStatus.RUNNING).update(
                status=TaskResultStatus.READY, started_at=None, worker_ids=[]
            )
    if reaped:
        log.warning("%d tasks had lost their worker and run again.", reaped)
    return reaped


def prune() -> int:
    """Delete results of tasks that ended more than a week ago; returns how many."""
    from django_tasks_db.models import DBTaskResult  # noqa: PLC0415 -- a model, not ready when tasks are defined

    ended = (TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED)
    return DBTaskResult.objects.filter(status__in=ended, finished_at__lt=timezone.now() - KEPT_FOR).delete()[0]

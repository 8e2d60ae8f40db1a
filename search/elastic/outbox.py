"""Changes on their way to the server: noted in the transaction that makes them, sent after it, kept until they arrived.

Whatever happens to the server meanwhile, nothing is forgotten: ``tick`` sends what is left. While a note is older than a
few seconds the server is behind, and readers get the database's answer.
"""

import logging
import time
from datetime import timedelta

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from search.engines import EngineUnavailable
from search.models import IndexedDocument, PendingChange

from . import index
from .client import is_configured
from .mapping import identity

log = logging.getLogger(__name__)

EVERYTHING = "*"  # as the type of a note: compare all
BATCH = 500
PATIENCE = timedelta(seconds=20)  # how far the server may be behind before readers are sent to the database
KEPT_FOR = 5.0  # seconds for which that is not asked again
HOURLY = 3600
COMPARED = "search-index-compared"
PAUSE = 10.0  # seconds after a failure in which a process that writes does not wait for the server again

_looked: tuple[float, bool] | None = None
_not_before = 0.0


def note(type_: str, key: str, version: int = 0) -> None:
    """Note that a document changed or, with the ``version`` of its end, went; part of the caller's transaction."""
    if is_configured():
        PendingChange.objects.create(type=type_, key=key, version=version)


def send_after_commit() -> None:
    """Send what was noted as soon as the transaction holds. A server that is out of reach keeps nobody waiting twice."""
    if is_configured():
        transaction.on_commit(_try_to_send)


def _try_to_send() -> None:
    global _not_before  # noqa: PLW0603 -- one process, one pause
    if time.monotonic() < _not_before:
        return
    try:
        send()
    except EngineUnavailable as error:
        _not_before = time.monotonic() + PAUSE
        log.warning("The index is behind until the server is back: %s", error)


def send() -> int:
    """Send everything that is noted; returns how many notes. Safe to do twice at once. Raises EngineUnavailable."""
    sent = 0
    while batch := list(PendingChange.objects.order_by("pk")[:BATCH]):
        if any(change.type == EVERYTHING for change in batch):
            index.repair()
        rows = dict(_rows_of(batch))
        gone = {
            identity(c.type, c.key): c.version for c in batch if c.type != EVERYTHING and (c.type, c.key) not in rows
        }
        index.write(gone, rows.values())
        # By their keys: what was noted meanwhile stays, though it may name the same document.
        PendingChange.objects.filter(pk__in=[change.pk for change in batch]).delete()
        sent += len(batch)
    return sent


def is_behind() -> bool:
    """Whether the server lacks what was changed some while ago; asked at most every few seconds."""
    global _looked  # noqa: PLW0603 -- one process, one look
    if _looked is None or time.monotonic() - _looked[0] > KEPT_FOR:
        late = PendingChange.objects.filter(noted_at__lt=timezone.now() - PATIENCE).exists()
        if late and not (_looked and _looked[1]):
            log.warning("Search answers from the database: the server was not told of the latest changes.")
        _looked = (time.monotonic(), late)
    return _looked[1]


def catch_up() -> None:
    """What ``tick`` does: make the index where there is none, send what is noted, compare everything now and then, tidy up.

    Raises EngineUnavailable while the server does not answer.
    """
    if not is_configured():
        return
    if not index.in_use():
        if not index.is_being_made():  # by somebody else, just now
            log.warning("There is no index for this release yet: making it.")
            rebuild()
        return
    send()
    differs = index.count() != IndexedDocument.objects.count() and not PendingChange.objects.exists()
    if cache.add(COMPARED, True, HOURLY) or differs:
        index.repair()
    index.tidy()


def rebuild(progress: index.Progress | None = None) -> str:
    """Make the server's index anew; returns its name. Raises EngineUnavailable, and has it compared when it is back."""
    try:
        name = index.rebuild(progress)
    except EngineUnavailable:
        if not PendingChange.objects.filter(type=EVERYTHING).exists():  # each minute we try again; one note is enough
            PendingChange.objects.create(type=EVERYTHING, key="")
        raise
    send()
    return name


def forget() -> None:
    """Look anew at the next question; for tests."""
    global _looked, _not_before
    _looked, _not_before = None, 0.0


def _rows_of(batch: list[PendingChange]) -> list[tuple[tuple[str, str], int]]:
    asked = {(change.type, change.key) for change in batch}
    found = IndexedDocument.objects.filter(type__in={t for t, _ in asked}, key__in={k for _, k in asked})
    rows = found.values_list("type", "key", "pk")
    return [((type_, key), pk) for type_, key, pk in rows if (type_, key) in asked]

"""Says how far each index is from the database."""

import json
import sys
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from search import facet_sets
from search.drift import Drift, drift
from search.elastic import index
from search.elastic.client import is_configured
from search.elastic.index import IndexDrift
from search.engine import engine, readiness
from search.engines import EngineUnavailable
from search.indexing import REBUILT_KEY
from search.models import PendingChange

SHOWN = 10  # keys of each kind that are named


class Command(BaseCommand):
    help = "How far each index is from the database, the search server's too. Exit status 1 when there is drift."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="For programs.")

    def handle(self, *args: Any, **options: Any) -> None:
        drifts, sets = drift(), facet_sets.wrong()
        server = _server() if is_configured() else None
        clean = all(d.is_clean for d in drifts) and not sets and (server is None or server.is_clean)
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(drifts, sets, server, clean=clean)))
        else:
            self._tell(drifts, sets, server)
            self.stdout.write("No drift." if clean else "Drift. Run: python manage.py search_rebuild")
        if not clean:
            sys.exit(1)

    def _tell(self, drifts: list[Drift], sets: list[str], server: "Server | None") -> None:
        asked = readiness()
        self.stdout.write(f"Engine: {engine().name}")
        if asked["degraded"]:
            self.stdout.write(f"It is out of reach or behind: readers get {asked['engine']} instead.")
        if rebuilt_at := cache.get(REBUILT_KEY):
            self.stdout.write(f"Last rebuilt: {rebuilt_at:%Y-%m-%d %H:%M} UTC")
        for d in drifts:
            self.stdout.write(f"{d.type:<14} {d.documents:>7} documents, {d.records:>7} records")
            self._name("not indexed", d.missing)
            self._name("no longer public", d.stale)
            self._name("older than their page", d.outdated)
        if sets:
            self.stdout.write("filters        count and leave what their documents do not say")
            self._name("wrong", sets)
        if server is None:
            return
        if server.index is None:
            self.stdout.write(f"elasticsearch  does not answer: {server.error}")
        else:
            self.stdout.write(
                f"elasticsearch  {server.index.documents:>7} documents in {server.index.name or 'no index yet'}"
            )
            self._name("not in it", server.index.missing)
            self._name("older than the database's", server.index.outdated)
            self._name("only in it", list(server.index.stale))
        if server.pending:
            self.stdout.write(f"{'':<14} {server.pending} changes wait to be sent, the oldest for {server.waiting}")

    def _name(self, words: str, keys: list[str]) -> None:
        if keys:
            more = f" and {len(keys) - SHOWN} more" if len(keys) > SHOWN else ""
            self.stdout.write(f"{'':<14} {len(keys)} {words}: {', '.join(keys[:SHOWN])}{more}")


@dataclass(frozen=True)
class Server:
    """The server outside the database, as far as it answers."""

    index: IndexDrift | None
    error: str
    pending: int
    waiting: str

    @property
    def is_clean(self) -> bool:
        return self.index is not None and self.index.is_clean and not self.pending


def _server() -> Server:
    found, error = None, ""
    try:
        found = index.drift()
    except EngineUnavailable as unavailable:
        error = str(unavailable)
    waiting = PendingChange.objects.order_by("noted_at").values_list("noted_at", flat=True)
    since = str(timezone.now() - waiting[0]).partition(".")[0] if waiting else ""
    return Server(found, error, len(waiting), since)


def _as_json(drifts: list[Drift], sets: list[str], server: Server | None, *, clean: bool) -> dict[str, Any]:
    status: dict[str, Any] = {
        "engine": engine().name,
        **{f"visitors_get_{name}": value for name, value in readiness().items()},
        "clean": clean,
        "types": [d.__dict__ for d in drifts],
        "wrong_filters": sets,
    }
    if server is not None:
        status["server"] = {
            "index": server.index and server.index.__dict__,
            "error": server.error,
            "pending": server.pending,
        }
    return status

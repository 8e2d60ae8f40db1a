"""Kills Elasticsearch under load and lets it come back: what readers get meanwhile, how soon it is in use again, what was lost.

``make bench`` and ``tests/search/test_outage.py`` run it over a village in a folder of its own.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from tests import elasticsearch_server
from tests.run import free_port
from tests.speed import slower

from .parts import ROOT, Answer, part
from .serving import server

A_SECOND = (
    20  # requests, of a machine of the usual speed; fewer of a slower one, or it would be the load that is measured
)
HEALTHY, DOWN, MOST_FOR_RECOVERY = 4, 12, 60  # seconds
WARM_UP = 48  # pages: two processes, each with threads, and a Java that has not compiled its own yet
ALL_WORKERS = 16  # seconds: each has a breaker of its own that opens for ten, and looks every five whether it is behind
CHANGED = 5  # organisations that are saved while the server is away
WORDS = ("pathology", "health data", "wet lab", "regulatory advice", "patholgy", "AI", "trial", "finance")
NOTICE = b"basic mode"


@dataclass
class Load:
    """Steady requests, each for a page that nobody has asked for."""

    port: int
    a_second: float
    phase: str = "healthy"
    pages: Counter[tuple[str, int, bool]] = field(default_factory=Counter)  # phase, status, whether the notice is shown
    took: dict[str, list[float]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        threads = []
        number = 0
        due = time.monotonic()
        while not self.stopped.is_set():
            thread = threading.Thread(target=self._ask, args=(number,))
            thread.start()
            threads.append(thread)
            number += 1
            due += 1 / self.a_second
            time.sleep(max(0.0, due - time.monotonic()))
        for thread in threads:
            thread.join(60)

    def _ask(self, number: int) -> None:
        path = ("/directory/", "/search/")[number % 2]
        words = WORDS[number % len(WORDS)].replace(" ", "+")
        phase, began = self.phase, time.monotonic()
        try:
            status, body = get(self.port, f"{path}?q={words}&n={number}")
        except (OSError, HTTPException) as error:
            self.broken.append(f"{phase}: {error!r}")
            return
        self.took.setdefault(phase, []).append(time.monotonic() - began)
        self.pages[phase, status, NOTICE in body] += 1


def get(port: int, path: str) -> tuple[int, bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def engine(port: int) -> str:
    try:
        status, body = get(port, "/readyz")
    except (OSError, HTTPException) as error:
        return repr(error)
    return str(json.loads(body)["checks"]["search"]["engine"]) if status == 200 else f"status {status}"


@contextmanager
def killable(folder: Path, port: int) -> Iterator["Killable"]:
    found = Killable(folder, port)
    try:
        found.start()
        yield found
    finally:
        found.kill()


class Killable:
    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = elasticsearch_server.launch(self.folder, self.port)
        elasticsearch_server.wait_for(self.port, self.process, self.folder)

    def kill(self) -> None:
        """The hard way: the launcher and the Java below it are one session, which is ours."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


def measure(arguments: list[str]) -> Answer:
    folder = Path(arguments[0])
    port = free_port()
    os.environ["ELASTICSEARCH_URL"] = url = f"http://127.0.0.1:{port}"
    with (
        tempfile.TemporaryDirectory(prefix="village-outage-", ignore_cleanup_errors=True) as name,
        killable(Path(name), port) as search_server,
    ):
        manage(folder, url, "search_rebuild", "--quiet")
        with server(folder, 2) as (web, _):
            return _measured(folder, url, search_server, web)


def _measured(folder: Path, url: str, search_server: Killable, web: int) -> Answer:
    for number in range(WARM_UP):  # the first answers of a process take long: it loads what it needs
        get(web, f"/search/?q={quote_plus(WORDS[number % len(WORDS)])}&warm={number}")
    before = engine(web)
    load = Load(web, A_SECOND / slower())
    asking = threading.Thread(target=load.run)
    asking.start()
    try:
        time.sleep(HEALTHY)
        load.phase = "going"
        search_server.kill()
        time.sleep(2)  # what was on its way, and the first to notice
        load.phase = "down"
        saving = manage(folder, url, "shell", "--command", SAVE, check=False)
        meanwhile = engine(web)
        time.sleep(DOWN)
        search_server.start()
        load.phase = "coming"
        back = time.monotonic()
        # Told by the worker or by tick, whichever comes first; here it is tick.
        tick = manage(folder, url, "tick")
        while (after := engine(web)) != "elasticsearch" and time.monotonic() - back < MOST_FOR_RECOVERY:
            time.sleep(0.25)
        recovered = time.monotonic() - back
        time.sleep(ALL_WORKERS)
        load.phase = "well"
        time.sleep(HEALTHY)
    finally:
        load.stopped.set()
        asking.join()
    status = manage(folder, url, "search_status", "--json", check=False)
    told = json.loads(status.stdout.splitlines()[-1])
    return {
        "engines": [before, meanwhile, after],
        "saved": saving.returncode == 0,
        "ticked": tick.returncode == 0,
        "recovered": recovered,
        "drift": told,
        "broken": load.broken,
        "pages": [[*key, number] for key, number in sorted(load.pages.items())],
        "took": load.took,
        "a_second": load.a_second,
    }


SAVE = f"""
from directory.models import OrganisationPage
from search.indexing import refresh
for page in OrganisationPage.objects.live().order_by("pk")[:{CHANGED}]:
    page.summary = "Changed while the server was away."
    page.save_revision().publish()
    refresh({{"organisation": [page.pk]}})
"""


def manage(folder: Path, url: str, *arguments: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
    environment: dict[str, Any] = {**os.environ, "VAR_DIR": str(folder), "ELASTICSEARCH_URL": url}
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if check and done.returncode:
        raise SystemExit(f"manage.py {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr[-3000:]}")
    return done


if __name__ == "__main__":
    part(measure)

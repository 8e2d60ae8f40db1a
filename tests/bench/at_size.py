"""Search over 1,000 to a million records: how long each engine takes, and Wagtail's own search on the same rows.

``measure([folder, size, what…])`` with ``what`` of ``fill``, ``fill_stock``, ``ask``, ``stock``, ``save``, ``suggest``,
``memory``; the engine is the one that the environment names. Each answer says how much ``slower`` than a usual machine this
one was meanwhile.
"""

import os
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests.speed import slower

from .parts import Answer, part

TIMES = 60  # of each question
WARM = 40  # of each question before: a server that has just started compiles what it is asked for while it answers
LONGEST = 20.0  # seconds spent on one question of Wagtail's own search, which may take that long for one answer
SAVES = 40
PAGES = 300  # asked of the server whose memory is measured

MADE_OF = (
    "tests/bench/stock/*.py",
    "search/indexing.py",
    "search/models.py",
    "search/analysis.py",
    "search/migrations/*.py",
)


def measure(arguments: list[str]) -> Answer:
    folder, size, *wanted = arguments
    parts: dict[str, Callable[[Path, int], Any]] = {
        "fill": fill, "fill_stock": fill_stock, "ask": ask, "stock": stock, "save": save, "suggest": suggest, "memory": memory,
    }  # fmt: skip
    answer: Answer = {}
    for name in wanted:
        before = slower()
        answer[name] = parts[name](Path(folder), int(size))
        answer[name]["slower"] = (before + slower()) / 2
    return answer


# ---- filling --------------------------------------------------------------------------------------------------------
def fill(folder: Path, size: int) -> Answer:
    """As many records as asked for, in the village's index."""
    from django.core.management import call_command
    from django.db import connection
    from tqdm import tqdm

    from search.elastic import outbox
    from search.elastic.client import is_configured
    from search.indexing import rebuild
    from search.receivers import paused
    from tests.bench.stock.corpus import records
    from tests.bench.stock.models import Entry

    took: Answer = {}
    if Entry._meta.db_table not in connection.introspection.table_names():
        call_command("migrate", run_syncdb=True, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
    if Entry.objects.count() != size:
        with paused():
            Entry.objects.all().delete()
            batch: list[Entry] = []
            for made in records(size):
                batch.append(Entry(**made))
                if len(batch) == 2000:
                    Entry.objects.bulk_create(batch)
                    batch = []
            Entry.objects.bulk_create(batch)
        with tqdm(desc=f"{size:,} records", unit="", leave=False, disable=None) as bar:
            took["search_rebuild"] = _seconds(lambda: rebuild(lambda *_: bar.update() and None))
        _analyse()
    elif is_configured():
        took["search_rebuild"] = _seconds(outbox.rebuild)
    return took


def fill_stock(folder: Path, size: int) -> Answer:
    """The same records in Wagtail's own index: of a million that takes hours, and nobody asks for it."""
    from wagtail.search.backends import get_search_backend
    from wagtail.search.models import IndexEntry

    from tests.bench.stock.models import Entry

    if IndexEntry.objects.count() < size:
        index = get_search_backend().get_index_for_model(Entry)
        for first in range(0, size, 1000):
            index.add_items(Entry, list(Entry.objects.order_by("pk")[first : first + 1000]))
        _analyse()
    return {}


def _analyse() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


# ---- asking ---------------------------------------------------------------------------------------------------------
def ask(folder: Path, size: int) -> Answer:
    """``search()`` as a page calls it: understood, ranked, twenty hits with their reasons, and every count of every filter."""
    from search.elastic.client import connection, is_configured
    from search.elastic.index import read_alias
    from search.engine import search
    from search.query import Query
    from tests.bench.stock.corpus import QUESTIONS

    found: Answer = {}
    if is_configured():  # every count is counted: what it remembers of the same question is no measure
        connection().indices.put_settings(index=read_alias(), settings={"index.requests.cache.enable": False})
    for name, questions in QUESTIONS.items():
        queries = [
            Query(
                text=words,
                types=frozenset({"entry"}),
                filters={f"bench_{facet}": frozenset(values) for facet, values in filters.items()},
            )
            for words, filters in questions
        ]
        for number in range(WARM):
            results = search(queries[number % len(queries)])
        seconds, processor, totals = [], [], []
        for number in range(TIMES):
            began, computed = time.perf_counter(), time.process_time()
            results = search(queries[number % len(queries)])
            seconds.append(time.perf_counter() - began)
            processor.append(time.process_time() - computed)
            totals.append(results.total)
            if results.degraded or len(results.facets) != 6:
                raise SystemExit(
                    f"“{name}” was not answered as it should: {results.engine}, {len(results.facets)} facets."
                )
        found[name] = {"seconds": seconds, "processor": processor, "found": statistics.mean(totals)}
    found["engine"] = results.engine
    return found


def stock(folder: Path, size: int) -> Answer:
    """Wagtail's own search: the same words, twenty hits as records and, where it can, the counts of three filters."""
    from wagtail.search.backends import get_search_backend

    from tests.bench.stock.corpus import QUESTIONS
    from tests.bench.stock.models import Entry

    backend = get_search_backend()
    found: Answer = {}
    for name, questions in QUESTIONS.items():
        asked = [(words, filters) for words, filters in questions if words]
        if not asked or name == "misspelt":  # it corrects nothing
            continue

        def answer(words: str, filters: dict[str, list[str]]) -> int:
            rows = Entry.objects.all()
            if "stage" in filters:
                rows = rows.filter(stage__in=filters["stage"])
            results = backend.search(words, rows)
            number = len(list(results[:20]))
            for facet in ("kind", "stage", "theme"):
                results.facet(facet)
            return number

        found[name] = _bounded(lambda number, asked=asked, answer=answer: answer(*asked[number % len(asked)]))
    from tests.bench.stock.corpus import BEGINNINGS

    found["suggestions"] = _bounded(
        lambda number: len(list(backend.autocomplete(BEGINNINGS[number % len(BEGINNINGS)], Entry)[:8]))
    )
    return found


def _within(work: Callable[[], Any]) -> bool:
    """Whether it is done in ``LONGEST`` seconds; what the database is doing then is broken off."""
    from django.db import OperationalError, connection

    connection.ensure_connection()
    raw, done = connection.connection, threading.Event()

    def break_off() -> None:
        if done.wait(LONGEST):
            return
        while not done.wait(0.1):  # again, as between two statements there is nothing to break off
            if connection.vendor == "sqlite":
                raw.interrupt()
            else:
                raw.cancel()

    breaker = threading.Thread(target=break_off)
    breaker.start()
    try:
        work()
    except OperationalError:  # “interrupted”, “canceling statement due to user request”
        return False
    finally:
        done.set()
        breaker.join()
    return True


def _bounded(answer: Callable[[int], int]) -> Answer:
    """As often as ``TIMES``, or for ``LONGEST`` seconds. Where one takes longer than that it is broken off: empty."""
    seconds: list[float] = []
    if not _within(lambda: answer(0)):
        return {"seconds": seconds}
    began = time.perf_counter()
    while len(seconds) < TIMES and (not seconds or time.perf_counter() - began < LONGEST):
        one = time.perf_counter()
        if not _within(lambda: answer(len(seconds))):
            return {"seconds": []}
        seconds.append(time.perf_counter() - one)
    return {"seconds": seconds}


# ---- saving ---------------------------------------------------------------------------------------------------------
def save(folder: Path, size: int) -> Answer:
    """One record changes and is looked at again, as the worker does it."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from search.indexing import refresh
    from search.receivers import paused
    from tests.bench.stock.models import Entry

    keys = list(Entry.objects.order_by("?").values_list("pk", flat=True)[: SAVES + 5])
    took = []
    for number, key in enumerate(keys):
        with paused():
            Entry.objects.filter(pk=key).update(summary=f"Saved for the {number}th time.")
        began = time.perf_counter()
        refresh({"entry": [str(key)]})
        if number >= 5:
            took.append(time.perf_counter() - began)
    with CaptureQueriesContext(connection) as captured:
        refresh({"entry": [str(keys[0])]})
    return {"seconds": took, "statements": len(captured.captured_queries)}


# ---- over HTTP ------------------------------------------------------------------------------------------------------
@contextmanager
def _served(folder: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """One worker that knows these records. Raises SystemExit where another engine answers than is to be measured."""
    from search.elastic.client import is_configured

    from .outage import engine
    from .serving import server

    with server(folder, 1, DJANGO_SETTINGS_MODULE=os.environ["DJANGO_SETTINGS_MODULE"]) as (port, process):
        yield port, process
        if is_configured() and (used := engine(port)) != "elasticsearch":
            raise SystemExit(f"Elasticsearch was to be measured, and {used} answers.")


def suggest(folder: Path, size: int) -> Answer:
    """Suggestions as a browser gets them from the server, every time other letters so that no page is kept."""
    from tests.bench.stock.corpus import BEGINNINGS

    with _served(folder) as (port, _):
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        seconds = []
        for number in range(TIMES + 5):
            began = time.perf_counter()
            connection.request("GET", f"/api/v1/suggest?q={BEGINNINGS[number % len(BEGINNINGS)]}&n={number}")
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise SystemExit(f"Suggestions were answered with {answer.status}.")
            if number >= 5:
                seconds.append(time.perf_counter() - began)
    return {"seconds": seconds}


def memory(folder: Path, size: int) -> Answer:
    """The most that one web process holds after searches of every kind."""
    from tests.bench.stock.corpus import QUESTIONS

    from .serving import asked, resident_of_worker

    words = [words.replace(" ", "+") for questions in QUESTIONS.values() for words, _ in questions]
    with _served(folder) as (port, process), tempfile.TemporaryDirectory(prefix="village-bench-") as kept:
        listed = Path(kept) / "paths"
        listed.write_text("\n".join(f"/search/?q={word}&n={{n}}" for word in words))
        asked(listed, port, most=PAGES)
        return {"resident": resident_of_worker(process.pid)}


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
    part(measure)

"""Makes the index of Elasticsearch anew while others write and search: what was lost, and whether search always answered.

``python -m tests.bench.rebuilding write FOLDER SECONDS`` is the writer, a process of its own, ten changes a second.
"""

import json
import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

from .parts import ROOT, Answer, part

A_SECOND = 10
SEARCHES_A_SECOND = 5
# Nothing asked for is everything, which is found in any corpus; words of the demonstration need not stand in invented records.
WORDS = ("", "health", "pathology", "data", "trial", "device", "care")


def measure(arguments: list[str]) -> Answer:
    """``measure([folder])``: the village in ``folder`` is indexed in the database; the server is ``ELASTICSEARCH_URL``."""
    from search.elastic import index, outbox
    from search.models import IndexedDocument

    outbox.rebuild()
    before = index.in_use()
    written = Path(arguments[0]) / "written.jsonl"
    written.unlink(missing_ok=True)
    writer = subprocess.Popen([sys.executable, "-m", "tests.bench.rebuilding", "write", str(written)], cwd=ROOT)
    searched, stopped = Searched(), threading.Event()
    searching = threading.Thread(target=searched.run, args=(stopped,))
    searching.start()
    try:
        _wait_for_lines(written, A_SECOND)
        began = time.monotonic()
        outbox.rebuild()
        took = time.monotonic() - began
        _wait_for_lines(written, len(written.read_text().splitlines()) + A_SECOND)
    finally:
        writer.terminate()
        writer.wait(timeout=30)
        stopped.set()
        searching.join()
    outbox.send()
    latest = {entry["key"]: entry for entry in map(json.loads, written.read_text().splitlines())}
    return {
        "documents": IndexedDocument.objects.count(),
        "seconds": took,
        "swapped": before != index.in_use(),
        "writes": len(written.read_text().splitlines()),
        "lost": _lost(latest),
        "drifted": not index.drift().is_clean,
        "searches": searched.number,
        "answered_otherwise": searched.otherwise,
        "slowest": searched.slowest,
    }


def _wait_for_lines(path: Path, number: int) -> None:
    until = time.monotonic() + 60
    while not path.exists() or len(path.read_text().splitlines()) < number:
        if time.monotonic() > until:
            raise SystemExit("The writer does not write.")
        time.sleep(0.1)


class Searched:
    def __init__(self) -> None:
        self.number, self.slowest = 0, 0.0
        self.otherwise: list[str] = []  # whatever was not Elasticsearch's own answer

    def run(self, stopped: threading.Event) -> None:
        from django.db import connection

        from search.engine import search
        from search.query import Query

        while not stopped.is_set():
            began = time.monotonic()
            text = WORDS[self.number % len(WORDS)]
            results = search(Query(text=text))
            self.slowest = max(self.slowest, time.monotonic() - began)
            self.number += 1
            if results.degraded or not (text or results.total):
                self.otherwise.append(f"{results.engine}, {results.total} found")
            time.sleep(1 / SEARCHES_A_SECOND)
        connection.close()


def _lost(latest: dict[str, dict[str, str]]) -> list[str]:
    """Changed records that the server does not have as they were last written."""
    from search.elastic import index
    from search.elastic.client import WRITING, connection

    client = connection(WRITING)
    client.indices.refresh(index=index.read_alias())
    lost = []
    for key, entry in latest.items():
        found = client.options(ignore_status=404).get(index=index.in_use(), id=f"{entry['type']}:{key}")
        tokens = found.get("_source", {}).get("summary_tokens", "") if found.get("found") else None
        if tokens is not None if entry["gone"] else tokens is None or entry["token"] not in tokens:
            lost.append(key)
    return lost


# ---- the writer -----------------------------------------------------------------------------------------------------
def write(path: str) -> None:
    """Change, add and take away documents until somebody ends this process; say what was done after it was committed."""
    import django

    django.setup()
    from django.db import transaction

    from search.documents import Document, source_of
    from search.elastic import outbox
    from search.indexing import put, remove
    from search.models import IndexedDocument

    chosen = random.Random(2027)
    rows = list(IndexedDocument.objects.values_list("type", "key", "title", "url"))
    due = time.monotonic()
    with Path(path).open("a") as out:
        for number in range(100_000):
            type_, key, title, url = chosen.choice(rows)
            source = source_of(type_)
            if source is None:
                continue
            token, gone = f"written{number}", number % 10 == 9
            with transaction.atomic():
                if gone:
                    remove(type_, key)
                else:
                    put(Document(type=type_, key=key, title=title, url=url, summary=token), source)
                outbox.send_after_commit()
            out.write(json.dumps({"type": type_, "key": key, "token": token, "gone": gone}) + "\n")
            out.flush()
            due += 1 / A_SECOND
            time.sleep(max(0.0, due - time.monotonic()))


if __name__ == "__main__":
    if sys.argv[1] == "write":
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ecosystem.settings.dev")
        write(sys.argv[2])
    else:
        part(measure)

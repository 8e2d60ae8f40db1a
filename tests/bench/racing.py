"""Two hundred people after the last places, by real HTTP with cookies and forms, from several processes at once.

``python -m tests.bench.racing run PORT PATH FIRST NUMBER`` is one of those processes. ``make bench`` and
``tests/events/test_booking_race.py`` run it over a village in a folder of its own.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from .parts import ROOT, Answer, part
from .serving import server

PROCESSES = 4
WORKERS = 2
FIELD = re.compile(r"<input[^>]*>")
NAME, VALUE = re.compile(r'name="([^"]*)"'), re.compile(r'value="([^"]*)"')
WAITING = b'name="waits"'  # the button by which somebody goes on the list


@dataclass
class Rival:
    """One person with a browser: opens the form, fills it in, and sends it when everybody does."""

    port: int
    path: str
    number: int
    answer: str = ""
    seconds: float = 0.0
    ended: float = 0.0
    cookies: dict[str, str] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)

    def open(self) -> None:
        status, page, _ = self.ask("GET", self.path)
        assert status == 200, f"the form answered {status}"
        for tag in FIELD.findall(page.decode()):
            if (name := NAME.search(tag)) and 'type="hidden"' in tag and (value := VALUE.search(tag)):
                self.form[name[1]] = value[1]
        self.form |= {"name": f"Rival {self.number}", "email": f"rival-{self.number}@example.org"}

    def send(self) -> None:
        began = time.perf_counter()
        try:
            status, page, location = self.ask("POST", self.path, urlencode(self.form))
            if status in (302, 303):
                self.answer = "booked" if "/booking/" in location else f"led to {location}"
            elif status < 500:
                self.answer = "offered the waiting list" if WAITING in page else f"{status} without a way out"
            else:
                self.answer = str(status)
        except (OSError, HTTPException) as error:
            self.answer = type(error).__name__
        self.seconds, self.ended = time.perf_counter() - began, time.time()

    def ask(self, method: str, path: str, body: str = "") -> tuple[int, bytes, str]:
        address = f"http://127.0.0.1:{self.port}"
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"{address}{path}"}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body or None, headers)
            response = connection.getresponse()
            page = response.read()
        finally:
            connection.close()
        for header in response.headers.get_all("Set-Cookie", []):
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        return response.status, page, urlsplit(response.headers.get("Location", "")).path


# ---- one process of rivals ------------------------------------------------------------------------------------------
def run(port: int, path: str, first: int, number: int) -> None:
    """Open the forms, say so, wait for the word, send all of them at once, and print what became of each."""
    rivals = [Rival(port, path, first + n) for n in range(number)]
    for rival in rivals:
        rival.open()
    print("ready", flush=True)
    sys.stdin.readline()
    threads = [threading.Thread(target=rival.send) for rival in rivals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps([(rival.answer, rival.seconds, rival.ended) for rival in rivals]), flush=True)


def race(port: int, path: str, rivals: int) -> tuple[list[tuple[str, float, float]], float]:
    """What became of each of ``rivals``, and the moment at which they were let go."""
    each = rivals // PROCESSES
    command = [sys.executable, "-m", "tests.bench.racing", "run", str(port), path]
    processes = [
        subprocess.Popen(
            [*command, str(n * each), str(each)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for n in range(PROCESSES)
    ]
    pipes: list[tuple[Any, Any]] = [(process.stdin, process.stdout) for process in processes]
    if any(answers.readline() != "ready\n" for _, answers in pipes):
        raise SystemExit("Not every rival could open the form; see above.")
    let_go = time.time()
    for word, _ in pipes:
        word.write("go\n")
        word.flush()
    found = [tuple(one) for _, answers in pipes for one in json.loads(answers.readline())]
    for process, (word, answers) in zip(processes, pipes, strict=True):
        word.close()
        answers.close()
        process.wait(timeout=30)
    return found, let_go  # type: ignore[return-value]


# ---- all rounds -----------------------------------------------------------------------------------------------------
def measure(arguments: list[str]) -> Answer:
    """``measure([folder, rivals, rounds, places, places…])``: an event for each round, and nobody left over from the last."""
    folder, rivals, rounds = Path(arguments[0]), int(arguments[1]), int(arguments[2])
    found = []
    settings = os.environ["DJANGO_SETTINGS_MODULE"]
    with server(folder, WORKERS, DJANGO_SETTINGS_MODULE=settings) as (port, _):
        for places in map(int, arguments[3:]):
            for _ in range(rounds):
                found.append(_round(port, rivals, places))
    return {"rivals": rivals, "rounds": found}


def _round(port: int, rivals: int, places: int) -> dict[str, Any]:
    from django.db.models import Count

    from events.bookings.models import Booking
    from events.bookings.queries import invariants_broken
    from tests.factories.bookings import bookable

    event = bookable(places)
    answers, let_go = race(port, f"/events/{event.slug}/book/", rivals)
    seconds = [took for _, took, _ in answers]
    booked = [ended for answer, _, ended in answers if answer == "booked"]
    stored = dict(Booking.objects.filter(event=event).values_list("status").annotate(number=Count("pk")))
    return {
        "places": places,
        "answers": Counter(answer for answer, _, _ in answers),
        "confirmed": stored.pop("confirmed", 0),
        "otherwise": stored,
        "broken": invariants_broken(),
        "a_second": len(booked) / (max(booked) - let_go) if booked else 0.0,
        "p95": statistics.quantiles(seconds, n=20)[-1],
    }


if __name__ == "__main__":
    if sys.argv[1] == "run":
        run(int(sys.argv[2]), sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
    else:
        part(measure)

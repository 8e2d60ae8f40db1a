"""One of those who contend: a process that does what it is told at a moment that it is told, and says what came of it."""

import time
from collections.abc import Callable
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any

Facts = dict[str, Any]


def work(tasks: Connection) -> None:
    """Do each task at the moment that it names and say what came of it; until there are no more."""
    from django.db import connection

    connection.ensure_connection()
    tasks.send("ready")
    while (facts := tasks.recv()) is not None:
        time.sleep(max(0.0, facts["at"] - time.time()))
        began = time.perf_counter()
        answer = _attempt(facts)
        tasks.send((answer, time.perf_counter() - began))


def _attempt(facts: Facts) -> str:
    from django.db import Error

    from spaces.rules import Refusal

    try:
        return WAYS[facts["do"]](facts) or "won"
    except Refusal as refusal:
        return refusal.rule
    except Error as error:
        return f"{type(error).__name__}: {error}".strip()


def _times(facts: Facts) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(facts["starts_at"]), datetime.fromisoformat(facts["ends_at"])


def request_of(facts: Facts) -> Any:
    from spaces.actions import Request

    starts_at, ends_at = _times(facts)
    return Request(name="Rival", email=email_of(facts["rival"]), starts_at=starts_at, ends_at=ends_at)


def email_of(rival: int) -> str:
    return f"rival-{rival}@example.org"


def _asker(facts: Facts) -> Any:
    from accounts.models import User
    from spaces.queries.people import asker_of
    from spaces.rules import Asker

    return asker_of(User.objects.get(email=email_of(facts["rival"]))) if facts.get("member") else Asker()


def _book(facts: Facts) -> str | None:
    from spaces.actions import book

    book(space=facts["space"], request=request_of(facts), asker=_asker(facts))
    return None


def _book_series(facts: Facts) -> str | None:
    from spaces.actions import Pattern, book_series

    starts_at, ends_at = _times(facts)
    pattern = Pattern(first_on=starts_at.date(), starts=starts_at.time(), ends=ends_at.time(), times=3)
    book_series(space=facts["space"], pattern=pattern, request=request_of(facts), asker=_asker(facts))
    return None


def _book_split(facts: Facts) -> str | None:
    from spaces.actions import Part, book_split

    starts_at, ends_at = _times(facts)
    middle = starts_at + (ends_at - starts_at) / 2
    first, second = facts["spaces"]
    parts = [Part(first, starts_at, middle), Part(second, middle, ends_at)]
    book_split(parts=parts, request=request_of(facts), asker=_asker(facts))
    return None


def _move(facts: Facts) -> str | None:
    from spaces.actions import change

    starts_at, ends_at = _times(facts)
    change(booking=facts["booking"], space=facts["space"], starts_at=starts_at, ends_at=ends_at, asker=_asker(facts))
    return None


def _close(facts: Facts) -> str | None:
    from accounts.models import User
    from spaces.actions import Held, close

    close(held=[Held(facts["space"], *_times(facts))], words="Painting", by=User.objects.get(pk=facts["by"]))
    return None


def _approve(facts: Facts) -> str | None:
    from accounts.models import User
    from spaces.actions import approve

    approve(booking=facts["booking"], by=User.objects.get(pk=facts["by"]))
    return "approved"


def _make_way(facts: Facts) -> str | None:
    """Cancel, and serve whoever waits, as the task does that is due then."""
    from spaces.actions import cancel, serve_waiting
    from spaces.timetable import Span

    cancel(booking=facts["booking"])
    serve_waiting(units=facts["units"], span=Span(*_times(facts)))
    return "made way"


WAYS: dict[str, Callable[[Facts], str | None]] = {
    "book": _book,
    "book series": _book_series,
    "book split": _book_split,
    "move": _move,
    "close": _close,
    "approve": _approve,
    "make way": _make_way,
}

"""What is searched for, counted by list and day: the words, how often, how often in vain. Nobody who asked is in it.

No time finer than a day, no address, cookie, session, order of events. Who has signed in is not counted at all. Text
that looks like personal data is counted without its words, and words that hardly anybody asked for are forgotten.
``docs/privacy.md`` says the same to people.

Most pages come from the page cache, so counting happens where they are given out (``core.page_cache.watch``). Counts wait
in the process and are written together once an answer has been sent: no reader waits for them, and a process that is
killed loses those of a few seconds.
"""

import logging
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from threading import Lock
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from django.conf import settings
from django.db import Error, transaction
from django.db.models import F, QuerySet, Sum
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from core import page_cache

from .analysis import words_in
from .models import DailyQuery
from .query import Query, clean
from .results import Results

log = logging.getLogger(__name__)

NOTE = "search"  # the name under which a list notes on its page what was asked
LONGEST = 100  # characters; who pastes more pastes something of their own
LEAST_ASKED = 3  # words that were asked for less often are shown to nobody
RARE_KEPT_FOR = timedelta(days=14)
KEPT_FOR = timedelta(days=90)

WRITE_AFTER = 10  # seconds
MOST_WAITING = 200  # counts of different words; more are written at once
MOST_OPENED = 1000  # results opened in the time that counts wait: beyond it somebody is playing
MOST_TEXTS_A_DAY = 5000  # beyond it somebody is inventing words; they are counted without


# An address, a date of birth, a national insurance number, a postcode.
PERSONAL = re.compile(
    r"@|https?:"
    r"|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b"
    r"|\b[a-z]{2} ?\d\d ?\d\d ?\d\d ?[a-d]\b"
    r"|\b[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}\b",
    re.IGNORECASE,
)
NUMBER = re.compile(r"\d(?:[\d ().+/-]*\d)?")
MOST_DIGITS, MOST_IN_GROUPS = 8, 6  # as long as a number of a register; a telephone or NHS number is longer
ROBOT = re.compile(r"bot\b|crawl|spider|slurp|preview", re.IGNORECASE)

Key: TypeAlias = tuple[date, str, str]  # day, path, text


@dataclass
class Count:
    asked: int = 0
    found_nothing: int = 0
    opened: int = 0
    places: int = 0
    last_total: int | None = None

    def add(self, other: "Count") -> None:
        self.asked += other.asked
        self.found_nothing += other.found_nothing
        self.opened += other.opened
        self.places += other.places
        if other.last_total is not None:
            self.last_total = other.last_total


# ---- what counts ----------------------------------------------------------------------------------------------------
def words_to_keep(text: str) -> str:
    """``text`` folded, or nothing where it looks like personal data."""
    folded = " ".join(words_in(text))
    return "" if max(len(text), len(folded)) > LONGEST or _looks_personal(text) else folded


def _looks_personal(text: str) -> bool:
    for number in NUMBER.findall(text):
        digits = sum(character.isdigit() for character in number)
        if digits > (MOST_DIGITS if digits == len(number) else MOST_IN_GROUPS):
            return True
    return bool(PERSONAL.search(text))


def is_counted(request: HttpRequest, query: Query) -> bool:
    """Whether anything of the search is counted: somebody whom we do not know asks for words."""
    return settings.SESSION_COOKIE_NAME not in request.COOKIES and bool(words_in(query.text))


def note(request: HttpRequest, query: Query, results: Results) -> None:
    """Leave with the page what is counted each time it is given to a reader.

    The first page without filters only: what people say, not how they narrow it down.
    """
    if is_counted(request, query) and query.page == 1 and not query.filters:
        page_cache.note(request, NOTE, (request.path[:200], words_to_keep(query.text), results.total))


def page_was_given(request: HttpRequest, noted: tuple[str, str, int]) -> None:
    """Count a search, unless a robot asks or it is the one that the reader comes from, in another order or form."""
    path, text, total = noted
    if ROBOT.search(request.headers.get("User-Agent", "")) or "prefetch" in request.headers.get("Sec-Purpose", ""):
        return
    if not _comes_from(request, path, text):
        count = Count(asked=1, found_nothing=int(not total), last_total=total)
        _waiting.add((timezone.localdate(), path, text), count)


def result_was_opened(day: date, path: str, text: str, place: int) -> None:
    """Count that somebody opened the result at ``place`` of a list that we gave out."""
    _waiting.add((day, path, text), Count(opened=1, places=place))


def _comes_from(request: HttpRequest, path: str, text: str) -> bool:
    came_from = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    try:
        parts = urlsplit(came_from)
    except ValueError:
        return False
    words = clean(QueryDict(parts.query).get("q", ""))
    return parts.path == path and bool(words) and words_to_keep(words) == text


# ---- waiting and writing --------------------------------------------------------------------------------------------
class _Waiting:
    """Counts that were not written yet; threads of one process share them."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: dict[Key, Count] = {}
        self._since = 0.0
        self._opened = 0

    def add(self, key: Key, count: Count) -> None:
        with self._lock:
            if self._opened + count.opened > MOST_OPENED:
                return
            self._opened += count.opened
            self._since = self._since or time.monotonic()
            self._counts.setdefault(key, Count()).add(count)

    def are_due(self) -> bool:
        if not self._since:
            return False
        return len(self._counts) >= MOST_WAITING or time.monotonic() - self._since >= WRITE_AFTER

    def take(self) -> dict[Key, Count]:
        with self._lock:
            taken, self._counts, self._since, self._opened = self._counts, {}, 0.0, 0
            return taken

    def put_back(self, counts: Mapping[Key, Count]) -> None:
        """Keep them for the next attempt, as long as there are not too many."""
        for key, count in counts.items():
            if len(self._counts) < MOST_WAITING:
                self.add(key, count)


_waiting = _Waiting()


def write_when_due(**kwargs: Any) -> None:
    if _waiting.are_due():
        write()


def write() -> None:
    """Add what waits to the table. Raises nothing: who searches must not notice that counting failed."""
    if not (counts := _waiting.take()):
        return
    try:
        with transaction.atomic():
            _add(_without_invented_words(counts))
    except Error:
        log.exception("Searches could not be counted; it is tried again.")
        _waiting.put_back(counts)


def discard() -> None:
    """Forget what waits."""
    _waiting.take()


def _add(counts: Mapping[Key, Count]) -> None:
    """One row a key, made or added to; in one order, so that two writers never wait for each other."""
    keys = sorted(counts)
    DailyQuery.objects.bulk_create(
        (DailyQuery(day=day, path=path, text=text) for day, path, text in keys), ignore_conflicts=True
    )
    for day, path, text in keys:
        count = counts[day, path, text]
        last = {} if count.last_total is None else {"last_total": count.last_total}
        DailyQuery.objects.filter(day=day, path=path, text=text).update(
            asked=F("asked") + count.asked,
            found_nothing=F("found_nothing") + count.found_nothing,
            opened=F("opened") + count.opened,
            places=F("places") + count.places,
            **last,
        )


def _without_invented_words(counts: dict[Key, Count]) -> dict[Key, Count]:
    """``counts``; on a day that has more words than anybody would ask for, new ones are counted without their words."""
    kept: dict[Key, Count] = {}
    for day in {day for day, _, _ in counts}:
        of_day = {key: count for key, count in counts.items() if key[0] == day}
        rows = DailyQuery.objects.filter(day=day)
        if rows.count() + len(of_day) <= MOST_TEXTS_A_DAY:
            kept |= of_day
            continue
        known = set(rows.filter(text__in={text for _, _, text in of_day}).values_list("path", "text"))
        for (_, path, text), count in of_day.items():
            kept.setdefault((day, path, text if (path, text) in known else ""), Count()).add(count)
    return kept


# ---- forgetting -----------------------------------------------------------------------------------------------------
def forget() -> None:
    """What is due: everything after ``KEPT_FOR``, the words of what hardly anybody asked for after ``RARE_KEPT_FOR``."""
    today = timezone.localdate()
    DailyQuery.objects.filter(day__lt=today - KEPT_FOR).delete()
    rare = DailyQuery.objects.filter(day__lt=today - RARE_KEPT_FOR).exclude(text__in=common_texts())
    _forget_words(rare)


def forget_words(text: str) -> int:
    """Take these words out of every count, at once; returns in how many they stood. For a name that somebody searched for."""
    return _forget_words(DailyQuery.objects.filter(text=" ".join(words_in(text))))


def forget_words_with(name: str) -> int:
    """The same wherever ``name`` stands among other words, for somebody who is erased."""
    words = " ".join(words_in(name))
    return _forget_words(DailyQuery.objects.filter(text__contains=words)) if words else 0


def common_texts() -> QuerySet[DailyQuery, str]:
    """Texts that were asked for often enough to be shown."""
    asked = DailyQuery.objects.exclude(text="").values("text").annotate(times=Sum("asked"))
    return asked.filter(times__gte=LEAST_ASKED).values_list("text", flat=True)


def _forget_words(rows: QuerySet[DailyQuery]) -> int:
    """Add ``rows`` to the count without words of their list and day, so that totals stay true."""
    with transaction.atomic():
        # Locked: of two that forget at once, the second finds nothing left to add.
        found = list(rows.exclude(text="").select_for_update())
        _add(_nameless(found))
        DailyQuery.objects.filter(pk__in=[row.pk for row in found]).delete()
    return len(found)


def _nameless(rows: Iterable[DailyQuery]) -> dict[Key, Count]:
    counts: dict[Key, Count] = {}
    for row in rows:
        count = Count(row.asked, row.found_nothing, row.opened, row.places)
        counts.setdefault((row.day, row.path, ""), Count()).add(count)
    return counts

"""What the searches of some weeks say: what is asked most, what finds nothing, what nobody opens. Read from ``query_log``."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, QuerySet, Sum
from django.utils import timezone
from django.utils.dateformat import format as format_date

from .models import DailyQuery
from .query_log import common_texts

PERIODS = (7, 30, 90)
BY_WEEK_FROM = 90  # days; fewer are told day by day
SHOWN = 20  # rows of a table; all of them are in the file
SUMS = {"n_asked": "asked", "n_nothing": "found_nothing", "n_opened": "opened", "n_places": "places"}
ENOUGH = 5  # searches with results; a share of fewer says nothing


@dataclass(frozen=True)
class Totals:
    asked: int = 0
    found_nothing: int = 0
    opened: int = 0

    @property
    def with_results(self) -> int:
        return self.asked - self.found_nothing

    @property
    def nothing_rate(self) -> float | None:
        """The share of searches that found nothing."""
        return self.found_nothing / self.asked if self.asked else None

    @property
    def opened_rate(self) -> float | None:
        """The share of searches with results from which one was opened; never more than all, whatever scripts say."""
        return min(self.opened / self.with_results, 1.0) if self.with_results > 0 else None

    @property
    def opened_of_100(self) -> int | None:
        return None if self.opened_rate is None else round(self.opened_rate * 100)

    @property
    def unopened_rate(self) -> float | None:
        opened = self.opened_rate
        return None if opened is None else 1 - opened


@dataclass(frozen=True)
class Row(Totals):
    """What was asked in one list, over the whole period."""

    text: str = ""
    path: str = ""
    places: int = 0
    last_total: int = 0
    last_day: date | None = None

    @property
    def where(self) -> str:
        """The list by its address: “/directory/” is “Directory”."""
        return self.path.strip("/").replace("/", ", ").replace("-", " ").capitalize() or self.path

    @property
    def url(self) -> str:
        return f"{self.path}?{urlencode({'q': self.text})}"

    @property
    def place(self) -> float | None:
        """Where in the list the opened results stood, on average."""
        return self.places / self.opened if self.opened else None


@dataclass(frozen=True)
class Step:
    """A day, or a week from this day on."""

    start: date
    totals: Totals
    is_week: bool = False

    @property
    def words(self) -> str:
        return format_date(self.start, "j M")


@dataclass(frozen=True)
class Report:
    days: int
    totals: Totals
    without_words: int  # searches whose words are not shown: rare, or not kept
    steps: Sequence[Step]
    top: Sequence[Row]
    in_vain: Sequence[Row]
    unopened: Sequence[Row]


def report(days: int) -> Report:
    """The last ``days`` days with today; the same few statements however much was searched for."""
    by_day = _by_day(days)
    totals = _sum(by_day.values())
    rows = _rows(days)
    usual = totals.opened_rate or 0.0
    unopened = rows.annotate(seen=F("n_asked") - F("n_nothing")).filter(
        seen__gte=ENOUGH, n_opened__lt=F("seen") * usual / 2
    )
    told = _since(days).filter(text__in=common_texts()).aggregate(asked=Sum("asked"))["asked"] or 0
    return Report(
        days=days,
        totals=totals,
        without_words=totals.asked - told,
        steps=_steps(days, by_day),
        top=_read(rows.order_by("-n_asked", "text", "path")[:SHOWN]),
        in_vain=in_vain(days, SHOWN),
        unopened=_read(unopened.order_by(F("n_opened") - F("seen"), "text", "path")[:SHOWN]),
    )


def in_vain(days: int, number: int) -> list[Row]:
    """What found nothing, most often first."""
    return _read(_rows(days).filter(n_nothing__gt=0).order_by("-n_nothing", "text", "path")[:number])


def everything(days: int) -> list[Row]:
    """Every search that is shown by its words, most often asked first."""
    return _read(_rows(days).order_by("-n_asked", "text", "path"))


def _since(days: int) -> QuerySet[DailyQuery]:
    return DailyQuery.objects.filter(day__gt=timezone.localdate() - timedelta(days=days))


def _rows(days: int) -> QuerySet[Any, dict[str, Any]]:
    named: QuerySet[Any, Any] = _since(days).filter(text__in=common_texts())
    sums = {name: Sum(field) for name, field in SUMS.items()}
    rows: QuerySet[Any, dict[str, Any]] = named.values("text", "path").annotate(**sums)
    return rows


def _read(rows: QuerySet[Any, dict[str, Any]]) -> list[Row]:
    found = list(rows)
    last = {  # the latest day comes last and stays
        (text, path): (total, day)
        for text, path, total, day in DailyQuery.objects.filter(text__in={row["text"] for row in found})
        .order_by("day")
        .values_list("text", "path", "last_total", "day")
    }
    return [
        Row(
            row["n_asked"],
            row["n_nothing"],
            row["n_opened"],
            row["text"],
            row["path"],
            row["n_places"],
            *last[row["text"], row["path"]],
        )
        for row in found
    ]


def _by_day(days: int) -> Mapping[date, Totals]:
    rows = _since(days).values_list("day").annotate(Sum("asked"), Sum("found_nothing"), Sum("opened")).order_by("day")
    return {day: Totals(*numbers) for day, *numbers in rows}


def _steps(days: int, by_day: Mapping[date, Totals]) -> list[Step]:
    size = 7 if days >= BY_WEEK_FROM else 1
    today = timezone.localdate()
    begin = today - timedelta(days=days // size * size - 1)  # whole weeks, of which the last ends today
    starts = (begin + timedelta(days=n) for n in range(0, days // size * size, size))
    return [
        Step(start, _sum(by_day.get(start + timedelta(days=n), Totals()) for n in range(size)), size > 1)
        for start in starts
    ]


def _sum(parts: Iterable[Totals]) -> Totals:
    found = list(parts)
    return Totals(
        sum(part.asked for part in found), sum(part.found_nothing for part in found), sum(part.opened for part in found)
    )

"""Invented searches of the last weeks, so that the report in the CMS has something to show."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from search.models import DailyQuery

WEEKS = 8
BY_WEEKDAY = (20, 19, 18, 17, 14, 5, 7)  # of 100, from Monday


def load_searches(searches: Iterable[Mapping[str, Any]], today: date) -> None:
    """Count ``searches`` on every day before ``today``; once anything was counted, true or not, it stays as it is."""
    if DailyQuery.objects.exists():
        return
    days = [today - timedelta(days=number) for number in range(1, 7 * WEEKS + 1)]
    rows = (_counted(search, day, place) for place, search in enumerate(searches) for day in days)
    DailyQuery.objects.bulk_create(row for row in rows if row.asked)


def _counted(search: Mapping[str, Any], day: date, place: int) -> DailyQuery:
    # Up and down a little, differently for each, and the same at every loading.
    wave = 80 + (day.toordinal() * 7 + place * 13) % 41
    asked = round(search["weekly"] * BY_WEEKDAY[day.weekday()] * wave / 10_000)
    opened = round(asked * search["opened"] / 100)
    return DailyQuery(
        day=day,
        path=search["list"],
        text=search["text"],
        asked=asked,
        found_nothing=0 if search["results"] else asked,
        opened=opened,
        places=opened * search["place"],
        last_total=search["results"],
    )

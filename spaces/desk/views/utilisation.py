"""``/staff/spaces/use/``: how much spaces are used, as tables, as a map of the week, and as files without people."""

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.dateparse import parse_date

from spaces.desk.guarded import for_those_who, show
from spaces.desk.utilisation import LONGEST, Use, Utilisation, utilisation
from spaces.models.hours import Weekday
from spaces.policies import may_manage
from spaces.statement_file import spreadsheet

TONES = ((1, 0), (20, 1), (40, 2), (60, 3), (80, 4))  # below so many percent: which of six tones
COLUMNS = ("what", "name", "units", "open hours", "used hours", "used %", "bookings", "nobody came")


@for_those_who(may_manage, "GET", "HEAD")
def use(request: HttpRequest) -> HttpResponseBase:
    first, last, told = _period(request)
    found = utilisation(first, last)
    if request.GET.get("as") == "csv":
        return spreadsheet(f"use-of-spaces-{first}-to-{last}", COLUMNS, _rows(found))
    today = timezone.localdate()
    this = today.replace(day=1)
    before = (this - timedelta(days=1)).replace(day=1)
    context = {
        "use": found,
        "week": [(day, [_toned(found, day, hour) for hour in found.hours]) for day in Weekday],
        "told": told,
        "longest": LONGEST,
        "periods": [
            ("Last four weeks", today - timedelta(days=27), today),
            (f"{this:%B}", this, today),
            (f"{before:%B}", before, this - timedelta(days=1)),
        ],
    }
    return show(request, "spaces/desk/utilisation.html", context, part="spaces_utilisation")


def _period(request: HttpRequest) -> tuple[date, date, str]:
    """What the address names, or the last four weeks; and what had to be changed about it, in words."""
    today = timezone.localdate()
    first, last = _day(request.GET.get("from", "")), _day(request.GET.get("until", ""))
    if first is None and last is None:
        return today - timedelta(days=27), today, ""
    last = min(last or today, today)
    first = first or last - timedelta(days=27)
    if first > last:
        return last, last, "It has to begin before it ends, and not lie ahead: what is shown is its last day."
    if (last - first).days >= LONGEST:
        return last - timedelta(days=LONGEST - 1), last, f"At most {LONGEST} days at once: the last of them are shown."
    return first, last, ""


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:  # a day that no month has
        return None


def _toned(found: Utilisation, day: int, hour: int) -> tuple[str, int | None]:
    cell = found.cells.get((day, hour))
    percent = cell.percent if cell else None
    if percent is None:
        return "x", None
    return str(next((tone for below, tone in TONES if percent < below), 5)), percent


def _rows(found: Utilisation) -> list[list[object]]:
    def row(what: str, use: Use, name: str = "") -> list[object]:
        percent = "" if use.percent is None else use.percent
        hours = [use.open_hours if use.open else "", use.used_hours]
        return [what, name or use.name, use.units, *hours, percent, use.bookings, use.missed]

    rows = [row("all", found.whole), *(row("kind", one) for one in found.kinds)]
    rows += [row("space", one) for one in found.spaces]
    rows += [["tenant", one.name, "", "", one.used_hours, "", one.bookings, ""] for one in found.tenants]
    rows += [
        row("hour of the week", found.cells[day, hour], f"{Weekday(day).label} {hour}:00")
        for day in Weekday.values
        for hour in found.hours
        if (day, hour) in found.cells
    ]
    return rows

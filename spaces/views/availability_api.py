"""``/api/v1/spaces/<slug>/availability/``: when a space is free, for programs. Who has it is not among it."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from core.api import DAY, MOMENT, NUMBER, TEXT, Operation, Parameter, Refused, endpoint, record, several
from core.page_cache import do_not_keep
from directory.views.api import SLUG, found
from spaces.models import SpacePage
from spaces.moments import is_near
from spaces.queries.availability import Timetable
from spaces.queries.occupation import whole
from spaces.timetable import Span

MOST_DAYS = 31
STRETCH = record(starts_at=MOMENT, ends_at=MOMENT)
FROM = Parameter("from", DAY, "The first day, in London. Without it: today.")
UNTIL = Parameter("until", DAY, f"The last day, with it; at most {MOST_DAYS} days. Without it: the first day alone.")
HOW_MANY = Parameter("number", NUMBER, "Of desks or pieces: how many are wanted at once.")


@endpoint(
    Operation(
        "/api/v1/spaces/{slug}/availability/",
        "getSpaceAvailability",
        "When a space can be booked: stretches within which a booking can lie, and those in which it is open and can't be had.",
        "spaces",
        record(slug=TEXT, free=several(STRETCH), taken=several(STRETCH)),
        lambda: (SLUG, FROM, UNTIL, HOW_MANY),
        (400, 404),
    )
)
def availability(request: HttpRequest, slug: str) -> dict[str, Any]:
    do_not_keep()  # it changes with every booking, and no page is published then
    page = found(whole(SpacePage.objects.all()), slug)
    first = _day(request, "from") or timezone.localdate()
    last = _day(request, "until") or first
    if not 0 <= (last - first).days < MOST_DAYS:
        raise Refused("until", f"It has to be the first day or one of the {MOST_DAYS - 1} after it.")
    days = [first + timedelta(days=count) for count in range((last - first).days + 1)]
    timetable = Timetable([page], days, timezone.now(), _number(request))
    free = [stretch for day in days for stretch in timetable.free(page, day)]
    taken = [stretch for day in days for stretch in _rest(timetable, page, day)]
    return {"slug": page.slug, "free": [_said(one) for one in free], "taken": [_said(one) for one in taken]}


def _rest(timetable: Timetable, page: SpacePage, day: date) -> list[Span]:
    """What is left of the opening hours of ``day`` when all that is free is taken away."""
    opening = timetable.opening(page.hours, day)
    if opening is None:
        return []
    result, begins = [], opening.begins
    for stretch in timetable.free(page, day):
        if begins < stretch.begins:
            result.append(Span(begins, stretch.begins))
        begins = stretch.ends
    return [*result, Span(begins, opening.ends)] if begins < opening.ends else result


def _said(span: Span) -> dict[str, str]:
    return {
        name: timezone.localtime(at).isoformat() for name, at in (("starts_at", span.begins), ("ends_at", span.ends))
    }


def _day(request: HttpRequest, name: str) -> date | None:
    text = request.GET.get(name, "")
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        day = date.max
    if day is not None and not is_near(day):
        raise Refused(name, "It has to be a day, such as 2026-12-01.")
    return day


def _number(request: HttpRequest) -> int:
    text = request.GET.get("number", "1")
    if not (text.isascii() and text.isdigit() and 0 < int(text[:6]) < 1000):
        raise Refused("number", "It has to be a whole number, such as 2.")
    return int(text)

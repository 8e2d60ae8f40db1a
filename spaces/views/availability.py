"""``/spaces/availability/``: what is free, by hour of a day or by day of a week. Who has a space is never shown."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from core.page_cache import remembered
from spaces.forms import SearchForm
from spaces.models import AccessFeature, SpaceIndexPage, SpacePage
from spaces.moments import as_typed
from spaces.queries.availability import Cell, State, Timetable, shown
from spaces.queries.people import administered_by
from spaces.queries.plans import all_floors, planned_floors
from spaces.timetable import NoSuchTime, Span, clock, day_of, local_moment, midnight

from .drawings import Drawing, drawing_of
from .words import audience_words, lower_first, size_of

WEEK = "week"
USUAL = (8, 18)  # hours that the table has at least
MOST_NEAREST = 4
FURTHEST = 400  # days from today; a table of what lies beyond says nothing
NO_BREAK = "\N{NO-BREAK SPACE}"
WORDS = {
    State.FREE: "Free",
    State.PART: "Part free",
    State.TAKEN: "Taken",
    State.CLOSED: "Closed",
    State.OVER: "Over",
    State.TOO_SOON: "Needs notice",
    State.NOT_YET: "Not open yet",
}
CLASSES = {State.FREE: "free", State.PART: "part", State.TAKEN: "booked"}  # the others look closed


@dataclass(frozen=True)
class Shown:
    """A cell of the table; several alike in a row are one."""

    words: str
    css: str
    url: str = ""
    label: str = ""
    width: int = 1
    note: str = ""


@dataclass(frozen=True)
class Slot:
    words: str
    url: str


@dataclass(frozen=True)
class Told:
    """A day of a week, in words."""

    day: str
    words: str
    url: str


@dataclass(frozen=True)
class Row:
    space: SpacePage
    url: str
    about: str
    cells: list[Shown]
    slots: list[Slot]  # of a day: what is free
    days: list[Told]  # of a week


@dataclass(frozen=True)
class Offer:
    """A space that somebody can have at a time; ``note``: for whom it is, where it is not for everybody."""

    space: SpacePage
    page_url: str
    about: str
    when: str
    url: str
    note: str


@dataclass
class Answer:
    """What is free at the very time that was asked for, and what is nearest to it."""

    heading: str
    offers: list[Offer]
    nearest: list[Offer]


@never_cache
def availability(request: HttpRequest, page: SpaceIndexPage) -> HttpResponseBase:
    features = remembered(request, "access-features", lambda: list(AccessFeature.objects.all()))
    now = timezone.now()
    typed = request.GET.copy()
    typed["date"] = typed.get("date") or day_of(now).isoformat()  # the field says which day is shown
    form = SearchForm(typed, features=features)
    form.is_valid()
    asked = _Asked(form, is_week=request.GET.get("view") == WEEK, now=now)
    spaces = asked.narrowed(remembered(request, "spaces-with-free-times", _all_spaces))
    days = asked.days
    timetable = Timetable(spaces, days, now, asked.number)
    hours = _hours(timetable, days[0])
    day_urls = [asked.url(date=day, view="day") for day in days]
    rows = []
    for space in spaces:
        cells = _week(timetable, space, day_urls) if asked.is_week else _day(timetable, space, hours)
        rows.append(Row(space, space.get_url(request) or "", about(timetable, space), *cells))
    step = timedelta(days=7 if asked.is_week else 1)
    context = page.get_context(request) | {
        "trail": [(page.title, page.get_url(request)), ("What is free", "")],
        "form": form,
        "administers": partial(administered_by, request.user),
        "asked": asked,
        "rows": rows,
        "hours": [f"{hour}:00" for hour in hours],
        "days": days,
        "answer": _answer(timetable, asked, {row.space.pk: row.url for row in rows}),
        "drawings": _drawings(timetable, asked, request),
        "day_url": asked.url(view="day"),
        "week_url": asked.url(view=WEEK),
        "previous_url": asked.url(date=asked.day - step) if days[0] > day_of(now) else "",
        "following_url": asked.url(date=asked.day + step) if asked.day + step <= _furthest(spaces, now) else "",
        "today_url": asked.url(date=day_of(now)) if day_of(now) not in days else "",
        "without_filters_url": asked.url(people=None, number=None, kind=None, access=None, kit=None),
        "is_closed_all_day": not asked.is_week
        and all(timetable.opening(space.hours, asked.day) is None for space in spaces),
    }
    return TemplateResponse(request, "spaces/availability.html", context)


def _all_spaces() -> list[SpacePage]:
    """What editors keep of them. What is taken is asked for each time."""
    return list(shown().prefetch_related("access_features").order_by("floor__level", "path"))


def _furthest(spaces: Iterable[SpacePage], now: datetime) -> date:
    """The last day for which any of them can be booked today: after it there is nothing to look for."""
    return day_of(now) + timedelta(days=max((space.window_days for space in spaces), default=0))


class _Asked:
    """What was asked for, as far as it could be read."""

    def __init__(self, form: SearchForm, *, is_week: bool, now: datetime) -> None:
        self.said, self.is_week, self.now = form.cleaned_data, is_week, now
        self.today = day_of(now)
        asked = self.said.get("date") or self.today
        self.day = min(max(asked, self.today - timedelta(days=FURTHEST)), self.today + timedelta(days=FURTHEST))
        self.number = self.said.get("number") or 1
        self.people = self.said.get("people") or 0

    @property
    def days(self) -> list[date]:
        if not self.is_week:
            return [self.day]
        monday = self.day - timedelta(days=self.day.weekday())
        return [monday + timedelta(days=count) for count in range(7)]

    @property
    def is_filtered(self) -> bool:
        return any(self.said.get(name) for name in ("people", "number", "kind", "access", "kit"))

    @property
    def span(self) -> Span | None:
        """The time that is asked for; today, without one, the hour that comes."""
        begins, ends = self.said.get("from"), self.said.get("until")
        try:
            if begins:
                start = local_moment(self.day, begins)
                return Span(start, local_moment(self.day, ends) if ends else start + timedelta(hours=1))
        except NoSuchTime:
            return None
        if self.day != self.today or self.is_week:
            return None
        minutes = (self.now.minute // 30 + 1) * 30
        start = self.now.replace(minute=0, second=0, microsecond=0) + timedelta(minutes=minutes)
        return Span(start, start + timedelta(hours=1)) if day_of(start) == self.day else None

    def narrowed(self, spaces: Iterable[SpacePage]) -> list[SpacePage]:
        return [one for one in spaces if self._fits(one)]

    def _fits(self, space: SpacePage) -> bool:
        kind, access, kit = (self.said.get(name) or "" for name in ("kind", "access", "kit"))
        return (
            kind in ("", space.kind)
            and (not access or any(feature.slug == access for feature in space.access_features.all()))
            and kit.casefold() in space.kit.casefold()
            and space.capacity >= max(self.people, self.number if space.is_pool else 0)
        )

    def url(self, **changes: Any) -> str:
        kept: dict[str, Any] = {name: value for name, value in self.said.items() if value}
        kept["date"] = self.day
        if self.is_week:
            kept["view"] = WEEK
        pairs = {name: value for name, value in (kept | changes).items() if value and value != "day"}
        return "?" + urlencode({name: _plain(value) for name, value in pairs.items()})


def _plain(value: Any) -> str:
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)


# ---- the table ------------------------------------------------------------------------------------------------------
def _hours(timetable: Timetable, day: date) -> range:
    """The hours of the table: from when the first opens until the last closes; of today, what is left of them."""
    spans = [span for space in timetable.spaces if (span := timetable.opening(space.hours, day))]
    first = min((span.begins.hour for span in spans), default=USUAL[0])
    last = max((span.ends.hour + (span.ends.minute > 0) for span in spans), default=USUAL[1])
    hours = range(min(first, USUAL[0]), max(last, USUAL[1]))
    if day != day_of(timetable.now):
        return hours
    return range(max(hours.start, timezone.localtime(timetable.now).hour), hours.stop) or hours


def _day(timetable: Timetable, space: SpacePage, hours: range) -> tuple[list[Shown], list[Slot], list[Told]]:
    day = timetable.days[0]
    begins = midnight(day)
    cells = []
    for hour in hours:
        start = begins.replace(hour=hour)
        span = Span(start, start + timedelta(hours=1))
        cells.append((timetable.cell(space, span), span))
    slots = [
        Slot(f"{clock(one.begins)} to {clock(one.ends)}", book_url(space, timetable.longest(space, one, one.begins)))
        for one in timetable.free(space, day)
        if one.ends > timetable.now
    ]
    return list(_joined(timetable, space, cells)), slots, []


def _joined(timetable: Timetable, space: SpacePage, cells: Sequence[tuple[Cell, Span]]) -> Iterator[Shown]:
    """What can be booked stands by itself; hours that can't, and are alike, are one cell."""

    def kind(pair: tuple[Cell, Span]) -> Any:
        cell, span = pair
        return span.begins if cell.bookable else cell.state

    for _, alike in groupby(cells, key=kind):
        group = list(alike)
        cell, span = group[0]
        if cell.bookable is None:
            yield Shown(WORDS[cell.state], CLASSES.get(cell.state, "closed"), width=len(group))
            continue
        day = day_of(span.begins)
        stretch = next(one for one in timetable.free(space, day) if one.overlaps(cell.bookable))
        booked = timetable.longest(space, stretch, cell.bookable.begins)
        number = f"{cell.number} free" if space.is_pool else WORDS[cell.state]
        when = f"{clock(booked.begins)} to {clock(booked.ends)}"
        note = f"from {clock(cell.bookable.begins)}" if cell.state == State.PART else ""
        if cell.state == State.PART and cell.bookable.begins <= span.begins:
            note = f"until {clock(cell.bookable.ends)}"
        words = "Free" if note else number
        label = f"{words}{' ' * bool(note)}{note}: book {space.title}, {when}"
        yield Shown(words, CLASSES[cell.state], book_url(space, booked), label, note=note)


def _week(timetable: Timetable, space: SpacePage, urls: Sequence[str]) -> tuple[list[Shown], list[Slot], list[Told]]:
    cells, told = [], []
    for day, address in zip(timetable.days, urls, strict=True):
        words, css = _of_day(timetable, space, day)
        url = f"{address}#space-{space.slug}" if css in ("free", "part") else ""
        cells.append(Shown(words, css, url, f"{words}: {space.title}, {day:%A %-d %B}"))
        told.append(Told(f"{day:%a} {day.day}", words, url))
    return cells, [], told


def _of_day(timetable: Timetable, space: SpacePage, day: date) -> tuple[str, str]:
    opening = timetable.opening(space.hours, day)
    if opening is None:
        return WORDS[State.CLOSED], "closed"
    stretches = [one for one in timetable.free(space, day) if one.ends > timetable.now]
    if not stretches:
        cell = timetable.cell(space, opening)
        return WORDS[cell.state], CLASSES.get(cell.state, "closed")
    if timetable.is_whole(stretches[0], space, opening):
        return "Free all day", "free"
    shown_ = ", ".join(f"{clock(one.begins)} to {clock(one.ends)}".replace(" ", NO_BREAK) for one in stretches[:2])
    more = f" and {len(stretches) - 2}{NO_BREAK}more" if len(stretches) > 2 else ""
    return f"{shown_}{more}", "part" if len(stretches) > 1 or stretches[0].ends < opening.ends else "free"


# ---- the answer -----------------------------------------------------------------------------------------------------
def _answer(timetable: Timetable, asked: _Asked, pages: Mapping[int, str]) -> Answer | None:
    span = asked.span
    if span is None or day_of(span.begins) not in timetable.days:
        return None
    free, near = [], []
    for space in timetable.spaces:
        wanted = _fitted(space, span)
        if timetable.is_free(space, wanted):
            free.append(_offer(timetable, space, wanted, asked, pages))
        elif other := timetable.nearest(space, wanted):
            near.append((abs(other.begins - span.begins), _offer(timetable, space, other, asked, pages)))
    near.sort(key=lambda pair: pair[0])
    when = f"{clock(span.begins)} to {clock(span.ends)}"
    named = asked.said.get("from")
    heading = f"Free {'on ' + f'{asked.day:%A %-d %B}, ' if named else 'next, '}{when}"
    return Answer(heading, free, [offer for _, offer in near[:MOST_NEAREST]])


def _fitted(space: SpacePage, span: Span) -> Span:
    """As long as the space is booked at least: who wants a desk for an hour gets it for two."""
    return Span(span.begins, max(span.ends, span.begins + timedelta(minutes=space.min_minutes)))


def _offer(timetable: Timetable, space: SpacePage, span: Span, asked: _Asked, pages: Mapping[int, str]) -> Offer:
    more = {"number": asked.number} if space.is_pool else {"people": asked.people}
    url = book_url(space, span, **{name: value for name, value in more.items() if value > 1})
    when = f"{clock(span.begins)} to {clock(span.ends)}"
    return Offer(space, pages[space.pk], about(timetable, space), when, url, for_whom(space))


def book_url(space: SpacePage, span: Span, **more: Any) -> str:
    query = {"start": as_typed(span.begins), "end": as_typed(span.ends), **more}
    return f"{reverse('space_book', args=[space.slug])}?{urlencode(query, safe=':')}"


def about(timetable: Timetable, space: SpacePage) -> str:
    """“For 8 people, 65-inch screen”."""
    return ", ".join([size_of(space, timetable.size(space)), *space.kit_lines[:1]])


def for_whom(space: SpacePage) -> str:
    return "" if space.is_open_to_everybody else f"For {lower_first(audience_words(space))}"


# ---- the plan -------------------------------------------------------------------------------------------------------
def _drawings(timetable: Timetable, asked: _Asked, request: HttpRequest) -> list[Drawing]:
    """The floors of what is shown, as they are at the time that is asked for."""
    span = asked.span
    if span is None or not timetable.spaces:
        return []

    def address(space: SpacePage) -> str:
        return book_url(space, _fitted(space, span))

    free = timetable.free_units(span)
    floors = remembered(request, "floors", all_floors)
    shown_floors = [planned for planned in planned_floors(timetable.spaces, floors) if planned.spaces]
    return [drawing_of(planned, address, free=free) for planned in shown_floors]

"""Several dates at once: each is looked at first, with what would work where it can't be had; then all that is chosen is booked.

``/my/spaces/series/<number>/`` is the page of a series, where a range of its dates is cancelled. Whoever has some of
its dates, because they were booked for them or handed on to them, sees those.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, cast

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import User
from core.forgery import EXPIRED, came_from_us
from spaces import actions
from spaces.actions import Choice, Pattern, Planned
from spaces.actions.booking import whoever_comes
from spaces.actions.resent import RESENT, series_made_before
from spaces.actions.series import ANOTHER_INSTEAD
from spaces.actions.standing import Standing
from spaces.alternatives import Alternative, alternatives
from spaces.choices import LIVE
from spaces.fees import price_of
from spaces.forms import BookingForm, RangeForm
from spaces.models import Series, SpacePage
from spaces.moments import as_typed, read_day, read_moment
from spaces.policies import changeable, may_manage
from spaces.queries.occupation import bookable
from spaces.queries.people import bookings_of_tenant
from spaces.queries.series import what_stays
from spaces.rules import Refusal, Wish
from spaces.timetable import NoSuchTime, clock

from .words import cancelling_words, lower_first

if TYPE_CHECKING:
    from .asking import Desk

BOOK, ANOTHER, SKIP = "book", "another", "skip"
MOST_MENDED = 12  # dates for which something else is looked for at a time: each takes a good part of a second
STATES = {
    "taken": "Taken",
    "room-part-taken": "Taken",
    "allowance-used": "Beyond your allowance",
    "outside-hours": "Closed",
    "bank-holiday": "Closed",
    "too-far-ahead": "Not open yet",
    "no-such-time": "No such time",
}


@dataclass(frozen=True)
class Line:
    """A date as it stands: free, or why not; and what can be done with it."""

    name: str
    on: date
    state: str
    is_free: bool
    words: str
    options: list[tuple[str, str]]
    chosen: str
    is_left: bool = False  # nothing else was looked for yet


# ---- before it is booked ------------------------------------------------------------------------------------------------
def answer(desk: "Desk", form: BookingForm, pattern: Pattern, step: str) -> HttpResponse:
    """What follows the form where it asks for several dates."""
    asked = form.as_request()
    try:
        if step == "book-series":
            if stopped := desk.too_often(form):
                return stopped
            chosen = _choices(desk.request.POST)
            booked = actions.book_series(
                space=desk.space.pk, pattern=pattern, request=asked, asker=desk.asker, choices=chosen
            )
            return redirect("my_space_series", booked.pk)
        if made := series_made_before(pattern.key, asked, desk.asker):
            return redirect("my_space_series", made.pk)
        planned = actions.plan(space=desk.space.pk, pattern=pattern, request=asked, asker=desk.asker)
    except Refusal as refusal:
        if refusal.rule == RESENT:
            return desk.refuse(form, refusal)
        try:
            planned = actions.plan(space=desk.space.pk, pattern=pattern, request=asked, asker=desk.asker)
        except Refusal:
            return desk.refuse(form, refusal)
        return _show(desk, form, planned, str(refusal))
    return _show(desk, form, planned)


def _show(desk: "Desk", form: BookingForm, planned: list[Planned], notice: str = "") -> HttpResponse:
    data, email = desk.request.POST, form.email_of_whom()
    comes = whoever_comes(email, desk.asker)
    standing = Standing(desk.asker, email, pays=form.as_request().pays)
    mends_from = read_day(data.get("mend", "")) or date.min
    mendable = {one.on: one.wish for one in planned if one.refusal and one.wish}
    mended = [on for on in mendable if on >= mends_from][:MOST_MENDED]
    pages = _pages(data)
    lines = []
    for one in planned:
        instead: list[Alternative] = []
        if one.refusal and one.wish and one.on in mended:
            instead = alternatives(one.wish, comes, one.refusal, desk.now, standing=standing)
        lines.append(_line(one, instead, data, pages, is_left=one.on in mendable and one.on not in mended))
    free = sum(line.is_free for line in lines)
    context = desk.around(form.cleaned_data["start"]) | {
        "form": form,
        "unit": desk.label_of(form.as_request().unit),
        "lines": lines,
        "free": free,
        "notice": notice,
        "mends_from": mended[0] if mended else None,
        "most_mended": MOST_MENDED,
        "is_beyond_allowance": any(one.refusal and one.refusal.rule == "allowance-used" for one in planned),
        "price": price_of(desk.wish(form), desk.asker.booker.organisation, asks=form.as_request().pays),
        "starts_at": form.cleaned_data["start"],
        "ends_at": form.cleaned_data["end"],
    }
    return render(desk.request, "spaces/booking/series_check.html", context, status=409 if notice else 200)


def _line(
    one: Planned, instead: list[Alternative], data: QueryDict, pages: Mapping[str, SpacePage], *, is_left: bool
) -> Line:
    name, is_free = _name(one.on), one.refusal is None and not one.takes_another
    asked = data.get(name, "")
    options = [(BOOK, "Book it")] if is_free else []
    if one.takes_another and one.refusal is None:
        options = [(ANOTHER, "Book another one")]
    options += [_option(other.wish, one) for other in instead]
    if is_left and (kept := _other(asked, pages)):  # chosen while its line was looked at
        options.append(_option(kept, one))
    options.append((SKIP, "Leave it out"))
    chosen = asked if asked in {value for value, _ in options} else options[0][0] if one.refusal is None else SKIP
    if one.refusal is not None:
        state, words = STATES.get(one.refusal.rule, "Can’t be booked"), str(one.refusal)
    else:
        state, words = ("Free", "") if is_free else ("Another one", ANOTHER_INSTEAD)
    return Line(name, one.on, state, is_free, words, options, chosen, is_left)


def _option(wish: Wish, one: Planned) -> tuple[str, str]:
    is_elsewhere = one.wish is not None and wish.space.pk != one.wish.space.pk
    where = f"{wish.space.title}, " if is_elsewhere else ""
    when = f"{wish.starts_at:%A %-d %B}, {clock(wish.starts_at)} to {clock(wish.ends_at)}"
    value = f"{wish.space.slug}/{as_typed(wish.starts_at)}/{as_typed(wish.ends_at)}"
    if wish.unit is not None:
        value = f"{value}/{wish.unit}"
    return value, f"{where}{when}"


def _name(day: date) -> str:
    return f"date-{day:%Y-%m-%d}"


def _choices(data: QueryDict) -> Mapping[date, Choice]:
    """What was chosen for each date; a date of which nothing is said is booked as it was asked for."""
    pages = _pages(data)
    found = {}
    for name, value in _said(data).items():
        try:
            on = date.fromisoformat(name.removeprefix("date-"))
        except ValueError:
            continue
        if value == SKIP:
            found[on] = Choice(skip=True)
        elif value == ANOTHER:
            found[on] = Choice(another=True)
        elif other := _other(value, pages):
            found[on] = Choice(space=other.space.pk, starts_at=other.starts_at, ends_at=other.ends_at, unit=other.unit)
    return found


def _said(data: QueryDict) -> dict[str, str]:
    return {name: str(data[name]) for name in data if name.startswith("date-")}


def _pages(data: QueryDict) -> dict[str, SpacePage]:
    """The spaces that were chosen, by their slugs."""
    slugs = {value.partition("/")[0] for value in _said(data).values() if "/" in value}
    return {space.slug: space for space in bookable().filter(slug__in=slugs)} if slugs else {}


def _other(value: str, pages: Mapping[str, SpacePage]) -> Wish | None:
    """What is taken on a date instead of what was asked for."""
    slug, *said = value.split("/")
    if len(said) not in (2, 3) or slug not in pages:
        return None
    page = pages[slug]
    try:
        begins, ends = map(read_moment, said[:2])
    except NoSuchTime:
        return None
    if not begins or not ends:
        return None
    if len(said) == 2:
        return Wish(page, begins, ends)
    unit = next((one.pk for one in page.units.all() if str(one.pk) == said[2]), None)
    return Wish(page, begins, ends, unit=unit) if unit else None


# ---- afterwards -----------------------------------------------------------------------------------------------------------
@csrf_exempt  # it asks for the token itself, so that nothing typed is lost: see core.forgery
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def my_series(request: HttpRequest, key: int) -> HttpResponse:
    user = cast(User, request.user)
    series = Series.objects.select_related("space").filter(pk=key).first()
    if series is None:
        raise Http404
    is_whole = _may_see_all(user, series)
    theirs = set(changeable(user).filter(series=series).values_list("pk", flat=True))
    if not is_whole and not theirs:
        raise Http404
    form: forms.Form = RangeForm(request.POST) if request.method == "POST" else RangeForm()
    notice = ""
    if request.method == "POST":
        if not came_from_us(request):
            notice = EXPIRED
        elif form.is_valid():
            said = form.cleaned_data
            gone = actions.cancel_series(
                series=series.pk, from_day=said["from_day"], until_day=said["until_day"], by=user
            )
            told = {"from": said["from_day"], "until": said["until_day"] or "", "cancelled": len(gone)}
            return redirect(f"{reverse('my_space_series', args=[series.pk])}?{urlencode(told)}")
    occurrences = [
        one for one in series.occurrences.select_related("booking__space") if is_whole or one.booking_id in theirs
    ]
    now = timezone.now()
    context = {
        "series": series,
        "space": series.space,
        "space_url": series.space.get_url(request) if series.space.live else "",
        "form": form,
        "notice": notice,
        "occurrences": occurrences,
        "is_whole": is_whole,
        "theirs": theirs,
        "cancelling": lower_first(cancelling_words(series.space)),
        "cancelled": request.GET.get("cancelled", ""),
        "stays": what_stays([one for one in occurrences if _is_within(one.on, request.GET)], theirs, now),
        "can_cancel": any(
            one.booking and one.booking.pk in theirs and one.booking.status in LIVE and one.booking.starts_at > now
            for one in occurrences
        ),
    }
    return render(request, "spaces/booking/series.html", context, status=403 if notice else 200)


def _is_within(on: date, asked: QueryDict) -> bool:
    """Whether it is of the range that was cancelled just now."""
    first, last = (read_day(asked.get(name, "")) for name in ("from", "until"))
    return first is not None and first <= on and (last is None or on <= last)


def _may_see_all(user: User, series: Series) -> bool:
    """Others see those of its dates that are theirs."""
    if series.user_id == user.pk or may_manage(user):
        return True
    return bookings_of_tenant(user).filter(series=series).exists()

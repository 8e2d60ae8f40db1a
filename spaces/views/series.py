"""Several dates at once: each is looked at first, with what would work where it can't be had; then all that is chosen is booked.

``/my/spaces/series/<number>/`` is the page of a series, where a range of its dates is cancelled. Whoever has some of
its dates, because they were booked for them or handed on to them, sees those.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, cast

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import User
from core.forgery import EXPIRED, came_from_us
from spaces import actions
from spaces.actions import Choice, Pattern, Planned
from spaces.actions.booking import whoever_comes
from spaces.actions.standing import Standing
from spaces.alternatives import Alternative, alternatives
from spaces.choices import LIVE
from spaces.forms import BookingForm, RangeForm
from spaces.models import Series
from spaces.moments import as_typed, read_moment
from spaces.policies import changeable, may_manage
from spaces.queries.occupation import bookable
from spaces.queries.people import bookings_of_tenant
from spaces.rules import Refusal
from spaces.timetable import NoSuchTime, clock

from .words import cancelling_words

if TYPE_CHECKING:
    from .asking import Desk

BOOK, SKIP = "book", "skip"
MOST_MENDED = 12  # dates for which something else is looked for
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


# ---- before it is booked ------------------------------------------------------------------------------------------------
def answer(desk: "Desk", form: BookingForm, pattern: Pattern, step: str) -> HttpResponse:
    """What follows the form where it asks for several dates."""
    asked = replace(form.as_request(), unit=None)
    try:
        if step == "book-series":
            if stopped := desk.too_often(form):
                return stopped
            chosen = _choices(desk.request.POST)
            made = actions.book_series(
                space=desk.space.pk, pattern=pattern, request=asked, asker=desk.asker, choices=chosen
            )
            return redirect("my_space_series", made.pk)
        planned = actions.plan(space=desk.space.pk, pattern=pattern, request=asked, asker=desk.asker)
    except Refusal as refusal:
        try:
            planned = actions.plan(space=desk.space.pk, pattern=pattern, request=asked, asker=desk.asker)
        except Refusal:
            return desk.refuse(form, refusal)
        return _show(desk, form, planned, str(refusal))
    return _show(desk, form, planned)


def _show(desk: "Desk", form: BookingForm, planned: list[Planned], notice: str = "") -> HttpResponse:
    lines, mended = [], 0
    email = form.email_of_whom()
    comes = whoever_comes(email, desk.asker)
    standing = Standing(desk.asker, email, pays=form.as_request().pays)
    for one in planned:
        instead: list[Alternative] = []
        if one.refusal and one.wish and mended < MOST_MENDED:
            mended += 1
            instead = alternatives(one.wish, comes, one.refusal, desk.now, standing=standing)
        lines.append(_line(one, instead, desk.request.POST))
    free = sum(line.is_free for line in lines)
    context = desk.around(form.cleaned_data["start"]) | {
        "form": form,
        "lines": lines,
        "free": free,
        "notice": notice,
        "is_beyond_allowance": any(one.refusal and one.refusal.rule == "allowance-used" for one in planned),
        "starts_at": form.cleaned_data["start"],
        "ends_at": form.cleaned_data["end"],
    }
    return render(desk.request, "spaces/booking/series_check.html", context, status=409 if notice else 200)


def _line(one: Planned, instead: list[Alternative], data: QueryDict) -> Line:
    name, is_free = _name(one.on), one.refusal is None
    options = [(BOOK, "Book it")] if is_free else []
    for other in instead:
        wish = other.wish
        where = f"{wish.space.title}, " if one.wish and wish.space.pk != one.wish.space.pk else ""
        when = f"{wish.starts_at:%A %-d %B}, {clock(wish.starts_at)} to {clock(wish.ends_at)}"
        value = f"{wish.space.slug}/{as_typed(wish.starts_at)}/{as_typed(wish.ends_at)}"
        options.append((value, f"{where}{when}"))
    options.append((SKIP, "Leave it out"))
    asked = data.get(name, "")
    chosen = asked if asked in {value for value, _ in options} else (BOOK if is_free else SKIP)
    rule = one.refusal.rule if one.refusal else ""
    state = "Free" if is_free else STATES.get(rule, "Can’t be booked")
    return Line(name, one.on, state, is_free, str(one.refusal) if one.refusal else "", options, chosen)


def _name(day: date) -> str:
    return f"date-{day:%Y-%m-%d}"


def _choices(data: QueryDict) -> Mapping[date, Choice]:
    """What was chosen for each date; a date of which nothing is said is booked as it was asked for."""
    said = {name: str(data[name]) for name in data if name.startswith("date-")}
    slugs = {value.partition("/")[0] for value in said.values() if "/" in value}
    spaces = {space.slug: space.pk for space in bookable().filter(slug__in=slugs)}
    found = {}
    for name, value in said.items():
        try:
            on = date.fromisoformat(name.removeprefix("date-"))
        except ValueError:
            continue
        if value == SKIP:
            found[on] = Choice(skip=True)
        elif choice := _other(value, spaces):
            found[on] = choice
    return found


def _other(value: str, spaces: Mapping[str, int]) -> Choice | None:
    parts = value.split("/")
    if len(parts) != 3 or parts[0] not in spaces:
        return None
    try:
        begins, ends = read_moment(parts[1]), read_moment(parts[2])
    except NoSuchTime:
        return None
    return Choice(space=spaces[parts[0]], starts_at=begins, ends_at=ends) if begins and ends else None


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
            return redirect(f"{reverse('my_space_series', args=[series.pk])}?cancelled={len(gone)}")
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
        "cancelling": cancelling_words(series.space),
        "cancelled": request.GET.get("cancelled", ""),
        "can_cancel": any(
            one.booking and one.booking.pk in theirs and one.booking.status in LIVE and one.booking.starts_at > now
            for one in occurrences
        ),
    }
    return render(request, "spaces/booking/series.html", context, status=403 if notice else 200)


def _may_see_all(user: User, series: Series) -> bool:
    """Others see those of its dates that are theirs."""
    if series.user_id == user.pk or may_manage(user):
        return True
    return bookings_of_tenant(user).filter(series=series).exists()

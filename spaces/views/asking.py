"""``/spaces/<slug>/book/``: one form, a page to check it, one press. Whoever is refused keeps what they typed.

Nothing is stored before the last press: what was typed goes from page to page in the forms themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from allauth.core import ratelimit
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from core.forgery import EXPIRED, came_from_us
from core.rate_limits import Limit, seconds_to_wait
from spaces import actions, links
from spaces.actions.allowances import allowance_used, charge_of
from spaces.actions.booking import Request, whoever_comes, why_not_for
from spaces.actions.resent import RESENT, made_before
from spaces.actions.settling import taken
from spaces.actions.standing import Standing
from spaces.alternatives import Alternative, alternatives
from spaces.fees import price_of
from spaces.forms import BookingForm
from spaces.models import Booking, SpacePage
from spaces.moments import as_typed, read_day, read_moment, read_time
from spaces.queries.availability import Timetable
from spaces.queries.costs import Cost, cost_of
from spaces.queries.occupation import around, bookable, busy, is_free, units_of
from spaces.queries.people import asker_of, bookings_of
from spaces.rules import Refusal, Wish, free_until, is_open_to, who_pays
from spaces.timetable import MINUTE, NoSuchTime, Span, blocked, day_of, local_moment, on_grid

from . import series, splitting
from .availability import book_url
from .words import cancelling_words, lower_first

TOO_MANY_FROM_HERE = (
    "So many book from your network at this moment that we have to pause. Send the form again in a minute."
)
TOO_OFTEN_TO_THERE = "We have written to this address very often today. Look for the newest mail about your bookings."


@csrf_exempt  # it asks for the token itself, so that nothing typed is lost: see core.forgery
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, slug: str) -> HttpResponse:
    space = bookable().filter(slug=slug).first()
    if space is None:
        raise Http404
    desk = Desk(request, space, timezone.now())
    return desk.answer() if request.method == "POST" else desk.show(desk.form(initial=prefilled(request.GET, desk)))


@dataclass
class Desk:
    """One reader at the form of one space."""

    request: HttpRequest
    space: SpacePage
    now: datetime

    def __post_init__(self) -> None:
        asker = asker_of(self.request.user)
        self.payers = who_pays(self.space, asker.booker)
        chosen = (self.request.POST or self.request.GET).get("payer", "")
        first = self.payers[0] if self.payers else None
        self.asker = asker.paying_as(next((one for one in self.payers if str(one.pk) == chosen), first))

    def form(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        initial: dict[str, Any] | None = None,
        offers_invoice: bool = False,
    ) -> BookingForm:
        begins, ends = (_moment_in(data, name) if data else (initial or {}).get(name) for name in ("start", "end"))
        return BookingForm(
            data,
            space=self.space,
            booker=self.asker.booker,
            payers=self.payers,
            initial=initial,
            taken=self._taken(begins, ends),
            offers_invoice=offers_invoice,
        )

    def _taken(self, begins: datetime | None, ends: datetime | None) -> list[int]:
        if not self.space.is_pool or begins is None or ends is None or ends <= begins:
            return []
        rows = busy(units_of(self.space), blocked(self.space, begins, ends))
        return [unit for unit, found in rows.items() if found]

    # ---- what was sent ------------------------------------------------------------------------------------------------
    def answer(self) -> HttpResponse:
        data = _anew(_with_alternative(self.request.POST))
        step = data.get("do", "")
        form = self.form(data)
        is_whole = form.is_valid()
        if not came_from_us(self.request):
            form.add_error(None, EXPIRED)
            return self.show(form, status=403)
        if step == "change":
            return self.show(self.form(initial=_as_initial(form, data)))
        if not is_whole:
            return self.show(form)
        if form.was_filled_in_by_a_program:
            return redirect(self.space.get_url(self.request) or "/")
        if pattern := form.as_pattern():
            return series.answer(self, form, pattern, step)
        if parts := splitting.read_parts(data.get("parts", "")):
            return splitting.answer(self, form, parts, step)
        if step not in ("book", "wait"):
            return self.check(form)
        if stopped := self.too_often(form):
            return stopped
        return self.give(form, waits=step == "wait")

    def too_often(self, form: BookingForm) -> HttpResponse | None:
        """For each space by itself; and so that nobody fills the mailbox of somebody else."""
        if seconds_to_wait(self.request, Limit(f"book-space-{self.space.pk}")):
            form.add_error(None, TOO_MANY_FROM_HERE)
            return self.show(form, status=429)
        if self.asker.booker.user is None:
            email = form.as_request().email
            if not ratelimit.consume(self.request, action="booking_to", key=email):
                form.add_error("email", TOO_OFTEN_TO_THERE)
                return self.show(form, status=429)
        return None

    def wish(self, form: BookingForm) -> Wish:
        asked = form.as_request()
        return Wish(self.space, asked.starts_at, asked.ends_at, asked.number, asked.people, asked.unit)

    def check(self, form: BookingForm) -> HttpResponse:
        """Everything once more, with what it costs; or why it can't be had."""
        wish, asked = self.wish(form), form.as_request()
        try:
            if made := made_before(asked, self.asker):
                return redirect(self.path_of(made, form))
        except Refusal as differs:
            return self.refuse(form, differs)
        cost = self.cost(wish)
        if refusal := self.refusal(wish, cost, asked):
            return self.refuse(form, refusal)
        context = self.around(self.begins(form)) | {
            "form": form,
            "wish": wish,
            "asked": asked,
            "cost": None if asked.pays else cost,
            "price": price_of(wish, self.asker.booker.organisation, asks=asked.pays),
            "unit": self.label_of(asked.unit),
            "is_for_somebody_else": self.asker.booker.user is not None
            and asked.email != self.asker.booker.user.email.lower(),
            "sees": form["confidentiality"].value(),
            "free_until": free_until(self.space, wish.starts_at),
            "is_late_already": free_until(self.space, wish.starts_at) <= self.now,
        }
        return render(self.request, "spaces/booking/check.html", context)

    def label_of(self, unit: int | None) -> str:
        return next((one.label for one in self.space.units.all() if one.pk == unit), "")

    def cost(self, wish: Wish) -> Cost | None:
        return cost_of(wish, self.asker.booker, charge_of(self.space, wish.starts_at, wish.ends_at, wish.number))

    def refusal(self, wish: Wish, cost: Cost | None, asked: Request) -> Refusal | None:
        """What can be told before anything is locked. The action has the last word."""
        if found := why_not_for(asked, wish, self.asker):
            return found
        span = blocked(self.space, wish.starts_at, wish.ends_at)
        rows = busy(units_of(self.space), around(self.space, span), for_space=self.space.pk)
        if not is_free(wish, rows):
            return taken(self.space, is_chosen=wish.unit is not None)
        if cost and not cost.is_covered and not asked.pays and self.space.allowance:
            return allowance_used(self.space.allowance, cost.left, cost.needed)
        return None

    def give(self, form: BookingForm, *, waits: bool) -> HttpResponse:
        try:
            made = actions.book(space=self.space.pk, request=form.as_request(), asker=self.asker, waits=waits)
        except Refusal as refusal:
            return self.refuse(form, refusal)
        return redirect(self.path_of(made, form))

    def path_of(self, made: Booking, form: BookingForm) -> str:
        """Where whoever booked ``made`` sees it."""
        if self.asker.booker.user is None and made.email != form.as_request().email:
            return self.space.get_url(self.request) or "/"  # handed on since: its link is for whoever has it
        return own_path(made, self.request)

    # ---- what is shown ------------------------------------------------------------------------------------------------
    def refuse(self, form: BookingForm, refusal: Refusal) -> HttpResponse:
        data = form.data
        again = self.form(data, offers_invoice=refusal.rule == "allowance-used")
        again.is_valid()
        wish = self.wish(again)  # a mistake at a field takes its value away
        again.add_error(refusal.field if refusal.field in again.fields else None, str(refusal))
        return self.show(again, refusal, wish, status=409)

    def show(
        self, form: BookingForm, refusal: Refusal | None = None, wish: Wish | None = None, status: int = 200
    ) -> HttpResponse:
        seeks = refusal is not None and refusal.rule != RESENT
        instead = self.instead(form, refusal, wish) if refusal and wish and seeks else []
        is_theirs = is_open_to(self.space, self.asker.booker)
        context = self.around(self.begins(form)) | {
            "form": form,
            "refusal": refusal,
            "is_open_to_them": is_theirs,
            "can_wait": refusal is not None and refusal.may_wait and is_theirs,
            "alternatives": [shown_alternative(one, self.space) for one in instead],
            "made_url": self.made_url(form, refusal) if refusal else "",
        }
        return render(self.request, "spaces/booking/book.html", context, status=status)

    def instead(self, form: BookingForm, refusal: Refusal, wish: Wish) -> list[Alternative]:
        """What whoever comes could have, by the allowance of their organisation or by invoice."""
        email = form.email_of_whom()
        standing = Standing(self.asker, email, pays=bool(form.data.get("pays")))
        comes = whoever_comes(email, self.asker)
        return alternatives(wish, comes, refusal, self.now, standing=standing, splits=not form.repeats)

    def made_url(self, form: BookingForm, refusal: Refusal) -> str:
        """What the same form booked, when it was sent before."""
        if found := refusal.facts.get("series"):
            return reverse("my_space_series", args=[found.pk])
        return self.path_of(found, form) if (found := refusal.facts.get("booking")) else ""

    def begins(self, form: BookingForm) -> datetime:
        """When what stands in ``form`` begins, as far as that can be read."""
        typed = form["start"].value()
        found = typed if isinstance(typed, datetime) else _moment_in({"start": str(typed or "")}, "start")
        return found or self.now

    def slots(self, begins: datetime) -> list[tuple[Span, str]]:
        """What is free on that day, with the address of the form for it."""
        timetable = Timetable([self.space], [day_of(begins)], self.now)
        found = [one for one in timetable.free(self.space, day_of(begins)) if one.ends > self.now]
        return [(one, book_url(self.space, timetable.longest(self.space, one, one.begins))) for one in found]

    def around(self, begins: datetime) -> dict[str, Any]:
        kept = {
            name: value
            for name in ("start", "end", "number", "people")
            if (value := self.request.POST.get(name) or self.request.GET.get(name))
        }
        back = f"{self.request.path}?{urlencode(kept)}" if kept else self.request.path
        return {
            "space": self.space,
            "cancelling": lower_first(cancelling_words(self.space)),
            "slots": self.slots(begins),
            "slots_on": begins,
            "space_url": self.space.get_url(self.request) or "",
            "booker": self.asker.booker,
            "sign_in_url": f"{settings.LOGIN_URL}?{urlencode({'next': back})}",
        }


@dataclass(frozen=True)
class Shown:
    """An alternative as a button: where its form goes, what it sends, what stands on it."""

    how: str
    url: str
    value: str
    parts: tuple[Wish, ...]
    is_elsewhere: bool  # the form goes to the page of another space

    @property
    def wish(self) -> Wish:
        return self.parts[0]


def shown_alternative(one: Alternative, space: SpacePage) -> Shown:
    wish = one.wish
    if one.second is not None:
        return Shown(one.how, reverse("space_book", args=[space.slug]), splitting.value_of(one.parts), one.parts, False)
    value = f"{as_typed(wish.starts_at)}/{as_typed(wish.ends_at)}"
    if wish.unit is not None:
        value = f"{value}/{wish.unit}"
    return Shown(one.how, reverse("space_book", args=[wish.space.slug]), value, one.parts, wish.space.pk != space.pk)


def own_path(booking: Booking, request: HttpRequest) -> str:
    """The page of a booking for whoever has just made it: under their account, where they have one, else by its link."""
    if bookings_of(request.user).filter(pk=booking.pk).exists():
        return reverse("my_space_booking", args=[booking.reference])
    return links.manage_path(booking)


# ---- what stands in the form at first -----------------------------------------------------------------------------------
def prefilled(query: QueryDict, desk: Desk) -> dict[str, Any]:
    """From ``start`` and ``end``, or ``date``, ``from`` and ``until``; without them, the next hour that its rules allow."""
    space = desk.space
    begins, ends = _moment_in(query, "start"), _moment_in(query, "end")
    if begins is None and (day := read_day(query.get("date", ""))):
        at, until = read_time(query.get("from", "9")), read_time(query.get("until", ""))
        try:
            begins = local_moment(day, at) if at else None
            ends = local_moment(day, until) if until else None
        except NoSuchTime:
            begins = ends = None
    begins = begins or on_grid(space, desk.now + max(space.notice_minutes, 1) * MINUTE)
    if ends is None:
        ends = begins + timedelta(minutes=max(space.min_minutes, min(60, space.max_minutes)))
    more = {name: query[name] for name in ("people", "number", "unit", "words", "payer", "whom") if query.get(name)}
    return {"start": begins, "end": ends, **more}


def _moment_in(data: Mapping[str, str], name: str) -> datetime | None:
    try:
        return read_moment(data.get(name, ""))
    except NoSuchTime:
        return None


def _with_alternative(data: QueryDict) -> QueryDict:
    """``data`` with what was chosen instead, if something was: its start and its end, its desk; or the two that stand for one."""
    instead = data.get("instead", "")
    begins, _, ends = instead.partition("/")
    if not ends:
        return data
    changed = data.copy()
    changed["do"] = ""
    if splitting.is_split(instead):
        changed["parts"] = instead
        return changed
    changed["start"], (changed["end"], _, unit) = begins, ends.partition("/")
    changed.pop("unit", None)  # the desk that was chosen may be of another space, or taken
    if unit:
        changed["unit"] = unit
    return changed


def _anew(data: QueryDict) -> QueryDict:
    """``data`` as a form of its own, where somebody wants it beside what the same form booked before."""
    if data.get("do") != "anew":
        return data
    changed = data.copy()
    changed["do"], changed["key"] = "", str(uuid4())
    return changed


def _as_initial(form: BookingForm, data: QueryDict) -> dict[str, Any]:
    """What was typed, as the beginning of a form that nothing is said against yet."""
    return {name: data[name] for name in form.fields if data.get(name)}

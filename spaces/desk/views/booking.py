"""One booking, and making one for somebody."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from accounts.models import User
from directory.queries.bookers import Booker, booker_of
from spaces import actions
from spaces.actions.resent import RESENT, key_of
from spaces.actions.standing import Standing
from spaces.alternatives import alternatives
from spaces.choices import BookingKind, Confidentiality
from spaces.desk import queries
from spaces.desk.forms import BookForm, CancelForm, FreeForm, WhenForm
from spaces.desk.guarded import for_those_who, person, show
from spaces.models import Booking
from spaces.policies import may_manage
from spaces.queries.occupation import bookable_space
from spaces.queries.people import asker_for
from spaces.queries.statements import GONE, spent_words
from spaces.rules import Asker, Refusal, Wish, still_counts

FIELDS = {"start": "begins", "end": "ends"}  # of our forms, by what a rule calls them


def refuse(form: forms.Form, refusal: Refusal) -> None:
    """Say it beside the field it is about, where there is one."""
    field = FIELDS.get(refusal.field, refusal.field)
    form.add_error(field if field in form.fields else None, str(refusal))


@for_those_who(may_manage)
def booking(request: HttpRequest, key: int) -> HttpResponseBase:
    """What is known of it, and what can be done. Each form says which of them it is."""
    found = queries.booking(key)
    if found is None:
        raise Http404
    what = request.POST.get("do", "")
    move = WhenForm(request.POST if what == "move" else None, initial=_as_it_is(found), prefix="move")
    reason = CancelForm(request.POST if what in ("cancel", "decline") else None)
    free = FreeForm(request.POST if what == "free" else None, prefix="free")
    asked = {"move": move, "free": free}.get(what, reason)
    if request.method == "POST":
        try:
            if told := _done(request, found, what, asked):
                messages.success(request, f"{found.reference}: {told}")
                return redirect("spaces_desk_booking", found.pk)
        except Refusal as refusal:
            if asked.is_bound:
                refuse(asked, refusal)
            else:
                messages.error(request, str(refusal))
                return redirect("spaces_desk_booking", found.pk)
    context = {
        "booking": found,
        "entry": queries.Entry(found, timezone.now()),
        "log": list(found.log.select_related("by")),
        "move": move,
        "reason": reason,
        "free": free,
        "form": asked,
        "counts": found.is_live and still_counts(found, timezone.now()),
        "spent": spent_words(found),
        "is_gone": found.status in GONE,
        "is_open": found.is_live and found.ends_at > timezone.now() and found.kind == BookingKind.BOOKING,
    }
    status = 422 if request.method == "POST" else 200
    return show(request, "spaces/desk/booking.html", context, part="spaces_day", title=found.reference, status=status)


def _done(request: HttpRequest, found: Booking, what: str, asked: forms.Form) -> str:
    """What was done, in words; nothing where the form has to be shown again. Raises Refusal."""
    by = person(request)
    if what == "in":
        actions.check_in(booking=found.pk, by=by)
        return "checked in."
    if what == "approve":
        actions.approve(booking=found.pk, by=by)
        return "approved. A letter is on its way."
    if what == "waive":
        actions.waive(booking=found.pk, by=by)
        return "it does not count any more."
    if what == "charge":
        actions.charge_again(booking=found.pk, by=by)
        return "it is to be paid again."
    if not asked.is_valid():
        return ""
    said = asked.cleaned_data
    if what == "move":
        when = {name: said[name] for name in ("starts_at", "ends_at", "number")}
        space, asker = said["space"].pk, Asker(is_staff=True)
        actions.change(booking=found.pk, space=space, asker=asker, by=by, **when)
        return "moved. A letter is on its way."
    if what == "free":
        actions.waive(booking=found.pk, by=by, words=said["words"])
        return "free of charge now."
    if what == "cancel":
        actions.cancel(booking=found.pk, words=said["words"], by=by, waives=said["waives"])
        return "cancelled. A letter is on its way."
    if what == "decline":
        actions.decline(booking=found.pk, words=said["words"], by=by)
        return "declined. A letter is on its way."
    return ""


def _as_it_is(found: Booking) -> dict[str, Any]:
    starts_at, ends_at = timezone.localtime(found.starts_at), timezone.localtime(found.ends_at)
    return {
        "space": found.space_id,
        "day": starts_at.date(),
        "begins": starts_at.time(),
        "last_day": ends_at.date() if ends_at.date() != starts_at.date() else None,
        "ends": ends_at.time(),
        "number": found.number,
    }


# ---- for somebody ---------------------------------------------------------------------------------------------------
@for_those_who(may_manage)
def book_for(request: HttpRequest) -> HttpResponseBase:
    """Bound by nothing but what is free; refused, it says what would work."""
    initial = {name: request.GET[name] for name in ("space", "day", "begins", "ends") if name in request.GET}
    form = BookForm(request.POST or None, initial={"day": timezone.localdate(), **initial})
    offers: list[Any] = []
    if form.is_valid():
        try:
            made = _book(form.cleaned_data, person(request))
            messages.success(request, f"{made.reference}: {made.get_status_display().lower()}. A letter is on its way.")
            return redirect("spaces_desk_booking", made.pk)
        except Refusal as refusal:
            refuse(form, refusal)
            offers = [] if refusal.rule == RESENT else _offers(form.cleaned_data, refusal)
    context = {"form": form, "offers": offers}
    status = 422 if request.method == "POST" else 200
    return show(request, "spaces/desk/book.html", context, part="spaces_book_for", status=status)


def _book(data: dict[str, Any], by: User) -> Booking:
    where = {name: data[name] for name in ("space", "starts_at", "ends_at", "number")}
    request = actions.Request(
        key=key_of(data["key"], email=data["email"].strip().lower(), **where),
        name=data["name"],
        email=data["email"],
        starts_at=data["starts_at"],
        ends_at=data["ends_at"],
        number=data["number"],
        people=data["people"],
        words=data["words"],
        confidentiality=Confidentiality(data["confidentiality"]),
        pays=data["pays"],
    )
    asker = asker_for(_booker(data["email"]), is_staff=True)
    return actions.book(space=data["space"].pk, request=request, asker=asker, waits=data["waits"], by=by)


def _booker(email: str) -> Booker:
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    return booker_of(user) if user else Booker()


def _offers(data: dict[str, Any], refusal: Refusal) -> list[Any]:
    """What is free and what the person's own rules allow."""
    page = bookable_space(data["space"].pk)
    if page is None:
        return []
    wish = Wish(page, data["starts_at"], data["ends_at"], data["number"], data["people"])
    asker = asker_for(_booker(data["email"]))
    standing = Standing(asker, data["email"].strip().lower(), pays=data["pays"])
    return alternatives(wish, asker, refusal, timezone.now(), standing=standing)

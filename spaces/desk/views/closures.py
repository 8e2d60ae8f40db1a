"""``/staff/spaces/closures/``: what is closed; and a closure, looked at before it is made."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from spaces import actions
from spaces.choices import BookingKind, BookingStatus
from spaces.desk.closing import OTHER_DESK, Closing, closing, in_the_way, offer_key
from spaces.desk.forms import ClosureForm
from spaces.desk.guarded import for_those_who, person, show
from spaces.models import Booking
from spaces.policies import may_manage
from spaces.rules import Asker, Refusal

PAST_SHOWN = 20


def _closures() -> QuerySet[Booking]:
    found = Booking.objects.filter(kind=BookingKind.CLOSURE, status=BookingStatus.CONFIRMED)
    return found.select_related("space", "made_by").prefetch_related("allocations__unit")


@for_those_who(may_manage)
def closures(request: HttpRequest) -> HttpResponseBase:
    """Those to come and the latest of those that are over; each can be opened again."""
    now = timezone.now()
    if request.method == "POST":
        key = request.POST.get("reopen", "")
        found = _closures().filter(pk=key).first() if key.isdecimal() else None
        if found is not None:
            actions.reopen(booking=found.pk, by=person(request))
            messages.success(request, f"{found.space.title} is open again. Who was moved or cancelled stays so.")
        return redirect("spaces_closures")
    context = {
        "coming": list(_closures().filter(ends_at__gt=now).order_by("starts_at", "pk")),
        "past": list(_closures().filter(ends_at__lte=now).order_by("-starts_at", "pk")[:PAST_SHOWN]),
    }
    return show(request, "spaces/desk/closures.html", context, part="spaces_closures")


@for_those_who(may_manage)
def close(request: HttpRequest) -> HttpResponseBase:
    """What is wanted stands in the address, so that the page is the same after each booking that was moved."""
    form = ClosureForm(request.GET if "day" in request.GET else None, initial={"day": timezone.localdate()})
    wanted = _wanted(form) if form.is_bound and form.is_valid() else None
    if wanted and request.method == "POST":
        return _do(request, wanted, form.cleaned_data["words"])
    rows = in_the_way(wanted) if wanted else []
    context = {
        "form": form,
        "wanted": wanted,
        "rows": [(row, [(offer_key(offer), offer) for offer in row.offers]) for row in rows],
        "key": uuid4(),
        "other_desk": OTHER_DESK,
        "again": _form_address(request.GET),
    }
    return show(request, "spaces/desk/close.html", context, part="spaces_closures", title="Close spaces")


def _wanted(form: ClosureForm) -> Closing:
    data = form.cleaned_data
    spaces = [space.pk for space in data["spaces"]]
    return closing(spaces, data["starts_at"], data["ends_at"], [unit.pk for unit in data["units"]])


def _form_address(asked: QueryDict) -> str:
    kept = {name: asked.getlist(name) for name in ClosureForm.base_fields if name in asked}
    return f"{reverse('spaces_close')}?{urlencode(kept, doseq=True)}"


def _do(request: HttpRequest, wanted: Closing, words: str) -> HttpResponseBase:
    what, _, rest = request.POST.get("do", "").partition(" ")
    by = person(request)
    try:
        if what == "close":
            made = actions.close(
                held=[actions.Held(space.pk, wanted.span.begins, wanted.span.ends) for space in wanted.spaces],
                words=words,
                by=by,
                units=wanted.only,
                key=_key(request.POST.get("key", "")),
            )
            messages.success(request, f"Closed: {', '.join(one.space.title for one in made)}.")
            return redirect("spaces_closures")
        if told := _settle(wanted, what, rest, words, by):
            messages.success(request, told)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(request.get_full_path())


def _settle(wanted: Closing, what: str, rest: str, words: str, by: User) -> str:
    """Do to one booking what its button says; nothing to one that is not in the way any more."""
    key, _, where = rest.partition(" ")
    row = next((row for row in in_the_way(wanted) if str(row.booking.pk) == key), None)
    if row is None:
        return ""
    booking = row.booking
    if what == "cancel" and row.is_of_people:
        actions.cancel(booking=booking.pk, words=f"We have to close {booking.space.title}: {words}", by=by, waives=True)
        return f"{booking.reference} is cancelled. A letter tells {booking.name or booking.email}."
    if what == "move" and where == OTHER_DESK:
        actions.to_another_unit(booking=booking.pk, away_from=sorted(wanted.units), by=by)
        return f"{booking.reference} has another desk, at the same time."
    if what == "move" and row.is_of_people:
        asked = _place(where)
        if asked is None:
            return ""
        moved = actions.change(booking=booking.pk, asker=Asker(is_staff=True), by=by, **asked)
        return f"{booking.reference} is moved to {moved.space.title}. A letter tells {booking.name or booking.email}."
    return ""


def _place(where: str) -> dict[str, Any] | None:
    """What ``offer_key`` wrote."""
    parts = where.split("-")
    if len(parts) != 3 or not all(part.isdecimal() and len(part) < 12 for part in parts):
        return None
    space, begins, ends = map(int, parts)
    return {
        "space": space,
        "starts_at": datetime.fromtimestamp(begins, UTC),
        "ends_at": datetime.fromtimestamp(ends, UTC),
    }


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None

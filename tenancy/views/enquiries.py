"""``/staff/enquiries/``: what came in, and how it becomes an account."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.models import User
from tenancy import actions
from tenancy.forms import ConvertForm, EnquiriesForm, ReasonForm
from tenancy.models import Enquiry
from tenancy.queries import accounts
from tenancy.queries import enquiries as queries
from tenancy.states import ENQUIRY

from .guarded import around, key_of, staff_page, viewer_of

ON_A_PAGE = 50


@staff_page
def listing(request: HttpRequest) -> HttpResponseBase:
    by = viewer_of(request)
    form = EnquiriesForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = queries.visible(by)
    if wanted.get("kind"):
        found = found.filter(kind=wanted["kind"])
    if wanted.get("state"):
        found = found.filter(state=wanted["state"])
    if wanted.get("mine"):
        found = found.filter(assigned_to=by)
    context = {
        **around("staff_enquiries", "Enquiries"),
        "form": form,
        "page_of": Paginator(found, ON_A_PAGE).get_page(request.GET.get("page")),
        "is_narrowed": bool(request.GET),
    }
    return render(request, "tenancy/enquiries.html", context)


@staff_page
def enquiry(request: HttpRequest, pk: int) -> HttpResponseBase:
    by = viewer_of(request)
    found = get_object_or_404(queries.visible(by), pk=pk)
    known = queries.accounts_like(found) if found.account_id is None else []
    do = request.POST.get("do", "") if request.method == "POST" else ""
    profile = queries.free_profile_of(found) if found.account_id is None else None
    convert = ConvertForm(request.POST if do == "convert" else None, known=known, enquiry=found, profile=profile)
    reason = ReasonForm(request.POST if do == "close" else None)
    if do and (done := _done(request, found, do, by, convert, reason)):
        return done
    context = {
        **around("staff_enquiries", f"Enquiry {found.reference}", ("Enquiries", reverse("staff_enquiries"))),
        "enquiry": found,
        "known": known,
        "earlier": queries.earlier_of(found, by),
        "convert": convert,
        "reason": reason,
        "form": convert if do == "convert" else reason,
        "can": {str(state).replace("-", "_") for state in ENQUIRY.next(found.state)},
        "staff": accounts.managers(),
    }
    return render(request, "tenancy/enquiry.html", context)


def _done(
    request: HttpRequest, found: Enquiry, do: str, by: User, convert: ConvertForm, reason: ReasonForm
) -> HttpResponseBase | None:
    """Do what was asked; None where the form has to be shown again."""
    try:
        if do == "convert":
            if not convert.is_valid():
                return None
            account = actions.open_account(
                enquiry=found,
                by=by,
                organisation=convert.organisation,
                account=convert.chosen,
                is_another=convert.chosen is None,
                name=convert.cleaned_data["name"],
            )
            messages.success(request, "The enquiry belongs to this account now.")
            return redirect("staff_account", account.pk)
        if do == "close":
            if not reason.is_valid():
                return None
            actions.close(enquiry=found, by=by, reason=reason.cleaned_data["reason"])
        else:
            _step(found, do, by, request.POST)
        messages.success(request, f"Enquiry {found.reference} is “{found.get_state_display().lower()}”.")
    except (actions.Refusal, actions.NotDrawn) as refusal:
        messages.error(request, str(refusal))
    return redirect("staff_enquiry", found.pk)


def _step(found: Enquiry, do: str, by: User, said: Any) -> None:
    if do == "sort":
        actions.sort(enquiry=found, by=by)
    elif do == "answer":
        actions.answer(enquiry=found, by=by)
    elif do == "assign":
        to = accounts.managers().filter(pk=key_of(said.get("to"))).first()
        actions.assign(enquiry=found, to=to or by, by=by)
    elif do == "duplicate":
        first = get_object_or_404(Enquiry.objects.visible_to(by), pk=key_of(said.get("of")))
        actions.mark_duplicate(enquiry=found, of=first, by=by)

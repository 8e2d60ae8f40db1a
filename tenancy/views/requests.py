"""``/staff/requests/``: the board, one request, and a new one that we write down for a company."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.models import User
from tenancy import actions
from tenancy.addressees import is_written_down_by_us, whom_to_tell
from tenancy.choices import Confidentiality, ListOf, RequestState
from tenancy.forms import BoardForm, ChangeRequestForm, ClockForm, RequestForm, TakeForm
from tenancy.models import Account, SupportRequest
from tenancy.queries import enquiries
from tenancy.queries import requests as queries
from tenancy.queries.views import kept as kept_views
from tenancy.seen import read
from tenancy.states import REQUEST

from . import kept
from .guarded import account_page, around, opened_request, say, staff_page, viewer_of
from .helping import helped


@staff_page
def board(request: HttpRequest) -> HttpResponseBase:
    by = viewer_of(request)
    views = kept_views(by, ListOf.REQUESTS)
    if first := kept.opens_with(request, views):
        return first
    form = BoardForm(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    owner, need = said.get("owner"), said.get("need")
    columns = queries.board(
        by,
        owner=owner.pk if owner else None,
        need=need.slug if need else "",
        late=said.get("late", False),
    )
    context = {
        **around("staff_requests", "Requests"),
        "form": form,
        "columns": columns,
        "number": sum(len(column.requests) for column in columns),
        "late": sum(one.is_late for column in columns for one in column.requests),
        **kept.bar(request, ListOf.REQUESTS, views),
    }
    return render(request, "tenancy/requests.html", context)


@staff_page
def request_(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One request with everything that belongs to it."""
    by, found = opened_request(request, pk)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    held = {"owner": found.owner_id, "next_step": found.next_step}
    clock = {"paused_for": found.paused_for, "excused": found.excused}
    forms = {
        "take": TakeForm(request.POST if do == "take" else None, initial=held),
        "clock": ClockForm(request.POST if do == "clock" else None, initial=clock),
    }
    if do and (done := _done(request, found, do, by, forms)):
        return done
    context = {
        **around("staff_requests", f"Request {found.number}", ("Requests", reverse("staff_requests"))),
        **helped(found, by),
        "request_": found,
        "steps": queries.steps(found),
        "tasks": list(queries.tasks(found, by)),
        "next": REQUEST.next(found.state),
        "forms": forms,
        "form": forms.get(do),
    }
    return render(request, "tenancy/request.html", context)


def _done(
    request: HttpRequest, found: SupportRequest, do: str, by: User, forms: dict[str, Any]
) -> HttpResponseBase | None:
    """Do what was asked; None where the form has to be shown again."""
    form = forms.get(do)
    if form is not None and not form.is_valid():
        return None
    try:
        if form is not None and do == "take":
            actions.take(request=found, by=by, **form.cleaned_data)
            messages.success(request, "Saved. The company sees who sees to it, and the next step.")
        elif form is not None:
            _set_clock(found, form.cleaned_data, by)
            messages.success(request, "The clock is set.")
        elif do == "again":
            again = actions.ask_again(request=found, by=by)
            _say_who_hears(request, again)
            return redirect("staff_request", again.pk)
        elif do in RequestState.values:
            actions.step(request=found, to=do, by=by, reason=request.POST.get("reason", ""))
            messages.success(request, f"Request {found.number} is “{found.get_state_display().lower()}”.")
    except (actions.Refusal, actions.NotDrawn) as refusal:
        messages.error(request, str(refusal))
    return redirect("staff_request", found.pk)


def _set_clock(found: SupportRequest, said: dict[str, str], by: User) -> None:
    if said["paused_for"] != found.paused_for:
        if found.paused_for:
            actions.resume(request=found, by=by)
        if said["paused_for"]:
            actions.pause(request=found, why=said["paused_for"], by=by)
    if said["excused"] != found.excused:
        actions.excuse(request=found, why=said["excused"], by=by)


@account_page
def new(request: HttpRequest, account: Account) -> HttpResponseBase:
    by = viewer_of(request)
    stage = account.organisation.stage_id if account.organisation else None
    asked = enquiries.asked_for(account, by)
    initial = {"key": uuid4(), "stage": stage}
    if asked is not None:  # nothing that they wrote to us is typed a second time
        initial |= {"need": asked.need_id, "stage": asked.stage_id or stage, "words": asked.message}
    form = RequestForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.open_request(account=account, by=by, **form.cleaned_data)
        except actions.Unfit as unfit:
            form.add_error(None, str(unfit))
        else:
            _say_who_hears(request, made)
            return redirect("staff_request", made.pk)
    crumbs = (("Accounts", reverse("staff_accounts")), (account.name, reverse("staff_account", args=[account.pk])))
    told, why_not = whom_to_tell(account, Confidentiality.OPEN)
    context = {
        **around("staff_requests", "New request", *crumbs),
        "account": account,
        "form": form,
        "told": told,
        "why_not": why_not,
    }
    return render(request, "tenancy/new_request.html", context)


@staff_page
def change(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Correct what is asked. Whoever restricts it and is none of its readers does not read it from then on."""
    by, found = opened_request(request, pk)
    form = ChangeRequestForm(request.POST or None, initial=read(found))
    if form.is_valid():
        try:
            actions.change_request(request=found, by=by, **form.cleaned_data)
        except actions.Refusal as refusal:
            say(form, refusal)
        else:
            if queries.request(by, pk) is None:
                messages.success(
                    request, f"Saved. Request {found.number} is restricted, also for you: ask its manager."
                )
                return redirect("staff_requests")
            messages.success(request, "Saved.")
            return redirect("staff_request", pk)
    elif request.method != "POST" and not found.is_open:
        messages.error(request, "This request is closed, so what it asks stays as it was.")
        return redirect("staff_request", pk)
    crumbs = (("Requests", reverse("staff_requests")), (found.number, reverse("staff_request", args=[pk])))
    context = {**around("staff_requests", "Change the request", *crumbs), "request_": found, "form": form}
    return render(request, "tenancy/request/change.html", context)


def _say_who_hears(request: HttpRequest, made: SupportRequest) -> None:
    """A request is open: who of the company is written to, or why nobody."""
    if not is_written_down_by_us(made):  # a colleague who belongs to the company asked for themselves
        messages.success(request, f"Request {made.number} is open.")
        return
    contact, why_not = whom_to_tell(made.account, made.confidentiality)
    if contact is None:
        messages.warning(request, f"Request {made.number} is open. Nobody of the company is written to: {why_not}.")
    else:
        messages.success(request, f"Request {made.number} is open. {contact.name} has a letter that says so.")

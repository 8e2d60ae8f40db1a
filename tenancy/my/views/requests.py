"""``/my/requests/``: what somebody's company asked for, how it stands, and a new one."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from directory.models import Need
from tenancy import actions
from tenancy.actions import introductions
from tenancy.choices import ENDED_INTRODUCTIONS, Answer, Confidentiality
from tenancy.models import Introduction
from tenancy.my import company, queries
from tenancy.my.forms import AskForm
from tenancy.my.guarded import my_page
from tenancy.policies import may_answer_for_company, may_withdraw
from tenancy.queries.requests import steps
from tenancy.views.guarded import viewer_of


@my_page
def listing(request: HttpRequest) -> HttpResponse:
    user = viewer_of(request)
    context = {"asked": queries.requests(user), "accounts": queries.accounts(user)}
    return render(request, "tenancy/my/requests.html", context)


@my_page
def new(request: HttpRequest) -> HttpResponse:
    user = viewer_of(request)
    accounts = queries.accounts(user)
    if not accounts:
        return render(request, "tenancy/my/nobody_to_ask_for.html")
    first = accounts[0].organisation
    need = Need.objects.filter(slug=request.GET.get("need", "")).first()
    initial = {"key": uuid4(), "stage": first.stage_id if first else None, "need": need}
    form = AskForm(request.POST or None, initial=initial, accounts=accounts)
    if request.method == "POST" and form.is_valid():
        said: dict[str, Any] = {"account": accounts[0], **form.cleaned_data}
        try:
            made = actions.open_request(by=user, **said)
        except actions.Unfit as unfit:
            form.add_error(None, str(unfit))
        else:
            messages.success(request, f"Request {made.number} is with us. You hear by {made.respond_by:%-d %B}.")
            return redirect("my_request", made.pk)
    context = {"form": form, "company": accounts[0] if len(accounts) == 1 else None}
    return render(request, "tenancy/my/new_request.html", context)


@my_page
def request_(request: HttpRequest, pk: int) -> HttpResponse:
    user = viewer_of(request)
    asked = queries.request(user, pk)
    if asked is None:
        raise Http404
    found = asked.request
    if request.method == "POST":
        try:
            if request.POST.get("do") == "withdraw":
                actions.withdraw(request=found, by=user, reason=request.POST.get("reason", ""))
                messages.success(request, f"Request {found.number} is withdrawn.")
            elif request.POST.get("do") == "again":
                return redirect("my_request", actions.ask_again(request=found, by=user).pk)
        except (actions.Refusal, actions.NotDrawn, PermissionDenied) as refusal:
            messages.error(request, str(refusal))
        return redirect("my_request", pk)
    made = [(one, not may_answer_for_company(user, one)) for one in queries.introductions(user, found)]
    context = {
        "asked": asked,
        "request_": found,
        "steps": [(change.at, queries.STANDS[change.after][0]) for change, _ in steps(found)],
        "introductions": [(one, may, may and _has_a_yes_to_take_back(one)) for one, may in made],
        "ended": ENDED_INTRODUCTIONS,  # shown alike: nobody outside the team sees a no
        "shared": company.shared(user, found.account),
        "may_withdraw": found.is_open and not may_withdraw(user, found),
        "is_restricted": found.confidentiality == Confidentiality.RESTRICTED,
    }
    return render(request, "tenancy/my/request.html", context)


def _has_a_yes_to_take_back(one: Introduction) -> bool:
    return one.tenant_answer == Answer.GIVEN and not introductions.over(one)

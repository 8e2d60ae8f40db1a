"""What a company wants to reach: its plans, and the objectives of each."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from tenancy import actions
from tenancy.choices import ObjectiveState
from tenancy.models import Account, Objective
from tenancy.queries.plans import plans
from tenancy.stays_forms import ChangeObjectiveForm, ChangePlanForm, ObjectiveForm, PlanForm, StandingForm, a_year_after

from .guarded import account_page, around, crumbs_of, say, staff_page, viewer_of


@account_page
def new_plan(request: HttpRequest, account: Account) -> HttpResponseBase:
    by = viewer_of(request)
    last = account.plans.visible_to(by).first()
    form = PlanForm(request.POST or None, initial=a_year_after(last))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.make_plan(account=account, by=by, **form.cleaned_data)
            messages.success(request, "The plan is made. Add what they want to reach.")
            return redirect("staff_plan", account.pk, made.pk)
        except actions.Refusal as refusal:
            say(form, refusal)
    context = {
        **around("staff_accounts", "New plan", *crumbs_of(account)),
        "account": account,
        "form": form,
        "heading": f"New plan of {account.name}",
        "button": "Make plan",
    }
    return render(request, "tenancy/stays/form.html", context)


@account_page
def plan(request: HttpRequest, account: Account, plan: int) -> HttpResponseBase:
    """One plan. Its days, a new objective and its removal come here, and say in ``do`` which it is."""
    by = viewer_of(request)
    every = plans(account, by)
    found = next((one for one in every if one.pk == plan), None)
    if found is None:
        raise Http404
    do = request.POST.get("do", "") if request.method == "POST" else ""
    if do == "remove":
        return _removed(request, account, found)
    forms: dict[str, Any] = {
        "dates": ChangePlanForm(request.POST if do == "dates" else None, plan=found),
        "objective": ObjectiveForm(request.POST if do == "objective" else None, initial={"due_on": found.ends_on}),
    }
    sent = forms.get(do)
    if sent is not None and sent.is_valid():
        try:
            if do == "dates":
                actions.change_plan(plan=found, by=by, **sent.cleaned_data)
            else:
                actions.add_objective(plan=found, by=by, **sent.cleaned_data)
            messages.success(request, "Saved." if do == "dates" else "Added.")
            return redirect("staff_plan", account.pk, found.pk)
        except actions.Refusal as refusal:
            say(sent, refusal)
    context = {
        **around("staff_accounts", "Plan", *crumbs_of(account)),
        "account": account,
        "plan": found,
        "others": [one for one in every if one is not found],
        "states": ObjectiveState.choices,
        "forms": forms,
        "form": sent,
        "url": reverse("staff_plan", args=[account.pk, found.pk]),
    }
    return render(request, "tenancy/stays/plan.html", context)


def _removed(request: HttpRequest, account: Account, found: Any) -> HttpResponseBase:
    try:
        actions.remove_plan(plan=found, by=viewer_of(request))
    except actions.Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("staff_plan", account.pk, found.pk)
    messages.success(request, "Removed.")
    return redirect("staff_account", account.pk)


@staff_page
def objective(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Changed here; how it stands is said on the plan's page, and so is that it was written down by mistake."""
    by = viewer_of(request)
    found = get_object_or_404(Objective.objects.visible_to(by).select_related("plan__account"), pk=pk)
    account = found.plan.account
    url = reverse("staff_plan", args=[account.pk, found.plan_id])
    do = request.POST.get("do", "") if request.method == "POST" else ""
    if do in ("state", "remove"):
        try:
            if do == "remove":
                actions.remove_objective(objective=found, by=by)
                messages.success(request, f"Removed: “{found.words}”")
            elif (standing := StandingForm(request.POST)).is_valid():
                actions.judge_objective(objective=found, by=by, **standing.cleaned_data)
                label = ObjectiveState(standing.cleaned_data["state"]).label.lower()
                messages.success(request, f"“{found.words}” is {label}.")
        except actions.Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect(url)
    form = ChangeObjectiveForm(request.POST or None, objective=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_objective(objective=found, by=by, **form.cleaned_data)
            messages.success(request, "Saved.")
            return redirect(url)
        except actions.Refusal as refusal:
            say(form, refusal)
    context = {
        **around("staff_accounts", "Change", *crumbs_of(account), ("Plan", url)),
        "objective": found,
        "form": form,
    }
    return render(request, "tenancy/stays/objective.html", context)

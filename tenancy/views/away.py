"""``/staff/away/``: who is away and who stands in; and a task that a colleague does from now on."""

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from tenancy import actions
from tenancy.away_forms import AwayForm, HandOverForm
from tenancy.models import Absence, Task
from tenancy.policies import may_say_away
from tenancy.queries import cover

from .guarded import around, key_of, say, staff_page, viewer_of, way_back


@staff_page
def away(request: HttpRequest) -> HttpResponseBase:
    by = viewer_of(request)
    if request.method == "POST" and request.POST.get("do") == "back":
        return _back(request)
    form = AwayForm(request.POST or None, by=by)
    if form.is_valid():
        try:
            made = actions.go_away(by=by, **form.cleaned_data)
            who = made.deputy or "everybody"
            messages.success(request, f"Written down. Until then what is due stands in the day of {who}.")
            return redirect("staff_away")
        except actions.Refusal as refusal:
            say(form, refusal)
    rows = [(one, not may_say_away(by, one.user)) for one in cover.absences(by)]
    context = {**around("staff_day", "Away", ("My day", "/staff/")), "form": form, "absences": rows}
    return render(request, "tenancy/away.html", context)


def _back(request: HttpRequest) -> HttpResponseBase:
    """What is taken off twice is off."""
    by = viewer_of(request)
    found = Absence.objects.visible_to(by).filter(pk=key_of(request.POST.get("absence"))).select_related("user").first()
    try:
        if found is not None:
            actions.come_back(absence=found, by=by)
            messages.success(request, f"{found.user} is not away.")
    except actions.Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("staff_away")


@staff_page
def hand_over(request: HttpRequest, pk: int) -> HttpResponseBase:
    by = viewer_of(request)
    found = get_object_or_404(Task.objects.visible_to(by).select_related("account", "owner"), pk=pk)
    back = way_back(request, request.POST.get("next") or request.GET.get("next", ""))
    form = HandOverForm(request.POST or None, owner=found.owner_id)
    if form.is_valid():
        try:
            actions.give_task(task=found, to=form.cleaned_data["to"], by=by)
            messages.success(request, f"{form.cleaned_data['to']} does it from now on: “{found.words}”")
            return redirect(back)
        except actions.Refusal as refusal:
            say(form, refusal)
    context = {**around("staff_day", "Hand over", ("My day", "/staff/")), "task": found, "form": form, "back": back}
    return render(request, "tenancy/hand_over.html", context)

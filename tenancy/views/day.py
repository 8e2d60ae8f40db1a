"""``/staff/``: what is to be done today; and a task that is ticked off, from wherever it stands."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from tenancy import actions
from tenancy.models import Task
from tenancy.queries import cover, stalled
from tenancy.queries import day as days

from .guarded import around, staff_page, viewer_of, way_back

DOING: dict[str, Any] = {
    "done": (actions.finish_task, "Done."),
    "reopen": (actions.reopen_task, "It is open again."),
    "cancel": (actions.cancel_task, "Taken off the list."),
}


@staff_page
def day(request: HttpRequest) -> HttpResponseBase:
    by, today = viewer_of(request), timezone.localdate()
    away = cover.absences_on(today, by)
    context = {
        **around("staff_day", "My day"),
        "day": days.of(by),
        "stalled": stalled.of(by),
        "unowned": cover.without_owner(by),
        "covered": cover.covered_by(by, today, away),
        "away": away,
        "today": today,
    }
    return render(request, "tenancy/day.html", context)


@staff_page
def task(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A form of one button. Opened as an address it leads back."""
    by = viewer_of(request)
    found = get_object_or_404(Task.objects.visible_to(by).select_related("account"), pk=pk)
    back = way_back(request, request.POST.get("next", ""))
    if request.method == "POST" and (doing := DOING.get(request.POST.get("do", ""))):
        do, words = doing
        try:
            do(task=found, by=by)
            messages.success(request, f"{words} “{found.words}”")
        except (actions.Refusal, actions.NotDrawn) as refusal:
            messages.error(request, str(refusal))
    return redirect(back)

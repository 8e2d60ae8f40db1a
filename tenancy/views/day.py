"""``/staff/``: what is to be done today; and a task that is ticked off, from wherever it stands."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from tenancy import actions
from tenancy.models import Task
from tenancy.queries import day as days

from .guarded import around, staff_page, viewer_of

DOING: dict[str, Any] = {
    "done": (actions.finish_task, "Done."),
    "reopen": (actions.reopen_task, "It is open again."),
    "cancel": (actions.cancel_task, "Taken off the list."),
}


@staff_page
def day(request: HttpRequest) -> HttpResponseBase:
    found = days.of(viewer_of(request))
    context = {**around("staff_day", "My day"), "day": found, "today": timezone.localdate()}
    return render(request, "tenancy/day.html", context)


@staff_page
def task(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A form of one button. Opened as an address it leads back."""
    by = viewer_of(request)
    found = get_object_or_404(Task.objects.visible_to(by).select_related("account"), pk=pk)
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}) or not back.startswith("/staff/"):
        back = "staff_day"
    if request.method == "POST" and (doing := DOING.get(request.POST.get("do", ""))):
        do, words = doing
        try:
            do(task=found, by=by)
            messages.success(request, f"{words} “{found.words}”")
        except (actions.Refusal, actions.NotDrawn) as refusal:
            messages.error(request, str(refusal))
    return redirect(back)

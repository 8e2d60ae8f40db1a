"""``/staff/spaces/approvals/``: yes, or no and why."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from spaces import actions
from spaces.desk import queries
from spaces.desk.guarded import for_those_who, person, show
from spaces.models import Booking
from spaces.policies import may_manage
from spaces.rules import Refusal


@for_those_who(may_manage)
def approvals(request: HttpRequest) -> HttpResponseBase:
    """The list, each with its two answers; a no without a reason is asked for one and keeps its place."""
    typed, wrong, refused = "", "", 0
    if request.method == "POST":
        what, _, key = request.POST.get("do", "").partition(" ")
        found = Booking.objects.filter(pk=key).first() if key.isdecimal() else None
        if found is not None:
            typed = request.POST.get(f"words-{found.pk}", "")[:300]
            try:
                if what == "approve":
                    actions.approve(booking=found.pk, by=person(request))
                    messages.success(request, f"{found.reference}: approved. A letter is on its way.")
                elif what == "decline":
                    actions.decline(booking=found.pk, words=typed, by=person(request))
                    messages.success(request, f"{found.reference}: declined. A letter says why.")
                return redirect("spaces_approvals")
            except Refusal as refusal:
                if refusal.rule != "reason":
                    messages.error(request, f"{found.reference}: {refusal}")
                    return redirect("spaces_approvals")
                wrong, refused = str(refusal), found.pk
    context = {"asked": queries.asked(), "now": timezone.now(), "typed": typed, "wrong": wrong, "refused": refused}
    return show(request, "spaces/desk/approvals.html", context, part="spaces_approvals", status=422 if wrong else 200)

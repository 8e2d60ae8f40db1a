"""What those outside say by a link in our mail: to an introduction, to what came of it, to an outcome.

The link is all they need, and opens nothing else. A GET never changes anything: scanners of mail servers open links too.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core.signed_links import opened_by_link
from tenancy import actions, links
from tenancy.actions import check_backs, introductions, outcomes
from tenancy.choices import Answer, Anyway, CheckedBack
from tenancy.models import Introduction
from tenancy.queries.introductions import named_to_partner


def asked_of(introduction: Introduction, side: str) -> dict[str, Any]:
    """What one side of an introduction is asked, and may know of the other: by link and signed in the same."""
    return {
        "introduction": introduction,
        "side": side,
        "is_tenant": side == "tenant",
        "question": introductions.wording(introduction, side),
        "company": introduction.request.account.name if side == "tenant" else named_to_partner(introduction),
        "has_agreed": getattr(introduction, f"{side}_answer") == Answer.GIVEN,
    }


@opened_by_link
def introduction(request: HttpRequest, side: str, token: str) -> HttpResponse:
    if side not in links.SIDES:
        raise Http404
    found = links.introduction_of(token, side)
    if found is None:
        return render(request, "tenancy/answers/gone.html")
    refusal = ""
    said = request.POST.get("answer", "")
    if request.method == "POST" and said in ("yes", "no"):
        try:
            actions.answer_introduction(
                introduction=found, side=side, says_yes=said == "yes", words=request.POST.get("words", "")
            )
            return redirect("answer_introduction", side, token)
        except actions.Over as over:
            refusal = str(over)
    context = {
        **asked_of(found, side),
        "answer": getattr(found, f"{side}_answer"),
        "words": getattr(found, f"{side}_words"),
        "over": refusal or introductions.over(found),
    }
    return render(request, "tenancy/answers/introduction.html", context, status=409 if refusal else 200)


@opened_by_link
def check_back(request: HttpRequest, token: str) -> HttpResponse:
    found = links.check_back_of(token)
    if found is None:
        return render(request, "tenancy/answers/gone.html")
    refusal = ""
    said = request.POST.get("answer", "")
    if request.method == "POST" and said in CheckedBack.values:
        try:
            actions.answer_check_back(check_back=found, answer=said, words=request.POST.get("words", ""))
            return redirect("answer_check_back", token)
        except actions.Over as over:
            refusal = str(over)
    context = {
        "check_back": found,
        "introduction": found.introduction,
        "choices": CheckedBack.choices,
        "chosen": said or request.GET.get("answer", ""),
        "over": refusal or check_backs.over(found),
        "is_missing": request.method == "POST" and not said,
    }
    return render(request, "tenancy/answers/check_back.html", context, status=409 if refusal else 200)


@opened_by_link
def outcome(request: HttpRequest, token: str) -> HttpResponse:
    found = links.confirmation_of(token)
    if found is None:
        return render(request, "core/bad_link.html", status=404)
    refusal = ""
    said, anyway = request.POST.get("answer", ""), request.POST.get("anyway", "")
    if request.method == "POST" and said in ("yes", "no"):
        try:
            actions.answer_confirmation(
                confirmation=found,
                is_true=said == "yes",
                anyway=anyway if anyway in Anyway.values else "",
                words=request.POST.get("words", ""),
            )
            return redirect("answer_outcome", token)
        except actions.Over as over:
            refusal = str(over)
    context = {
        "confirmation": found,
        "outcome": found.outcome,
        "choices": Anyway.choices,
        "over": refusal or outcomes.over(found),
        "is_missing": request.method == "POST" and not said,
    }
    return render(request, "tenancy/answers/outcome.html", context, status=409 if refusal else 200)

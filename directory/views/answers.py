"""The page behind the link of our yearly letter. A GET never changes anything: scanners of mail servers open links too."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core.signed_links import opened_by_link
from directory import actions, links, profile_fields
from directory.actions.checks import over


@opened_by_link
def answer_profile(request: HttpRequest, token: str) -> HttpResponse:
    found = links.question_of(token)
    if found is None:
        return render(request, "directory/profile_question_gone.html")
    refusal = ""
    if request.method == "POST":
        try:
            actions.answer_question(question=found, seen=request.POST.get("seen", ""))
            return redirect("answer_profile", token)
        except actions.Refusal as words:
            refusal = str(words)
            found.refresh_from_db()
    why_over = over(found)
    context = {
        "question": found,
        "organisation": found.organisation,
        "over": why_over,
        "refusal": "" if why_over else refusal,
        "facts": [] if why_over else profile_fields.facts(found.organisation),
        "seen": profile_fields.fingerprint(profile_fields.read(found.organisation)),
    }
    return render(request, "directory/profile_question.html", context, status=409 if refusal else 200)

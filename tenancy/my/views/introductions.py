"""``/my/introductions/…``: the question of our mail, for whoever signed in instead."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from tenancy import actions
from tenancy.actions import introductions
from tenancy.links import SIDES
from tenancy.my import queries
from tenancy.my.guarded import my_page
from tenancy.policies import may_answer_for_company, may_answer_for_partner
from tenancy.views.answers import asked_of
from tenancy.views.guarded import viewer_of


@my_page
def introduction(request: HttpRequest, side: str, pk: int) -> HttpResponse:
    """The company's side and the partner's are two pages: neither reads what only the other may."""
    user = viewer_of(request)
    found = queries.introduction(user, pk)
    may = may_answer_for_company if side == "tenant" else may_answer_for_partner
    if side not in SIDES or found is None or may(user, found):
        raise Http404
    said = request.POST.get("answer", "")
    if request.method == "POST" and said in ("yes", "no"):
        try:
            words = request.POST.get("words", "")
            actions.answer_signed_in(introduction=found, side=side, says_yes=said == "yes", words=words, by=user)
        except actions.Over as over:
            messages.error(request, str(over))
        return redirect("my_introduction", side, pk)
    context = {**asked_of(found, side), "over": introductions.over(found)}
    return render(request, "tenancy/my/introduction.html", context)

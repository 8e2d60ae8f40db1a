"""What follows a request, one address a step: partners, introductions, check-backs, outcomes, collaborations.

Forms of one button lead back to the request's page, which shows what came of it or why it was refused.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.models import User
from core.visibility import public
from directory.models import OrganisationPage
from tenancy import actions
from tenancy.choices import CheckedBack
from tenancy.models import CheckBack, Collaboration, Contact, Introduction, MatchSuggestion, Outcome, SupportRequest
from tenancy.queries import requests as queries
from tenancy.seen import read
from tenancy.states import COLLABORATION, INTRODUCTION, OUTCOME
from tenancy.support_forms import AskForm, ChangeCollaborationForm, CollaborationForm, OutcomeForm

from .guarded import around, key_of, opened_request, say, staff_page, viewer_of


def helped(found: SupportRequest, by: User) -> dict[str, Any]:
    """For the request's page: everything that follows it, and which step is possible where."""
    introductions: list[Any] = list(queries.introductions(found, by))
    for one in introductions:
        one.can = {str(state) for state in INTRODUCTION.next(one.state)}
    outcomes: list[Any] = list(queries.outcomes(found, by).prefetch_related("confirmations__contact"))
    for outcome in outcomes:
        outcome.can = {str(state) for state in OUTCOME.next(outcome.state)}
    together: list[Any] = list(queries.collaborations(found, by))
    for collaboration in together:
        collaboration.can = COLLABORATION.next(collaboration.state)
    suggestions = list(queries.suggestions(found, by))
    return {
        "suggestions": suggestions,
        "is_for_another_need": found.is_open and queries.is_for_another_need(found, suggestions),
        "introductions": introductions,
        "check_backs": list(queries.check_backs(found, by)),
        "checked_back": CheckedBack.choices,
        "outcomes": outcomes,
        "collaborations": together,
        "people": list(Contact.objects.visible_to(by).current().filter(account=found.account_id)),
    }


# ---- partners -------------------------------------------------------------------------------------------------------
@staff_page
def partners(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Find them; leave one out, with a reason; put one back."""
    by, found = opened_request(request, pk)
    do, said = request.POST.get("do", ""), request.POST

    def done() -> str:
        if do == "find":
            number = actions.find_partners(request=found, by=by)
            return f"{number} partners, the best on top." if number else "Nobody in the directory offers this yet."
        one = get_object_or_404(
            MatchSuggestion.objects.visible_to(by).filter(request=found), pk=key_of(said.get("suggestion"))
        )
        if do == "dismiss":
            actions.dismiss(suggestion=one, reason=said.get("reason", ""), by=by)
            return f"{one.partner.title} is left out."
        actions.put_back(suggestion=one, by=by)
        return f"{one.partner.title} is suggested again."

    return _button(request, found.pk, done, "partners")


@staff_page
def ask(request: HttpRequest, pk: int, partner: int) -> HttpResponseBase:
    """Whom we ask on both sides, and what the partner is told."""
    by, found = opened_request(request, pk)
    organisation = get_object_or_404(public(OrganisationPage.objects.all()), pk=partner)
    contacts = Contact.objects.visible_to(by).current()
    form = AskForm(
        request.POST or None,
        initial={"words": found.words},
        tenant=contacts.filter(account=found.account_id),
        partner=contacts.filter(account__organisation=organisation.pk),
    )
    if form.is_valid():
        try:
            actions.propose(request=found, partner=organisation, by=by, **form.cleaned_data)
            messages.success(
                request, "The company is asked first. The partner hears of it when the company has agreed."
            )
            return _back(found.pk, "introductions")
        except (actions.Refusal, actions.NotDrawn) as refusal:
            say(form, refusal)
    title = f"Ask {organisation.title}"
    context = {**_around(found, title), "request_": found, "partner": organisation, "form": form}
    return render(request, "tenancy/request/ask.html", context)


# ---- introductions --------------------------------------------------------------------------------------------------
@staff_page
def introduction(request: HttpRequest, pk: int) -> HttpResponseBase:
    by = viewer_of(request)
    found = get_object_or_404(Introduction.objects.visible_to(by).select_related("request__account"), pk=pk)

    def done() -> str:
        if request.POST.get("do") == "introduce":
            actions.introduce(introduction=found, by=by)
            return "Both have a mail with each other’s names. We ask what came of it after 14, 60 and 180 days."
        actions.take_back(introduction=found, reason=request.POST.get("reason", ""), by=by)
        return "Taken back. The links in our mails are closed."

    return _button(request, found.request_id, done, "introductions")


@staff_page
def check_back(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What we heard ourselves, on the telephone or in the corridor."""
    by = viewer_of(request)
    found = get_object_or_404(CheckBack.objects.visible_to(by).select_related("introduction__request__account"), pk=pk)

    def done() -> str:
        said = request.POST
        if said.get("answer") not in CheckedBack.values:
            raise actions.Unfit("Choose what they said.")
        actions.answer_check_back(check_back=found, answer=said["answer"], words=said.get("words", ""), by=by)
        return "Written down."

    return _button(request, found.introduction.request_id, done, "introductions")


@staff_page
def new_collaboration(request: HttpRequest, pk: int) -> HttpResponseBase:
    by = viewer_of(request)
    found = get_object_or_404(
        Introduction.objects.visible_to(by).select_related("request__account__organisation", "partner"), pk=pk
    )
    actions.log_reads(records=[found.request], by=by)
    form = CollaborationForm(request.POST or None)
    if form.is_valid():
        try:
            actions.open_collaboration(introduction=found, by=by, **form.cleaned_data)
            messages.success(request, "The collaboration is written down as an idea.")
            return _back(found.request_id, "outcomes")
        except actions.Refusal as refusal:
            say(form, refusal)
    context = {**_around(found.request, "New collaboration"), "introduction": found, "form": form}
    return render(request, "tenancy/request/new_collaboration.html", context)


@staff_page
def collaboration(request: HttpRequest, pk: int) -> HttpResponseBase:
    by = viewer_of(request)
    found = get_object_or_404(Collaboration.objects.visible_to(by).select_related("introduction__request"), pk=pk)
    if found.introduction is None:
        raise Http404

    def done() -> str:
        to, reason = request.POST.get("do", ""), request.POST.get("reason", "")
        if to not in {str(state) for state in COLLABORATION.states}:
            raise actions.Unfit("Choose what it is now.")
        actions.step_collaboration(collaboration=found, to=to, by=by, reason=reason)
        return f"The collaboration is “{found.get_state_display().lower()}”."

    return _button(request, found.introduction.request_id, done, "outcomes")


@staff_page
def change_collaboration(request: HttpRequest, pk: int) -> HttpResponseBase:
    by = viewer_of(request)
    found = get_object_or_404(
        Collaboration.objects.visible_to(by).select_related("introduction__request__account"), pk=pk
    )
    if found.introduction is None:
        raise Http404
    actions.log_reads(records=[found.introduction.request], by=by)
    form = ChangeCollaborationForm(request.POST or None, initial=read(found))
    if form.is_valid():
        try:
            actions.change_collaboration(collaboration=found, by=by, **form.cleaned_data)
            messages.success(request, "Saved.")
            return _back(found.introduction.request_id, "outcomes")
        except actions.Refusal as refusal:
            say(form, refusal)
    context = {
        **_around(found.introduction.request, "Change the collaboration"),
        "introduction": found.introduction,
        "collaboration": found,
        "form": form,
    }
    return render(request, "tenancy/request/new_collaboration.html", context)


# ---- outcomes -------------------------------------------------------------------------------------------------------
@staff_page
def new_outcome(request: HttpRequest, pk: int) -> HttpResponseBase:
    by, found = opened_request(request, pk)
    made = queries.introductions(found, by).filter(introduced_at__isnull=False)
    form = OutcomeForm(request.POST or None, introductions=made, initial={"introduction": made.first()})
    if form.is_valid():
        try:
            actions.claim(account=found.account, request=found, by=by, **form.cleaned_data)
            messages.success(request, "Written down as a claim. Ask somebody of the company whether it is true.")
            return _back(found.pk, "outcomes")
        except actions.Refusal as refusal:
            say(form, refusal)
    context = {**_around(found, "New outcome"), "request_": found, "form": form}
    return render(request, "tenancy/request/new_outcome.html", context)


@staff_page
def outcome(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Ask the company; take it back, or its confirmation; claim it again."""
    by = viewer_of(request)
    found = get_object_or_404(Outcome.objects.visible_to(by).select_related("request__account", "account"), pk=pk)
    if found.request_id is None:
        raise Http404
    do, reason = request.POST.get("do", ""), request.POST.get("reason", "")

    def done() -> str:
        if do == "ask":
            people = Contact.objects.visible_to(by).filter(account=found.account_id)
            contact = get_object_or_404(people, pk=key_of(request.POST.get("contact")))
            actions.ask_to_confirm(outcome=found, contact=contact, by=by)
            return f"{contact.name} has a mail with a link that is good for fourteen days."
        step, words = OUTCOMES.get(do, (None, ""))
        if step is None:
            raise actions.Unfit("Choose what to do.")
        step(outcome=found, reason=reason, by=by)
        return words

    return _button(request, found.request_id, done, "outcomes")


OUTCOMES: dict[str, tuple[Callable[..., None], str]] = {
    "revoke": (actions.revoke, "Taken back: it counts nowhere."),
    "unconfirm": (actions.unconfirm, "The confirmation does not count any more."),
    "again": (actions.claim_again, "It is claimed again."),
}


# ---- parts ----------------------------------------------------------------------------------------------------------
def _button(request: HttpRequest, pk: int, done: Callable[[], str], part: str) -> HttpResponseBase:
    """Do what a form of the request's page asks; opened as an address, it leads back."""
    if request.method == "POST":
        try:
            messages.success(request, done())
        except (actions.Refusal, actions.NotDrawn) as refusal:
            messages.error(request, str(refusal))
    return _back(pk, part)


def _back(pk: int, part: str) -> HttpResponseBase:
    return redirect(f"{reverse('staff_request', args=[pk])}#{part}")


def _around(found: SupportRequest, title: str) -> dict[str, Any]:
    crumbs = (("Requests", reverse("staff_requests")), (found.number, reverse("staff_request", args=[found.pk])))
    return around("staff_requests", title, *crumbs)

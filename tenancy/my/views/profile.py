"""``/my/profile/…``: what the public profile of one’s organisation says, and what it should say instead."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models import User
from core.visibility import public
from directory import actions, profile_fields
from directory.actions.profile_changes import NOTHING_DIFFERS, version_of, with_logo
from directory.forms import ProfileForm
from directory.models import OrganisationPage
from directory.policies import may_propose
from tenancy.my import queries
from tenancy.my.guarded import my_page
from tenancy.views.guarded import viewer_of

SENT = "Your change is on its way to the village. The profile stays as it is until somebody there has approved it."


@my_page
def first(request: HttpRequest) -> HttpResponse:
    """To the only one; or to choose from, where there are several."""
    mine = queries.memberships(viewer_of(request))
    if not mine:
        return redirect("my_people")
    if len(mine) == 1:
        return redirect("my_profile", mine[0].organisation.slug)
    return render(request, "tenancy/my/profiles.html", {"memberships": mine})


@my_page
def profile(request: HttpRequest, slug: str) -> HttpResponse:
    """What it says today, with what is proposed beside it. Whoever does not belong to it is asked whether they do."""
    user = viewer_of(request)
    organisation = _mine(user, slug)
    if organisation is None:
        if public(OrganisationPage.objects.filter(slug=slug)).exists():
            return redirect("my_claim", slug)
        raise Http404
    if request.method == "POST":
        try:
            _do(request, organisation, user)
        except (actions.Refusal, PermissionDenied) as refusal:
            messages.error(request, str(refusal))
        return redirect("my_profile", slug)
    live = profile_fields.read(organisation)
    change = queries.open_change(user, organisation)
    context = {
        "organisation": organisation,
        "others": [one.organisation for one in queries.memberships(user) if one.organisation != organisation],
        "facts": profile_fields.facts(organisation),
        "seen": profile_fields.fingerprint(live),
        "change": change,
        "rows": profile_fields.compared(change.before, change.after, live=live) if change else [],
        "last": None if change else queries.last_change(user, organisation),
        "is_admin": not may_propose(user, organisation),
    }
    return render(request, "tenancy/my/profile.html", context)


def _do(request: HttpRequest, organisation: OrganisationPage, user: User) -> None:
    do = request.POST.get("do", "")
    if do == "withdraw":
        if change := queries.open_change(user, organisation):
            actions.withdraw(change=change, by=user)
        messages.success(request, "The change is withdrawn. The profile stays as it is.")
    elif do == "confirm":
        actions.confirm_profile(organisation=organisation, seen=request.POST.get("seen", ""), by=user)
        messages.success(request, "Thank you. Readers see that it was checked today.")


@my_page
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The form; then, field by field, what would change; then it is sent. Nothing is kept before that."""
    user = viewer_of(request)
    organisation = _mine(user, slug)
    if organisation is None:
        return redirect("my_profile", slug)  # which knows whether they may claim it
    if why_not := may_propose(user, organisation):
        messages.error(request, why_not)
        return redirect("my_profile", slug)
    live, change = profile_fields.read(organisation), queries.open_change(user, organisation)
    do = request.POST.get("do", "check") if request.method == "POST" else ""
    context: dict[str, Any] = {
        "organisation": organisation,
        "change": change,
        "version": request.POST.get("version", version_of(change)),
        "words": request.POST.get("words", change.words if change else ""),
        "rest_is_right": request.POST.get("rest_is_right", "") == "yes",
    }
    if not do:
        form = ProfileForm(values={**live, **(change.after if change else {})})
    elif do.startswith("add-"):
        form = ProfileForm(request.POST, add=do.removeprefix("add-")).unjudged()
    else:
        form = ProfileForm(request.POST)
        if do == "change":
            form.unjudged()
        elif form.is_valid():
            return _check_or_send(request, do, form, live, context)
    return render(request, "tenancy/my/profile_edit.html", {**context, "form": form})


def _check_or_send(
    request: HttpRequest, do: str, form: ProfileForm, live: profile_fields.Values, context: dict[str, Any]
) -> HttpResponse:
    organisation, user = context["organisation"], viewer_of(request)
    template, refusal = "tenancy/my/profile_check.html", ""
    if do == "send":
        try:
            actions.propose(
                organisation=organisation,
                values=form.values,
                by=user,
                version=context["version"],
                words=context["words"].strip()[:1000],
                rest_is_right=context["rest_is_right"],
            )
            messages.success(request, SENT)
            return redirect("my_profile", organisation.slug)
        except actions.Refusal as words:
            refusal = str(words)
    rows = profile_fields.compared(live, with_logo(form.values, context["change"]))
    if not rows:
        template, refusal = "tenancy/my/profile_edit.html", refusal or NOTHING_DIFFERS
    elif refusal:  # what is open now is what they decide about next
        context["version"] = version_of(context["change"])
    context |= {"form": form, "rows": rows, "refusal": refusal}
    return render(request, template, context, status=409 if refusal and do == "send" else 200)


def _mine(user: User, slug: str) -> OrganisationPage | None:
    return next((one.organisation for one in queries.memberships(user) if one.organisation.slug == slug), None)

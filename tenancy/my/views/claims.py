"""``/my/claim/…``: say that one belongs to an organisation, by an address that proves it or for a person to look into."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from core.visibility import public
from directory import actions as directory
from directory.forms import ClaimForm
from directory.models import OrganisationPage
from tenancy import actions
from tenancy.actions.people import why_not_claimed
from tenancy.my import queries
from tenancy.my.guarded import my_page
from tenancy.views.guarded import viewer_of

ASKED = "Thank you. A person looks into it, and you get a letter with our answer."


@my_page
def claim(request: HttpRequest, slug: str) -> HttpResponse:
    """Sent twice it is once. The page is the same for every organisation, whoever belongs to it already."""
    user = viewer_of(request)
    organisation = get_object_or_404(public(OrganisationPage.objects.all()), slug=slug)
    if any(one.organisation_id == organisation.pk for one in queries.memberships(user)):
        return redirect("my_company_people", slug)
    waiting = next((one for one in queries.claims(user) if one.organisation_id == organisation.pk), None)
    do = request.POST.get("do", "speak") if request.method == "POST" else ""
    form = ClaimForm(request.POST if do == "ask" else None, initial={"name": user.name})
    try:
        if do == "speak":
            actions.claim_organisation(organisation=organisation, by=user)
            messages.success(request, f"You are the admin of {organisation.title} now. Invite your colleagues here.")
            return redirect("my_company_people", slug)
        if do == "take-back" and waiting:
            directory.take_back_claim(claim=waiting, by=user)
            messages.success(request, "You took it back, and we keep nothing of it.")
            return redirect("my_people")
        if do == "ask" and form.is_valid():
            directory.ask_to_belong(organisation=organisation, by=user, **form.cleaned_data)
            messages.success(request, ASKED)
            return redirect("my_claim", slug)
    except (actions.Unfit, directory.Refusal) as refusal:
        messages.error(request, str(refusal))
    context = {
        "organisation": organisation,
        "waiting": waiting,
        "is_proven": not why_not_claimed(organisation, user),
        "form": form,
    }
    return render(request, "tenancy/my/claim.html", context)

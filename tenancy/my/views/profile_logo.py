"""``/my/profile/…/logo/``: another logo for one’s organisation, seen by those who decide before anybody else."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from directory import actions, logos
from directory.forms import LogoForm
from directory.models import ProfileChange, ProposedLogo
from directory.policies import may_propose
from tenancy.my import queries
from tenancy.my.guarded import my_page
from tenancy.views.guarded import viewer_of

SENT = "Your logo is on its way to the village. The profile shows the one before until somebody there has approved it."


@my_page
def logo(request: HttpRequest, slug: str) -> HttpResponse:
    user = viewer_of(request)
    organisation = next((one.organisation for one in queries.memberships(user) if one.organisation.slug == slug), None)
    if organisation is None:
        return redirect("my_profile", slug)  # which knows whether they may claim it
    if why_not := may_propose(user, organisation):
        messages.error(request, why_not)
        return redirect("my_profile", slug)
    is_sent = request.method == "POST" and request.POST.get("do") != "take-back"
    form = LogoForm(request.POST, request.FILES) if is_sent else LogoForm()
    try:
        if request.POST.get("do") == "take-back":
            actions.take_back_logo(organisation=organisation, by=user)
            messages.success(request, "The new logo is taken back. The profile stays as it is.")
            return redirect("my_profile", slug)
        if is_sent and form.is_valid():
            actions.propose_logo(organisation=organisation, logo=form.cleaned_data["logo"], by=user)
            messages.success(request, SENT)
            return redirect("my_profile", slug)
    except (actions.Refusal, PermissionDenied) as refusal:
        messages.error(request, str(refusal))
        return redirect("my_profile", slug)
    change = queries.open_change(user, organisation)
    context = {
        "organisation": organisation,
        "form": form,
        "live": logos.seen(logos.value_of(organisation)),
        "proposed": logos.seen(change.after["logo"]) if change and "logo" in change.after else None,
    }
    return render(request, "tenancy/my/profile_logo.html", context)


@my_page
def proposed_logo(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture, for people of the organisation and whoever decides about it."""
    changes = ProfileChange.objects.visible_to(viewer_of(request))
    found = ProposedLogo.objects.filter(pk=pk, change__in=changes).first()
    if found is None:
        raise Http404
    return HttpResponse(bytes(found.content), content_type="image/png")

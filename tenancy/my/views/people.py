"""``/my/people/``: who belongs to a company here, and who is invited."""

from allauth.core import ratelimit
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models import User
from core.signed_links import BadLink
from directory.choices import MemberRole
from directory.models import Invitation, OrganisationMember, OrganisationPage
from tenancy import actions, links
from tenancy.my import queries
from tenancy.my.forms import InviteForm
from tenancy.my.guarded import my_page
from tenancy.policies import may_manage_people
from tenancy.views.guarded import viewer_of

OFTEN_ENOUGH = (
    "We have written to this address several times today. Ask them to look for the newest letter, also among what was "
    "taken for spam; tomorrow you can send it again."
)
MANY_ENOUGH = "Your organisation has sent as many invitations today as it can. Send the others tomorrow."


@my_page
def first(request: HttpRequest) -> HttpResponse:
    """To the company that somebody has belonged to longest."""
    user = viewer_of(request)
    mine = queries.memberships(user)
    if not mine:
        return render(
            request, "tenancy/my/no_people.html", {"to_claim": queries.to_claim(user), "claims": queries.claims(user)}
        )
    return redirect("my_company_people", mine[0].organisation.slug)


@my_page
def people(request: HttpRequest, slug: str) -> HttpResponse:
    user = viewer_of(request)
    mine = queries.memberships(user)
    organisation = next((one.organisation for one in mine if one.organisation.slug == slug), None)
    if organisation is None:
        raise Http404
    do = request.POST.get("do", "") if request.method == "POST" else ""
    form = InviteForm(request.POST if do == "invite" else None)
    if do and (do != "invite" or form.is_valid()):
        try:
            _do(request, do, organisation, user, form)
            return redirect("my_company_people" if do != "leave" else "my_village", *([slug] if do != "leave" else []))
        except actions.Unfit as unfit:
            form.add_error(unfit.field, str(unfit))
        except (actions.Refusal, PermissionDenied) as refusal:
            messages.error(request, str(refusal))
            return redirect("my_company_people", slug)
    is_admin = not may_manage_people(user, organisation)
    context = {
        "organisation": organisation,
        "others": [one.organisation for one in mine if one.organisation != organisation],
        "members": organisation.members.select_related("user").order_by("user__name", "pk"),
        "invitations": organisation.invitations.filter(accepted_at=None) if is_admin else [],
        "is_admin": is_admin,
        "form": form,
        "me": user.pk,
    }
    return render(request, "tenancy/my/people.html", context)


def _do(request: HttpRequest, do: str, organisation: OrganisationPage, by: User, form: InviteForm) -> None:
    key = request.POST.get("who", "")
    who = int(key) if key.isdecimal() else 0
    if do == "invite":
        _not_too_often(request, organisation, by, form.cleaned_data["email"].lower())
        made = actions.invite(organisation=organisation, by=by, **form.cleaned_data)
        messages.success(request, f"A mail with a link is on its way to {made.email}.")
    elif do == "leave":
        actions.leave(organisation=organisation, by=by)
        messages.success(request, f"You no longer belong to {organisation.title}.")
    elif do == "take-back":
        if invitation := Invitation.objects.filter(pk=who, organisation=organisation).first():
            actions.take_back_invitation(invitation=invitation, by=by)
        messages.success(request, "The invitation is taken back, and its link opens nothing.")
    elif member := OrganisationMember.objects.filter(pk=who, organisation=organisation).first():
        if do == "remove":
            actions.remove(member=member, by=by)
            messages.success(request, f"{member.user} no longer belongs to {organisation.title}.")
        elif do in MemberRole.values:
            actions.change_role(member=member, role=do, by=by)
            messages.success(request, f"{member.user} is now {member.get_role_display().lower()}.")


def _not_too_often(request: HttpRequest, organisation: OrganisationPage, by: User, email: str) -> None:
    """Nobody’s mailbox is filled from our form, nor many at once. Raises Unfit; only what an admin asks is counted."""
    if may_manage_people(by, organisation):
        return
    if not ratelimit.consume(request, action="invitation_to", key=email):
        raise actions.Unfit(OFTEN_ENOUGH, field="email")
    if not ratelimit.consume(request, action="invitations_of", key=str(organisation.pk)):
        raise actions.Unfit(MANY_ENOUGH, field="email")


@my_page
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the letter. A GET changes nothing: scanners of mail servers open links too."""
    user = viewer_of(request)
    try:
        found = links.invitation_of(token)
    except BadLink:
        return render(request, "core/bad_link.html", status=404)
    if found is None:
        return render(request, "tenancy/my/invitation_over.html")
    refusal = ""
    if request.method == "POST":
        try:
            actions.accept_invitation(invitation=found, by=user)
            messages.success(request, f"You belong to {found.organisation.title} now.")
            return redirect("my_company_people", found.organisation.slug)
        except actions.Unfit as unfit:
            refusal = str(unfit)
    context = {"invitation": found, "refusal": refusal}
    return render(request, "tenancy/my/invitation.html", context, status=409 if refusal else 200)

"""Who looks after an account beside its manager."""

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from tenancy import actions
from tenancy.models import Account, TeamMember
from tenancy.policies import may_choose_team
from tenancy.stays_forms import TeamForm

from .guarded import account_page, around, crumbs_of, key_of, say, viewer_of


@account_page
def team(request: HttpRequest, account: Account) -> HttpResponseBase:
    by = viewer_of(request)
    members = TeamMember.objects.visible_to(by).filter(account=account).select_related("user")
    do = request.POST.get("do", "") if request.method == "POST" else ""
    if do == "remove":
        member = get_object_or_404(members, pk=key_of(request.POST.get("member")))
        actions.remove_from_team(member=member, by=by)
        messages.success(request, f"{member.user} is not in the team any more.")
        return redirect("staff_team", account.pk)
    there = {member.user_id for member in members}
    form = TeamForm(request.POST if do == "add" else None, there={*there, account.manager_id or 0})
    if form.is_valid():
        try:
            actions.add_to_team(account=account, by=by, **form.cleaned_data)
            messages.success(request, f"{form.cleaned_data['user']} is in the team.")
            return redirect("staff_team", account.pk)
        except actions.Refusal as refusal:
            say(form, refusal)
    context = {
        **around("staff_accounts", "Team", *crumbs_of(account)),
        "account": account,
        "members": members,
        "form": form,
        "why_not": may_choose_team(by, account),
    }
    return render(request, "tenancy/team.html", context)

"""Who looks after an account beside its manager."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from accounts.models import User
from core.templatetags.village import counted
from tenancy import actions
from tenancy.models import Account, TeamMember
from tenancy.policies import may_choose_team
from tenancy.queries import cover
from tenancy.queries.accounts import managers
from tenancy.stays_forms import TeamForm

from .guarded import account_page, around, crumbs_of, key_of, say, viewer_of


@account_page
def team(request: HttpRequest, account: Account) -> HttpResponseBase:
    by = viewer_of(request)
    members: Any = TeamMember.objects.visible_to(by).filter(account=account).select_related("user", "account__manager")
    do = request.POST.get("do", "") if request.method == "POST" else ""
    if do == "remove":
        member = get_object_or_404(members, pk=key_of(request.POST.get("member")))
        try:
            messages.success(request, _taken_out(member, request.POST.get("to"), by))
        except actions.Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect("staff_team", account.pk)
    open_tasks = cover.open_tasks_by_owner(account, by)
    for member in members:
        member.hands_over = 0 if member.user_id == account.manager_id else open_tasks.get(member.user_id, 0)
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
        "colleagues": list(managers()),
        "form": form,
        "why_not": may_choose_team(by, account),
    }
    return render(request, "tenancy/team.html", context)


def _taken_out(member: TeamMember, chosen: str | None, by: User) -> str:
    """With what they had to do in the hands of whoever was ``chosen``, where there was anything."""
    to = managers().filter(pk=key_of(chosen)).first()
    if chosen is not None and to is None:
        raise actions.Unfit("Choose somebody who works with accounts to do what they still have to do here.")
    moved = actions.remove_from_team(member=member, to=to, by=by)
    words = f"{member.user} is not in the team any more."
    if moved:
        words += f" {counted(moved, 'open task')} went to {to or member.account.manager}."
    return words

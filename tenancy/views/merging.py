"""Two accounts that are one company: which, what it would do, done; and taken back."""

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from tenancy import actions
from tenancy.merging_forms import MergeForm
from tenancy.models import Account, AccountMerge
from tenancy.policies import may_merge
from tenancy.queries import accounts
from tenancy.queries import merging as queries
from tenancy.retention import MERGES_UNDONE_FOR

from .accounts import LIST
from .guarded import account_page, around, staff_page, viewer_of, with_query


@account_page
def merge(request: HttpRequest, account: Account) -> HttpResponseBase:
    """``with`` says which other one; without it, those that look alike."""
    by = viewer_of(request)
    url = reverse("staff_merge", args=[account.pk])
    context = {
        **around("staff_accounts", "Merge", LIST, (account.name, reverse("staff_account", args=[account.pk]))),
        "account": account,
        "url": url,
    }
    key = request.GET.get("with", "")
    other = accounts.record(by, int(key)) if key.isdecimal() and len(key) < 12 else None
    if other is None:
        words = request.GET.get("q", "").strip()
        context |= {
            "suggested": queries.suggested(account, by),
            "words": words,
            "found": queries.found(account, by, words) if words else [],
        }
        return render(request, "tenancy/merge/which.html", context)
    if other.merged_into_id == account.pk:
        return redirect("staff_account", account.pk)  # sent twice
    context |= {"other": other, "days": MERGES_UNDONE_FOR.days}
    if refused := _why_not(request, account, other):
        return render(request, "tenancy/merge/refused.html", {**context, "why_not": refused})
    seen = queries.preview(account, other)
    form = MergeForm(request.POST or None, differences=seen.differences, initial={"seen": seen.seen})
    if request.method == "POST" and form.is_valid():
        try:
            actions.merge(account=account, other=other, by=by, take=form.take, seen=form.cleaned_data["seen"])
        except actions.Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect(with_query(url, **{"with": other.pk}))
        messages.success(request, f"{other.name} is part of this account now. It can be taken back for 30 days.")
        return redirect("staff_account", account.pk)
    context |= {
        "preview": seen,
        "form": form,
        "swap": with_query(reverse("staff_merge", args=[other.pk]), **{"with": account.pk}),
    }
    return render(request, "tenancy/merge/preview.html", context)


def _why_not(request: HttpRequest, account: Account, other: Account) -> str:
    """Why there is nothing to be looked at, in words for the person."""
    try:
        actions.refuse_what_is_not_listed()
    except actions.NotListed as refusal:
        return str(refusal)
    return may_merge(viewer_of(request), account, other) or queries.why_not(account, other)


@staff_page
def merged(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One merge, as it was done, and the way back."""
    by = viewer_of(request)
    found = AccountMerge.objects.visible_to(by).select_related("account", "merged", "by", "undone_by")
    done = get_object_or_404(found, pk=pk)
    if request.method == "POST":
        try:
            back = actions.undo_merge(merge=done, by=by)
        except actions.Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("staff_merged", done.pk)
        messages.success(request, f"{back.name} is an account of its own again.")
        return redirect("staff_account", back.pk)
    context = {
        **around(
            "staff_accounts", "Merge", LIST, (done.account.name, reverse("staff_account", args=[done.account_id]))
        ),
        "merge": done,
        "why_not": may_merge(by, done.account, done.merged) or actions.why_not_undone(done),
        "until": done.at + MERGES_UNDONE_FOR,
    }
    return render(request, "tenancy/merge/done.html", context)

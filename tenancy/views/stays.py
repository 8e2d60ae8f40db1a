"""A tenancy: begun, changed, with notice given and ended; and its checklist."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import User
from core.templatetags.village import counted
from tenancy import actions
from tenancy.choices import ChecklistKind
from tenancy.models import Account, ChecklistItem, Tenancy
from tenancy.queries import stays as queries
from tenancy.stays_forms import (
    BackForm,
    ChangeItemForm,
    ChangeTenancyForm,
    EndForm,
    NewItemForm,
    NewTenancyForm,
    NoticeForm,
)

from .guarded import account_page, around, crumbs_of, say, staff_page, viewer_of


@account_page
def new_tenancy(request: HttpRequest, account: Account) -> HttpResponseBase:
    by = viewer_of(request)
    form = NewTenancyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.start_tenancy(account=account, by=by, **form.cleaned_data)
            messages.success(request, "The tenancy is written down.")
            return redirect("staff_tenancy", account.pk, made.pk)
        except actions.Refusal as refusal:
            say(form, refusal)
    context = {
        **around("staff_accounts", "New tenancy", *crumbs_of(account)),
        "account": account,
        "form": form,
        "heading": f"New tenancy of {account.name}",
        "button": "Start tenancy",
    }
    return render(request, "tenancy/stays/form.html", context)


@account_page
def change_tenancy(request: HttpRequest, account: Account, tenancy: int) -> HttpResponseBase:
    by = viewer_of(request)
    found = _tenancy(account, by, tenancy)
    form = ChangeTenancyForm(request.POST or None, tenancy=found, items=queries.checklist(found, by))
    if request.method == "POST" and form.is_valid():
        try:
            moved = actions.change_tenancy(tenancy=found, by=by, **form.cleaned_data)
            with_it = f" {counted(moved, 'thing')} of its checklist moved with it." if moved else ""
            messages.success(request, f"Saved.{with_it}")
            return redirect("staff_tenancy", account.pk, found.pk)
        except actions.Refusal as refusal:
            say(form, refusal)
    url = reverse("staff_tenancy", args=[account.pk, found.pk])
    context = {
        **around("staff_accounts", "Change", *crumbs_of(account), ("Tenancy", url)),
        "account": account,
        "form": form,
        "heading": f"Change the tenancy of {account.name}",
        "button": "Save",
    }
    return render(request, "tenancy/stays/form.html", context)


@account_page
def tenancy(request: HttpRequest, account: Account, tenancy: int) -> HttpResponseBase:
    """One stay. Whatever form of the page is sent comes here, and says in ``do`` which it is."""
    by = viewer_of(request)
    found = _tenancy(account, by, tenancy)
    items = queries.checklist(found, by)
    suggested = queries.suggested_state(account, found, items)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    if do in ("state", "remove"):
        return _button(request, account, found, do, suggested)
    forms = _forms(request, do, found, items)
    sent = forms.get(do)
    if sent is not None and sent.is_valid():
        try:
            messages.success(request, _done(sent, found, by))
            return redirect("staff_tenancy", account.pk, found.pk)
        except actions.Refusal as refusal:
            say(sent, refusal)
    context = {
        **around("staff_accounts", "Tenancy", *crumbs_of(account)),
        "account": account,
        "tenancy": found,
        "lists": queries.progress(items),
        "suggested": suggested,
        "others": [one for one in queries.tenancies(account, by) if one.pk != found.pk],
        "forms": forms,
        "form": sent,
        "url": reverse("staff_tenancy", args=[account.pk, found.pk]),
    }
    return render(request, "tenancy/stays/tenancy.html", context)


def _tenancy(account: Account, by: User, pk: int) -> Tenancy:
    return get_object_or_404(Tenancy.objects.visible_to(by).filter(account=account), pk=pk)


def _forms(request: HttpRequest, do: str, found: Tenancy, items: list[ChecklistItem]) -> dict[str, Any]:
    there = frozenset(item.words for item in items if item.kind == ChecklistKind.LEAVING)

    def data(name: str) -> Any:
        return request.POST if do == name else None

    begin = {"kind": ChecklistKind.LEAVING if found.ends_on and found.notice_given_on else ChecklistKind.ARRIVING}
    return {
        "notice": NoticeForm(data("notice"), tenancy=found, there=there, items=items),
        "end": EndForm(data("end"), tenancy=found, there=there, items=items),
        "stay": BackForm(data("stay")),
        "item": NewItemForm(data("item"), initial=begin),
    }


def _done(form: Any, found: Tenancy, by: User) -> str:
    said = form.cleaned_data
    if form.do == "notice":
        last_day = actions.give_notice(tenancy=found, by=by, **said)
        return f"Notice is written down. The last day is {last_day:%-d %B %Y}."
    if form.do == "end":
        actions.end_tenancy(tenancy=found, by=by, **said)
        return f"It ends on {said['last_day']:%-d %B %Y}."
    if form.do == "stay":
        actions.take_back_notice(tenancy=found, by=by, **said)
        return "The notice is taken back: they stay."
    actions.add_item(tenancy=found, by=by, **said)
    return f"On the list: “{said['words']}”"


def _button(
    request: HttpRequest, account: Account, found: Tenancy, do: str, suggested: queries.Suggestion | None
) -> HttpResponseBase:
    """The state that is suggested now; or the stay was written down by mistake."""
    by = viewer_of(request)
    try:
        if do == "remove":
            actions.remove_tenancy(tenancy=found, by=by)
            messages.success(request, "Removed: it was written down by mistake.")
            return redirect("staff_account", account.pk)
        if suggested is not None and suggested.state == request.POST.get("to"):
            actions.change_state(account=account, to=suggested.state, by=by, reason=suggested.why)
            messages.success(request, f"{account.name} is “{suggested.state.label.lower()}” now.")
    except (actions.Refusal, actions.NotDrawn) as refusal:
        messages.error(request, str(refusal))
    return redirect("staff_tenancy", account.pk, found.pk)


# ---- its checklist --------------------------------------------------------------------------------------------------
DOING: dict[str, tuple[Callable[..., None], str]] = {
    "done": (actions.tick_item, "Done."),
    "reopen": (actions.untick_item, "It is open again."),
    "remove": (actions.remove_item, "Taken off the list."),
}


@staff_page
def item(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Changed here; ticked from wherever it stands, by a form of one button that leads back."""
    by = viewer_of(request)
    whole = ChecklistItem.objects.visible_to(by).select_related("tenancy__account")
    found = get_object_or_404(whole, pk=pk)
    stay = found.tenancy
    url = reverse("staff_tenancy", args=[stay.account_id, stay.pk])
    if request.method == "POST" and (doing := DOING.get(request.POST.get("do", ""))):
        do, words = doing
        try:
            do(item=found, by=by)
            messages.success(request, f"{words} “{found.words}”")
        except actions.Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect(_back(request, url))
    form = ChangeItemForm(request.POST or None, item=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_item(item=found, by=by, **form.cleaned_data)
            messages.success(request, "Saved.")
            return redirect(url)
        except actions.Refusal as refusal:
            say(form, refusal)
    context = {
        **around("staff_accounts", "Change", *crumbs_of(stay.account), ("Tenancy", url)),
        "item": found,
        "form": form,
    }
    return render(request, "tenancy/stays/item.html", context)


def _back(request: HttpRequest, url: str) -> str:
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}) and back.startswith("/staff/")
    return back if is_ours else f"{url}#checklist"

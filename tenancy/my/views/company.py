"""``/my/company/…``: what a company reads of the record that we keep of it, and what it does there itself."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.models import User
from tenancy import actions
from tenancy.models import Account, Contact
from tenancy.my import queries
from tenancy.my.company import as_shared, everything_shared, record, tasks, to_tick
from tenancy.my.forms import OWN_CONTACT, OwnContactForm, WriteForm
from tenancy.my.guarded import my_page
from tenancy.policies import may_keep_record
from tenancy.seen import read
from tenancy.views.guarded import key_of, say, viewer_of

ON_A_PAGE = 20
DONE = {"done": "Done.", "reopen": "It is open again."}
TICKS: dict[str, Callable[..., None]] = {"done": actions.tick_item, "reopen": actions.untick_item}
TASKS: dict[str, Callable[..., None]] = {"done": actions.finish_task, "reopen": actions.reopen_task}


@my_page
def first(request: HttpRequest) -> HttpResponse:
    """To the first of those that we look after; or why there is none."""
    user = viewer_of(request)
    mine = [account.organisation for account in queries.accounts(user) if account.organisation]
    if not mine:
        return render(request, "tenancy/my/no_record.html", {"memberships": queries.memberships(user)})
    return redirect("my_company", mine[0].slug)


@my_page
def company(request: HttpRequest, slug: str) -> HttpResponse:
    """Whatever form of the page is sent comes here, and says in ``do`` which it is."""
    user = viewer_of(request)
    account, others = own_account(user, slug)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    if do in DONE:
        return _ticked(request, account, slug, do)
    form = WriteForm(request.POST if do == "note" else None)
    if do == "note" and form.is_valid():
        try:
            actions.write_to_village(account=account, by=user, **form.cleaned_data)
            messages.success(request, "Your note is with the village, and stands below what is shared.")
            return redirect(f"{reverse('my_company', args=[slug])}#shared")
        except PermissionDenied as refusal:
            form.add_error(None, str(refusal))
    page = Paginator(everything_shared(user, account), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "account": account,
        "others": others,
        "record": record(user, account),
        "page_of": page,
        "shared": as_shared(page),
        "is_admin": not may_keep_record(user, account),
        "form": form,
        "is_writing": do == "note",
    }
    return render(request, "tenancy/my/company.html", context)


def own_account(user: User, slug: str) -> tuple[Account, list[Any]]:
    """That of a company of ``user``, and their other companies. Raises Http404."""
    mine = [one for one in queries.accounts(user) if one.organisation]
    account = next((one for one in mine if one.organisation and one.organisation.slug == slug), None)
    if account is None:
        raise Http404
    return account, [one.organisation for one in mine if one != account]


def _ticked(request: HttpRequest, account: Account, slug: str, do: str) -> HttpResponse:
    user = viewer_of(request)
    is_task = "task" in request.POST
    rows: Any = tasks(user, account) if is_task else to_tick(user, account)
    one = get_object_or_404(rows, pk=key_of(request.POST.get("task" if is_task else "item")))
    try:
        if is_task:
            TASKS[do](task=one, by=user)
        else:
            TICKS[do](item=one, by=user)
        messages.success(request, f"{DONE[do]} “{one.words}”")
    except (PermissionDenied, actions.NotDrawn) as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{reverse('my_company', args=[slug])}#{'tasks' if is_task else 'to-do'}")


# ---- whom we speak with ---------------------------------------------------------------------------------------------
@my_page
def contacts(request: HttpRequest, slug: str) -> HttpResponse:
    """For an admin: who is known to us, how they are reached; somebody is added."""
    user = viewer_of(request)
    account, form = _administered(user, slug), OwnContactForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            added = actions.add_own_contact(account=account, by=user, **form.said())
            messages.success(request, f"{added.name} is added.")
            return redirect("my_company_contacts", slug)
        except actions.Refusal as refusal:
            say(form, refusal)
    context = {"account": account, "contacts": list(_known(user, account)), "form": form}
    return render(request, "tenancy/my/contacts.html", context)


@my_page
def contact(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    user = viewer_of(request)
    account = _administered(user, slug)
    found = get_object_or_404(_known(user, account), pk=pk)
    form = OwnContactForm(request.POST or None, initial=read(found, OWN_CONTACT))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_own_contact(contact=found, by=user, **form.cleaned_data)
            messages.success(request, "Saved.")
            return redirect("my_company_contacts", slug)
        except actions.Refusal as refusal:
            say(form, refusal)
    return render(request, "tenancy/my/contact.html", {"account": account, "contact": found, "form": form})


def _administered(user: User, slug: str) -> Account:
    account, _ = own_account(user, slug)
    if may_keep_record(user, account):
        raise Http404
    return account


def _known(user: User, account: Account) -> QuerySet[Contact]:
    found: QuerySet[Contact] = queries.contacts(user).filter(account=account)
    return found

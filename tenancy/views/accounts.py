"""``/staff/accounts/``: the list, one record with its story, and its people."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from tenancy import actions, timeline
from tenancy.choices import AccountState, ListOf
from tenancy.forms import AccountForm, AccountsForm, ConsentForm, ContactForm, InteractionForm, NoteForm, TaskForm
from tenancy.models import Account, Contact
from tenancy.queries import accounts as queries
from tenancy.queries import results
from tenancy.queries.views import kept as kept_views
from tenancy.states import ACCOUNT

from . import kept
from .guarded import account_page, around, say, say_who_does, staff_page, viewer_of, with_query

ON_A_PAGE = 50
LIST = ("Accounts", "/staff/accounts/")


@staff_page
def listing(request: HttpRequest) -> HttpResponseBase:
    by = viewer_of(request)
    views = kept_views(by, ListOf.ACCOUNTS)
    if first := kept.opens_with(request, views):
        return first
    form = AccountsForm(request.GET)
    wanted = form.wanted()
    page = Paginator(queries.listed(by, wanted), ON_A_PAGE).get_page(request.GET.get("page"))
    rows = queries.with_columns(page.object_list, by)
    url = reverse("staff_accounts")
    context = {
        **around("staff_accounts", "Accounts"),
        "form": form,
        "page_of": page,
        "accounts": rows,
        **kept.bar(request, ListOf.ACCOUNTS, views),
        "others": request.GET.urlencode()
        and "&".join(part for part in request.GET.urlencode().split("&") if not part.startswith("page=")),
        "views": [
            ("Mine", with_query(url, manager=by.pk)),
            ("Strategic", with_query(url, tier="strategic")),
            ("Prospects", with_query(url, state="prospect")),
            ("At risk", with_query(url, state="at-risk")),
            ("Not heard from", with_query(url, silent="on")),
        ],
    }
    return render(request, "tenancy/accounts.html", context)


@account_page
def record(request: HttpRequest, account: Account) -> HttpResponseBase:
    """One account. Whatever form of the page is sent comes here, and says in ``do`` which it is."""
    by = viewer_of(request)
    beside = queries.beside(account, by)
    staff, team = queries.colleagues(account, by)
    forms = _forms(request, by, beside["contacts"], staff)
    sent = forms.get(request.POST.get("do", "")) if request.method == "POST" else None
    if sent is not None and sent.is_valid() and _saved(request, account, sent, by):
        return redirect("staff_account", account.pk)
    group = request.GET.get("show", "")
    group = group if group in timeline.GROUPS else ""
    page = timeline.story(account, by, after=timeline.Place.read(request.GET.get("after", "")), group=group)
    actions.log_reads_of(keys=[entry.restricted for entry in page.entries if entry.restricted], by=by)
    url = reverse("staff_account", args=[account.pk])
    context = {
        **around("staff_accounts", account.name, LIST),
        **beside,
        "account": account,
        "team": team,
        "forms": forms,
        "form": sent,
        "page_of": page,
        "results": results.of(account, by),
        "latest": timeline.story(account, by, only=timeline.RESULTS, size=5).entries,
        "older": with_query(url, show=group, after=page.next) if page.next else "",
        "is_beginning": "after" not in request.GET,
        "group": group,
        "groups": [(words, with_query(url, show=name), name == group) for name, words in timeline.GROUPS.items()],
        "url": url,
        "today": timezone.localdate(),
    }
    return render(request, "tenancy/account.html", context)


@account_page
def change(request: HttpRequest, account: Account) -> HttpResponseBase:
    by = viewer_of(request)
    form = AccountForm(request.POST or None, account=account, follows=_follows(account))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_account(account=account, by=by, **form.cleaned_data)
            messages.success(request, "Saved.")
            return redirect("staff_account", account.pk)
        except actions.Refusal as refusal:
            say(form, refusal)
        except actions.NotDrawn as refusal:
            form.add_error("state", str(refusal))
    context = {
        **around("staff_accounts", "Change", LIST, (account.name, reverse("staff_account", args=[account.pk]))),
        "account": account,
        "form": form,
    }
    return render(request, "tenancy/change.html", context)


def _follows(account: Account) -> list[Any]:
    """The states that may be chosen; merging has a page of its own."""
    return [state for state in ACCOUNT.next(account.state) if state != AccountState.MERGED]


@account_page
def people(request: HttpRequest, account: Account) -> HttpResponseBase:
    """Who they are, what they agreed to; somebody is added."""
    by = viewer_of(request)
    contacts = list(Contact.objects.visible_to(by).filter(account=account))
    current = [contact for contact in contacts if contact.left_on is None]
    do = request.POST.get("do", "") if request.method == "POST" else ""
    forms: dict[str, Any] = {
        "person": ContactForm(request.POST if do == "person" else None),
        "consent": ConsentForm(request.POST if do == "consent" else None, contacts=current),
    }
    sent = forms.get(do)
    if sent is not None and sent.is_valid() and _saved(request, account, sent, by):
        return redirect("staff_people", account.pk)
    context = {
        **around("staff_accounts", "People", LIST, (account.name, reverse("staff_account", args=[account.pk]))),
        "account": account,
        "contacts": contacts,
        "consents": queries.consents(account, by),
        "forms": forms,
        "form": sent,
    }
    return render(request, "tenancy/people.html", context)


def _forms(request: HttpRequest, by: User, contacts: list[Contact], staff: list[User]) -> dict[str, Any]:
    do = request.POST.get("do", "") if request.method == "POST" else ""

    def data(name: str) -> Any:
        return request.POST if do == name else None

    return {
        "note": NoteForm(data("note"), by=by, staff=staff),
        "contact": InteractionForm(data("contact"), contacts=contacts),
        "task": TaskForm(data("task"), by=by, staff=staff, contacts=contacts),
    }


def _saved(request: HttpRequest, account: Account, form: Any, by: User) -> bool:
    """Do what ``form`` asks; a refusal is said beside the field that it is about."""
    said = dict(form.cleaned_data)
    try:
        if form.do == "note":
            actions.write_note(account=account, by=by, **said)
        elif form.do == "contact":
            actions.log_interaction(account=account, by=by, **{"contacts": (), **said})
        elif form.do == "task":
            made = actions.add_task(account=account, by=by, **said)
            if made.shared:
                say_who_does(request, SAVED["task"], made)
                return True
        elif form.do == "person":
            told = timezone.localdate() if said.pop("told") else None
            actions.add_contact(account=account, by=by, noticed_on=told, **said)
        else:
            actions.record_consent(by=by, **{**said, "given": said["given"] == "yes"})
    except actions.Refusal as refusal:
        say(form, refusal)
        return False
    messages.success(request, SAVED[form.do])
    return True


SAVED = {
    "note": "Note saved.",
    "contact": "Contact written down.",
    "task": "Task added.",
    "person": "Added.",
    "consent": "Consent written down.",
}

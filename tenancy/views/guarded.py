"""Who gets into the staff area, and what holds for each page of it: private, kept nowhere."""

from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from accounts.models import User
from core.signed_links import View, kept_nowhere
from tenancy import actions
from tenancy.addressees import who_does
from tenancy.models import Account, SupportRequest, Task
from tenancy.policies import may_read_log, may_work
from tenancy.queries import requests
from tenancy.queries.accounts import record, stays_for

PARTS = (
    ("staff_day", "My day"),
    ("staff_accounts", "Accounts"),
    ("staff_enquiries", "Enquiries"),
    ("staff_requests", "Requests"),
    ("staff_impact", "Impact"),  # of the app above, by name
)


def staff_page(view: View) -> View:
    """For account managers and those who lead them. Others are sent to sign in, or told that it is not theirs.

    The second factor is asked by ``accounts.middleware`` for everything under ``/staff/``.
    """

    @never_cache
    @wraps(view)
    def opened(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if why_not := may_work(request.user):
            raise PermissionDenied(why_not)
        request.reads_log = not may_read_log(request.user)  # type: ignore[attr-defined]  # the way there, in tenancy/base.html
        # Not “no-referrer”: with it browsers send forms without their origin, and they would be refused as forged.
        return kept_nowhere(view(request, *args, **kwargs), referrer="same-origin")

    return opened


def account_page(view: View) -> View:
    """A page of one account that the viewer may read, which it is given. One that was merged leads to the one that stays.

    What was typed on its page before that is taken for the one that stays: nothing of it is lost.
    """

    @staff_page
    @wraps(view)
    def opened(request: HttpRequest, pk: int, **rest: Any) -> HttpResponseBase:
        by = viewer_of(request)
        account = record(by, pk)
        if account is None:
            raise Http404
        if account.merged_into is not None:
            stays = stays_for(account)
            if request.method != "POST":
                messages.info(request, f"{account.name} was merged into this account.")
                return redirect(str(request.resolver_match and request.resolver_match.view_name), pk=stays.pk, **rest)
            account = record(by, stays.pk)
        return view(request, account, **rest)

    return opened


def viewer_of(request: HttpRequest) -> User:
    """Whoever got in."""
    assert isinstance(request.user, User)
    return request.user


def key_of(text: str | None) -> int:
    """The key of a record that a form names; 0, which is nobody’s, where that is no number."""
    try:
        return int(text or 0)
    except ValueError:
        return 0


def opened_request(request: HttpRequest, pk: int) -> tuple[User, SupportRequest]:
    """A request, for whoever may read it. A restricted one is read by few, and each read is written down. Raises Http404."""
    by = viewer_of(request)
    found = requests.request(by, pk)
    if found is None:
        raise Http404
    actions.log_reads(records=[found], by=by)
    return by, found


def say(form: Any, refusal: Exception) -> None:
    """A refusal stands beside the field that it is about. Of what somebody else changed meanwhile, beside each field of it.

    The form has read that then: sent again it is saved.
    """
    if isinstance(refusal, actions.ChangedSince):
        form.data = form.data.copy()
        form.data[form.add_prefix("seen")] = refusal.seen
        for name, words in refusal.now.items():
            form.add_error(name, f"It says now: {words}.")
    field = getattr(refusal, "field", None)
    form.add_error(field if field in form.fields else None, str(refusal))


def say_who_does(request: HttpRequest, done: str, task: Task) -> None:
    """After ``done``, of a ``task`` that the company now has: who of it is written to, or why nobody."""
    contact, why_not = who_does(task)
    if contact is None:
        messages.warning(request, f"{done} Nobody of the company is written to: {why_not}. Tell them yourself.")
    else:
        messages.success(request, f"{done} {contact.name} gets a letter that says so.")


def way_back(request: HttpRequest, to: str) -> str:
    """Where a form says that it stands, as long as that is in the staff area; else my day."""
    is_ours = url_has_allowed_host_and_scheme(to, allowed_hosts={request.get_host()}) and to.startswith("/staff/")
    return to if is_ours else reverse("staff_day")


def around(part: str, title: str, *crumbs: tuple[str, str]) -> dict[str, Any]:
    """What every page of the area shows: where one is, and what else there is."""
    return {
        "parts": [(reverse(name), words, name == part) for name, words in PARTS],
        "title": title,
        "crumbs": [*crumbs, (title, "")] if crumbs else [],
        "find_url": reverse("staff_find"),
    }


def crumbs_of(account: Account) -> tuple[tuple[str, str], tuple[str, str]]:
    """The way to what belongs to ``account``."""
    return ("Accounts", reverse("staff_accounts")), (account.name, reverse("staff_account", args=[account.pk]))


def with_query(url: str, **query: Any) -> str:
    asked = {name: value for name, value in query.items() if value not in (None, "", False)}
    return f"{url}?{urlencode(asked)}" if asked else url

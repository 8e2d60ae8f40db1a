"""``…/history/`` of an account and of a request; ``/staff/log/``, for those who lead: who read what is restricted."""

import csv
from io import StringIO
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from search.exports import cell
from tenancy import actions
from tenancy.forms import LogForm
from tenancy.models import AccessLog, Account
from tenancy.policies import may_read_log
from tenancy.queries import access, changes

from .accounts import LIST
from .guarded import account_page, around, key_of, opened_request, staff_page, viewer_of, with_query

CHANGES_ON_A_PAGE = 25
ROWS_ON_A_PAGE = 50
MARK = "\ufeff"  # tells Excel that it is UTF-8
COLUMNS = ("When", "Who", "What", "Record", "Company", "Words")


@account_page
def of_account(request: HttpRequest, account: Account) -> HttpResponseBase:
    by = viewer_of(request)
    part, key = request.GET.get("show", ""), key_of(request.GET.get("record"))
    part = part if part in changes.PARTS else ""
    url = reverse("staff_account_history", args=[account.pk])
    rows = changes.of_account(account, by, part=part, key=key if part else 0)
    context = {
        **around("staff_accounts", "History", LIST, (account.name, reverse("staff_account", args=[account.pk]))),
        **_told(request, rows),
        "of": account.name,
        "groups": [(words, with_query(url, show=name), name == part) for name, (words, _) in changes.PARTS.items()],
        "everything": url if part else "",
        "others": with_query("", show=part, record=key if part else 0).removeprefix("?"),
    }
    return render(request, "tenancy/history.html", context)


@staff_page
def of_request(request: HttpRequest, pk: int) -> HttpResponseBase:
    by, found = opened_request(request, pk)
    crumb = (f"Request {found.number}", reverse("staff_request", args=[found.pk]))
    context = {
        **around("staff_requests", "History", ("Requests", reverse("staff_requests")), crumb),
        **_told(request, changes.of_request(found, by)),
        "of": f"{found.number}, {found.account.name}",
    }
    return render(request, "tenancy/history.html", context)


def _told(request: HttpRequest, rows: Any) -> dict[str, Any]:
    """One page of it, once it is written down who reads what is restricted in it."""
    by = viewer_of(request)
    page = Paginator(rows, CHANGES_ON_A_PAGE).get_page(request.GET.get("page"))
    told = changes.told(page.object_list, by)
    actions.log_reads_of(keys=dict.fromkeys(one.restricted for one in told if one.restricted), by=by)
    return {"page_of": page, "changes": told}


# ---- the log of access ----------------------------------------------------------------------------------------------
@staff_page
def log(request: HttpRequest) -> HttpResponseBase:
    """What was read is named as far as the reader of the log may read it themselves."""
    by = viewer_of(request)
    if why_not := may_read_log(by):
        raise PermissionDenied(why_not)
    form = LogForm(request.GET, people=access.people(by), models=access.models(by))
    page: Page[AccessLog] = Paginator(access.listed(by, form.asked()), ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    said = {name: value for name, value in query.items() if value}
    context = {
        **around("staff_log", "Log of access"),
        "form": form,
        "is_narrowed": bool(said),
        "clear": reverse("staff_log"),
        "page_of": page,
        "rows": access.told(page.object_list, by),
        "others": query.urlencode(),
        "said": said,
    }
    return render(request, "tenancy/log.html", context)


@staff_page
@transaction.atomic
def log_file(request: HttpRequest) -> HttpResponseBase:
    """The same as a file. By POST: whoever takes it away is written down."""
    by = viewer_of(request)
    if why_not := may_read_log(by):
        raise PermissionDenied(why_not)
    if request.method != "POST":
        return redirect("staff_log")
    form = LogForm(request.POST, people=access.people(by), models=access.models(by))
    if not form.is_valid():
        return redirect("staff_log")
    rows = access.told(access.listed(by, form.asked()), by)
    actions.log_export(model=AccessLog, words=f"Log of access, {len(rows)} rows", by=by)
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for row in rows:
        at = timezone.localtime(row.at).isoformat(timespec="seconds")
        writer.writerow([cell(value) for value in (at, row.by, row.what, row.record, row.company, row.words)])
    response = HttpResponse(MARK + out.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"log-of-access-{timezone.localdate():%Y-%m-%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

"""``/staff/accounts/import/``: a file of accounts and people is looked at, and then brought in as a whole."""

import csv
from io import StringIO

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from directory.importing import uploads
from directory.importing.faults import SHOWN, Refused
from directory.importing.reports import CREATED, UNCHANGED, UPDATED
from directory.views.imports import ROWS_AT_ONCE, ImportForm
from tenancy.importing.accounts import load_accounts
from tenancy.importing.columns import COLUMNS

from .accounts import LIST
from .guarded import around, staff_page, viewer_of

WAITING = "staff-accounts-import"
GONE = "The file is no longer here: it is kept for one hour. Choose it again."


@staff_page
def upload(request: HttpRequest) -> HttpResponseBase:
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        request.session[WAITING] = {"token": uploads.keep(file.name, file.read()), "name": file.name}
        return redirect("staff_import_review")
    context = {
        **around("staff_accounts", "Import", LIST),
        "form": form,
        "columns": [(name, column.hint) for name, column in COLUMNS.items()],
    }
    return render(request, "tenancy/imports/upload.html", context)


@staff_page
def review(request: HttpRequest) -> HttpResponseBase:
    """What would happen, from a load that is taken back; on POST the load itself."""
    waiting = request.session.get(WAITING) or {}
    name, token = waiting.get("name", ""), waiting.get("token", "")
    data = uploads.kept(token)
    if data is None:
        messages.warning(request, GONE)
        return redirect("staff_import")
    context = {
        **around("staff_accounts", "What would happen", LIST, ("Import", "/staff/accounts/import/")),
        "name": name,
    }
    try:
        report = load_accounts(name, data, by=viewer_of(request), dry_run=True)
        too_many = len(report.changes) > ROWS_AT_ONCE
        if request.method == "POST" and not too_many:
            report = load_accounts(name, data, by=viewer_of(request))
            uploads.drop(token)
            del request.session[WAITING]
            messages.success(request, f"{name} was imported: {report}.")
            return redirect("staff_accounts")
    except Refused as refused:
        faults = refused.faults
        context |= {"faults": faults[:SHOWN], "number": len(faults), "hidden": max(len(faults) - SHOWN, 0)}
        return render(request, "tenancy/imports/refused.html", context, status=422)
    context |= {
        "report": report,
        "counts": [(words, report.count(what)) for words, what in WORDS],
        "has_news": report.count(UNCHANGED) < len(report.changes),
        "too_many": too_many,
        "rows_at_once": ROWS_AT_ONCE,
    }
    return render(request, "tenancy/imports/review.html", context)


WORDS = (("new", CREATED), ("changed", UPDATED), ("as they are", UNCHANGED))


@staff_page
def template(request: HttpRequest) -> HttpResponseBase:
    """A file with the names of the columns and nothing of anybody."""
    out = StringIO()
    csv.writer(out).writerow(COLUMNS)
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="accounts.csv"'
    return answer

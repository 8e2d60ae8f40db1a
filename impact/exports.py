"""The ledger as a file for a spreadsheet: no cell is taken for a formula, and it is written down who took it."""

import csv
from io import StringIO

from django.db import transaction

from accounts.models import User
from search.exports import cell
from tenancy.actions import log_export
from tenancy.models import AccessLog

from .models import KpiEntry, StrategyTarget
from .queries import export_rows
from .queries.evidence import COLUMNS

LOGGED_AS = KpiEntry._meta.label
MARK = "\ufeff"  # tells Excel that it is UTF-8


@transaction.atomic
def evidence_file(*, target: StrategyTarget | None, by: User) -> str:
    """Every row of ``target``, or of all, as CSV."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    number = 0
    for row in export_rows(target):
        writer.writerow([cell(value) for value in row])
        number += 1
    of_what = target.slug if target else "all targets"
    words = f"Evidence of {of_what}, {number} rows"
    log_export(model=KpiEntry, words=words, by=by, key=target.pk if target else None)
    return MARK + out.getvalue()


def taken_lately(viewer: User, most: int = 5) -> list[AccessLog]:
    """The last files that were taken, as far as ``viewer`` may know of them."""
    return list(AccessLog.objects.visible_to(viewer).filter(model=LOGGED_AS).select_related("by")[:most])

"""The ledger as a file for a spreadsheet: no cell is taken for a formula, and it is written down who took it."""

import csv
from io import StringIO

from django.db import transaction

from accounts.models import User
from search.exports import cell

from .models import EvidenceExport, StrategyTarget
from .queries import export_rows
from .queries.evidence import COLUMNS

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
    EvidenceExport.objects.create(by=by, target=target, entries=number)
    return MARK + out.getvalue()

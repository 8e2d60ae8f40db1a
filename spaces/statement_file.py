"""A statement as a file for a spreadsheet: no cell is taken for a formula, and no person is named."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from io import StringIO

from django.http import HttpResponse
from django.utils import timezone

from directory.models import OrganisationPage
from search.exports import cell
from spaces.models.allowance import in_units
from spaces.queries.statements import Statement

COLUMNS = ("allowance", "unit", "when", "what", "booking", "amount", "left")
MARK = "\ufeff"  # tells Excel that it is UTF-8


def spreadsheet(name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([cell(head) for head in heads])
    writer.writerows([[value if isinstance(value, int | float) else cell(value) for value in row] for row in rows])
    response = HttpResponse(MARK + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def statement_file(organisation: OrganisationPage, month: date, statements: Iterable[Statement]) -> HttpResponse:
    rows = [
        [
            one.account.allowance.name,
            one.account.allowance.units,
            f"{timezone.localtime(line.entry.at):%Y-%m-%d %H:%M}",
            line.words,
            line.entry.booking.reference if line.entry.booking else "",
            float(in_units(line.entry.amount)),
            float(in_units(line.left)),
        ]
        for one in statements
        for line in one.lines
    ]
    return spreadsheet(f"{organisation.slug}-allowance-{month:%Y-%m}", COLUMNS, rows)

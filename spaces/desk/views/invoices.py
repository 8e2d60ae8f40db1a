"""``/staff/spaces/invoices/``: what is to be invoiced in a month, and the same as a file without people."""

from decimal import Decimal

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from spaces.desk.guarded import for_those_who, show
from spaces.desk.invoicing import Invoice, invoiced, month_before, next_month
from spaces.policies import may_manage
from spaces.statement_file import spreadsheet

from .tenants import month_asked

COLUMNS = ("month", "tenant", "booking", "space", "begins", "ends", "number", "hours", "state", "price", "pounds")


@for_those_who(may_manage, "GET", "HEAD")
def invoices(request: HttpRequest) -> HttpResponseBase:
    month = month_asked(request, timezone.localdate().replace(day=1))
    found = invoiced(month)
    if request.GET.get("as") == "csv":
        return spreadsheet(f"to-invoice-{month:%Y-%m}", COLUMNS, _rows(f"{month:%Y-%m}", found))
    context = {
        "month": month,
        "before": month_before(month),
        "after": next_month(month),
        "invoices": found,
        "bookings": sum(len(one.lines) for one in found),
        "hours": sum(one.hours for one in found),
        "fee": sum((one.fee for one in found), Decimal()),
        "in_words": sum(one.in_words for one in found),
    }
    return show(request, "spaces/desk/invoices.html", context, part="spaces_invoices")


def _rows(month: str, found: list[Invoice]) -> list[list[object]]:
    return [
        [
            month,
            invoice.tenant,
            line.booking.reference,
            line.booking.space.title,
            f"{timezone.localtime(line.booking.starts_at):%Y-%m-%d %H:%M}",
            f"{timezone.localtime(line.booking.ends_at):%Y-%m-%d %H:%M}",
            line.booking.number,
            line.hours,
            line.booking.get_status_display(),
            line.booking.price,
            "" if line.booking.fee is None else line.booking.fee,
        ]
        for invoice in found
        for line in invoice.lines
    ]

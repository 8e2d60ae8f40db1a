"""What is to be invoiced: bookings that no allowance covers, by the tenant who pays for them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from spaces.choices import BookingStatus
from spaces.models import Booking
from spaces.timetable import whole_day

NOBODY = "No organisation"
# What nobody has said yes to costs nothing; what was cancelled in time, or waived, is not paid for.
TO_PAY = (BookingStatus.CONFIRMED, BookingStatus.CANCELLED, BookingStatus.RELEASED)


@dataclass(frozen=True)
class Line:
    booking: Booking

    @property
    def hours(self) -> float:
        """Of several desks those of each."""
        return round(self.booking.length.total_seconds() / 3600 * self.booking.number, 2)


@dataclass(frozen=True)
class Invoice:
    """What one tenant has to pay for. What has a price in words alone is counted, and not added up."""

    tenant: str
    lines: list[Line]

    @property
    def hours(self) -> float:
        return sum(one.hours for one in self.lines)

    @property
    def fee(self) -> Decimal:
        return sum((one.booking.fee for one in self.lines if one.booking.fee is not None), Decimal())

    @property
    def in_words(self) -> int:
        """How many of its bookings are not in that sum."""
        return sum(one.booking.fee is None for one in self.lines)


def invoiced(month: date) -> list[Invoice]:
    """Of the bookings that begin in ``month``, whose first day is given; the tenants by name."""
    begins, ends = whole_day(month).begins, whole_day(next_month(month)).begins
    found = Booking.objects.of_people().filter(
        pays=True, waived=False, status__in=TO_PAY, starts_at__gte=begins, starts_at__lt=ends
    )
    by_tenant: dict[str, list[Line]] = defaultdict(list)
    for one in found.select_related("space", "organisation").order_by("starts_at", "pk"):
        by_tenant[one.organisation.title if one.organisation else NOBODY].append(Line(one))
    return [Invoice(tenant, by_tenant[tenant]) for tenant in sorted(by_tenant)]


def next_month(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


def month_before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)

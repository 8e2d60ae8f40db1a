"""What a tenant had, spent and got back of its allowances, month by month: the ledger, added up as it went."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from directory.models import OrganisationPage
from spaces.choices import BookingStatus, EntryKind
from spaces.models import Allowance, AllowanceAccount, AllowanceEntry, AllowanceTier, Booking, TenantTerms
from spaces.models.allowance import in_units, thousandths

MONTHS_SHOWN = 13
GONE = (BookingStatus.CANCELLED, BookingStatus.RELEASED)


def amount_words(allowance: Allowance, amount: int) -> str:
    """1500 of room hours is “1.5 hours”."""
    value = in_units(amount)
    return f"{value:f} {allowance.unit if abs(value) == 1 else allowance.units}"


def spent_words(booking: Booking) -> str:
    """“2 hours”: what ``booking`` has taken of allowances and not given back; empty where that is nothing."""
    return spent_by([booking]).get(booking.pk, "")


def spent_by(bookings: Iterable[Booking]) -> dict[int, str]:
    """The same of many, by booking; of those that have taken nothing, nothing."""
    spent: dict[int, dict[Allowance, int]] = defaultdict(lambda: defaultdict(int))
    keys = [one.pk for one in bookings]
    for entry in AllowanceEntry.objects.filter(booking__in=keys).select_related("account__allowance"):
        spent[entry.booking_id or 0][entry.account.allowance] -= entry.amount
    words = {
        key: " and ".join(amount_words(allowance, amount) for allowance, amount in each.items() if amount > 0)
        for key, each in spent.items()
    }
    return {key: said for key, said in words.items() if said}


@dataclass(frozen=True)
class Line:
    """One entry, and what was left after it. ``counts_on``: of a booking that is not there any more."""

    entry: AllowanceEntry
    left: int
    counts_on: bool = False

    @property
    def words(self) -> str:
        entry = self.entry
        if entry.booking is not None:
            why = f" ({entry.booking.get_status_display().lower()}; it still counts)" if self.counts_on else ""
            return f"{entry.get_kind_display()}: {entry.booking.space.title}{why}"
        return f"{entry.get_kind_display()}: {entry.words}" if entry.words else str(entry.get_kind_display())

    @property
    def amount(self) -> str:
        return f"{in_units(self.entry.amount):+f}".replace("-", "−")

    @property
    def balance(self) -> str:
        return f"{in_units(self.left):f}"


@dataclass(frozen=True)
class Statement:
    """One allowance in one month."""

    account: AllowanceAccount
    lines: tuple[Line, ...]

    def _sum(self, *kinds: EntryKind) -> int:
        return sum(line.entry.amount for line in self.lines if line.entry.kind in kinds)

    @property
    def had(self) -> str:
        """Granted, carried over and added."""
        kinds = (EntryKind.GRANTED, EntryKind.CARRIED, EntryKind.TOPPED_UP)
        return amount_words(self.account.allowance, self._sum(*kinds))

    @property
    def carried(self) -> str:
        amount = self._sum(EntryKind.CARRIED)
        return amount_words(self.account.allowance, amount) if amount else ""

    @property
    def used(self) -> str:
        return amount_words(self.account.allowance, -self._sum(EntryKind.SPENT, EntryKind.GIVEN_BACK))

    @property
    def left(self) -> str:
        return amount_words(self.account.allowance, self.account.balance)


def statement(organisation: OrganisationPage, month: date) -> list[Statement]:
    """Every account of ``month``, each with its entries in order and what was left after each."""
    entries: dict[int, list[AllowanceEntry]] = defaultdict(list)
    accounts = list(
        AllowanceAccount.objects.filter(organisation=organisation, month=month)
        .select_related("allowance")
        .order_by("allowance__sort_order", "allowance__name", "pk")
    )
    found = AllowanceEntry.objects.filter(account__in=accounts).select_related("booking__space")
    for entry in found.order_by("at", "pk"):
        entries[entry.account_id].append(entry)
    return [Statement(account, tuple(_lines(entries[account.pk]))) for account in accounts]


def _lines(entries: Sequence[AllowanceEntry]) -> Iterable[Line]:
    left = 0
    net: dict[int, int] = defaultdict(int)
    for entry in entries:
        net[entry.booking_id or 0] += entry.amount
    for entry in entries:
        left += entry.amount
        booking = entry.booking
        is_gone = booking is not None and booking.status in GONE and net[booking.pk] < 0
        yield Line(entry, left, is_gone and entry.kind == EntryKind.SPENT)


def months_of(organisation: OrganisationPage) -> list[date]:
    """Months with an account, the latest first."""
    months = AllowanceAccount.objects.filter(organisation=organisation).order_by("-month")
    return list(months.values_list("month", flat=True).distinct()[:MONTHS_SHOWN])


@dataclass(frozen=True)
class Left:
    """What is left of one allowance this month; of an account that nobody needed yet, all of it."""

    allowance: Allowance
    amount: int
    monthly: int

    @property
    def words(self) -> str:
        return f"{in_units(self.amount):f} of {amount_words(self.allowance, self.monthly)}"


def left_of(organisations: Iterable[OrganisationPage]) -> dict[int, list[Left]]:
    """By organisation, in four statements however many there are."""
    keys = [one.pk for one in organisations]
    month = timezone.localdate().replace(day=1)
    tiers = dict(TenantTerms.objects.filter(organisation__in=keys).values_list("organisation", "tier"))
    amounts = {(one.allowance_id, one.tier): thousandths(one.monthly) for one in AllowanceTier.objects.all()}
    found = AllowanceAccount.objects.filter(organisation__in=keys, month=month)
    balances = {
        (org, allowance): left for org, allowance, left in found.values_list("organisation", "allowance", "balance")
    }
    allowances = list(Allowance.objects.all())
    result: dict[int, list[Left]] = {}
    for key in keys:
        rows = []
        for allowance in allowances:
            monthly = amounts.get((allowance.pk, tiers.get(key, "")), 0)
            balance = balances.get((key, allowance.pk), monthly)
            if monthly or balance:
                rows.append(Left(allowance, balance, monthly))
        result[key] = rows
    return result

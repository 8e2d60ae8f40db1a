"""What a tenant spends of its allowance, and gets back. The database adds up the balance and refuses to go below nothing."""

import math
from collections.abc import Mapping
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone

from accounts.models import User
from core.prepared import PreparedRecords
from directory.models import OrganisationPage
from spaces.choices import EntryKind
from spaces.models import Allowance, AllowanceAccount, AllowanceEntry, AllowanceTier, Booking, SpacePage, TenantTerms
from spaces.models.allowance import in_units, thousandths
from spaces.policies import may_top_up
from spaces.rules import Refusal
from spaces.timetable import day_of, minutes_between

TERMS = PreparedRecords(lambda organisation: TenantTerms.objects.filter(organisation=organisation))
ACCOUNTS = PreparedRecords(  # of tenants alone: others pay the price
    lambda organisation, allowance, month: AllowanceAccount.objects.select_for_update(of=("self",)).filter(
        organisation=organisation, allowance=allowance, month=month, organisation__space_terms__isnull=False
    ),
    int,
    int,
    date,
)


def charge_of(space: SpacePage, starts_at: datetime, ends_at: datetime, number: int = 1) -> int:
    """What a booking counts, in thousandths of the unit of the space's allowance."""
    if space.allowance_id is None:
        return 0
    times = minutes_between(starts_at, ends_at) / space.charge_minutes
    amount = thousandths(space.charge) * (math.ceil(times) if space.charge_begun else times)
    if space.charge_most is not None:
        amount = min(amount, thousandths(space.charge_most))
    return round(amount) * number


def month_of(moment: datetime) -> date:
    return day_of(moment).replace(day=1)


def account_of(organisation: OrganisationPage, allowance: Allowance, month: date) -> AllowanceAccount:
    """The account of a month, made and filled when it is first asked for; locked until the transaction ends."""
    account, made = AllowanceAccount.objects.get_or_create(organisation=organisation, allowance=allowance, month=month)
    if made:
        terms = TERMS.first(organisation.pk)
        tier = AllowanceTier.objects.filter(allowance=allowance, tier=terms.tier).first() if terms else None
        if tier and tier.monthly:
            amount = thousandths(tier.monthly)
            AllowanceEntry.objects.create(account=account, kind=EntryKind.GRANTED, amount=amount)
    return AllowanceAccount.objects.select_for_update(of=("self",)).get(pk=account.pk)


def spend(booking: Booking) -> None:
    """Take from the tenant's account of that month what ``booking`` counts. Raises Refusal, having taken nothing."""
    space, organisation = booking.space, booking.organisation
    if organisation is None or space.allowance is None or booking.pays:
        return
    amount = charge_of(space, booking.starts_at, booking.ends_at, booking.number)
    if not amount:
        return
    month = month_of(booking.starts_at)
    account = ACCOUNTS.first(organisation.pk, space.allowance.pk, month)
    if account is None:
        if TERMS.first(organisation.pk) is None:
            return  # not a tenant: it pays the price
        account = account_of(organisation, space.allowance, month)
    if account.balance < amount:
        raise allowance_used(space.allowance, account.balance, amount)
    AllowanceEntry.objects.create(account=account, kind=EntryKind.SPENT, amount=-amount, booking=booking)


def lock_accounts(booking: Booking, space: SpacePage, starts_at: datetime) -> None:
    """The accounts that a move may touch, always in the order of their months: two moves across one another don't meet."""
    spent = Q(pk__in=AllowanceEntry.objects.filter(booking=booking).order_by().values("account"))
    to_be = Q(organisation=booking.organisation, allowance=space.allowance, month=month_of(starts_at))
    list(AllowanceAccount.objects.select_for_update(of=("self",)).filter(spent | to_be).order_by("month", "pk"))


def give_back(booking: Booking) -> None:
    """Return all that is still spent on ``booking`` to the accounts it came from."""
    spent = AllowanceEntry.objects.filter(booking=booking).values("account").annotate(total=Sum("amount"))
    for row in spent.order_by("account"):
        if row["total"] < 0:
            AllowanceAccount.objects.select_for_update(of=("self",)).get(pk=row["account"])
            AllowanceEntry.objects.create(
                account_id=row["account"], kind=EntryKind.GIVEN_BACK, amount=-row["total"], booking=booking
            )


def spent_on(booking: Booking) -> dict[int, int]:
    """What ``booking`` has taken and not given back, by account."""
    found = AllowanceEntry.objects.filter(booking=booking).order_by().values_list("account")
    return {account: -total for account, total in found.annotate(total=Sum("amount")) if total < 0}


def keep_spent(booking: Booking, had: Mapping[int, int]) -> None:
    """Take again what ``booking`` took more before it was changed: all in all it counts once, in whatever month it is now.

    The caller has the lock of these accounts. Raises Refusal where another allowance would pay: hours are no days.
    """
    if not had:
        return
    now = spent_on(booking)
    accounts = AllowanceAccount.objects.select_related("allowance").in_bulk([*had, *now])
    paid = {accounts[account].allowance for account in had}
    if any(accounts[account].allowance not in paid for account in now):
        named = " and ".join(sorted(one.name for one in paid))
        other = f"{booking.space.title} counts towards another allowance"
        words = f"It still counts towards {named}, and {other}. To move it there, ask us."
        raise Refusal("still-counts", words, field="start")
    left = sum(had.values()) - sum(now.values())
    for account, amount in sorted(had.items()):
        if (more := min(left, amount - now.get(account, 0))) > 0:
            AllowanceEntry.objects.create(account_id=account, kind=EntryKind.SPENT, amount=-more, booking=booking)
            left -= more


def allowance_used(allowance: Allowance, balance: int, amount: int) -> Refusal:
    def counted(number: int) -> str:
        value = in_units(number)
        return f"{value:f} {allowance.unit if value == 1 else allowance.units}"

    words = f"Your organisation has {counted(balance)} left this month and this booking needs {counted(amount)}."
    return Refusal("allowance-used", words, field="pays", left=balance, needed=amount)


@transaction.atomic
def top_up(
    *, organisation: OrganisationPage, allowance: Allowance, month: date, amount: int, words: str, by: User
) -> None:
    """Add ``amount`` thousandths to a month, and say why."""
    if not may_top_up(by):
        raise PermissionDenied("Only those who keep allowances may add to them.")
    if amount <= 0:
        raise Refusal(
            "amount", "Add more than nothing. What was booked is given back by cancelling it.", field="amount"
        )
    account = account_of(organisation, allowance, month.replace(day=1))
    AllowanceEntry.objects.create(account=account, kind=EntryKind.TOPPED_UP, amount=amount, words=words, by=by)


def carry_over() -> None:
    """Carry what was left of last month into this one, as far as the allowance says. Safe to run twice, and at once."""
    this = timezone.localdate().replace(day=1)
    last = date(this.year - (this.month == 1), (this.month - 2) % 12 + 1, 1)
    _open_accounts(last)
    left = AllowanceAccount.objects.filter(month=last, balance__gt=0, allowance__carries_months__gt=0)
    carried = AllowanceAccount.objects.filter(month=this, entries__kind=EntryKind.CARRIED)
    done = set(carried.values_list("organisation", "allowance"))
    for account in left.select_related("organisation", "allowance"):
        if (account.organisation_id, account.allowance_id) not in done:
            _carry(account, this)


@transaction.atomic
def _open_accounts(month: date) -> None:
    """Whoever booked before, and not in ``month``, has all of it left. A tenant who never booked may have come since."""
    carrying = AllowanceAccount.objects.filter(allowance__carries_months__gt=0)
    opened = set(carrying.filter(month=month).values_list("organisation", "allowance"))
    earlier = carrying.filter(month__lt=month, organisation__space_terms__isnull=False)
    for account in earlier.select_related("organisation", "allowance").order_by("pk"):
        if (key := (account.organisation_id, account.allowance_id)) not in opened:
            account_of(account.organisation, account.allowance, month)
            opened.add(key)


@transaction.atomic
def _carry(account: AllowanceAccount, month: date) -> None:
    was = AllowanceAccount.objects.select_for_update(of=("self",)).get(pk=account.pk)
    into = account_of(account.organisation, account.allowance, month)
    if into.entries.filter(kind=EntryKind.CARRIED).exists():
        return
    granted = was.entries.filter(kind=EntryKind.GRANTED).aggregate(total=Sum("amount"))["total"] or 0
    amount = min(was.balance, granted * account.allowance.carries_months)
    if amount > 0:
        AllowanceEntry.objects.create(account=into, kind=EntryKind.CARRIED, amount=amount)

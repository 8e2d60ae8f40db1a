"""What a booking would take of a tenant's allowance, and what is left of it; asked without changing anything."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from directory.queries.bookers import Booker
from spaces.models import AllowanceAccount, AllowanceTier, TenantTerms
from spaces.models.allowance import in_units, thousandths
from spaces.rules import Wish
from spaces.timetable import day_of


@dataclass(frozen=True)
class Cost:
    """In thousandths of ``unit``."""

    needed: int
    left: int
    unit: str
    units: str
    month: datetime

    @property
    def is_covered(self) -> bool:
        return self.needed <= self.left

    def words(self, amount: int) -> str:
        value: Decimal = in_units(amount)
        return f"{value:f} {self.unit if value == 1 else self.units}"

    @property
    def needed_words(self) -> str:
        return self.words(self.needed)

    @property
    def left_words(self) -> str:
        return self.words(self.left - self.needed)


def cost_of(wish: Wish, booker: Booker, needed: int) -> Cost | None:
    """None where no allowance counts: the space has none, or whoever asks is no tenant and pays its price."""
    allowance, organisation = wish.space.allowance, booker.organisation
    if allowance is None or organisation is None or not needed:
        return None
    terms = TenantTerms.objects.filter(organisation=organisation).first()
    if terms is None:
        return None
    month = day_of(wish.starts_at).replace(day=1)
    account = AllowanceAccount.objects.filter(organisation=organisation, allowance=allowance, month=month).first()
    if account is not None:
        left = account.balance
    else:
        tier = AllowanceTier.objects.filter(allowance=allowance, tier=terms.tier).first()
        left = thousandths(tier.monthly) if tier else 0
    return Cost(needed, left, allowance.unit, allowance.units, wish.starts_at)

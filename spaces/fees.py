"""What is paid for a booking that no allowance covers: a rate, and the amount that it makes. Exact to the penny."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

from directory.models import OrganisationPage

from .models import Booking, SpacePage, TenantTerms
from .rules import Wish
from .timetable import minutes_between


@dataclass(frozen=True)
class Rate:
    """``amount`` in pounds for each ``minutes``, pro rata or ``when_begun``; for one booking no more than ``most``."""

    amount: Decimal
    minutes: int
    when_begun: bool = False
    most: Decimal | None = None

    def fee(self, minutes: int, number: int = 1) -> Decimal:
        """For so many ``minutes`` of so many desks or pieces; half a penny is rounded up."""
        parts = Fraction(minutes, self.minutes)
        pounds = Fraction(self.amount) * (ceil(parts) if self.when_begun else parts)
        if self.most is not None:
            pounds = min(pounds, Fraction(self.most))
        pence = floor(pounds * 100 + Fraction(1, 2))
        return (Decimal(pence) / 100).quantize(Decimal("0.01")) * number

    def as_stored(self) -> dict[str, Any]:
        most = None if self.most is None else str(self.most)
        return {"amount": str(self.amount), "minutes": self.minutes, "when_begun": self.when_begun, "most": most}


def rate_of(space: SpacePage) -> Rate | None:
    """None where its price is words alone."""
    if space.fee is None:
        return None
    return Rate(space.fee, space.fee_minutes, space.fee_begun, space.fee_most)


def stored_rate(stored: dict[str, Any] | None) -> Rate | None:
    if stored is None:
        return None
    most = stored["most"]
    return Rate(
        Decimal(stored["amount"]), stored["minutes"], stored["when_begun"], None if most is None else Decimal(most)
    )


def is_owed(space: SpacePage, payer: OrganisationPage | None) -> bool:
    """Whether it is paid for without being asked for: it has a rate, and no allowance of ``payer`` covers it."""
    if space.fee is None:
        return False
    if space.allowance_id is None or payer is None:
        return True
    return not TenantTerms.objects.filter(organisation=payer).exists()


@dataclass(frozen=True)
class Price:
    """What is paid, as far as it is a number, and in words."""

    fee: Decimal | None
    words: str


def price_of(wish: Wish, payer: OrganisationPage | None, *, asks: bool) -> Price | None:
    """None where nothing is paid. ``asks``: for an invoice, where an allowance would do."""
    if not asks and not is_owed(wish.space, payer):
        return None
    rate = rate_of(wish.space)
    return Price(rate.fee(wish.minutes, wish.number) if rate else None, wish.space.price_words)


def put_a_price(booking: Booking, *, again: bool = False) -> None:
    """Keep with ``booking`` what it costs at the rate that it was booked at; ``again``: at that of its space now."""
    if not booking.pays:
        return
    if again:
        rate = rate_of(booking.space)
        booking.price, booking.rate = booking.space.price_words, rate.as_stored() if rate else None
    kept = stored_rate(booking.rate)
    minutes = minutes_between(booking.starts_at, booking.ends_at)
    booking.fee = kept.fee(minutes, booking.number) if kept else None

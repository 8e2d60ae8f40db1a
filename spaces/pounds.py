"""Prices in words: the pounds that an editor's words name, and words for a rate that has none."""

import re
from decimal import Decimal

NAMED = re.compile(r"£\s?(\d[\d,]*(?:\.\d{1,2})?)")
HOUR, DAY, WEEK = 60, 24 * 60, 7 * 24 * 60
ONE = {HOUR: ("hour", "an"), DAY: ("day", "a"), WEEK: ("week", "a")}


def named_in(words: str) -> list[Decimal]:
    """“£18 a day, £1,200 a month” names 18 and 1200."""
    return [Decimal(found.replace(",", "")) for found in NAMED.findall(words)]


def as_pounds(amount: Decimal) -> str:
    return f"£{amount:,.2f}".removesuffix(".00")


def rate_in_words(amount: Decimal, minutes: int, *, when_begun: bool = False, most: Decimal | None = None) -> str:
    """“£25 an hour”, “£40 for each 4 hours begun, at most £80”."""
    unit, article = ONE.get(minutes, ("", ""))
    if not unit:
        unit = f"{minutes // HOUR} hours" if minutes % HOUR == 0 else f"{minutes} minutes"
    each = f"for each {unit} begun" if when_begun else f"{article} {unit}" if article else f"for each {unit}"
    return f"{as_pounds(amount)} {each}" + (f", at most {as_pounds(most)}" if most is not None else "")

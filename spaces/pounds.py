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


def contradiction(
    words: str, amount: Decimal | None, minutes: int | None, *, when_begun: bool = False, most: Decimal | None = None
) -> str:
    """What is wrong where ``words`` name other pounds than are charged, and what would be right; empty where all is well."""
    if amount is None or not minutes:
        return ""
    other = [named for named in named_in(words) if named not in (amount, most)]
    if not other:
        return ""
    rate = rate_in_words(amount, minutes, when_begun=when_begun, most=most)
    return (
        f"The words say {as_pounds(other[0])}, and what is charged is {rate}. Change the words or the pounds, so "
        f"that both say the same; or leave the words empty, and pages say “{rate}”."
    )


def rate_in_words(amount: Decimal, minutes: int, *, when_begun: bool = False, most: Decimal | None = None) -> str:
    """“£25 an hour”, “£40 for each 4 hours begun, at most £80”."""
    unit, article = ONE.get(minutes, ("", ""))
    if not unit:
        unit = f"{minutes // HOUR} hours" if minutes % HOUR == 0 else f"{minutes} minutes"
    each = f"for each {unit} begun" if when_begun else f"{article} {unit}" if article else f"for each {unit}"
    return f"{as_pounds(amount)} {each}" + (f", at most {as_pounds(most)}" if most is not None else "")

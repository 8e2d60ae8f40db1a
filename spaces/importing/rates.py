"""How much of an allowance a booking costs, as people write it: “1 an hour”, “0.5 up to 300 minutes, 1 above”."""

import re
from decimal import Decimal
from typing import Any

from directory.importing.cells import Unreadable

NUMBER = r"(\d{1,3}(?:\.\d{1,3})?)"
MINUTES = r"([1-9]\d{0,5}) minutes"
BY_THE_HOUR = re.compile(rf"{NUMBER} an hour")
TWO_STEPS = re.compile(rf"{NUMBER} up to {MINUTES}, {NUMBER} above")
WHEN_BEGUN = re.compile(rf"{NUMBER} for each (?:{MINUTES} begun|booking up to {MINUTES})")
FORMS = (
    "1 an hour",
    "0.5 up to 300 minutes, 1 above",
    "1 for each 240 minutes begun",
    "1 for each booking up to 300 minutes",
)


def rate(text: str) -> dict[str, Any]:
    """Return the fields of a space that ``text`` sets. Raises Unreadable with the forms that would do."""
    words = " ".join(text.casefold().split())
    if found := BY_THE_HOUR.fullmatch(words):
        return _charge(found[1], "60")
    if found := TWO_STEPS.fullmatch(words):
        return _charge(found[1], found[2], is_begun=True, most=found[3])
    if found := WHEN_BEGUN.fullmatch(words):
        return _charge(found[1], found[2] or found[3], is_begun=True)
    raise Unreadable(f"“{text[:60]}” is not a rate. Write it as one of: {', '.join(f'“{form}”' for form in FORMS)}.")


def _charge(amount: str, minutes: str, *, is_begun: bool = False, most: str | None = None) -> dict[str, Any]:
    return {
        "charge": Decimal(amount),
        "charge_minutes": int(minutes),
        "charge_begun": is_begun,
        "charge_most": Decimal(most) if most else None,
    }

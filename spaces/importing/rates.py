"""How much of an allowance a booking takes, or what it costs, as people write it: “1 an hour”, “0.5 up to 300 minutes, 1 above”."""

import re
from decimal import Decimal
from typing import Any

from directory.importing.cells import Unreadable

COUNTS = r"(\d{1,3}(?:\.\d{1,3})?)"
POUNDS = r"£?(\d{1,6}(?:\.\d{2})?)"
MINUTES = r"([1-9]\d{0,5}) minutes"
FORMS = (
    "1 an hour",
    "0.5 up to 300 minutes, 1 above",
    "1 for each 240 minutes begun",
    "1 for each booking up to 300 minutes",
)


def rate(text: str) -> dict[str, Any]:
    """Return the fields of a space that ``text`` sets. Raises Unreadable with the forms that would do."""
    return _read(text, "charge", COUNTS)


def fee(text: str) -> dict[str, Any]:
    """The same of what is paid, in pounds: “24 an hour”, “£9 up to 300 minutes, £18 above”."""
    return _read(text, "fee", POUNDS)


def _read(text: str, name: str, number: str) -> dict[str, Any]:
    words = " ".join(text.casefold().split())
    if found := re.fullmatch(rf"{number} an hour", words):
        return _fields(name, found[1], "60")
    if found := re.fullmatch(rf"{number} up to {MINUTES}, {number} above", words):
        return _fields(name, found[1], found[2], is_begun=True, most=found[3])
    if found := re.fullmatch(rf"{number} for each (?:{MINUTES} begun|booking up to {MINUTES})", words):
        return _fields(name, found[1], found[2] or found[3], is_begun=True)
    raise Unreadable(f"“{text[:60]}” is not a rate. Write it as one of: {', '.join(f'“{form}”' for form in FORMS)}.")


def _fields(name: str, amount: str, minutes: str, *, is_begun: bool = False, most: str | None = None) -> dict[str, Any]:
    return {
        name: Decimal(amount),
        f"{name}_minutes": int(minutes),
        f"{name}_begun": is_begun,
        f"{name}_most": Decimal(most) if most else None,
    }

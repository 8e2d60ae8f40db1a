"""What may stand in a cell of any file, and how it is read. Knows no organisation."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.text import slugify

from core.relative_dates import resolve_day

from .faults import Fault, did_you_mean
from .values import Items, Mapping, Value


class Unreadable(ValueError):
    """A cell that breaks a rule; says which, and what would do."""

    line = 0  # where it is not that of the column


@contextmanager
def reading(entry: Mapping) -> Iterator[None]:
    """Let what is refused inside know the line of ``entry``, which stands below its column's."""
    try:
        yield
    except ValueError as error:
        refusal = Unreadable(str(error))
        refusal.line = getattr(error, "line", 0) or entry.line
        raise refusal from error


def read_cells(row: Mapping, columns: dict[str, Any], *into: Any, but: Collection[str] = ()) -> list[Fault]:
    """Read every cell that says something, by its column, and return what is wrong in each."""
    faults = []
    for column, value in row.items():
        if column in but or value in (None, "") or value == [] or value == {}:
            continue
        try:
            columns[column].read(value, *into)
        except ValueError as error:
            faults.append(fault_of(row, column, error))
    return faults


def fault_of(row: Mapping, column: str, error: ValueError) -> Fault:
    """At the line that ``error`` names, or else that of the column."""
    return Fault(getattr(error, "line", 0) or row.line_of(column), str(error), column)


def plain_text(value: Value) -> str:
    """Return ``value`` as one text. Raises Unreadable for a list or mapping."""
    if isinstance(value, (Items, Mapping)):
        raise Unreadable("one text is expected here, not a list.")
    text = (value or "").strip()
    if any(ord(c) < 32 and c not in "\n\t\r" for c in text):
        raise Unreadable("it holds a control character. Type the text anew.")
    return text


def texts(value: Value) -> list[str]:
    """Return ``value`` as texts: a list, or one cell with semicolons between its parts. Raises Unreadable."""
    if isinstance(value, Mapping):
        raise Unreadable("a list is expected here, such as [one, two] or one;two.")
    found = [plain_text(item) for item in value] if isinstance(value, Items) else plain_text(value).split(";")
    return list(dict.fromkeys(text.strip() for text in found if text.strip()))


def entries(value: Value, *keys: str, needed: str, notes: list[str] | None = None) -> list[Mapping]:
    """Return ``value`` as entries that each have the field ``needed`` and no others than ``keys``.

    A stray word without a value, as a comma outside quotes makes, is told in ``notes``. Raises Unreadable.
    """
    if not isinstance(value, Items) or not all(isinstance(item, Mapping) for item in value):
        raise Unreadable(
            f"a list of entries is expected here, each with {', '.join(keys)}. In CSV this can't be written."
        )
    found: list[Mapping] = list(value)  # type: ignore[arg-type]  # just checked
    for entry in found:
        has_fields(entry, *keys, needed=needed, notes=notes)
    return found


def has_fields(entry: Mapping, *keys: str, needed: str, notes: list[str] | None = None) -> None:
    """Raises Unreadable where ``entry`` lacks the field ``needed``, or has others than ``keys``."""
    for key in entry:
        if key not in keys and entry[key] is None and notes is not None:
            words = f"“{key[:60]}” has no value and is not read. A text with a comma needs quotes around it."
            notes.append(f"line {entry.line_of(key)}: {words}")
        elif key not in keys:
            with reading(entry):
                raise Unreadable(f"“{key[:60]}” is not a field here. {did_you_mean(key, keys)}")
    if not entry.get(needed):
        with reading(entry):
            raise Unreadable(f"“{needed}” is missing.")


def limited(text: str, length: int) -> str:
    """Return ``text``. Raises Unreadable when it does not fit."""
    if len(text) > length:
        raise Unreadable(f"it has {len(text):,} characters; at most {length:,} fit. Shorten it.")
    return text


def chosen(text: str, choices: Any) -> str:
    """Return the code that ``text`` means, by code or label. Raises Unreadable."""
    for value, label in choices.choices:
        if text.casefold() in {value.casefold(), label.casefold()}:
            return str(value)
    raise Unreadable(f"“{text[:60]}” is not known here. {did_you_mean(text, choices.values)}")


def truth(text: str) -> bool:
    """Return what a word for yes or no means. Raises Unreadable."""
    if text.casefold() in {"true", "yes", "1"}:
        return True
    if text.casefold() in {"false", "no", "0"}:
        return False
    raise Unreadable(f"“{text[:40]}” is neither true nor false.")


def whole_number(text: str, least: int, most: int) -> int:
    """Return the number that ``text`` is. Raises Unreadable outside ``least`` to ``most``."""
    if not (text.isascii() and text.isdecimal() and len(text) < 12 and least <= int(text) <= most):
        raise Unreadable(f"“{text[:40]}” is not a whole number from {least:,} to {most:,}.")
    return int(text)


def day_of(value: Value) -> date:
    """Return the day that ``value`` means, counted from today where it says so."""
    return resolve_day(value, timezone.localdate())  # its refusal is a ValueError with words of its own


def address_part(value: Value, length: int) -> str:
    """Return ``value`` as the last part of an address. Raises Unreadable with a spelling that would do."""
    text = limited(plain_text(value), length)
    if text != slugify(text) or not text:
        raise Unreadable(
            f"“{text[:80]}” can't stand in an address. Small letters, digits and hyphens: “{slugify(text)[:80]}”."
        )
    return text

"""A set of documents, kept small: numbers that follow each other are a pair of the first and the last.

``{"organisation": [3, [7, 120]], "story": ["a-key-that-is-no-number"]}``. A search for everything among a hundred thousand
documents would otherwise weigh a megabyte a subscriber.
"""

from collections.abc import Iterable
from typing import TypeAlias

Key: TypeAlias = tuple[str, str]  # type and key of a document
Packed: TypeAlias = dict[str, list[int | str | list[int]]]


def pack(keys: Iterable[Key]) -> Packed:
    numbers: dict[str, set[int]] = {}
    packed: Packed = {}
    for type_, key in sorted(set(keys)):
        if key.isdecimal() and key == str(int(key)):
            numbers.setdefault(type_, set()).add(int(key))
        else:
            packed.setdefault(type_, []).append(key)
    for type_, found in numbers.items():
        packed.setdefault(type_, []).extend(_runs(sorted(found)))
    return packed


def unpack(packed: Packed) -> set[Key]:
    keys: set[Key] = set()
    for type_, parts in packed.items():
        for part in parts:
            first, last = part if isinstance(part, list) else (part, part)
            if isinstance(first, int) and isinstance(last, int):
                keys |= {(type_, str(number)) for number in range(first, last + 1)}
            else:
                keys.add((type_, str(first)))
    return keys


def _runs(numbers: list[int]) -> list[int | str | list[int]]:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] + 1 == number:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return [first if first == last else [first, last] for first, last in runs]

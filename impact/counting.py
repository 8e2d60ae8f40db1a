"""The rules by which objects are counted: one for a target, in code, with a version that rises when what it counts changes.

An app above this one, whose records we may not know, registers a rule of its own when it starts.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from accounts.models import User


@dataclass(frozen=True, kw_only=True)
class Counted:
    """One object that counts today, and the record that shows it."""

    key: str  # of the object: the same one is never counted twice
    on: date
    words: str  # of no person
    record_label: str
    record_id: str
    demonstration: bool = False


class Link(NamedTuple):
    """Where a record is looked at, and what it is called there: for those alone who may read it."""

    url: str
    words: str


def all_there(ids: Iterable[str]) -> set[str]:
    return set(ids)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """``words`` explain it to a reader. ``find`` yields what counts, of the last ``looks_back`` where that is given.

    What was counted longer ago stands then, because the records that would show it may be gone: names are forgotten. So
    does what was counted from a record that was deleted since: ``existing`` says which are there.
    """

    target: str  # slug
    slug: str
    version: int
    words: str
    find: Callable[[date | None], Iterable[Counted]]
    links: Callable[[Iterable[str], User], Mapping[str, Link]]  # by id of the record, of those the viewer may read
    existing: Callable[[Iterable[str]], set[str]] = all_there
    looks_back: timedelta | None = None
    of_people: bool = False  # fewer than five are not told from none


_rules: dict[str, Rule] = {}


def register(rule: Rule) -> None:
    """Have ``rule`` count towards its target, in the place of what counted before."""
    _rules[rule.target] = rule


def rule_for(target: str) -> Rule | None:
    """The rule of the target of this slug; None: figures are entered by hand."""
    return _rules.get(target)


def rules() -> list[Rule]:
    return list(_rules.values())

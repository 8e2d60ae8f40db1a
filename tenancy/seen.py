"""What somebody looked at before they changed it, so that nobody’s words are written over unread."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db.models import Model

from .models import (
    Account,
    ChecklistItem,
    Collaboration,
    Contact,
    Interaction,
    Note,
    Objective,
    Plan,
    Private,
    SupportRequest,
    Task,
    Tenancy,
)

# The fields of a record that its form shows.
WRITTEN: dict[type[Private], tuple[str, ...]] = {
    Account: ("tier", "next_review_on", "manager", "organisation", "state"),
    Contact: (
        *("name", "role", "email", "telephone", "prefers", "is_primary", "do_not_contact"),
        *("lawful_basis", "source", "noticed_on"),
    ),
    Tenancy: ("space", "licence", "starts_on", "ends_on", "notice_days", "words"),
    ChecklistItem: ("words", "due_on", "owner", "theirs"),
    Plan: ("starts_on", "ends_on", "agreed_on"),
    Objective: ("words", "due_on", "target", "measure"),
    SupportRequest: ("need", "stage", "words", "urgency", "confidentiality"),
    Task: ("words", "due_on", "owner"),
    Note: ("words", "visibility"),
    Interaction: ("words", "visibility"),
    Collaboration: ("title", "kind", "real_world_data", "starts_on", "ends_on"),
}


def read(record: Private) -> dict[str, Any]:
    """What a form of ``record`` begins with: each field, and under ``seen`` what all of them say."""
    return {**_said(record), "seen": seen_of(record)}


def seen_of(record: Private) -> str:
    """Changes with whatever the form of ``record`` shows: a mark for each field."""
    return "-".join(_mark(value) for value in _said(record).values())


def changed_since(record: Private, seen: str, wanted: Mapping[str, Any]) -> dict[str, str]:
    """Fields that say something else than when the form was opened, and than what is ``wanted``: with what they say, in words.

    What is wanted and there already clashes with nothing: so the same form can be sent twice.
    """
    said = _said(record)
    marks = dict(zip(said, seen.split("-"), strict=False))
    others = [name for name, value in said.items() if _mark(value) not in (marks.get(name), _mark(wanted[name]))]
    return {name: _in_words(record, name) for name in others}


def _said(record: Private) -> dict[str, Any]:
    of_its_own = {field.name: field for field in record._meta.concrete_fields}
    return {name: of_its_own[name].value_from_object(record) for name in WRITTEN[type(record)]}


def _mark(value: Any) -> str:
    """Two values have one mark where they are stored as one."""
    if isinstance(value, Model):
        value = value.pk
    if isinstance(value, Decimal):
        value = value.normalize()  # 3 is stored as 3.00
    return sha256(str("" if value is None else value).encode()).hexdigest()[:16]


def _in_words(record: Private, name: str) -> str:
    value = getattr(record, name)
    if record._meta.get_field(name).choices:  # type: ignore[union-attr]
        value = getattr(record, f"get_{name}_display")()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return f"{value:%-d %B %Y}"
    return "nothing" if value in (None, "") else f"“{value}”"

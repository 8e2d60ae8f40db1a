"""What somebody looked at before they changed it, so that nobody’s words are written over unread."""

from collections.abc import Collection, Mapping
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
    Task: ("words", "due_on", "owner", "shared", "contact"),
    Note: ("words", "visibility"),
    Interaction: ("words", "visibility"),
    Collaboration: ("title", "kind", "real_world_data", "starts_on", "ends_on"),
}


def read(record: Private, only: Collection[str] = ()) -> dict[str, Any]:
    """What a form of ``record`` begins with: each field, and under ``seen`` what all of them say.

    ``only``: of a form that shows no others. From the mark of a field one can tell what it says.
    """
    return {**_said(record, only), "seen": seen_of(record, only)}


def seen_of(record: Private, only: Collection[str] = ()) -> str:
    """Changes with whatever the form of ``record`` shows: a mark for each field."""
    return "-".join(_mark(value) for value in _said(record, only).values())


def changed_since(record: Private, seen: str, wanted: Mapping[str, Any]) -> dict[str, str]:
    """Fields that say something else than when the form was opened, and than what is ``wanted``: with what they say, in words.

    What is wanted and there already clashes with nothing: so the same form can be sent twice.
    """
    said = _said(record, wanted)
    marks = dict(zip(said, seen.split("-"), strict=False))
    others = [name for name, value in said.items() if _mark(value) not in (marks.get(name), _mark(wanted[name]))]
    return {name: _in_words(record, name) for name in others}


def _said(record: Private, only: Collection[str] = ()) -> dict[str, Any]:
    of_its_own = {field.name: field for field in record._meta.concrete_fields}
    names = [name for name in WRITTEN[type(record)] if not only or name in only]
    return {name: of_its_own[name].value_from_object(record) for name in names}


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

"""Where others wrote of somebody, in notes, talks, requests and what follows from them: for whoever answers them to look at.

A name proves nobody, and the words may be about others as well. So they are never handed over by themselves: a colleague opens
the record, where they may read it, and decides.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from core.subject_access import Mention, Person, given, title_of, with_names

from . import copies
from .choices import Visibility
from .models import (
    CheckBack,
    ChecklistItem,
    Collaboration,
    CollaborationParty,
    Contact,
    Enquiry,
    Interaction,
    Introduction,
    MatchSuggestion,
    Note,
    Objective,
    Outcome,
    OutcomeConfirmation,
    StateChange,
    SupportRequest,
    Task,
    Tenancy,
)

IN: tuple[Any, ...] = (
    *(Note, Interaction, SupportRequest, Introduction, Outcome, Task, Objective, Collaboration, Enquiry),
    *(
        Contact,
        Tenancy,
        ChecklistItem,
        MatchSuggestion,
        CheckBack,
        OutcomeConfirmation,
        CollaborationParty,
        StateChange,
    ),
)
DAYS = (
    "at",
    "opened_at",
    "asked_at",
    "occurred_on",
    "sent_at",
    "created_at",
    "made_at",
    "due_on",
    "received_at",
    "starts_on",
)
TITLES = {"Dr", "Mr", "Mrs", "Ms", "Miss", "Prof", "Professor", "Sir", "Dame", "Rev"}
SHORTEST = 3  # letters of a name that stands alone
PART = "a part of the name"


def of(person: Person) -> Iterator[Mention]:
    """Records that name ``person``, and such as did in an older version, with the page on which they are opened.

    What their bundle holds is not among them. A part of their name alone counts in records of their own companies: elsewhere
    it is anybody's.
    """
    words = _Words(person)
    seen: set[tuple[Any, int]] = set()
    for model in IN:
        fields = [field.name for field in copies.text_fields(model)]
        theirs = _in_the_bundle(model, person)
        for record in model._default_manager.order_by("pk").iterator():
            how = words.stand_in(model, record.pk, (getattr(record, name) for name in fields))
            if record.pk not in theirs and how is not None:
                seen.add((model, record.pk))
                notes = _in_brackets(how, _why_not_opened(record))
                yield Mention(title_of(model), record.pk, _day_of(record), _page_of(record), notes)
    yield from _older(person, words, seen)


def _older(person: Person, words: "_Words", seen: set[tuple[Any, int]]) -> Iterator[Mention]:
    """What they are named in no more: it was written anew, or taken out. Each once, with the history that shows it."""
    theirs = _in_the_bundle(LogEntry, person)
    kinds: dict[int, Any] = {kind.pk: kind.model_class() for kind in ContentType.objects.filter(app_label="tenancy")}
    for entry in LogEntry.objects.filter(content_type__in=kinds).order_by("pk").iterator():
        model, key = kinds[entry.content_type_id], entry.object_id
        if model is None or entry.pk in theirs or (model, key) in seen:
            continue
        fields = {field.name for field in copies.text_fields(model)}
        before = (
            value[0] for name, value in (entry.changes or {}).items() if name in fields and isinstance(value, list)
        )
        if (how := words.stand_in(model, key, before)) is None:
            continue
        seen.add((model, key))
        record = model._default_manager.filter(pk=key).first()
        page = _history_of(record) if record else ""
        notes = _in_brackets(how, "an older version" if record else "taken out since", _why_not_opened(record))
        yield Mention(title_of(model), key, entry.timestamp.date().isoformat(), page, notes)


class _Words:
    """By what somebody is recognised: an address or a full name anywhere, a part of it near them."""

    def __init__(self, person: Person) -> None:
        self.whole = [copies.pattern_of(one) for one in (*person.addresses, *person.names) if one]
        names = with_names(person, whole=False).names
        parts = {part.strip(".,") for name in names for part in name.split()} - TITLES
        # As it is written: “Will” is a name, and “will” is a word.
        alone = [re.escape(part) for part in parts if len(part) >= SHORTEST and part[0].isupper()]
        self.part = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(alone))})(?!\w)") if alone else None
        accounts = copies.accounts_of(person)
        self.near = {
            model: set(model._default_manager.filter(**{f"{path}__in": accounts}).values_list("pk", flat=True))
            for model, path in copies.PATHS.items()
        }

    def stand_in(self, model: Any, key: int, values: Iterator[Any]) -> str | None:
        """How, where they do."""
        said = " ".join(str(value) for value in values)
        if any(one.search(said) for one in self.whole):
            return ""
        is_near = self.part is not None and key in self.near.get(model, ())
        return PART if is_near and self.part and self.part.search(said) else None


# ---- parts ----------------------------------------------------------------------------------------------------------
def _in_the_bundle(model: Any, person: Person) -> set[int]:
    ways = given().get(model._meta.label, [])
    return {pk for way in ways for pk in model.objects.filter(way.which(person)).values_list("pk", flat=True)}


def _in_brackets(*notes: str) -> str:
    return "; ".join(note for note in notes if note)


def _day_of(record: Any) -> str:
    at = next((day for name in DAYS if (day := getattr(record, name, None)) is not None), None)
    return (at.date() if isinstance(at, datetime) else at).isoformat() if at else "no day    "


def _page_of(record: Any) -> str:
    if isinstance(record, Enquiry):
        return reverse("staff_enquiry", args=[record.pk])
    if request := _request_of(record):
        return reverse("staff_request", args=[request.pk])
    account = _account_of(record)
    return reverse("staff_account", args=[account]) if account else ""


def _history_of(record: Any) -> str:
    if request := _request_of(record):
        return reverse("staff_request_history", args=[request.pk])
    account = _account_of(record)
    return reverse("staff_account_history", args=[account]) if account else ""


def _request_of(record: Any) -> SupportRequest | None:
    """What it follows from."""
    for step in ("collaboration", "outcome", "introduction", "request"):
        record = getattr(record, step, None) or record
    return record if isinstance(record, SupportRequest) else None


def _account_of(record: Any) -> int | None:
    for step in ("plan", "tenancy", "note", "contact"):
        record = getattr(record, step, None) or record
    return getattr(record, "account_id", None)


def _why_not_opened(record: Any) -> str:
    if isinstance(record, Note) and record.visibility == Visibility.RESTRICTED:
        return f"restricted: ask {record.by or 'whoever leads'}"
    return ""

"""Who changed what, and when: of an account with everything that hangs on it, or of one request. Field by field, in words."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format

from accounts.models import User
from core.subject_access import SECRET
from tenancy import retention
from tenancy.choices import Confidentiality, Visibility
from tenancy.models import (
    Account,
    AccountMerge,
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
    NoteReader,
    Objective,
    Outcome,
    OutcomeConfirmation,
    Plan,
    Private,
    StateChange,
    SupportRequest,
    Task,
    TeamMember,
    Tenancy,
)

# What the history can be narrowed to; of one record, where the first table of the part is named.
PARTS: dict[str, tuple[str, tuple[type[Private], ...]]] = {
    "account": ("Account", (Account, AccountMerge, TeamMember)),
    "people": ("People", (Contact,)),
    "contact": ("Contact and notes", (Interaction, Note, NoteReader)),
    "requests": ("Requests", (SupportRequest, MatchSuggestion)),
    "introductions": ("Introductions", (Introduction, CheckBack, Collaboration, CollaborationParty)),
    "outcomes": ("Outcomes", (Outcome, OutcomeConfirmation)),
    "tasks": ("Tasks", (Task,)),
    "stay": ("Tenancy and plan", (Tenancy, ChecklistItem, Plan, Objective)),
    "enquiries": ("Enquiries", (Enquiry,)),
}
TO_ACCOUNT: dict[type[models.Model], str] = {
    **retention.PATHS_TO_ACCOUNT,
    Account: "pk",
    Enquiry: "account",
    Collaboration: "introduction__request__account",
    CollaborationParty: "collaboration__introduction__request__account",
}
TO_REQUEST: dict[type[models.Model], str] = {
    SupportRequest: "pk",
    MatchSuggestion: "request",
    Introduction: "request",
    CheckBack: "introduction__request",
    Collaboration: "introduction__request",
    CollaborationParty: "collaboration__introduction__request",
    Outcome: "request",
    OutcomeConfirmation: "outcome__request",
    Task: "request",
}
UNTOLD = {"id", "moved", *SECRET}
NOTHING = ("None", "", "[]", "{}", None)
GONE = "somebody who is gone"
VERBS = {LogEntry.Action.CREATE: "added", LogEntry.Action.UPDATE: "changed", LogEntry.Action.DELETE: "taken out"}
AT_ONCE = 10  # seconds: a step and the change that it made are written in one transaction


class Row(NamedTuple):
    pk: int
    at: datetime
    kind: int
    key: int
    action: int
    changes: dict[str, Any] | None
    actor: int | None


@dataclass(frozen=True)
class Line:
    """One field; of what was added there is nothing before."""

    name: str
    before: str
    after: str


@dataclass
class Change:
    """``restricted``: reading it has to be written down, as a read of this model and key."""

    at: datetime
    by: str
    what: str
    verb: str
    lines: list[Line] = field(default_factory=list)
    reason: str = ""
    is_new: bool = False
    restricted: tuple[str, int] | None = None


def of_account(account: Account, viewer: User, *, part: str = "", key: int = 0) -> QuerySet[Any, Any]:
    """Rows of the history of ``account``, as far as ``viewer`` may read the records; the latest first."""
    chosen = PARTS[part][1] if part in PARTS else tuple(model for _, found in PARTS.values() for model in found)
    return _rows({model: TO_ACCOUNT[model] for model in (chosen[:1] if key else chosen)}, account.pk, viewer, key)


def of_request(request: SupportRequest, viewer: User) -> QuerySet[Any, Any]:
    return _rows(TO_REQUEST, request.pk, viewer)


def _rows(paths: dict[Any, str], owner: int, viewer: User, key: int = 0) -> QuerySet[Any, Any]:
    """All tables are one statement. Whatever was deleted is not there: nothing says any more who may read it."""
    kinds = ContentType.objects.get_for_models(*paths)
    parts = []
    for model, path in paths.items():
        records = model.objects.visible_to(viewer).filter(**{path: owner})
        if key:
            records = records.filter(pk=key)
        entries = LogEntry.objects.filter(content_type=kinds[model], object_id__in=records.order_by().values("pk"))
        parts.append(
            entries.order_by().values_list("pk", "timestamp", "content_type", "object_id", "action", "changes", "actor")
        )
    first, *others = parts
    found: QuerySet[Any, Any] = first.union(*others, all=True) if others else first
    return found.order_by("-timestamp", "-pk")


def told(values: Iterable[Sequence[Any]], viewer: User) -> list[Change]:
    """The rows of one page in words: a statement or two for each table that they speak of, however many they are."""
    rows = [Row(*one) for one in values]
    tables: dict[int, Any] = {
        kind: ContentType.objects.get_for_id(kind).model_class() for kind in {row.kind for row in rows}
    }
    records = _records(rows, tables, viewer)
    names = _names(rows, tables, viewer)
    reasons = _reasons(rows, tables, viewer)
    found = []
    for row in rows:
        model, record = tables[row.kind], records.get((row.kind, row.key))
        if record is None:
            continue
        found.append(
            Change(
                at=row.at,
                by=names.get((User, str(row.actor)), GONE) if row.actor else "",
                what=_title(record),
                verb=VERBS.get(row.action, "changed"),
                lines=list(_lines(model, row.changes or {}, names)),
                reason=_reason(reasons.get((model._meta.label, row.key), []), row),
                is_new=row.action == LogEntry.Action.CREATE,
                restricted=_restricted(record),
            )
        )
    return found


# ---- records and names ----------------------------------------------------------------------------------------------
def _records(rows: list[Row], tables: dict[int, Any], viewer: User) -> dict[tuple[int, int], Any]:
    keys = defaultdict(set)
    for row in rows:
        keys[row.kind].add(row.key)
    found: dict[tuple[int, int], Any] = {}
    for kind, wanted in keys.items():
        model = tables[kind]
        query = model.objects.visible_to(viewer).filter(pk__in=wanted)
        if beside := _way_to_what_restricts(model):
            query = query.select_related(beside)
        found |= {(kind, record.pk): record for record in query}
    return found


def _way_to_what_restricts(model: Any) -> str:
    if model is NoteReader:
        return "note"
    return TO_REQUEST.get(model, "").removeprefix("pk")


def _restricted(record: Any) -> tuple[str, int] | None:
    """The record whose restriction holds for this one."""
    for step in filter(None, _way_to_what_restricts(type(record)).split("__")):
        record = getattr(record, step)
        if record is None:
            return None
    if isinstance(record, Note) and record.visibility == Visibility.RESTRICTED:
        return record._meta.label, record.pk
    if isinstance(record, SupportRequest) and record.confidentiality == Confidentiality.RESTRICTED:
        return record._meta.label, record.pk
    return None


def _title(record: Any) -> str:
    if isinstance(record, Contact):
        return record.name
    if isinstance(record, Account):
        return "Account"
    if isinstance(record, SupportRequest | Enquiry):
        return str(record)
    if isinstance(record, Introduction):
        return f"Introduction to {record.partner_name or 'a partner'}"
    return str(record._meta.verbose_name).capitalize()


def _names(rows: list[Row], tables: dict[int, Any], viewer: User) -> dict[tuple[Any, str], str]:
    """How each record is called that a field of these changes leads to."""
    wanted: dict[Any, set[str]] = defaultdict(set)
    for row in rows:
        if row.actor:
            wanted[User].add(str(row.actor))
        for name, value in (row.changes or {}).items():
            found = _field(tables[row.kind], name)
            if found is None or found.auto_created or not found.is_relation:
                continue
            keys = value.get("objects", []) if isinstance(value, dict) else value
            wanted[found.related_model] |= {key for one in keys if (key := _key(one)).isdecimal()}
    names = {}
    for model, keys in wanted.items():
        private = issubclass(model, Private)
        query = model.objects.visible_to(viewer) if private else model._default_manager.all()
        for record in query.filter(pk__in=keys):
            named = record.name if isinstance(record, Account) else _title(record) if private else str(record)
            names[model, str(record.pk)] = named
    return names


def _key(said: Any) -> str:
    """Of a related record the history holds the key alone, or “Contact 7”."""
    return str(said).rpartition(" ")[2]


def _field(model: Any, name: str) -> Any:
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        return None  # of an earlier time


# ---- fields ---------------------------------------------------------------------------------------------------------
def _lines(model: Any, changes: dict[str, Any], names: dict[tuple[Any, str], str]) -> Iterable[Line]:
    for name, value in changes.items():
        found = _field(model, name)
        if found is None or found.auto_created or name in UNTOLD:  # the package notes the other ends of relations too
            continue
        title = str(getattr(found, "verbose_name", name)).replace("_", " ")
        title = title[:1].upper() + title[1:]
        if isinstance(value, dict):
            people = ", ".join(_said(found, one, names) for one in value.get("objects", []))
            yield Line(title, "", people) if value.get("operation") == "add" else Line(title, people, "")
            continue
        before, after = (_said(found, one, names) for one in value)
        if before or after:
            yield Line(title, before, after)


def _said(found: Any, value: Any, names: dict[tuple[Any, str], str]) -> str:
    if value in NOTHING:
        return ""
    if found.is_relation:
        return names.get((found.related_model, _key(value)), GONE if found.related_model is User else "a record")
    text = str(value)
    if getattr(found, "flatchoices", None):
        return str(dict(found.flatchoices).get(text, text))
    if isinstance(found, models.BooleanField):
        return "yes" if text == "True" else "no"
    if isinstance(found, models.DateTimeField):
        moment = parse_datetime(text)
        return date_format(timezone.localtime(_in_utc(moment)), "j F Y, G:i") if moment else text
    if isinstance(found, models.DateField):
        day = parse_date(text)
        return date_format(day, "j F Y") if day else text
    return text


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if timezone.is_naive(moment) else moment


# ---- why ------------------------------------------------------------------------------------------------------------
def _reasons(rows: list[Row], tables: dict[int, Any], viewer: User) -> dict[tuple[str, int], list[StateChange]]:
    """What was said of a step, by the record that took it: whoever may read that may read why."""
    moved = {(tables[row.kind]._meta.label, row.key) for row in rows if "state" in (row.changes or {})}
    found: dict[tuple[str, int], list[StateChange]] = defaultdict(list)
    if moved:
        steps = (
            StateChange.objects.visible_to(viewer).filter(model__in={model for model, _ in moved}).exclude(reason="")
        )
        for step in steps.filter(object_pk__in={key for _, key in moved}):
            found[step.model, step.object_pk].append(step)
    return found


def _reason(steps: list[StateChange], row: Row) -> str:
    """Of the step that the row is: it led to the same state, in the same transaction."""
    to = (row.changes or {}).get("state", ["", ""])[1]
    near = [one for one in steps if one.after == to and abs((one.at - row.at).total_seconds()) < AT_ONCE]
    return near[0].reason if near and row.action == LogEntry.Action.UPDATE else ""

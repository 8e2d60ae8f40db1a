"""What our own records tell."""

from collections.abc import Callable, Collection
from typing import Any

from django.db.models import Case, F, QuerySet, TextField, Value, When
from django.urls import reverse

from accounts.models import User
from tenancy.choices import (
    ENDED_INTRODUCTIONS,
    Channel,
    Confidentiality,
    EnquiryKind,
    IntroductionState,
    OutcomeKind,
    OutcomeState,
    RequestState,
    TaskState,
    Visibility,
)
from tenancy.models import (
    Account,
    AccountMerge,
    Contact,
    Enquiry,
    Interaction,
    Introduction,
    Note,
    Outcome,
    SupportRequest,
    Task,
)

from . import Entry, Row, Source, first_of, person, register

ICONS = {Channel.CALL: "phone", Channel.EMAIL: "mail", Channel.MEETING: "people", Channel.VISIT: "door"}
NOT_HERE = "Restricted: open it to read."


def _of(model: Any, path: str = "account", **only: Any) -> Callable[[Account, User], QuerySet[Any]]:
    """Rows of ``model`` of an account, as far as the viewer may read them."""
    return lambda account, viewer: model.objects.visible_to(viewer).filter(**{path: account}, **only)


def _number(pk: int) -> str:
    return SupportRequest(pk=pk).number


def _request(pk: int) -> str:
    return reverse("staff_request", args=[pk])


def _people(keys: Collection[int]) -> dict[int, str]:
    """With whom each interaction was."""
    found: dict[int, list[str]] = {}
    with_whom = Contact.objects.filter(interactions__in=keys).order_by("-is_primary", "pk")
    for key, name in with_whom.values_list("interactions", "name"):
        found.setdefault(key, []).append(name)
    return {key: " and ".join(names) for key, names in found.items()}


def _interaction(row: Row, names: str) -> Entry:
    kind = Channel(row.what)
    shared = "Shared" if row.state == Visibility.SHARED else ""
    title = f"{kind.label} with {names}" if names else kind.label
    change = reverse("staff_change_contact", args=[row.pk])
    return Entry(row.at, title, ICONS[kind], row.words, row.who, tag=shared, change=change, author=row.ref)


def _note(row: Row, _: str) -> Entry:
    tag = Visibility(row.state).label if row.state != Visibility.TEAM else ""
    restricted = ("tenancy.Note", row.pk) if row.state == Visibility.RESTRICTED else None
    change = reverse("staff_change_note", args=[row.pk])
    return Entry(
        row.at, "Note", "note", row.words, row.who, tag=tag, restricted=restricted, change=change, author=row.ref
    )


def _enquiry(row: Row, _: str) -> Entry:
    url = reverse("staff_enquiry", args=[row.pk])
    return Entry(row.at, f"Enquiry: {EnquiryKind(row.what).label.lower()}", "mail", row.words, row.who, url)


def _opened(row: Row, _: str) -> Entry:
    return Entry(row.at, f"Request {_number(row.pk)}: {row.what}", "task", row.words, row.who, _request(row.pk))


def _closed(row: Row, _: str) -> Entry:
    title = f"Request {_number(row.pk)}: {RequestState(row.state).label.lower()}"
    return Entry(row.at, title, "check", row.words, url=_request(row.pk))


def _asked(row: Row, _: str) -> Entry:
    tells = row.state in (*ENDED_INTRODUCTIONS, IntroductionState.AGREED)
    tag = IntroductionState(row.state).label if tells else ""
    return Entry(row.at, f"{row.what} asked for {_number(row.ref)}", "meet", row.words, row.who, _request(row.ref), tag)


def _introduced(row: Row, _: str) -> Entry:
    return Entry(row.at, f"Introduced to {row.what}", "meet", "Both sides agreed.", url=_request(row.ref))


def _outcome(row: Row, _: str) -> Entry:
    url = _request(row.ref) if row.ref else ""
    title = f"Outcome: {OutcomeKind(row.what).label.lower()}"
    return Entry(row.at, title, "check", row.words, row.who, url, OutcomeState(row.state).label)


def _task(row: Row, _: str) -> Entry:
    return Entry(row.at, f"{TaskState(row.state).label}: {row.words}", "check", by=row.who)


def _merge(row: Row, _: str) -> Entry:
    tag = "Taken back" if row.state else ""
    return Entry(
        row.at,
        f"{row.what} was merged into this account",
        "people",
        row.words,
        row.who,
        reverse("staff_merged", args=[row.pk]),
        tag,
    )


def unless_restricted(words: str, request: str = "") -> Case:
    """``words``, where the request that they belong to may be told of without that its read is written down."""
    is_restricted = When(**{f"{request}confidentiality": Confidentiality.RESTRICTED}, then=Value(NOT_HERE))
    return Case(is_restricted, default=F(words), output_field=TextField())


OF_REQUEST = "request__account"

register(
    Source(
        "interaction",
        "contact",
        "at",
        _of(Interaction),
        _interaction,
        {"what": "kind", "words": "words", "who": person("by"), "state": "visibility", "ref": "by_id"},
        _people,
    ),
    Source(
        "note",
        "contact",
        "at",
        _of(Note),
        _note,
        {"words": "words", "who": person("by"), "state": "visibility", "ref": "by_id"},
    ),
    Source(
        "enquiry", "contact", "received_at", _of(Enquiry), _enquiry, {"what": "kind", "words": "message", "who": "name"}
    ),
    Source(
        "request opened",
        "requests",
        "opened_at",
        _of(SupportRequest),
        _opened,
        {
            "what": first_of("need__short_name", "need__name"),
            "words": unless_restricted("words"),
            "who": person("raised_by"),
        },
    ),
    Source(
        "request closed",
        "requests",
        "closed_at",
        _of(SupportRequest, closed_at__isnull=False),
        _closed,
        {"words": unless_restricted("reason"), "state": "state"},
    ),
    Source(
        "partner asked",
        "requests",
        "asked_at",
        _of(Introduction, OF_REQUEST),
        _asked,
        {
            "what": "partner_name",
            "who": person("by"),
            "state": "state",
            "ref": "request_id",
        },
    ),
    Source(
        "introduction",
        "requests",
        "introduced_at",
        _of(Introduction, OF_REQUEST, introduced_at__isnull=False),
        _introduced,
        {"what": "partner_name", "ref": "request_id"},
    ),
    Source(
        "outcome",
        "requests",
        "recorded_at",
        _of(Outcome),
        _outcome,
        {
            "what": "kind",
            "words": unless_restricted("evidence", "request__"),
            "who": person("recorded_by"),
            "state": "state",
            "ref": "request_id",
        },
    ),
    Source(
        "task",
        "tasks",
        "done_at",
        _of(Task, done_at__isnull=False),
        _task,
        {"words": "words", "who": person("done_by"), "state": "state"},
    ),
    Source(
        "merge",
        "account",
        "at",
        _of(AccountMerge),
        _merge,
        {"what": "merged__name", "who": person("by"), "state": "undone_at"},
    ),
)

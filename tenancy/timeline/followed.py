"""What follows a request, after it: answers of both sides, what we heard later, what they confirmed, what they do together."""

from collections.abc import Callable, Collection

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from tenancy.choices import Answer, CheckedBack, CollaborationKind, CollaborationState, Confidentiality
from tenancy.models import Account, CheckBack, Collaboration, Introduction, OutcomeConfirmation, StateChange

from . import Entry, Row, Source, in_words, person, register
from .records import NOT_HERE, unless_restricted

OF_INTRODUCTION = "introduction__request__account"


def _request(pk: int, part: str = "") -> str:
    return reverse("staff_request", args=[pk]) + part if pk else ""


def _answered(side: str) -> Callable[[Account, User], QuerySet[Introduction]]:
    """By this side; what nobody has answered stands there as asked."""

    def rows(account: Account, viewer: User) -> QuerySet[Introduction]:
        found: QuerySet[Introduction] = Introduction.objects.visible_to(viewer).filter(request__account=account)
        return found.filter(**{f"{side}_answered_at__isnull": False})

    return rows


def _company_said(row: Row, _: str) -> Entry:
    said = Answer(row.state).label.lower()
    return Entry(row.at, f"They {said}: {row.what}", "meet", row.words, url=_request(row.ref, "#introductions"))


def _partner_said(row: Row, _: str) -> Entry:
    said = Answer(row.state).label.lower()
    return Entry(row.at, f"{row.what} {said}", "meet", row.words, url=_request(row.ref, "#introductions"))


def _heard(account: Account, viewer: User) -> QuerySet[CheckBack]:
    return CheckBack.objects.visible_to(viewer).filter(**{OF_INTRODUCTION: account}, done_at__isnull=False)


def _what_came(row: Row, _: str) -> Entry:
    said = CheckedBack(row.state).label if row.state else "asked, and nothing was said"
    return Entry(row.at, f"What came of {row.what}: {said}", "phone", row.words, row.who, _request(row.ref))


def _confirmations(account: Account, viewer: User) -> QuerySet[OutcomeConfirmation]:
    found = OutcomeConfirmation.objects.visible_to(viewer).filter(outcome__account=account)
    return found.filter(answered_at__isnull=False)


def _confirmed(row: Row, _: str) -> Entry:
    said = "is true" if row.state in ("1", "true", "True") else "is not so"
    return Entry(
        row.at, f"They say that an outcome {said}", "check", row.words, row.who, _request(row.ref, "#outcomes")
    )


def _together(account: Account, viewer: User) -> QuerySet[Collaboration]:
    return Collaboration.objects.visible_to(viewer).filter(**{OF_INTRODUCTION: account})


def _opened(row: Row, _: str) -> Entry:
    kind = CollaborationKind(row.what).label.lower()
    return Entry(row.at, f"Collaboration, {kind}: {row.words}", "people", url=_request(row.ref, "#outcomes"))


def _steps_together(account: Account, viewer: User) -> QuerySet[StateChange]:
    readable = _together(account, viewer).values("pk")
    moved = StateChange.objects.visible_to(viewer).filter(model=Collaboration._meta.label)
    return moved.filter(object_pk__in=readable)


def _titles(keys: Collection[int]) -> dict[int, str]:
    """Without those of restricted requests."""
    steps = dict(StateChange.objects.filter(pk__in=keys).values_list("pk", "object_pk"))
    told = Collaboration.objects.exclude(introduction__request__confidentiality=Confidentiality.RESTRICTED)
    titles = dict(told.filter(pk__in=steps.values()).values_list("pk", "title"))
    return {step: titles[one] for step, one in steps.items() if one in titles}


def _step_together(row: Row, title: str) -> Entry:
    state = in_words(CollaborationState, row.state)
    if not title:
        return Entry(row.at, f"Collaboration: {state}", "people", NOT_HERE, row.who)
    return Entry(row.at, f"Collaboration “{title}”: {state}", "people", row.words, row.who)


register(
    Source(
        "company answered",
        "requests",
        "tenant_answered_at",
        _answered("tenant"),
        _company_said,
        {
            "what": "partner_name",
            "words": unless_restricted("tenant_words", "request__"),
            "state": "tenant_answer",
            "ref": "request_id",
        },
    ),
    Source(
        "partner answered",
        "requests",
        "partner_answered_at",
        _answered("partner"),
        _partner_said,
        {
            "what": "partner_name",
            "words": unless_restricted("partner_words", "request__"),
            "state": "partner_answer",
            "ref": "request_id",
        },
    ),
    Source(
        "check-back",
        "requests",
        "done_at",
        _heard,
        _what_came,
        {
            "what": "introduction__partner_name",
            "words": unless_restricted("words", "introduction__request__"),
            "state": "answer",
            "who": person("by"),
            "ref": "introduction__request_id",
        },
    ),
    Source(
        "confirmation",
        "requests",
        "answered_at",
        _confirmations,
        _confirmed,
        {
            "words": unless_restricted("words", "outcome__request__"),
            "state": "is_true",
            "who": "contact__name",
            "ref": "outcome__request_id",
        },
    ),
    Source(
        "collaboration",
        "requests",
        "created_at",
        _together,
        _opened,
        {
            "what": "kind",
            "words": unless_restricted("title", "introduction__request__"),
            "ref": "introduction__request_id",
        },
    ),
    Source(
        "collaboration moved",
        "requests",
        "at",
        _steps_together,
        _step_together,
        {"words": "reason", "state": "after", "who": person("by")},
        _titles,
    ),
)

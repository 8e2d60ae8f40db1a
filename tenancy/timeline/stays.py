"""What an account's stay and its plan tell: mostly days, of which nobody knows the hour."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from tenancy.choices import ChecklistKind, ObjectiveState
from tenancy.models import Account, ChecklistItem, Objective, Plan, StateChange, Tenancy

from . import DayBegins, Entry, Row, Source, in_words, person, register


def _stays(account: Account, viewer: User, day: str) -> QuerySet[Tenancy]:
    """Those of which this day has come: what is still to come stands beside the story."""
    past: dict[str, Any] = {f"{day}__lte": timezone.localdate()}
    found: QuerySet[Tenancy] = Tenancy.objects.visible_to(viewer).filter(account=account, **past)
    return found


def _began(row: Row, _: str) -> Entry:
    return Entry(row.at, f"Moved in: {row.what}", "door", row.words, is_day=True)


def _gave_notice(row: Row, _: str) -> Entry:
    return Entry(row.at, f"Notice was given: {row.what}", "note", is_day=True)


def _ended(row: Row, _: str) -> Entry:
    return Entry(row.at, f"Last day: {row.what}", "door", is_day=True)


def _done_of_list(account: Account, viewer: User) -> QuerySet[ChecklistItem]:
    return ChecklistItem.objects.visible_to(viewer).filter(tenancy__account=account, done_at__isnull=False)


def _prepared(row: Row, _: str) -> Entry:
    return Entry(row.at, f"{ChecklistKind(row.what).label}: {row.words}", "check", by=row.who)


def _agreed_plans(account: Account, viewer: User) -> QuerySet[Plan]:
    return Plan.objects.visible_to(viewer).filter(account=account, agreed_on__isnull=False)


def _agreed(row: Row, _: str) -> Entry:
    return Entry(row.at, "Plan agreed", "task", is_day=True)


def _moved_objectives(account: Account, viewer: User) -> QuerySet[StateChange]:
    readable = Objective.objects.visible_to(viewer).filter(plan__account=account).values("pk")
    moved = StateChange.objects.visible_to(viewer)
    return moved.filter(account=account, model=Objective._meta.label, object_pk__in=readable)


def _objectives(keys: Collection[int]) -> dict[int, str]:
    """What each step was a step of."""
    steps = dict(StateChange.objects.filter(pk__in=keys).values_list("pk", "object_pk"))
    words = dict(Objective.objects.filter(pk__in=steps.values()).values_list("pk", "words"))
    return {step: words[objective] for step, objective in steps.items() if objective in words}


def _objective(row: Row, words: str) -> Entry:
    return Entry(row.at, f"Objective “{words}”: {in_words(ObjectiveState, row.state)}", "task", row.words, row.who)


register(
    Source(
        "stay began",
        "stay",
        DayBegins("starts_on"),
        lambda account, viewer: _stays(account, viewer, "starts_on"),
        _began,
        {"what": "space", "words": "licence"},
    ),
    Source(
        "notice given",
        "stay",
        DayBegins("notice_given_on"),
        lambda account, viewer: _stays(account, viewer, "notice_given_on"),
        _gave_notice,
        {"what": "space"},
    ),
    Source(
        "stay ended",
        "stay",
        DayBegins("ends_on"),
        lambda account, viewer: _stays(account, viewer, "ends_on"),
        _ended,
        {"what": "space"},
    ),
    Source(
        "checklist",
        "stay",
        "done_at",
        _done_of_list,
        _prepared,
        {"what": "kind", "words": "words", "who": person("done_by")},
    ),
    Source("plan", "stay", DayBegins("agreed_on"), _agreed_plans, _agreed),
    Source(
        "objective",
        "stay",
        "at",
        _moved_objectives,
        _objective,
        {"words": "reason", "who": person("by"), "state": "after"},
        _objectives,
    ),
)

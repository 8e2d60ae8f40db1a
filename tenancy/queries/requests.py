"""Requests as a board, and one with everything that belongs to it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from auditlog.models import LogEntry
from django.db.models import Q, QuerySet

from accounts.models import User
from tenancy import history
from tenancy.choices import CLOSED_REQUESTS, Decision, RequestState
from tenancy.models import (
    CheckBack,
    Collaboration,
    Introduction,
    MatchSuggestion,
    Outcome,
    StateChange,
    SupportRequest,
    Task,
)

OPEN_STATES = [state for state in RequestState if state not in CLOSED_REQUESTS]


@dataclass
class Column:
    state: RequestState
    requests: list[SupportRequest] = field(default_factory=list)


def board(viewer: User, *, owner: int | None = None, need: str = "", late: bool = False) -> list[Column]:
    """What is open, by state; in each the one first whose answer is due first."""
    found = SupportRequest.objects.visible_to(viewer).open().select_related("account", "need", "stage", "owner")
    if owner is not None:
        found = found.filter(owner=owner)
    if need:
        found = found.filter(need__slug=need)
    columns = {str(state): Column(state) for state in OPEN_STATES}
    for request in found.order_by("respond_by", "pk"):
        if not late or request.is_late:
            columns[request.state].requests.append(request)
    return list(columns.values())


def request(viewer: User, pk: int) -> SupportRequest | None:
    found: SupportRequest | None = (
        SupportRequest.objects.visible_to(viewer)
        .select_related("account__organisation", "account__manager", "need", "stage", "owner", "raised_by", "follows")
        .filter(pk=pk)
        .first()
    )
    return found


def introductions(found: SupportRequest, viewer: User) -> QuerySet[Introduction]:
    rows = Introduction.objects.visible_to(viewer).filter(request=found)
    return rows.select_related("partner", "tenant_contact", "partner_contact").order_by("-asked_at")


def suggestions(found: SupportRequest, viewer: User) -> QuerySet[MatchSuggestion]:
    return MatchSuggestion.objects.visible_to(viewer).filter(request=found).select_related("partner__kind")


def is_for_another_need(found: SupportRequest, suggestions: Iterable[MatchSuggestion]) -> bool:
    """Whether partners whom nobody asked yet were looked for before need or stage were changed."""
    made = [one.made_at for one in suggestions if one.decision == Decision.OPEN]
    if not made:
        return False
    changed = history.of(found).filter(action=LogEntry.Action.UPDATE, timestamp__gt=min(made))
    return changed.filter(Q(changes__has_key="need") | Q(changes__has_key="stage")).exists()


def outcomes(found: SupportRequest, viewer: User) -> QuerySet[Outcome]:
    return Outcome.objects.visible_to(viewer).filter(request=found).select_related("confirmed_by")


def steps(found: SupportRequest) -> list[tuple[StateChange, str]]:
    """How it moved, the latest first, with the words of each state: for whoever may read the request, the company too."""
    moved = StateChange.objects.filter(model=SupportRequest._meta.label, object_pk=found.pk).select_related("by")
    return [(change, RequestState(change.after).label) for change in moved.order_by("-at", "-pk")]


def last_step(request: int) -> StateChange | None:
    moved = StateChange.objects.filter(model=SupportRequest._meta.label, object_pk=request)
    return moved.order_by("-at", "-pk").first()


def tasks(found: SupportRequest, viewer: User) -> QuerySet[Task]:
    """What is to be done for it."""
    return Task.objects.visible_to(viewer).open().filter(request=found).select_related("owner")


def check_backs(found: SupportRequest, viewer: User) -> QuerySet[CheckBack]:
    """What was asked or is to be asked of its introductions, by the day."""
    rows = CheckBack.objects.visible_to(viewer).filter(introduction__request=found)
    return rows.select_related("introduction").order_by("due_on", "pk")


def collaborations(found: SupportRequest, viewer: User) -> QuerySet[Collaboration]:
    rows = Collaboration.objects.visible_to(viewer).filter(introduction__request=found)
    return rows.prefetch_related("parties__organisation")

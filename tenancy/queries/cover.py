"""What would fall into nobody's day: it belongs to nobody, or to somebody who is away."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from tenancy.choices import AccountState, EnquiryState, RequestState
from tenancy.models import Absence, Account, CheckBack, ChecklistItem, Enquiry, SupportRequest, Task
from tenancy.models.accounts import LOOKED_AFTER

from .accounts import managers, nobodys
from .stalled import Stalled, of_colleagues

MOST_SHOWN = 12


@dataclass(frozen=True)
class Unowned:
    enquiries: list[Enquiry]
    requests: list[SupportRequest]
    tasks: list[Task]
    accounts: list[Account]

    def __bool__(self) -> bool:
        return any((self.enquiries, self.requests, self.tasks, self.accounts))


@dataclass
class Covered:
    """What is due of somebody who is away."""

    absence: Absence
    enquiries: list[Enquiry] = field(default_factory=list)
    requests: list[SupportRequest] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    check_backs: list[CheckBack] = field(default_factory=list)
    checklist: list[ChecklistItem] = field(default_factory=list)
    stalled: Stalled = field(default_factory=Stalled)

    def __bool__(self) -> bool:
        return any((self.enquiries, self.requests, self.tasks, self.check_backs, self.checklist, self.stalled))


def without_owner(viewer: User) -> Unowned:
    """What nobody sees to: given to nobody, or to somebody who does not work with accounts any more."""
    requests = _unanswered(viewer).filter(nobodys("owner")).exclude(account__manager=viewer)  # those are in their day
    tasks = Task.objects.visible_to(viewer).open().filter(nobodys("owner")).select_related("account")
    accounts = Account.objects.visible_to(viewer).filter(state__in=[*LOOKED_AFTER, AccountState.PROSPECT])
    return Unowned(
        enquiries=list(_waiting(viewer).filter(nobodys("assigned_to"))[:MOST_SHOWN]),
        requests=list(requests[:MOST_SHOWN]),
        tasks=list(tasks.order_by("due_on", "pk")[:MOST_SHOWN]),
        accounts=list(accounts.filter(nobodys("manager")).order_by("name", "pk")[:MOST_SHOWN]),
    )


def covered_by(viewer: User, today: date, away: list[Absence]) -> list[Covered]:
    """For each colleague who is away and for whom ``viewer`` stands in: what is due of theirs."""
    if not away:
        return []
    here = set(managers().order_by().values_list("pk", flat=True))
    covered = {absence.user_id: Covered(absence) for absence in away if _falls_to(viewer, absence, away, here)}
    if not covered:
        return []
    whose = list(covered)

    def share(rows: Iterable[Any], part: str, owner: Callable[[Any], int | None]) -> None:
        for row in rows:
            if (key := owner(row)) in covered:
                getattr(covered[key], part).append(row)

    tasks = Task.objects.visible_to(viewer).open().filter(owner__in=whose, due_on__lte=today)
    share(tasks.select_related("account").order_by("due_on", "pk"), "tasks", lambda one: one.owner_id)
    share(_waiting(viewer).filter(assigned_to__in=whose), "enquiries", lambda one: one.assigned_to_id)
    share(_unanswered(viewer).filter(owner__in=whose), "requests", lambda one: one.owner_id)
    backs = CheckBack.objects.visible_to(viewer).filter(done_at=None, due_on__lte=today, introduction__by__in=whose)
    backs = backs.select_related("introduction__request__account").order_by("due_on", "pk")
    share(backs, "check_backs", lambda one: one.introduction.by_id)
    items = ChecklistItem.objects.visible_to(viewer).filter(done_at=None, due_on__lt=today, owner__in=whose)
    items = items.select_related("tenancy__account").order_by("due_on", "pk")
    share(items, "checklist", lambda one: one.owner_id)
    for key, one in of_colleagues(viewer, whose, here):
        if key in covered:
            covered[key].stalled.add(one)
    return [one for one in covered.values() if one]


def open_tasks_by_owner(account: Account, viewer: User) -> dict[int | None, int]:
    """How many each has to do for ``account``, of those that ``viewer`` reads."""
    found = Task.objects.visible_to(viewer).open().filter(account=account)
    return dict(found.order_by().values_list("owner").annotate(number=Count("pk")))


def absences_on(day: date, viewer: User) -> list[Absence]:
    return list(
        Absence.objects.visible_to(viewer).on(day).select_related("user", "deputy").order_by("user__name", "pk")
    )


def absences(viewer: User) -> QuerySet[Absence]:
    """Who is away, or will be."""
    found = Absence.objects.visible_to(viewer).filter(ends_on__gte=timezone.localdate())
    return found.select_related("user", "deputy").order_by("starts_on", "user__name", "pk")


# ---- parts ----------------------------------------------------------------------------------------------------------
def _falls_to(viewer: User, absence: Absence, away: list[Absence], here: set[int]) -> bool:
    """To the deputy; to everybody where there is none, or is away too, or works with accounts no more."""
    if absence.user_id == viewer.pk:
        return False
    is_there = absence.deputy_id in here - {one.user_id for one in away}
    return absence.deputy_id == viewer.pk if is_there else True


def _waiting(viewer: User) -> QuerySet[Enquiry]:
    waiting = Enquiry.objects.visible_to(viewer).filter(state__in=[EnquiryState.NEW, EnquiryState.TRIAGED])
    return waiting.order_by("reply_by", "pk")


def _unanswered(viewer: User) -> QuerySet[SupportRequest]:
    found = SupportRequest.objects.visible_to(viewer).open().filter(Q(state=RequestState.NEW) | Q(answered_at=None))
    return found.select_related("account", "need").order_by("respond_by", "pk")

"""Stays of an account, what is to be done around them, and the state that they suggest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from django.utils import timezone

from accounts.models import User
from tenancy.choices import AccountState, ChecklistKind
from tenancy.models import Account, ChecklistItem, Tenancy


class _Spell(Protocol):
    starts_on: Any

    def covers(self, day: Any) -> bool: ...


S = TypeVar("S", bound=_Spell)


def tenancies(account: Account, viewer: User) -> list[Tenancy]:
    """The newest first."""
    return list(Tenancy.objects.visible_to(viewer).filter(account=account).order_by("-starts_on", "-pk"))


def of_today(spells: Sequence[S]) -> S | None:
    """Of stays or plans, the newest first, the one that holds today; else the next one, else the last."""
    today = timezone.localdate()
    to_come = [one for one in spells if one.starts_on > today]
    ordered = [*(one for one in spells if one.covers(today)), *reversed(to_come), *spells]
    return ordered[0] if ordered else None


def checklist(tenancy: Tenancy, viewer: User) -> list[ChecklistItem]:
    found = ChecklistItem.objects.visible_to(viewer).filter(tenancy=tenancy)
    return list(found.select_related("owner", "done_by"))


@dataclass(frozen=True)
class Progress:
    kind: str
    label: str
    items: list[ChecklistItem]

    @property
    def done(self) -> int:
        return sum(item.done_at is not None for item in self.items)

    @property
    def late(self) -> int:
        return sum(item.is_overdue for item in self.items)

    @property
    def is_done(self) -> bool:
        return bool(self.items) and self.done == len(self.items)


def progress(items: Sequence[ChecklistItem]) -> list[Progress]:
    """One for each list that has something on it."""
    lists = (Progress(kind.value, kind.label, [item for item in items if item.kind == kind]) for kind in ChecklistKind)
    return [one for one in lists if one.items]


@dataclass(frozen=True)
class Suggestion:
    state: AccountState
    why: str


STAYING = (AccountState.ONBOARDING, AccountState.ACTIVE, AccountState.AT_RISK)


def suggested_state(account: Account, tenancy: Tenancy | None, items: Sequence[ChecklistItem]) -> Suggestion | None:
    """What the stay says of the account. Somebody decides it: a list that is done is not a company that has arrived."""
    if tenancy is None:
        return None
    done = {one.kind for one in progress(items) if one.is_done}
    if account.state in (AccountState.PROSPECT, AccountState.ALUMNI) and not tenancy.is_over:
        return Suggestion(AccountState.ONBOARDING, "It has a tenancy.")
    if account.state in STAYING and tenancy.notice_given_on is not None:
        return Suggestion(AccountState.LEAVING, "Notice was given.")
    if account.state == AccountState.ONBOARDING and ChecklistKind.ARRIVING in done:
        return Suggestion(AccountState.ACTIVE, "Everything of moving in is done.")
    if account.state == AccountState.LEAVING and tenancy.is_over and ChecklistKind.LEAVING in done:
        return Suggestion(AccountState.ALUMNI, "The tenancy is over, and everything of leaving is done.")
    return None

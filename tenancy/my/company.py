"""What a company reads of its own record: its stay, its plan, what was shared with it, whom it met and what came of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet, Value

from accounts.models import User
from tenancy.choices import Channel, IntroductionState
from tenancy.models import Account, ChecklistItem, Interaction, Introduction, Note, Outcome, Tenancy
from tenancy.queries.plans import plans
from tenancy.queries.stays import of_today, tenancies

SHOWN = 6
NOTE = "note"


@dataclass(frozen=True)
class Shared:
    """Something that the team wrote down and shares with the company."""

    at: datetime
    kind: str
    words: str

    @property
    def what(self) -> str:
        return "Note" if self.kind == NOTE else Channel(self.kind).label


def shared(user: User, account: Account) -> list[Shared]:
    """The latest of what is shared with the company, the newest first."""
    return as_shared(everything_shared(user, account)[:SHOWN])


def everything_shared(user: User, account: Account) -> QuerySet[Any, Any]:
    """Rows for ``as_shared``, the newest first."""
    notes = Note.objects.visible_to(user).own_of(user).filter(account=account)
    dealings = Interaction.objects.visible_to(user).own_of(user).filter(account=account)
    # with their keys: two that say the same at the same time are two
    of_notes = notes.annotate(what=Value(NOTE)).order_by().values_list("at", "what", "words", "pk")
    of_dealings = dealings.order_by().values_list("at", "kind", "words", "pk")
    return of_notes.union(of_dealings).order_by("-at", "-pk")


def as_shared(rows: Iterable[Any]) -> list[Shared]:
    return [Shared(at, kind, words) for at, kind, words, _ in rows]


@dataclass(frozen=True)
class Met:
    """An introduction as one of its two sides reads it."""

    whom: str
    at: datetime
    about: str
    request: int | None  # which the company itself made


@dataclass(frozen=True)
class Record:
    tenancies: list[Tenancy]
    to_do: list[ChecklistItem]
    plans: list[Any]
    met: list[Met]
    outcomes: list[Outcome]

    @property
    def stay(self) -> Tenancy | None:
        return of_today(self.tenancies)

    @property
    def other_stays(self) -> list[Tenancy]:
        return [one for one in self.tenancies if one != self.stay]


def record(user: User, account: Account) -> Record:
    """Of ``account``, which is of a company of ``user``: what its people read, and what of that is theirs alone."""
    stays = tenancies(account, user)
    stay = of_today(stays)
    to_do = ChecklistItem.objects.visible_to(user).own_of(user).filter(tenancy=stay) if stay else ()
    outcomes = Outcome.objects.visible_to(user).own_of(user).filter(account=account).confirmed()
    return Record(
        tenancies=stays,
        to_do=list(to_do),
        plans=plans(account, user),
        met=_met(user, account),
        outcomes=list(outcomes.select_related("introduction")),
    )


def _met(user: User, account: Account) -> list[Met]:
    """Those that were made, of both sides: by then each was named to the other."""
    either_side = Q(request__account=account) | Q(partner=account.organisation_id)
    found = Introduction.objects.visible_to(user).own_of(user).filter(either_side, state=IntroductionState.INTRODUCED)
    rows = []
    for one in found.select_related("request__account", "request__need").order_by("-introduced_at", "-pk"):
        assert one.introduced_at is not None  # the table says when each was made
        asked = one.request.account_id == account.pk
        whom = one.partner_name if asked else one.request.account.name
        rows.append(Met(whom, one.introduced_at, str(one.request.need), one.request_id if asked else None))
    return rows

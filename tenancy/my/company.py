"""What a company reads of its own record: its stay, its plan, what was shared with it, whom it met and what came of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, F, Q, QuerySet, TextField, Value, When

from accounts.models import User
from tenancy.choices import Channel, IntroductionState, TaskState
from tenancy.models import Account, ChecklistItem, Interaction, Introduction, Note, Outcome, Task, Tenancy
from tenancy.queries.plans import plans
from tenancy.queries.stays import of_today, tenancies
from tenancy.timeline import person

SHOWN = 6
MOST_TASKS = 20
NOTE = "note"


@dataclass(frozen=True)
class Shared:
    """Something that the team wrote down and shares with the company."""

    at: datetime
    kind: str
    words: str
    by: str = ""  # of the company

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
    whose = Case(When(theirs=True, then=person("by")), default=Value(""), output_field=TextField())
    nobodys = Value("", output_field=TextField())
    of_notes: Any = notes.annotate(what=Value(NOTE), whose=whose).order_by()
    of_dealings: Any = dealings.annotate(whose=nobodys).order_by()
    of_notes = of_notes.values_list("at", "what", "words", "pk", "whose")
    of_dealings = of_dealings.values_list("at", "kind", "words", "pk", "whose")
    found: QuerySet[Any, Any] = of_notes.union(of_dealings)
    return found.order_by("-at", "-pk")


def as_shared(rows: Iterable[Any]) -> list[Shared]:
    return [Shared(at, kind, words, whose or "") for at, kind, words, _, whose in rows]


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
    tasks: list[Task]
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
    to_do = to_tick(user, account).filter(tenancy=stay)
    outcomes = Outcome.objects.visible_to(user).own_of(user).filter(account=account).confirmed()
    return Record(
        tenancies=stays,
        to_do=list(to_do) if stay else [],
        tasks=list(tasks(user, account)[:MOST_TASKS]),
        plans=plans(account, user),
        met=_met(user, account),
        outcomes=list(outcomes.select_related("introduction")),
    )


def to_tick(user: User, account: Account) -> QuerySet[ChecklistItem]:
    """What the company has to do itself, moving in and leaving."""
    found = ChecklistItem.objects.visible_to(user).own_of(user).filter(tenancy__account=account)
    return found.select_related("done_by")  # type: ignore[no-any-return]


def tasks(user: User, account: Account) -> QuerySet[Task]:
    """Those that are shared with the company: what is open first, then the latest of what was done."""
    found = Task.objects.visible_to(user).own_of(user).filter(account=account).exclude(state=TaskState.CANCELLED)
    return found.select_related("contact", "done_by", "account").order_by(F("done_at").desc(nulls_first=True), "due_on")  # type: ignore[no-any-return]


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

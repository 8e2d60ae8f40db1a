"""What would go on, and does not: it waits for a step of ours that no day and no clock asks for."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from tenancy.choices import IntroductionState, OutcomeState
from tenancy.models import Introduction, Outcome, OutcomeConfirmation, SupportRequest

from .accounts import nobodys

MOST_SHOWN = 24  # introductions, and outcomes
OF_INTRODUCTION = ("request__owner", "request__account__manager", "by")  # whose it is, the first of them first
OF_OUTCOME = ("request__owner", "account__manager", "recorded_by")


@dataclass
class Stalled:
    agreed: list[Introduction] = field(default_factory=list)  # by both, and nobody introduced them
    lapsed: list[Introduction] = field(default_factory=list)  # and nobody else was asked
    unanswered: list[Outcome] = field(default_factory=list)  # whether it is true was asked in vain
    disputed: list[Outcome] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any((self.agreed, self.lapsed, self.unanswered, self.disputed))

    def add(self, one: Introduction | Outcome) -> None:
        if isinstance(one, Introduction):
            (self.agreed if one.state == IntroductionState.AGREED else self.lapsed).append(one)
        else:
            (self.disputed if one.state == OutcomeState.DISPUTED else self.unanswered).append(one)


def of(viewer: User) -> Stalled:
    """Of ``viewer``: whose request or account it is, or who began it; and what is nobody’s. Two statements."""
    found = Stalled()
    nobodys_own = nobodys("request__owner") & nobodys("request__account__manager")
    for introduction in _introductions(viewer).filter(_of([viewer.pk], OF_INTRODUCTION) | nobodys_own)[:MOST_SHOWN]:
        found.add(introduction)
    nobodys_own = nobodys("request__owner") & nobodys("account__manager")
    for outcome in _outcomes(viewer).filter(_of([viewer.pk], OF_OUTCOME) | nobodys_own)[:MOST_SHOWN]:
        found.add(outcome)
    return found


def of_colleagues(
    viewer: User, whose: Collection[int], here: Collection[int]
) -> Iterator[tuple[int, Introduction | Outcome]]:
    """The same of ``whose``, each with whose it is: the first of those it is of who work ``here``. Two statements.

    What is in the day of ``viewer`` anyway is left out.
    """
    for introduction in _introductions(viewer).filter(_of(whose, OF_INTRODUCTION)):
        request = introduction.request
        people = [request.owner_id, request.account.manager_id, introduction.by_id]
        if viewer.pk not in people:
            yield _first(people, here), introduction
    for outcome in _outcomes(viewer).filter(_of(whose, OF_OUTCOME)):
        owner = outcome.request.owner_id if outcome.request else None
        people = [owner, outcome.account.manager_id, outcome.recorded_by_id]
        if viewer.pk not in people:
            yield _first(people, here), outcome


# ---- parts ----------------------------------------------------------------------------------------------------------
def _of(people: Collection[int], paths: tuple[str, ...]) -> Q:
    found = Q()
    for path in paths:
        found |= Q(**{f"{path}__in": people})
    return found


def _first(people: list[int | None], here: Collection[int]) -> int:
    return next((key for key in people if key is not None and key in here), 0)


def _introductions(viewer: User) -> QuerySet[Introduction]:
    """The longest waiting first."""
    asked_since = Introduction.objects.live().filter(request=OuterRef("request"))
    stands = Q(state=IntroductionState.AGREED) | (Q(state=IntroductionState.LAPSED) & ~Exists(asked_since))
    found = Introduction.objects.visible_to(viewer).filter(stands)
    found = found.filter(request__in=SupportRequest.objects.open().values("pk"))
    return found.select_related("request__account").order_by("asked_at", "pk")


def _outcomes(viewer: User) -> QuerySet[Outcome]:
    """The longest waiting first."""
    asked = OutcomeConfirmation.objects.filter(outcome=OuterRef("pk"))
    waits = asked.filter(answered_at=None, expires_at__gt=timezone.now())
    in_vain = Q(state=OutcomeState.CLAIMED) & Exists(asked) & ~Exists(waits)
    found = Outcome.objects.visible_to(viewer).filter(Q(state=OutcomeState.DISPUTED) | in_vain)
    return found.select_related("request", "account").order_by("recorded_at", "pk")

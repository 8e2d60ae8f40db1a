"""What would go on, and does not: it waits for a step of ours that no day and no clock asks for."""

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from tenancy.choices import IntroductionState, OutcomeState
from tenancy.models import Introduction, Outcome, OutcomeConfirmation, SupportRequest

from .cover import nobodys

MOST_SHOWN = 24  # introductions, and outcomes


@dataclass
class Stalled:
    agreed: list[Introduction] = field(default_factory=list)  # by both, and nobody introduced them
    lapsed: list[Introduction] = field(default_factory=list)  # and nobody else was asked
    unanswered: list[Outcome] = field(default_factory=list)  # whether it is true was asked in vain
    disputed: list[Outcome] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any((self.agreed, self.lapsed, self.unanswered, self.disputed))


def of(viewer: User) -> Stalled:
    """Of ``viewer``: whose request or account it is, or who began it; and what is nobody’s. Two statements."""
    found = Stalled()
    for introduction in _introductions(viewer):
        part = found.agreed if introduction.state == IntroductionState.AGREED else found.lapsed
        part.append(introduction)
    for outcome in _outcomes(viewer):
        part_of_it = found.disputed if outcome.state == OutcomeState.DISPUTED else found.unanswered
        part_of_it.append(outcome)
    return found


def _introductions(viewer: User) -> QuerySet[Introduction]:
    """The longest waiting first."""
    mine = Q(by=viewer) | Q(request__owner=viewer) | Q(request__account__manager=viewer)
    nobodys_own = nobodys("request__owner") & nobodys("request__account__manager")
    asked_since = Introduction.objects.live().filter(request=OuterRef("request"))
    stands = Q(state=IntroductionState.AGREED) | (Q(state=IntroductionState.LAPSED) & ~Exists(asked_since))
    found = Introduction.objects.visible_to(viewer).filter(stands, mine | nobodys_own)
    found = found.filter(request__in=SupportRequest.objects.open().values("pk"))
    return found.select_related("request__account").order_by("asked_at", "pk")[:MOST_SHOWN]


def _outcomes(viewer: User) -> QuerySet[Outcome]:
    """The longest waiting first."""
    mine = Q(recorded_by=viewer) | Q(request__owner=viewer) | Q(account__manager=viewer)
    nobodys_own = nobodys("request__owner") & nobodys("account__manager")
    asked = OutcomeConfirmation.objects.filter(outcome=OuterRef("pk"))
    waits = asked.filter(answered_at=None, expires_at__gt=timezone.now())
    in_vain = Q(state=OutcomeState.CLAIMED) & Exists(asked) & ~Exists(waits)
    found = Outcome.objects.visible_to(viewer).filter(Q(state=OutcomeState.DISPUTED) | in_vain, mine | nobodys_own)
    return found.select_related("request", "account").order_by("recorded_at", "pk")[:MOST_SHOWN]

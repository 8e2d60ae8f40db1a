"""What came of an account: how many introductions and outcomes there are, in which state; what the confirmed ones add up to."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, DecimalField, Sum, Value
from django.db.models.functions import Cast

from accounts.models import User
from tenancy.choices import IntroductionState, OutcomeState
from tenancy.models import Account, Introduction, Outcome

NO_AMOUNT = Cast(Value(None), DecimalField(max_digits=14, decimal_places=2))


@dataclass
class Results:
    """States in words, in the order in which they follow each other; amounts by their unit."""

    introductions: dict[str, int] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)
    confirmed: dict[str, Decimal] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.introductions or self.outcomes)


def of(account: Account, viewer: User) -> Results:
    """As far as ``viewer`` reads them, in one statement however many there are."""
    outcomes = Outcome.objects.visible_to(viewer).filter(account=account).order_by()
    introductions = Introduction.objects.visible_to(viewer).filter(request__account=account).order_by()
    rows = (
        outcomes.values("state", "unit")
        .annotate(what=Value("outcome"), number=Count("pk"), total=Sum("amount"))
        .values_list("what", "state", "unit", "number", "total")
        .union(
            introductions.values("state")
            .annotate(what=Value("introduction"), of=Value(""), number=Count("pk"), total=NO_AMOUNT)
            .values_list("what", "state", "of", "number", "total"),
            all=True,
        )
    )
    numbers: Counter[tuple[str, str]] = Counter()
    found = Results()
    for what, state, unit, number, total in rows:
        numbers[what, state] += number
        if state == OutcomeState.CONFIRMED and total is not None:
            found.confirmed[unit] = total
    found.introductions = {one.label: n for one in IntroductionState if (n := numbers["introduction", one])}
    found.outcomes = {one.label: n for one in OutcomeState if (n := numbers["outcome", one])}
    return found

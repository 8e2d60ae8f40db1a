"""How a target stands: its figure beside what was aimed at, as anybody may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from core.templatetags.village import short_date
from impact import wording
from impact.choices import Measure
from impact.counting import Rule, rule_for
from impact.models import StrategyTarget
from impact.periods import path_to, quarter_ends, quarter_words, share_gone

from .ledger import Amount, Ledger

FEW = 5  # fewer people than this are not told apart from none
WHOLE = 100


@dataclass(frozen=True)
class Point:
    """A value on a day, as a chart and the table beside it show it."""

    day: date
    words: str
    value: Decimal | None  # none: withheld, or not known
    value_words: str
    path_words: str


@dataclass(frozen=True)
class Standing:
    target: StrategyTarget
    rule: Rule | None
    day: date
    amount: Amount

    # ---- figure -----------------------------------------------------------------------------------------------------
    @property
    def is_few(self) -> bool:
        return is_few(self.rule, self.amount)

    @property
    def value(self) -> Decimal | None:
        """As far as it is shown to everybody."""
        return None if self.is_few else self.amount.value

    @property
    def words(self) -> str:
        if self.is_few:
            return f"Fewer than {FEW}"
        return "No figure yet" if self.value is None else wording.figure(self.value, self.target.form)

    @property
    def exact_words(self) -> str:
        """For those who may see the entries."""
        value = self.amount.value
        return "No figure yet" if value is None else wording.figure(value, self.target.form)

    @property
    def target_words(self) -> str:
        return wording.figure(self.target.value, self.target.form)

    @property
    def as_of(self) -> date:
        """Of when the figure is: today, where a rule counts."""
        carried = self.amount.carried
        return carried.as_of if carried and (self.rule is None or self.target.is_level) else self.day

    @property
    def source(self) -> str:
        """Where the figure is from, in words for anybody."""
        carried = self.amount.carried
        if self.rule is None or self.target.is_level:
            return carried.source if carried else ""
        if carried is None:
            return "counted from records"
        return f"counted from records since {short_date(carried.as_of)}; before that, {carried.source}"

    # ---- compared ---------------------------------------------------------------------------------------------------
    @property
    def share(self) -> Decimal | None:
        """Of the target, 1 and more where it is reached."""
        if self.value is None:
            return None
        if self.target.measure == Measure.AT_MOST:
            return self.target.value / self.value if self.value else Decimal(1)
        return self.value / self.target.value

    @property
    def is_reached(self) -> bool:
        return self.share is not None and self.share >= 1

    @property
    def path(self) -> Decimal | None:
        return path_to(self.target, self.as_of)

    @property
    def is_behind(self) -> bool:
        """Of a straight path; a level that is not reached has none and is just not reached."""
        return self.value is not None and self.path is not None and self.value < int(self.path)

    @property
    def state(self) -> str:
        """“32%, behind”, “24 days to go”, “Reached”."""
        if self.share is None or self.value is None:
            return ""
        if self.is_reached:
            return "Reached"
        if self.target.is_level:
            return wording.distance(abs(self.target.value - self.value), self.target.form)
        return f"{wording.share(self.share)}, {'behind' if self.is_behind else 'on path'}"

    @property
    def bar(self) -> str:
        """Its length out of a hundred."""
        return f"{min(self.share or Decimal(0), Decimal(1)) * WHOLE:.1f}"

    @property
    def mark(self) -> str:
        """Where the straight path is today, out of a hundred; empty for a level."""
        return "" if self.target.is_level else f"{share_gone(self.target, self.as_of) * WHOLE:.1f}"


def is_few(rule: Rule | None, amount: Amount) -> bool:
    return bool(rule and rule.of_people and amount.carried is None and 0 < amount.counted < FEW)


def standings(day: date | None = None) -> list[Standing]:
    """Of every target, in the order of the strategy. Three statements."""
    day = day or timezone.localdate()
    targets = list(StrategyTarget.objects.all())
    ledger = Ledger(targets)
    return [Standing(target, rule_for(target.slug), day, ledger.amount(target, day)) for target in targets]


def standing_of(target: StrategyTarget, day: date | None = None) -> tuple[Standing, Sequence[Point]]:
    """With what it was at the end of each quarter, or on each day of which somebody entered a figure. Two statements."""
    day = day or timezone.localdate()
    ledger, rule = Ledger([target]), rule_for(target.slug)
    return Standing(target, rule, day, ledger.amount(target, day)), _points(target, rule, ledger, day)


def _points(target: StrategyTarget, rule: Rule | None, ledger: Ledger, day: date) -> list[Point]:
    if rule is None or target.is_level:
        return [_point(target, rule, ledger, figure.as_of) for figure in ledger.figures(target) if figure.as_of <= day]
    ends = list(quarter_ends(target.starts_on, min(day, target.ends_on)))
    found = [_point(target, rule, ledger, end, quarter_words(end)) for end in ends]
    if day not in ends and day <= target.ends_on:
        found.append(_point(target, rule, ledger, day))
    return found


def _point(target: StrategyTarget, rule: Rule | None, ledger: Ledger, day: date, words: str = "") -> Point:
    amount, path = ledger.amount(target, day), path_to(target, day)
    few = is_few(rule, amount)
    value = None if few else amount.value
    value_words = f"fewer than {FEW}" if few else "–" if value is None else wording.figure(value, target.form)
    path_words = "" if path is None else wording.figure(Decimal(int(path)), target.form)
    return Point(day, words or f"{day:%-d %b %Y}", value, value_words, path_words)

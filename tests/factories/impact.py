"""The targets of the strategy, and records that count towards one by a rule of the test's own."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import User
from impact.actions import draw, enter_figure, load_targets
from impact.counting import Counted, Link, Rule
from impact.models import KpiEntry, ManualFigure, StrategyTarget

from .accounts import UserFactory

IDEAS = "innovation-ideas"


def target_of(slug: str = IDEAS) -> StrategyTarget:
    """A target as it was published."""
    load_targets()
    return StrategyTarget.objects.get(slug=slug)


def manager() -> User:
    return UserFactory(group="Account managers")


def lead() -> User:
    return UserFactory(group="Leadership")


def days_ago(number: int) -> date:
    return timezone.localdate() - timedelta(days=number)


def counted(key: str, *, on: date | None = None, record: str = "1", **said: Any) -> Counted:
    said = {"words": f"Idea {key}", "record_label": "tests.idea", "demonstration": False, **said}
    return Counted(key=key, on=on or days_ago(1), record_id=record, **said)


def rule_of(*found: Counted, target: str = IDEAS, **said: Any) -> Rule:
    """A rule that finds exactly this. Not registered: the test counts by it."""
    said = {"slug": "tests-own", "version": 1, "words": "Everything that the test names.", **said}
    return Rule(
        target=target,
        find=lambda since: found,
        links=lambda ids, viewer: {id_: Link(f"/records/{id_}/", f"Record {id_}") for id_ in ids},
        **said,
    )


def entry(key: str = "idea:1", *, target: str = IDEAS, **said: Any) -> KpiEntry:
    """Of an object that counts."""
    found = target_of(target)
    draw(rule=rule_of(counted(key, **said), target=target))
    return KpiEntry.objects.filter(target=found, object_key=key).latest("pk")


def figure(
    value: str = "12", *, target: str = IDEAS, as_of: date | None = None, by: User | None = None
) -> ManualFigure:
    """Entered by hand."""
    return enter_figure(
        target=target_of(target),
        value=Decimal(value),
        as_of=as_of or days_ago(10),
        source="Annual report, page 4",
        by=by or manager(),
    )

"""The entries of automatic rules: what counts now is added, what does not any more is reversed. Nothing is changed."""

import logging
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from core.page_cache import bump_on_commit
from impact.choices import Why
from impact.counting import Counted, Rule, rules
from impact.models import CountingRule, KpiEntry, StrategyTarget, in_demonstration

GONE = "The record does not fit the rule any more."
BACK = "The record fits the rule again."
MOVED = "The record that shows it, or its day, is another now."

log = logging.getLogger(__name__)


class Drawn(NamedTuple):
    counted: int
    reversed: int


def draw_all() -> None:
    """Draw the entries of every rule; one that fails does not keep the others. Safe to repeat, and twice at once.

    Raises RuntimeError at the end where any failed.
    """
    failed = []
    for rule in rules():
        try:
            draw(rule=rule)
        except Exception:
            log.exception("The rule “%s” could not be counted by.", rule.slug)
            failed.append(rule.slug)
    if failed:
        raise RuntimeError(f"These rules failed: {', '.join(failed)}.")


@transaction.atomic
def draw(*, rule: Rule) -> Drawn:
    """Bring the ledger of the rule's target in step with its records. Once more changes nothing.

    What staff took out stays out, and what they counted again stays in until its record is gone.
    """
    target = StrategyTarget.objects.select_for_update().filter(slug=rule.target).first()
    if target is None:
        return Drawn(0, 0)  # not loaded yet
    since = timezone.localdate() - rule.looks_back if rule.looks_back else None
    found = list(rule.find(since))
    latest = {entry.object_key: entry for entry in KpiEntry.objects.filter(target=target)}  # in the order of writing
    version, _ = CountingRule.objects.get_or_create(
        slug=rule.slug, version=rule.version, defaults={"words": rule.words}
    )
    reversals = [
        reversal_of(entry, reason=reason, why=Why.BY_RULE, rule=version)
        for entry, reason in _outdated(rule, latest.values(), found, since)
    ]
    latest |= {entry.object_key: entry for entry in reversals}
    added = [_counted(one, target, version, latest.get(one.key)) for one in found if _may_count(one, latest)]
    KpiEntry.objects.bulk_create([*reversals, *added])
    if reversals or added:
        bump_on_commit()
    return Drawn(len(added), len(reversals))


def reversal_of(entry: KpiEntry, *, reason: str, why: Why, rule: CountingRule | None = None) -> KpiEntry:
    """The row that takes ``entry`` back, not saved yet."""
    return KpiEntry(
        target_id=entry.target_id,
        rule=rule or entry.rule,
        object_key=entry.object_key,
        spell=entry.spell,
        counts=False,
        counted_on=entry.counted_on,
        words=entry.words,
        record_label=entry.record_label,
        record_id=entry.record_id,
        demonstration=entry.demonstration,
        why=why,
        reason=reason,
    )


def _outdated(
    rule: Rule, latest: Iterable[KpiEntry], found: Iterable[Counted], since: date | None
) -> Iterable[tuple[KpiEntry, str]]:
    """What counts and should not, each with the reason. Longer ago than the rule looks back nothing is judged."""
    by_key = {one.key: one for one in found}
    untold = {one.record_id for one in found if not one.key}
    judged = [entry for entry in latest if entry.counts and not (since and entry.counted_on < since)]
    there = rule.existing({entry.record_id for entry in judged if entry.object_key not in by_key})
    for entry in judged:
        one = by_key.get(entry.object_key)
        if one is None and entry.record_id in there - untold:
            yield entry, GONE
        elif one is not None and (one.record_id, one.on) != (entry.record_id, entry.counted_on):
            yield entry, MOVED


def _may_count(one: Counted, latest: dict[str, KpiEntry]) -> bool:
    before = latest.get(one.key)
    return bool(one.key) and (before is None or (not before.counts and before.why == Why.BY_RULE))


def _counted(one: Counted, target: StrategyTarget, rule: CountingRule, before: KpiEntry | None) -> KpiEntry:
    return KpiEntry(
        target=target,
        rule=rule,
        object_key=one.key,
        spell=before.spell + 1 if before else 1,
        counted_on=one.on,
        words=one.words,
        record_label=one.record_label,
        record_id=one.record_id,
        demonstration=one.demonstration or in_demonstration(),
        reason=BACK if before else "",
    )

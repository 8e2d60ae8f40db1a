"""Quarters that were signed, and whether what they were counted from still says the same."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from django.utils import timezone

from impact import wording
from impact.models import KpiEntry, KpiSnapshot, ManualFigure, StrategyTarget
from impact.periods import quarter_ends

from .ledger import Ledger


@dataclass(frozen=True)
class Checked:
    """A signed figure beside what its rows say, and what is known of the same day by now."""

    snapshot: KpiSnapshot
    holds: bool
    now: Decimal | None

    @property
    def words(self) -> str:
        return _words(self.snapshot.value, self.snapshot.target)

    @property
    def now_words(self) -> str:
        return _words(self.now, self.snapshot.target)

    @property
    def has_moved(self) -> bool:
        """Because something was counted late, or corrected, since it was signed."""
        return self.now != self.snapshot.value


@dataclass(frozen=True)
class SignedQuarter:
    end: date
    snapshots: Sequence[KpiSnapshot]

    @property
    def first(self) -> KpiSnapshot:
        return self.snapshots[0]


def hash_of(target: StrategyTarget, period_end: date, *, last_entry: int, last_figure: int) -> str:
    """Of everything that is known of ``target`` up to ``period_end`` in the rows up to these; of no account's name."""
    digest = hashlib.sha256()
    for line in _lines(target, period_end, last_entry, last_figure):
        digest.update(f"{line}\n".encode())
    return digest.hexdigest()


def _lines(target: StrategyTarget, period_end: date, last_entry: int, last_figure: int) -> Iterable[str]:
    yield f"target|{target.slug}|{period_end}"
    figures = ManualFigure.objects.filter(target=target, as_of__lte=period_end, pk__lte=last_figure).order_by("pk")
    for f in figures:
        value = "withdrawn" if f.value is None else f"{f.value:.2f}"
        yield f"figure|{f.pk}|{f.as_of}|{value}|{f.source}|{f.corrects_id or ''}|{f.reason}|{f.demonstration:d}"
    entries = KpiEntry.objects.filter(target=target, counted_on__lte=period_end, pk__lte=last_entry)
    for e in entries.select_related("rule").order_by("pk"):
        row = f"entry|{e.pk}|{e.object_key}|{e.spell}|{e.counts:d}|{e.counted_on}|{e.rule.slug}|{e.rule.version}"
        yield f"{row}|{e.record_label}|{e.record_id}|{e.words}|{e.reason}|{e.demonstration:d}"


def signed_quarters() -> list[SignedQuarter]:
    """The newest first."""
    rows = KpiSnapshot.objects.select_related("signed_by", "target").order_by("-period_end", "target__sort_order")
    return [SignedQuarter(end, list(of_it)) for end, of_it in groupby(rows, key=lambda row: row.period_end)]


def last_signed() -> date | None:
    return KpiSnapshot.objects.order_by("-period_end").values_list("period_end", flat=True).first()


def quarters_to_sign() -> list[date]:
    """Quarters of the strategy that are over and not signed, the oldest first."""
    target = StrategyTarget.objects.first()
    if target is None:
        return []
    signed = set(KpiSnapshot.objects.values_list("period_end", flat=True).distinct())
    last = min(timezone.localdate(), target.ends_on)
    return [end for end in quarter_ends(target.starts_on, last) if end < timezone.localdate() and end not in signed]


def checked_quarter(end: date) -> list[Checked]:
    """Each figure of the quarter that ended on ``end``, held against its rows; empty where it was not signed."""
    snapshots = list(KpiSnapshot.objects.filter(period_end=end).select_related("target", "signed_by"))
    today = Ledger([snapshot.target for snapshot in snapshots])
    found = []
    for snapshot in snapshots:
        upto = {"last_entry": snapshot.last_entry, "last_figure": snapshot.last_figure}
        then = Ledger([snapshot.target], **upto).amount(snapshot.target, end).value
        holds = then == snapshot.value and hash_of(snapshot.target, end, **upto) == snapshot.entries_hash
        found.append(Checked(snapshot, holds, today.amount(snapshot.target, end).value))
    return found


def _words(value: Decimal | None, target: StrategyTarget) -> str:
    return "No figure" if value is None else wording.figure(value, target.form)

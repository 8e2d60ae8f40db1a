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


def hashes_of(
    targets: Iterable[StrategyTarget], period_end: date, *, last_entry: int, last_figure: int
) -> dict[int, str]:
    """By target: of all that is known of it up to ``period_end`` in the rows up to these; of no account's name."""
    digests = {target.pk: hashlib.sha256(f"target|{target.slug}|{period_end}\n".encode()) for target in targets}
    figures = ManualFigure.objects.filter(target__in=list(digests), as_of__lte=period_end, pk__lte=last_figure)
    for figure in figures.order_by("pk"):
        digests[figure.target_id].update(f"{_figure_line(figure)}\n".encode())
    entries = KpiEntry.objects.filter(target__in=list(digests), counted_on__lte=period_end, pk__lte=last_entry)
    for entry in entries.select_related("rule").order_by("pk"):
        digests[entry.target_id].update(f"{_entry_line(entry)}\n".encode())
    return {pk: digest.hexdigest() for pk, digest in digests.items()}


def _figure_line(f: ManualFigure) -> str:
    value = "withdrawn" if f.value is None else f"{f.value:.2f}"
    return f"figure|{f.pk}|{f.as_of}|{value}|{f.source}|{f.corrects_id or ''}|{f.reason}|{f.demonstration:d}"


def _entry_line(e: KpiEntry) -> str:
    what = f"entry|{e.pk}|{e.object_key}|{e.spell}|{e.counts:d}|{e.counted_on}|{e.rule.slug}|{e.rule.version}"
    return f"{what}|{e.record_label}|{e.record_id}|{e.words}|{e.reason}|{e.demonstration:d}"


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
    targets = [snapshot.target for snapshot in snapshots]
    today = Ledger(targets)
    then = {upto: _as_of(targets, end, *upto) for upto in {_upto(snapshot) for snapshot in snapshots}}
    found = []
    for snapshot in snapshots:
        ledger, hashes = then[_upto(snapshot)]
        value = ledger.amount(snapshot.target, end).value
        holds = value == snapshot.value and hashes[snapshot.target_id] == snapshot.entries_hash
        found.append(Checked(snapshot, holds, today.amount(snapshot.target, end).value))
    return found


def _upto(snapshot: KpiSnapshot) -> tuple[int, int]:
    """The last rows that were known: the same for a whole quarter, unless somebody meddled."""
    return snapshot.last_entry, snapshot.last_figure


def _as_of(
    targets: Sequence[StrategyTarget], end: date, last_entry: int, last_figure: int
) -> tuple[Ledger, dict[int, str]]:
    ledger = Ledger(targets, last_entry=last_entry, last_figure=last_figure)
    return ledger, hashes_of(targets, end, last_entry=last_entry, last_figure=last_figure)


def _words(value: Decimal | None, target: StrategyTarget) -> str:
    return "No figure" if value is None else wording.figure(value, target.form)

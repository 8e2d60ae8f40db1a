"""The way down from a figure to what it was counted from. For those alone who may see evidence."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import User
from impact.choices import Why
from impact.counting import Link, rule_for
from impact.models import KpiEntry, ManualFigure, StrategyTarget

COLUMNS = (
    *("target", "row", "state", "counted on", "what", "record", "rule", "version", "why", "reason", "by"),
    *("recorded at", "demonstration"),
)


@dataclass(frozen=True)
class Line:
    """An object with everything that was written of it, the newest row last."""

    rows: tuple[KpiEntry, ...]
    link: Link | None  # none: the viewer may not read the record, or it is gone

    @property
    def latest(self) -> KpiEntry:
        return self.rows[-1]

    @property
    def was_taken_out(self) -> bool:
        """By somebody: it does not come back by itself."""
        return not self.latest.counts and self.latest.why == Why.BY_STAFF


def objects_of(target: StrategyTarget) -> QuerySet[KpiEntry, KpiEntry]:
    """The first row of each object, the newest day first: what a list is paged by."""
    return KpiEntry.objects.filter(target=target, spell=1, counts=True).order_by("-counted_on", "-pk")


def entries_of(target: StrategyTarget, objects: Iterable[KpiEntry], viewer: User) -> list[Line]:
    """``objects``, each with all its rows and its record, as far as ``viewer`` may read that."""
    wanted = list(objects)
    rows: dict[str, list[KpiEntry]] = {entry.object_key: [] for entry in wanted}
    found = KpiEntry.objects.filter(target=target, object_key__in=list(rows)).select_related("rule", "by")
    for row in found.order_by("pk"):
        rows[row.object_key].append(row)
    rule = rule_for(target.slug)
    ids = {of_one[-1].record_id for of_one in rows.values()}
    links = rule.links(ids, viewer) if rule and ids else {}
    return [Line(tuple(of_one), links.get(of_one[-1].record_id)) for of_one in rows.values()]


def figures_of(target: StrategyTarget) -> list[ManualFigure]:
    """Everything that was entered by hand, corrected figures too, the newest day first."""
    rows = ManualFigure.objects.filter(target=target).select_related("by", "corrected_by", "target")
    return list(rows.order_by("-as_of", "-pk"))


def export_rows(target: StrategyTarget | None = None) -> Iterator[list[object]]:
    """Every row of the ledger, in the order of writing, as a file takes it."""
    entries = KpiEntry.objects.select_related("target", "rule", "by").order_by("pk")
    for e in entries.filter(target=target) if target else entries:
        yield [
            *(
                e.target.slug,
                e.pk,
                "counted" if e.counts else "taken out",
                e.counted_on,
                e.words,
                f"{e.record_label} {e.record_id}",
            ),
            *(e.rule.slug, e.rule.version, e.get_why_display(), e.reason, str(e.by) if e.by else ""),
            *(f"{e.recorded_at:%Y-%m-%d %H:%M:%S} UTC", e.demonstration),
        ]

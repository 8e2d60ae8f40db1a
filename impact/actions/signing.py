"""The figures of a quarter are frozen and signed, each with the hash of what it was counted from."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from core.page_cache import bump_on_commit
from core.templatetags.village import short_date
from impact.models import KpiEntry, KpiSnapshot, ManualFigure, StrategyTarget
from impact.policies import may_sign
from impact.queries import Ledger, hashes_of, quarters_to_sign

from .refusals import NotNow


@transaction.atomic
def sign_off(*, period_end: date, by: User) -> list[KpiSnapshot]:
    """Freeze what every target had come to by ``period_end``, the last day of a quarter.

    Raises PermissionDenied, and NotNow where the quarter is not over or was signed before.
    """
    if not may_sign(by):
        raise PermissionDenied("Only the leadership signs the figures of a quarter.")
    targets = list(StrategyTarget.objects.select_for_update())
    if period_end not in quarters_to_sign():
        words = (
            f"The quarter to {short_date(period_end)} can't be signed: it is not over, or somebody signed it before."
        )
        raise NotNow(words)
    last_entry = KpiEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    last_figure = ManualFigure.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    ledger = Ledger(targets, last_entry=last_entry, last_figure=last_figure)
    hashes = hashes_of(targets, period_end, last_entry=last_entry, last_figure=last_figure)
    snapshots = []
    for target in targets:
        amount = ledger.amount(target, period_end)
        snapshots.append(
            KpiSnapshot(
                target=target,
                period_end=period_end,
                value=amount.value,
                entries_hash=hashes[target.pk],
                last_entry=last_entry,
                last_figure=last_figure,
                demonstration=amount.demonstration,
                signed_by=by,
            )
        )
    KpiSnapshot.objects.bulk_create(snapshots)
    bump_on_commit()
    return snapshots

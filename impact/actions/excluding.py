"""An entry is taken out by a person, or counted again: one more row, with their reason."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from core.page_cache import bump_on_commit
from impact.choices import Why
from impact.models import KpiEntry, StrategyTarget
from impact.policies import may_enter

from .drawing import reversal_of
from .refusals import NotNow, Unclear


@transaction.atomic
def exclude(*, entry: KpiEntry, reason: str, by: User) -> KpiEntry:
    """Take the object of ``entry`` out of the figure; the rule does not bring it back.

    Raises PermissionDenied, NotNow where it does not count, Unclear without a reason.
    """
    latest = _latest(entry, reason, by)
    if not latest.counts:
        raise NotNow("It does not count any more. Look at the list again.")
    reversal = reversal_of(latest, reason=reason.strip(), why=Why.BY_STAFF)
    return _written(reversal, by)


@transaction.atomic
def count_again(*, entry: KpiEntry, reason: str, by: User) -> KpiEntry:
    """Count the object of ``entry`` again that somebody took out. Raises as ``exclude`` does."""
    latest = _latest(entry, reason, by)
    if latest.counts:
        raise NotNow("It counts already. Look at the list again.")
    if latest.why != Why.BY_STAFF:
        raise NotNow("The rule took it out: it counts again by itself once its record fits the rule.")
    again = reversal_of(latest, reason=reason.strip(), why=Why.BY_STAFF)
    again.counts, again.spell = True, latest.spell + 1
    return _written(again, by)


def _latest(entry: KpiEntry, reason: str, by: User) -> KpiEntry:
    """The last row of the same object, once nobody else can add one."""
    if not may_enter(by):
        raise PermissionDenied("Only account managers and the leadership change what is counted.")
    if not reason.strip():
        raise Unclear("Say why in a sentence: it stays beside the entry.", field="reason")
    StrategyTarget.objects.select_for_update().get(pk=entry.target_id)
    rows = KpiEntry.objects.filter(target=entry.target_id, object_key=entry.object_key)
    return rows.select_related("rule").order_by("pk").last() or entry


def _written(row: KpiEntry, by: User) -> KpiEntry:
    row.by = by
    row.save()
    bump_on_commit()
    return row

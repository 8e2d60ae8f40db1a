"""Figures entered by hand: a value on a day, with its source. Corrected by a newer one, with a reason."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.page_cache import bump_on_commit
from core.templatetags.village import short_date
from impact.choices import Form
from impact.models import ManualFigure, StrategyTarget
from impact.policies import may_enter

from .refusals import NotNow, Unclear, Wrong

EVERYTHING = 100  # per cent


@transaction.atomic
def enter_figure(*, target: StrategyTarget, value: Decimal, as_of: date, source: str, by: User) -> ManualFigure:
    """Note what ``target`` had come to by the end of ``as_of``.

    Raises PermissionDenied, Wrong for a number or a day that can't be, Unclear without a source, and NotNow where there is
    a figure of that day.
    """
    _refuse_outsiders(by)
    target = StrategyTarget.objects.select_for_update().get(pk=target.pk)
    _refuse_impossible(target, value, source)
    if as_of > timezone.localdate():
        raise Wrong("That day is still to come. A figure says what was reached by the end of a day.", field="as_of")
    if as_of < target.starts_on:
        words = f"The strategy began on {short_date(target.starts_on)}. Choose that day or a later one."
        raise Wrong(words, field="as_of")
    if target.figures.filter(as_of=as_of).exists():
        words = f"There is a figure of {short_date(as_of)} already. Correct that one, or choose another day."
        raise NotNow(words, field="as_of")
    return _written(ManualFigure(target=target, value=value, as_of=as_of, source=source.strip(), by=by))


@transaction.atomic
def correct_figure(*, figure: ManualFigure, value: Decimal | None, source: str, reason: str, by: User) -> ManualFigure:
    """Put another value of the same day in the place of ``figure``; without one it is withdrawn.

    Raises as ``enter_figure`` does; NotNow where it was corrected before.
    """
    _refuse_outsiders(by)
    target = StrategyTarget.objects.select_for_update().get(pk=figure.target_id)
    if ManualFigure.objects.filter(corrects=figure).exists():
        raise NotNow("Somebody corrected this figure meanwhile. Look at the newer one.")
    _refuse_impossible(target, value, source)
    if not reason.strip():
        raise Unclear("Say in a sentence what was wrong: it stays beside both figures.", field="reason")
    return _written(
        ManualFigure(
            target=target,
            value=value,
            as_of=figure.as_of,
            source=source.strip(),
            corrects=figure,
            reason=reason.strip(),
            by=by,
        )
    )


def _refuse_outsiders(by: User) -> None:
    if not may_enter(by):
        raise PermissionDenied("Only account managers and the leadership enter figures.")


def _refuse_impossible(target: StrategyTarget, value: Decimal | None, source: str) -> None:
    if not source.strip():
        raise Unclear("Say where the figure is from, such as a report and its page: readers see it.", field="source")
    if value is None:
        return
    if value < 0:
        raise Wrong("A figure can't be less than nothing.", field="value")
    if target.form == Form.PERCENT and value > EVERYTHING:
        raise Wrong("A share can't be more than 100 per cent.", field="value")


def _written(figure: ManualFigure) -> ManualFigure:
    figure.save()
    bump_on_commit()
    return figure

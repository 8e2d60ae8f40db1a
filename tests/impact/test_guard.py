"""What was counted stays written, whatever the code path: the database itself refuses to change it or to count twice."""

from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import IntegrityError, connection, transaction

from impact.actions import correct_figure, sign_off
from impact.guard import GUARD
from impact.models import KpiEntry, KpiSnapshot, ManualFigure
from impact.queries import quarters_to_sign
from tests.factories.impact import days_ago, entry, figure, lead, manager, target_of
from tests.guards import drop_triggers

pytestmark = pytest.mark.django_db


def refused(words: str) -> Any:
    return pytest.raises(IntegrityError, match=words)


def again(row: KpiEntry, **said: Any) -> KpiEntry:
    """A copy of ``row`` that is not saved yet."""
    kept = ("target_id", "rule_id", "object_key", "spell", "counts", "counted_on", "words", "record_label", "record_id")
    return KpiEntry(**{**{name: getattr(row, name) for name in kept}, "reason": "Because.", **said})


def test_an_entry_is_not_changed() -> None:
    row = entry()
    for change in ({"counts": False}, {"counted_on": days_ago(99)}, {"words": "Else"}, {"object_key": "idea:2"}):
        with refused("stays written"), transaction.atomic():
            KpiEntry.objects.filter(pk=row.pk).update(**change)
    with refused("stays written"), transaction.atomic():
        row.save()
    with refused("stays written"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE impact_kpientry SET spell = 2")


def test_an_entry_is_not_deleted() -> None:
    row = entry()
    with refused("stays written"), transaction.atomic():
        row.delete()
    with refused("stays written"), transaction.atomic():
        KpiEntry.objects.all().delete()
    assert KpiEntry.objects.count() == 1


def test_an_object_is_not_counted_twice() -> None:
    row = entry()
    with refused("impact_an_object_counts_once|UNIQUE"), transaction.atomic():
        again(row).save()
    with refused("counts once"), transaction.atomic():
        again(row, spell=2).save()  # the first spell was not reversed
    with refused("counts once"), transaction.atomic():
        KpiEntry.objects.bulk_create([again(row, spell=3)])


def test_only_what_counts_is_reversed_and_only_once() -> None:
    row = entry()
    with refused("only what counts is reversed"), transaction.atomic():
        again(row, counts=False, object_key="idea:2").save()
    with refused("only what counts is reversed"), transaction.atomic():
        again(row, counts=False, counted_on=days_ago(50)).save()  # the figure of another day would fall
    again(row, counts=False).save()
    with refused("impact_an_object_counts_once|UNIQUE"), transaction.atomic():
        again(row, counts=False).save()
    again(row, spell=2).save()
    assert KpiEntry.objects.count() == 3


def test_a_correction_says_why() -> None:
    row = entry()
    with refused("impact_a_correction_says_why"), transaction.atomic():
        again(row, counts=False, reason="").save()


def test_a_figure_is_not_changed_and_corrects_only_its_own() -> None:
    row, other = figure(), figure(target="income", value="900")
    with refused("stays written"), transaction.atomic():
        ManualFigure.objects.filter(pk=row.pk).update(value=99)
    with refused("stays written"), transaction.atomic():
        row.delete()
    with refused("corrects one of its own"), transaction.atomic():
        ManualFigure.objects.create(
            target=row.target, as_of=row.as_of, value=1, source="x", corrects=other, reason="Because."
        )
    corrected = correct_figure(figure=row, value=None, source="Report", reason="Of another Trust.", by=manager())
    with refused("UNIQUE|unique"), transaction.atomic():
        ManualFigure.objects.create(
            target=row.target, as_of=row.as_of, value=1, source="x", corrects=row, reason="Because."
        )
    assert corrected.value is None


def test_a_signed_figure_is_not_changed() -> None:
    target_of()
    sign_off(period_end=quarters_to_sign()[0], by=lead())
    with refused("stays written"), transaction.atomic():
        KpiSnapshot.objects.update(value=1)
    with refused("stays written"), transaction.atomic():
        KpiSnapshot.objects.all().delete()


def test_an_account_that_is_deleted_takes_its_name_and_nothing_else() -> None:
    somebody = manager()
    row = figure("12", by=somebody)
    somebody.delete()
    row.refresh_from_db()
    assert (row.by, row.value) == (None, 12)


def test_without_the_guard_everything_can_be_changed_and_the_village_refuses_to_run() -> None:
    """What the tests above rest on."""
    row = entry()
    call_command("check", databases=["default"])
    drop_triggers(GUARD)
    KpiEntry.objects.filter(pk=row.pk).update(words="Else")
    with pytest.raises(SystemCheckError, match="evidence of the strategy's targets"):
        call_command("check", databases=["default"])
    GUARD.install()
    assert GUARD.missing() == []

"""Every private table has its row: who reads a record, and whose forms change one. A new table without a row fails."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser

from core.privacy import personal_data
from tenancy.models import Private
from tests.structure.house import apps_from_high_to_low

from .addresses import FOR_SOMEBODY
from .asking import ask
from .records import PUBLISHED, RECORDS, TENANCY, Record
from .rows import EVERYBODY
from .village import ROLES, Village

pytestmark = pytest.mark.django_db
EACH = pytest.mark.parametrize("record", RECORDS, ids=str)
BY_NAME = {str(row): row for row in FOR_SOMEBODY}


def private_models() -> Iterator[str]:
    """Those behind the wall, and every table of ours that holds something about people."""
    about_people = {entry.model for entry in personal_data()}
    for model in apps.get_models():
        label = model._meta.label
        if issubclass(model, Private) or (label in about_people and model._meta.app_label in apps_from_high_to_low()):
            yield label


def test_every_private_table_has_a_row() -> None:
    found = set(private_models())
    assert len(found) > 50
    missing = sorted(found - PUBLISHED - {record.label for record in RECORDS})
    assert not missing, f"who reads and changes these? Say it in tests/matrix/records.py: {missing}"
    assert {record.label for record in RECORDS} - found == set(), "a row of a table that is gone, or not private"


@pytest.mark.parametrize("record", TENANCY, ids=str)
def test_who_reads_it_behind_the_wall(record: Record, village: Village) -> None:
    found = record.found_by(village)
    assert type(found)._meta.label == record.label

    def reads(role: str) -> bool:
        viewer: Any = village.people[role] or AnonymousUser()
        return bool(type(found).objects.visible_to(viewer).filter(pk=found.pk).exists())

    assert sorted(filter(reads, ROLES)) == sorted(record.reads)


@pytest.mark.parametrize("record", [one for one in RECORDS if one not in TENANCY], ids=str)
def test_who_reads_it_elsewhere(record: Record, village: Village) -> None:
    """By a permission, in the CMS and at our desks; and whose it is, on their own pages."""
    by_permission = {
        role
        for role in ROLES
        if (user := village.people[role]) and record.permission and user.has_perm(record.permission)
    }
    shown: set[str] = set()
    if record.shown_at:
        mark = record.found_by(village)
        for name in record.mark.split("."):
            mark = mark[name] if isinstance(mark, dict) else getattr(mark, name)
        for row in (BY_NAME[name] for name in record.shown_at):
            asked = {role: ask(village, row, role) for role in ROLES}
            shown |= {
                role for role in ROLES if asked[role].answer.status_code == 200 and str(mark) in asked[role].words
            }
        assert shown, "no page shows what is looked for"
    if record.permission or record.shown_at:
        assert sorted(by_permission | shown) == sorted(record.reads)


@pytest.fixture(scope="package")
def changed(village: Village) -> dict[str, set[str]]:
    """Whose forms wrote to which table, of all addresses that are for somebody."""
    labels = {model._meta.db_table: model._meta.label for model in apps.get_models()}
    found: dict[str, set[str]] = {}
    for row in FOR_SOMEBODY:
        if row.send:
            for role in EVERYBODY:
                for table in ask(village, row, role, sends=True).written:
                    found.setdefault(labels.get(table, table), set()).add(role)
    return found


@EACH
def test_whose_forms_change_it(record: Record, changed: dict[str, set[str]]) -> None:
    assert sorted(changed.get(record.label, ())) == sorted(record.changes)

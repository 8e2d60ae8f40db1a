"""Every private table has its row, and behind the wall whoever it says reads a record. A new table without a row fails.

Who reads one elsewhere, and whose forms change one, is asked in ``test_matrix.py``: there the answers are.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser

from core.privacy import personal_data
from tenancy.models import Private
from tests.structure.house import apps_from_high_to_low

from .records import PUBLISHED, RECORDS, TENANCY, Record
from .village import ROLES, Village

pytestmark = pytest.mark.django_db


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

"""The village of the matrix, for all tests of this folder."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from .ahead import lay_ahead
from .canary import Canary, plant_in
from .village import Village, build


@pytest.fixture(scope="package")
def village(django_db_setup: None, django_db_blocker: Any) -> Iterator[Village]:
    """Built once; what a test does to it is taken back at its end."""
    with django_db_blocker.unblock(), override_settings(STAFF_MFA_REQUIRED=False), transaction.atomic():
        built = build()
        plant_in(built)
        yield built
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def ahead(village: Village, django_db_blocker: Any) -> Iterator[Canary]:
    """The same village with what lies ahead of it, and which word is whose then."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield lay_ahead(village)
        transaction.set_rollback(True)

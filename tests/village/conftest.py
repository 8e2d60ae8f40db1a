from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from wagtail.models import Site

from core import page_cache


@pytest.fixture(scope="package")
def village(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The whole demonstration village, loaded once for these tests and rolled back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_demonstration", verbosity=0)
        Site.clear_site_root_paths_cache()
        page_cache.bump()
        yield
        transaction.set_rollback(True)
    Site.clear_site_root_paths_cache()

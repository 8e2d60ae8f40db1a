"""The values of a filter are read once a publication, not once a minute, and a change is seen in every process."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from core import page_cache
from directory.models import Theme
from search.facets import terms_of
from tests.factories.directory import ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_version(settings: object, tmp_path: object) -> None:
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]


def test_values_are_not_read_again_after_a_minute(django_assert_num_queries: Callable[..., object]) -> None:
    ThemeFactory(name="Digital", slug="digital")
    terms_of("theme")

    with time_machine.travel(timezone.now() + timedelta(minutes=2)), django_assert_num_queries(0):
        assert terms_of("theme").label("digital") == "Digital"


def test_what_another_process_published_is_read_at_once() -> None:
    ThemeFactory(name="Digital", slug="digital")
    terms_of("theme")
    Theme.objects.update(name="Computing")  # no signal reaches this process
    page_cache.bump()

    assert terms_of("theme").label("digital") == "Computing"

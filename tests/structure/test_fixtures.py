"""The suite's own promises: what one test does, the next does not find."""

import pytest
from django.contrib.contenttypes.models import ContentType
from wagtail.models import Locale, Page, Site

from tests.factories.directory import SectorFactory


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_transactional_tests_start_with_what_migrations_made(time: str) -> None:
    found = (Page.objects.count(), Site.objects.count(), Locale.objects.count())
    kinds = set(ContentType.objects.values_list("pk", "model"))

    SectorFactory()

    assert found[0] >= 2
    assert found[1:] == (1, 1)
    assert _kinds_seen.setdefault("kinds", kinds) == kinds


_kinds_seen: dict[str, set[tuple[int, str]]] = {}

"""Fixtures of the whole suite. Those of one app stand in its own conftest."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import connection


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """What one test remembered is not there for the next."""
    cache.clear()
    yield
    cache.clear()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests for one database are skipped, with the reason, on the other."""
    for item in items:
        if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
            item.add_marker(pytest.mark.skip(reason="this run's database is SQLite; the PostgreSQL run has it"))

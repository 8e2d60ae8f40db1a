from collections.abc import Iterator
from typing import Any

import pytest

from tests import loaded


@pytest.fixture(scope="package")
def village(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The whole demonstration village. What a test changes is taken back after it."""
    with django_db_blocker.unblock(), loaded.village():
        yield

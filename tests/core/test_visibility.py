"""What it costs to ask what a visitor may open. What the answer is, the tests of every list say."""

import pytest
from django.db import connection
from wagtail.models import Page

from core.visibility import public


def test_no_page_is_compared_with_every_other(db: None) -> None:
    """SQLite chose to: among 10,000 organisations, reading 100 of them took a minute."""
    if connection.vendor != "sqlite":
        pytest.skip("this is about the plans of SQLite; PostgreSQL keeps statistics")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as a rebuild of the search index has it done
    plan = public(Page.objects.all()).explain().splitlines()
    inside = next(number for number, step in enumerate(plan) if "CORRELATED" in step)
    looks = [step for step in plan[inside:] if "SCAN" in step]
    assert len(looks) == 1 and "pageviewrestriction" in looks[0], "\n".join(plan)

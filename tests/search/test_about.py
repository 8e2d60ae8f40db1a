"""What is about something, by date, without a search."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from search.about import about
from search.indexing import rebuild
from tests.search.conftest import Shelf

pytestmark = pytest.mark.django_db


@pytest.fixture
def about_it(shelf: Shelf) -> None:
    for title, day, colour in (
        ("Old", date(2026, 1, 1), "red"),
        ("New", date(2027, 1, 1), "blue"),
        ("Undated", None, "red"),
    ):
        shelf.put(title, sort_date=day, colour=(colour,), links=("mill:airedale",))
    shelf.put("Of another", links=("mill:salts",))
    rebuild()


def titles(**asked: object) -> list[str]:
    return [hit.title for hit in about({"mill:airedale"}, {"thing"}, **{"number": 9, **asked})]  # type: ignore[arg-type]


def test_it_names_what_links_to_it_by_date(about_it: None) -> None:
    assert titles() == ["New", "Old", "Undated"]
    assert titles(soonest_first=True) == ["Old", "New", "Undated"]
    assert titles(number=1) == ["New"]
    assert titles(having=("colour", "red")) == ["Old", "Undated"]


def test_nothing_is_about_nothing(about_it: None) -> None:
    assert about((), {"thing"}, number=9) == []
    assert about({"mill:airedale"}, {"other"}, number=9) == []


def test_it_costs_one_statement(about_it: None) -> None:
    with CaptureQueriesContext(connection) as captured:
        titles(having=("colour", "red"))
    assert len(captured) == 1

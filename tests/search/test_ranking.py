"""What comes first where more is found than is ranked word by word; and that pages hold everything once all the same."""

from collections.abc import Callable
from typing import Any

import pytest

from search.embedded import ranking
from search.engine import search, suggest
from search.indexing import rebuild
from search.models import Synonym
from search.query import Query

pytestmark = pytest.mark.django_db

Titles = Callable[..., list[str]]


@pytest.fixture(autouse=True)
def few_are_ranked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "MOST_RANKED", 3)


def test_names_come_before_summaries_and_summaries_before_bodies(shelf: Any, titles: Titles) -> None:
    for number in range(6):
        shelf.put(f"Body {number}", body="A kiln.")
        shelf.put(f"Summary {number}", summary="A kiln.")
        shelf.put(f"Kiln {number}", boost=0.5)
    rebuild()

    found = titles("kiln", page_size=100)

    assert [title.split()[0] for title in found] == ["Kiln"] * 6 + ["Summary"] * 6 + ["Body"] * 6
    assert found[6:12] == [f"Summary {number}" for number in range(6)]


def test_who_is_called_exactly_so_comes_first(shelf: Any, titles: Titles) -> None:
    for number in range(9):
        shelf.put(f"A kiln {number}", summary="Kiln, kiln and kiln.")
    shelf.put("Kiln", boost=0.1)
    rebuild()

    assert titles("kiln")[0] == "Kiln"


def test_own_words_come_before_those_that_we_read_into_the_query(shelf: Any, titles: Titles) -> None:
    Synonym.objects.create(terms="oven", one_way_from="kiln")
    for number in range(6):
        shelf.put(f"Oven {number}")
        shelf.put(f"Yard {number}", summary="A kiln.")
    rebuild()

    assert titles("kiln")[:6] == [f"Yard {number}" for number in range(6)]


def test_all_words_in_names_come_before_some(shelf: Any, titles: Titles) -> None:
    for number in range(5):
        shelf.put(f"Both {number}", summary="A red kiln.")
        shelf.put(f"Apart {number}", summary="Red.", body="A kiln.")
        shelf.put(f"Deep {number}", body="A red kiln.")
    shelf.put("Red kiln works")
    rebuild()

    found = [title.split()[0] for title in titles("red kiln", page_size=100)]

    assert found == ["Red"] + ["Both"] * 5 + ["Apart"] * 5 + ["Deep"] * 5


def test_with_some_of_the_words_the_rare_one_tells_most(shelf: Any, titles: Titles) -> None:
    for number in range(9):
        shelf.put(f"Kiln {number}")
    shelf.put("Zeppelin yard", body="zeppelin")
    rebuild()

    assert search(Query(text="kiln zeppelin")).any_word
    assert titles("kiln zeppelin")[0] == "Zeppelin yard"


def test_the_rare_word_chooses_and_the_others_still_count(shelf: Any, titles: Titles) -> None:
    for number in range(30):
        shelf.put(f"Yard {number}", body="clay" if number < 6 else "brick")
    for number in range(2):
        shelf.put(f"Airship {number}", body="zeppelin")
    shelf.put("Both", body="zeppelin, some clay")
    rebuild()

    assert search(Query(text="clay zeppelin")).any_word
    assert titles("clay zeppelin")[:3] == ["Both", "Airship 0", "Airship 1"]


@pytest.mark.parametrize("asked", [{"text": "kiln"}, {"text": "red kiln"}, {}, {"sort": "name"}, {"sort": "checked"}])
@pytest.mark.parametrize("filters", [{}, {"colour": frozenset({"red", "not-stated"})}])
def test_pages_hold_everything_once_in_one_order(shelf: Any, asked: dict[str, str], filters: dict[str, Any]) -> None:
    for number in range(23):
        words = {0: {"summary": "A red kiln."}, 1: {"body": "red kiln kiln"}, 2: {"keywords": ("Red kiln",)}}[
            number % 3
        ]
        colour = (("red",), ("blue",), ())[number % 4 % 3]
        shelf.put(f"{'Kiln red ' if number % 5 == 0 else 'Yard '}{number % 7} no {number}", colour=colour, **words)
    rebuild()
    query: dict[str, Any] = {**asked, "filters": filters, "types": frozenset({"thing"})}

    whole = [hit.key for hit in search(Query(**query, page_size=100)).hits]
    pages = [[hit.key for hit in search(Query(**query, page_size=4, page=n)).hits] for n in range(1, 8)]

    assert len(whole) == len(set(whole)) == search(Query(**query)).total
    assert [key for page in pages[: -(-len(whole) // 4)] for key in page] == whole


# ---- suggestions ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("number", "statements"), [(8, 1), (7, 2)])
def test_names_are_looked_through_only_where_few_titles_begin_so(
    shelf: Any, number: int, statements: int, django_assert_num_queries: Any
) -> None:
    begun = [shelf.put(f"Alpha {place}").name for place in range(number)]
    shelf.put("Works", names=("Alphabet",), boost=3.0)
    rebuild()

    with django_assert_num_queries(statements):
        found = [one.title for one in suggest("alp", limit=8)]

    assert found == [*begun, "Works"][:8], "who begins so comes first"

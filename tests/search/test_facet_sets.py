"""What filters and counts are worked out from follows the documents, on every path and whatever happens at once."""

import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from search import bitmaps, facet_sets
from search.drift import is_filled
from search.engine import search
from search.indexing import rebuild, refresh
from search.models import FacetSet, IndexedDocument
from search.query import Query

COLOURS, SIZES = ("red", "green", "blue"), ("small", "large")
THINGS = frozenset({"thing"})


def counted(query: Query) -> dict[tuple[str, str], int]:
    return {(facet.name, v.value): v.count for facet in search(query).facets for v in facet.values if v.count}


def facets_of_documents() -> Counter[tuple[str, str]]:
    """Counted the slow way, from what each document says."""
    rows = IndexedDocument.objects.filter(type="thing").values_list("facets", flat=True)
    return Counter((name, value) for facets in rows for name in ("colour", "size") for value in facets.get(name, ()))


@pytest.mark.django_db
@pytest.mark.parametrize("documents_in_a_piece", [2, 3, 8192])
def test_counts_are_right_after_any_change(
    shelf: Any, monkeypatch: pytest.MonkeyPatch, documents_in_a_piece: int
) -> None:
    monkeypatch.setattr(bitmaps, "CHUNK", documents_in_a_piece)
    monkeypatch.setattr(facet_sets, "CHUNK", documents_in_a_piece)
    chance = Random(7)
    tags = [shelf.put(f"Thing {number}") for number in range(12)]
    rebuild()
    for _ in range(30):
        tag = chance.choice(tags)
        shelf.contents[str(tag.pk)] = {
            "colour": tuple(chance.sample(COLOURS, chance.randint(0, 3))),
            "size": tuple(chance.sample(SIZES, chance.randint(0, 2))),
            "links": (f"thing:{chance.randint(1, 3)}",),
        }
        shelf.hidden ^= {chance.choice(tags).pk} if chance.random() < 0.4 else set()
        refresh({"thing": [t.pk for t in tags if t.pk == tag.pk or chance.random() < 0.2 or t.pk in shelf.hidden]})

        assert counted(Query(types=THINGS)) == facets_of_documents()
        assert facet_sets.wrong() == []


@pytest.mark.django_db
def test_what_is_rolled_back_was_never_counted(filled: Any) -> None:
    before = counted(Query(types=THINGS))

    with transaction.atomic():
        tag = filled.put("Green door", colour=("green",), size=("small",))
        refresh({"thing": [tag.pk]})
        assert counted(Query(types=THINGS)) != before
        transaction.set_rollback(True)

    assert counted(Query(types=THINGS)) == before
    assert facet_sets.wrong() == []


@pytest.mark.django_db
def test_value_that_nobody_has_any_more_leaves_no_set(filled: Any) -> None:
    tag = filled.put("Door", links=("thing:only-here",))
    refresh({"thing": [tag.pk]})
    assert FacetSet.objects.filter(value="thing:only-here").exists()

    filled.hidden.add(tag.pk)
    refresh({"thing": [tag.pk]})

    assert not FacetSet.objects.filter(value="thing:only-here").exists()


@pytest.mark.django_db
def test_damage_is_told_and_mended_by_a_rebuild(filled: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert is_filled()
    right = counted(Query(types=THINGS))
    FacetSet.objects.get(facet="colour", value="red").delete()
    FacetSet.objects.filter(facet="size", value="small").update(members=bitmaps.packed(1))
    FacetSet.objects.create(facet="colour", value="blue", chunk=10**6, members=bitmaps.packed(1))

    assert facet_sets.wrong() == ["colour=blue", "colour=red", "size=small"]
    assert not is_filled()
    with pytest.raises(SystemExit):
        call_command("search_status", "--json")
    assert json.loads(capsys.readouterr().out)["wrong_filters"] == ["colour=blue", "colour=red", "size=small"]

    rebuild()

    assert facet_sets.wrong() == []
    assert counted(Query(types=THINGS)) == right


@pytest.mark.django_db
def test_repair_writes_nothing_where_nothing_is_wrong(filled: Any) -> None:
    with CaptureQueriesContext(connection) as captured:
        facet_sets.repair()

    assert [q["sql"] for q in captured if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_workers_at_once_lose_nothing_and_do_not_lock_each_other_out(shelf: Any) -> None:
    """Each writes documents of its own with values, words and names that all of them have."""
    tags = [shelf.put(f"Thing {n}", colour=COLOURS[:1], size=SIZES[:1], body="one two three") for n in range(40)]
    rebuild()
    together = threading.Barrier(4)

    def work(own: list[Any], chance: Random) -> None:
        try:
            together.wait(timeout=30)
            for _ in range(5):
                for tag in own:
                    shelf.contents[str(tag.pk)] = {
                        "colour": tuple(chance.sample(COLOURS, chance.randint(1, 3))),
                        "size": tuple(chance.sample(SIZES, chance.randint(0, 2))),
                        "body": " ".join(f"word{n}" for n in chance.sample(range(60), 20)),
                    }
                refresh({"thing": [tag.pk for tag in chance.sample(own, len(own))]})
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        each = [workers.submit(work, tags[number::4], Random(number)) for number in range(4)]
        for one in each:
            one.result(timeout=60)

    assert facet_sets.wrong() == []
    assert counted(Query(types=THINGS)) == facets_of_documents()

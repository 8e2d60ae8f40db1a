"""A village that is older than the sets of facets keeps its index: nothing has to be rebuilt before it can be searched."""

from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from search import facet_sets
from search.engine import search
from search.full_text import COLUMNS, TABLE, install, missing
from search.indexing import rebuild
from search.models import FacetSet, IndexedDocument
from search.query import Query

BEFORE = "0003_changes_wait_for_the_search_server"


@pytest.mark.django_db(transaction=True)
def test_facets_are_carried_over_and_back(filled: Any) -> None:
    newest = apps.get_model("search", "IndexedDocument")
    facets = dict(newest.objects.values_list("key", "facets"))
    sets = {(s.facet, s.value, s.chunk): bytes(s.members) for s in FacetSet.objects.all()}
    try:
        call_command("migrate", "search", BEFORE, verbosity=0)
        old = MigrationExecutor(connection).loader.project_state(("search", BEFORE)).apps
        entries = old.get_model("search", "FacetEntry").objects.values_list("document__key", "facet", "value")
        assert set(entries) == {
            (k, name, v) for k, each in facets.items() for name, values in each.items() for v in values
        }
        assert missing() == []  # what a later release needs keeps nobody from migrating to it
    finally:
        call_command("migrate", "search", verbosity=0)

    assert missing() == []
    assert dict(IndexedDocument.objects.values_list("key", "facets")) == facets
    assert {(s.facet, s.value, s.chunk): bytes(s.members) for s in FacetSet.objects.all()} == sets
    assert facet_sets.wrong() == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL keeps all fields in one column")
@pytest.mark.django_db(transaction=True)
def test_columns_whose_fields_run_into_each_other_are_made_anew(filled: Any) -> None:
    old = "to_tsvector('simple', title_tokens) || to_tsvector('simple', names_tokens)"

    def number_of(column: str) -> Any:
        cursor.execute(
            "SELECT attnum FROM pg_attribute WHERE attrelid = %s::regclass AND attname = %s", [TABLE, column]
        )
        return cursor.fetchone()

    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {TABLE} DROP COLUMN called_tsv")
        cursor.execute(f"ALTER TABLE {TABLE} ADD COLUMN called_tsv tsvector GENERATED ALWAYS AS ({old}) STORED")
        run_together, as_it_should_be = number_of("called_tsv"), number_of("tsv")
        install()
        assert number_of("called_tsv") != run_together
        assert number_of("tsv") == as_it_should_be, "nothing is done twice"
    assert missing() == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite sorts in its own way")
@pytest.mark.django_db
def test_what_is_saved_is_found_before_it_is_sorted_in_and_the_list_of_it_stays_short(filled: Any) -> None:
    with connection.cursor() as cursor:
        for column in COLUMNS:
            cursor.execute(f"ALTER INDEX search_document_{column} SET (fastupdate = off)")  # as in an older village
        install()
        for number in range(30):
            filled.put(f"Wharfelight {number}", body=" ".join(f"word{number}x{n}" for n in range(60)))
        waiting = sorted_in(cursor)
        rebuild()
        rebuild()  # all documents twice are about twice as much as may wait
        found = [search(Query(text=text)).total for text in ("wharfelight", "word29x59")]
        after = sorted_in(cursor)

    assert found == [30, 1]
    assert waiting > 0
    assert after <= 8  # 64 kB; none where the last document was one too many


def sorted_in(cursor: Any) -> int:
    """Sorts in what waits for it, and says how many pages that were."""
    cursor.execute("SELECT gin_clean_pending_list('search_document_tsv')")
    (pages,) = cursor.fetchone()
    return int(pages)

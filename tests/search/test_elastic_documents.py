"""What is sent to Elasticsearch, and noted for it, where no server is needed to see it."""

from typing import Any

import pytest

from search.elastic import index, outbox
from search.elastic.mapping import documents, facet_names
from search.engines import EngineUnavailable
from search.models import IndexedDocument, PendingChange
from tests.search.conftest import Shelf

pytestmark = pytest.mark.django_db


def test_facets_of_an_older_release_are_not_sent(filled: Shelf) -> None:
    """The server refuses a document with a field that it does not know, and then the whole index cannot be made."""
    row = IndexedDocument.objects.get(title="Airedale Works")
    row.facets["shade"] = ["dark"]
    row.save()

    (_, _, content), *_ = documents([row.pk])

    assert content["facets"] == {"type": ["thing"], "colour": ["blue"], "size": ["small"]}
    assert set(content["facets"]) <= set(facet_names())


def test_one_note_to_compare_everything_is_enough(filled: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(progress: Any = None) -> str:
        raise EngineUnavailable("It refuses everything.")

    monkeypatch.setattr(index, "rebuild", refuse)
    for _ in range(2):
        with pytest.raises(EngineUnavailable, match="refuses"):
            outbox.rebuild()

    assert PendingChange.objects.filter(type=outbox.EVERYTHING).count() == 1

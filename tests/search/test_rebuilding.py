"""The database's index is made anew while somebody writes and somebody else searches, each over a connection of its own."""

from threading import Event, Semaphore
from typing import Any

import pytest
from django.db import transaction
from taggit.models import Tag

from search import facet_sets, indexing
from search.drift import drift
from search.engine import search
from search.indexing import refresh
from search.models import IndexedDocument, VocabularyWord
from search.query import Query
from tests.at_once import Rival
from tests.search.conftest import Shelf

KEPT, CHANGING, GOING = 12, 12, 12
PATIENCE = 60.0  # seconds for one change of the writer


@pytest.mark.django_db(transaction=True)
def test_nothing_that_is_written_meanwhile_is_lost_and_search_always_answers(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Records change, come and go between and during the steps of a rebuild; some stay, and are found every time."""
    chunks = indexing._chunks
    monkeypatch.setattr(indexing, "_chunks", lambda items, size=4: chunks(items, min(size, 4)))
    for number in range(KEPT):
        shelf.put(f"Kept {number}", colour=("red",))
    changing = [shelf.put(f"Old {number}", colour=("green",)).pk for number in range(CHANGING)]
    going = [shelf.put(f"Leaving {number}", colour=("blue",)).pk for number in range(GOING)]
    refresh({"thing": Tag.objects.values_list("pk", flat=True)})
    over, written = Event(), Semaphore(0)

    def write() -> None:
        number = 0
        while not over.is_set():
            with transaction.atomic():
                tag = Tag.objects.create(name=f"Newcomer{number} here", slug=f"new-{number}")
                Tag.objects.filter(pk=changing[number % CHANGING]).update(name=f"Changed{number} here")
                gone = going[number : number + 1]
                Tag.objects.filter(pk__in=gone).delete()
            refresh({"thing": [tag.pk, changing[number % CHANGING], *gone]})
            number += 1
            written.release()

    def read() -> None:
        red = Query(text="kept", filters={"colour": frozenset({"red"})})
        while not over.is_set():
            results = search(red)
            assert (results.total, results.degraded) == (KEPT, False)

    def between(*_: Any) -> None:
        """Not a step further before something more was written."""
        while written.acquire(blocking=False):
            pass
        assert written.acquire(timeout=PATIENCE), "the writer writes no more"

    rivals = [Rival(write), Rival(read)]
    for rival in rivals:
        rival.start()
    try:
        indexing.rebuild(between)
    finally:
        over.set()
        for rival in rivals:
            rival.join(PATIENCE)

    names = {str(pk): name for pk, name in Tag.objects.values_list("pk", "name")}
    assert dict(IndexedDocument.objects.filter(type="thing").values_list("key", "title")) == names
    assert len(names) > KEPT + CHANGING + 3, "the writer came to write"
    assert all(part.is_clean for part in drift()) and facet_sets.wrong() == []
    words = {word for name in names.values() for word in name.lower().split() if len(word) > 1}
    assert words <= set(VocabularyWord.objects.values_list("word", flat=True)), "what is typed wrongly is put right"
    for word in [f"newcomer{number}" for number in range(4)]:
        assert search(Query(text=word, exact=True)).total == 1, word

"""Who makes an index of Elasticsearch, what is left of those that nobody reads, and what is written to one that is gone."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from django.utils import timezone

from search import documents
from search.documents import Facet, Term
from search.elastic import index, lease, outbox
from search.elastic.client import WRITING, connection, helpers
from search.engine import EngineUnavailable, search
from search.indexing import rebuild, refresh
from search.models import IndexedDocument, PendingChange
from search.query import Query
from tests.search.conftest import Shelf

pytestmark = pytest.mark.elasticsearch


def names() -> set[str]:
    """Every index of this test."""
    found = connection(WRITING).indices.get(index=f"{django_settings.ELASTICSEARCH_PREFIX}-*", expand_wildcards="all")
    return set(found)


def make(name: str, *aliases: str, made_until: float | None = None) -> str:
    mappings = {} if made_until is None else {"_meta": {lease.NOTED: made_until}}
    connection(WRITING).indices.create(index=name, aliases={alias: {} for alias in aliases}, mappings=mappings)
    return name


def called(age: float, base: str = "") -> str:
    return f"{base or index.base_name()}-{int((time.time() - age) * 1000)}"


# ---- who makes it -----------------------------------------------------------------------------------------------------
def test_whoever_makes_an_index_says_so_again_and_again(
    elasticsearch: str, filled: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "RENEWED", 0.05)
    used, seen = index.in_use(), []

    def slowly(type_: str, done: int, total: int) -> None:
        (made,) = [one for one in index._made() if one.name != used]
        seen.append(made.made_until)
        time.sleep(0.5)
        seen.extend(one.made_until for one in index._made() if one.name == made.name)
        assert index.is_being_made()
        assert index.tidy() == []

    outbox.rebuild(slowly)

    assert len(seen) == 2
    assert seen[0] + 0.3 < seen[1] <= time.time() + lease.LAPSES
    assert not index.is_being_made()


def test_one_who_was_killed_keeps_readers_on_the_database_for_a_minute_only(elasticsearch: str, filled: Shelf) -> None:
    connection(WRITING).indices.delete(index=index.in_use())
    killed = make(called(5), index.write_alias(), made_until=time.time() + lease.LAPSES - 5)

    outbox.catch_up()
    assert not index.in_use(), "somebody may be making it"

    with time_machine.travel(timezone.now() + timedelta(seconds=lease.LAPSES), tick=True):
        outbox.catch_up()
        assert names() == {index.in_use()}
        assert index.in_use() != killed
        assert index.drift().is_clean


@pytest.fixture
def builder(elasticsearch: str, transactional_db: None) -> Iterator["subprocess.Popen[str]"]:
    """Somebody in a process of their own who makes an index and never gets to its end."""
    program = (
        "import django, time; django.setup()\n"
        "from search.elastic import index\n"
        "index._copy = lambda name, progress: (print(name, flush=True), time.sleep(60))\n"
        "index.rebuild()\n"
    )
    environment = os.environ | {
        "ELASTICSEARCH_URL": elasticsearch,
        "ELASTICSEARCH_PREFIX": django_settings.ELASTICSEARCH_PREFIX,
        "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
    }
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        yield process
        process.kill()


def test_one_who_is_told_to_end_cleans_up(builder: "subprocess.Popen[str]") -> None:
    assert builder.stdout
    name = builder.stdout.readline().strip()
    assert name in names()

    builder.terminate()
    builder.wait(timeout=20)

    assert name not in names()
    assert builder.returncode == 143


# ---- what is left -----------------------------------------------------------------------------------------------------
def test_one_index_is_left_however_often_it_is_made(elasticsearch: str, filled: Shelf) -> None:
    dead = make(called(600), index.write_alias(), made_until=time.time() - 1)
    unnoted = make(called(lease.LAPSES + 5))
    held = make(called(600), index.write_alias(), made_until=time.time() + 30)

    rebuild()
    rebuild()

    assert names() == {held, index.in_use()}
    assert not {dead, unnoted} & names()


def test_what_an_older_release_reads_stays_for_a_day(elasticsearch: str, filled: Shelf) -> None:
    older, newer = (f"{django_settings.ELASTICSEARCH_PREFIX}-{word}" for word in ("00aa00aa00", "ffaaffaaff"))
    old = make(called(30 * 86_400, older), f"{older}-read", f"{older}-write")
    unread = make(called(86_400, older))
    later = make(called(-90_000, newer), f"{newer}-read")

    outbox.catch_up()
    assert names() == {old, later, index.in_use()}
    assert unread not in names()

    with time_machine.travel(timezone.now() + timedelta(seconds=index.KEPT_BESIDE + 1), tick=True):
        outbox.catch_up()
        assert names() == {later, index.in_use()}, "a newer release may be coming into use"


def test_nothing_that_others_made_is_ever_dropped(elasticsearch: str, filled: Shelf) -> None:
    prefix = django_settings.ELASTICSEARCH_PREFIX
    others = {
        make(called(86_400 * 9, f"{prefix}-2-00aa00aa00")),  # a village whose prefix begins like ours
        make(f"{prefix}-notes"),
        make(f"{prefix}-00aa00aa00"),
        make(called(86_400 * 9, f"{prefix}-00aa00aa00") + "-copy"),
        make(called(86_400 * 9, f"{prefix}-00aa00aa00"), f"{prefix}-looked-at-by-hand"),
    }

    rebuild()
    outbox.catch_up()

    assert names() == others | {index.in_use()}


def test_the_index_of_another_mapping_is_tidied_up_by_the_release_that_follows(
    elasticsearch: str, filled: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = index.in_use()
    thing = documents.source_of("thing")
    more = Facet("weight", "Weight", lambda: [Term("heavy", "Heavy")])
    monkeypatch.setattr(type(thing), "facets", (*type(thing).facets, more))
    outbox.catch_up()
    assert before in names()

    with time_machine.travel(timezone.now() + timedelta(seconds=index.KEPT_BESIDE + 1), tick=True):
        outbox.catch_up()

    assert names() == {index.in_use()}


# ---- what is written to one that is gone ------------------------------------------------------------------------------
def test_what_is_written_to_a_dropped_index_does_not_bring_it_back(elasticsearch: str, filled: Shelf) -> None:
    dropped = index.in_use()
    connection(WRITING).indices.delete(index=dropped)
    (row,) = IndexedDocument.objects.filter(title="Airedale Works")

    for actions in (index._index_actions([row.pk]), index._delete_actions({f"thing:{row.key}": row.version + 1})):
        with pytest.raises(index.IndexDroppedError):
            index._send(dropped, actions)

    assert names() == set()


def test_a_writer_who_meets_a_dropped_index_goes_on_with_the_others(
    elasticsearch: str, filled: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind, gone = index._behind, called(10)
    first = [[gone, index.in_use()]]
    monkeypatch.setattr(index, "_behind", lambda alias: first.pop() if first else behind(alias))
    row = IndexedDocument.objects.get(title="Airedale Works")

    index.write({f"thing:{row.key}": row.version + 1}, [])

    assert index.drift().missing == [f"thing:{row.key}"]
    assert names() == {index.in_use()}


def test_what_could_not_be_written_waits_when_the_index_was_dropped(elasticsearch: str, filled: Shelf) -> None:
    connection(WRITING).indices.delete(index=index.in_use())
    tag = filled.put("Zeppelin yard")

    refresh({"thing": [tag.pk]})

    assert {change.key for change in PendingChange.objects.all()} == {str(tag.pk)}
    assert names() == set()
    outbox.catch_up()
    assert index.drift().is_clean


def test_an_index_that_was_read_in_part_is_a_failure_of_the_server(
    elasticsearch: str, filled: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **kwargs: Any) -> Iterator[Any]:
        raise helpers.ScanError("scroll", "Scroll request has only succeeded on 0 shards out of 1.")
        yield

    monkeypatch.setattr(helpers, "scan", broken)

    with pytest.raises(EngineUnavailable, match="a part only"):
        index.drift()
    assert search(Query(text="pathology")).engine == "elasticsearch"

"""What only Elasticsearch has: an index that is made anew while it is used, and ways to be out of reach."""

import json
import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from search import documents
from search.breaker import Breaker
from search.documents import Facet, Term
from search.elastic import index, outbox
from search.elastic.client import WRITING, connection
from search.engine import EngineUnavailable, search, suggest
from search.indexing import put, rebuild, refresh, remove
from search.models import IndexedDocument, PendingChange
from search.query import Query

pytestmark = pytest.mark.elasticsearch

NPIC = "National Pathology Imaging Co-operative"


def answer(text: str = "pathology", **values: Any) -> tuple[str, bool, list[str]]:
    """Which engine answers, whether another one should have, and what is found."""
    results = search(Query(text=text, **values))
    return results.engine, results.degraded, [hit.title for hit in results.hits]


@pytest.fixture
def requests_made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What this process asks of the server, as method and path."""
    made: list[str] = []
    transport = type(connection().transport)
    perform = transport.perform_request

    def noted(self: Any, method: str, target: str, **kwargs: Any) -> Any:
        made.append(f"{method} {target}")
        return perform(self, method, target, **kwargs)

    monkeypatch.setattr(transport, "perform_request", noted)
    return made


# ---- asking ---------------------------------------------------------------------------------------------------------
def test_hits_their_number_and_all_counts_are_one_request(
    elasticsearch: str, filled: Any, requests_made: list[str]
) -> None:
    query = Query(text="pathology", types=frozenset({"thing"}), filters={"colour": frozenset({"red"})})
    search(query)
    requests_made.clear()

    results = search(query)

    assert results.engine == "elasticsearch"
    assert len(requests_made) == 1
    assert "_msearch" in requests_made[0]
    assert {f.name: {v.value: v.count for v in f.values} for f in results.facets} == {
        "colour": {"red": 2, "green": 1, "blue": 0, "not-stated": 0},
        "size": {"small": 0, "large": 2},
    }


def test_ways_out_of_an_empty_list_are_one_request(elasticsearch: str, filled: Any, requests_made: list[str]) -> None:
    query = Query(text="pathology", filters={"colour": frozenset({"blue"}), "size": frozenset({"large"})})
    search(query)
    requests_made.clear()

    assert [(d.name, d.count) for d in search(query).drops] == [("colour", 2), ("", 2)]
    assert len(requests_made) == 2


def test_what_the_database_no_longer_has_is_not_shown_whatever_the_server_says(elasticsearch: str, filled: Any) -> None:
    IndexedDocument.objects.filter(title=NPIC).delete()  # past every path that would tell the server

    assert NPIC not in answer()[2]
    assert NPIC not in [s.title for s in suggest("national")]


def test_the_last_page_that_can_be_asked_for_is_within_what_the_server_gives(elasticsearch: str, filled: Any) -> None:
    found = connection(WRITING).search(index=index.read_alias(), from_=500 * 100 - 100, size=100)

    assert found["hits"]["hits"] == []


# ---- out of reach ---------------------------------------------------------------------------------------------------
@pytest.fixture
def refused(filled: Any, settings: Any) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.ELASTICSEARCH_URL = f"http://127.0.0.1:{probe.getsockname()[1]}"


@pytest.fixture
def hanging(filled: Any, settings: Any) -> Iterator[None]:
    """Takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as server:
        settings.ELASTICSEARCH_URL = f"http://127.0.0.1:{server.getsockname()[1]}"
        yield


@pytest.fixture
def half_built(elasticsearch: str, filled: Any) -> None:
    """There is an index, but its rebuild never came to the end."""
    server = connection(WRITING)
    server.indices.delete_alias(index="*", name=index.read_alias())


@pytest.mark.parametrize("trouble", ["refused", "half_built"])
def test_the_database_answers_for_a_server_that_is_out_of_reach(
    elasticsearch: str, filled: Any, trouble: str, request: pytest.FixtureRequest
) -> None:
    usual = answer()
    request.getfixturevalue(trouble)

    engine, degraded, titles = answer()

    assert usual[:2] == ("elasticsearch", False)
    assert engine in ("sqlite", "postgresql")
    assert degraded
    assert sorted(titles) == sorted(usual[2])
    assert [s.title for s in suggest("nati")] == [NPIC]


def test_nobody_but_the_first_waits_for_a_server_that_hangs(elasticsearch: str, hanging: None) -> None:
    began = time.monotonic()
    first = answer()
    between = time.monotonic()
    others = [answer() for _ in range(5)]
    done = time.monotonic()

    assert first[1] and all(degraded for _, degraded, _ in others)
    assert 1.0 < between - began < 4
    assert done - between < 1.5


def test_it_is_asked_again_by_itself(
    elasticsearch: str, filled: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from search import engine

    monkeypatch.setattr(engine, "_breaker", Breaker(pause=0.3))
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:9"
    assert answer()[1]
    settings.ELASTICSEARCH_URL = elasticsearch
    assert answer()[1], "left alone for a moment"

    time.sleep(0.4)

    assert answer()[:2] == ("elasticsearch", False)


def test_visitor_and_program_are_told_and_the_page_is_not_kept(
    elasticsearch: str, refused: None, client: Client, home: Any, settings: Any, tmp_path: Any
) -> None:
    settings.VAR_DIR = tmp_path
    settings.MIDDLEWARE = ["core.page_cache.AnonymousPageCache", *settings.MIDDLEWARE]

    page = client.get("/search/?q=pathology")
    api = client.get("/api/v1/search?q=pathology")
    ready = client.get("/readyz")

    assert page.status_code == api.status_code == ready.status_code == 200
    assert "basic mode" in BeautifulSoup(page.content, "html.parser").find(class_="v-notice").text
    assert page["Cache-Control"] == api["Cache-Control"] == "no-store"
    assert api.json()["degraded"] is True
    assert api.json()["engine"] in ("sqlite", "postgresql")
    search_check = ready.json()["checks"]["search"]
    assert (search_check["ready"], search_check["degraded"]) == (True, True)
    assert search_check["engine"] == api.json()["engine"]

    settings.ELASTICSEARCH_URL = elasticsearch
    from search import engine

    engine._breaker.succeeded()
    again = client.get("/search/?q=pathology")
    assert "X-Cache" not in again
    assert "basic mode" not in again.content.decode()
    assert client.get("/readyz").json()["checks"]["search"]["engine"] == "elasticsearch"


# ---- writing --------------------------------------------------------------------------------------------------------
def test_what_a_read_only_index_misses_sends_readers_to_the_database_until_it_was_told(
    elasticsearch: str, filled: Any
) -> None:
    server = connection(WRITING)
    server.indices.put_settings(index=index.in_use(), settings={"index.blocks.write": True})
    tag = filled.put("Zeppelin yard")
    refresh({"thing": [tag.pk]})
    with pytest.raises(EngineUnavailable, match="block"):
        outbox.send()
    assert answer()[0] == "elasticsearch", "a moment's delay is usual"

    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=True):
        outbox.forget()
        assert answer("zeppelin")[1:] == (True, ["Zeppelin yard"])

        server.indices.put_settings(index=index.in_use(), settings={"index.blocks.write": None})
        outbox.catch_up()
        outbox.forget()
        from search import engine

        engine._breaker.succeeded()
        server.indices.refresh(index=index.read_alias())
        assert answer("zeppelin") == ("elasticsearch", False, ["Zeppelin yard"])
    assert not PendingChange.objects.exists()


def test_changes_of_an_outage_arrive_with_the_next_tick(elasticsearch: str, filled: Any, settings: Any) -> None:
    gone = IndexedDocument.objects.get(title="Airedale Works")
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:9"
    tag = filled.put("Zeppelin yard")
    refresh({"thing": [tag.pk]})
    remove("thing", gone.key)
    settings.ELASTICSEARCH_URL = elasticsearch
    assert (index.drift().missing, list(index.drift().stale)) == ([f"thing:{tag.pk}"], [f"thing:{gone.key}"])

    call_command("tick")

    assert index.drift().is_clean


def test_an_older_version_never_replaces_a_newer_one(elasticsearch: str, filled: Any) -> None:
    row = IndexedDocument.objects.get(title=NPIC)
    IndexedDocument.objects.filter(pk=row.pk).update(title_tokens="newer", version=row.version + 10)
    index.write({}, [row.pk])
    IndexedDocument.objects.filter(pk=row.pk).update(title_tokens="older", version=row.version + 5)
    index.write({}, [row.pk])
    index.write({f"thing:{row.key}": row.version + 5}, [])

    kept = connection(WRITING).get(index=index.in_use(), id=f"thing:{row.key}")["_source"]

    assert kept["title_tokens"] == "newer"


def test_versions_rise_even_while_the_clock_stands_still(elasticsearch: str, filled: Any) -> None:
    source = documents.source_of("thing")
    assert source
    obj = source.queryset().get(name=NPIC)
    with time_machine.travel("2026-01-01", tick=False):
        versions = []
        for _ in range(3):
            put(source.document(obj), source)
            versions.append(IndexedDocument.objects.get(key=obj.pk, type="thing").version)

    assert versions == sorted(set(versions))


# ---- made anew while it is used ------------------------------------------------------------------------------------
def test_nothing_that_is_written_during_a_rebuild_is_lost_and_readers_notice_nothing(
    elasticsearch: str, filled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(40):
        filled.put(f"Filler {number}")
    rebuild()
    monkeypatch.setattr(index, "CHUNK", 5)
    first = index.in_use()
    keys = list(IndexedDocument.objects.filter(title__startswith="Filler").order_by("pk").values_list("key", flat=True))
    answers: list[tuple[str, bool, list[str]]] = []

    def meanwhile(type_: str, done: int, total: int) -> None:
        """Behind and before the copy: one record changes, one comes, two go."""
        step = len(answers)
        source = documents.source_of("thing")
        assert source
        for key in (keys[step], keys[-step - 1]):
            filled.contents[key]["summary"] = f"changed{key}"
            put(source.document(source.queryset().get(pk=key)), source)
        new = filled.put(f"Newcomer {step}")
        put(source.document(new), source)
        for key in (keys[10 + step], keys[-step - 10]):
            filled.hidden.add(int(key))
            remove("thing", key)
        outbox.send()
        answers.append(answer())

    outbox.rebuild(meanwhile)

    assert len(answers) > 5
    assert {(engine, degraded) for engine, degraded, _ in answers} == {("elasticsearch", False)}
    assert {NPIC} <= set(answers[0][2])
    assert index.in_use() != first
    assert index.drift().is_clean
    connection(WRITING).indices.refresh(index=index.read_alias())
    assert len(answer("newcomer", page_size=100)[2]) == len(answers)
    assert answer(f"changed{keys[0]}")[2] == ["Filler 0"]
    assert answer("Filler 11", exact=True)[2][:1] != ["Filler 11"], "what was deleted does not come back"


def test_a_rebuild_that_breaks_off_leaves_everything_as_it_was(elasticsearch: str, filled: Any) -> None:
    used = index.in_use()

    def broken(type_: str, done: int, total: int) -> None:
        raise EngineUnavailable("The network is gone.")

    with pytest.raises(EngineUnavailable, match="network"):
        outbox.rebuild(broken)

    assert index.in_use() == used
    assert list(connection(WRITING).indices.get(index=f"{index.base_name()}-*")) == [used]
    assert answer()[0] == "elasticsearch"
    assert PendingChange.objects.get().type == outbox.EVERYTHING
    outbox.catch_up()
    assert not PendingChange.objects.exists()


def test_another_mapping_is_another_index_which_tick_makes(
    elasticsearch: str, filled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = index.base_name()
    thing = documents.source_of("thing")
    monkeypatch.setattr(
        type(thing), "facets", (*type(thing).facets, Facet("weight", "Weight", lambda: [Term("heavy", "Heavy")]))
    )

    assert index.base_name() != before
    assert answer()[1], "what was made for other code is not asked"

    call_command("tick")
    from search import engine

    engine._breaker.succeeded()
    assert answer()[:2] == ("elasticsearch", False)


# ---- drift ----------------------------------------------------------------------------------------------------------
def test_status_names_what_the_server_lacks_and_tick_mends_it(
    elasticsearch: str, filled: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    key = IndexedDocument.objects.get(title=NPIC).key
    server = connection(WRITING)
    server.delete(index=index.in_use(), id=f"thing:{key}", refresh=True)

    with pytest.raises(SystemExit):
        call_command("search_status", "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["clean"] is False
    assert told["server"]["index"]["missing"] == [f"thing:{key}"]
    assert (told["engine"], told["visitors_get_engine"]) == ("elasticsearch", "elasticsearch")
    with pytest.raises(SystemExit):
        call_command("search_status")
    assert f"1 not in it: thing:{key}" in capsys.readouterr().out

    call_command("tick")
    call_command("search_status")

    assert "No drift." in capsys.readouterr().out


def test_status_says_that_the_server_does_not_answer(refused: None, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        call_command("search_status")

    said = capsys.readouterr().out
    assert "does not answer" in said
    assert "readers get" in said


def test_rebuild_says_when_the_server_could_not_be_told(refused: None, settings: Any) -> None:
    from django.core.management import CommandError

    with pytest.raises(CommandError, match="database's own index is complete"):
        call_command("search_rebuild", "--quiet")


@pytest.mark.parametrize("url", ["localhost:9200", "9200", "ftp://x", "http://a:9200,b:9200"])
def test_an_address_that_is_none_is_found_at_the_start(settings: Any, url: str) -> None:
    from search.checks import search_server_has_an_address

    settings.ELASTICSEARCH_URL = url
    assert [error.id for error in search_server_has_an_address()] == ["search.E003"]
    settings.ELASTICSEARCH_URL = "http://user:pass@host:9200, https://other"
    assert search_server_has_an_address() == []

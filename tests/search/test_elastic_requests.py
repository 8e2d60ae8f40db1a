"""Everything that we ask of Elasticsearch is what 8.19 documents, said in the media type of version 8, whichever server runs."""

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.core.management import call_command
from elastic_transport import Urllib3HttpNode

from search.elastic import index, lease, outbox
from search.engine import search, suggest
from search.indexing import refresh, remove
from search.models import IndexedDocument
from search.query import SORTS, Query
from tests.search.conftest import Shelf

pytestmark = pytest.mark.elasticsearch

# Of the reference of Elasticsearch 8.19: REST APIs, Query DSL, Aggregations, Text analysis, Mapping, Index modules. What is
# asked beyond this list has to be looked up there before it is added.
# fmt: off
DOCUMENTED = {
    "endpoint": {  # REST APIs
        "DELETE /_search/scroll",
        "DELETE /{}",
        "GET /_alias/{}",
        "GET /{}",
        "POST /_aliases",
        "POST /_msearch",
        "POST /_search/scroll",
        "POST /{}/_count",
        "POST /{}/_forcemerge",
        "POST /{}/_refresh",
        "POST /{}/_search",
        "PUT /_bulk",
        "PUT /{}",
        "PUT /{}/_mapping",
    },
    "parameter": {  # their parameters
        "_bulk?require_alias",
        "_forcemerge?max_num_segments",
        "_search?scroll",
        "{}?expand_wildcards",
        "{}?ignore_unavailable",
    },
    "index": {  # create index
        "aliases", "mappings", "settings",
    },
    "alias": {  # update aliases
        "add.alias", "add.index", "remove.alias", "remove.index",
    },
    "bulk": {  # bulk
        "delete._id", "delete._index", "delete.version", "delete.version_type", "index._id", "index._index",
        "index.version", "index.version_type", "update._id", "update._index", "update: doc",
    },
    "search": {  # search and multi search
        "(head) allow_partial_search_results", "(head) index", "_source", "aggs", "docvalue_fields", "from", "query",
        "size", "sort", "sort.missing", "sort.order", "track_scores", "track_total_hits",
    },
    "query": {  # Query DSL
        "bool.filter", "bool.minimum_should_match", "bool.must", "bool.must_not", "bool.should",
        "combined_fields.fields", "combined_fields.operator", "combined_fields.query", "constant_score.boost",
        "constant_score.filter", "dis_max.queries", "function_score.boost_mode", "function_score.functions",
        "function_score.query", "function_score: field_value_factor.field", "ids.values", "match", "match_all",
        "multi_match.fields", "multi_match.query", "multi_match.type",
        "multi_match.type=phrase", "prefix", "prefix.boost", "prefix.value",
        "terms",
    },
    "aggregation": {  # Aggregations
        "filter", "terms.field", "terms.size",
    },
    "analysis": {  # Text analysis
        "analyzer custom.filter", "analyzer custom.tokenizer=whitespace", "filter edge_ngram.max_gram",
        "filter edge_ngram.min_gram", "filter truncate.length",
    },
    "field": {  # Mapping: field types and their parameters
        "date", "double", "integer", "keyword", "keyword.ignore_above", "long", "object", "object.dynamic",
        "object.properties", "text", "text.analyzer", "text.index_prefixes", "text.norms", "text.search_analyzer",
    },
    "mapping": {  # Mapping
        "_meta", "dynamic", "properties",
    },
    "setting": {  # Index modules
        "auto_expand_replicas", "gc_deletes", "max_result_window", "number_of_shards",
    },
}
# fmt: on

COMPOUND = {
    "bool": ("must", "should", "filter", "must_not"),
    "constant_score": ("filter",),
    "dis_max": ("queries",),
    "function_score": ("query",),
}
NAMES_A_FIELD = {"match", "prefix", "terms"}  # the next word is a field's, not the server's
WORDS_OF_PATHS = {"_alias", "_aliases", "_bulk", "_count", "_forcemerge", "_mapping", "_msearch", "_refresh", "_search"}


class Asked:
    """What was asked, sorted as the reference is."""

    def __init__(self) -> None:
        self.of: dict[str, set[str]] = defaultdict(set)
        self.media_types: set[str] = set()

    def note(self, method: str, target: str, body: bytes | None, headers: Any) -> None:
        url = urlsplit(target)
        path = "/".join(
            part if part in WORDS_OF_PATHS or part == "scroll" else "{}" for part in url.path.split("/") if part
        )
        self.of["endpoint"].add(f"{method} /{path}")
        self.of["parameter"] |= {f"{path.rpartition('/')[2]}?{name}" for name, _ in parse_qsl(url.query)}
        self.media_types.add(headers["accept"])
        lines: list[Any] = []
        if body:
            self.media_types.add(headers["content-type"])
            lines = [json.loads(line) for line in body.decode().splitlines()]
        match path.rpartition("/")[2]:
            case "_bulk":
                self._bulk(lines)
            case "_msearch":
                for head, asked in zip(lines[::2], lines[1::2], strict=True):
                    self.of["search"] |= {f"(head) {name}" for name in head}
                    self._search(asked)
            case "_search" | "_count":
                for asked in lines:
                    self._search(asked)
            case "_aliases":
                for action in lines[0]["actions"]:
                    self.of["alias"] |= {f"{name}.{more}" for name, about in action.items() for more in about}
            case "_mapping":
                self._mapping(lines[0])
            case "{}" if method == "PUT":
                self._index(lines[0])

    def _bulk(self, lines: list[Any]) -> None:
        rest = iter(lines)
        for line in rest:
            ((action, about),) = line.items()
            self.of["bulk"] |= {f"{action}.{name}" for name in about}
            if action != "delete":
                document = next(rest)
                self.of["bulk"] |= {f"{action}: {name}" for name in document} if action == "update" else set()

    def _search(self, asked: dict[str, Any]) -> None:
        self.of["search"] |= set(asked)
        for each in asked.get("sort", []):
            for about in each.values() if isinstance(each, dict) else ():
                self.of["search"] |= {f"sort.{name}" for name in about} if isinstance(about, dict) else set()
        self.of["query"] |= set(_clauses(asked.get("query", {})))
        self._aggregations(asked.get("aggs", {}))

    def _aggregations(self, named: dict[str, Any]) -> None:
        for about in named.values():
            for kind, inner in about.items():
                if kind == "aggs":
                    self._aggregations(inner)
                elif kind == "filter":
                    self.of["aggregation"].add(kind)
                    self.of["query"] |= set(_clauses(inner))
                else:
                    self.of["aggregation"] |= {f"{kind}.{name}" for name in inner}

    def _index(self, made: dict[str, Any]) -> None:
        self.of["index"] |= set(made)
        settings = dict(made["settings"])
        for family, named in settings.pop("analysis").items():
            for about in named.values():
                self.of["analysis"] |= {
                    f"{family} {about['type']}.{name}={value}"
                    if name == "tokenizer"
                    else f"{family} {about['type']}.{name}"
                    for name, value in about.items()
                    if name != "type"
                }
        self.of["setting"] |= set(settings)
        self._mapping(made["mappings"])

    def _mapping(self, mapping: dict[str, Any]) -> None:
        self.of["mapping"] |= set(mapping)
        for about in mapping.get("properties", {}).values():
            kind = about.get("type", "object")
            self.of["field"] |= {kind} | {f"{kind}.{name}" for name in about if name != "type"}
            self.of["field"] |= {inner["type"] for inner in about.get("properties", {}).values()}


def _clauses(clause: dict[str, Any]) -> Iterator[str]:
    for name, about in clause.items():
        if name in NAMES_A_FIELD:
            yield name
            yield from (f"{name}.{more}" for value in about.values() if isinstance(value, dict) for more in value)
        else:
            yield from [f"{name}.{more}" for more in about] or [name]
        if name == "function_score":
            for function in about["functions"]:
                yield from (f"{name}: {kind}.{more}" for kind, inner in function.items() for more in inner)
        if name == "multi_match":
            yield f"multi_match.type={about['type']}"
        for part in COMPOUND.get(name, ()):
            inner = about.get(part, [])
            for each in inner if isinstance(inner, list) else [inner]:
                yield from _clauses(each)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """What this process asks of the server from here on."""
    asked, perform = Asked(), Urllib3HttpNode.perform_request

    def noted(node: Any, method: str, target: str, body: Any = None, headers: Any = None, **more: Any) -> Any:
        asked.note(method, target, body, headers)
        return perform(node, method, target, body=body, headers=headers, **more)

    monkeypatch.setattr(Urllib3HttpNode, "perform_request", noted)
    return asked


def test_only_what_8_19_documents_is_asked_in_the_words_of_version_8(
    elasticsearch: str, shelf: Shelf, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "RENEWED", 0.01)
    tags = [shelf.put(f"Thing {number}", colour=("red",), summary="A wet lab") for number in range(3)]
    call_command("search_rebuild", "--quiet")
    outbox.rebuild()
    for text in ("thing", '"wet lab" AI', "wet la", "a wet-la", "thing nothing", "", "zzz lab 1"):
        for sort in SORTS:
            search(Query(text=text, sort=sort, filters={"colour": frozenset({"red"})}, types=frozenset({"thing"})))
        search(Query(text=text, filters={"colour": frozenset({"blue"})}))
        search(Query(text=text, exact=True, leave_out=frozenset({("thing", str(tags[0].pk))})))
        suggest(text, types=frozenset({"thing"}))
    refresh({"thing": [tags[0].pk]})
    remove("thing", str(tags[1].pk))
    outbox.send()
    IndexedDocument.objects.filter(key=str(tags[2].pk)).delete()
    outbox.catch_up()
    index.tidy()

    assert {name: words - DOCUMENTED[name] for name, words in asked.of.items() if words - DOCUMENTED[name]} == {}
    assert {name: words - asked.of[name] for name, words in DOCUMENTED.items() if words - asked.of[name]} == {}, (
        "not used"
    )
    assert asked.media_types == {
        f"application/vnd.elasticsearch+{kind}; compatible-with=8" for kind in ("json", "x-ndjson")
    }

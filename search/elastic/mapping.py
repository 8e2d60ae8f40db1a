"""What the index holds of a document, and the name that follows from it.

Text arrives as the tokens of ``search.analysis``: folded and stemmed once, for every engine, so that all find the same
documents. The server only splits at spaces; suggestions get the beginnings of each word.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from search.documents import sources
from search.facets import LINK, TYPE
from search.models import ExactName, IndexedDocument
from search.query import LARGEST_PAGE, MOST_PAGES

from .client import Date, Double, Integer, Keyword, Long, Mapping, Object, Text, analyzer, token_filter

LAYOUT = 2  # rises when an index has other aliases, or its versions another meaning, while the mapping stays
LONGEST_BEGINNING = 20
TEXT_FIELDS = ("title_tokens", "names_tokens", "keywords_tokens", "summary_tokens", "body_tokens")

_tokens = analyzer("village_tokens", tokenizer="whitespace", filter=[])
_beginnings = analyzer(
    "village_beginnings",
    tokenizer="whitespace",
    filter=[token_filter("village_edges", "edge_ngram", min_gram=1, max_gram=LONGEST_BEGINNING)],
)
_beginning = analyzer(
    "village_beginning",
    tokenizer="whitespace",
    filter=[token_filter("village_cut", "truncate", length=LONGEST_BEGINNING)],
)


def facet_names() -> tuple[str, ...]:
    """Every filter of every source, those that are never shown included."""
    names = {TYPE, LINK}
    for source in sources():
        names |= {facet.name for facet in source.facets} | set(source.hidden_facets)
    return tuple(sorted(names))


def body(facets: tuple[str, ...]) -> dict[str, Any]:
    """Settings and mapping of an index for documents with these facets."""
    mapping = Mapping()
    mapping.meta("dynamic", "strict")
    for field in TEXT_FIELDS:  # the beginnings of a word that goes on are looked up, not searched for
        mapping.field(field, Text(analyzer=_tokens, index_prefixes={"min_chars": 2, "max_chars": 8}))
    mapping.field("name_words", Text(analyzer=_beginnings, search_analyzer=_beginning, norms=False))
    mapping.field("names", Keyword())  # whole: title, abbreviations, former names, identifiers
    mapping.field("facets", Object(dynamic="strict", properties={name: Keyword() for name in facets}))
    mapping.field("type", Keyword())
    mapping.field("sort_title", Keyword())
    mapping.field("name_start", Keyword(ignore_above=8000))
    mapping.field("title_length", Integer())
    mapping.field("boost", Double())
    mapping.field("sort_date", Date())
    mapping.field("row", Long())
    mapping.field("version", Long())
    return {
        "settings": {
            "number_of_shards": 1,  # exact counts and one ranking; a million documents are a small shard
            "auto_expand_replicas": "0-1",
            "max_result_window": MOST_PAGES * LARGEST_PAGE,
            "gc_deletes": "1h",  # a rebuild that copies an old row must not bring back what was deleted meanwhile
            "analysis": mapping._collect_analysis(),
        },
        "mappings": mapping.to_dict(),
    }


@lru_cache(maxsize=8)
def fingerprint(facets: tuple[str, ...]) -> str:
    """Ten characters that change with the mapping: code never asks an index that was made for other code."""
    return hashlib.sha256(json.dumps([LAYOUT, body(facets)], sort_keys=True).encode()).hexdigest()[:10]


# ---- documents ------------------------------------------------------------------------------------------------------
COLUMNS = (
    *("pk", "type", "key", "version", "facets", "boost", "sort_title", "sort_date", "name_words", "title"),
    *TEXT_FIELDS,
)


def documents(pks: Iterable[int]) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """Id, version and content of the documents in these rows of the database's index; two statements."""
    wanted, known = list(pks), set(facet_names())
    names: dict[int, list[str]] = {}
    for pk, name in ExactName.objects.filter(document__in=wanted).values_list("document", "name"):
        names.setdefault(pk, []).append(name)
    for row in IndexedDocument.objects.filter(pk__in=wanted).values(*COLUMNS):
        pk, key, title = row.pop("pk"), row.pop("key"), row.pop("title")
        content = {
            **row,
            # A row may be of an older release, with facets that this one has no field for.
            "facets": {name: values for name, values in row["facets"].items() if name in known},
            "row": pk,
            "names": names.get(pk, []),
            "name_start": row["name_words"][:300],
            "title_length": len(title),
        }
        yield identity(row["type"], key), row["version"], content


def identity(type_: str, key: str) -> str:
    return f"{type_}:{key}"

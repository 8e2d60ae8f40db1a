"""What fits a saved search, and what of it anybody may see at this moment."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from search.documents import Document, source_of
from search.embedded.engine import EmbeddedEngine
from search.parsing import parse
from search.query import Query

from .told import Key

CHUNK = 500


def settled(query: Query) -> Query:
    """What the reader saw results for: with its spelling mended, unless they insist on theirs."""
    corrected = "" if query.exact else parse(query.text).corrected
    return replace(query, text=corrected) if corrected else query


def matching(query: Query) -> list[Key]:
    """Everything that has all the words and passes the filters, the newest first.

    Words are taken as they stand: what they meant was settled when the search was saved. The index in the database is
    asked whichever engine answers readers, because it is complete at any time and can say all at once.
    """
    return EmbeddedEngine().keys(parse(query.text, exact=True), query)


def still_public(keys: Sequence[Key]) -> list[Key]:
    """Those of ``keys`` that an anonymous visitor may open now, whatever the index still holds, in their order."""
    public: set[Key] = set()
    for type_, wanted in _by_type(keys).items():
        if source := source_of(type_):
            for start in range(0, len(wanted), CHUNK):
                found = source.queryset().filter(pk__in=wanted[start : start + CHUNK]).values_list("pk", flat=True)
                public |= {(type_, str(pk)) for pk in found}
    return [key for key in keys if key in public]


def documents_of(keys: Sequence[Key]) -> list[Document]:
    """The documents as their records stand now, in the order of ``keys``; what is not public is left out."""
    found: dict[Key, Document] = {}
    for type_, wanted in _by_type(keys).items():
        if source := source_of(type_):
            for record in source.queryset().filter(pk__in=wanted):
                found[type_, str(record.pk)] = source.document(record)
    return [found[key] for key in keys if key in found]


def _by_type(keys: Iterable[Key]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for type_, key in keys:
        found.setdefault(type_, []).append(key)
    return found

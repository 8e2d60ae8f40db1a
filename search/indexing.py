"""Records into the index: look again at some, or rebuild everything while searches go on."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from . import rarity
from .analysis import analysed, fold, stem, words_in
from .documents import NOT_STATED, Document, DocumentSource, source_of, sources
from .elastic import index, outbox
from .elastic.client import is_configured
from .engines import EngineUnavailable
from .facets import LINK, TYPE
from .models import ExactName, FacetEntry, IndexedDocument, VocabularyWord

log = logging.getLogger(__name__)

CHUNK = 100  # records a transaction: a rebuild never holds SQLite's only write lock for long
REBUILT_KEY = "search-rebuilt-at"

Progress = Callable[[str, int, int], None]  # type, done, of how many


def refresh(keys: Mapping[str, Iterable[Any]]) -> None:
    """Look again at these records: index what a visitor may open, forget the rest. ``keys`` are by type."""
    for type_, wanted in keys.items():
        if (source := source_of(type_)) is None:
            continue
        for chunk in _chunks(dict.fromkeys(str(k) for k in wanted)):
            found = {str(obj.pk): obj for obj in source.queryset().filter(pk__in=chunk)}
            with transaction.atomic():
                for key in chunk:
                    if key in found:
                        put(source.document(found[key]), source)
                    else:
                        remove(type_, key)
                outbox.send_after_commit()


def refresh_stale() -> None:
    """Look again at what time has changed: an offer that expired, a cohort that opened. Safe to repeat."""
    keys: dict[str, list[str]] = {}
    stale = IndexedDocument.objects.filter(fresh_until__lte=timezone.now())
    for type_, key in stale.values_list("type", "key"):
        keys.setdefault(type_, []).append(key)
    refresh(keys)


def rebuild(progress: Progress | None = None) -> dict[str, int]:
    """Index every record again in place and forget what is gone; returns how many there are of each type.

    Where a server outside the database searches, its index is made anew after that. Raises EngineUnavailable when it does
    not answer: the database's own index is complete then, and the server gets everything once it is back.
    """
    totals: dict[str, int] = {}
    words: set[str] = set()
    for source in sources():
        keys = [str(pk) for pk in source.queryset().order_by("pk").values_list("pk", flat=True)]
        for done, chunk in enumerate(_chunks(keys)):
            with transaction.atomic():
                for obj in source.queryset().filter(pk__in=chunk):
                    document = source.document(obj)
                    _write(document, source)
                    words |= set(_words(document))
            if progress:
                progress(source.type, min((done + 1) * CHUNK, len(keys)), len(keys))
        kept = set(keys)
        gone = [
            k for k in IndexedDocument.objects.filter(type=source.type).values_list("key", flat=True) if k not in kept
        ]
        # Between the two reads a record may have come: look once more instead of deleting it.
        refresh({source.type: gone})
        totals[source.type] = len(keys)
    IndexedDocument.objects.exclude(type__in=[s.type for s in sources()]).delete()
    _prune_vocabulary(words)
    optimise()
    cache.set(REBUILT_KEY, timezone.now(), None)
    if is_configured():
        outbox.rebuild(progress)
    return totals


def put(document: Document, source: DocumentSource) -> None:
    """Write one document; the same few statements however large the index is."""
    with transaction.atomic():
        _write(document, source)
        outbox.note(document.type, document.key)


def _write(document: Document, source: DocumentSource) -> None:
    now = index.now_as_version()
    stored = _stored(document)
    with transaction.atomic():
        row, _ = IndexedDocument.objects.update_or_create(
            type=document.type,
            key=document.key,
            defaults={**stored, "version": Greatest(F("version") + 1, Value(now))},
            create_defaults={**stored, "version": now},
        )
        row.entries.all().delete()
        FacetEntry.objects.bulk_create(
            FacetEntry(document=row, type=row.type, facet=f, value=v) for f, v in _entries(document, source)
        )
        row.exact_names.all().delete()
        ExactName.objects.bulk_create(ExactName(document=row, name=n) for n in _exact_names(document))
        words = _words(document)
        VocabularyWord.objects.bulk_create(
            (VocabularyWord(word=w, stem=stem(w), in_name=named) for w, named in words.items()), ignore_conflicts=True
        )
        VocabularyWord.objects.filter(word__in=[w for w, named in words.items() if named], in_name=False).update(
            in_name=True
        )


def remove(type_: str, key: str) -> None:
    """Forget one document, if it is there."""
    found = IndexedDocument.objects.filter(type=type_, key=key)
    with transaction.atomic():
        if is_configured() and (version := found.values_list("version", flat=True).first()) is not None:
            outbox.note(type_, key, max(version + 1, index.now_as_version()))
        found.delete()


def optimise() -> None:
    """Bring the database's statistics up to date; Django never does."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for model in (IndexedDocument, FacetEntry, ExactName, VocabularyWord):
                cursor.execute(f"ANALYZE {model._meta.db_table}")
            rarity.forget()
        else:
            cursor.execute("INSERT INTO search_fts(search_fts) VALUES ('optimize')")
            cursor.execute("PRAGMA optimize")


def is_filled() -> bool:
    """Whether every index agrees with the database. A server that does not answer is not asked for more: it is told later."""
    if not all(part.is_clean for part in drift()):
        return False
    try:
        return not is_configured() or bool(index.in_use())
    except EngineUnavailable:
        return True


@dataclass
class Drift:
    """How far the index is from what a visitor may open."""

    type: str
    records: int
    documents: int
    missing: list[str] = field(default_factory=list)  # records that are not indexed
    stale: list[str] = field(default_factory=list)  # documents whose record is gone or not public

    @property
    def is_clean(self) -> bool:
        return not self.missing and not self.stale


def drift() -> list[Drift]:
    """Compare index and database for every type."""
    found = []
    for source in sources():
        records = {str(pk) for pk in source.queryset().values_list("pk", flat=True)}
        documents = set(IndexedDocument.objects.filter(type=source.type).values_list("key", flat=True))
        found.append(
            Drift(source.type, len(records), len(documents), sorted(records - documents), sorted(documents - records))
        )
    return found


# ---- a document in columns ------------------------------------------------------------------------------------------
def _stored(document: Document) -> dict[str, Any]:
    names = " ".join([document.title, *document.names])
    return {
        "title": document.title[:300],
        "url": document.url[:500],
        "summary": document.summary,
        "names": list(document.names),
        "keywords": list(document.keywords),
        "body": document.body,
        "card": dict(document.card),
        "boost": document.boost,
        "sort_title": fold(document.title)[:300],
        "sort_date": document.sort_date,
        "fresh_until": document.fresh_until,
        "name_words": " ".join(words_in(names)),
        "title_tokens": analysed(document.title),
        "names_tokens": analysed(*document.names, *document.identifiers),
        "keywords_tokens": analysed(*document.keywords),
        "summary_tokens": analysed(document.summary),
        "body_tokens": analysed(document.body),
    }


def _entries(document: Document, source: DocumentSource) -> set[tuple[str, str]]:
    entries = {(TYPE, document.type)} | {(LINK, link) for link in document.links}
    for facet in source.facets:
        values = tuple(document.facets.get(facet.name, ()))
        if not values and facet.not_stated:
            values = (NOT_STATED,)
        entries |= {(facet.name, v) for v in values}
    for name in source.hidden_facets:
        entries |= {(name, v) for v in document.facets.get(name, ())}
    return entries


def _exact_names(document: Document) -> set[str]:
    names = (document.title, *document.names, *document.identifiers)
    return {" ".join(words_in(n))[:200] for n in names} - {""}


def _words(document: Document) -> dict[str, bool]:
    """The words of a document, and whether they stand in a name."""
    words = {w: False for text in (document.summary, document.body, *document.keywords) for w in words_in(text)}
    words |= {w: True for text in (document.title, *document.names) for w in words_in(text)}
    return {w: named for w, named in words.items() if len(w) > 1}


def _prune_vocabulary(words: set[str]) -> None:
    gone = [w for w in VocabularyWord.objects.values_list("word", flat=True) if w not in words]
    for chunk in _chunks(gone, 500):
        VocabularyWord.objects.filter(word__in=chunk).delete()


def _chunks(items: Iterable[str], size: int = CHUNK) -> Iterator[Sequence[str]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk

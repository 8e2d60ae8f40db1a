"""Records into the index: look again at some, or rebuild everything while searches go on."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from core.page_cache import bump_on_commit

from . import facet_sets, rarity
from .analysis import analysed, fold, stem, words_in
from .documents import NOT_STATED, Document, DocumentSource, source_of, sources
from .elastic import index, outbox
from .elastic.client import is_configured
from .facets import LINK, TYPE
from .locking import wait_for_turn
from .models import ExactName, FacetSet, IndexedDocument, VocabularyWord

CHUNK = 100  # records a transaction: a rebuild never holds SQLite's only write lock for long
REBUILT_KEY = "search-rebuilt-at"
COLUMNS = [f.name for f in IndexedDocument._meta.fields if f.name not in ("id", "type", "key")]  # that a write changes

Progress = Callable[[str, int, int], None]  # type, done, of how many


def refresh(keys: Mapping[str, Iterable[Any]]) -> None:
    """Look again at these records: index what a visitor may open, forget the rest. ``keys`` are by type."""
    for type_, wanted in keys.items():
        source = source_of(type_)  # none: a kind of thing that there is no more
        for chunk in _chunks(dict.fromkeys(str(k) for k in wanted)):
            with transaction.atomic():
                wait_for_turn()  # and only then read: whoever writes last has seen the latest
                found = {document.key: document for document in _documents(source, chunk)} if source else {}
                if source:
                    _write(list(found.values()), source)
                for key in found:
                    outbox.note(type_, key)
                _forget(IndexedDocument.objects.filter(type=type_, key__in=[k for k in chunk if k not in found]))
                outbox.send_after_commit()
                bump_on_commit()  # a list that was kept since the change was published shows what stood here before


def take_back(keys: Mapping[str, Iterable[Any]]) -> None:
    """Forget at once those of these records that a visitor may not open any more; part of the caller's transaction.

    What is taken back must not wait for a worker. What names it, and the server outside the database, are told by the task
    that looks again.
    """
    for type_, wanted in keys.items():
        if (source := source_of(type_)) is None:
            continue
        for chunk in _chunks((str(key) for key in wanted), 500):
            indexed = IndexedDocument.objects.filter(type=type_, key__in=chunk)
            if not _not_public(source, indexed):
                continue  # most of what is deleted or saved was never found
            with transaction.atomic():
                wait_for_turn()
                _forget(indexed.filter(key__in=_not_public(source, indexed)))
                bump_on_commit()


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
    versions: dict[int, int] = {}
    for source in sources():
        keys = [str(pk) for pk in source.queryset().order_by("pk").values_list("pk", flat=True)]
        for done, chunk in enumerate(_chunks(keys)):
            with transaction.atomic():
                wait_for_turn()
                written = _write(_documents(source, chunk), source)
                words |= written.words
                versions |= written.versions
            if progress:
                progress(source.type, min((done + 1) * CHUNK, len(keys)), len(keys))
        kept = set(keys)
        gone = [
            k for k in IndexedDocument.objects.filter(type=source.type).values_list("key", flat=True) if k not in kept
        ]
        # Between the two reads a record may have come: look once more instead of deleting it.
        refresh({source.type: gone})
        totals[source.type] = len(keys)
    with transaction.atomic():
        wait_for_turn()
        _forget(IndexedDocument.objects.exclude(type__in=[s.type for s in sources()]))
    facet_sets.repair()
    with transaction.atomic():
        wait_for_turn()
        _prune_vocabulary(words | _words_of_others(versions))
    optimise()
    cache.set(REBUILT_KEY, timezone.now(), None)
    if is_configured():
        outbox.rebuild(progress)
    return totals


def put(document: Document, source: DocumentSource) -> None:
    """Write one document; the same few statements however large the index is."""
    with transaction.atomic():
        wait_for_turn()
        _write([document], source)
        outbox.note(document.type, document.key)


def remove(type_: str, key: str) -> None:
    """Forget one document, if it is there."""
    with transaction.atomic():
        wait_for_turn()
        _forget(IndexedDocument.objects.filter(type=type_, key=key))


def _not_public(source: DocumentSource, indexed: QuerySet[IndexedDocument]) -> list[str]:
    """Keys of those of these documents whose records a visitor may not open; one statement where nothing is indexed."""
    if not (keys := list(indexed.values_list("key", flat=True))):
        return []
    public = {str(pk) for pk in source.queryset().filter(pk__in=keys).values_list("pk", flat=True)}
    return [key for key in keys if key not in public]


def _documents(source: DocumentSource, keys: Sequence[str]) -> list[Document]:
    return [source.document(obj) for obj in source.queryset().filter(pk__in=keys)]


@dataclass(frozen=True)
class _Written:
    words: set[str]
    versions: dict[int, int]  # by row


# The next ones are called in a transaction that has its turn to write.
def _write(documents: Sequence[Document], source: DocumentSource) -> _Written:
    if not documents:
        return _Written(set(), {})
    wanted = IndexedDocument.objects.filter(type=source.type, key__in=[document.key for document in documents])
    known = {row.key: row for row in wanted.only("key", "version", "facets")}
    now = index.now_as_version()
    rows = []
    for document in documents:
        row = IndexedDocument(type=document.type, key=document.key, version=now, **_stored(document, source))
        if before := known.get(document.key):
            row.pk, row.version = before.pk, max(before.version + 1, now)
        rows.append(row)
    IndexedDocument.objects.bulk_create(rows, update_conflicts=True, unique_fields=["pk"], update_fields=COLUMNS)
    changes = facet_sets.Changes()
    for row in rows:
        changes.note(row.pk, known[row.key].facets if row.key in known else {}, row.facets)
    changes.write()
    _write_names({row.pk: _exact_names(document) for row, document in zip(rows, documents, strict=True)})
    return _Written(_write_vocabulary(documents), {row.pk: row.version for row in rows})


def _forget(documents: QuerySet[IndexedDocument]) -> None:
    changes, now = facet_sets.Changes(), index.now_as_version()
    rows = list(documents.only("type", "key", "version", "facets"))
    for row in rows:
        outbox.note(row.type, row.key, max(row.version + 1, now))
        changes.note(row.pk, row.facets, {})
    changes.write()
    if rows:
        documents.delete()


def _write_names(names: Mapping[int, set[str]]) -> None:
    wanted = {(pk, name) for pk, each in names.items() for name in each}
    kept = {(row.document_id, row.name): row for row in ExactName.objects.filter(document__in=list(names))}
    if gone := [row.pk for called, row in kept.items() if called not in wanted]:
        ExactName.objects.filter(pk__in=gone).delete()
    ExactName.objects.bulk_create(ExactName(document_id=pk, name=name) for pk, name in sorted(wanted - kept.keys()))


def _write_vocabulary(documents: Iterable[Document]) -> set[str]:
    words: dict[str, bool] = {}
    for document in documents:
        for word, named in _words(document).items():
            words[word] = words.get(word, False) or named
    known = dict(VocabularyWord.objects.filter(word__in=list(words)).values_list("word", "in_name"))
    VocabularyWord.objects.bulk_create(
        VocabularyWord(word=word, stem=stem(word), in_name=named) for word, named in words.items() if word not in known
    )
    if risen := [word for word, named in words.items() if named and not known.get(word, True)]:
        VocabularyWord.objects.filter(word__in=risen).update(in_name=True)
    return set(words)


def optimise() -> None:
    """Bring the database's statistics up to date; Django never does."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for model in (IndexedDocument, FacetSet, ExactName, VocabularyWord):
                cursor.execute(f"ANALYZE {model._meta.db_table}")
            rarity.forget()
        else:
            # Begins by taking its turn: both read first, and no reader becomes a writer while somebody else writes.
            with transaction.atomic():
                cursor.execute("INSERT INTO search_fts(search_fts) VALUES ('optimize')")
                cursor.execute("PRAGMA optimize")


# ---- a document in columns ------------------------------------------------------------------------------------------
def _stored(document: Document, source: DocumentSource) -> dict[str, Any]:
    names = " ".join([document.title, *document.names])
    return {
        "title": document.title[:300],
        "url": document.url[:500],
        "summary": document.summary,
        "names": list(document.names),
        "keywords": list(document.keywords),
        "body": document.body,
        "card": dict(document.card),
        "facets": _facets(document, source),
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


def _facets(document: Document, source: DocumentSource) -> dict[str, list[str]]:
    facets = {TYPE: [document.type], LINK: sorted(set(document.links))}
    for facet in source.facets:
        values = document.facets.get(facet.name) or ((NOT_STATED,) if facet.not_stated else ())
        facets[facet.name] = sorted(set(values))
    for name in source.hidden_facets:
        facets[name] = sorted(set(document.facets.get(name, ())))
    return {name: values for name, values in facets.items() if values}


def _exact_names(document: Document) -> set[str]:
    names = (document.title, *document.names, *document.identifiers)
    return {" ".join(words_in(n))[:200] for n in names} - {""}


def _words(document: Document) -> dict[str, bool]:
    """The words of a document, and whether they stand in a name."""
    words = {w: False for text in (document.summary, document.body, *document.keywords) for w in words_in(text)}
    words |= {w: True for text in (document.title, *document.names) for w in words_in(text)}
    return {w: named for w, named in words.items() if len(w) > 1}


def _words_of_others(versions: Mapping[int, int]) -> set[str]:
    """The words of whatever has changed since a rebuild wrote these versions, or was never among them."""
    rows = IndexedDocument.objects.values_list("pk", "version").iterator(5000)
    changed = [pk for pk, version in rows if versions.get(pk) != version]
    words: set[str] = set()
    for start in range(0, len(changed), CHUNK):
        found = IndexedDocument.objects.filter(pk__in=changed[start : start + CHUNK])
        for name_words, *texts, keywords in found.values_list("name_words", "summary", "body", "keywords"):
            words.update(name_words.split(), *(words_in(text) for text in (*texts, *keywords)))
    return words


def _prune_vocabulary(words: set[str]) -> None:
    gone = [w for w in VocabularyWord.objects.values_list("word", flat=True) if w not in words]
    for chunk in _chunks(gone, 500):
        VocabularyWord.objects.filter(word__in=chunk).delete()


def _chunks(items: Iterable[str], size: int = CHUNK) -> Iterator[Sequence[str]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk

"""How far the database's index is from what a visitor may open, and mending it."""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.models import Page

from . import facet_sets
from .documents import DocumentSource, sources
from .elastic import index
from .elastic.client import is_configured
from .engines import EngineUnavailable
from .indexing import refresh
from .models import IndexedDocument

log = logging.getLogger(__name__)

HOURLY = 3600
A_TASKS_TIME = timedelta(minutes=1)  # in which a worker that runs has long indexed what was published
COMPARED = "search-database-compared"


@dataclass
class Drift:
    """How far the documents of one type are from their records."""

    type: str
    records: int
    documents: int
    missing: list[str] = field(default_factory=list)  # records that are not indexed
    stale: list[str] = field(default_factory=list)  # documents whose record is gone or not public
    outdated: list[str] = field(default_factory=list)  # documents of pages that were published again since

    @property
    def is_clean(self) -> bool:
        return not self.missing and not self.stale and not self.outdated

    @property
    def keys(self) -> list[str]:
        return [*self.missing, *self.stale, *self.outdated]


def drift(*, but_for: timedelta = timedelta(0)) -> list[Drift]:
    """Compare index and database for every type, and name what is left of types that there are no more.

    What was published within the time ``but_for`` may be missing or outdated: its task is about to look at it.
    """
    found, now = [], timezone.now()
    for source in sources():
        published = _published(source, now)
        indexed = dict(IndexedDocument.objects.filter(type=source.type).values_list("key", "indexed_at"))
        records, documents = published.keys(), indexed.keys()
        settled = {key for key, at in published.items() if not at or at <= now - but_for}
        found.append(
            Drift(
                source.type,
                len(records),
                len(documents),
                missing=sorted(settled - documents),
                stale=sorted(documents - records),
                outdated=sorted(k for k in settled & documents if (at := published[k]) and at > indexed[k]),
            )
        )
    left: dict[str, list[str]] = {}
    for type_, key in _of_no_source().values_list("type", "key").order_by("type", "key"):
        left.setdefault(type_, []).append(key)
    return found + [Drift(type_, 0, len(keys), stale=keys) for type_, keys in left.items()]


def is_filled() -> bool:
    """Whether every index agrees with the database. A server that does not answer is not asked for more: it is told later."""
    if not all(part.is_clean for part in drift()) or facet_sets.wrong():
        return False
    try:
        return not is_configured() or bool(index.in_use())
    except EngineUnavailable:
        return True


def mend() -> None:
    """What ``tick`` does: compare the numbers each minute and everything each hour, and index anew what differs."""
    if not cache.add(COMPARED, True, HOURLY) and not _numbers_differ():
        return
    if found := [part for part in drift(but_for=A_TASKS_TIME) if not part.is_clean]:
        refresh({part.type: part.keys for part in found})
        log.warning(
            "The database's search index had drifted and was mended: %s.",
            "; ".join(
                f"{part.type}: {len(part.missing)} missing, {len(part.outdated)} outdated, {len(part.stale)} too many"
                for part in found
            ),
        )
    if wrong := facet_sets.wrong():
        facet_sets.repair()
        log.warning("Filters of search counted what their documents do not say, and were mended: %s.", ", ".join(wrong))


def _numbers_differ() -> bool:
    return _of_no_source().exists() or any(
        source.queryset().count() != IndexedDocument.objects.filter(type=source.type).count() for source in sources()
    )


def _of_no_source() -> QuerySet[IndexedDocument]:
    return IndexedDocument.objects.exclude(type__in=[source.type for source in sources()])


def _published(source: DocumentSource, now: datetime) -> dict[str, datetime | None]:
    """The key of every record, and when it was last published where that is known and not still to come."""
    if not issubclass(source.model, Page):
        return {str(pk): None for pk in source.queryset().values_list("pk", flat=True)}
    rows = source.queryset().values_list("pk", "last_published_at")
    return {str(pk): at if at and at <= now else None for pk, at in rows}

"""What is about something: documents that link to it, by date. Nothing is ranked, so it is one statement on the tables
that every engine's documents are kept in, and costs no search."""

from collections.abc import Collection
from typing import Any

from django.db.models import F

from .facets import LINK
from .models import FacetEntry, IndexedDocument
from .results import Hit


def about(
    links: Collection[str],
    types: Collection[str],
    *,
    number: int,
    having: tuple[str, str] | None = None,
    soonest_first: bool = False,
) -> list[Hit]:
    """The first ``number`` documents that link to any of ``links`` (``type:slug``), the newest first unless told otherwise.

    ``having`` is a facet and the value that they must have.
    """
    if not links:
        return []
    found = IndexedDocument.objects.filter(type__in=types, pk__in=_entries(LINK, links))
    if having:
        found = found.filter(pk__in=_entries(having[0], [having[1]]))
    date = F("sort_date").asc(nulls_last=True) if soonest_first else F("sort_date").desc(nulls_last=True)
    return [
        Hit(type=d.type, key=d.key, title=d.title, url=d.url, summary=d.summary, card=d.card)
        for d in found.order_by(date, "sort_title", "pk")[:number]
    ]


def _entries(facet: str, values: Collection[str]) -> Any:
    return FacetEntry.objects.filter(facet=facet, value__in=values).values("document")

"""What is about something: documents that link to it, by date.

Nothing is ranked, so the database's own index is asked, which every engine's documents are kept in: one statement where
there is nothing, else two.
"""

from collections.abc import Collection

from django.db.models import F

from .embedded.selecting import select
from .facets import LINK
from .models import IndexedDocument
from .parsing import ParsedQuery
from .query import Query
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
    filters = {LINK: frozenset(links)} | ({having[0]: frozenset({having[1]})} if having else {})
    query = Query(types=frozenset(types), filters=filters)
    if not (kept := select(ParsedQuery(), query, (), any_word=False).kept):
        return []
    found = IndexedDocument.objects.filter(pk__in=list(kept))
    date = F("sort_date").asc(nulls_last=True) if soonest_first else F("sort_date").desc(nulls_last=True)
    return [
        Hit(type=d.type, key=d.key, title=d.title, url=d.url, summary=d.summary, card=d.card)
        for d in found.order_by(date, "sort_title", "pk")[:number]
    ]

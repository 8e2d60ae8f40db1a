"""What is about something: documents that link to it, by date.

Nothing is ranked, so the database's own index is asked, which every engine's documents are kept in; one statement.
"""

from collections.abc import Collection

from django.db import connection
from django.db.models import F, QuerySet

from .facets import LINK
from .models import IndexedDocument
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
    found = _having(IndexedDocument.objects.filter(type__in=types), LINK, sorted(links))
    if having:
        found = _having(found, having[0], [having[1]])
    date = F("sort_date").asc(nulls_last=True) if soonest_first else F("sort_date").desc(nulls_last=True)
    return [
        Hit(type=d.type, key=d.key, title=d.title, url=d.url, summary=d.summary, card=d.card)
        for d in found.order_by(date, "sort_title", "pk")[:number]
    ]


def _having(documents: QuerySet[IndexedDocument], facet: str, values: list[str]) -> QuerySet[IndexedDocument]:
    """Those that have one of ``values``. Of a few types there are few, so that reading each one's values is cheap."""
    column = f"{IndexedDocument._meta.db_table}.facets"
    if connection.vendor == "postgresql":
        return documents.extra(where=[f"jsonb_exists_any({column} -> %s, %s::text[])"], params=[facet, values])
    marks = ", ".join(["%s"] * len(values))
    where = f"EXISTS (SELECT 1 FROM json_each({column}, %s) AS had WHERE had.value IN ({marks}))"
    return documents.extra(where=[where], params=[f'$."{facet}"', *values])

"""The same records for the village's search."""

from typing import Any

from django.db.models import QuerySet

from search.documents import Document, DocumentSource, Facet, Term, register

from .corpus import FACETS
from .models import Entry


def _facet(name: str, values: tuple[str, ...]) -> Facet:
    return Facet(name, name.title(), lambda: [Term(value, value) for value in values], not_stated=True)


@register
class EntrySource(DocumentSource):
    type, label, label_plural, model = "entry", "Entry", "Entries", Entry
    facets = tuple(_facet(f"bench_{name}", values) for name, values in FACETS.items())

    def queryset(self) -> QuerySet[Any]:
        return Entry.objects.all()

    def document(self, obj: Any) -> Document:
        return Document(
            type="entry",
            key=str(obj.pk),
            title=obj.title,
            url=f"/entries/{obj.pk}/",
            summary=obj.summary,
            body=obj.body,
            facets={f"bench_{name}": tuple(values) for name, values in obj.facets.items()},
            boost=1.0 if obj.pk % 5 else 0.6,  # a fifth is overdue
        )

"""A kind of thing of its own, so that search is tested without any noun of the domain."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from django.db.models import Model, QuerySet
from taggit.models import Tag

from search import documents
from search.documents import Document, DocumentSource, Facet, Term
from search.indexing import rebuild

COLOURS = [Term("red", "Red"), Term("green", "Green", ("verdant",)), Term("blue", "Blue")]
SIZES = [Term("small", "Small", ("1",)), Term("large", "Large", ("2",))]


@dataclass
class Shelf:
    """What the documents of this test hold, by the key of their record."""

    contents: dict[str, dict[str, Any]] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)

    def put(self, title: str, **values: Any) -> Tag:
        tag = Tag.objects.create(name=title, slug=f"tag-{Tag.objects.count() + 1}")
        self.contents[str(tag.pk)] = values
        return tag


@pytest.fixture
def shelf(db: None, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """Things with colours and sizes, and nothing else, can be found."""
    shelf = Shelf()

    class ThingSource(DocumentSource):
        type, label, label_plural, model = "thing", "Thing", "Things", Tag
        facets = (Facet("colour", "Colour", lambda: COLOURS, not_stated=True), Facet("size", "Size", lambda: SIZES))

        def queryset(self) -> QuerySet[Tag]:
            return Tag.objects.exclude(pk__in=shelf.hidden)

        def document(self, obj: Tag) -> Document:
            values = dict(shelf.contents.get(str(obj.pk), {}))
            facets = {name: tuple(values.pop(name, ())) for name in ("colour", "size")}
            return Document(
                type="thing", key=str(obj.pk), title=obj.name, url=f"/things/{obj.slug}/", facets=facets, **values
            )

    class OtherSource(ThingSource):
        type, label, label_plural = "other", "Other", "Others"
        facets = ()

        def queryset(self) -> QuerySet[Tag]:
            return Tag.objects.filter(slug="other")

        def document(self, obj: Model) -> Document:
            return Document(
                type="other", key=str(obj.pk), title=f"The other {obj}", url="/other/", sort_date=date(2026, 1, 1)
            )

    monkeypatch.setattr(documents, "_sources", {"thing": ThingSource(), "other": OtherSource()})
    return shelf


@pytest.fixture
def filled(shelf: Shelf) -> Shelf:
    """A few things as a directory has them."""
    shelf.put(
        "National Pathology Imaging Co-operative",
        names=("NPIC", "Pathology Imaging Ltd"),
        identifiers=("09506232", "GB-COH-09506232"),
        summary="A programme for digital pathology, with AI for cancer diagnostics.",
        body="It scans glass slides in every hospital.",
        keywords=("Digital, data and AI",),
        colour=("red",),
        size=("large",),
        sort_date=date(2026, 5, 3),
    )
    shelf.put(
        "University of Besançon",
        summary="Teaching and research.",
        body="Paediatric wards and the pathology of children.",
        colour=("red", "green"),
        size=("large",),
        links=("thing:tag-1",),
    )
    shelf.put("Airedale Works", summary="Desks and a wet lab.", colour=("blue",), size=("small",), boost=0.5)
    shelf.put("Aimwell Partners", summary="Lawyers who aid companies.", size=("small",))
    rebuild()
    return shelf


@pytest.fixture
def titles() -> Callable[..., list[str]]:
    """The titles that a query finds, in order."""
    from search.engine import search
    from search.query import Query

    def find(text: str = "", **values: Any) -> list[str]:
        filters = {name: frozenset(v) for name, v in values.pop("filters", {}).items()}
        return [hit.title for hit in search(Query(text=text, filters=filters, **values)).hits]

    return find

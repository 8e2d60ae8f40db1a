"""Spaces as search knows them: what they are, never who has them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, QuerySet

from core.visibility import public
from directory.documents.terms import PLACE
from directory.models import Place
from search.documents import Document, DocumentSource, exclude_from_search, register
from search.results import Hit
from spaces.models import AccessFeature, Floor, SpaceIndexPage, SpacePage

# Among everything else a room is rarely what is meant; whoever looks for one finds nothing that fits better.
BESIDE_ORGANISATIONS = 0.4

exclude_from_search(SpaceIndexPage)


@register
class SpaceSource(DocumentSource):
    type, label, label_plural, model = "space", "Space", "Spaces", SpacePage
    listed_at = "/spaces/"
    facets = (PLACE,)
    term_models = (AccessFeature, Place)

    def queryset(self) -> QuerySet[SpacePage]:
        spaces: QuerySet[SpacePage] = public(SpacePage.objects.all())
        return spaces.select_related("floor__building").prefetch_related("access_features")

    def document(self, obj: SpacePage) -> Document:
        access = [feature.name for feature in obj.access_features.all()]
        floor = obj.floor
        return Document(
            type=self.type,
            key=str(obj.pk),
            title=obj.title,
            url=obj.url or "",
            summary=obj.description,
            keywords=("space", "room", "book", obj.get_kind_display(), *obj.kit_lines, *access),
            body=obj.price_words,
            boost=BESIDE_ORGANISATIONS,
            facets={"place": (floor.building.slug,) if floor else ()},
            card={
                "initials": "".join(word[0] for word in obj.title.split()[:2]).upper(),
                "tone": "place",
                "meta": [str(obj.get_kind_display()), f"For {obj.capacity}", *([floor.name] if floor else [])],
                "kind": str(obj.get_kind_display()),
                "capacity": obj.capacity,
                "floor": floor.name if floor else "",
                "demonstration": obj.demonstration,
            },
        )

    def columns(self, hit: Hit) -> dict[str, Any]:
        return {name: hit.card.get(name) for name in ("kind", "capacity", "floor")}

    def affected_by(self, instance: Model) -> Iterable[Any]:
        if isinstance(instance, Floor):
            return self.keys(floor=instance.pk)
        if isinstance(instance, AccessFeature):
            return self.keys(access_features=instance.pk)
        return self.keys(floor__building=instance.pk) if isinstance(instance, Place) else ()

"""Organisations as search knows them."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model, Prefetch, QuerySet
from django.utils.html import strip_tags
from django.utils.timezone import localdate

from core.visibility import public
from directory.choices import NEED_AT_STAGE
from directory.models import (
    Kind,
    Need,
    NeedStatement,
    OrganisationPage,
    Place,
    Sector,
    Stage,
    Theme,
)
from directory.queries.cohorts import midnight
from search.documents import NOT_STATED, Document, DocumentSource, register
from search.query import Query
from search.results import Hit, Reason

from .terms import KIND, NEED, PLACE, ROLE, SECTOR, STAGE, THEME

OVERDUE_SINKS_TO = 0.8


@register
class OrganisationSource(DocumentSource):
    type, label, label_plural, model = "organisation", "Organisation", "Organisations", OrganisationPage
    listed_at = "/directory/"
    facets = (NEED, STAGE, KIND, ROLE, THEME, SECTOR, PLACE)
    hidden_facets = (NEED_AT_STAGE,)
    term_models = (Need, Stage, Kind, Theme, Sector, Place)

    def queryset(self) -> QuerySet[OrganisationPage]:
        organisations: QuerySet[OrganisationPage] = public(OrganisationPage.objects.all())
        return organisations.select_related("kind", "stage").prefetch_related(
            Prefetch("parent_organisation", public(OrganisationPage.objects.all())),  # none where nobody may open it
            "names",
            "identifiers",
            "themes",
            "sectors",
            "places",
            "offers__need",
            "offers__stages",
            "seeks__need",
            "seeks__stages",
        )

    def document(self, obj: OrganisationPage) -> Document:
        parent = obj.parent_organisation
        offers = [o for o in obj.offers.all() if o.is_current]
        seeks = [s for s in obj.seeks.all() if s.is_current]
        stages = {s.slug for o in offers for s in o.stages.all()} | ({obj.stage.slug} if obj.stage else set())
        terms = [t.name for t in (*obj.sectors.all(), *obj.themes.all(), *obj.places.all())]
        return Document(
            type=self.type,
            key=str(obj.pk),
            title=obj.title,
            url=obj.url or "",
            summary=obj.summary,
            names=tuple(n for n in (obj.abbreviation, *(n.name for n in obj.names.all())) if n),
            identifiers=tuple(text for i in obj.identifiers.all() for text in (i.value, str(i))),
            keywords=(obj.kind.name, *terms, *(o.need.name for o in offers), *([parent.title] if parent else [])),
            body=" ".join([plain(obj.description), *(s.words for s in (*offers, *seeks))]).strip(),
            facets={
                "need": tuple({o.need.slug for o in offers}),
                "stage": tuple(stages),
                "kind": (obj.kind.slug,),
                "role": (obj.role,),
                "theme": tuple(t.slug for t in obj.themes.all()),
                "sector": tuple(t.slug for t in obj.sectors.all()),
                "place": tuple(t.slug for t in obj.places.all()),
                NEED_AT_STAGE: ()
                if obj.demonstration
                else tuple({f"{o.need.slug}:{s.slug}" for o in offers for s in o.stages.all()}),
            },
            links=(f"organisation:{obj.slug}", *([f"organisation:{parent.slug}"] if parent else [])),
            card={
                "initials": obj.initials,
                "tone": obj.kind.tone,
                "meta": [obj.kind.name, *([f"Part of {parent.title}"] if parent else [])],
                "kind": obj.kind.short_name or obj.kind.name,
                "role": obj.role,
                "part_of": {"title": parent.title, "url": parent.url} if parent else None,
                "checked_on": obj.checked_on.isoformat() if obj.checked_on else None,
                "overdue_since": obj.check_due_on.isoformat() if obj.check_due_on and obj.is_check_overdue else None,
                "demonstration": obj.demonstration,
                "offers": [_compact(o) for o in offers],
            },
            boost=OVERDUE_SINKS_TO if obj.is_check_overdue else 1.0,
            sort_date=obj.checked_on,
            fresh_until=_fresh_until(obj),
        )

    def affected_by(self, instance: Model) -> Iterable[Any]:
        """Organisations whose documents show a term, or the name of a parent, that was changed."""
        match instance:
            case OrganisationPage():
                return self.keys(parent_organisation=instance.pk)
            case NeedStatement():
                return [instance.organisation_id]
            case Kind():
                return self.keys(kind=instance.pk)
            case Theme():
                return self.keys(themes=instance.pk)
            case Sector():
                return self.keys(sectors=instance.pk)
            case Place():
                return self.keys(places=instance.pk)
            case Need():
                return self.keys(offers__need=instance.pk).distinct()
            case Stage():
                return self.keys(offers__stages=instance.pk).distinct()
        return ()

    def reasons(self, hit: Hit, query: Query) -> Sequence[Reason]:
        """How it fits the needs and stages that were chosen."""
        needs, stages = query.filters.get("need", frozenset()), query.filters.get("stage", frozenset())
        if not (needs or stages):
            return ()
        offers = hit.card.get("offers", [])
        fitting = [
            o
            for o in offers
            if (not needs or o["need"] in needs) and (not stages or stages.intersection(s for s, *_ in o["stages"]))
        ]
        if fitting:
            said = [f"offers {_lower(o['label'])}{_at(o, stages)}" for o in fitting[:2]]
            more = len(fitting) - 2
            if more > 0:
                said.append(f"meets {more} more of your needs" if needs else f"and {more} more at your stage")
            return (Reason("Fit", "; ".join(said)),)
        if needs and (other := [o for o in offers if o["need"] in needs]):
            return (Reason("Fit", f"offers {_lower(other[0]['label'])}, at other stages"),)
        if NOT_STATED in needs | stages:
            return (Reason("Stage" if stages else "Need", "not stated"),)
        return ()

    def columns(self, hit: Hit) -> dict[str, Any]:
        card = hit.card
        offers = card.get("offers", [])
        stages = {number: label for offer in offers for _, label, number in offer["stages"]}
        return {
            "kind": card.get("kind"),
            "role": card.get("role"),
            "part_of": (card.get("part_of") or {}).get("title"),
            "meets_needs": list(dict.fromkeys(offer["label"] for offer in offers)),
            "at_stages": [f"{number} {stages[number]}" for number in sorted(stages)],
            "checked_on": card.get("checked_on"),
        }


def _fresh_until(organisation: OrganisationPage) -> datetime | None:
    """The midnight after which an offer has expired or the check is overdue; the earliest still to come."""
    last_days = [s.expires_on for s in (*organisation.offers.all(), *organisation.seeks.all())]
    last_days.append(organisation.check_due_on)
    today = localdate()
    return min((midnight(day + timedelta(days=1)) for day in last_days if day and day >= today), default=None)


def plain(html: str) -> str:
    """Rich text as plain words; tags part words as they part paragraphs."""
    return " ".join(strip_tags(html.replace("><", "> <")).split())


def _compact(offer: NeedStatement) -> dict[str, Any]:
    return {
        "need": offer.need.slug,
        "label": offer.need.short_name or offer.need.name,
        "words": offer.words,
        "stages": [[s.slug, s.short_name or s.name, s.number] for s in offer.stages.all()],
    }


def _at(offer: dict[str, Any], chosen: frozenset[str]) -> str:
    named = [label for slug, label, _ in offer["stages"] if slug in chosen]
    return f" at your stage, {_lower(named[0])}" if named else ""


def _lower(label: str) -> str:
    """A label inside a sentence, leaving “NHS” and “AI” as they are."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


__all__ = ["OrganisationSource", "plain"]

"""Support services as Open Referral UK counts them: what organisations offer, and programmes and cohorts one may join.

An id carries the number of the record that it stands for, so that one is found again without a list of ids.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from core.models import BasePage
from core.visibility import is_public, public
from directory.choices import CohortStatus, ProgrammeStatus
from directory.models import (
    CohortPage,
    Need,
    Offer,
    OrganisationIdentifier,
    OrganisationPage,
    Place,
    ProgrammePage,
    Stage,
    Term,
    Theme,
)

from .cohorts import status_of

MOST_WORDS = 10  # of a search; more would make a statement that databases refuse


# ---- ids ------------------------------------------------------------------------------------------------------------
class Entity(IntEnum):
    """What an id may stand for; the number is a part of the id, so it never changes."""

    OFFER = 1
    PROGRAMME = 2
    COHORT = 3
    ORGANIZATION = 4
    LOCATION = 5
    TAXONOMY = 6
    NEED = 7
    STAGE = 8
    THEME = 9


SPACE = 0x9CDE53FFB90E << 80  # the first 48 bits of every id: these are the village's


def identity(entity: Entity, number: int) -> UUID:
    """The id of the record with this primary key: a UUID of version 8, which RFC 9562 leaves to us to fill."""
    return UUID(int=SPACE | 0x8 << 76 | entity << 64 | 0b10 << 62 | number)


def record_of(text: str) -> tuple[Entity, int] | None:
    """What an id stands for; None for what is no id of ours."""
    try:
        written = UUID(text)
        entity, number = Entity(written.int >> 64 & 0xFFF), written.int & (1 << 62) - 1
    except ValueError:
        return None
    return (entity, number) if str(identity(entity, number)) == text.casefold() else None


# ---- taxonomies -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Taxonomy:
    """One of the editors' lists by which services are sorted; ``facet`` is the directory's filter of the same terms."""

    entity: Entity
    model: type[Term]
    facet: str
    name: str
    description: str

    @property
    def id(self) -> UUID:
        return identity(Entity.TAXONOMY, self.entity)


TAXONOMIES = (
    Taxonomy(Entity.NEED, Need, "need", "Needs", "What an innovator asks for."),
    Taxonomy(
        Entity.STAGE,
        Stage,
        "stage",
        "Stages of development",
        "How far an idea has got, from a need to after its launch.",
    ),
    Taxonomy(Entity.THEME, Theme, "theme", "Themes", "What research and innovation in the village are about."),
)
TAXONOMY_OF = {taxonomy.entity: taxonomy for taxonomy in TAXONOMIES}


@dataclass(frozen=True)
class TaxonomyTerm:
    taxonomy: Taxonomy
    term: Term

    @property
    def id(self) -> UUID:
        return identity(self.taxonomy.entity, self.term.pk)


def terms_of(taxonomies: Iterable[Taxonomy] = TAXONOMIES) -> list[TaxonomyTerm]:
    return [TaxonomyTerm(taxonomy, term) for taxonomy in taxonomies for term in taxonomy.model._default_manager.all()]


# ---- services -------------------------------------------------------------------------------------------------------
Record = Offer | ProgrammePage | CohortPage


@dataclass(frozen=True)
class Provider:
    organisation: OrganisationPage
    parent: UUID | None  # where that is public too

    @property
    def id(self) -> UUID:
        return identity(Entity.ORGANIZATION, self.organisation.pk)


@dataclass(frozen=True, kw_only=True)
class Service:
    """``page`` says more of it, at ``anchor``; ``provider`` is known where it is public."""

    id: UUID
    record: Record
    page: BasePage
    provider: Provider | None
    name: str
    description: str
    anchor: str = ""
    status: str = "active"
    checked_on: date | None = None
    fees: str = ""
    eligibility: str = ""
    applying: str = ""


@dataclass(frozen=True)
class Sought:
    """What services are asked for. A taxonomy without the number of a term means any of its terms."""

    words: Sequence[str] = ()
    terms: Sequence[tuple[Entity, int | None]] = ()


# Where each kind of record says by which terms it is sorted.
SORTED_BY: Mapping[Entity, Mapping[type, tuple[str, ...]]] = {
    Entity.NEED: {Offer: ("need",), ProgrammePage: ("needs",), CohortPage: ("offers__need",)},
    Entity.STAGE: {Offer: ("stages",), CohortPage: ("stages",)},
    Entity.THEME: {Offer: ("organisation__themes",), CohortPage: ("theme", "themes")},
}
# Never the name of who runs it: that may not be public, and a search would tell.
SAID_IN: Mapping[type, tuple[str, ...]] = {
    Offer: ("words", "need__name", "organisation__title", "organisation__abbreviation", "organisation__summary"),
    ProgrammePage: ("title", "summary", "description", "audience"),
    CohortPage: ("title", "summary", "description"),
}
ENDED = "defunct"
OF_PROGRAMMES = {ProgrammeStatus.RUNNING: "active", ProgrammeStatus.ENDED: ENDED}
OF_COHORTS = {CohortStatus.OPEN: "active", CohortStatus.ALUMNI: ENDED}


def services(sought: Sought, first: int, size: int) -> tuple[list[Service], int]:
    """``size`` services from ``first`` on, and how many there are: programmes, cohorts, then offers as they were made.

    What has ended is not listed.
    """
    pages: list[Record] = [
        *public(_found(ProgrammePage, sought)).order_by("path"),
        *public(_found(CohortPage, sought)).select_related("programme").order_by("path"),
    ]
    pages = [page for page in pages if _status(page) != ENDED]
    offers = _current(_found(Offer, sought))
    records = pages[first : first + size]
    begin = max(first - len(pages), 0)
    records += offers.select_related("need").order_by("pk")[begin : begin + size - len(records)]
    return _services(records), len(pages) + offers.count()


def service(entity: Entity, number: int) -> Service | None:
    """The public service that is this record, though it may have ended."""
    found: Sequence[Record] = ()
    if entity is Entity.OFFER:
        found = list(_current(Offer.objects.filter(pk=number)).select_related("need"))
    elif entity is Entity.PROGRAMME:
        found = list(public(ProgrammePage.objects.filter(pk=number)))
    elif entity is Entity.COHORT:
        found = list(public(CohortPage.objects.filter(pk=number)).select_related("programme"))
    return next(iter(_services(found)), None)


def services_at_places(sought: Sought, first: int, size: int) -> tuple[list[tuple[Service, Place]], int]:
    """``size`` pairs of an offer and a place from ``first`` on, and how many there are."""
    pairs = _current(_found(Offer, sought)).filter(organisation__places__isnull=False)
    keys = pairs.order_by("pk", "organisation__places").values_list("pk", "organisation__places")[first : first + size]
    offers = Offer.objects.filter(pk__in={offer for offer, _ in keys}).select_related("need")
    found = {service.record.pk: service for service in _services(list(offers))}
    places = Place.objects.in_bulk({place for _, place in keys})
    return [(found[offer], places[place]) for offer, place in keys if offer in found], pairs.count()


def terms_about(service: Service) -> list[TaxonomyTerm]:
    """By which terms the service is sorted; one statement a taxonomy."""
    kind, found = type(service.record), []
    for taxonomy in TAXONOMIES:
        if fields := SORTED_BY[taxonomy.entity].get(kind, ()):
            keys = (kind.objects.filter(pk=service.record.pk).values(field) for field in fields)
            mine = taxonomy.model._default_manager.filter(_either(Q(pk__in=listed) for listed in keys))
            found += [TaxonomyTerm(taxonomy, term) for term in mine]
    return found


def identifiers_of(provider: Provider) -> list[OrganisationIdentifier]:
    return list(OrganisationIdentifier.objects.filter(organisation=provider.organisation.pk))


def places_of(service: Service) -> list[Place]:
    """The places of an offer are those of its organisation. Nothing says where programmes and cohorts take place."""
    record = service.record
    return list(Place.objects.filter(organisations=record.organisation_id)) if isinstance(record, Offer) else []


# ---- from records to services ---------------------------------------------------------------------------------------
def _found(model: type[Any], sought: Sought) -> QuerySet[Any, Any]:
    condition = Q()
    for word in sought.words[:MOST_WORDS]:
        condition &= _either(Q(**{f"{field}__icontains": word}) for field in SAID_IN[model])
    for entity, number in sought.terms:
        asked = {"": number} if number is not None else {"__isnull": False}
        fields = SORTED_BY[entity].get(model, ())
        sorted_so = _either(Q(**{field + how: value}) for field in fields for how, value in asked.items())
        # In a subquery: a join would give a record once for each of its terms.
        condition &= Q(pk__in=model.objects.filter(sorted_so).values("pk"))
    found: QuerySet[Any, Any] = model.objects.filter(condition)
    return found


def _either(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions, Q(pk__in=[]))


def _current(offers: QuerySet[Offer]) -> QuerySet[Offer]:
    today = timezone.localdate()
    return offers.filter(is_public("organisation__"), Q(expires_on=None) | Q(expires_on__gte=today))


def _services(records: Sequence[Record]) -> list[Service]:
    """What the records are as services; two statements, however many there are."""
    keys = {key for record in records if (key := _run_by(record))}
    organisations = public(OrganisationPage.objects.filter(pk__in=keys)).select_related("kind").in_bulk()
    above = {organisation.parent_organisation_id for organisation in organisations.values()} - {None}
    parents = (
        set(public(OrganisationPage.objects.filter(pk__in=above)).values_list("pk", flat=True)) if above else set()
    )
    providers = {
        key: Provider(
            organisation,
            identity(Entity.ORGANIZATION, organisation.parent_organisation_id)
            if organisation.parent_organisation_id in parents
            else None,
        )
        for key, organisation in organisations.items()
    }
    found = (_service(record, providers.get(_run_by(record) or 0)) for record in records)
    return [service for service in found if service]


def _run_by(record: Record) -> int | None:
    key: int | None = None
    if isinstance(record, Offer):
        key = record.organisation_id
    elif programme := record.programme if isinstance(record, CohortPage) else record:
        key = programme.run_by_id
    return key


def _status(page: Record) -> str:
    if isinstance(page, ProgrammePage):
        return OF_PROGRAMMES.get(ProgrammeStatus(page.status), "inactive")
    return OF_COHORTS.get(status_of(page), "inactive") if isinstance(page, CohortPage) else "active"


def _service(record: Record, provider: Provider | None) -> Service | None:
    match record:
        case Offer():
            if provider is None:
                return None  # its organisation was taken back this moment
            page = provider.organisation
            return Service(
                id=identity(Entity.OFFER, record.pk),
                record=record,
                page=page,
                provider=provider,
                name=f"{record.need.name}: {page.title}",
                description=record.words or page.summary,
                anchor="#offers",
                checked_on=page.checked_on,
            )
        case ProgrammePage():
            return Service(
                id=identity(Entity.PROGRAMME, record.pk),
                record=record,
                page=record,
                provider=provider,
                name=record.title,
                description=record.summary,
                status=_status(record),
                eligibility=record.audience,
            )
        case CohortPage():
            return Service(
                id=identity(Entity.COHORT, record.pk),
                record=record,
                page=record,
                provider=provider,
                name=record.title,
                description=record.summary,
                status=_status(record),
                fees=record.cost,
                applying=record.application_intro,
            )


__all__ = [
    "TAXONOMIES",
    "TAXONOMY_OF",
    "Entity",
    "Provider",
    "Service",
    "Sought",
    "Taxonomy",
    "TaxonomyTerm",
    "identifiers_of",
    "identity",
    "places_of",
    "record_of",
    "service",
    "services",
    "services_at_places",
    "terms_about",
    "terms_of",
]

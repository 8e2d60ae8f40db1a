"""What Open Referral UK 3.0 (HSDS 3.0, the UK profile) calls things, and how ours are said in its words.

What nobody has stated is left out.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from django.http import HttpRequest
from django.urls import reverse

from core.api import ADDRESS, DAY, FLAG, MOMENT, NUMBER, TEXT, Schema, record, several, sparse
from directory.documents.organisations import plain
from directory.models import OrganisationIdentifier, Place
from directory.queries import open_referral as queries
from directory.queries.open_referral import Provider, Service, Taxonomy, TaxonomyTerm, identity

INVENTED = "Invented for a demonstration: it can't be used."
# What a term says of a service, in the words of the standard's open list.
LINK_TYPES = {"need": "service_type", "stage": "intended_audience", "theme": "theme"}

# ---- what is answered -----------------------------------------------------------------------------------------------
ID: Schema = {**TEXT, "format": "uuid"}
STATUS: Schema = {**TEXT, "enum": ["active", "inactive", "defunct", "temporarily closed"]}
TERM = record(id=ID, code=TEXT, name=TEXT, term=TEXT, description=TEXT, taxonomy=TEXT, taxonomy_id=ID, term_uri=ADDRESS)
TAXONOMY = record(id=ID, name=TEXT, description=TEXT, uri=ADDRESS)
ORGANIZATION: dict[str, Schema] = {
    "id": ID,
    "name": TEXT,
    "description": TEXT,
    "website": ADDRESS,
    "uri": ADDRESS,
    "parent_organization_id": ID,
}
SERVICE: dict[str, Schema] = {
    "id": ID,
    "organization_id": ID,
    "name": TEXT,
    "description": TEXT,
    "url": ADDRESS,
    "status": STATUS,
    "fees_description": TEXT,
    "eligibility_description": TEXT,
    "application_process": TEXT,
    "assured_date": DAY,
    "alert": TEXT,
    "last_modified": MOMENT,
}
ALWAYS, ALWAYS_OF_AN_ORGANIZATION = ("id", "name", "status", "url"), ("id", "name", "description", "uri")
LISTED = sparse(*ALWAYS, **SERVICE, organization=sparse(*ALWAYS_OF_AN_ORGANIZATION, **ORGANIZATION))
LOCATION = sparse("id", "name", id=ID, name=TEXT, description=TEXT)
AT_LOCATION: dict[str, Schema] = {"id": ID, "service_id": ID, "location_id": ID, "location": LOCATION}
WHOLE = sparse(
    *(*ALWAYS, "attributes"),
    **SERVICE,
    organization=sparse(
        *ALWAYS_OF_AN_ORGANIZATION,
        **ORGANIZATION,
        organization_identifiers=several(
            record(id=ID, organization_id=ID, identifier_scheme=TEXT, identifier_type=TEXT, identifier=TEXT)
        ),
    ),
    service_at_locations=several(record(**AT_LOCATION)),
    cost_options=several(record(id=ID, service_id=ID, amount_description=TEXT)),
    attributes=several(
        record(id=ID, link_id=ID, link_type=TEXT, link_entity=TEXT, taxonomy_term_id=ID, taxonomy_term=TERM)
    ),
)


def page_of(item: Schema) -> Schema:
    return record(
        total_items=NUMBER,
        total_pages=NUMBER,
        page_number=NUMBER,
        size=NUMBER,
        first_page=FLAG,
        last_page=FLAG,
        empty=FLAG,
        contents=several(item),
    )


# ---- in the words of the standard -----------------------------------------------------------------------------------
def _stated(**values: Any) -> dict[str, Any]:
    """Without what nobody has stated."""
    return {name: value for name, value in values.items() if value}


def _text(id_: UUID | None) -> str:
    return str(id_) if id_ else ""


def service_listed(request: HttpRequest, service: Service) -> dict[str, Any]:
    page, provider = service.page, service.provider
    return _stated(
        id=str(service.id),
        organization_id=_text(provider.id if provider else None),
        name=service.name,
        description=service.description,
        url=f"{_address(request, page)}{service.anchor}",
        status=service.status,
        fees_description=service.fees,
        eligibility_description=service.eligibility,
        application_process=service.applying,
        assured_date=service.checked_on.isoformat() if service.checked_on else "",
        alert=INVENTED if page.demonstration else "",
        last_modified=_moment(page.last_published_at),
        organization=_organization(request, provider) if provider else None,
    )


def service_whole(request: HttpRequest, service: Service) -> dict[str, Any]:
    said, provider = service_listed(request, service), service.provider
    if provider:
        numbers = [_identifier(provider, number) for number in queries.identifiers_of(provider)]
        said["organization"] |= _stated(organization_identifiers=numbers)
    cost = {"id": str(uuid5(service.id, "cost")), "service_id": str(service.id), "amount_description": service.fees}
    return {
        **said,
        **_stated(
            service_at_locations=[at_location(service, place) for place in queries.places_of(service)],
            cost_options=[cost] if service.fees else [],
        ),
        "attributes": [_attribute(request, service, term) for term in queries.terms_about(service)],
    }


def _organization(request: HttpRequest, provider: Provider) -> dict[str, Any]:
    organisation = provider.organisation
    return _stated(
        id=str(provider.id),
        name=organisation.title,
        description=organisation.summary or plain(organisation.description) or organisation.kind.name,
        website=organisation.website,
        uri=_address(request, organisation),
        parent_organization_id=_text(provider.parent),
    )


def _identifier(provider: Provider, number: OrganisationIdentifier) -> dict[str, str]:
    return {
        "id": str(uuid5(provider.id, str(number))),
        "organization_id": str(provider.id),
        "identifier_scheme": number.scheme,
        "identifier_type": str(number.get_scheme_display()),
        "identifier": number.value,
    }


def at_location(service: Service, place: Place) -> dict[str, Any]:
    location = identity(queries.Entity.LOCATION, place.pk)
    address = ", ".join(line.strip() for line in (*place.address.splitlines(), place.postcode) if line.strip())
    return {
        "id": str(uuid5(service.id, str(location))),
        "service_id": str(service.id),
        "location_id": str(location),
        "location": _stated(id=str(location), name=place.name, description=address),
    }


def _attribute(request: HttpRequest, service: Service, term: TaxonomyTerm) -> dict[str, Any]:
    return {
        "id": str(uuid5(service.id, str(term.id))),
        "link_id": str(service.id),
        "link_type": LINK_TYPES[term.taxonomy.facet],
        "link_entity": "service",
        "taxonomy_term_id": str(term.id),
        "taxonomy_term": term_said(request, term),
    }


def term_said(request: HttpRequest, one: TaxonomyTerm) -> dict[str, Any]:
    term = one.term
    return {
        "id": str(one.id),
        "code": term.slug,
        "name": term.name,
        "term": term.name,
        "description": getattr(term, "words", "") or getattr(term, "answer", "") or term.name,
        "taxonomy": one.taxonomy.name,
        "taxonomy_id": str(one.taxonomy.id),
        "term_uri": request.build_absolute_uri(f"/directory/?{one.taxonomy.facet}={term.slug}"),
    }


def taxonomy_said(request: HttpRequest, taxonomy: Taxonomy) -> dict[str, Any]:
    return {
        "id": str(taxonomy.id),
        "name": taxonomy.name,
        "description": taxonomy.description,
        "uri": request.build_absolute_uri(reverse("open_referral_taxonomy", args=[taxonomy.id])),
    }


def _address(request: HttpRequest, page: Any) -> str:
    return request.build_absolute_uri(page.get_url(request) or "/")


def _moment(moment: datetime | None) -> str:
    """In UTC with milliseconds, as the standard asks."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if moment else ""

"""Organisations as schema.org describes them, for search engines and whoever else reads pages by program."""

from typing import Any

from directory.choices import IdentifierScheme
from directory.models import OrganisationPage
from directory.queries.profiles import Profile

# Properties of schema.org for the numbers it has a name for; the others become a PropertyValue.
PROPERTIES = {str(IdentifierScheme.LEI.label): "leiCode"}
TYPES = {"nhs": "GovernmentOrganization", "uni": "CollegeOrUniversity", "public": "GovernmentOrganization"}


def organisation(page: OrganisationPage, profile: Profile, url: str) -> dict[str, Any]:
    """``page`` at the absolute ``url``; what is not stated is left out."""
    directory = url.removesuffix(f"{page.slug}/")
    parent = next((r for r in profile.relatives if r.is_parent), None)
    numbers = [i for i in profile.identifiers if i.note not in PROPERTIES]
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": TYPES.get(page.kind.tone, "Organization"),
        "@id": url,
        "url": page.website or url,
        "mainEntityOfPage": url,
        "name": page.title,
        "alternateName": [name for name in (page.abbreviation, *(n.text for n in profile.names)) if name],
        "description": page.summary,
        "foundingDate": str(page.founded) if page.founded else "",
        "parentOrganization": {"@type": "Organization", "name": parent.title, "@id": f"{directory}{parent.slug}/"}
        if parent
        else None,
        "identifier": [{"@type": "PropertyValue", "propertyID": i.note, "value": i.text} for i in numbers],
        "knowsAbout": [term.text for term in (*profile.themes, *profile.sectors)],
        "makesOffer": [
            {"@type": "Offer", "itemOffered": {"@type": "Service", "name": offer.need, "description": offer.words}}
            for offer in profile.offers
        ],
        **{PROPERTIES[i.note]: i.text for i in profile.identifiers if i.note in PROPERTIES},
    }
    return {name: value for name, value in data.items() if value}

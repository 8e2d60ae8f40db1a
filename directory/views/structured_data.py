"""Organisations, programmes and cohorts as schema.org describes them, for search engines and whoever else reads by program.

What is not stated, or not public, is left out.
"""

from collections.abc import Sequence
from typing import Any

from core.structured_data import Node, absolute, breadcrumb_list, graph, stated, web_page
from directory.choices import IdentifierScheme, NameKind, Tone
from directory.models import CohortPage, OrganisationPage, ProgrammePage
from directory.queries.profiles import MEMBER_OF, Label, Profile, Relative, Statement

Steps = Sequence[tuple[str, str]]

# The tone follows the kind of an organisation, and editors choose it; the others are plain organisations.
TYPES: dict[str, str | list[str]] = {
    Tone.NHS: ["GovernmentOrganization", "MedicalOrganization"],
    Tone.UNIVERSITY: "CollegeOrUniversity",
    Tone.RESEARCH: "ResearchOrganization",
    Tone.PUBLIC: "GovernmentOrganization",
    Tone.NETWORK: "Consortium",
    Tone.COMPANY: "Corporation",
    Tone.PEOPLE: "NGO",
}
SCHEMES = {str(scheme.label): scheme for scheme in IdentifierScheme}
# Where a register shows what stands under a number.
REGISTERS = {
    IdentifierScheme.COMPANIES_HOUSE: "https://find-and-update.company-information.service.gov.uk/company/{}",
    IdentifierScheme.ROR: "https://ror.org/{}",
    IdentifierScheme.LEI: "https://search.gleif.org/#/record/{}",
}


# ---- organisations --------------------------------------------------------------------------------------------------
def organisation(page: OrganisationPage, profile: Profile, path: str, steps: Steps) -> Node:
    directory = path.removesuffix(f"{page.slug}/")
    names = [name.text for name in profile.names if name.note != NameKind.LEGAL.label]
    numbers = [(SCHEMES[number.note], number) for number in profile.identifiers]
    parent = next((r for r in profile.relatives if r.is_parent), None)
    said = stated(
        type_=TYPES.get(page.kind.tone, "Organization"),
        id_=_id(path),
        url=page.website or absolute(path),
        mainEntityOfPage=absolute(path),
        name=page.title,
        legalName=next((name.text for name in profile.names if name.note == NameKind.LEGAL.label), ""),
        alternateName=[name for name in (page.abbreviation, *names) if name],
        description=page.summary,
        foundingDate=str(page.founded) if page.founded else "",
        parentOrganization=_relative(parent, directory) if parent else None,
        memberOf=[_relative(r, directory) for r in profile.relatives if MEMBER_OF in r.kinds],
        identifier=[_number(scheme, number) for scheme, number in numbers if scheme != IdentifierScheme.LEI],
        leiCode=next((number.text for scheme, number in numbers if scheme == IdentifierScheme.LEI), ""),
        sameAs=[REGISTERS[scheme].format(number.text) for scheme, number in numbers if scheme in REGISTERS],
        knowsAbout=[term.text for term in (*profile.themes, *profile.sectors)],
        makesOffer=[_statement("Offer", offer) for offer in profile.offers],
        seeks=[_statement("Demand", need) for need in profile.seeks],
    )
    return graph(
        web_page(path, page.title, about=_id(path), checked_on=page.checked_on, modified_at=page.last_published_at),
        said,
        breadcrumb_list(path, steps),
    )


def _id(path: str) -> str:
    """What a page is about is not the page."""
    return absolute(f"{path}#about")


def _relative(relative: Relative, directory: str) -> Node:
    path = f"{directory}{relative.slug}/"
    return stated(type_="Organization", id_=_id(path), name=relative.title, url=absolute(path))


def _number(scheme: IdentifierScheme, number: Label) -> Node:
    return stated(type_="PropertyValue", propertyID=scheme.value, name=number.note, value=number.text)


def _statement(type_: str, said: Statement) -> Node:
    service = stated(type_="Service", name=said.need, description=said.words)
    return stated(type_=type_, name=said.need, itemOffered=service)


# ---- programmes and cohorts -----------------------------------------------------------------------------------------
def programme(
    page: ProgrammePage, path: str, steps: Steps, *, run_by: OrganisationPage | None, needs: Sequence[Any]
) -> Node:
    audience = stated(type_="Audience", audienceType=page.audience) if page.audience else None
    said = stated(
        type_="Service",
        id_=_id(path),
        url=absolute(path),
        name=page.title,
        description=page.summary,
        serviceType=[need.name for need in needs],
        audience=audience,
        provider=_provider(run_by),
    )
    return graph(_page(page, path), said, breadcrumb_list(path, steps))


def cohort(page: CohortPage, path: str, steps: Steps, *, run_by: OrganisationPage | None) -> Node:
    """The type is the one that schema.org has for what is applied for, begins, ends and has a number of places."""
    closes = page.applications_close_at
    said = stated(
        type_="EducationalOccupationalProgram",
        id_=_id(path),
        url=absolute(path),
        name=page.title,
        description=page.summary,
        provider=_provider(run_by),
        applicationStartDate=page.applications_open_on.isoformat() if page.applications_open_on else "",
        applicationDeadline=closes.isoformat() if closes else "",
        startDate=page.starts_on.isoformat() if page.starts_on else "",
        endDate=page.ends_on.isoformat() if page.ends_on else "",
        maximumEnrollment=page.places,
    )
    return graph(_page(page, path), said, breadcrumb_list(path, steps))


def _page(page: ProgrammePage | CohortPage, path: str) -> Node:
    return web_page(path, page.title, about=_id(path), modified_at=page.last_published_at)


def _provider(run_by: OrganisationPage | None) -> Node | None:
    if run_by is None:
        return None
    path = run_by.url or ""
    return stated(type_="Organization", id_=_id(path), name=run_by.title, url=absolute(path))

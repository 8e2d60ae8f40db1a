"""What pages say to search engines in the words of schema.org, read as they read it."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.conf import settings as project_settings
from django.test import Client
from django.utils import timezone

from directory.choices import IdentifierScheme, NameKind, Tone
from home.choices import StoryKind
from tests.assertions import assert_public_page
from tests.factories.directory import (
    CohortFactory,
    KindFactory,
    NeedFactory,
    OfferFactory,
    OrganisationFactory,
    OrganisationIdentifierFactory,
    OrganisationNameFactory,
    OrganisationRelationFactory,
    ProgrammeFactory,
    RelationKindFactory,
    SeekFactory,
    ThemeFactory,
)
from tests.factories.home import ContentPageFactory, StoryFactory
from tests.factories.pages import restrict

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]

BASE = project_settings.BASE_URL


def told(client: Client, path: str) -> dict[str, dict[str, Any]]:
    """The parts of the one block on the page, by their type."""
    page = assert_public_page(client.get(path))
    (block,) = page.find_all("script", type="application/ld+json")
    data = json.loads(block.string)
    assert data.keys() == {"@context", "@graph"}
    assert data["@context"] == "https://schema.org"
    parts = {str(part["@type"]): part for part in data["@graph"]}
    assert len(parts) == len(data["@graph"])
    assert parts["WebPage"]["url"] == page.find("link", rel="canonical")["href"] == f"{BASE}{path}"
    _holds_together(data["@graph"])
    if "BreadcrumbList" in parts:
        _is_the_way_above_the_heading(parts["BreadcrumbList"], page)
    return parts


def _holds_together(parts: list[dict[str, Any]]) -> None:
    """Every part has an id of its own, the page names what it is about and the way, and nothing is empty."""
    ids = [part["@id"] for part in parts]
    assert len(set(ids)) == len(ids)
    page = next(part for part in parts if part["@type"] == "WebPage")
    for name in ("mainEntity", "breadcrumb"):
        assert name not in page or page[name]["@id"] in ids
    assert '""' not in json.dumps(parts) and "null" not in json.dumps(parts) and "[]" not in json.dumps(parts)


def _is_the_way_above_the_heading(way: dict[str, Any], page: Any) -> None:
    items = way["itemListElement"]
    assert [item["position"] for item in items] == list(range(1, len(items) + 1))
    assert [item["name"] for item in items] == [step.get_text() for step in page.select(".v-crumbs li")]
    links = [f"{BASE}{link['href']}" for link in page.select(".v-crumbs a")]
    assert [item["item"] for item in items[:-1]] == links
    assert "item" not in items[-1]


# ---- organisations --------------------------------------------------------------------------------------------------
def test_an_organisation_with_everything_it_says(client: Client) -> None:
    trust = OrganisationFactory(title="The Trust", slug="trust")
    OrganisationFactory(title="The Network", slug="network")
    member_of = RelationKindFactory(name="belongs to", slug="member-of", inverse_name="has")
    need = NeedFactory(name="Work space")
    OrganisationFactory(
        title="Pathology Imaging",
        slug="pathology",
        abbreviation="NPIC",
        kind=KindFactory(name="Research infrastructure", tone=Tone.RESEARCH),
        parent_organisation=trust,
        website="https://pathology.example/",
        summary="Slides become pictures.",
        founded=2019,
        checked_on=date(2026, 5, 3),
        themes=[ThemeFactory(name="Digital")],
        names=[
            OrganisationNameFactory.build(name="Slides Ltd", kind=NameKind.FORMER),
            OrganisationNameFactory.build(name="Pathology Imaging Limited", kind=NameKind.LEGAL),
        ],
        identifiers=[
            OrganisationIdentifierFactory.build(scheme=IdentifierScheme.COMPANIES_HOUSE, value="09506232"),
            OrganisationIdentifierFactory.build(scheme=IdentifierScheme.UKPRN, value="10007795"),
            OrganisationIdentifierFactory.build(scheme=IdentifierScheme.ROR, value="024mrxd33"),
            OrganisationIdentifierFactory.build(scheme=IdentifierScheme.LEI, value="213800VWBLWVF22ZGW82"),
        ],
        offers=[OfferFactory.build(need=NeedFactory(name="Health data"), words="We scan.")],
        seeks=[SeekFactory.build(need=need, words="A bench.")],
        relations=[
            OrganisationRelationFactory.build(to=OrganisationFactory(title="A club", slug="club"), kind=member_of),
            OrganisationRelationFactory.build(to=trust),  # hosts: another kind of relation
        ],
    )
    parts = told(client, "/directory/pathology/")
    assert parts["WebPage"]["lastReviewed"] == "2026-05-03"
    assert parts["WebPage"]["mainEntity"] == {"@id": f"{BASE}/directory/pathology/#about"}
    assert parts["ResearchOrganization"] == {
        "@type": "ResearchOrganization",
        "@id": f"{BASE}/directory/pathology/#about",
        "url": "https://pathology.example/",
        "mainEntityOfPage": f"{BASE}/directory/pathology/",
        "name": "Pathology Imaging",
        "legalName": "Pathology Imaging Limited",
        "alternateName": ["NPIC", "Slides Ltd"],
        "description": "Slides become pictures.",
        "foundingDate": "2019",
        "parentOrganization": {
            "@type": "Organization",
            "@id": f"{BASE}/directory/trust/#about",
            "name": "The Trust",
            "url": f"{BASE}/directory/trust/",
        },
        "memberOf": [
            {
                "@type": "Organization",
                "@id": f"{BASE}/directory/club/#about",
                "name": "A club",
                "url": f"{BASE}/directory/club/",
            }
        ],
        "identifier": [
            {
                "@type": "PropertyValue",
                "propertyID": "GB-COH",
                "name": "Companies House number",
                "value": "09506232",
            },
            {"@type": "PropertyValue", "propertyID": "GB-UKPRN", "name": "UKPRN", "value": "10007795"},
            {"@type": "PropertyValue", "propertyID": "XI-ROR", "name": "ROR", "value": "024mrxd33"},
        ],
        "leiCode": "213800VWBLWVF22ZGW82",
        "sameAs": [
            "https://find-and-update.company-information.service.gov.uk/company/09506232",
            "https://ror.org/024mrxd33",
            "https://search.gleif.org/#/record/213800VWBLWVF22ZGW82",
        ],
        "knowsAbout": ["Digital"],
        "makesOffer": [
            {
                "@type": "Offer",
                "name": "Health data",
                "itemOffered": {"@type": "Service", "name": "Health data", "description": "We scan."},
            }
        ],
        "seeks": [
            {
                "@type": "Demand",
                "name": "Work space",
                "itemOffered": {"@type": "Service", "name": "Work space", "description": "A bench."},
            }
        ],
    }


def test_little_is_said_of_one_that_says_little(client: Client) -> None:
    OrganisationFactory(title="Quiet", slug="quiet", summary="", checked_on=None, kind=KindFactory(tone=Tone.MONEY))
    parts = told(client, "/directory/quiet/")
    assert "lastReviewed" not in parts["WebPage"]
    assert parts["Organization"].keys() == {"@type", "@id", "url", "mainEntityOfPage", "name"}
    assert parts["Organization"]["url"] == f"{BASE}/directory/quiet/"


@pytest.mark.parametrize(
    ("tone", "expected"),
    [
        (Tone.NHS, ["GovernmentOrganization", "MedicalOrganization"]),
        (Tone.UNIVERSITY, "CollegeOrUniversity"),
        (Tone.RESEARCH, "ResearchOrganization"),
        (Tone.PUBLIC, "GovernmentOrganization"),
        (Tone.NETWORK, "Consortium"),
        (Tone.COMPANY, "Corporation"),
        (Tone.PEOPLE, "NGO"),
        (Tone.ADVISER, "Organization"),
    ],
)
def test_the_type_follows_the_kind(client: Client, tone: Tone, expected: str | list[str]) -> None:
    OrganisationFactory(slug="it", kind=KindFactory(name="Its kind", tone=tone))
    assert str(expected) in told(client, "/directory/it/")


def test_who_is_not_public_is_not_named(client: Client) -> None:
    hidden = OrganisationFactory(title="Hidden", slug="hidden")
    restrict(hidden)
    OrganisationFactory(
        slug="shown",
        parent_organisation=hidden,
        relations=[OrganisationRelationFactory.build(to=hidden, kind=RelationKindFactory(name="member of"))],
    )
    ProgrammeFactory(slug="programme", run_by=hidden)
    for path in ("/directory/shown/", "/cohorts/programme/"):
        assert "idden" not in json.dumps(told(client, path))


# ---- programmes and cohorts -----------------------------------------------------------------------------------------
def test_a_programme_is_a_service(client: Client) -> None:
    trust = OrganisationFactory(title="The Trust", slug="trust")
    ProgrammeFactory(
        title="Incubator",
        slug="incubator",
        run_by=trust,
        audience="Companies before their first sale",
        needs=[NeedFactory(name="Work space")],
        summary="Helps them along.",
    )
    assert told(client, "/cohorts/incubator/")["Service"] == {
        "@type": "Service",
        "@id": f"{BASE}/cohorts/incubator/#about",
        "url": f"{BASE}/cohorts/incubator/",
        "name": "Incubator",
        "description": "Helps them along.",
        "serviceType": ["Work space"],
        "audience": {"@type": "Audience", "audienceType": "Companies before their first sale"},
        "provider": {
            "@type": "Organization",
            "@id": f"{BASE}/directory/trust/#about",
            "name": "The Trust",
            "url": f"{BASE}/directory/trust/",
        },
    }


def test_a_cohort_says_until_when_one_can_apply(client: Client) -> None:
    CohortFactory(
        title="Cohort one",
        slug="cohort-1",
        places=8,
        applications_open_on=date(2027, 9, 6),
        applications_close_at=datetime(2027, 11, 5, 17, 0, tzinfo=UTC),
        starts_on=date(2028, 1, 10),
        ends_on=date(2028, 7, 7),
    )
    cohort = told(client, "/cohorts/cohort-1/")["EducationalOccupationalProgram"]
    assert cohort["applicationDeadline"] == "2027-11-05T17:00:00+00:00"
    assert (cohort["applicationStartDate"], cohort["startDate"], cohort["endDate"]) == (
        *("2027-09-06", "2028-01-10"),
        "2028-07-07",
    )
    assert (cohort["maximumEnrollment"], cohort["provider"]["@type"]) == (8, "Organization")


# ---- the site and its stories ---------------------------------------------------------------------------------------
def test_the_home_page_says_how_to_search_the_site(client: Client) -> None:
    OrganisationFactory(title="Pathology Imaging")
    site = told(client, "/")["WebSite"]
    action = site["potentialAction"]
    assert (site["url"], action["@type"]) == (f"{BASE}/", "SearchAction")
    assert action["query-input"] == "required name=search_term_string"
    template = action["target"]["urlTemplate"]
    response = client.get(template.removeprefix(BASE).replace("{search_term_string}", "imaging"))
    assert response.status_code == 200


@pytest.mark.parametrize(("kind", "expected"), [(StoryKind.NEWS, "NewsArticle"), (StoryKind.CASE_STUDY, "Article")])
def test_a_story_is_an_article_about_organisations(client: Client, kind: StoryKind, expected: str) -> None:
    partner = OrganisationFactory(title="Pathology Imaging", slug="pathology")
    StoryFactory(title="Slides", slug="slides", kind=kind, organisations=[partner], published_on=date(2027, 5, 1))
    article = told(client, "/stories/slides/")[expected]
    assert (article["headline"], article["datePublished"]) == ("Slides", "2027-05-01")
    assert article["publisher"]["@id"] == told(client, "/")["WebSite"]["publisher"]["@id"]
    assert [about["@id"] for about in article["about"]] == [f"{BASE}/directory/pathology/#about"]


def test_a_page_that_says_nothing_to_programs_has_no_block(client: Client) -> None:
    ContentPageFactory(title="About", slug="about")
    assert assert_public_page(client.get("/about/")).find("script", type="application/ld+json") is None


def test_what_was_published_says_when(client: Client) -> None:
    page = OrganisationFactory(slug="it")
    page.save_revision().publish()
    modified = datetime.fromisoformat(told(client, "/directory/it/")["WebPage"]["dateModified"])
    assert abs((timezone.now() - modified).total_seconds()) < 60

"""Organisations, cohorts and programmes over the API: what the pages say, and at what cost."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone

from directory.choices import IdentifierScheme, MembershipStatus
from search.indexing import rebuild
from tests.described import ask
from tests.factories.directory import (
    CohortFactory,
    CohortMembershipFactory,
    CohortMentorFactory,
    CohortOutcomeFactory,
    KindFactory,
    NeedFactory,
    OfferFactory,
    OrganisationFactory,
    OrganisationIdentifierFactory,
    OrganisationNameFactory,
    OrganisationPersonFactory,
    OrganisationRelationFactory,
    ProgrammeFactory,
    SectorFactory,
    StageFactory,
    ThemeFactory,
)
from tests.factories.home import StoryFactory
from tests.unindexed import nothing_indexed

pytestmark = pytest.mark.django_db
MOST_STATEMENTS = 12


@pytest.fixture
def village(home: object) -> SimpleNamespace:
    """A partner that says everything it can, a company in a cohort, and a few others."""
    with nothing_indexed():
        early, late = StageFactory(number=1, name="Needs", slug="needs"), StageFactory(number=6, name="Launch")
        data = NeedFactory(name="Health data and AI", slug="data-and-ai")
        trust = OrganisationFactory(title="The Trust", slug="trust", kind=KindFactory(name="NHS", slug="nhs"))
        partner = OrganisationFactory(
            title="Pathology Imaging",
            slug="pathology",
            abbreviation="NPIC",
            parent_organisation=trust,
            description="<p>Slides become <b>pictures</b>.</p><p>Every day.</p>",
            website="https://pathology.example/",
            founded=2019,
            stage=late,
            names=[OrganisationNameFactory.build(name="Slides Ltd")],
            identifiers=[
                OrganisationIdentifierFactory.build(scheme=IdentifierScheme.COMPANIES_HOUSE, value="09506232")
            ],
            people=[OrganisationPersonFactory.build(name="Ada Example", role="Director")],
            sectors=[SectorFactory(name="Pathology", slug="pathology")],
            themes=[ThemeFactory(name="Digital", slug="digital")],
            offers=[OfferFactory.build(need=data, stages=[early, late], words="We scan.")],
            relations=[OrganisationRelationFactory.build(to=OrganisationFactory(title="The Hosted", slug="hosted"))],
        )
        programme = ProgrammeFactory(title="Incubator", slug="incubator", run_by=trust, needs=[data])
        cohort = CohortFactory(title="Cohort one", slug="cohort-1", programme=programme, places=8, stages=[early])
        CohortMembershipFactory(cohort=cohort, organisation=partner)
        CohortMentorFactory(cohort=cohort, name="Grace Mentor")
        CohortOutcomeFactory(cohort=cohort, organisation=partner, words="A pilot agreed.", value=3, measure="pilots")
        StoryFactory(title="A story of slides", organisations=[partner])
    rebuild()
    return SimpleNamespace(trust=trust, partner=partner, programme=programme, cohort=cohort)


# ---- organisations --------------------------------------------------------------------------------------------------
def test_organisations_are_listed_as_on_the_page(client: Client, village: SimpleNamespace) -> None:
    data = ask(client, "/api/v1/organisations/")
    assert (data["count"], data["page"], data["page_count"], data["next"], data["previous"]) == (3, 1, 1, None, None)
    row = next(row for row in data["results"] if row["title"] == "Pathology Imaging")
    assert row["url"] == "http://testserver/directory/pathology/"
    assert row["api_url"] == "http://testserver/api/v1/organisations/pathology/"
    assert row["part_of"] == "The Trust"
    assert row["meets_needs"] == ["Health data and AI"]
    assert row["checked_on"] == timezone.localdate().isoformat()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "pathology"}, ["Pathology Imaging"]),
        ({"need": "data-and-ai"}, ["Pathology Imaging"]),
        ({"kind": "nhs"}, ["The Trust"]),
        ({"stage": "6"}, ["Pathology Imaging"]),
        ({"need": ["data-and-ai", "not-stated"], "sort": "name"}, ["Pathology Imaging", "The Hosted", "The Trust"]),
    ],
)
def test_filters_are_those_of_the_page(
    client: Client, village: SimpleNamespace, asked: dict[str, str], found: list[str]
) -> None:
    assert [row["title"] for row in ask(client, "/api/v1/organisations/", **asked)["results"]] == found


def test_pages_lead_to_each_other(client: Client, village: SimpleNamespace) -> None:
    seen, url = [], "/api/v1/organisations/?page_size=2&sort=name&need=not-stated&need=data-and-ai"
    while url:
        data = ask(client, url)
        seen += [row["title"] for row in data["results"]]
        assert data["page_size"] == 2
        last, url = url, data["next"] and data["next"].removeprefix("http://testserver")
    assert seen == ["Pathology Imaging", "The Hosted", "The Trust"]
    assert ask(client, ask(client, last)["previous"].removeprefix("http://testserver"))["page"] == 1


def test_an_organisation_says_what_its_profile_says(client: Client, village: SimpleNamespace) -> None:
    data = ask(client, "/api/v1/organisations/pathology/")
    assert data["id"] == f"organisation:{village.partner.pk}"
    assert data["description"] == "Slides become pictures. Every day."
    assert data["offers"] == [
        {"need": "data-and-ai", "label": "Health data and AI", "words": "We scan.", "stages": [1, 6]}
    ]
    assert data["names"] == [{"name": "Slides Ltd", "kind": "Also known as"}]
    assert data["identifiers"] == [{"value": "09506232", "scheme": "Companies House number"}]
    assert data["people"] == [{"name": "Ada Example", "role": "Director"}]
    assert data["stage"] == {"number": 6, "label": "Launch"}
    assert {"label": "Part of", "title": "The Trust", "url": "http://testserver/directory/trust/"} in data["relations"]
    assert data["cohorts"] == [
        {"title": "Cohort one", "slug": "cohort-1", "status": "Enrolled", "outcomes": ["A pilot agreed."]}
    ]
    assert [mention["title"] for mention in data["mentions"]] == ["A story of slides"]
    assert data["events"] == []
    for relation in data["relations"]:
        assert client.get(relation["url"]).status_code == 200
    assert client.get(data["url"]).status_code == 200


def test_every_link_of_a_list_leads_somewhere(client: Client, village: SimpleNamespace) -> None:
    for path in ("organisations", "programmes", "cohorts"):
        rows = ask(client, f"/api/v1/{path}/")["results"]
        assert rows
        for row in rows:
            more = ask(client, row["api_url"].removeprefix("http://testserver"))
            assert (more["id"], more["title"], more["url"]) == (row["id"], row["title"], row["url"])


# ---- cohorts and programmes -----------------------------------------------------------------------------------------
def test_a_cohort(client: Client, village: SimpleNamespace) -> None:
    withdrawn = OrganisationFactory(title="Gone again")
    CohortMembershipFactory(cohort=village.cohort, organisation=withdrawn, status=MembershipStatus.WITHDRAWN)
    data = ask(client, "/api/v1/cohorts/cohort-1/")
    assert data["programme"] == {"title": "Incubator", "url": "http://testserver/cohorts/incubator/"}
    assert data["run_by"]["title"] == "The Trust"
    assert [member["title"] for member in data["members"]] == ["Pathology Imaging"]
    assert (data["places"], data["places_left"], data["stages"]) == (8, 7, [1])
    assert data["mentors"] == [{"name": "Grace Mentor", "role": "", "words": ""}]
    assert data["outcomes"][0]["value"] == "3.00"
    assert data["outcomes"][0]["organisation"]["title"] == "Pathology Imaging"


def test_a_programme(client: Client, village: SimpleNamespace) -> None:
    data = ask(client, "/api/v1/programmes/incubator/")
    assert data["run_by"]["url"] == "http://testserver/directory/trust/"
    assert data["needs"] == [{"value": "data-and-ai", "label": "Health data and AI"}]
    assert [cohort["title"] for cohort in data["cohorts"]] == ["Cohort one"]


def test_the_status_of_a_cohort_follows_its_dates(client: Client, village: SimpleNamespace) -> None:
    today = timezone.localdate()
    CohortFactory(slug="over", starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=1))
    assert ask(client, "/api/v1/cohorts/over/")["status"] == {"value": "alumni", "label": "Alumni"}


# ---- cost -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "url",
    [
        "/api/v1/organisations/",
        "/api/v1/organisations/?q=pathology&need=data-and-ai",
        "/api/v1/organisations/pathology/",
        "/api/v1/cohorts/",
        "/api/v1/cohorts/cohort-1/",
        "/api/v1/programmes/",
        "/api/v1/programmes/incubator/",
    ],
)
def test_few_statements(village: SimpleNamespace, statements: Callable[[str], int], url: str) -> None:
    for number in range(12):
        company = OrganisationFactory(title=f"Company {number}", parent_organisation=village.partner)
        CohortMembershipFactory(cohort=village.cohort, organisation=company)
        CohortOutcomeFactory(cohort=village.cohort, organisation=company)
        CohortFactory(programme=village.programme)
    rebuild()
    assert statements(url) <= MOST_STATEMENTS

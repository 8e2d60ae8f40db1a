"""Support services in the form of Open Referral UK 3.0: as the standard has it, found by their terms, and at what cost."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
import yaml
from django.test import Client
from django.utils import timezone
from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from directory.choices import CohortStatus, IdentifierScheme, ProgrammeStatus
from directory.models import CohortOffer, Offer, OrganisationPage, Place
from directory.queries.open_referral import Entity, identity, record_of
from tests.described import ask
from tests.factories.directory import (
    CohortFactory,
    NeedFactory,
    OfferFactory,
    OrganisationFactory,
    OrganisationIdentifierFactory,
    PlaceFactory,
    ProgrammeFactory,
    SeekFactory,
    StageFactory,
    ThemeFactory,
)
from tests.factories.pages import restrict

pytestmark = pytest.mark.django_db

BASE = "/api/v1/open-referral/"
STANDARD = yaml.safe_load((Path(__file__).parent / "open_referral_uk.yaml").read_text())
MOST_STATEMENTS = 12


def conform(data: Any, name: str) -> None:
    """Hold ``data`` against what the standard says of ``name``."""
    schema = {"$schema": STANDARD["$schema"], "$ref": f"#/$defs/{name}", "$defs": STANDARD["$defs"]}
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(data)


def listed(client: Client, path: str, **asked: Any) -> dict[str, Any]:
    data = ask(client, BASE + path, **asked)
    conform(data, "page")
    return data


def names(client: Client, **asked: Any) -> list[str]:
    return [service["name"] for service in listed(client, "services", **asked)["contents"]]


def term_id(client: Client, code: str) -> str:
    return next(t["id"] for t in listed(client, "taxonomy_terms", per_page=100)["contents"] if t["code"] == code)


@pytest.fixture
def village(home: object) -> SimpleNamespace:
    """One of each kind of service that says all it can, and a partner that only seeks."""
    early, late = (
        StageFactory(number=1, name="Needs", slug="needs"),
        StageFactory(number=6, name="Launch", slug="launch"),
    )
    data = NeedFactory(name="Health data", slug="health-data", answer="Ask for a data set.")
    space = NeedFactory(name="Work space", slug="work-space")
    digital = ThemeFactory(name="Digital", slug="digital")
    trust = OrganisationFactory(title="The Trust", slug="trust")
    imaging = OrganisationFactory(
        title="Pathology Imaging",
        slug="pathology",
        abbreviation="NPIC",
        summary="Slides become pictures.",
        website="https://pathology.example/",
        parent_organisation=trust,
        checked_on=date(2026, 5, 3),
        last_published_at=datetime(2026, 6, 1, 12, 30, tzinfo=UTC),
        themes=[digital],
        places=[PlaceFactory(name="Nexus", address="Discovery Way\nLeeds", postcode="LS2 3AA")],
        identifiers=[OrganisationIdentifierFactory.build(scheme=IdentifierScheme.COMPANIES_HOUSE, value="09506232")],
        offers=[OfferFactory.build(need=data, stages=[early, late], words="We scan 100% of it.")],
        seeks=[SeekFactory.build(need=space, stages=[early], words="A bench.")],
    )
    programme = ProgrammeFactory(
        title="Incubator", slug="incubator", run_by=trust, needs=[space], audience="Companies", summary="Helps them."
    )
    cohort = CohortFactory(
        title="Cohort one",
        slug="cohort-1",
        programme=programme,
        status=CohortStatus.OPEN,
        stages=[early],
        theme=digital,
        cost="Nothing, and no shares.",
        application_intro="Six questions.",
        summary="Eight companies.",
        offers=[CohortOffer(need=space, words="A desk.")],
    )
    return SimpleNamespace(trust=trust, imaging=imaging, programme=programme, cohort=cohort)


# ---- as the standard has it -----------------------------------------------------------------------------------------
def test_every_answer_conforms_to_the_standard(client: Client, village: SimpleNamespace) -> None:
    conform(ask(client, BASE), "about")
    for path, of_list, whole in (
        ("services", "service_list", "service"),
        ("taxonomies", "taxonomy", "taxonomy"),
        ("taxonomy_terms", "taxonomy_term", "taxonomy_term"),
        ("service_at_locations", "service_at_location_list", ""),
    ):
        contents = listed(client, path)["contents"]
        assert contents, path
        for item in contents:
            conform(item, of_list)
            if whole:
                found = ask(client, f"{BASE}{path}/{item['id']}")
                conform(found, whole)
                assert found["id"] == item["id"]


def test_an_answer_that_breaks_the_standard_is_noticed(client: Client, village: SimpleNamespace) -> None:
    service = listed(client, "services")["contents"][-1]
    for broken in ({"status": "open"}, {"id": "17"}, {"assured_date": "3 May"}, {"titel": "x"}, {"url": None}):
        with pytest.raises(ValidationError):
            conform(service | broken, "service_list")
    with pytest.raises(ValidationError):
        conform({name: value for name, value in service.items() if name != "url"}, "service_list")


def test_the_beginning_says_which_standard_and_where_it_is_described(client: Client, home: object) -> None:
    said = ask(client, BASE)
    assert said["version"] == "HSDS-UK-3.0"
    assert client.get(said["openapi_url"]).status_code == 200
    assert client.get(BASE.rstrip("/"))["Location"] == BASE


# ---- what is a service ----------------------------------------------------------------------------------------------
def test_offers_programmes_and_cohorts_are_services(client: Client, village: SimpleNamespace) -> None:
    assert names(client) == ["Incubator", "Cohort one", "Health data: Pathology Imaging"]


def test_an_offer_says_what_its_organisation_says(client: Client, village: SimpleNamespace) -> None:
    offer = listed(client, "services")["contents"][-1]
    whole = ask(client, f"{BASE}services/{offer['id']}")
    assert {name: whole[name] for name in offer if name != "organization"} == {
        name: value for name, value in offer.items() if name != "organization"
    }
    assert (whole["description"], whole["status"]) == ("We scan 100% of it.", "active")
    assert (whole["assured_date"], whole["last_modified"]) == ("2026-05-03", "2026-06-01T12:30:00.000Z")
    assert "alert" not in whole
    assert whole["url"] == "http://testserver/directory/pathology/#offers"
    assert client.get(whole["url"]).status_code == 200
    assert {(a["link_type"], a["taxonomy_term"]["name"]) for a in whole["attributes"]} == {
        ("service_type", "Health data"),
        ("intended_audience", "Needs"),
        ("intended_audience", "Launch"),
        ("theme", "Digital"),
    }
    organization = whole["organization"]
    assert organization["website"] == "https://pathology.example/"
    assert organization["description"] == "Slides become pictures."
    assert organization["parent_organization_id"] == str(identity(Entity.ORGANIZATION, village.trust.pk))
    number = organization["organization_identifiers"][0]
    assert (number["identifier_scheme"], number["identifier_type"], number["identifier"]) == (
        "GB-COH",
        "Companies House number",
        "09506232",
    )
    location = whole["service_at_locations"][0]["location"]
    assert (location["name"], location["description"]) == ("Nexus", "Discovery Way, Leeds, LS2 3AA")


def test_a_cohort_says_what_it_costs_and_how_to_apply(client: Client, village: SimpleNamespace) -> None:
    cohort = ask(client, f"{BASE}services/{identity(Entity.COHORT, village.cohort.pk)}")
    assert cohort["cost_options"][0]["amount_description"] == cohort["fees_description"] == "Nothing, and no shares."
    assert cohort["application_process"] == "Six questions."
    assert cohort["organization"]["name"] == "The Trust"
    assert {a["taxonomy_term"]["name"] for a in cohort["attributes"]} == {"Work space", "Needs", "Digital"}
    programme = ask(client, f"{BASE}services/{identity(Entity.PROGRAMME, village.programme.pk)}")
    assert programme["eligibility_description"] == "Companies"
    assert "cost_options" not in programme


def test_what_is_invented_says_so(client: Client, village: SimpleNamespace) -> None:
    OrganisationPage.objects.update(demonstration=True)
    assert "Invented" in listed(client, "services")["contents"][-1]["alert"]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (CohortStatus.OPEN, "active"),
        (CohortStatus.PLANNED, "inactive"),
        (CohortStatus.CLOSED, "inactive"),
        (CohortStatus.RUNNING, "inactive"),
        (CohortStatus.ALUMNI, "defunct"),
    ],
)
def test_a_cohort_is_active_while_one_can_apply_and_gone_from_the_list_when_it_is_over(
    client: Client, home: object, status: CohortStatus, said: str
) -> None:
    cohort = CohortFactory(title="The cohort", status=status)
    assert ask(client, f"{BASE}services/{identity(Entity.COHORT, cohort.pk)}")["status"] == said
    assert ("The cohort" in names(client)) == (said != "defunct")


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (ProgrammeStatus.RUNNING, "active"),
        (ProgrammeStatus.PLANNED, "inactive"),
        (ProgrammeStatus.ANNOUNCED, "inactive"),
        (ProgrammeStatus.ENDED, "defunct"),
    ],
)
def test_a_programme_is_active_while_it_runs(client: Client, home: object, status: ProgrammeStatus, said: str) -> None:
    programme = ProgrammeFactory(title="The programme", status=status)
    assert ask(client, f"{BASE}services/{identity(Entity.PROGRAMME, programme.pk)}")["status"] == said
    assert ("The programme" in names(client)) == (said != "defunct")


# ---- what is not there ----------------------------------------------------------------------------------------------
def test_an_offer_is_there_until_its_last_day_is_over(client: Client, village: SimpleNamespace) -> None:
    offer = Offer.objects.get()
    offer.expires_on = timezone.localdate()
    offer.save()
    assert "Health data: Pathology Imaging" in names(client)
    offer.expires_on -= timedelta(days=1)
    offer.save()
    assert "Health data: Pathology Imaging" not in names(client)
    ask(client, f"{BASE}services/{identity(Entity.OFFER, offer.pk)}", 404)


def test_nothing_of_an_organisation_that_nobody_may_open(client: Client, village: SimpleNamespace) -> None:
    restrict(village.imaging)
    assert names(client) == ["Incubator", "Cohort one"]
    assert listed(client, "service_at_locations")["empty"]
    ask(client, f"{BASE}services/{identity(Entity.OFFER, Offer.objects.get().pk)}", 404)


def test_who_runs_it_and_what_it_is_part_of_are_named_where_they_are_public(
    client: Client, village: SimpleNamespace
) -> None:
    restrict(village.trust)
    *joined, offer = listed(client, "services")["contents"]
    assert all("organization" not in service and "organization_id" not in service for service in joined)
    assert "parent_organization_id" not in offer["organization"]
    assert names(client, search="trust") == []


@pytest.mark.parametrize("path", ["services", "taxonomies", "taxonomy_terms"])
@pytest.mark.parametrize("id_", [str(UUID(int=1)), str(identity(Entity.OFFER, 10**9)), "17", "%00", "x" * 300, "{1}"])
def test_who_is_not_there(client: Client, village: SimpleNamespace, path: str, id_: str) -> None:
    response = client.get(f"{BASE}{path}/{id_}")
    assert (response.status_code, json.loads(response.content)["error"]["rule"]) == (404, "address")


# ---- finding --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("health-data", ["Health data: Pathology Imaging"]),
        ("work-space", ["Incubator", "Cohort one"]),
        ("needs", ["Cohort one", "Health data: Pathology Imaging"]),
        ("launch", ["Health data: Pathology Imaging"]),
        ("digital", ["Cohort one", "Health data: Pathology Imaging"]),
    ],
)
def test_services_are_found_by_their_terms(
    client: Client, village: SimpleNamespace, code: str, found: list[str]
) -> None:
    assert names(client, taxonomy_term_id=term_id(client, code)) == found


def test_services_are_found_by_the_taxonomy_of_their_terms(client: Client, village: SimpleNamespace) -> None:
    taxonomies = {t["name"]: t["id"] for t in listed(client, "taxonomies")["contents"]}
    assert names(client, taxonomy_id=taxonomies["Needs"]) == names(client)
    assert names(client, taxonomy_id=taxonomies["Themes"]) == ["Cohort one", "Health data: Pathology Imaging"]
    needs = listed(client, "taxonomy_terms", taxonomy_id=taxonomies["Needs"])["contents"]
    assert {term["name"] for term in needs} == {"Health data", "Work space"}
    for term in needs:
        assert client.get(term["term_uri"].removeprefix("http://testserver")).status_code in (200, 404)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("SCAN", ["Health data: Pathology Imaging"]),
        ("npic slides", ["Health data: Pathology Imaging"]),
        ("100%", ["Health data: Pathology Imaging"]),
        ("100% companies", []),
        ("companies", ["Incubator", "Cohort one"]),
        ("bench", []),  # what is sought is no service
        ("_", []),
        (" \x00 ", ["Incubator", "Cohort one", "Health data: Pathology Imaging"]),
        (" ".join(["pathology"] * 45), ["Health data: Pathology Imaging"]),
    ],
)
def test_services_are_found_by_words(client: Client, village: SimpleNamespace, search: str, found: list[str]) -> None:
    assert names(client, search=search) == found


def test_a_service_with_several_of_a_taxonomys_terms_is_listed_once(client: Client, village: SimpleNamespace) -> None:
    stages = next(t["id"] for t in listed(client, "taxonomies")["contents"] if t["name"].startswith("Stages"))
    assert names(client, taxonomy_id=stages) == ["Cohort one", "Health data: Pathology Imaging"]


# ---- pages ----------------------------------------------------------------------------------------------------------
def test_pages_follow_each_other_from_programmes_to_offers(client: Client, village: SimpleNamespace) -> None:
    data = NeedFactory(name="Health data", slug="health-data")
    for number in range(4):
        OrganisationFactory(title=f"Partner {number}", offers=[OfferFactory.build(need=data)])
    seen: list[str] = []
    for number in (1, 2, 3, 4):
        page = listed(client, "services", page=number, per_page=2)
        assert (page["total_items"], page["total_pages"], page["page_number"]) == (7, 4, number)
        assert (page["first_page"], page["last_page"], page["empty"]) == (number == 1, number == 4, False)
        assert page["size"] == len(page["contents"])
        seen += [service["name"] for service in page["contents"]]
    assert seen == names(client, per_page=100)
    assert len(set(seen)) == 7


def test_an_empty_page_says_so(client: Client, home: object) -> None:
    page = listed(client, "services")
    assert (page["total_items"], page["size"], page["empty"], page["first_page"], page["last_page"]) == (
        *(0, 0),
        *(True, True, True),
    )


def test_pairs_of_services_and_places(client: Client, village: SimpleNamespace) -> None:
    village.imaging.places.add(PlaceFactory(name="Platform"))
    village.imaging.save()
    first, second = (listed(client, "service_at_locations", per_page=1, page=n)["contents"][0] for n in (1, 2))
    assert first["service"] == second["service"]
    assert {first["location"]["name"], second["location"]["name"]} == {"Nexus", "Platform"}
    whole = ask(client, f"{BASE}services/{first['service_id']}")["service_at_locations"]
    assert {pair["id"] for pair in whole} == {first["id"], second["id"]}


@pytest.mark.parametrize(
    ("path", "rule", "value"),
    [
        ("services", "page", "0"),
        ("services", "per_page", "101"),
        ("services", "per_page", ""),
        ("services", "search", "x" * 501),
        ("services", "taxonomy_id", "needs"),
        ("services", "taxonomy_term_id", str(UUID(int=7))),
        ("services", "taxonomy_term_id", str(identity(Entity.OFFER, 1))),
        ("services", "postcode", "LS1 3EX"),
        ("services", "minimum_age", "18"),
        ("taxonomies", "search", "x"),
        ("taxonomy_terms", "taxonomy_id", ""),
        ("service_at_locations", "proximity", "1000"),
    ],
)
def test_a_refusal_names_the_rule(client: Client, home: object, path: str, rule: str, value: str) -> None:
    error = ask(client, BASE + path, 400, **{rule: value})["error"]
    assert (error["rule"], error["message"][-1]) == (rule, ".")


def test_a_page_beyond_the_last(client: Client, home: object) -> None:
    assert ask(client, f"{BASE}services", 404, page="2")["error"]["rule"] == "page"


# ---- ids ------------------------------------------------------------------------------------------------------------
def test_an_id_stays_when_everything_else_changes(client: Client, village: SimpleNamespace) -> None:
    before = listed(client, "services")["contents"][-1]["id"]
    page = village.imaging
    page.title, page.slug = "Another name", "another-name"
    page.offers.first().words = "Other words."
    page.save_revision().publish()
    after = listed(client, "services")["contents"][-1]
    assert (after["id"], after["name"]) == (before, "Health data: Another name")


@pytest.mark.parametrize("entity", Entity)
def test_an_id_leads_back_to_its_record(entity: Entity) -> None:
    for number in (1, 4711, 2**62 - 1):
        id_ = identity(entity, number)
        assert (id_.version, id_.variant) == (8, "specified in RFC 4122")
        assert record_of(str(id_)) == record_of(str(id_).upper()) == (entity, number)


@pytest.mark.parametrize("text", ["", "x", str(UUID(int=0)), f"{{{identity(Entity.OFFER, 1)}}}", "9cde53ff" * 4])
def test_other_ids_are_none_of_ours(text: str) -> None:
    assert record_of(text) is None


# ---- cost -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("number", [1, 22])
def test_few_statements(village: SimpleNamespace, statements: Callable[[str], int], number: int) -> None:
    data = NeedFactory(name="Health data", slug="health-data")
    for count in range(number - 1):
        if count % 3:
            ProgrammeFactory(title=f"Programme {count}", run_by=village.imaging)
        else:
            CohortFactory(title=f"A cohort {count}", programme=village.programme, status=CohortStatus.OPEN)
        OrganisationFactory(
            title=f"Partner {count}",
            parent_organisation=village.imaging,
            places=[Place.objects.get()],
            offers=[OfferFactory.build(need=data, stages=[StageFactory(number=1)]) for _ in range(2)],
        )
    everything = {
        "services?per_page=100": 6,
        "services?per_page=20&page=2" if number > 1 else "services?per_page=1&page=3": 6,
        "service_at_locations?per_page=100": 6,
        "taxonomy_terms": 3,
        f"services/{identity(Entity.OFFER, Offer.objects.order_by('pk')[0].pk)}": 8,
        f"services/{identity(Entity.COHORT, village.cohort.pk)}": 6,
    }
    counted = {path: statements(BASE + path) for path in everything}
    assert counted == everything
    assert max(counted.values()) <= MOST_STATEMENTS

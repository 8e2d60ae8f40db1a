"""``/directory/<slug>/``: what a visitor reads about an organisation, and what must never be there."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from directory.choices import CohortStatus, MembershipStatus, NameKind
from directory.models import OrganisationPage
from directory.queries.profiles import profile_of
from directory.views.relations import draw
from search.indexing import rebuild
from tests.assertions import assert_public_page
from tests.factories.directory import (
    CohortFactory,
    CohortMembershipFactory,
    CohortOutcomeFactory,
    KindFactory,
    NeedFactory,
    OfferFactory,
    OrganisationFactory,
    OrganisationIdentifierFactory,
    OrganisationNameFactory,
    OrganisationPersonFactory,
    OrganisationRelationFactory,
    PlaceFactory,
    ProgrammeFactory,
    SectorFactory,
    SeekFactory,
    SourceFactory,
    StageFactory,
    ThemeFactory,
)
from tests.factories.home import ContentPageFactory, StoryFactory
from tests.factories.pages import restrict

pytestmark = pytest.mark.django_db


def everything(title: str = "National Pathology Imaging Co-operative", number: int = 2) -> OrganisationPage:
    """A profile with ``number`` of everything that may be said about an organisation."""
    stages = [StageFactory(number=place, name=f"Stage {place}", slug=f"stage-{place}") for place in (1, 2, 7)]
    page = OrganisationFactory(
        title=title,
        abbreviation="NPIC",
        kind=KindFactory(name="Research infrastructure"),
        parent_organisation=OrganisationFactory(title="The parent"),
        description="<p>Slides become pictures.</p>",
        website="https://www.example.org/about/",
        stage=stages[1],
        founded=2018,
        source=SourceFactory(name="The prospectus"),
        sectors=[SectorFactory(name=f"Sector {n}") for n in range(number)],
        themes=[ThemeFactory(name=f"Theme {n}") for n in range(number)],
        places=[PlaceFactory(name=f"Place {n}") for n in range(number)],
        names=[OrganisationNameFactory.build(name=f"Alias {n}", sort_order=n) for n in range(number)],
        identifiers=[OrganisationIdentifierFactory.build(value=f"{n:08}", sort_order=n) for n in range(number)],
        people=[OrganisationPersonFactory.build(name=f"Person {n}", role="Chair", sort_order=n) for n in range(number)],
        offers=[
            OfferFactory.build(need=NeedFactory(name=f"Need {n}"), stages=stages, words=f"Offer {n}", sort_order=n)
            for n in range(number)
        ],
        seeks=[
            SeekFactory.build(need=NeedFactory(name=f"Need {n}"), stages=stages[:1], words=f"Seek {n}", sort_order=n)
            for n in range(number)
        ],
        relations=[
            OrganisationRelationFactory.build(to=OrganisationFactory(title=f"Related {n}")) for n in range(number)
        ],
    )
    for n in range(number):
        other = OrganisationFactory(title=f"Relates to it {n}", parent_organisation=page)
        OrganisationRelationFactory(organisation=other, to=page)
        CohortMembershipFactory(
            organisation=page, cohort=CohortFactory(title=f"Cohort {n}", programme=ProgrammeFactory(run_by=page))
        )
        StoryFactory(title=f"Story {n}", organisations=[page])
    return OrganisationPage.objects.get(pk=page.pk)


def words(page: BeautifulSoup, selector: str = "main") -> str:
    return " ".join(page.select_one(selector).get_text(" ").split())


# ---- what is shown --------------------------------------------------------------------------------------------------
def test_everything_that_is_said_is_shown(client: Client) -> None:
    ContentPageFactory(title="Contact", slug="contact")
    organisation = everything()
    rebuild()

    page = assert_public_page(client.get(organisation.url))

    assert page.h1.get_text() == "National Pathology Imaging Co-operative"
    assert "Slides become pictures." in words(page)
    assert [row.th.get_text() for row in page.select("section[aria-labelledby=offers] tbody tr")] == [
        "Need 0",
        "Need 1",
    ]
    assert [row.td.get_text() for row in page.select("section[aria-labelledby=seeks] tbody tr")] == ["Seek 0", "Seek 1"]
    stages = page.select_one("section[aria-labelledby=offers] .v-stages")
    assert stages["aria-label"] == "Stages 1, 2, 7 of 7"
    facts = {row.dt.get_text(): " ".join(row.dd.get_text(" ").split()) for row in page.select(".v-facts > div")}
    assert facts["Part of"] == "The parent"
    assert facts["Also known as"] == "Alias 0, Alias 1"
    assert facts["Website"] == "example.org/about"
    assert facts["People"] == "Person 0, chair Person 1, chair"
    assert facts["Founded"] == "2018"
    village = words(page, "section[aria-labelledby=village]")
    assert all(title in village for title in ("Cohort 0", "Cohort 1", "Story 0", "Story 1"))
    assert page.select_one("#ask a.v-btn--warm")["href"] == "/contact/?organisation=" + organisation.slug
    assert "Checked" in words(page, ".v-org")


def test_each_relation_is_told_once_an_organisation_with_all_that_it_is(client: Client) -> None:
    page = OrganisationFactory(title="NPIC")
    trust = OrganisationFactory(title="The Trust")
    OrganisationRelationFactory(organisation=trust, to=page)  # hosts: said by the other side
    page.parent_organisation = trust
    page.save()

    told = assert_public_page(client.get(page.url)).select(".v-rel-list li")

    assert [" ".join(line.get_text(" ").split()) for line in told] == ["Part of, hosted by The Trust"]


def test_little_said_is_said_so(client: Client) -> None:
    page = assert_public_page(client.get(OrganisationFactory(checked_on=None).url))

    assert "Nothing stated yet" in words(page, "section[aria-labelledby=offers]")
    assert "Nothing stated yet" in words(page, "section[aria-labelledby=seeks]")
    assert "Nobody has asked to be shown" in words(page, "#ask")
    assert "Not checked yet" in words(page, ".v-org")
    assert page.select_one(".v-rel") is None


def test_overdue_check_is_named_with_its_day(client: Client) -> None:
    page = OrganisationFactory(checked_on=timezone.localdate() - timedelta(days=400))

    assert "Check overdue since" in words(assert_public_page(client.get(page.url)), ".v-org")


def test_invented_organisation_says_so(client: Client) -> None:
    page = assert_public_page(client.get(OrganisationFactory(demonstration=True).url))

    assert "Demonstration" in words(page, ".v-org")


# ---- what is not shown ----------------------------------------------------------------------------------------------
def test_expired_offers_are_gone_and_those_of_today_still_there(client: Client) -> None:
    today = timezone.localdate()
    yesterday = today - timedelta(days=1)
    page = OrganisationFactory(
        offers=[
            OfferFactory.build(words="Until yesterday", expires_on=yesterday),
            OfferFactory.build(words="Until today", expires_on=today),
        ],
        seeks=[SeekFactory.build(words="Sought until yesterday", expires_on=yesterday)],
    )

    shown = words(assert_public_page(client.get(page.url)))

    assert "Until today" in shown
    assert "yesterday" not in shown


@pytest.mark.parametrize("how", ["draft", "restricted"])
def test_what_is_not_public_is_not_named(client: Client, how: str) -> None:
    page = OrganisationFactory()
    secret = OrganisationFactory(title="Secret partner")
    cohort = CohortFactory(title="Secret cohort")
    OrganisationRelationFactory(organisation=page, to=secret)
    OrganisationRelationFactory(organisation=secret, to=page, kind__name="Funds")
    CohortMembershipFactory(organisation=page, cohort=cohort)
    CohortOutcomeFactory(organisation=page, cohort=cohort, words="Secret outcome")
    child = OrganisationFactory(title="Secret part", parent_organisation=page)
    parent = OrganisationFactory(title="Secret parent")
    page.parent_organisation = parent
    page.save()
    for hidden in (secret, cohort, child, parent):
        if how == "restricted":
            restrict(hidden)
        else:
            hidden.unpublish()

    assert "Secret" not in client.get(page.url).content.decode()


def test_withdrawn_company_is_not_shown_as_taking_part(client: Client) -> None:
    page = OrganisationFactory()
    CohortMembershipFactory(
        organisation=page, cohort=CohortFactory(title="First steps"), status=MembershipStatus.WITHDRAWN
    )

    assert "First steps" not in words(assert_public_page(client.get(page.url)))


def test_restricted_profile_sends_to_the_door(client: Client) -> None:
    page = OrganisationFactory(title="Members only", summary="Secret summary")
    restrict(page)

    response = client.get(page.url)

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_restriction_of_the_page_above_counts_too(client: Client) -> None:
    page = OrganisationFactory()
    restrict(page.get_parent())

    assert client.get(page.url).status_code == 302


def test_draft_is_not_found(client: Client) -> None:
    page = OrganisationFactory(live=False)

    assert client.get(page.url).status_code == 404


@pytest.mark.parametrize(
    "path", ["/directory/%00/", "/directory/nobody/", "/directory/a/b/", "/directory/" + "a" * 3000 + "/"]
)
def test_wrong_addresses_are_not_found(client: Client, path: str) -> None:
    OrganisationFactory()

    assert client.get(path).status_code == 404


# ---- drafts ---------------------------------------------------------------------------------------------------------
def test_preview_of_an_unchanged_page_says_what_the_page_says() -> None:
    page = everything(number=3)

    assert profile_of(page, draft=True) == profile_of(page)


def test_preview_shows_the_draft(admin_client: Client) -> None:
    page = everything()
    page.offers = [OfferFactory.build(words="Only in the draft", stages=[StageFactory(number=3)])]
    page.names = [OrganisationNameFactory.build(kind=NameKind.FORMER, name="Name of the draft")]
    draft = page.save_revision().as_object()

    said = profile_of(draft, draft=True)

    assert [(offer.words, offer.stage_numbers) for offer in said.offers] == [("Only in the draft", (3,))]
    assert [(name.text, name.note) for name in said.names] == [("Name of the draft", "Former name")]
    assert [offer.words for offer in profile_of(draft).offers] == ["Offer 0", "Offer 1"]


# ---- the drawing ----------------------------------------------------------------------------------------------------
def test_drawing_shows_five_and_says_how_many_more() -> None:
    page = OrganisationFactory()
    for n in range(7):
        OrganisationRelationFactory(
            organisation=page, to=OrganisationFactory(title=f"A rather long name of partner {n}")
        )

    drawing = draw(profile_of(page).relatives)

    assert drawing is not None
    assert [arch.x for arch in drawing.arches] == [72, 216, 360, 504, 648]
    assert drawing.more == 2
    assert all(len(arch.lines) <= 2 for arch in drawing.arches)


def test_drawing_of_nothing_is_none() -> None:
    assert draw([]) is None


# ---- cost -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("number", [1, 12])
def test_page_costs_eleven_statements_however_much_it_says(statements: Callable[[str], int], number: int) -> None:
    organisation = everything(number=number)
    rebuild()

    assert statements(organisation.url) == 11


def test_status_of_a_cohort_is_not_the_companys() -> None:
    page = OrganisationFactory()
    CohortMembershipFactory(
        organisation=page,
        cohort=CohortFactory(title="First", status=CohortStatus.RUNNING, starts_on=date(2025, 1, 9)),
        status=MembershipStatus.ALUMNI,
    )

    assert [(c.cohort, c.status) for c in profile_of(page).cohorts] == [("First", "Alumni")]

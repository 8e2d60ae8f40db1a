"""Cohorts: where one stands at which moment, and what its page says then."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from directory.choices import CohortStatus, MembershipStatus, ProgrammeStatus
from directory.models import CohortOffer, CohortPage
from directory.queries.cohorts import changes_at, milestones, status_of
from search.indexing import rebuild
from tests.assertions import assert_public_page
from tests.factories.directory import (
    CohortFactory,
    CohortIndexPageFactory,
    CohortMembershipFactory,
    CohortMentorFactory,
    CohortOutcomeFactory,
    NeedFactory,
    OrganisationFactory,
    ProgrammeFactory,
    SectorFactory,
    StageFactory,
)
from tests.factories.home import ContentPageFactory, StoryFactory
from tests.factories.pages import restrict

pytestmark = pytest.mark.django_db  # even a page that is never stored asks what type it is

# Summer time ends on 31 October 2027: London is an hour ahead of UTC in September and level with it in November.
DATES = {
    "applications_open_on": date(2027, 9, 6),
    "applications_close_at": datetime(2027, 11, 5, 17, 0, tzinfo=UTC),
    "starts_on": date(2028, 1, 10),
    "ends_on": date(2028, 7, 7),
}


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=UTC)  # type: ignore[arg-type,misc]


# ---- where it stands ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(2027, 9, 5, 22, 59, 59), CohortStatus.PLANNED),
        (at(2027, 9, 5, 23, 0), CohortStatus.OPEN),  # midnight in London, in summer
        (at(2027, 11, 5, 16, 59, 59), CohortStatus.OPEN),
        (at(2027, 11, 5, 17, 0), CohortStatus.CLOSED),
        (at(2028, 1, 9, 23, 59, 59), CohortStatus.CLOSED),
        (at(2028, 1, 10, 0, 0), CohortStatus.RUNNING),  # midnight in London, in winter
        (at(2028, 7, 7, 22, 59, 59), CohortStatus.RUNNING),  # its last day
        (at(2028, 7, 7, 23, 0), CohortStatus.ALUMNI),
    ],
)
def test_dates_decide_where_it_stands(now: datetime, expected: CohortStatus) -> None:
    assert status_of(CohortPage(**DATES), now) == expected


@pytest.mark.parametrize("status", CohortStatus)
def test_without_dates_the_editors_word_counts(status: CohortStatus) -> None:
    assert status_of(CohortPage(status=status), at(2027, 5, 1)) == status


def test_alumni_is_always_the_editors_word() -> None:
    assert status_of(CohortPage(status=CohortStatus.ALUMNI, **DATES), at(2027, 10, 1)) == CohortStatus.ALUMNI


def test_it_changes_at_each_boundary_and_then_never_again() -> None:
    cohort = CohortPage(**DATES)
    moments = [changes_at(cohort, at(2027, 1, 1))]
    while (last := moments[-1]) is not None:
        moments.append(changes_at(cohort, last))

    assert moments == [
        at(2027, 9, 5, 23),
        at(2027, 11, 5, 17),
        at(2028, 1, 10),
        at(2028, 7, 7, 23),
        None,
    ]


def test_milestones_come_in_order_and_those_gone_by_are_ticked() -> None:
    found = milestones(CohortPage(**DATES, briefing_on=date(2027, 9, 20)), at(2027, 9, 21))

    assert [(m.heading, m.when, m.icon) for m in found] == [
        ("Applications open", "Monday 6 September 2027", "check"),
        ("Briefing, with questions", "Monday 20 September 2027", "check"),
        ("Applications close", "Friday 5 November 2027, 17:00", "calendar"),
        ("Start", "Monday 10 January 2028", "calendar"),
        ("End", "Friday 7 July 2028", "calendar"),
    ]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"applications_close_at": at(2027, 9, 1)}, "applications_close_at"),
        ({"ends_on": date(2027, 12, 1)}, "ends_on"),
    ],
)
def test_dates_out_of_order_are_refused_with_the_rule(wrong: dict[str, object], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        CohortPage(title="Any", slug="any", **{**DATES, **wrong}).clean()

    assert list(refused.value.message_dict) == [field]


# ---- pages ----------------------------------------------------------------------------------------------------------
@time_machine.travel("2027-10-01 12:00", tick=False)
def test_open_cohort_says_until_when_and_how_to_ask(client: Client) -> None:
    ContentPageFactory(title="Contact", slug="contact")
    cohort = CohortFactory(title="Care closer to home", places=8, **DATES)
    CohortMembershipFactory(cohort=cohort, organisation=OrganisationFactory(title="Hollinfell"))
    CohortMembershipFactory(cohort=cohort, status=MembershipStatus.WITHDRAWN)

    page = assert_public_page(client.get(cohort.url))

    box = page.select_one(".v-box--act")
    assert box.h2.get_text() == "Apply by 5 November"
    assert "7 places of 8 still to be given" in box.get_text(" ")
    assert box.a["href"] == "/contact/?kind=incubator&cohort=" + cohort.slug
    assert [h.get_text() for h in page.select(".v-person h3")] == ["Hollinfell"]
    assert page.select_one(".v-kicker .v-tag").get_text() == "Open for applications"


def test_alumni_page_tells_what_came_of_it_the_latest_first(client: Client) -> None:
    cohort = CohortFactory(status=CohortStatus.ALUMNI)
    company, hidden = OrganisationFactory(title="Wharfelight"), OrganisationFactory(title="Secret company")
    restrict(hidden)
    for organisation in (company, hidden):
        CohortMembershipFactory(cohort=cohort, organisation=organisation, status=MembershipStatus.ALUMNI)
    CohortOutcomeFactory(
        cohort=cohort, organisation=company, on=date(2026, 1, 1), words="First file", value=1, measure="file"
    )
    CohortOutcomeFactory(cohort=cohort, organisation=hidden, words="Secret outcome")
    CohortOutcomeFactory(cohort=cohort, organisation=None, on=date(2026, 2, 1), words="Alumni meet")

    page = assert_public_page(client.get(cohort.url))

    rows = [
        [cell.get_text(" ", strip=True) for cell in row.select("th, td")]
        for row in page.select("#outcomes ~ *, table.v-table tbody tr")
    ]
    told = [row for row in rows if row]
    assert told == [
        ["The cohort", "Alumni meet", "–", "February 2026"],
        ["Wharfelight", "First file", "1 file", "January 2026"],
    ]
    assert "Secret" not in page.get_text()


def test_programme_shows_its_cohorts_and_who_runs_it(client: Client) -> None:
    programme = ProgrammeFactory(run_by=OrganisationFactory(title="The Trust"), audience="Staff of the Trust")
    CohortFactory(title="First steps", programme=programme, status=CohortStatus.ALUMNI)
    CohortFactory(title="A draft", programme=programme, live=False)
    CohortFactory(title="Another programme's")

    page = assert_public_page(client.get(programme.url))

    assert [link.get_text() for link in page.select("section[aria-labelledby=cohorts] a")] == ["First steps"]
    assert "The Trust" in page.select_one(".v-facts").get_text()


@pytest.mark.parametrize("hide", [restrict, lambda page: page.unpublish()], ids=["restricted", "unpublished"])
def test_hidden_programme_and_organisation_are_not_named(client: Client, hide: Callable[[object], None]) -> None:
    trust = OrganisationFactory(title="Secret trust")
    programme = ProgrammeFactory(title="Secret programme", run_by=trust)
    cohort = CohortFactory(programme=programme)
    other = ProgrammeFactory(run_by=trust, organisation=trust)
    hide(trust)
    hide(programme)

    for url in (cohort.url, other.url):
        assert "Secret" not in client.get(url).content.decode()


@time_machine.travel("2027-10-01 12:00", tick=False)
def test_list_groups_cohorts_by_what_can_be_done(client: Client) -> None:
    CohortIndexPageFactory()
    CohortFactory(title="Open one", **DATES)
    CohortFactory(title="Past one", status=CohortStatus.ALUMNI)
    ProgrammeFactory(title="Ended", status=ProgrammeStatus.ENDED)
    ProgrammeFactory(title="Planned", status=ProgrammeStatus.PLANNED)

    page = assert_public_page(client.get("/cohorts/"))

    groups = {section.h2.get_text(): [h.get_text() for h in section.select("h3")] for section in page.select("section")}
    assert groups["Open for applications"] == ["Open one"]
    assert groups["Alumni"] == ["Past one"]
    assert [name for name in groups["Programmes"] if name in ("Ended", "Planned")] == ["Planned", "Ended"]


# ---- cost -----------------------------------------------------------------------------------------------------------
def large_cohort(number: int) -> CohortPage:
    cohort = CohortFactory(stages=[StageFactory(number=n) for n in (2, 3)], **DATES)
    for n in range(number):
        company = OrganisationFactory(sectors=[SectorFactory(name=f"Sector {n}")], stage=StageFactory(number=2))
        CohortMembershipFactory(cohort=cohort, organisation=company)
        CohortOutcomeFactory(cohort=cohort, organisation=company)
        CohortMentorFactory(cohort=cohort)
        CohortOffer.objects.create(cohort=cohort, need=NeedFactory(name=f"Need {n}"), words="An hour a week.")
        StoryFactory(organisations=[cohort.programme.run_by])
    return cohort


@pytest.mark.parametrize("number", [1, 12])
def test_pages_cost_the_same_statements_however_many_take_part(statements: Callable[[str], int], number: int) -> None:
    cohort = large_cohort(number)
    for _ in range(number - 1):
        CohortFactory(programme=cohort.programme)
    rebuild()

    assert statements(cohort.url) == 12
    assert statements(cohort.programme.url) == 8
    assert statements("/cohorts/") == 6

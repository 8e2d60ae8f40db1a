"""``/support/``: who can help with a need at a stage, in which order, and why."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from directory.models import Need, OrganisationPage, Stage
from search.indexing import rebuild
from tests.assertions import assert_public_page
from tests.factories.directory import (
    NeedFactory,
    NeedPreparationFactory,
    NeedSuggestionFactory,
    OfferFactory,
    OrganisationFactory,
    ProgrammeFactory,
    StageFactory,
    SupportPageFactory,
)
from tests.factories.pages import restrict

pytestmark = pytest.mark.django_db


@pytest.fixture
def stages(db: None) -> list[Stage]:
    SupportPageFactory(nothing_fits="Nobody yet: ask us.")
    return [StageFactory(number=n, name=f"Stage {n}", slug=f"stage-{n}") for n in range(1, 8)]


@pytest.fixture
def need(stages: list[Stage]) -> Need:
    return NeedFactory(name="Work space", slug="work-space", stages=stages[:2], answer="We find you a desk.")


def offering(title: str, need: Need, *stages: Stage, **more: object) -> None:
    OrganisationFactory(title=title, offers=[OfferFactory.build(need=need, stages=list(stages))], **more)


def ask(client: Client, **answers: str) -> BeautifulSoup:
    rebuild()
    return assert_public_page(client.get("/support/", answers))


def ranked(page: BeautifulSoup) -> list[str]:
    return [heading.get_text() for heading in page.select(".v-rank h3")]


def test_partners_at_the_stage_come_first_with_reasons(client: Client, need: Need, stages: list[Stage]) -> None:
    offering("Elsewhere", need, stages[6])
    offering("At the stage", need, stages[0])
    NeedPreparationFactory(need=need, words="A plan of the room")

    page = ask(client, need="work-space", stage="stage-1")

    assert ranked(page) == ["At the stage"]
    assert "Offers it at your stage" in page.select_one(".v-rank").get_text(" ")
    asks = page.select_one(".v-rank a.v-btn")["href"]  # what was chosen goes along
    assert asks == "/contact/?organisation=at-the-stage&need=work-space&stage=stage-1"
    answer = page.select_one("#answer").get_text(" ")
    assert "We find you a desk." in answer
    assert "A plan of the room" in answer
    assert "Elsewhere" in answer.split("Meets it at other stages")[1]


def test_where_the_team_would_begin_ranks_first(client: Client, need: Need, stages: list[Stage]) -> None:
    offering("Aardvark", need, stages[0])
    offering("Zebra", need, stages[0])
    NeedSuggestionFactory(
        need=need,
        organisation=OrganisationFactory(title="Middle", offers=[OfferFactory.build(need=need, stages=[stages[0]])]),
    )

    page = ask(client, need="work-space", stage="stage-1")

    assert ranked(page) == ["Middle", "Aardvark", "Zebra"]
    assert "Where the village’s team would begin" in page.select_one(".v-rank li").get_text(" ")


def test_invented_partners_come_after_real_ones_and_are_not_counted(
    client: Client, need: Need, stages: list[Stage]
) -> None:
    offering("Aardvark invented", need, stages[0], demonstration=True)
    offering("Zebra", need, stages[0])

    page = ask(client, need="work-space", stage="stage-1")

    assert ranked(page) == ["Zebra", "Aardvark invented"]
    cell = page.select_one("table.v-heat td a[href*='stage=stage-1&need=work-space']")
    assert cell.get_text() == "1"


def test_need_that_nobody_meets_where_it_usually_comes_up_is_a_gap(client: Client, need: Need) -> None:
    page = ask(client)

    gaps = [link.get_text() for link in page.select("td.is-gap a")]
    assert gaps == ["Gap", "Gap"]
    assert "Work space, at stage 1 Stage 1" in page.get_text(" ")


def test_nobody_says_so_and_offers_a_person(client: Client, need: Need) -> None:
    page = ask(client, need="work-space", stage="stage-2")

    answer = page.select_one("#answer")
    assert "Nobody yet: ask us." in answer.get_text()
    assert "/contact/?need=work-space&stage=stage-2" in [link["href"] for link in answer.select("a")]


@pytest.mark.parametrize("spelling", ["stage-1", "1", "Stage 1", " STAGE 1 "])
def test_stage_may_be_named_as_people_do(client: Client, need: Need, spelling: str) -> None:
    page = ask(client, need="Work space", stage=spelling)

    assert page.select_one("#stage option[selected]")["value"] == "stage-1"


def test_unknown_answers_are_named_and_the_rest_is_kept(client: Client, need: Need) -> None:
    page = ask(client, need="work-space", stage="stage-99")

    assert "We know no stage called “stage-99”" in page.select_one("[role=alert]").get_text()
    assert page.select_one("#need option[selected]")["value"] == "work-space"


def test_half_an_answer_asks_for_the_other_half(client: Client, need: Need) -> None:
    by_need = [link["href"] for link in ask(client, need="work-space").select("section[aria-labelledby=next] a")]
    by_stage = [link["href"] for link in ask(client, stage="stage-1").select("section[aria-labelledby=next] a")]

    assert by_need == ["?stage=stage-1&need=work-space#answer", "?stage=stage-2&need=work-space#answer"]
    assert by_stage == ["?stage=stage-1&need=work-space#answer"]


def test_what_is_not_public_is_neither_named_nor_counted(client: Client, need: Need, stages: list[Stage]) -> None:
    offering("Secret draft", need, stages[0], live=False)
    offering("Secret restricted", need, stages[0])
    restrict(OrganisationPage.objects.get(title="Secret restricted"))

    page = ask(client, need="work-space", stage="stage-1")

    assert "Secret" not in page.get_text()
    assert page.select_one("td.is-gap a").get_text() == "Gap"


@pytest.mark.parametrize("number", [1, 12])
def test_answer_costs_nine_statements_however_many_help(
    statements: Callable[[str], int], need: Need, stages: list[Stage], number: int
) -> None:
    for n in range(number):
        offering(f"Partner {n}", need, *stages)
        ProgrammeFactory(needs=[need])
    rebuild()

    assert statements("/support/?need=work-space&stage=stage-1") == 9
    assert statements("/support/") == 5

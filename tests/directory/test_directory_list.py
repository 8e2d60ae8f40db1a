"""``/directory/``: find who can help, see why, and never stand before an empty page without a way out."""

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils.http import urlencode

from search.indexing import rebuild
from tests.assertions import assert_public_page
from tests.factories.directory import (
    DirectoryIndexPageFactory,
    KindFactory,
    NeedFactory,
    OfferFactory,
    OrganisationFactory,
    SectorFactory,
    StageFactory,
    ThemeFactory,
)
from tests.factories.pages import restrict

pytestmark = pytest.mark.django_db


@pytest.fixture
def village(db: None) -> None:
    """Three organisations: a laboratory, a network and an investor."""
    early = StageFactory(number=1, name="Needs and knowledge", slug="needs-and-knowledge")
    late = StageFactory(number=6, name="Launch and evaluation", slug="launch-and-evaluation")
    data, money = (
        NeedFactory(name="Health data and AI", slug="data-and-ai"),
        NeedFactory(name="Seed money", slug="money"),
    )
    OrganisationFactory(
        title="Pathology Imaging",
        kind=KindFactory(name="Research", slug="research"),
        summary="Slides become pictures.",
        offers=[OfferFactory.build(need=data, stages=[early])],
        themes=[ThemeFactory(name="Digital", slug="digital")],
    )
    OrganisationFactory(title="Health Network", kind=KindFactory(name="Network", slug="network"))
    OrganisationFactory(
        title="Northern Capital",
        kind=KindFactory(name="Investor", slug="investor"),
        offers=[OfferFactory.build(need=money, stages=[late])],
    )
    rebuild()


def found(page: BeautifulSoup) -> list[str]:
    return [heading.get_text() for heading in page.select("#results .v-result h3")]


def look(client: Client, **asked: str) -> BeautifulSoup:
    return assert_public_page(client.get("/directory/", asked))


def test_everybody_is_listed_by_name(client: Client, village: None) -> None:
    page = look(client)

    assert found(page) == ["Health Network", "Northern Capital", "Pathology Imaging"]
    assert page.select_one("[role=status]").get_text(strip=True) == "3 organisations"
    assert page.title.get_text() == "Directory – Innovation Village Leeds"


def test_words_are_marked_and_explained(client: Client, village: None) -> None:
    page = look(client, q="patholgy")

    assert found(page) == ["Pathology Imaging"]
    assert page.select_one("#results h3 mark").get_text() == "Pathology"
    assert "“pathology” in its name" in page.select_one(".v-why").get_text(" ")
    assert "Showing results for pathology" in " ".join(page.select_one(".v-mean").get_text(" ").split())
    assert page.select_one(".v-mean a")["href"] == "/directory/?q=patholgy&exact=1"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("pathology imaging network", "Nothing has all of your words, so these have some of them."),
        ("imaging slides", "Of these, 1 result has all of your words; the others have some of them."),
    ],
)
def test_where_few_have_all_words_it_says_how_many(client: Client, village: None, asked: str, said: str) -> None:
    OrganisationFactory(title="Imaging Two", kind=KindFactory(name="Lab", slug="lab"))
    rebuild()
    assert " ".join(look(client, q=asked).select_one(".v-mean").get_text(" ").split()) == said


def test_words_that_are_meant_as_they_are_stay_so_in_the_form(client: Client, village: None) -> None:
    page = look(client, q="patholgy", exact="1")
    assert page.select_one("input[name=exact]")["value"] == "patholgy"
    assert look(client, q="pathology").select_one("input[name=exact]") is None


def test_filters_combine_and_each_says_why_it_fits(client: Client, village: None) -> None:
    page = look(client, need="data-and-ai", stage="needs-and-knowledge")

    assert found(page) == ["Pathology Imaging"]
    assert "offers health data and AI at your stage, needs and knowledge" in page.select_one(".v-why").get_text(" ")
    chips = {" ".join(chip.get_text(" ").split()): chip["href"] for chip in page.select(".v-chip")}
    assert chips == {
        "Need: Health data and AI remove": "/directory/?stage=needs-and-knowledge",
        "Stage: 1 Needs and knowledge remove": "/directory/?need=data-and-ai",
    }
    checked = {box["value"] for box in page.select("input[type=checkbox][checked]")}
    assert checked == {"data-and-ai", "needs-and-knowledge"}


def test_counts_say_what_choosing_would_give(client: Client, village: None) -> None:
    page = look(client, kind="research")

    kinds = {
        row.input["value"]: int(row.select("span")[-1].get_text())
        for row in page.select("fieldset label")
        if row.input["name"] == "kind"
    }
    assert kinds == {"research": 1, "network": 1, "investor": 1}


def test_empty_page_says_which_filter_to_drop(client: Client, village: None) -> None:
    page = look(client, q="pathology", kind="investor")

    empty = page.select_one(".v-empty")
    assert empty.h2.get_text() == "No organisation fits “pathology” and Investor"
    ways = {" ".join(way.get_text(" ").split()): way.a["href"] for way in empty.select("li")}
    assert ways["Without “Kind: Investor” 1 organisation"] == "/directory/?q=pathology"
    assert "Everybody in the directory" in ways


def test_nobody_at_all_is_said_so(client: Client) -> None:
    DirectoryIndexPageFactory()

    assert look(client).select_one(".v-empty h2").get_text() == "Nobody is in the directory yet"


def test_what_is_not_public_is_neither_listed_nor_counted(client: Client, village: None) -> None:
    OrganisationFactory(title="A draft", live=False)
    restrict(OrganisationFactory(title="Members only"))
    rebuild()

    page = look(client)

    assert found(page) == ["Health Network", "Northern Capital", "Pathology Imaging"]
    assert "4" not in page.select_one("[role=status]").get_text()


def test_filtered_lists_are_not_for_search_engines(client: Client, village: None) -> None:
    assert look(client).find("meta", attrs={"name": "robots"}) is None
    assert look(client, kind="investor").find("meta", attrs={"name": "robots"})["content"] == "noindex"


def test_pages_are_linked_and_keep_the_filters(client: Client, home: object) -> None:
    kind = KindFactory(name="Network", slug="network")
    for n in range(45):
        OrganisationFactory(title=f"Network {n:02}", kind=kind)
    rebuild()

    page = look(client, kind="network", page="2")

    assert found(page)[0] == "Network 20"
    links = [link["href"] for link in page.select(".v-pages li a")]
    assert links == [
        "/directory/?kind=network",
        "/directory/?kind=network&page=2",
        "/directory/?kind=network&page=3",
    ]
    assert page.select_one(".v-pages [aria-current=page]").get_text() == "2"


HOSTILE = [
    "q=%00%00",
    "q=" + "x" * 10_000,
    "q=" + urlencode({"": '" OR 1=1; DROP TABLE x; --'})[1:],
    "q=%F0%9F%99%82%ED%A0%80",
    "q=((((&need=%27&stage=%22",
    "need=unknown&stage=99&kind=%00&sort=;&page=-1",
    "page=999999999999999999999&page_size=0",
    "nobody=knows&this=filter",
    "q[]=a&q[]=b",
    "&".join(f"need=need-{n}" for n in range(400)),
]


@pytest.mark.parametrize(
    "path", ["/directory/", "/search/", "/support/", "/api/v1/search", "/api/v1/suggest", "/cohorts/"]
)
def test_hostile_questions_never_break_anything(client: Client, village: None, path: str) -> None:
    answers = {asked[:60]: client.get(f"{path}?{asked}").status_code for asked in HOSTILE}

    assert {asked: status for asked, status in answers.items() if status not in (200, 400, 404)} == {}


@pytest.mark.parametrize("number", [1, 22])
@pytest.mark.parametrize(("asked", "cost"), [("", 6), ("?q=pathology&need=need-0&stage=stage-1", 7)])
def test_list_costs_the_same_however_many_there_are(
    statements: Callable[[str], int], number: int, asked: str, cost: int
) -> None:
    stage = StageFactory(number=1, name="Stage 1")
    for n in range(number):
        need = NeedFactory(name=f"Need {n}")
        sector = SectorFactory(name=f"Sector {n}")
        OrganisationFactory(
            title=f"Pathology {n}",
            sectors=[sector],
            offers=[OfferFactory.build(need=need, stages=[stage]), OfferFactory.build(stages=[stage])],
        )
    rebuild()

    assert statements(f"/directory/{asked}") == cost


def test_empty_list_costs_eleven_statements_however_many_filters_rule_it_out(statements: Callable[[str], int]) -> None:
    for n in range(10):
        OrganisationFactory(kind=KindFactory(name=f"Kind {n}"), sectors=[SectorFactory(name=f"Sector {n}")])
    rebuild()
    filters = "".join(f"&kind=kind-{n}&sector=sector-{n + 1}" for n in range(0, 10, 2))

    assert statements(f"/directory/?q=zzzz+qqqq{filters}&role=tenant") == 11

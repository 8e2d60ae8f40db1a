"""``/directory/shortlist/``: organisations side by side, named by the address alone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from directory.importing.faults import Refused
from directory.importing.loading import load_organisations
from directory.models import OrganisationPage
from directory.queries.shortlist import MOST, shortlist
from search.indexing import rebuild
from tests.assertions import assert_public_page
from tests.factories.directory import (
    DirectoryIndexPageFactory,
    KindFactory,
    NeedFactory,
    OfferFactory,
    OrganisationFactory,
    PlaceFactory,
    StageFactory,
    ThemeFactory,
)
from tests.factories.home import ContentPageFactory, HomePageFactory
from tests.factories.pages import restrict

pytestmark = pytest.mark.django_db

URL = "/directory/shortlist/"


def organisation(slug: str, *needs: str, **values: object) -> OrganisationPage:
    """Offers to meet ``needs`` at stages 1 and 3."""
    stages = [StageFactory(number=number, name=f"Stage {number}", slug=f"stage-{number}") for number in (1, 3)]
    offers = [OfferFactory.build(need=NeedFactory(name=need), stages=stages) for need in needs]
    return OrganisationFactory(**{"slug": slug, "title": slug.title(), "offers": offers, **values})


def titles(page: BeautifulSoup) -> list[str]:
    return [heading.get_text() for heading in page.select("li.v-result h3")]


# ---- what it shows --------------------------------------------------------------------------------------------------
def test_the_address_is_the_list_in_the_visitors_order(client: Client) -> None:
    for slug in ("alpha", "beta", "gamma"):
        organisation(slug)

    page = assert_public_page(client.get(f"{URL}?o=gamma&o=alpha&o=gamma"))

    assert titles(page) == ["Gamma", "Alpha"]
    assert page.find("meta", attrs={"name": "robots"})["content"] == "noindex"
    assert page.find("input", id="address")["value"].endswith(f"{URL}?o=gamma&o=alpha")
    without = {link["data-shortlist-remove"]: link["href"] for link in page.select("a[data-shortlist-remove]")}
    assert without == {"gamma": f"{URL}?o=alpha", "alpha": f"{URL}?o=gamma"}


def test_each_is_told_with_what_it_offers(client: Client) -> None:
    organisation("npic", "Patient data", summary="Slides become pictures.", kind=KindFactory(name="Laboratory"))

    entry = assert_public_page(client.get(f"{URL}?o=npic")).select_one("li.v-result")

    text = entry.get_text(" ")
    assert all(words in text for words in ("Slides become pictures.", "Laboratory", "Patient data", "Checked"))
    assert entry.select_one(".v-short .v-stages")["aria-label"] == "Stages 1, 3 of 7"
    assert entry.select_one(".v-tile")


def test_the_table_has_a_column_for_each_and_a_row_for_every_need(client: Client) -> None:
    organisation("alpha", "Money", "Patient data", places=[PlaceFactory(name="The Arcade")])
    organisation("beta", "Patient data", themes=[ThemeFactory(name="Cancer")])

    page = assert_public_page(client.get(f"{URL}?o=alpha&o=beta"))

    table = page.select_one("[role=region][tabindex='0'] table.v-table")
    assert [th.get_text() for th in table.select("thead th")] == ["Alpha", "Beta"]
    rows = {row.th.get_text(): [_said(cell) for cell in row.find_all("td")] for row in table.select("tbody tr")}
    assert rows == {
        "Kind": ["Research infrastructure", "Research infrastructure"],
        "Place": ["The Arcade", "Not stated"],
        "Themes": ["Not stated", "Cancer"],
        "Patient data": ["Stages 1, 3 of 7", "Stages 1, 3 of 7"],
        "Money": ["Stages 1, 3 of 7", "– Not offered"],
    }
    assert list(rows)[3:] == ["Patient data", "Money"], "what most of them meet comes first"


def _said(cell: BeautifulSoup) -> str:
    arches = cell.select_one(".v-stages")
    return arches["aria-label"] if arches else cell.get_text(" ", strip=True)


def test_an_expired_offer_is_not_told() -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    OrganisationFactory(slug="alpha", offers=[OfferFactory.build(expires_on=yesterday)])

    assert shortlist(["alpha"]).entries[0].offers == []


def test_two_offers_to_meet_one_need_are_one_row() -> None:
    need, stages = NeedFactory(name="Money"), [StageFactory(number=n) for n in (1, 2, 4)]
    offers = [OfferFactory.build(need=need, stages=stages[:2]), OfferFactory.build(need=need, stages=stages[1:])]
    OrganisationFactory(slug="alpha", offers=offers)

    (row,) = shortlist(["alpha"]).rows

    assert row.cells[0][1].stage_numbers == (1, 2, 4)


def test_nobody_yet_says_what_to_do(client: Client) -> None:
    organisation("alpha")

    page = assert_public_page(client.get(URL))

    assert "Nobody is on this list yet" in page.main.get_text()
    assert page.select_one("main a[href='/directory/']")
    assert page.select_one("main form input[name=o]")


# ---- whom it names --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("written", ["nexus", "Nexus Leeds", " nexus  LEEDS ", "NXS", "nxs"])
def test_a_name_that_somebody_typed_is_understood(written: str) -> None:
    organisation("nexus", title="Nexus Leeds", abbreviation="NXS")

    assert shortlist([written]).slugs == ["nexus"]


def test_the_same_one_by_slug_and_by_name_is_there_once() -> None:
    organisation("nexus", title="Nexus Leeds")

    assert shortlist(["nexus", "Nexus Leeds"]).slugs == ["nexus"]


def test_who_is_unknown_is_said_and_escaped(client: Client) -> None:
    organisation("alpha")

    response = client.get(URL, {"o": ["alpha", "<b>gone"]})

    page = assert_public_page(response)
    assert titles(page) == ["Alpha"]
    assert "We know no organisation “<b>gone”; it may have left" in page.main.get_text()
    assert "<b>gone" not in response.content.decode()


@pytest.mark.parametrize("how", ["draft", "restricted", "below"])
@pytest.mark.parametrize("asked", ["hidden", "HDN"])
def test_who_is_hidden_is_as_unknown_as_who_never_was(client: Client, how: str, asked: str) -> None:
    secret = organisation("hidden", "Secret need", title="Secret partner", abbreviation="HDN")
    if how == "draft":
        secret.unpublish()
    else:
        restrict(secret if how == "restricted" else secret.get_parent())
        if how == "below":
            assert client.get(f"{URL}?o={asked}").status_code == 302
            assert shortlist([asked]).slugs == []
            return

    said = client.get(f"{URL}?o={asked}").content.decode()

    assert "Secret" not in said
    assert said == client.get(f"{URL}?o=nobody").content.decode().replace("nobody", asked)


@pytest.mark.parametrize("asked", ["o=%00", "o=", "o=" + "a" * 5000, "o=%ff", "x=1", "&".join(["o=x"] * 900)])
def test_strange_addresses_are_answered(client: Client, asked: str) -> None:
    organisation("alpha")

    assert_public_page(client.get(f"{URL}?{asked}"))


def test_twelve_are_shown_and_the_rest_is_counted(client: Client) -> None:
    for number in range(MOST + 2):
        organisation(f"number-{number}")

    page = assert_public_page(client.get(URL, {"o": [f"number-{n}" for n in range(MOST + 2)]}))

    assert len(titles(page)) == MOST
    assert "The last 2 of this address are not shown" in page.main.get_text()
    assert page.find("input", id="add") is None, "it is full"


# ---- ways there -----------------------------------------------------------------------------------------------------
def test_results_and_profiles_lead_there(client: Client) -> None:
    ContentPageFactory(title="Contact", slug="contact")
    page = organisation("alpha")
    rebuild()

    for path in ("/directory/", "/search/?q=alpha", page.url):
        link = assert_public_page(client.get(path)).select_one("a[data-shortlist=alpha]")
        assert link and link["href"] == f"{URL}?o=alpha", path
        assert "Alpha" in link.get_text()


def test_what_is_no_organisation_is_not_offered(client: Client) -> None:
    ContentPageFactory(title="Alphabet", slug="alphabet", parent=HomePageFactory())
    organisation("alpha")
    rebuild()

    page = assert_public_page(client.get("/search/?q=alphabet"))

    assert page.select(".v-result") and not page.select("a[data-shortlist]")


def test_an_introduction_to_all_of_them(client: Client) -> None:
    ContentPageFactory(title="Contact", slug="contact", body=[("contact", {"heading": "Ask a person", "note": ""})])
    for slug in ("alpha", "beta", "gamma"):
        organisation(slug)

    asked = assert_public_page(client.get(f"{URL}?o=gamma&o=alpha&o=beta")).select_one(".v-box--act a")["href"]

    assert asked == "/contact/?organisation=gamma&organisation=alpha&organisation=beta"
    told = " ".join(assert_public_page(client.get(asked)).select_one(".v-notice").get_text().split())
    assert (
        told == "Your enquiry is about Gamma, Alpha and Beta. The form below says so; please say it too when you ring."
    )


def test_a_draft_is_not_found_where_the_directory_is_not_live(client: Client) -> None:
    organisation("alpha").get_parent().unpublish()

    assert client.get(URL).status_code == 404


# ---- its address ----------------------------------------------------------------------------------------------------
def test_no_organisation_may_stand_at_its_address() -> None:
    page = organisation("alpha")
    page.slug = "shortlist"

    with pytest.raises(ValidationError, match="Choose another slug") as refused:
        page.full_clean()

    assert list(refused.value.message_dict) == ["slug"]


@pytest.mark.parametrize("row", ["slug,name\nshortlist,Alpha\n", "name\nShortlist\n"])
def test_no_file_may_put_one_there(row: str) -> None:
    DirectoryIndexPageFactory()
    KindFactory()

    with pytest.raises(Refused, match="a page of the directory itself"):
        load_organisations("new.csv", row.encode())

    assert not OrganisationPage.objects.exists()


# ---- cost -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("number", [2, 12])
def test_page_costs_eight_statements_however_many_are_on_it(statements: Callable[[str], int], number: int) -> None:
    for n in range(number):
        organisation(f"number-{n}", *(f"Need {i}" for i in range(n + 1)), places=[PlaceFactory() for _ in range(n)])

    assert statements(f"{URL}?{'&'.join(f'o=number-{n}' for n in range(number))}") == 8

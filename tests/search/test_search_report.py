"""The report on searches: what it counts, what it leaves out, what editors do from it, and who may see it."""

import csv
import re
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Page

from accounts.models import User
from search.indexing import rebuild
from search.models import DailyQuery, PinnedPage, PinnedResult, Synonym
from search.rate_chart import rate_chart
from search.report import Totals, report
from search.report_in_cms import found_nothing_this_week
from tests.factories.accounts import UserFactory
from tests.factories.directory import OrganisationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_today")]

TODAY = date(2027, 5, 20)
ADDRESS = "/cms/reports/searches/"


@pytest.fixture
def _today() -> Any:
    with time_machine.travel("2027-05-20 12:00", tick=False):
        yield


def somebody(group: str) -> User:
    user = UserFactory()
    user.groups.add(Group.objects.get(name=group))
    return user


@pytest.fixture
def cms(client: Client, settings: Any) -> Client:
    settings.STAFF_MFA_REQUIRED = False
    client.force_login(somebody("Comms"))
    return client


@pytest.fixture
def searches() -> None:
    """Five kinds of words, two of them rare; and searches whose words were not kept."""
    on(0, "physio", 5, nothing=5)
    on(3, "wearables", 4, nothing=4, path="/search/")
    on(3, "wearables", 6, opened=6, places=18, total=9)
    on(1, "funding", 20, opened=1, places=8, total=31)
    on(29, "pathology", 40, opened=30, places=45, total=12)
    on(0, "ada lovelace", 2, nothing=2)
    on(0, "", 10, nothing=1)
    on(40, "long ago", 100, opened=50)


def on(days_ago: int, text: str, asked: int, *, nothing: int = 0, path: str = "/directory/", **values: int) -> None:
    DailyQuery.objects.create(
        day=TODAY - timedelta(days=days_ago),
        path=path,
        text=text,
        asked=asked,
        found_nothing=nothing,
        opened=values.get("opened", 0),
        places=values.get("places", 0),
        last_total=values.get("total", 0),
    )


def page_at(client: Client, address: str = ADDRESS) -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser").main


def rows(page: BeautifulSoup, section: str) -> list[list[str]]:
    """The cells of a table but for what can be done."""
    found = page.select(f"[aria-labelledby={section}] tbody tr")
    return [[" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])][:-1] for row in found]


def figures(page: BeautifulSoup) -> dict[str, str]:
    return {figure.dt.get_text(): figure.dd.get_text() for figure in page.select(".village-figures > div")}


# ---- what it says ---------------------------------------------------------------------------------------------------
def test_figures_are_those_of_the_period_with_every_search_in_them(cms: Client, searches: None) -> None:
    month = figures(page_at(cms))
    week = figures(page_at(cms, f"{ADDRESS}?days=7"))

    assert month == {"Searches": "87", "Found nothing": "14%", "Opened nothing": "51%", "Words not shown": "12"}
    assert week == {"Searches": "47", "Found nothing": "26%", "Opened nothing": "80%", "Words not shown": "12"}
    assert figures(page_at(cms, f"{ADDRESS}?days=90"))["Searches"] == "187"
    assert figures(page_at(cms, f"{ADDRESS}?days=1000")) == month, "there are three periods"


def test_tables_hold_what_they_are_called(cms: Client, searches: None) -> None:
    page = page_at(cms)

    assert rows(page, "in-vain") == [["physio", "Directory", "5", "5", "0"], ["wearables", "Search", "4", "4", "0"]]
    assert rows(page, "low") == [["funding", "Directory", "20", "5", "8", "31"]]
    assert rows(page, "top") == [
        ["pathology", "Directory", "40", "75", "2", "12"],
        ["funding", "Directory", "20", "5", "8", "31"],
        ["wearables", "Directory", "6", "100", "3", "9"],
        ["physio", "Directory", "5", "–", "–", "0"],
        ["wearables", "Search", "4", "–", "–", "0"],
    ]


def test_rare_words_are_shown_nowhere(cms: Client, searches: None) -> None:
    assert "lovelace" not in cms.get(ADDRESS).content.decode()
    assert "lovelace" not in cms.get(f"{ADDRESS}?as=csv").content.decode()

    on(80, "ada lovelace", 1)  # three in all, of which two in the period
    assert ["ada lovelace", "Directory", "2", "2", "0"] in rows(page_at(cms), "in-vain")


def test_scripts_cannot_say_more_than_all() -> None:
    assert Totals(asked=4, found_nothing=1, opened=900).opened_of_100 == 100
    assert Totals(asked=4, found_nothing=4).opened_rate is None
    assert Totals().nothing_rate is None


def test_days_are_told_one_by_one_and_ninety_by_week(searches: None) -> None:
    month, quarter = report(30).steps, report(90).steps

    assert (len(month), month[0].start, month[-1].start) == (30, TODAY - timedelta(days=29), TODAY)
    assert [step.totals.asked for step in month if step.totals.asked] == [40, 10, 20, 17]
    assert (len(quarter), quarter[-1].start) == (12, TODAY - timedelta(days=6))
    assert quarter[-1].totals.asked == 47


def test_the_numbers_stand_beside_the_drawing(cms: Client, searches: None) -> None:
    page = page_at(cms, f"{ADDRESS}?days=7")

    assert len(page.select("svg.village-chart[role=img] > title")) == 2
    numbers = page.select("[aria-labelledby=by-day] tbody tr")
    assert [cell.get_text() for cell in numbers[-1].find_all(["th", "td"])] == ["20 May", "17", "47%", "100%"]
    assert [cell.get_text() for cell in numbers[0].find_all(["th", "td"])] == ["14 May", "0", "–", "–"]


def test_a_line_is_interrupted_where_nothing_was_counted() -> None:
    chart = rate_chart([0.0, 0.5, None, 0.25, None, 1.0], list("abcdef"))

    assert [part.count("L") for part in chart.line.split("M")[1:]] == [1, 0, 0]
    assert len(chart.dots) == 4
    ys = [y for _, y in chart.dots]
    assert ys[0] == chart.y_ticks[0].at == chart.base
    assert ys[1] == chart.y_ticks[1].at
    assert ys[3] == chart.y_ticks[2].at
    assert [tick.words for tick in chart.y_ticks] == ["0%", "50%", "100%"]
    assert [tick.words for tick in chart.x_ticks][::4] == ["a", "f"]


@pytest.mark.parametrize("rates", [[], [None], [None, None], [0.0], [0.01]])
def test_a_drawing_of_next_to_nothing_is_still_one(rates: list[float | None]) -> None:
    chart = rate_chart(rates, ["day"] * len(rates))

    assert len(chart.dots) == len([rate for rate in rates if rate is not None])
    assert len(chart.x_ticks) == len(rates)


def test_nothing_counted_is_said(cms: Client) -> None:
    page = page_at(cms)

    assert "Nobody has searched in the last 30 days" in page.get_text()
    assert not page.select("table, svg.village-chart")


def test_the_report_costs_the_same_however_much_was_searched_for(cms: Client) -> None:
    def cost(number: int) -> int:
        DailyQuery.objects.bulk_create(
            DailyQuery(day=TODAY, path="/directory/", text=f"invented {number} {n}", asked=9, found_nothing=n % 2)
            for n in range(number)
        )
        cms.get(ADDRESS)
        with CaptureQueriesContext(connection) as captured:
            cms.get(ADDRESS)
        return len(captured)

    assert cost(50) == cost(400)


# ---- what editors do ------------------------------------------------------------------------------------------------
def actions(page: BeautifulSoup, words: str) -> dict[str, str]:
    row = next(row for row in page.select("[aria-labelledby=in-vain] tbody tr") if row.th.get_text() == words)
    return {link.find(string=True, recursive=False): link["href"] for link in row.select("a")}


def test_a_synonym_is_made_in_one_click_and_leads_back(cms: Client, searches: None) -> None:
    link = actions(page_at(cms), "physio")["Make a synonym"]
    form = page_at(cms, link).select_one("form[method=POST], form[method=post]")
    assert form.select_one("[name=one_way_from]")["value"] == "physio"

    saved = cms.post(form["action"], {"one_way_from": "physio", "terms": "physiotherapy", "note": ""})

    assert (saved.status_code, saved["Location"]) == (302, ADDRESS)
    assert Synonym.objects.get().one_way_from == "physio"
    page = page_at(cms)
    assert "Make a synonym" not in actions(page, "physio")
    assert "Has a synonym" in page.select_one("[aria-labelledby=in-vain] tbody tr").get_text()


def test_words_of_the_index_that_look_alike_are_one_click_too(cms: Client, searches: None, home: Page) -> None:
    OrganisationFactory(title="Physiotherapy at home")
    rebuild()

    link = actions(page_at(cms), "physio")["physiotherapy"]

    form = page_at(cms, link)
    assert form.select_one("[name=terms]").get_text().strip() == "physiotherapy"
    assert form.select_one("[name=one_way_from]")["value"] == "physio"


def test_a_result_is_pinned_from_the_report(cms: Client, searches: None, home: Page) -> None:
    npic = OrganisationFactory(title="NPIC")
    form = page_at(cms, actions(page_at(cms), "physio")["Pin a result"])
    assert form.select_one("[name=phrases]").get_text().strip() == "physio"

    saved = pin(cms, form.select_one("form[method=POST], form[method=post]")["action"], "physio", npic)

    assert (saved.status_code, saved["Location"]) == (302, ADDRESS)
    assert [pinned.page.title for pinned in PinnedResult.objects.get().pages.all()] == ["NPIC"]
    assert "Pinned" in page_at(cms).select_one("[aria-labelledby=in-vain] tbody tr").get_text()


def pin(client: Client, address: str, phrases: str, *pages: Page, **values: str) -> Any:
    data = {"phrases": phrases, "note": "", "valid_until": ""}
    data |= {"pages-TOTAL_FORMS": str(len(pages)), "pages-INITIAL_FORMS": "0"}
    data |= {"pages-MIN_NUM_FORMS": "1", "pages-MAX_NUM_FORMS": "5"}
    for place, page in enumerate(pages):
        data |= {f"pages-{place}-page": str(page.pk), f"pages-{place}-id": "", f"pages-{place}-ORDER": str(place + 1)}
        data |= {f"pages-{place}-DELETE": ""}
    return client.post(address, {**data, **values})


def test_what_could_never_be_shown_is_not_pinned(cms: Client, home: Page) -> None:
    address = reverse(PinnedResult.snippet_viewset.get_url_name("add"))  # type: ignore[attr-defined]

    refused = pin(cms, address, "physio", home)
    assert "Search never shows a page of the kind “home page”" in refused.content.decode()
    assert "A phrase needs letters or digits." in pin(cms, address, "physio, ?", OrganisationFactory()).content.decode()
    assert not PinnedPage.objects.exists()


def test_words_from_an_address_cannot_be_longer_than_the_field(cms: Client) -> None:
    address = reverse(Synonym.snippet_viewset.get_url_name("add"))  # type: ignore[attr-defined]
    form = page_at(cms, f"{address}?one_way_from={'a' * 500}&note=not+this")

    assert form.select_one("[name=one_way_from]")["value"] == "a" * 120
    assert not form.select_one("[name=note]").get("value")


def test_nobody_is_led_elsewhere_after_saving(cms: Client) -> None:
    address = reverse(Synonym.snippet_viewset.get_url_name("add"))  # type: ignore[attr-defined]
    saved = cms.post(f"{address}?next=https://example.org/", {"one_way_from": "", "terms": "a, b", "note": ""})

    assert saved["Location"] == reverse(Synonym.snippet_viewset.get_url_name("list"))  # type: ignore[attr-defined]


def test_it_can_be_tried(cms: Client, searches: None) -> None:
    assert actions(page_at(cms), "wearables")["Try it"] == "/search/?q=wearables"


def test_a_name_is_forgotten_from_the_report(cms: Client, searches: None) -> None:
    on(1, "ada lovelace", 5)

    said = cms.post(f"{ADDRESS}forget/", {"words": "Ada Lovelace"}, follow=True).content.decode()
    assert "“Ada Lovelace” is forgotten" in said
    assert figures(page_at(cms))["Searches"] == "92"
    assert not DailyQuery.objects.filter(text__contains="lovelace").exists()

    again = cms.post(f"{ADDRESS}forget/", {"words": "Ada Lovelace"}, follow=True).content.decode()
    assert "Nobody searched for exactly" in again


def test_the_file_holds_every_row_and_no_formula(cms: Client, searches: None) -> None:
    on(0, "=1+1", 3, path="/search/")  # folding leaves no sign, but what was stored by other means stays text
    answer = cms.get(f"{ADDRESS}?days=30&as=csv")

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert re.search(r'filename="searches-30-days-2027-05-20.csv"', answer["Content-Disposition"])
    found = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert [row["words"] for row in found] == ["pathology", "funding", "wearables", "physio", "wearables", "'=1+1"]
    assert found[1] == {
        "words": "funding",
        "list": "/directory/",
        "searches": "20",
        "found nothing": "0",
        "opened a result": "1",
        "average place opened": "8.0",
        "results when last asked": "31",
        "last asked on": "2027-05-19",
    }


# ---- who may --------------------------------------------------------------------------------------------------------
def test_only_who_looks_after_synonyms_sees_it(client: Client, searches: None, settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False
    client.force_login(somebody("Editors"))

    for ask in (client.get, client.post):
        for address in (ADDRESS, f"{ADDRESS}forget/", f"{ADDRESS}?as=csv"):
            answer = ask(address, {"words": "physio"})
            assert answer.status_code in (302, 405)
            assert b"wearables" not in answer.content
    assert DailyQuery.objects.filter(text="physio").exists()
    assert ADDRESS not in client.get("/cms/").content.decode()


def test_it_stands_among_the_reports(cms: Client) -> None:
    assert ADDRESS in cms.get("/cms/").content.decode()


# ---- on the first page ----------------------------------------------------------------------------------------------
@pytest.fixture
def listing() -> Callable[[User], Any]:
    def ask(user: User) -> Any:
        request = RequestFactory().get("/cms/")
        request.user = user
        return found_nothing_this_week(request)

    return ask


def test_the_first_page_names_what_nobody_has_answered_yet(listing: Callable[[User], Any], searches: None) -> None:
    comms = somebody("Comms")
    on(8, "last week", 9, nothing=9)

    assert [(item.title, item.reason) for item in listing(comms).items] == [
        ("“physio”", "5 times in Directory"),
        ("“wearables”", "4 times in Search"),
    ]
    assert "one_way_from=physio" in listing(comms).items[0].url

    Synonym.objects.create(one_way_from="physio", terms="physiotherapy")
    PinnedResult.objects.create(phrases="wearables")
    PinnedPage.objects.create(pinned_result=PinnedResult.objects.get(), page=Page.objects.first())
    assert listing(comms).items == ()


def test_the_first_page_tells_others_nothing(listing: Callable[[User], Any], searches: None) -> None:
    assert listing(somebody("Editors")).items == ()

"""``/impact/``: each target with its figure beside it, the same for everybody, and nothing invented that looks real."""

import csv
import gzip
import re
from collections.abc import Callable
from decimal import Decimal
from io import StringIO

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client

from core import page_cache
from impact.actions import correct_figure, draw, exclude, sign_off
from impact.models import KpiEntry, ManualFigure
from impact.queries import quarters_to_sign
from tests.assertions import assert_public_page
from tests.factories.accounts import UserFactory
from tests.factories.impact import counted, days_ago, figure, lead, manager, rule_of, target_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
HEAVIEST = 20 * 1024


def words(element: object) -> str:
    return " ".join(element.get_text(" ", strip=True).split())  # type: ignore[attr-defined]


def row_of(page: BeautifulSoup, slug: str) -> BeautifulSoup:
    link = page.select_one(f'table a[href="/impact/{slug}/"]')
    assert link is not None
    return link.find_parent("tr")  # type: ignore[return-value]


@time_machine.travel("2026-11-26 12:00Z")
def test_each_target_stands_with_figure_target_progress_day_and_source(client: Client) -> None:
    figure("84", target="setup-days", as_of=days_ago(57))
    page = assert_public_page(client.get("/impact/"))

    assert len(page.select('th[scope="row"] a[href^="/impact/"]')) == 17
    row = words(row_of(page, "setup-days"))
    assert row == (
        "Median study set-up time 84 days 60 days 24 days to go 30 September 2026: Annual report, page 4 Demonstration"
    )
    assert "No figure yet" in words(row_of(page, "income"))
    assert words(page.h1) == "What came of it"


def test_before_the_targets_are_loaded_the_page_says_so(client: Client) -> None:
    page = assert_public_page(client.get("/impact/"))
    assert "have not been loaded yet" in words(page.main)


def test_figures_move_with_their_entries(client: Client) -> None:
    figure("70", target="collaborative-projects", as_of=days_ago(20))

    def shown() -> str:
        return words(
            row_of(BeautifulSoup(client.get("/impact/").content, "html.parser"), "collaborative-projects").strong
        )

    assert shown() == "70"
    draw(rule=rule_of(counted("collaboration:1"), target="collaborative-projects"))
    assert shown() == "71"
    exclude(entry=KpiEntry.objects.get(), reason="Not agreed after all.", by=manager())
    assert shown() == "70"


def test_what_is_recorded_in_a_demonstration_is_marked_everywhere(client: Client, settings) -> None:
    figure("5", target="income")
    page = assert_public_page(client.get("/impact/"))
    assert "Demonstration" in words(row_of(page, "income"))
    assert "invented" in words(page.select_one(".v-lead"))
    assert "Demonstration" in words(assert_public_page(client.get("/impact/income/")).main)
    assert client.get("/api/v1/impact/").json()["results"][-1]["demonstration"] is True

    settings.DEMONSTRATION = False
    figure("7", target="publications")
    assert ManualFigure.objects.get(target__slug="publications").demonstration is False
    assert "Demonstration" not in words(row_of(assert_public_page(client.get("/impact/")), "publications"))


def test_a_chart_has_a_name_and_its_figures_in_a_table_beside_it(client: Client) -> None:
    figure("40", target="collaborative-projects", as_of=days_ago(100))
    figure("70", target="collaborative-projects", as_of=days_ago(1))
    for path in ("/impact/", "/impact/collaborative-projects/"):
        page = assert_public_page(client.get(path))
        chart = page.select_one("svg.v-chart")
        assert chart is not None
        title = page.find(id=chart["aria-labelledby"])
        assert title is not None
        assert words(title).startswith("Line chart of collaborative projects")
        last = page.select("figure + div table tbody tr, div:has(> figure) table tbody tr")[-1]
        assert words(last).split()[3] == "70"


def test_how_each_one_is_counted_can_be_read(client: Client) -> None:
    target_of()
    page = assert_public_page(client.get("/impact/engagement-forums/"))
    assert "counted once in a year from 1 April" in words(page.main)
    assert "Version 1" in words(page.main)
    assert "Research and Innovation Strategy 2025–2030" in words(page.main)
    assert "Staff enter it, with a day and a source" in words(assert_public_page(client.get("/impact/income/")).main)
    assert client.get("/impact/such/").status_code == 404


def test_a_level_and_a_year_are_drawn_too(client: Client) -> None:
    for slug in ("setup-days", "publications", "income"):
        figure("60", target=slug, as_of=days_ago(30))
        figure("70", target=slug, as_of=days_ago(2))
        page = assert_public_page(client.get(f"/impact/{slug}/"))
        assert len(page.select("svg.v-chart circle")) == 2
        assert page.select_one("svg.v-chart path.l") is not None
        assert page.select_one("svg.v-chart path.t") is not None


def test_it_is_said_until_when_figures_are_signed(client: Client) -> None:
    with time_machine.travel("2026-11-26 12:00Z"):
        target_of()
        sign_off(period_end=days_ago(57), by=lead())
        page = assert_public_page(client.get("/impact/"))
        assert "up to 30 September 2026 were signed off" in words(page.main)
        assert "Person" not in words(page.main)  # nobody's name


def test_nothing_that_is_private_is_told(client: Client) -> None:
    """Marked words in every field that is for staff, looked for on every public page, in the file and in the API."""
    row = figure("12", by=UserFactory(name="zqname", email="zqname@example.org", group="Leadership"))
    correct_figure(figure=row, value=Decimal(13), source="Report", reason="zqcorrected", by=manager())
    found = counted("zqkey", words="zqwords", record="zqrecord", record_label="zqlabel")
    draw(rule=rule_of(found, counted("idea:2")))
    exclude(entry=KpiEntry.objects.get(object_key="zqkey"), reason="zqexcluded", by=row.by)
    sign_off(period_end=quarters_to_sign()[0], by=row.by)
    paths = ["/impact/", "/impact/innovation-ideas/", "/impact/figures.csv", "/api/v1/impact/", "/sitemap.xml"]
    bodies = "".join(client.get(path).content.decode() for path in paths)
    assert "Report" in bodies  # the source is for readers
    assert "zq" not in bodies.lower()


# ---- weight and cost ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("number", [1, 12])
def test_it_costs_the_same_however_many_entries_there_are(statements: Callable[[str], int], number: int) -> None:
    target_of()
    draw(rule=rule_of(*(counted(f"idea:{n}", on=days_ago(n)) for n in range(number))))
    assert statements("/impact/") == 6
    assert statements("/impact/innovation-ideas/") == 3
    assert statements("/impact/figures.csv") == 3


def test_it_is_light(client: Client) -> None:
    for slug in ("setup-days", "publications", "income", "collaborative-projects"):
        for day in range(1, 30):
            figure(str(day), target=slug, as_of=days_ago(day))
    for path in ("/impact/", "/impact/income/"):
        assert len(gzip.compress(client.get(path).content)) < HEAVIEST


def test_readers_get_it_from_memory_until_something_is_counted(
    client: Client, settings, tmp_path, django_capture_on_commit_callbacks
) -> None:
    settings.VAR_DIR = tmp_path
    settings.MIDDLEWARE = ["core.page_cache.AnonymousPageCache", *settings.MIDDLEWARE]
    page_cache.bump()
    target_of()
    assert "X-Cache" not in client.get("/impact/")
    assert client.get("/impact/")["X-Cache"] == "hit"
    with django_capture_on_commit_callbacks(execute=True):
        draw(rule=rule_of(counted("idea:1")))
    response = client.get("/impact/")
    assert "X-Cache" not in response
    assert words(row_of(BeautifulSoup(response.content, "html.parser"), "innovation-ideas").strong) == "1"


# ---- to take along --------------------------------------------------------------------------------------------------
def test_the_csv_says_the_same_and_no_cell_is_a_formula(client: Client) -> None:
    row = figure("12.5", target="income")
    ManualFigure.objects.create(
        target=row.target, as_of=days_ago(1), value=1250, source="=HYPERLINK(1)", demonstration=False
    )
    response = client.get("/impact/figures.csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(StringIO(response.content.decode("utf-8-sig"))))
    assert len(rows) == 17
    income = next(row for row in rows if row["target"] == "income")
    assert (income["figure"], income["aimed at"], income["source"]) == ("1250", "140000000", "'=HYPERLINK(1)")
    assert not response.cookies


def test_programs_are_told_the_same(client: Client) -> None:
    figure("1250", target="income", as_of=days_ago(1))
    answer = client.get("/api/v1/impact/").json()
    income = next(row for row in answer["results"] if row["slug"] == "income")
    assert (answer["count"], income["value"], income["target"], income["rule"]) == (17, 1250, 140000000, None)
    assert income["as_of"] == days_ago(1).isoformat()
    ideas = next(row for row in answer["results"] if row["slug"] == "innovation-ideas")
    assert ideas["rule"]["slug"] == "staff-ideas"


def test_a_search_engine_finds_it_and_the_footer_leads_there(client: Client) -> None:
    target_of()
    found = re.findall(r"<loc>([^<]+)</loc>", client.get("/sitemap.xml").content.decode())
    assert [address for address in found if address.endswith(("/impact/", "/impact/income/"))] != []
    page = BeautifulSoup(client.get("/").content, "html.parser")
    assert page.select_one('footer a[href="/impact/"]') is not None

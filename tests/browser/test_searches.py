"""What searching leaves behind: an opened result is counted once, by a plain link; typing asks for names alone."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from search import query_log
from search.models import DailyQuery, PinnedPage, PinnedResult

from .front_door import ADMIN, session_of
from .visiting import MODES, NARROW, PATIENCE, TOO_WIDE, WIDE, Watch, axe_source, settle

RUN_AXE = """async () => (await axe.run(".village-report", {resultTypes: ["violations"]})).violations.map(
  ({id, nodes}) => `${id}: ${nodes.map((node) => node.html.slice(0, 200)).join(", ")}`)"""


@pytest.fixture(autouse=True)
def _nothing_counted(server: str) -> None:
    """Other tests search too, and nobody asked them to tidy up."""
    query_log.discard()
    DailyQuery.objects.all().delete()


@pytest.fixture
def tab(browser: Browser, server: str) -> Iterator[Page]:
    context = browser.new_context(viewport=WIDE, base_url=server)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()


def opened() -> list[tuple[str, str, int, int]]:
    """List, words, how many searches led somewhere, and the places of what was opened."""
    query_log.write()
    return list(DailyQuery.objects.order_by("path").values_list("path", "text", "opened", "places"))


def asked(tab: Page) -> list[str]:
    """The paths that the tab asks for from now on."""
    paths: list[str] = []
    tab.on("request", lambda request: paths.append(urlsplit(request.url).path))
    return paths


def test_an_opened_result_is_counted_once_and_the_link_is_a_plain_one(tab: Page, server: str) -> None:
    watch = Watch(server)
    watch.on(tab)
    tab.goto("/directory/?q=pathology")
    second = tab.locator("#results h3 a").nth(1)
    address = second.get_attribute("href")

    with tab.expect_request("**/search/clicked") as told:
        second.click(modifiers=["Control"])  # into a tab of its own: this one stays
    assert set(parse_qs(told.value.post_data)) == {"asked", "place"}
    second.click()
    tab.wait_for_url(f"**{address}")

    assert opened() == [("/directory/", "pathology", 1, 2)]
    assert not tab.context.cookies()
    assert not watch.complaints and not tab.evaluate("window.refusedByPolicy")


def test_a_list_that_htmx_put_there_counts_its_own(tab: Page) -> None:
    tab.goto("/stories/?q=data")
    tab.get_by_label("Search stories and episodes").fill("nhs")
    tab.get_by_role("button", name="Search").click()
    tab.wait_for_url("**q=nhs**")
    settle(tab)
    paths = asked(tab)
    tab.locator("#results h3 a").first.focus()
    tab.keyboard.press("Enter")
    tab.wait_for_url(lambda url: "q=" not in url)

    assert paths.count("/search/clicked") == 1
    assert opened() == [("/stories/", "nhs", 1, 1)]


def test_a_list_without_words_tells_nothing(tab: Page) -> None:
    tab.goto("/directory/?kind=investor")
    paths = asked(tab)
    tab.locator("#results h3 a").first.click()
    settle(tab)

    assert "/search/clicked" not in paths


def test_typing_asks_for_names_and_not_for_results(tab: Page) -> None:
    tab.goto("/directory/")
    settle(tab)
    paths = asked(tab)
    field = tab.get_by_label("Search organisations")
    with tab.expect_response("**/api/v1/suggest**"):
        field.press_sequentially("pathology", delay=30)
    settle(tab)
    assert set(paths) == {"/api/v1/suggest"}

    field.press("Enter")
    tab.wait_for_url("**q=pathology**")
    assert paths.count("/directory/") == 1


def test_a_pinned_result_says_so_and_fits_a_telephone(tab: Page, server: str) -> None:
    from directory.models import OrganisationPage

    nexus = OrganisationPage.objects.get(slug="nexus")
    pinned = PinnedResult.objects.create(phrases="pathology")
    PinnedPage.objects.create(pinned_result=pinned, page=nexus)
    try:
        tab.goto("/directory/?q=pathology")
        first = tab.locator("li.v-result").first
        expect(first.locator("h3")).to_have_text("Nexus")
        expect(first.locator(".v-why")).to_contain_text("chosen by our team for “pathology”")
        tab.set_viewport_size(NARROW)  # type: ignore[arg-type]
        assert tab.evaluate(TOO_WIDE) == []
    finally:
        pinned.delete()


# ---- the report -----------------------------------------------------------------------------------------------------
@pytest.fixture
def report(browser: Browser, server: str) -> Iterator[Page]:
    """The report, with something in every table."""
    for text, found_nothing, led in (("physio", 9, 0), ("pathology", 0, 8), ("funding", 0, 1)):
        DailyQuery.objects.create(
            day=timezone.localdate(),
            path="/directory/",
            text=text,
            asked=9,
            found_nothing=found_nothing,
            opened=led,
            places=led * 2,
        )
    context = browser.new_context(viewport=WIDE, base_url=server)
    context.add_cookies([{"name": "sessionid", "value": session_of(ADMIN), "url": server}])
    tab = context.new_page()
    tab.set_default_timeout(PATIENCE)
    tab.goto("/cms/reports/searches/")
    yield tab
    context.close()


def test_the_report_can_be_read_by_everybody(report: Page) -> None:
    expect(report.get_by_role("heading", name="What people search for")).to_be_visible()
    report.evaluate(axe_source())
    for size, emulation in MODES.values():
        report.set_viewport_size(size)
        report.emulate_media(**emulation)
        assert report.evaluate(RUN_AXE) == []
        assert report.evaluate("document.documentElement.scrollWidth") == size["width"]


def test_a_synonym_is_two_clicks_from_the_report(report: Page) -> None:
    from search.models import Synonym

    report.get_by_role("link", name="Make a synonym for physio").click()
    expect(report.get_by_role("textbox", name="One way from")).to_have_value("physio")
    report.locator("[name=terms]").fill("rehabilitation")
    report.get_by_role("button", name="Save").first.click()
    report.wait_for_url("**/cms/reports/searches/")
    expect(report.get_by_role("row", name="physio").first).to_contain_text("Has a synonym")
    Synonym.objects.get(one_way_from="physio").delete()

"""What a reader comes to do works in a browser that runs no script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from .front_door import ADMIN, PASSWORD
from .visiting import PATIENCE, WIDE


@pytest.fixture
def tab(browser: Browser, server: str) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False, viewport=WIDE, base_url=server)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()


def test_no_script_runs(tab: Page) -> None:
    """Else the tests below would prove nothing."""
    tab.set_content("<p>before</p><script>document.body.textContent = 'after'</script>")
    expect(tab.locator("p")).to_have_text("before")


def test_search_from_the_home_page(tab: Page) -> None:
    tab.goto("/")
    field = tab.locator("main input[name=q]")
    field.fill("pathology")
    field.press("Enter")
    expect(tab.locator("main input[name=q]")).to_have_value("pathology")
    expect(
        tab.locator("#results").get_by_role("link", name="National Pathology Imaging Co-operative").first
    ).to_be_visible()


def test_filter_and_sort_the_directory(tab: Page) -> None:
    tab.goto("/directory/")
    everything = _count(tab)
    tab.get_by_role("checkbox", name="Seed investors").check()
    tab.get_by_role("button", name="Apply filters").click()
    assert "need=seed-investment" in tab.url
    assert 0 < _count(tab) < everything
    expect(tab.get_by_role("checkbox", name="Seed investors")).to_be_checked()

    tab.get_by_label("Sort by").select_option("name")
    tab.get_by_role("button", name="Sort").click()
    assert "need=seed-investment" in tab.url and "sort=name" in tab.url
    names = tab.locator("#results h3").all_inner_texts()
    assert names == sorted(names, key=str.casefold) and len(names) > 2

    tab.go_back()
    tab.go_back()
    assert _count(tab) == everything


def test_the_navigator_answers(tab: Page) -> None:
    tab.goto("/support/")
    tab.get_by_label("Your stage").select_option("validating-concept")
    tab.get_by_label("Your need").select_option("clinical-expertise")
    tab.locator("main form button").first.click()
    assert "stage=validating-concept" in tab.url and "need=clinical-expertise" in tab.url
    assert tab.locator("main a[href^='/directory/']").count() >= 2


def test_sign_in_with_a_password_and_out_again(tab: Page) -> None:
    tab.goto("/")
    tab.get_by_role("link", name="Sign in").click()
    tab.locator("[name=login]").fill(ADMIN)
    tab.locator("[name=password]").fill(PASSWORD)
    tab.locator("[name=password]").press("Enter")
    expect(tab.get_by_role("link", name="Sign out")).to_be_visible()
    assert tab.url.endswith("/")
    tab.get_by_role("link", name="Sign out").click()
    tab.get_by_role("button", name="Sign out").click()
    expect(tab.get_by_role("link", name="Sign in")).to_be_visible()


def _count(tab: Page) -> int:
    return int(tab.get_by_role("status").first.inner_text().split()[0].replace(",", ""))

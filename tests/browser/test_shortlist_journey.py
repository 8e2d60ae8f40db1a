"""A shortlist kept in the browser, sent to a colleague, and made without any script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from .visiting import NARROW, PATIENCE, WIDE, Watch, axe, settle

NPIC, NEXUS = "National Pathology Imaging Co-operative", "Nexus"
REMEMBERED = "() => JSON.parse(localStorage.getItem('village-shortlist'))"


@pytest.fixture(params=["wide", "narrow"])
def tab(browser: Browser, server: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    size = WIDE if request.param == "wide" else NARROW
    context = browser.new_context(viewport=size, base_url=server)  # type: ignore[arg-type]
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()


@pytest.fixture
def plain(browser: Browser, server: str) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False, viewport=WIDE, base_url=server)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()


def _titles(tab: Page) -> list[str]:
    return tab.locator("li.v-result h3").all_inner_texts()


def _keeps_no_cookie(tab: Page) -> None:
    assert not tab.context.cookies()


def test_add_count_open_remove_and_share(tab: Page, server: str) -> None:
    watch = Watch(server)
    watch.on(tab)
    tab.goto("/directory/?q=pathology")
    count = tab.locator("#results a[data-shortlist-count]")
    expect(count).to_be_hidden()
    tab.get_by_role("button", name=f"Shortlist {NPIC}").focus()
    tab.keyboard.press("Space")
    star = tab.get_by_role("button", name=f"Take off shortlist {NPIC}")
    expect(star).to_be_focused()
    expect(count).to_have_text("Shortlist (1)")
    assert "?q=pathology" in tab.url, "adding leads nowhere"
    assert axe(tab) == []

    # The results are put there anew by htmx: the buttons know what is on the list.
    tab.get_by_label("Sort by").select_option("name")
    tab.get_by_role("button", name="Sort", exact=True).click()
    tab.wait_for_url("**sort=name**")
    expect(star).to_be_visible()
    star.click()
    expect(count).to_be_hidden()
    tab.get_by_role("button", name=f"Shortlist {NPIC}").click()

    tab.goto("/directory/nexus/")
    tab.get_by_role("button", name="Add to shortlist").click()
    tab.get_by_role("link", name="Shortlist (2)").click()
    tab.wait_for_url("**/directory/shortlist/?o=npic&o=nexus")
    assert _titles(tab) == [NPIC, NEXUS]
    expect(tab.locator("[data-shortlist-shown]")).to_be_hidden()
    region = tab.get_by_role("region", name="Organisations (columns)")
    region.focus()
    expect(region).to_be_focused()
    assert axe(tab) == []

    tab.get_by_role("button", name="Copy the address").click()
    expect(tab.locator("[data-share] [role=status]")).to_have_text("Copied")
    sent = tab.evaluate("navigator.clipboard.readText()")
    assert (
        sent
        == f"{server}/directory/shortlist/?o=npic&o=nexus"
        == tab.get_by_label("Address of this list").input_value()
    )

    tab.get_by_role("link", name=f"Remove {NPIC}").click()
    tab.wait_for_url("**/directory/shortlist/?o=nexus")
    assert _titles(tab) == [NEXUS]
    assert tab.evaluate(REMEMBERED) == ["nexus"]
    tab.goto("/directory/shortlist/")
    tab.wait_for_url("**/directory/shortlist/?o=nexus")

    tab.get_by_label("Its name or abbreviation").fill("NPIC")
    tab.get_by_role("button", name="Add to the list").click()
    tab.wait_for_url("**/directory/shortlist/?o=nexus&o=NPIC")
    assert tab.evaluate(REMEMBERED) == ["nexus", "npic"]
    settle(tab)
    assert not watch.complaints and not tab.evaluate("window.refusedByPolicy")
    _keeps_no_cookie(tab)


def test_a_list_that_was_sent_replaces_ones_own_only_when_one_says_so(tab: Page) -> None:
    tab.goto("/directory/nexus/")
    tab.get_by_role("button", name="Add to shortlist").click()

    tab.goto("/directory/shortlist/?o=npic&o=propel")
    assert tab.evaluate(REMEMBERED) == ["nexus"]
    expect(tab.get_by_role("link", name="Your shortlist (1)")).to_have_attribute(
        "href", "/directory/shortlist/?o=nexus"
    )
    tab.get_by_role("link", name=f"Remove {NPIC}").click()
    tab.wait_for_url("**/directory/shortlist/?o=propel")
    assert tab.evaluate(REMEMBERED) == ["nexus"]

    tab.get_by_role("button", name="Replace my shortlist with this one").click()
    assert tab.evaluate(REMEMBERED) == ["propel"]
    expect(tab.locator("[data-shortlist-shown]")).to_be_hidden()


@pytest.mark.parametrize("tab", ["wide"], indirect=True)  # what is kept has no size
@pytest.mark.parametrize("rubbish", ["{", "null", "7", '{"a": 1}', '[1, null, "npic"]'])
def test_what_is_remembered_wrongly_breaks_nothing(tab: Page, rubbish: str) -> None:
    tab.goto("/directory/?q=nexus")
    tab.evaluate("(text) => localStorage.setItem('village-shortlist', text)", rubbish)
    tab.reload()
    tab.get_by_role("button", name=f"Shortlist {NEXUS}", exact=True).click()
    assert tab.evaluate(REMEMBERED) == (["npic"] if "npic" in rubbish else []) + ["nexus"]


def test_a_browser_that_keeps_nothing_still_shows_the_list(tab: Page) -> None:
    tab.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('', 'SecurityError'); } })"
    )
    tab.goto("/directory/?q=nexus")
    tab.get_by_role("button", name=f"Shortlist {NEXUS}", exact=True).click()
    tab.get_by_role("link", name="Shortlist (1)").click()
    tab.wait_for_url("**/directory/shortlist/?o=nexus")
    assert _titles(tab) == [NEXUS]


def test_without_script(plain: Page, server: str) -> None:
    plain.goto("/directory/?q=pathology")
    plain.get_by_role("link", name=f"Shortlist {NPIC}").click()
    assert plain.url.endswith("/directory/shortlist/?o=npic")
    plain.get_by_label("Its name or abbreviation").fill("nexus")
    plain.get_by_role("button", name="Add to the list").click()
    assert _titles(plain) == [NPIC, NEXUS]
    address = plain.get_by_label("Address of this list").input_value()
    assert address == f"{server}/directory/shortlist/?o=npic&o=nexus"
    for button in ("Copy the address", "Keep as my shortlist"):
        expect(plain.get_by_role("button", name=button)).to_have_count(0)

    plain.get_by_role("link", name=f"Remove {NPIC}").click()
    assert _titles(plain) == [NEXUS]
    plain.go_back()
    plain.get_by_role("link", name="Ask for an introduction to all of them").click()
    expect(plain.locator("main")).to_contain_text(f"Your enquiry is about {NPIC} and {NEXUS}.")
    _keeps_no_cookie(plain)

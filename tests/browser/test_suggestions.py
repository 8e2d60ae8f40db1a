"""What may be meant, below a search field while one types: a combobox after the ARIA Authoring Practices, of real links."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, Route, expect

from .visiting import MODES, NARROW, NO_EMULATION, PATIENCE, RULES, RULES_OF_SIGHT, TOO_WIDE, WIDE, Watch, axe, settle


@pytest.fixture
def tab(browser: Browser, server: str) -> Iterator[Page]:
    context = browser.new_context(viewport=WIDE, base_url=server, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()


def typed(tab: Page, words: str, path: str = "/search/") -> Locator:
    """The field after ``words`` were typed and something is suggested."""
    tab.goto(path)
    settle(tab)
    field = tab.get_by_role("combobox").first
    field.press_sequentially(words, delay=20)
    expect(tab.get_by_role("listbox", name="Suggestions")).to_be_visible()
    return field


def options(tab: Page, **which: Any) -> Locator:
    """Those of the list; to a browser a plain choice, such as that of the order, has options too."""
    return tab.get_by_role("listbox").get_by_role("option", **which)


# ---- for those who can't see the list -------------------------------------------------------------------------------
def test_field_and_list_know_each_other(tab: Page) -> None:
    tab.goto("/search/")
    settle(tab)
    field = tab.get_by_role(
        "combobox", name="Search organisations, programmes, cohorts, events, spaces, stories and pages"
    )
    expect(field).to_have_attribute("aria-autocomplete", "list")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(tab.get_by_role("listbox")).to_have_count(0)  # hidden

    field.press_sequentially("patho", delay=20)

    listbox = tab.get_by_role("listbox", name="Suggestions")
    expect(listbox).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    assert field.get_attribute("aria-controls") == listbox.get_attribute("id")
    expect(options(tab, name="National Pathology Imaging Co-operative Organisation")).to_be_visible()
    assert field.get_attribute("aria-activedescendant") is None


def test_their_number_is_said(tab: Page) -> None:
    field = typed(tab, "leeds")
    number = options(tab).count()
    said = tab.locator("[aria-live=polite]").last
    assert number > 2
    expect(said).to_have_text(f"{number} suggestions, arrow keys to choose")
    field.press_sequentially("qzx")
    expect(said).to_have_text("No suggestions")
    expect(tab.get_by_role("listbox")).to_have_count(0)


def test_each_is_a_link_to_a_page_of_the_village(tab: Page) -> None:
    typed(tab, "in")
    for option in options(tab).all():
        path = option.get_attribute("href")
        assert path and path.startswith("/")
        assert option.get_attribute("tabindex") == "-1", "the Tab key would stop at every one"
        assert tab.request.get(path).ok


# ---- by keyboard ----------------------------------------------------------------------------------------------------
def test_arrows_go_round_and_enter_follows_the_link(tab: Page) -> None:
    field = typed(tab, "leeds")
    every = options(tab)
    last = every.count() - 1

    def on() -> int | None:
        """The place of the option that the field names, which is the only one that is selected."""
        expect(field).to_be_focused()
        chosen = [place for place, one in enumerate(every.all()) if one.get_attribute("aria-selected") == "true"]
        named = field.get_attribute("aria-activedescendant")
        assert [every.nth(place).get_attribute("id") for place in chosen] == ([named] if named else [])
        return chosen[0] if chosen else None

    seen = [on()]
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowDown", "ArrowDown"):
        tab.keyboard.press(key)
        seen.append(on())
    assert seen == [None, 0, 1, 0, None, last, None, 0]
    assert field.input_value() == "leeds"

    path = every.first.get_attribute("href")
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"**{path}")


def test_the_chosen_one_is_scrolled_into_view(tab: Page) -> None:
    tab.set_viewport_size(NARROW)  # type: ignore[arg-type]
    typed(tab, "leeds")
    tab.keyboard.press("ArrowUp")
    expect(options(tab, selected=True)).to_be_in_viewport(ratio=0.9)


def test_enter_without_a_choice_searches_for_the_words(tab: Page) -> None:
    typed(tab, "patho", "/")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/directory/?q=patho")
    expect(tab.locator("#results").get_by_role("link", name="National Pathology Imaging").first).to_be_visible()


def test_escape_closes_and_keeps_the_words(tab: Page) -> None:
    field = typed(tab, "leeds")
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Escape")
    expect(tab.get_by_role("listbox")).to_have_count(0)
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("leeds")
    expect(field).to_be_focused()
    assert field.get_attribute("aria-activedescendant") is None
    tab.keyboard.press("ArrowDown")  # and the arrow brings it back
    expect(tab.get_by_role("listbox")).to_be_visible()
    expect(options(tab).first).to_have_attribute("aria-selected", "true")


def test_tab_leaves_for_the_button(tab: Page) -> None:
    typed(tab, "leeds")
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Tab")
    expect(tab.get_by_role("button", name="Search", exact=True)).to_be_focused()
    expect(tab.get_by_role("listbox")).to_have_count(0)
    assert tab.url.endswith("/search/")


def test_to_write_on_is_to_choose_none(tab: Page) -> None:
    field = typed(tab, "leeds")
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("ArrowLeft")
    assert field.get_attribute("aria-activedescendant") is None
    tab.keyboard.press("ArrowDown")
    tab.keyboard.type("x")
    assert field.get_attribute("aria-activedescendant") is None


# ---- by pointer -----------------------------------------------------------------------------------------------------
def test_a_click_follows_the_link(tab: Page) -> None:
    typed(tab, "patho")
    options(tab, name="National Pathology Imaging").click()
    tab.wait_for_url("**/directory/npic/")


def test_a_click_elsewhere_closes(tab: Page) -> None:
    typed(tab, "patho")
    tab.get_by_role("heading", level=1).click()
    expect(tab.get_by_role("listbox")).to_have_count(0)


# ---- narrowed, and to fill in ---------------------------------------------------------------------------------------
def test_where_only_organisations_are_sought_others_are_not_suggested(tab: Page) -> None:
    typed(tab, "in", "/directory/")
    for option in options(tab).all():
        assert (option.get_attribute("href") or "").startswith("/directory/")


def test_a_field_that_takes_a_name_gets_it(tab: Page) -> None:
    field = typed(tab, "patho", "/directory/shortlist/?o=nexus")
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")
    expect(field).to_have_value("National Pathology Imaging Co-operative")
    expect(field).to_be_focused()
    expect(tab.get_by_role("listbox")).to_have_count(0)
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/directory/shortlist/**National+Pathology**")
    expect(tab.get_by_role("link", name="National Pathology Imaging Co-operative").first).to_be_visible()


# ---- asking ---------------------------------------------------------------------------------------------------------
def test_quick_typing_asks_once(tab: Page) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        if "/api/v1/suggest" in request.url:
            asked.append(request.url)

    tab.on("request", note)
    typed(tab, "pathology")
    tab.wait_for_timeout(300)
    assert len(asked) <= 2, asked
    assert asked[-1].endswith("q=pathology")


def test_a_late_answer_to_earlier_words_is_not_shown(tab: Page) -> None:
    tab.goto("/search/")
    settle(tab)

    def late(route: Route) -> None:
        tab.wait_for_timeout(600)
        try:
            route.continue_()
        except Exception:  # noqa: BLE001 -- it was taken back meanwhile, which is what is tested
            route.abort()

    tab.route("**/api/v1/suggest?q=le", late)
    field = tab.get_by_role("combobox").first
    with tab.expect_request("**/api/v1/suggest?q=le"):
        field.press_sequentially("le")
    field.fill("pathology")
    expect(options(tab, name="National Pathology Imaging")).to_be_visible()
    tab.wait_for_timeout(900)
    assert all("Leeds City" not in name for name in options(tab).all_inner_texts())


def test_search_works_where_nothing_can_be_suggested(tab: Page) -> None:
    tab.goto("/search/")
    settle(tab)
    tab.route("**/api/v1/suggest?**", lambda route: route.fulfill(status=429, json={"error": {}}))
    field = tab.get_by_role("combobox").first
    with tab.expect_response("**/api/v1/suggest?**"):
        field.press_sequentially("patho")
    expect(tab.get_by_role("listbox")).to_have_count(0)
    field.press("Enter")
    tab.wait_for_url("**q=patho**")
    expect(tab.locator("#results").get_by_role("link", name="National Pathology Imaging").first).to_be_visible()


# ---- for everybody --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/", "/search/", "/directory/shortlist/?o=nexus"])
def test_axe_finds_nothing_while_the_list_is_open(tab: Page, server: str, path: str) -> None:
    watch = Watch(server)
    watch.on(tab)
    typed(tab, "leeds", path)
    tab.keyboard.press("ArrowDown")
    for size, emulation in MODES.values():
        tab.set_viewport_size(size)
        tab.emulate_media(**{**NO_EMULATION, **emulation})
        expect(tab.get_by_role("listbox", name="Suggestions")).to_be_visible()
        assert axe(tab, RULES_OF_SIGHT if emulation else RULES) == []
        assert tab.evaluate(TOO_WIDE) == []
    assert not watch.complaints and not tab.evaluate("window.refusedByPolicy") and not watch.foreign


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_no_part_of_the_page_covers_the_list(tab: Page, size: Any) -> None:
    tab.set_viewport_size(size)
    for path in ("/", "/directory/", "/directory/shortlist/?o=nexus&o=npic"):
        typed(tab, "leeds", path)
        tab.get_by_role("listbox").scroll_into_view_if_needed()
        covered = tab.evaluate("""() => {
          const list = document.querySelector("[role=listbox]:not([hidden])");
          const {left, right, top, bottom} = list.getBoundingClientRect();
          const found = [];
          for (let y = Math.max(top, 0) + 6; y < Math.min(bottom, innerHeight) - 6; y += 20)
            for (const x of [left + 10, (left + right) / 2, right - 10])
              if (!list.contains(document.elementFromPoint(x, y))) found.push([x, y]);
          return found;
        }""")
        assert covered == [], path


def test_without_script_the_field_is_a_plain_one_and_results_are_links(browser: Browser, server: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=WIDE, base_url=server)
    page = context.new_page()
    page.goto("/search/")
    field = page.get_by_role("searchbox")
    field.fill("patho")
    field.press("Enter")
    link = page.locator("#results").get_by_role("link", name="National Pathology Imaging Co-operative").first
    assert (link.get_attribute("href") or "").endswith("/directory/npic/")
    context.close()

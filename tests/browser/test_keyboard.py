"""The village by keyboard alone: the skip link, and a mark on whatever has the focus."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from .visiting import NARROW, PATIENCE, WIDE, Watch, settle

ENOUGH = 60  # stops of the Tab key until we believe a page
# What has the focus, whether it can be seen, and how it is marked. Its own mark or that of a box around it counts.
FOCUSED = """() => {
  const box = document.activeElement;
  if (!box || box === document.body) return null;
  const look = (one) => { const {outlineStyle, outlineWidth, outlineColor, boxShadow, backgroundColor, borderColor,
    textDecorationLine} = getComputedStyle(one);
    return [outlineStyle === "none" ? "" : outlineWidth + outlineColor, boxShadow, backgroundColor, borderColor,
      textDecorationLine].join("|"); };
  const boxes = [box, box.parentElement];
  const focused = boxes.map(look).join();
  const {top, left, bottom, right} = box.getBoundingClientRect();
  const inside = bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
  box.blur();
  const blurred = boxes.map(look).join();
  box.focus({focusVisible: true, preventScroll: true});
  return {html: box.outerHTML.slice(0, 160), marked: focused !== blurred, inside};
}"""


@pytest.fixture
def tab(browser: Browser, server: str) -> Iterator[Page]:
    # Reduced motion: a mark that fades in would be looked at before it is there.
    context = browser.new_context(viewport=WIDE, base_url=server, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()


def test_the_first_stop_skips_to_the_main_part(tab: Page) -> None:
    tab.goto("/directory/")
    tab.keyboard.press("Tab")
    link = tab.get_by_role("link", name="Skip to main content")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport(ratio=1)
    tab.keyboard.press("Enter")
    expect(tab.locator("#main")).to_be_focused()
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.querySelector('#main').contains(document.activeElement)")


@pytest.mark.parametrize("path", ["/", "/directory/?q=pathology", "/support/", "/stories/", "/accounts/login/"])
def test_what_has_the_focus_is_seen_and_marked(tab: Page, path: str) -> None:
    tab.goto(path)
    settle(tab)
    stops = []
    for _ in range(ENOUGH):
        tab.keyboard.press("Tab")
        stop = tab.evaluate(FOCUSED)
        if stop is None:
            break
        stops.append(stop)
    assert len(stops) >= 5, "the Tab key got nowhere"
    assert not [stop["html"] for stop in stops if not stop["marked"]]
    assert not [stop["html"] for stop in stops if not stop["inside"]]


def test_a_stop_without_a_mark_is_found(tab: Page) -> None:
    tab.goto("/contact/")
    tab.evaluate("""() => {
      const plain = document.createElement("button");
      plain.className = "planted";
      document.body.prepend(plain);
      const sheet = document.styleSheets[0];
      sheet.insertRule(".planted, .planted:focus-visible { all: unset !important; }", sheet.cssRules.length);
      plain.focus({focusVisible: true});
    }""")
    assert tab.evaluate(FOCUSED)["marked"] is False


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_filters_change_the_list_without_a_new_page(tab: Page, server: str, size: Any) -> None:
    """With script: the list is exchanged, the focus stays near, Back goes back, the policy has nothing against it."""
    watch = Watch(server)
    watch.on(tab)
    tab.set_viewport_size(size)
    tab.goto("/directory/")
    settle(tab)
    tab.evaluate("window.sameDocument = true")
    status = tab.get_by_role("status").first
    before = status.inner_text()
    if size is NARROW:
        tab.get_by_text("Filters", exact=True).locator("visible=true").click()
    tab.get_by_role("checkbox", name="Seed investors").check()
    tab.get_by_role("button", name="Apply filters").focus()
    tab.keyboard.press("Enter")
    expect(status).not_to_have_text(before)
    tab.wait_for_url("**need=seed-investment**")
    assert tab.evaluate("window.sameDocument")
    if size is NARROW:  # where the filters are folded away again
        expect(tab.locator("#facets > details > summary")).to_be_focused()
    else:
        expect(tab.get_by_role("button", name="Apply filters")).to_be_focused()
    tab.go_back()
    expect(status).to_have_text(before)
    expect(tab.locator("[name=need][value=seed-investment]")).not_to_be_checked()
    assert not watch.complaints and not tab.evaluate("window.refusedByPolicy")

"""Booking a space as people do it: on a telephone without script, and with the keyboard alone; somebody is quicker on the way."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from spaces.models import Booking, SpacePage
from spaces.moments import read_moment

from .space_bookings import AVAILABILITY, given, noon, space_of
from .visiting import NARROW, PATIENCE, TOO_WIDE, Watch, axe, settle


@pytest.fixture
def tab(browser: Browser, server: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    has_script = getattr(request, "param", True)
    context = browser.new_context(java_script_enabled=has_script, viewport=NARROW, base_url=server)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()


def _somebody_is_quicker(tab: Page, space: SpacePage) -> None:
    """At the time that stands in the form."""
    given(space, "quicker@journey.example", begins=read_moment(tab.get_by_label("From", exact=True).input_value()))


@pytest.mark.parametrize("tab", [False], indirect=True)
def test_without_script_from_what_is_free_to_a_booking(tab: Page) -> None:
    space = space_of("journey-plain", kit="Orrery")
    tab.goto(f"{AVAILABILITY}?date={noon():%Y-%m-%d}&kit=orrery")
    tab.locator(f".v-only-narrow .v-slots a[href*='/spaces/{space.slug}/book/']").first.click()
    expect(tab.get_by_role("heading", level=1)).to_have_text(f"Book {space.title}")
    tab.get_by_label("Your name").fill("Ada Broadbent")
    tab.get_by_label("E-mail address").first.fill("ada@journey.example")
    tab.get_by_label("What is it for?").fill("Interviews")
    _somebody_is_quicker(tab, space)
    tab.get_by_role("button", name="Continue").click()

    expect(tab.get_by_role("alert")).to_contain_text("There is one thing to put right")
    expect(tab.get_by_label("Your name")).to_have_value("Ada Broadbent")
    expect(tab.get_by_label("What is it for?")).to_have_value("Interviews")
    tab.locator("button[name=instead]:not([formaction])").first.click()
    tab.get_by_role("button", name="Book it").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text(f"{space.title} is booked, Ada")
    assert Booking.objects.get(space=space, email="ada@journey.example").words == "Interviews"


def test_with_the_keyboard_alone_from_what_is_free_to_a_booking(tab: Page, server: str) -> None:
    space = space_of("journey-keyboard", kit="Astrolabe")
    watch = Watch(server)
    watch.on(tab)
    tab.goto(f"{AVAILABILITY}?date={noon():%Y-%m-%d}")

    def tab_to(label: str) -> None:
        for _ in range(60):
            tab.keyboard.press("Tab")
            said = tab.evaluate("(document.activeElement.labels?.[0] ?? document.activeElement).innerText")
            if (said or "").strip().startswith(label):
                return
        raise AssertionError(f"“{label}” is not reached with the keyboard")

    def enter() -> None:
        with tab.expect_navigation():
            tab.keyboard.press("Enter")

    tab_to("With")
    tab.keyboard.type("astrolabe")
    enter()
    tab_to(f"Book {space.title}")
    enter()
    tab_to("Your name")
    tab.keyboard.type("Kay Board")
    tab_to("E-mail address")
    tab.keyboard.type("kay@journey.example")
    tab_to("What is it for?")
    tab.keyboard.type("Interviews")
    tab_to("What others see of it")
    tab.keyboard.press("Enter")
    tab_to("Which organisation")  # the choice that is made already; arrows go through the others
    tab.keyboard.press("ArrowDown")
    _somebody_is_quicker(tab, space)
    tab_to("Continue")
    enter()

    expect(tab.get_by_role("alert")).to_be_focused()
    expect(tab.get_by_label("Your name")).to_have_value("Kay Board")
    assert axe(tab) == []
    assert not tab.evaluate(TOO_WIDE)
    tab_to("Take this")
    enter()
    tab_to("Book it")
    enter()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("is booked, Kay")
    made = Booking.objects.get(email="kay@journey.example")
    assert (made.words, made.confidentiality) == ("Interviews", "busy")
    settle(tab)
    complaints = [one for one in watch.complaints if "409" not in one]  # a browser complains of every refusal
    assert not watch.foreign and not complaints and not tab.evaluate("window.refusedByPolicy")

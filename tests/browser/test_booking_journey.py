"""Booking, waiting and cancelling as people do it: without script, with the keyboard alone, on a telephone, and going back."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from events.bookings import actions
from events.bookings.choices import BookingStatus
from events.bookings.models import Booking
from tests.factories.bookings import QuestionFactory, book

from .bookings import event_of
from .visiting import NARROW, PATIENCE, TOO_WIDE, WIDE, Watch, axe, settle


@pytest.fixture(params=["wide", "narrow"])
def plain(browser: Browser, server: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A browser without script, on a desk and on a telephone."""
    size = WIDE if request.param == "wide" else NARROW
    context = browser.new_context(java_script_enabled=False, viewport=size, base_url=server)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.size_name = request.param  # type: ignore[attr-defined] # each has an event of its own
    yield page
    context.close()


@pytest.fixture
def tab(browser: Browser, server: str) -> Iterator[Page]:
    context = browser.new_context(viewport=NARROW, base_url=server)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()


def _fill(page: Page, name: str, email: str) -> None:
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail address").fill(email)


def test_from_an_event_to_a_place_and_back_again(plain: Page) -> None:
    event = event_of(f"journey-{plain.size_name}", 3)  # type: ignore[attr-defined]
    plain.goto(f"/events/{event.slug}/")
    plain.locator("#come").get_by_role("link", name="Book a place").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Book a place")

    plain.get_by_role("button", name="Book now").click()
    expect(plain.get_by_role("alert")).to_contain_text("Enter the e-mail address that the ticket should go to.")
    plain.get_by_role("link", name="Back to the event").click()
    plain.locator("#come").get_by_role("link", name="Book a place").click()
    _fill(plain, "Ada Broadbent", "ada@journey.example")
    plain.get_by_label("What do you need to take part?").fill("Hearing loop")
    plain.get_by_role("button", name="Book now").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("You have a place, Ada")
    expect(plain.locator("dl").first).to_contain_text("Hearing loop")
    own = plain.url

    # Back, and sent again: still one booking, and nobody is told so who might be somebody else.
    plain.go_back()
    _fill(plain, "Ada Broadbent", "ada@journey.example")
    plain.get_by_role("button", name="Book now").click()
    expect(plain.get_by_role("heading", level=1)).to_contain_text("mailbox")
    assert Booking.objects.filter(event=event).count() == 1

    plain.goto(own)
    plain.locator("summary", has_text="Change it").click()
    plain.get_by_label("Number of places").select_option("2")
    plain.get_by_role("button", name="Change the booking").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("You have 2 places, Ada")
    plain.locator("summary", has_text="Change it").click()
    plain.get_by_label("Name of person 2").fill("Grace Hopper")
    plain.get_by_role("button", name="Change the booking").click()
    expect(plain.get_by_role("listitem").filter(has_text="person 2 of 2")).to_contain_text("Grace Hopper")

    plain.locator("summary", has_text="Cancel").click()
    plain.get_by_role("button", name="Yes, cancel").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Cancelled")
    plain.get_by_role("link", name="Book again").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Book a place")


def test_filled_between_opening_the_form_and_sending_it(plain: Page) -> None:
    event = event_of(f"meanwhile-{plain.size_name}", 1)  # type: ignore[attr-defined]
    QuestionFactory(event=event, words="What brings you?")
    plain.goto(f"/events/{event.slug}/book/")
    first = book(event)
    _fill(plain, "Bea Browser", "bea@journey.example")
    plain.get_by_label("What brings you?").fill("A friend")
    plain.get_by_label("The hosts may see my name").check()
    plain.get_by_role("button", name="Book now").click()

    expect(plain.get_by_role("alert")).to_contain_text("All places are taken. You can go on the waiting list.")
    expect(plain.get_by_label("Your name")).to_have_value("Bea Browser")
    expect(plain.get_by_label("What brings you?")).to_have_value("A friend")
    expect(plain.get_by_label("The hosts may see my name")).to_be_checked()
    plain.get_by_role("button", name="Go on the waiting list").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("You are on the waiting list, Bea")

    actions.cancel(booking=first)
    plain.reload()
    plain.get_by_role("button", name="Yes, take it").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("You have a place, Bea")


def test_pressed_twice_at_once_it_is_one_booking(tab: Page) -> None:
    event = event_of("twice", 3)
    tab.goto(f"/events/{event.slug}/book/")
    _fill(tab, "Ada Broadbent", "ada@twice.example")
    with tab.expect_navigation():
        tab.evaluate("""() => {
          const form = document.querySelector("form.v-form"), body = new URLSearchParams(new FormData(form));
          fetch(form.action, {method: "POST", body, redirect: "manual"}); form.submit();
        }""")
    expect(tab.get_by_role("heading", level=1)).to_have_text("You have a place, Ada")
    settle(tab)
    assert Booking.objects.filter(event=event).count() == 1


def test_a_session_that_ended_loses_nothing(tab: Page) -> None:
    event = event_of("expired", 3)
    tab.goto(f"/events/{event.slug}/book/")
    _fill(tab, "Ada Broadbent", "ada@expired.example")
    tab.context.clear_cookies()
    tab.get_by_role("button", name="Book now").click()
    expect(tab.get_by_role("alert")).to_contain_text("Nothing has been sent")
    expect(tab.get_by_label("Your name")).to_have_value("Ada Broadbent")
    tab.get_by_role("button", name="Book now").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("You have a place, Ada")


def test_with_the_keyboard_alone_and_within_a_minute(tab: Page, server: str) -> None:
    event = event_of("keyboard", 3)
    watch = Watch(server)
    watch.on(tab)
    began = time.monotonic()
    tab.goto(f"/events/{event.slug}/book/")

    def tab_to(label: str) -> None:
        for _ in range(40):
            tab.keyboard.press("Tab")
            if label in (
                tab.evaluate("(document.activeElement.labels?.[0] ?? document.activeElement).innerText") or ""
            ):
                return
        raise AssertionError(f"“{label}” is not reached with the keyboard")

    tab_to("Your name")
    tab.keyboard.type("Kay Board")
    tab_to("E-mail address")
    tab.keyboard.type("kay@keyboard.example")
    tab_to("Book now")
    with tab.expect_navigation():
        tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", level=1)).to_have_text("You have a place, Kay")
    assert time.monotonic() - began < 60
    tab_to("Cancel")
    tab.keyboard.press("Enter")
    tab_to("Yes, cancel")
    assert axe(tab) == []
    assert not tab.evaluate(TOO_WIDE)
    with tab.expect_navigation():
        tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Cancelled")
    settle(tab)
    assert not watch.foreign and not watch.complaints and not tab.evaluate("window.refusedByPolicy")
    assert Booking.objects.get(event=event).status == BookingStatus.CANCELLED

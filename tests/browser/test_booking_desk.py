"""The comms team opens booking for an event and books somebody who rang, at a desk and on a narrow screen."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from events.bookings.models import Booking, BookingRules, Pool, Question
from events.models import EventPage
from tests.factories.events import EventFactory

from .front_door import ADMIN, session_of
from .visiting import NARROW, PATIENCE, WIDE, Watch, axe, settle


@pytest.fixture
def event(server: str) -> Iterator[EventPage]:
    """An event to come that is not booked with us yet; afterwards it is gone."""
    found = EventFactory(title="An afternoon at the desk", slug="at-the-desk", places=12)
    yield found
    Booking.objects.filter(event=found).delete()
    for model in (Pool, Question, BookingRules):
        model.objects.filter(event=found).delete()
    found.delete()


@pytest.fixture
def cms(browser: Browser, server: str) -> Iterator[Page]:
    """An administrator's tab. Fails a test in which the browser complained, or asked somebody else for something."""
    context = browser.new_context(viewport=WIDE, base_url=server)
    tab = context.new_page()
    tab.set_default_timeout(PATIENCE)
    context.add_cookies([{"name": "sessionid", "value": session_of(ADMIN), "url": server}])
    watch = Watch(server)
    watch.on(tab)
    yield tab
    context.close()
    assert not watch.complaints, "\n".join(watch.complaints)
    assert not watch.foreign


# Around it the CMS cuts off what is too wide, so that the page as a whole never is.
STICKS_OUT = """() => [...document.querySelectorAll(".village-desk *:not(svg *)")]
  .filter((box) => box.getBoundingClientRect().width > 1 && box.getBoundingClientRect().right > innerWidth + 1)
  .map((box) => box.outerHTML.slice(0, 120))"""


def looks_well(tab: Page) -> None:
    for size in (WIDE, NARROW):
        tab.set_viewport_size(size)  # type: ignore[arg-type]
        settle(tab)
        assert axe(tab) == []
        assert tab.evaluate(STICKS_OUT) == []
    tab.set_viewport_size(WIDE)  # type: ignore[arg-type]


def test_an_event_is_opened_for_booking_and_somebody_is_booked(cms: Page, event: EventPage) -> None:
    cms.goto(f"/cms/pages/{event.pk}/edit/")
    cms.get_by_role("button", name="Actions", exact=True).first.click()
    cms.get_by_role("link", name="Bookings", exact=True).click()
    cms.get_by_role("link", name="Set up booking").click()
    cms.get_by_label("Places", exact=False).and_(cms.locator("[name=pools-0-capacity]")).fill("2")
    cms.get_by_role("button", name="Add a question").click()
    cms.locator("[name=questions-0-words]").fill("What do you hope to take away?")
    expect(cms.locator("[name=pools-0-capacity]")).to_have_value("2")
    looks_well(cms)
    cms.get_by_role("button", name="Open booking").click()

    expect(cms.locator(".village-figures")).to_contain_text("Free")
    cms.get_by_role("link", name="Add a booking").click()
    looks_well(cms)
    cms.locator("[name=name]").fill("Grace Hopper")
    cms.locator("[name=email]").fill("grace@example.org")
    cms.locator("[name=access]").fill("Hearing loop")
    cms.get_by_role("button", name="Book", exact=True).click()
    expect(cms.locator(".village-status")).to_have_text("Confirmed")
    expect(cms.get_by_text("Hearing loop", exact=True)).to_be_visible()
    looks_well(cms)

    cms.get_by_role("button", name="Prepared").click()
    expect(cms.get_by_role("button", name="Not yet after all")).to_be_visible()
    cms.goto("/cms/events/needs/")  # of all events, those of other tests among them
    expect(cms.get_by_role("region", name=event.title).get_by_text("Hearing loop", exact=True)).to_be_visible()
    looks_well(cms)
    cms.goto(f"/cms/events/{event.pk}/bookings/")
    cms.get_by_label("Name, address, organisation or reference").fill("hopper")
    cms.get_by_role("button", name="Show", exact=True).click()
    expect(cms.get_by_role("link", name="Grace Hopper")).to_be_visible()
    looks_well(cms)


def test_a_booking_is_cancelled_after_being_asked_once_more(cms: Page, event: EventPage) -> None:
    cms.goto(f"/cms/events/{event.pk}/bookings/rules/")
    cms.locator("[name=pools-0-capacity]").fill("2")
    cms.get_by_role("button", name="Open booking").click()
    cms.get_by_role("link", name="Add a booking").click()
    cms.locator("[name=name]").fill("Grace Hopper")
    cms.locator("[name=email]").fill("grace@example.org")
    cms.get_by_role("button", name="Book", exact=True).click()
    cms.get_by_role("link", name="Cancel", exact=True).click()
    looks_well(cms)
    cms.get_by_role("link", name="Back, without doing it").click()
    expect(cms.locator(".village-status")).to_have_text("Confirmed")
    cms.get_by_role("link", name="Cancel", exact=True).click()
    cms.get_by_role("button", name="Cancel this booking").click()
    expect(cms.locator(".village-status")).to_have_text("Cancelled")


def test_the_report_on_past_events_looks_well(cms: Page) -> None:
    cms.goto("/cms/reports/past-events/")
    looks_well(cms)

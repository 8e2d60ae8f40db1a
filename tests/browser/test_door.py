"""The door on two phones: with a network, without one, and what becomes of both."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from events.attendance.models import DoorRecord, Presence
from events.bookings.models import Attendee

from .front_door import ADMIN, session_of
from .visiting import NARROW, PATIENCE, TOO_WIDE, WATCH_POLICY, WIDE, Watch, axe

SLUG = "what-a-pathologist-needs"
DOOR = f"/events/{SLUG}/door/"
OFFLINE = "[data-offline]"


def phone(browser: Browser, server: str, **more: object) -> Page:
    """Somebody of the staff with a telephone in the hand, at the door."""
    context = browser.new_context(viewport=NARROW, base_url=server, **more)  # type: ignore[arg-type]
    context.add_cookies([{"name": "sessionid", "value": session_of(ADMIN), "url": server}])
    tab = context.new_page()
    tab.add_init_script(WATCH_POLICY)
    tab.set_default_timeout(PATIENCE)
    tab.goto(DOOR)
    return tab


@pytest.fixture
def people(server: str) -> Iterator[list[Attendee]]:
    """Whom the list names, none of them there, and nobody at any other event."""
    Presence.objects.all().delete()
    yield list(Attendee.objects.filter(booking__event__slug=SLUG, booking__status="confirmed").order_by("name")[:3])
    Presence.objects.all().delete()
    DoorRecord.objects.all().delete()


@pytest.fixture
def tab(browser: Browser, server: str, people: list[Attendee]) -> Iterator[Page]:
    found = phone(browser, server)
    expect(found.locator("[data-ready]")).to_be_visible()  # the phone has what it needs without a network
    yield found
    found.context.close()


def check_in(tab: Page, attendee: Attendee) -> None:
    tab.get_by_role("button", name=f"Check in {attendee.name}").click()
    expect(tab.locator(f"#a{attendee.pk}")).to_contain_text("In since")


def until(condition: Callable[[], bool], tab: Page) -> None:
    """Wait for what the server does, and fail where it does not happen."""
    for _ in range(50):
        if condition():
            return
        tab.wait_for_timeout(100)
    assert condition()


def test_one_tap_checks_in_and_another_undoes_it(tab: Page, server: str, people: list[Attendee]) -> None:
    watch = Watch(server)
    watch.on(tab)
    ada = people[0]
    check_in(tab, ada)
    expect(tab.locator("[data-arrived]")).to_have_text("1")
    until(lambda: Presence.objects.filter(attendee=ada).exists(), tab)
    assert tab.evaluate(TOO_WIDE) == []
    assert axe(tab) == []
    tab.get_by_role("button", name=f"Undo {ada.name}").focus()
    tab.keyboard.press("Enter")
    expect(tab.locator("[data-arrived]")).to_have_text("0")
    until(lambda: not Presence.objects.exists(), tab)
    assert not watch.complaints and not tab.evaluate("window.refusedByPolicy")


def test_it_works_without_a_network_and_sends_when_there_is_one(tab: Page, people: list[Attendee]) -> None:
    ada, grace, _ = people
    tab.context.set_offline(True)
    check_in(tab, ada)
    expect(tab.locator(OFFLINE)).to_contain_text("1 tap waits on this phone")
    assert not Presence.objects.exists()

    tab.reload()  # the phone went to sleep and threw the page away
    expect(tab.locator(f"#a{ada.pk}")).to_contain_text("In since")
    check_in(tab, grace)
    expect(tab.locator(OFFLINE)).to_contain_text("2 taps wait on this phone")
    kept = tab.evaluate("Object.values(localStorage).join()")
    assert ada.name not in kept and grace.name not in kept

    tab.context.set_offline(False)
    expect(tab.locator(OFFLINE)).to_be_hidden()
    until(lambda: Presence.objects.count() == 2, tab)
    expect(tab.locator("[data-arrived]")).to_have_text("2")
    assert tab.evaluate("Object.values(localStorage).join()").count("person") == 0


def test_two_phones_and_one_attendance(tab: Page, browser: Browser, server: str, people: list[Attendee]) -> None:
    ada = people[0]
    other = phone(browser, server)
    tab.context.set_offline(True)
    check_in(tab, ada)
    tab.wait_for_timeout(50)
    check_in(other, ada)
    until(lambda: Presence.objects.count() == 1, tab)
    later = Presence.objects.get().came_at

    tab.context.set_offline(False)
    until(lambda: DoorRecord.objects.count() == 2, tab)
    assert Presence.objects.get().came_at < later
    for one in (tab, other):
        one.reload()
        expect(one.locator(f"#a{ada.pk}")).to_contain_text("On another phone too")
    other.context.close()


def test_a_code_is_known_or_opens_nothing_also_without_a_network(tab: Page, people: list[Attendee]) -> None:
    tab.context.set_offline(True)
    field = tab.get_by_label("Name, organisation or code of the ticket")
    field.fill("AAAAAAAAAAAAAAAA")
    field.press("Enter")
    expect(tab.locator("[data-news]")).to_contain_text("opens nothing")
    field.fill(people[0].code)
    field.press("Enter")
    expect(tab.locator("[data-news]")).to_contain_text(f"{people[0].name} is checked in")
    expect(tab.locator(f"#a{people[0].pk}")).to_contain_text("In since")
    field.fill(people[0].code)
    field.press("Enter")
    expect(tab.locator("[data-news]")).to_contain_text("is in already")


def test_the_list_narrows_while_one_types(tab: Page, people: list[Attendee]) -> None:
    tab.get_by_label("Name, organisation or code of the ticket").fill(people[0].name.lower())
    expect(tab.locator("[data-person]:visible")).to_have_count(1)


def test_the_phone_forgets_when_one_says_so_and_when_signed_out(tab: Page, people: list[Attendee]) -> None:
    tab.context.clear_cookies()
    tab.goto(DOOR)
    expect(tab).to_have_url(re.compile("/accounts/login/"))
    assert tab.evaluate("caches.keys()") == []
    tab.context.set_offline(True)
    with pytest.raises(Exception, match="ERR_"):
        tab.goto(DOOR)


def test_it_is_a_plain_form_without_script(browser: Browser, server: str, people: list[Attendee]) -> None:
    plain = phone(browser, server, java_script_enabled=False)
    ada = people[0]
    plain.get_by_role("button", name=f"Check in {ada.name}").click()
    expect(plain.locator(f"#a{ada.pk}")).to_contain_text("In since")
    assert plain.url.endswith(f"#a{ada.pk}")
    plain.get_by_label("Name, organisation or code of the ticket").fill(ada.code)
    plain.get_by_role("button", name="Find").click()
    expect(plain.locator("[data-person]")).to_have_count(1)
    plain.context.close()


@pytest.mark.parametrize("size", [NARROW, WIDE], ids=["narrow", "wide"])
def test_the_other_pages_are_for_everybody(browser: Browser, server: str, people: list[Attendee], size: object) -> None:
    now = timezone.now()
    Presence.objects.create(
        attendee=people[0], event=people[0].booking.event, day=timezone.localdate(), came_at=now - timedelta(hours=1)
    )
    tab = phone(browser, server)
    tab.set_viewport_size(size)  # type: ignore[arg-type]
    for part in ("walk-in/", "attendance/", f"people/a{people[0].pk}/", "feedback/"):
        tab.goto(DOOR + part)
        assert axe(tab) == [], part
        assert tab.evaluate(TOO_WIDE) == [], part
    tab.context.close()

"""Asking to be told, saying yes, and ending it, without any script; sharing with it; and a list on somebody else's page."""

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from search.alerts.models import SavedSearch, Subscriber

from .visiting import NARROW, PATIENCE, WIDE, Watch, axe, settle

EMAIL = "journey@example.org"
LIST = "/directory/?need=seed-investment"


@pytest.fixture(params=["wide", "narrow"])
def plain(browser: Browser, server: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    size = WIDE if request.param == "wide" else NARROW
    context = browser.new_context(java_script_enabled=False, viewport=size, base_url=server)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()
    Subscriber.objects.filter(email=EMAIL).delete()


@pytest.fixture
def tab(browser: Browser, server: str) -> Iterator[Page]:
    context = browser.new_context(viewport=WIDE, base_url=server)  # type: ignore[arg-type]
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()


def _link(page: str) -> str:
    found = re.search(rf"http://\S+/search/alerts/{page}/\S+", str(mail.outbox[-1].body))
    assert found, mail.outbox[-1].body
    return found[0]


def test_from_a_list_to_a_letter_and_out_again(plain: Page) -> None:
    plain.goto(LIST)
    plain.get_by_role("link", name="Get told when something new fits").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Get told when something new fits")
    expect(plain.locator("main dl").first).to_contain_text("Seed investors")

    plain.get_by_label("Every day").check()
    plain.get_by_role("button", name="Send me a link to confirm").click()
    expect(plain.get_by_role("alert")).to_contain_text("Enter the e-mail address that we should write to.")
    expect(plain.get_by_label("Every day")).to_be_checked()
    plain.get_by_role("link", name="See what fits now, or change it").click()
    plain.get_by_role("link", name="Get told when something new fits").click()
    plain.get_by_label("Every day").check()
    plain.get_by_label("E-mail address").fill(EMAIL)
    plain.get_by_label("E-mail address").press("Enter")
    expect(plain.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")
    plain.go_back()
    plain.get_by_label("E-mail address").fill(EMAIL)
    plain.get_by_role("button", name="Send me a link to confirm").click()
    assert len(mail.outbox) == 1, "going back and asking once more sends nothing twice"

    plain.goto(_link("confirm"))
    plain.reload()
    assert not SavedSearch.objects.get(subscriber__email=EMAIL).is_confirmed
    plain.get_by_role("button", name="Yes, tell me").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("You will hear from us")
    plain.get_by_role("link", name="Organisations (Need: Seed investors)").click()
    assert plain.url.endswith(LIST)
    plain.go_back()
    plain.get_by_role("link", name="Your saved searches").click()
    expect(plain.get_by_label("Every day")).to_be_checked()
    plain.get_by_label("Every Monday").check()
    plain.get_by_role("button", name="Change how often").click()
    expect(plain.get_by_text("Changed.")).to_be_visible()
    expect(plain.get_by_label("Every Monday")).to_be_checked()

    # As if everything had been published since.
    saved = SavedSearch.objects.filter(subscriber__email=EMAIL)
    saved.update(told={}, looked_at=timezone.now() - timedelta(days=8))
    call_command("tick")
    letter = mail.outbox[-1]
    assert letter.to == [EMAIL] and "new for your search" in letter.subject
    listed = re.findall(r"^\* ", str(letter.body), re.MULTILINE)
    plain.goto(LIST)
    assert len(listed) == plain.locator("#results li.v-result").count()

    plain.goto(_link("unsubscribe"))
    assert saved.exists()
    plain.get_by_role("button", name="Yes, forget everything").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("You get no more mail about new results")
    assert not Subscriber.objects.filter(email=EMAIL).exists()
    plain.goto(_link("manage"))
    expect(plain.get_by_role("heading", level=1)).to_have_text("You get no more mail about new results")
    assert {cookie.get("name") for cookie in plain.context.cookies()} == {"csrftoken"}


def test_a_letter_can_be_read_by_everybody(browser: Browser, server: str, tab: Page) -> None:
    tab.goto(LIST)
    tab.get_by_role("link", name="Get told when something new fits").click()
    tab.get_by_label("E-mail address").fill(EMAIL)
    tab.get_by_role("button", name="Send me a link to confirm").click()
    tab.goto(_link("confirm"))
    tab.get_by_role("button", name="Yes, tell me").click()
    SavedSearch.objects.filter(subscriber__email=EMAIL).update(told={}, looked_at=timezone.now() - timedelta(days=8))
    Subscriber.objects.filter(email=EMAIL).update(wanted_at=timezone.now() - timedelta(days=400))
    call_command("tick")
    Subscriber.objects.filter(email=EMAIL).delete()
    assert len(mail.outbox) >= 2
    page = browser.new_page()
    watch = Watch(server)
    watch.on(page)
    for message in mail.outbox:
        page.set_content(str(message.alternatives[0].content))  # type: ignore[attr-defined]
        watch.settle(page)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            for size in (WIDE, NARROW):
                page.set_viewport_size(size)  # type: ignore[arg-type]
                assert [found for found in axe(page) if not found.startswith(("region", "landmark"))] == []
                assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert watch.foreign == watch.loaded == []
    page.context.close()


# ---- share ----------------------------------------------------------------------------------------------------------
def _copied(tab: Page) -> str:
    return str(tab.evaluate("navigator.clipboard.readText()"))


def test_copy_the_address_of_a_list(tab: Page, server: str) -> None:
    watch = Watch(server)
    watch.on(tab)
    tab.goto(LIST)
    tab.locator("summary", has_text="Share").focus()
    tab.keyboard.press("Enter")
    tab.get_by_role("button", name="Copy the address").click()
    expect(
        tab.locator("[data-share]", has=tab.get_by_role("button", name="Copy the address")).get_by_role("status")
    ).to_have_text("Copied")
    assert _copied(tab) == server + LIST
    assert axe(tab) == []

    # The list is put there anew by htmx, and its address with it.
    tab.get_by_label("Sort by").select_option("name")
    tab.get_by_role("button", name="Sort", exact=True).click()
    tab.wait_for_url("**sort=name**")
    tab.locator("summary", has_text="Share").click()
    tab.get_by_role("button", name="Copy the address").click()
    expect(tab.get_by_text("Copied")).to_be_visible()
    assert _copied(tab) == f"{server}{LIST}&sort=name"

    tab.locator("summary", has_text="Embed this list").click()
    tab.get_by_role("button", name="Copy the code").click()
    expect(tab.get_by_text("Copied")).to_have_count(2)
    assert _copied(tab).startswith(
        f'<iframe src="{server}/embed/search/?need=seed-investment&amp;type=organisation&amp;sort=name"'
    )
    settle(tab)
    assert not watch.complaints and not tab.evaluate("window.refusedByPolicy")
    assert not tab.context.cookies()


def test_hand_the_address_to_the_device(tab: Page, server: str) -> None:
    tab.add_init_script("navigator.share = async (data) => { window.shared = data; };")
    tab.goto("/directory/nexus/")
    tab.locator("summary", has_text="Share").click()
    tab.get_by_role("button", name="Send it on").click()
    assert tab.evaluate("window.shared") == {"title": "Nexus", "url": f"{server}/directory/nexus/"}
    tab.goto(LIST)
    tab.locator("summary", has_text="Embed this list").click()
    expect(tab.get_by_role("button", name="Copy the code")).to_be_visible()
    expect(tab.get_by_role("button", name="Send it on")).to_have_count(0)  # code is nothing to send on


def test_where_the_clipboard_is_refused_the_field_is_chosen(tab: Page) -> None:
    tab.add_init_script(
        "navigator.clipboard.writeText = async () => { throw new DOMException('', 'NotAllowedError'); };"
    )
    tab.goto("/directory/nexus/")
    tab.locator("summary", has_text="Share").click()
    tab.get_by_role("button", name="Copy the address").click()
    expect(tab.get_by_text("Copy it from the field above")).to_be_visible()
    assert tab.evaluate("getSelection().toString()").endswith("/directory/nexus/")


def test_share_without_script(plain: Page, server: str) -> None:
    plain.goto("/directory/nexus/")
    plain.locator("summary", has_text="Share").click()
    expect(plain.get_by_label("Address of this page")).to_have_value(f"{server}/directory/nexus/")
    expect(plain.get_by_role("link", name="Send it by mail")).to_be_visible()
    for button in ("Copy the address", "Send it on"):
        expect(plain.get_by_role("button", name=button)).to_have_count(0)
    assert not plain.context.cookies()


# ---- on somebody else's page ----------------------------------------------------------------------------------------
def test_a_partner_frames_the_list_and_nothing_else(tab: Page, server: str) -> None:
    tab.goto(LIST)
    code = tab.locator("#embed-code").input_value()
    names = tab.locator("#results h3").all_inner_texts()[:10]
    ours = f'<iframe src="{server}{LIST}" title="The page itself"></iframe>'
    partner = server.replace("127.0.0.1", "localhost")  # to a browser another site, on the same machine
    assert partner != server
    tab.goto(f"{partner}/partner/?{urlencode([('frame', code), ('frame', ours)])}")
    frame = tab.frame_locator("iframe[title^='Organisations (Need: Seed investors)']")
    expect(frame.get_by_role("heading", level=2)).to_have_text(names)
    refused = next(one for one in tab.frames if one.url.startswith("chrome-error:") or one.url.endswith(LIST))
    assert refused.url.startswith("chrome-error:"), "our own pages can be framed by others"
    assert not tab.context.cookies()

    frame.get_by_role("link", name=names[0], exact=True).click()
    tab.wait_for_url(f"{server}/directory/**")
    expect(tab.get_by_role("heading", level=1)).to_have_text(names[0])

"""A passkey is made, and opens the door. Chromium's own pretended security key stands in for a telephone."""

from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Browser, Page, expect

from .front_door import PERSON, session_of
from .visiting import PATIENCE, WIDE

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def tab(browser: Browser, server: str) -> Iterator[Page]:
    # By name: a passkey belongs to a name, never to a number.
    base = server.replace("127.0.0.1", "localhost")
    context = browser.new_context(viewport=WIDE, base_url=base)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    chromium = context.new_cdp_session(page)
    chromium.send("WebAuthn.enable")
    chromium.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    yield page
    context.close()
    Authenticator.objects.filter(user__email=PERSON).delete()


def test_a_passkey_is_made_and_opens_the_door(tab: Page, server: str) -> None:
    base = server.replace("127.0.0.1", "localhost")
    tab.context.add_cookies([{"name": "sessionid", "value": session_of(PERSON), "url": base}])
    tab.goto("/accounts/2fa/webauthn/add/")
    tab.locator("main [name=name]").fill("Telephone")
    tab.locator("main form button[type=submit]").first.click()
    tab.wait_for_url(lambda url: not url.endswith("/add/"))
    made = Authenticator.objects.get(user__email=PERSON, type=Authenticator.Type.WEBAUTHN)
    assert made.wrap().name == "Telephone"

    tab.context.clear_cookies()
    tab.goto("/accounts/login/")
    tab.get_by_role("button", name="Use a passkey").click()
    expect(tab.get_by_role("link", name="Sign out")).to_be_visible()

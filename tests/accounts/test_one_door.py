"""Only ``/accounts/`` makes a session, and for staff only with the second step: every address is tried."""

import re

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from wagtail.models import PageViewRestriction

from accounts.management.commands.load_people import AT, PEOPLE
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.home import ContentPageFactory
from tests.structure.test_access import _filled, _routes

pytestmark = pytest.mark.django_db
# Every name under which a form may ask for them.
NAMES_OF_ADDRESS = ("login", "username", "email", "user", "id_username")
NAMES_OF_PASSWORD = ("password", "password1", "pass", "passwd")


def addresses():
    """An address for each pattern of the project, wherever it leads."""
    found = {_filled(route) for route in _routes(get_resolver().url_patterns, "")}
    return sorted(address for address in found if not re.search(r"[<>()^$\\]", address))


ADDRESSES = addresses()


def credentials(user):
    return {
        **dict.fromkeys(NAMES_OF_ADDRESS, user.email),
        **dict.fromkeys(NAMES_OF_PASSWORD, PASSWORD),
        "next": "/cms/",
    }


def signed_in():
    return [session for session in Session.objects.all() if SESSION_KEY in session.get_decoded()]


def test_the_walk_finds_the_doors():
    assert len(ADDRESSES) > 300
    assert {
        "/accounts/login/",
        "/cms/login/",
        "/_util/login/",
        "/cms/password_reset/",
        "/accounts/2fa/webauthn/login/",
    } <= set(ADDRESSES)
    assert any(isinstance(pattern, URLResolver) for pattern in get_resolver().url_patterns)


def test_no_address_signs_staff_in_by_password_alone(comms, settings):
    """Even where the CMS would not ask for it: who has set up a second step is always asked."""
    settings.STAFF_MFA_REQUIRED = False
    page = ContentPageFactory(slug="with-a-password")
    PageViewRestriction.objects.create(page=page, restriction_type="password", password=PASSWORD)
    restriction = PageViewRestriction.objects.get(page=page)

    for address in [*ADDRESSES, page.url, f"/_util/authenticate_with_password/{restriction.pk}/{page.pk}/"]:
        client = Client(raise_request_exception=False)
        client.post(address, credentials(comms))
        if client.cookies:
            assert not signed_in(), f"{address} signed somebody in"
    assert not signed_in()


def test_only_accounts_signs_in_somebody_without_a_second_step(home):
    """The same walk can succeed: it is not blind."""
    user = UserFactory()
    doors = []
    for address in ADDRESSES:
        client = Client(raise_request_exception=False)
        client.post(address, credentials(user))
        if signed_in():
            doors.append(address)
            Session.objects.all().delete()

    assert doors == ["/accounts/login/"]


def test_the_second_step_is_what_opens_it(comms):
    client = Client()
    client.post("/accounts/login/", credentials(comms))
    assert not signed_in()

    client.post(reverse("mfa_authenticate"), {"code": comms.second.code()})

    assert len(signed_in()) == 1
    assert client.get("/cms/").status_code == 200


def test_the_form_for_everybody_takes_login_and_password(client, home):
    page = BeautifulSoup(client.get("/accounts/login/").content, "html.parser")
    form = next(form for form in page.find_all("form") if form.get("action") == "/accounts/login/")

    assert form.find("input", attrs={"name": "login", "type": "email", "autocomplete": "username"})
    assert form.find("input", attrs={"name": "password", "type": "password", "autocomplete": "current-password"})


def test_the_people_of_the_demonstration_sign_in(client, home, monkeypatch, settings):
    settings.STAFF_MFA_REQUIRED = False
    monkeypatch.setenv("VILLAGE_DEMO_PASSWORD", PASSWORD)
    call_command("load_people", verbosity=0)
    for person in PEOPLE:
        client.cookies.clear()
        answer = client.post("/accounts/login/", {"login": f"{person.mailbox}@{AT}", "password": PASSWORD})
        assert (answer.status_code, SESSION_KEY in client.session) == (302, True), person.mailbox

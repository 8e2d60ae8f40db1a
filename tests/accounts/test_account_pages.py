"""Every page of the front door, walked: in the village's look, and nothing that the policy forbids."""

import re

import pytest
from allauth.mfa.models import Authenticator
from bs4 import BeautifulSoup
from django.conf import settings
from django.urls import get_resolver, reverse

from tests.assertions import assert_no_inline_code, assert_nothing_from_elsewhere
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
NAMES = sorted(
    {name for name in get_resolver().reverse_dict if isinstance(name, str) and re.match(r"(account|mfa)_", name)}
)
FOR_ANYBODY = {
    "account_login": "Sign in",
    "account_signup": "Open an account",
    "account_request_login_code": "Sign in with a code",
    "account_reset_password": "Choose another password",
    "account_password_reset_completed": "Your password is changed",
    "account_inactive": "This account is closed",
}
FOR_SOMEBODY = {
    "account_logout": "Sign out?",
    "account_email": "Your e-mail address",
    "account_change_password": "Change your password",
    "account_reauthenticate": "Is it still you?",
    "mfa_index": "The second step",
    "mfa_activate_totp": "Set up an authenticator app",
    "mfa_list_webauthn": "Your passkeys",
    "mfa_add_webauthn": "Add a passkey",
}
WITH_A_SECOND_STEP = {
    "mfa_index": "The second step",
    "mfa_reauthenticate": "Is it still you?",
    "mfa_reauthenticate_webauthn": "Is it still you?",
    "mfa_deactivate_totp": "Remove the authenticator app?",
    "mfa_view_recovery_codes": "Recovery codes",
    "mfa_generate_recovery_codes": "Make new recovery codes?",
    "mfa_list_webauthn": "Your passkeys",
    "mfa_edit_webauthn": "Rename a passkey",
    "mfa_remove_webauthn": "Remove “Work laptop”?",
}
ON_THE_WAY = {  # reached by doing something first: the tests below that say so
    "account_confirm_login_code",
    "account_email_verification_sent",
    "account_confirm_password_reset_code",
    "account_complete_password_reset",
    "account_set_password",
    "mfa_authenticate",
}
NO_PAGES = {"mfa_login_webauthn", "mfa_download_recovery_codes"}  # JSON, and a text file


def assert_page_of_the_door(answer, heading, status=200):
    """As ``assert_public_page``, but with the cookie that a form's token needs."""
    assert answer.status_code == status, answer.get("Location")
    page = BeautifulSoup(answer.content, "html.parser")
    assert_no_inline_code(page)
    assert_nothing_from_elsewhere(page)
    assert page.html["lang"] == "en-GB"
    assert page.title.get_text().endswith(" – Innovation Village Leeds")
    assert page.title.get_text().split(" – ")[0].removeprefix("Error: ").strip()
    assert [h.get_text(" ", strip=True) for h in page.find_all("h1")] == [heading]
    assert page.find("meta", attrs={"name": "robots", "content": "noindex"})
    ids = [element["id"] for element in page.find_all(id=True)]
    assert sorted(ids) == sorted(set(ids))
    for control in page.find_all(["input", "select", "textarea"]):
        if control.get("type") != "hidden":
            assert page.find("label", attrs={"for": control["id"]}), control
    for form in page.find_all("form", method="post"):
        assert form.find("input", attrs={"name": "csrfmiddlewaretoken"}), form
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"].split("; ")
    return page


def test_every_address_is_looked_at():
    assert len(NAMES) > 20
    assert set(NAMES) == FOR_ANYBODY.keys() | FOR_SOMEBODY.keys() | WITH_A_SECOND_STEP.keys() | ON_THE_WAY | NO_PAGES


@pytest.fixture
def person(client, home):
    user = UserFactory(email="comms@village.example", group="Comms")
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return user


@pytest.fixture
def guarded(client, comms):
    """Somebody with an app, recovery codes and a passkey, signed in with the second step."""
    passkey = Authenticator.objects.create(
        user=comms, type=Authenticator.Type.WEBAUTHN, data={"name": "Work laptop", "credential": {}}
    )
    client.post(reverse("account_login"), {"login": comms.email, "password": PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": comms.second.code()})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return passkey


@pytest.mark.parametrize("name", FOR_ANYBODY)
def test_pages_for_anybody(client, home, name):
    assert_page_of_the_door(client.get(reverse(name)), FOR_ANYBODY[name])


@pytest.mark.parametrize("name", FOR_SOMEBODY)
def test_pages_for_somebody(client, person, name):
    assert_page_of_the_door(client.get(reverse(name)), FOR_SOMEBODY[name])


@pytest.mark.parametrize("name", WITH_A_SECOND_STEP)
def test_pages_for_somebody_with_a_second_step(client, guarded, name, monkeypatch):
    monkeypatch.setattr("allauth.mfa.webauthn.views.auth.begin_authentication", lambda user: {"publicKey": {}})
    arguments = [guarded.pk] if name in ("mfa_edit_webauthn", "mfa_remove_webauthn") else []

    assert_page_of_the_door(client.get(reverse(name, args=arguments)), WITH_A_SECOND_STEP[name])


@pytest.mark.parametrize(("name", "fields"), [("account_login", {"login": "", "password": ""}), ("account_signup", {})])
def test_mistakes_stand_at_the_top_and_beside_their_field(client, home, name, fields):
    answer = client.post(reverse(name), fields)

    page = assert_page_of_the_door(answer, FOR_ANYBODY[name])
    assert page.title.get_text().startswith("Error: ")
    target = page.select_one(".nhsuk-error-summary a")["href"]
    assert page.select_one(target)["aria-invalid"] == "true"


def test_codes_by_mail_on_the_way(client, home, mailoutbox):
    user = UserFactory()
    answer = client.post(reverse("account_request_login_code"), {"email": user.email}, follow=True)
    assert_page_of_the_door(answer, "Enter the code")
    client.cookies.clear()
    answer = client.post(reverse("account_signup"), {"email": "new@village.example", "name": "New"}, follow=True)
    page = assert_page_of_the_door(answer, "Is this your address?")
    assert "new@village.example" in page.text
    client.cookies.clear()
    answer = client.post(reverse("account_reset_password"), {"email": user.email}, follow=True)
    assert_page_of_the_door(answer, "Enter the code")
    code = mailoutbox[-1].subject.split()[0]
    answer = client.post(reverse("account_confirm_password_reset_code"), {"code": code}, follow=True)
    assert_page_of_the_door(answer, "Your new password")


def test_second_step_on_the_way(client, comms):
    answer = client.post(reverse("account_login"), {"login": comms.email, "password": PASSWORD}, follow=True)

    page = assert_page_of_the_door(answer, "The second step")
    assert not page.find(attrs={"data-passkey": True}), "no passkey, so none is asked for"


def test_without_a_password_one_is_chosen(client, home):
    client.force_login(UserFactory(password=None))

    assert_page_of_the_door(client.get(reverse("account_set_password")), "Choose a password")


def test_an_address_is_changed_once_the_new_one_is_proven(client, person, mailoutbox):
    client.post(reverse("account_email"), {"email": "new@village.example", "action_add": ""}, follow=True)
    person.refresh_from_db()
    assert person.email == "comms@village.example"

    code = mailoutbox[-1].subject.split()[0]
    answer = client.post(reverse("account_email_verification_sent"), {"code": code}, follow=True)

    person.refresh_from_db()
    assert person.email == "new@village.example"
    assert list(person.emailaddress_set.values_list("email", "primary", "verified")) == [
        ("new@village.example", True, True)
    ]
    assert_page_of_the_door(answer, "Your e-mail address")


def test_recovery_codes_as_text(client, guarded):
    answer = client.get(reverse("mfa_download_recovery_codes"))

    assert answer["Content-Type"].startswith("text/plain")
    assert len(re.findall(r"^\d{8}$", answer.content.decode(), re.MULTILINE)) == 10


def test_signing_out_takes_a_post(client, person):
    assert client.get(reverse("account_logout")).status_code == 200
    assert "_auth_user_id" in client.session

    assert client.post(reverse("account_logout"))["Location"] == settings.LOGOUT_REDIRECT_URL
    assert "_auth_user_id" not in client.session


def test_the_square_to_scan_is_drawn_in_the_page(client, person):
    page = assert_page_of_the_door(client.get(reverse("mfa_activate_totp")), "Set up an authenticator app")

    assert page.select_one(".v-qr svg path")


# ---- mail -----------------------------------------------------------------------------------------------------------
def test_every_mail_is_in_our_words(client, home, mailoutbox):
    user = UserFactory(name="Harpreet Gill")
    client.post(reverse("account_request_login_code"), {"email": user.email})
    client.cookies.clear()
    client.post(reverse("account_reset_password"), {"email": user.email})
    client.cookies.clear()
    client.post(reverse("account_signup"), {"email": user.email, "name": "X"})
    client.cookies.clear()
    client.post(reverse("account_signup"), {"email": "new@village.example", "name": "New"})
    client.cookies.clear()
    client.post(reverse("account_login"), {"login": "nobody@village.example", "password": ""})
    client.cookies.clear()
    client.force_login(user)
    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "a new one it is", "password2": "a new one it is"},
    )

    assert [mail.subject for mail in mailoutbox if not re.match(r"\d{6} ", mail.subject)] == [
        "You have an account already",
        "No account with this address",
        "Your password was changed",
    ]
    assert len(mailoutbox) == 6
    for mail in mailoutbox:
        assert mail.body.startswith("Hello")
        assert "Innovation Village Leeds" in mail.body
        assert not re.search(r"&#|&amp;|Thank you for using|{[{%]", mail.body)
        assert not mail.alternatives
        assert max(map(len, mail.body.splitlines())) <= 120

"""The pages around signing in. Most are a step of a journey, so they are reached as a person reaches them."""

import re
import time
from collections.abc import Callable

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group
from django.core import mail
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page as Tab
from playwright.sync_api import Response

from accounts.models import User
from tests.made_once import PASSWORD

from .addresses import Address, Steps

ADMIN = "browser@village.example"
PERSON = "person@village.example"  # with a password and nothing more
NO_PASSWORD = "code@village.example"
LEAD = "lead@village.example"  # sees what figures are counted from, and signs them
COMMS = "comms@village.example"  # writes the news
CAREFUL = "careful@village.example"  # has an app, recovery codes and a passkey as well


# What Chromium's pretended security key answered once when it made a passkey for "localhost".
MADE = {
    "type": "public-key",
    "id": "CKpP5QBNUN0cgBg4W-WcrgTitzhax__sw7jhdG0gbSY",
    "rawId": "CKpP5QBNUN0cgBg4W-WcrgTitzhax__sw7jhdG0gbSY",
    "clientExtensionResults": {"credProps": {"rk": True}},
    "response": {
        "clientDataJSON": (
            "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiVWVPSklLNGhZLXZITkFUVGc1TDZrQVVHQXZlbF"
            "BCLWZDSEhWUnNGeERUWSIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6NDE1NjkiLCJjcm9zc09yaWdpbiI6ZmFs"
            "c2UsIm90aGVyX2tleXNfY2FuX2JlX2FkZGVkX2hlcmUiOiJkbyBub3QgY29tcGFyZSBjbGllbnREYXRhSlNPTiBhZ2"
            "FpbnN0IGEgdGVtcGxhdGUuIFNlZSBodHRwczovL2dvby5nbC95YWJQZXgifQ"
        ),
        "attestationObject": (
            "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVikSZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2NFAAAAAQ"
            "ECAwQFBgcIAQIDBAUGBwgAIAiqT-UATVDdHIAYOFvlnK4E4rc4Wsf_7MO44XRtIG0mpQECAyYgASFYIIxlIHs0gEqA"
            "Fp1aMqawjpKUMm45m2mjQgqEm26FqaFeIlggRa2YekR_bXVMcKFafWchC95qKvBs3AwTI3a9ZwYlL3E"
        ),
    },
}


def make_people() -> None:
    User.objects.create_superuser(email=ADMIN, name="Bea Browser", password=PASSWORD)
    User.objects.create_user(email=PERSON, name="Per Son", password=PASSWORD)
    User.objects.create_user(email=NO_PASSWORD, name="Nora Key")
    User.objects.create_user(email=LEAD, name="Lea Head").groups.add(Group.objects.get(name="Leadership"))
    User.objects.create_user(email=COMMS, name="Kit Moss").groups.add(Group.objects.get(name="Comms"))
    careful = User.objects.create_user(email=CAREFUL, name="Cara Full", password=PASSWORD)
    for user in User.objects.filter(email__in=(ADMIN, PERSON, NO_PASSWORD, CAREFUL)):
        EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    TOTP.activate(careful, generate_totp_secret())
    RecoveryCodes.activate(careful)
    passkey = {"name": "Telephone", "credential": MADE}
    Authenticator.objects.create(user=careful, type=Authenticator.Type.WEBAUTHN, data=passkey)


def session_of(email: str) -> str:
    """The session of somebody who has just signed in with everything that they have."""
    client = Client()
    user = User.objects.get(email=email)
    client.force_login(user)
    session = client.session
    now = time.time()
    session["account_authentication_methods"] = [
        {"method": "password", "at": now, "email": email, "reauthenticated": True},
        {"method": "mfa", "at": now, "type": "totp", "reauthenticated": True},
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return str(client.cookies["sessionid"].value)


# ---- steps ----------------------------------------------------------------------------------------------------------
def send(**fields: str) -> Steps:
    """Fill in a form and send it with the Enter key."""

    def steps(tab: Tab) -> Response | None:
        for name, value in fields.items():
            field = tab.locator(f"main [name={name}]").first
            field.fill(value)
        with tab.expect_navigation() as answered:
            field.press("Enter")
        return answered.value

    return steps


def send_code(name: str = "code") -> Steps:
    """Take the code out of the last mail and send it."""

    def steps(tab: Tab) -> Response | None:
        code = re.search(r"\b\d{6}\b", str(mail.outbox[-1].body))
        assert code, mail.outbox[-1].body
        return send(**{name: code[0]})(tab)

    return steps


def one_after_another(*all_steps: Steps) -> Steps:
    def steps(tab: Tab) -> Response | None:
        answer = None
        for one in all_steps:
            answer = one(tab)
        return answer

    return steps


def _of_passkey(name: str) -> Callable[[], str]:
    def path() -> str:
        passkey = Authenticator.objects.get(user__email=CAREFUL, type=Authenticator.Type.WEBAUTHN)
        return reverse(name, args=[passkey.pk])

    return path


def _door(name: str, path: str | Callable[[], str], then: Steps | None = None, who: str = "") -> Address:
    return Address(name, path, keeps_cookie=True, then=then, who=who)


FRONT_DOOR = [
    _door("login", "/accounts/login/"),
    _door("login-refused", "/accounts/login/", send(login="nobody@village.example", password="wrong")),
    _door("second-step", "/accounts/login/", send(login=CAREFUL, password=PASSWORD)),
    _door("code", "/accounts/login/code/"),
    _door("code-sent", "/accounts/login/code/", send(email=PERSON)),
    _door("code-wrong", "/accounts/login/code/", one_after_another(send(email=PERSON), send(code="000000"))),
    _door("signup", "/accounts/signup/"),
    _door("signup-refused", "/accounts/signup/", send(name="", email="no address")),
    _door("signup-code", "/accounts/signup/", send(name="New Comer", email="new@village.example")),
    _door("password-reset", "/accounts/password/reset/"),
    _door("password-reset-code", "/accounts/password/reset/", send(email=PERSON)),
    _door("password-reset-new", "/accounts/password/reset/", one_after_another(send(email=PERSON), send_code())),
    _door("password-reset-done", "/accounts/password/reset/done/"),
    _door("inactive", "/accounts/inactive/"),
    # signed in
    _door("logout", "/accounts/logout/", who=PERSON),
    _door("email", "/accounts/email/", who=PERSON),
    _door("password-change", "/accounts/password/change/", who=PERSON),
    _door("password-set", "/accounts/password/set/", who=NO_PASSWORD),
    _door("reauthenticate", "/accounts/reauthenticate/", who=PERSON),
    _door("second-step-none", "/accounts/2fa/", who=PERSON),
    _door("second-step-all", "/accounts/2fa/", who=CAREFUL),
    _door("second-step-again", "/accounts/2fa/reauthenticate/", who=CAREFUL),
    _door("app-begin", "/accounts/2fa/totp/activate/", who=PERSON),
    _door("app-end", "/accounts/2fa/totp/deactivate/", who=CAREFUL),
    _door("recovery-codes", "/accounts/2fa/recovery-codes/", who=CAREFUL),
    _door("recovery-codes-new", "/accounts/2fa/recovery-codes/generate/", who=CAREFUL),
    _door("passkeys", "/accounts/2fa/webauthn/", who=CAREFUL),
    _door("passkey-add", "/accounts/2fa/webauthn/add/", who=PERSON),
    _door("passkey-again", "/accounts/2fa/webauthn/reauthenticate/", who=CAREFUL),
    _door("passkey-name", _of_passkey("mfa_edit_webauthn"), who=CAREFUL),
    _door("passkey-remove", _of_passkey("mfa_remove_webauthn"), who=CAREFUL),
]

"""The ways in, and what somebody learns who does not belong: nothing."""

import re
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth import SESSION_KEY
from django.urls import reverse

from tests.factories.accounts import PASSWORD, UserFactory, code_for

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')


@pytest.fixture
def visitor(home):
    return UserFactory(email="visitor@village.example", name="Harpreet Gill")


def give_password(client, email, password=PASSWORD, **more):
    return client.post(LOGIN, {"login": email, "password": password, **more})


def code_of(mail):
    return re.search(r"\b\d{6}\b", mail.body).group()


def heading(answer):
    return BeautifulSoup(answer.content, "html.parser").h1.get_text(strip=True)


# ---- password -------------------------------------------------------------------------------------------------------
def test_with_a_password(client, visitor):
    answer = give_password(client, "Visitor@Village.example", next="/directory/")

    assert (answer.status_code, answer["Location"]) == (302, "/directory/")
    assert client.session[SESSION_KEY] == str(visitor.pk)
    assert client.session.get_expiry_age() > 13 * 24 * 3600


def test_never_to_another_site(client, visitor):
    assert give_password(client, visitor.email, next="https://elsewhere.example/")["Location"] == "/"


def test_not_when_the_account_is_closed(client, visitor):
    visitor.is_active = False
    visitor.save()

    give_password(client, visitor.email)

    assert SESSION_KEY not in client.session


# ---- code by mail ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("how", [{"password": ""}, {"password": "left over", "by": "code"}])
def test_with_a_code_from_the_sign_in_page(client, visitor, mailoutbox, how):
    answer = client.post(LOGIN, {"login": visitor.email, **how, "next": "/directory/"}, follow=True)
    assert heading(answer) == "Enter the code"

    answer = client.post(reverse("account_confirm_login_code"), {"code": code_of(mailoutbox[0]), "next": "/directory/"})

    assert mailoutbox[0].to == [visitor.email]
    assert answer["Location"] == "/directory/"
    assert client.session[SESSION_KEY] == str(visitor.pk)


def test_a_wrong_code_lets_nobody_in_and_three_end_it(client, visitor, mailoutbox):
    client.post(reverse("account_request_login_code"), {"email": visitor.email})
    wrong = "000000" if code_of(mailoutbox[0]) != "000000" else "111111"

    answers = [client.post(reverse("account_confirm_login_code"), {"code": wrong}) for _ in range(3)]

    assert b"This code is not right" in answers[0].content
    assert answers[2]["Location"] == reverse("account_request_login_code")
    client.post(reverse("account_confirm_login_code"), {"code": code_of(mailoutbox[0])})
    assert SESSION_KEY not in client.session


# ---- nobody learns who has an account -------------------------------------------------------------------------------
def same(client, post):
    """What is answered for an address with an account and for one without, as a reader can tell them apart."""
    seen = []
    for email in ("visitor@village.example", "unknown@village.example"):
        client.cookies.clear()
        answer = post(email)
        content = TOKEN.sub(b"", answer.content).replace(email.encode(), b"ADDRESS")
        seen.append((answer.status_code, answer.redirect_chain, content, sorted(client.cookies)))
    return seen


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("account_login", {"login": "{}", "password": "wrong"}),
        ("account_login", {"login": "{}", "password": ""}),
        ("account_request_login_code", {"email": "{}"}),
        ("account_reset_password", {"email": "{}"}),
        ("account_signup", {"email": "{}", "name": "Somebody"}),
    ],
)
def test_known_and_unknown_addresses_get_the_same_answer(client, visitor, mailoutbox, name, fields):
    def post(email):
        data = {key: value.format(email) for key, value in fields.items()}
        return client.post(reverse(name), data, follow=True)

    known, unknown = same(client, post)

    assert known == unknown
    if fields.get("password") != "wrong":
        assert [mail.to for mail in mailoutbox] == [["visitor@village.example"], ["unknown@village.example"]]


def test_what_an_unknown_address_is_told_by_mail(client, home, mailoutbox):
    client.post(reverse("account_request_login_code"), {"email": "unknown@village.example"})

    assert mailoutbox[0].subject == "No account with this address"
    assert reverse("account_signup") in mailoutbox[0].body
    assert not re.search(r"\b\d{6}\b", mailoutbox[0].body)


def test_signing_up_twice_tells_the_owner_only(client, visitor, mailoutbox):
    client.post(reverse("account_signup"), {"email": visitor.email, "name": "Impostor"})

    assert mailoutbox[0].subject == "You have an account already"
    visitor.refresh_from_db()
    assert visitor.name == "Harpreet Gill"
    assert SESSION_KEY not in client.session


# ---- too often ------------------------------------------------------------------------------------------------------
def test_the_sixth_wrong_password_is_refused_in_words(client, visitor):
    answers = [give_password(client, visitor.email, f"wrong {n}").status_code for n in range(5)]
    refused = give_password(client, visitor.email, PASSWORD)

    assert answers == [200] * 5
    assert refused.status_code == 429
    assert heading(refused) == "That was too often"
    assert "Wait five minutes" in refused.content.decode()
    assert SESSION_KEY not in client.session, "the right password must not help while the account is locked"


def test_unknown_addresses_are_refused_alike(client, home):
    statuses = [give_password(client, "unknown@village.example", "wrong").status_code for _ in range(6)]

    assert statuses == [200] * 5 + [429]


def test_one_address_is_not_flooded_with_codes(client, visitor, mailoutbox):
    statuses = []
    for _ in range(4):
        client.cookies.clear()
        statuses.append(client.post(reverse("account_request_login_code"), {"email": visitor.email}).status_code)

    assert statuses == [302, 302, 302, 429]
    assert len(mailoutbox) == 3


def test_one_machine_does_not_try_many_accounts(client, home):
    statuses = [give_password(client, f"{n}@village.example", "wrong").status_code for n in range(11)]

    assert statuses == [200] * 10 + [429]


def test_second_steps_are_not_guessed(client, comms):
    give_password(client, comms.email)

    statuses = [
        client.post(reverse("mfa_authenticate"), {"code": f"{n:06}"}).status_code
        for n in range(6)
        if f"{n:06}" != comms.second.code()
    ]

    assert statuses[-1] == 429
    assert SESSION_KEY not in client.session


# ---- another password -----------------------------------------------------------------------------------------------
def test_another_password_by_code(client, visitor, mailoutbox):
    assert heading(client.post(reverse("account_reset_password"), {"email": visitor.email}, follow=True))
    client.post(reverse("account_confirm_password_reset_code"), {"code": code_of(mailoutbox[0])})
    new = {"password1": "four other plain words", "password2": "four other plain words"}
    answer = client.post(reverse("account_complete_password_reset"), new, follow=True)

    assert heading(answer) == "Your password is changed"
    assert SESSION_KEY not in client.session
    assert give_password(client, visitor.email, "four other plain words").status_code == 302
    assert [mail.subject for mail in mailoutbox][1:] == ["Your password was changed"]


def test_another_password_does_not_replace_the_second_step(client, comms, mailoutbox):
    client.post(reverse("account_reset_password"), {"email": comms.email})
    client.post(reverse("account_confirm_password_reset_code"), {"code": code_of(mailoutbox[0])})
    new = {"password1": "four other plain words", "password2": "four other plain words"}
    client.post(reverse("account_complete_password_reset"), new)

    answer = give_password(client, comms.email, "four other plain words")

    assert answer["Location"].startswith(reverse("mfa_authenticate"))
    assert SESSION_KEY not in client.session


# ---- the second step ------------------------------------------------------------------------------------------------
def test_staff_with_a_second_step_reach_the_cms(client, comms):
    answer = give_password(client, comms.email, next="/cms/")
    assert answer["Location"].startswith(reverse("mfa_authenticate"))

    client.post(reverse("mfa_authenticate"), {"code": comms.second.code()})

    assert client.get("/cms/").status_code == 200


def test_a_code_by_mail_is_one_step_only(client, comms, mailoutbox):
    client.post(reverse("account_request_login_code"), {"email": comms.email})
    answer = client.post(reverse("account_confirm_login_code"), {"code": code_of(mailoutbox[0])})

    assert answer["Location"].startswith(reverse("mfa_authenticate"))
    assert SESSION_KEY not in client.session


def test_a_recovery_code_works_once(client, comms):
    code = comms.second.recovery_codes.get_unused_codes()[0]
    give_password(client, comms.email)
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert client.session[SESSION_KEY] == str(comms.pk)

    client.logout()
    give_password(client, comms.email)
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert SESSION_KEY not in client.session


@pytest.mark.parametrize("address", ["/cms/", "/cms/pages/", "/cms/images/add/", "/cms/api/main/pages/"])
def test_staff_with_a_password_alone_set_up_a_second_step_first(client, home, address):
    give_password(client, UserFactory(group="Comms").email)

    answer = client.get(address, follow=True)

    assert answer.redirect_chain == [(reverse("mfa_index"), 302)]
    assert "Staff need a second step" in answer.content.decode()


@pytest.mark.django_db(transaction=True)  # mail goes out when the app is stored for good
def test_setting_up_an_app_opens_the_cms(client, home, mailoutbox):
    user = UserFactory(group="Comms")
    give_password(client, user.email)
    assert client.get(reverse("mfa_activate_totp"))["Location"].startswith(reverse("account_reauthenticate"))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))

    secret = page.context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})

    assert client.get("/cms/").status_code == 200
    assert {mail.subject for mail in mailoutbox} == {"An authenticator app was added"}


def test_a_session_from_before_the_second_step_has_to_prove_it(client, comms):
    """As after it was set up in another browser."""
    client.force_login(comms)

    answer = client.get("/cms/pages/")

    assert answer["Location"] == f"{reverse('mfa_reauthenticate')}?{urlencode({'next': '/cms/pages/'})}"
    client.post(reverse("mfa_reauthenticate"), {"code": comms.second.code()})
    assert client.get("/cms/pages/", follow=True).status_code == 200


def test_a_password_does_not_stand_for_the_second_step(client, comms):
    client.force_login(comms)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    assert client.get("/cms/").status_code == 302


def test_the_demonstration_may_do_without(client, home, settings):
    settings.STAFF_MFA_REQUIRED = False
    give_password(client, UserFactory(group="Comms").email)

    assert client.get("/cms/").status_code == 200

"""``/my/claim/…``: where no address proves it, somebody asks, and a person decides whether they belong to an organisation."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from accounts.models import User
from core.due import tick
from directory import actions
from directory.choices import ClaimState, MemberRole
from directory.models import Claim, OrganisationPage
from tests.booking_forms import words
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory
from tests.factories.directory import OrganisationFactory
from tests.factories.pages import restrict

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db
URL = "/my/claim/thoresby/"
ANSWERS = {"do": "ask", "name": "Jo Bell", "words": "I run the laboratory."}


@pytest.fixture
def company(home: object) -> OrganisationPage:
    return OrganisationFactory(title="Thoresby", slug="thoresby", website="https://thoresby.example/")


@pytest.fixture
def jo(db: None) -> User:
    return UserFactory(name="Jo", email="jo@mail.example")


@pytest.fixture
def comms(settings: Any, db: None) -> User:
    settings.STAFF_MFA_REQUIRED = False
    return UserFactory(group="Comms")


def claimed(company: OrganisationPage, by: User) -> Claim:
    claim = actions.ask_to_belong(organisation=company, name="Jo Bell", words="I run the laboratory.", by=by)
    assert claim is not None
    return claim


def decide_at(claim: Claim) -> str:
    return f"/cms/directory/from-organisations/claims/{claim.pk}/"


# ---- asking ----------------------------------------------------------------------------------------------------------
def test_who_asks_waits_and_comms_get_a_letter_that_names_nobody(
    sign_in: SignIn, company: OrganisationPage, jo: User, comms: User
) -> None:
    client = sign_in(jo)
    assert BeautifulSoup(client.get(URL).content, "html.parser").select_one("#id_name")["value"] == "Jo"
    page = client.post(URL, ANSWERS, follow=True)

    assert "We look into it" in words(page)
    assert Claim.objects.get().words == "I run the laboratory."
    assert not company.members.exists()
    assert [letter.to for letter in mail.outbox] == [[comms.email]]
    assert "Jo" not in mail.outbox[0].body


def test_sent_twice_it_is_once_and_says_what_was_said_last(
    sign_in: SignIn, company: OrganisationPage, jo: User, comms: User
) -> None:
    client = sign_in(jo)
    client.post(URL, ANSWERS)
    client.post(URL, {**ANSWERS, "words": "I lead it."})
    assert Claim.objects.get().words == "I lead it."
    assert len(mail.outbox) == 1


def test_what_is_missing_is_named_and_what_was_typed_stays(
    sign_in: SignIn, company: OrganisationPage, jo: User
) -> None:
    page = sign_in(jo).post(URL, {**ANSWERS, "words": ""})
    assert "There is one thing to put right" in words(page)
    assert 'value="Jo Bell"' in page.content.decode()
    assert not Claim.objects.exists()


def test_the_page_says_nothing_of_who_belongs_to_it(sign_in: SignIn, company: OrganisationPage, jo: User) -> None:
    client = sign_in(jo)
    nobody = words(client.get(URL))
    OrganisationMemberFactory(organisation=company, role=MemberRole.ADMIN)
    assert words(client.get(URL)) == nobody

    asked = [words(client.post(URL, ANSWERS, follow=True))]
    Claim.objects.all().delete()
    company.members.all().delete()
    asked.append(words(client.post(URL, ANSWERS, follow=True)))
    assert asked[0] == asked[1]


def test_only_what_is_public_can_be_claimed(sign_in: SignIn, company: OrganisationPage, jo: User) -> None:
    client = sign_in(jo)
    restrict(company)
    assert [client.get(URL).status_code, client.post(URL, ANSWERS).status_code] == [404, 404]
    assert not Claim.objects.exists()


def test_who_belongs_to_it_is_sent_to_its_people(sign_in: SignIn, company: OrganisationPage, jo: User) -> None:
    OrganisationMemberFactory(organisation=company, user=jo)
    assert sign_in(jo).get(URL)["Location"] == "/my/people/thoresby/"


def test_a_person_asks_about_so_many_at_once_and_in_a_month(sign_in: SignIn, home: object, jo: User) -> None:
    client = sign_in(jo)
    for number in range(4):
        OrganisationFactory(slug=f"o-{number}")
        page = client.post(f"/my/claim/o-{number}/", ANSWERS, follow=True)
    assert Claim.objects.count() == 3
    assert "3 of your questions wait for us" in words(page)

    Claim.objects.update(state=ClaimState.REFUSED, decided_at=timezone.now())
    for number in range(4, 8):
        OrganisationFactory(slug=f"o-{number}")
        page = client.post(f"/my/claim/o-{number}/", ANSWERS, follow=True)
    assert Claim.objects.count() == 6
    assert Claim.objects.waiting().count() == 3


def test_it_is_taken_back_and_nothing_is_kept(sign_in: SignIn, company: OrganisationPage, jo: User) -> None:
    claimed(company, jo)
    sign_in(UserFactory()).post(URL, {"do": "take-back"})
    assert Claim.objects.exists()
    sign_in(jo).post(URL, {"do": "take-back"})
    assert not Claim.objects.exists()


def test_whoever_has_an_address_at_its_domain_may_do_either(sign_in: SignIn, company: OrganisationPage) -> None:
    page = sign_in(UserFactory(email="ada@thoresby.example")).get(URL)
    assert "Your address proves it" in words(page)
    assert "Have a person look into it" in words(page)


def test_whose_address_proves_nothing_is_shown_what_would_do(
    sign_in: SignIn, company: OrganisationPage, jo: User
) -> None:
    page = sign_in(jo).post(URL, {"do": "speak"})
    assert "tell us below who you are" in page.content.decode()
    assert "Have a person look into it" in words(page)
    assert not company.members.exists()


# ---- deciding --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", MemberRole.values)
def test_comms_say_yes_and_choose_the_role(
    sign_in: SignIn, company: OrganisationPage, jo: User, comms: User, role: str
) -> None:
    claim = claimed(company, jo)
    client = sign_in(comms)
    page = client.get(decide_at(claim))
    assert {"Jo Bell", "jo@mail.example", "I run the laboratory."} <= set(
        BeautifulSoup(page.content, "html.parser").select_one(".village-facts").stripped_strings
    )
    mail.outbox.clear()
    assert "Choose whether" in client.post(decide_at(claim), {"do": "accept"}).content.decode()
    client.post(decide_at(claim), {"do": "accept", "role": role})

    assert company.members.get(user=jo).role == role
    assert [letter.to for letter in mail.outbox] == [["jo@mail.example"]]
    assert ("change its profile" in mail.outbox[0].body) == (role == MemberRole.ADMIN)


def test_comms_say_no_with_words(sign_in: SignIn, company: OrganisationPage, jo: User, comms: User) -> None:
    claim = claimed(company, jo)
    client = sign_in(comms)
    mail.outbox.clear()
    assert "Say why" in client.post(decide_at(claim), {"do": "refuse", "words": " "}).content.decode()
    client.post(decide_at(claim), {"do": "refuse", "words": "They do not know you."})

    assert not company.members.exists()
    assert "They do not know you." in mail.outbox[0].body
    with pytest.raises(actions.Refusal, match="decided"):
        actions.accept_claim(claim=claim, role="admin", by=comms)


def test_an_admin_is_not_made_less(sign_in: SignIn, company: OrganisationPage, jo: User, comms: User) -> None:
    claim = claimed(company, jo)
    OrganisationMemberFactory(organisation=company, user=jo, role=MemberRole.ADMIN)
    assert "They belong to it by now" in sign_in(comms).get(decide_at(claim)).content.decode()
    actions.accept_claim(claim=claim, role=MemberRole.MEMBER, by=comms)
    assert company.members.get(user=jo).role == MemberRole.ADMIN


@pytest.mark.parametrize("group", ["", "Editors", "Account managers"])
def test_nobody_else_reads_or_decides(
    sign_in: SignIn, settings: Any, company: OrganisationPage, jo: User, group: str
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    claim = claimed(company, jo)
    user = UserFactory(group=group)
    client = sign_in(user)
    for method in (client.get, client.post):
        assert "Jo Bell" not in method(decide_at(claim), {"do": "accept", "role": "admin"}).content.decode()
    assert not company.members.exists()
    assert not Claim.objects.visible_to(user).exists()
    with pytest.raises(PermissionDenied):
        actions.accept_claim(claim=claim, role="admin", by=user)


def test_what_was_answered_is_forgotten_after_a_year(company: OrganisationPage, jo: User, comms: User) -> None:
    actions.refuse_claim(claim=claimed(company, jo), words="No.", by=comms)
    Claim.objects.update(decided_at=timezone.now() - timedelta(days=366))
    tick()
    assert not Claim.objects.exists()

"""``/my/people/``: an admin invites, gives roles and takes people out; a company never loses its last admin."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import User
from core.due import tick
from directory.choices import MemberRole
from directory.models import Invitation, OrganisationMember, OrganisationPage
from tenancy import actions
from tests.booking_forms import words
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory
from tests.factories.directory import OrganisationFactory

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def company(home: object) -> OrganisationPage:
    return OrganisationFactory(title="Thoresby Diagnostics", slug="thoresby")


@pytest.fixture
def admin(company: OrganisationPage) -> User:
    return OrganisationMemberFactory(organisation=company, role=MemberRole.ADMIN, user__name="Ada Byron").user


def invite(client: Client, email: str = "jo@example.org") -> str:
    """What an admin types; the path of the link in the letter."""
    client.post("/my/people/thoresby/", {"do": "invite", "email": email, "role": "member"})
    found = re.search(r"/my/invitation/\S+", str(mail.outbox[-1].body))
    assert found
    return found.group()


def test_whoever_is_invited_joins_by_the_link_and_twice_is_once(
    sign_in: SignIn, company: OrganisationPage, admin: User
) -> None:
    link = invite(sign_in(admin))
    jo = UserFactory(email="jo@example.org")
    client = sign_in(jo)

    assert "Ada Byron invites you" in words(client.get(link))
    assert not company.members.filter(user=jo).exists()  # reading changes nothing
    client.post(link)
    again = client.post(link)

    assert again["Location"] == "/my/people/thoresby/"
    assert company.members.get(user=jo).role == MemberRole.MEMBER


def test_the_link_is_only_for_the_address_that_was_written_to(
    sign_in: SignIn, company: OrganisationPage, admin: User
) -> None:
    link = invite(sign_in(admin))

    page = sign_in(UserFactory()).post(link)

    assert page.status_code == 409
    assert "another address" in words(page)
    assert company.members.count() == 1


def test_an_invitation_ends_after_thirty_days_and_is_forgotten(
    sign_in: SignIn, company: OrganisationPage, admin: User
) -> None:
    link = invite(sign_in(admin))
    Invitation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))

    assert "This invitation is over" in words(sign_in(UserFactory(email="jo@example.org")).get(link))
    tick()
    assert not Invitation.objects.exists()


def test_invited_again_the_first_link_ends(sign_in: SignIn, company: OrganisationPage, admin: User) -> None:
    client = sign_in(admin)
    first, second = invite(client), invite(client)
    client = sign_in(UserFactory(email="jo@example.org"))

    assert "over" in words(client.get(first))
    assert "Ada Byron invites you" in words(client.get(second))


def typed(client: Client, email: str) -> str:
    return words(client.post("/my/people/thoresby/", {"do": "invite", "email": email, "role": "member"}, follow=True))


def test_one_address_is_invited_a_few_times_a_day_whoever_takes_it_back(
    sign_in: SignIn, company: OrganisationPage, admin: User, settings: Any
) -> None:
    """Taken back and invited anew counts on; another address is still written to, and tomorrow this one."""
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "invitation_to": "2/d/key"}
    client = sign_in(admin)
    with time_machine.travel("2026-11-02 12:00", tick=False) as clock:
        invite(client)
        client.post("/my/people/thoresby/", {"do": "take-back", "who": company.invitations.get().pk})
        invite(client)

        page = typed(client, "JO@example.org")

        assert "We have written to this address several times today" in page
        assert len(mail.outbox) == 2
        assert "is on its way to ann@example.org" in typed(client, "ann@example.org")
        clock.shift(timedelta(days=1, minutes=1))
        client = sign_in(admin)
        assert "is on its way to jo@example.org" in typed(client, "jo@example.org")


def test_one_organisation_invites_so_many_a_day_and_a_member_uses_up_none(
    sign_in: SignIn, company: OrganisationPage, admin: User, settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "invitations_of": "2/d/key"}
    client = sign_in(OrganisationMemberFactory(organisation=company).user)
    for number in range(3):
        typed(client, f"m{number}@example.org")
    client = sign_in(admin)

    pages = [typed(client, f"a{number}@example.org") for number in range(3)]

    assert ["on its way" in page for page in pages] == [True, True, False]
    assert "as many invitations today as it can" in pages[2]
    assert {letter.to[0] for letter in mail.outbox} == {"a0@example.org", "a1@example.org"}


def test_whoever_was_taken_out_does_not_come_back_by_the_old_link(
    sign_in: SignIn, company: OrganisationPage, admin: User
) -> None:
    link = invite(sign_in(admin))
    jo = UserFactory(email="jo@example.org")
    sign_in(jo).post(link)
    actions.remove(member=company.members.get(user=jo), by=admin)

    assert sign_in(jo).post(link).status_code == 409
    assert not company.members.filter(user=jo).exists()


@pytest.mark.parametrize("do", ["leave", "member", "remove"])
def test_the_last_admin_stays(sign_in: SignIn, company: OrganisationPage, admin: User, do: str) -> None:
    OrganisationMemberFactory(organisation=company)
    member = company.members.get(user=admin)

    page = sign_in(admin).post("/my/people/thoresby/", {"do": do, "who": member.pk}, follow=True)

    assert "needs an admin, and there is no other" in page.content.decode()
    assert company.members.get(user=admin).role == MemberRole.ADMIN


def test_an_admin_leaves_once_there_is_another(sign_in: SignIn, company: OrganisationPage, admin: User) -> None:
    other = OrganisationMemberFactory(organisation=company)
    client = sign_in(admin)
    client.post("/my/people/thoresby/", {"do": "admin", "who": other.pk})

    client.post("/my/people/thoresby/", {"do": "leave"})

    assert [member.user for member in company.members.all()] == [other.user]


def test_a_member_sees_colleagues_without_addresses_and_changes_nothing(
    sign_in: SignIn, company: OrganisationPage, admin: User
) -> None:
    client = sign_in(OrganisationMemberFactory(organisation=company).user)

    page = words(client.get("/my/people/thoresby/"))
    assert "Ada Byron" in page and admin.email not in page
    for do in ("member", "remove"):
        client.post("/my/people/thoresby/", {"do": do, "who": company.members.get(user=admin).pk})
    client.post("/my/people/thoresby/", {"do": "invite", "email": "x@example.org", "role": "admin"})

    assert company.members.get(user=admin).role == MemberRole.ADMIN
    assert not Invitation.objects.exists()


def test_people_of_another_company_are_not_there(sign_in: SignIn, company: OrganisationPage, admin: User) -> None:
    stranger = OrganisationMemberFactory(role=MemberRole.ADMIN)
    client = sign_in(stranger.user)

    assert client.get("/my/people/thoresby/").status_code == 404
    own = f"/my/people/{stranger.organisation.slug}/"
    client.post(own, {"do": "remove", "who": company.members.get(user=admin).pk})
    assert OrganisationMember.objects.filter(user=admin).exists()


# ---- claims ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("address", "website", "becomes"),
    [
        ("ada@thoresby.example.com", "https://www.thoresby.example.com/about", True),
        ("ada@elsewhere.example.com", "https://thoresby.example.com", False),
        ("ada@nothoresby.example.com", "https://thoresby.example.com", False),
        ("ada@gmail.com", "https://gmail.com", False),
        ("ada@thoresby.ac.uk", "https://www.thoresby.ac.uk", False),
    ],
)
def test_an_address_at_its_domain_makes_somebody_the_first_admin(
    sign_in: SignIn, home: object, address: str, website: str, becomes: bool
) -> None:
    company = OrganisationFactory(title="Thoresby Diagnostics", slug="thoresby", website=website)
    client = sign_in(UserFactory(email=address))

    offered = "I speak for it" in words(client.get("/my/people/"))
    client.post("/my/claim/thoresby/")
    client.post("/my/claim/thoresby/")

    roles = [member.role for member in company.members.all()]
    assert (offered, roles) == (becomes, [MemberRole.ADMIN] if becomes else [])


def test_an_organisation_with_an_admin_is_not_claimed(sign_in: SignIn, company: OrganisationPage, admin: User) -> None:
    company.website = "https://thoresby.example.com"
    company.save()

    page = sign_in(UserFactory(email="jo@thoresby.example.com")).post("/my/claim/thoresby/", follow=True)

    assert "It has an admin already" in page.content.decode()
    assert company.members.count() == 1

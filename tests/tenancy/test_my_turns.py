"""``/my/``: what waits for somebody, each with the page where they answer it; and nothing that waits for somebody else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from directory.choices import MemberRole
from directory.models import Claim, Invitation, OrganisationPage
from tenancy.choices import Confidentiality
from tenancy.models import Account, CheckBack, OutcomeConfirmation
from tests.booking_forms import soup, words
from tests.factories import tenancy as make
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory
from tests.factories.directory import NeedFactory, OrganisationFactory, SeekFactory

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def account(home: object) -> Account:
    seeks = [SeekFactory.build(need=NeedFactory(), stages=[])]
    organisation = OrganisationFactory(title="Thoresby Diagnostics", slug="thoresby", role="tenant", seeks=seeks)
    return make.AccountFactory(organisation=organisation)


def member(account: Account, role: str = MemberRole.MEMBER) -> User:
    return OrganisationMemberFactory(organisation=account.organisation, role=role).user


def turns(client: Client) -> dict[str, tuple[str, str]]:
    """By its words: how loud it is said, and where it leads."""
    rows = soup(client.get("/my/")).select("section[aria-labelledby=turns] li")
    return {row.a.text: (row.select_one(".v-tag").text.strip(), row.a["href"]) for row in rows}  # type: ignore[index, union-attr, misc]


# ---- nothing --------------------------------------------------------------------------------------------------------
def test_where_nothing_waits_it_is_said(sign_in: SignIn, account: Account) -> None:
    client = sign_in(member(account, MemberRole.ADMIN))

    assert turns(client) == {}
    assert "Nothing waits for you." in words(client.get("/my/"))


# ---- an invitation --------------------------------------------------------------------------------------------------
def test_an_invitation_is_there_for_whoever_has_its_address(sign_in: SignIn, account: Account) -> None:
    user = UserFactory()
    Invitation.objects.create(organisation=account.organisation, email=user.email, invited_by=member(account))
    client = sign_in(user)

    loud, url = turns(client)["Do you belong to Thoresby Diagnostics?"]
    client.post(url)

    assert loud == "Waits for you"
    assert account.organisation is not None and account.organisation.members.filter(user=user).exists()
    assert "Do you belong to Thoresby Diagnostics?" not in turns(client)


@pytest.mark.parametrize("why", ["another address", "an address that is not proven", "over"])
def test_an_invitation_that_is_not_theirs_is_not_there(sign_in: SignIn, account: Account, why: str) -> None:
    user = UserFactory()
    email = "else@example.org" if why == "another address" else user.email
    if why == "an address that is not proven":
        user.emailaddress_set.update(verified=False)
    expires_at = timezone.now() + timedelta(days=-1 if why == "over" else 1)
    Invitation.objects.create(organisation=account.organisation, email=email, expires_at=expires_at)

    assert turns(sign_in(user)) == {}


# ---- a request ------------------------------------------------------------------------------------------------------
def paused(account: Account, **said: Any) -> str:
    day = timezone.localdate()
    made = make.SupportRequestFactory(
        account=account, paused_for="company", paused_on=day, next_step="Send us it.", **said
    )
    return f"We wait for you: {made.number}"


def test_a_request_that_waits_for_the_company_says_what_for(sign_in: SignIn, account: Account) -> None:
    name = paused(account)
    client = sign_in(member(account))

    assert list(turns(client)) == [name]
    page = words(client.get("/my/"))
    assert "Send us it." in page
    assert "Waits for you" in page  # on the list of requests, too


def test_a_restricted_request_does_not_wait_for_a_colleague(sign_in: SignIn, account: Account) -> None:
    paused(account, confidentiality=Confidentiality.RESTRICTED)

    assert turns(sign_in(member(account))) == {}


# ---- what only one person is asked ----------------------------------------------------------------------------------
ASKED: dict[str, Callable[[Account, Any], Any]] = {
    "What came of meeting Bexley NHS?": lambda account, contact: make.CheckBackFactory(
        introduction=make.IntroductionFactory(
            request__account=account, partner__title="Bexley NHS", tenant_contact=contact, made=True
        ),
        asked_at=timezone.now(),
    ),
    "Is it true what we wrote down?": lambda account, contact: make.OutcomeConfirmationFactory(
        outcome__account=account, contact=contact
    ),
}


@pytest.mark.parametrize("known_by", ["account", "address"])
@pytest.mark.parametrize("name", ASKED)
def test_who_is_asked_sees_it_until_it_is_answered(sign_in: SignIn, account: Account, name: str, known_by: str) -> None:
    user = member(account)
    by = {"user": user} if known_by == "account" else {"email": user.email}
    made = ASKED[name](account, make.ContactFactory(account=account, **by))
    client = sign_in(user)

    loud, _ = turns(client)[name]
    answered = (
        {"done_at": timezone.now()} if isinstance(made, CheckBack) else {"answered_at": timezone.now(), "is_true": True}
    )
    type(made).objects.filter(pk=made.pk).update(**answered)

    assert loud == "Waits for you"
    assert name not in turns(client)


@pytest.mark.parametrize("name", ASKED)
def test_what_one_is_asked_is_not_for_their_admin_nor_for_who_left(
    sign_in: SignIn, account: Account, name: str
) -> None:
    gone = member(account)
    ASKED[name](account, make.ContactFactory(account=account))
    ASKED[name](account, make.ContactFactory(account=account, user=gone, left_on=timezone.localdate()))

    assert turns(sign_in(member(account, MemberRole.ADMIN))) == {}
    assert turns(sign_in(gone)) == {}


def test_an_address_that_is_not_proven_is_asked_nothing(sign_in: SignIn, account: Account) -> None:
    user = member(account)
    user.emailaddress_set.update(verified=False)
    contact = make.ContactFactory(account=account, email=user.email)
    for ask in ASKED.values():
        ask(account, contact)

    assert not CheckBack.objects.visible_to(user).exists()
    assert not OutcomeConfirmation.objects.visible_to(user).exists()
    assert turns(sign_in(user)) == {}


def test_a_question_that_has_not_been_asked_yet_is_not_there(sign_in: SignIn, account: Account) -> None:
    user = member(account)
    contact = make.ContactFactory(account=account, user=user)
    make.CheckBackFactory(introduction__tenant_contact=contact)

    assert turns(sign_in(user)) == {}


# ---- a yes that can be taken back -------------------------------------------------------------------------------------
def test_who_agreed_takes_it_back_until_they_are_introduced(sign_in: SignIn, account: Account) -> None:
    partner = OrganisationFactory(title="Marlpit")
    made = make.IntroductionFactory(request__account=account, partner=partner, both_agreed=True)
    of_partner = OrganisationMemberFactory(organisation=partner, role=MemberRole.ADMIN).user
    admin = member(account, MemberRole.ADMIN)
    request = f"/my/requests/{made.request_id}/"

    assert turns(sign_in(member(account))) == {}
    client = sign_in(of_partner)
    assert list(turns(client)) == ["You agreed that we introduce a company to Marlpit"]
    client = sign_in(admin)
    loud, url = turns(client)["You agreed that we introduce you to Marlpit"]
    assert loud == "When you like" and "Take your yes back" in words(client.get(request))
    client.post(url, {"answer": "no"})

    made.refresh_from_db()
    assert (made.state, made.tenant_answer) == ("declined", "refused")
    assert turns(client) == {} and "Take your yes back" not in words(client.get(request))


# ---- the profile ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("days", "is_due"), [(364, False), (366, True), (None, True)])
def test_an_admin_is_asked_about_a_profile_that_nobody_checked_for_a_year(
    sign_in: SignIn, account: Account, days: int | None, is_due: bool
) -> None:
    on = None if days is None else timezone.localdate() - timedelta(days=days)
    OrganisationPage.objects.filter(pk=account.organisation_id).update(checked_on=on)
    name = "Is the profile of Thoresby Diagnostics still right?"
    client = sign_in(member(account, MemberRole.ADMIN))

    assert turns(client) == ({name: ("When you like", "/my/profile/thoresby/")} if is_due else {})
    assert ("Check due" in words(client.get("/my/"))) == is_due
    assert turns(sign_in(member(account))) == {}  # who can't confirm it is not asked


@pytest.mark.parametrize(("role", "is_asked"), [("tenant", True), ("company", True), ("partner", False)])
def test_a_company_is_asked_what_it_seeks(sign_in: SignIn, home: object, role: str, is_asked: bool) -> None:
    organisation = OrganisationFactory(title="Thoresby", slug="thoresby", role=role)
    user = OrganisationMemberFactory(organisation=organisation, role=MemberRole.ADMIN).user

    found = turns(sign_in(user))

    assert found == ({"Say what Thoresby seeks": ("When you like", "/my/profile/thoresby/edit/")} if is_asked else {})


def test_what_somebody_waits_for_stands_first(sign_in: SignIn, account: Account) -> None:
    OrganisationPage.objects.filter(pk=account.organisation_id).update(checked_on=None)
    name = paused(account)

    assert next(iter(turns(sign_in(member(account, MemberRole.ADMIN))))) == name


# ---- the company ----------------------------------------------------------------------------------------------------
def test_an_admin_is_led_to_bookings_and_allowance_and_a_member_is_not(sign_in: SignIn, account: Account) -> None:
    links = {"/my/tenant/thoresby/", "/my/tenant/thoresby/allowance/"}

    def led_to(role: str) -> set[str]:
        client = sign_in(member(account, role))
        found = links & {link["href"] for link in soup(client.get("/my/")).select("main a")}  # type: ignore[operator]
        assert all(client.get(link).status_code == 200 for link in found)
        return found

    assert (led_to(MemberRole.ADMIN), led_to(MemberRole.MEMBER)) == (links, set())


def test_a_tenant_without_an_allowance_is_told(sign_in: SignIn, account: Account) -> None:
    assert "No allowance this month" in words(sign_in(member(account)).get("/my/"))


def test_who_asked_to_belong_sees_that_it_waits(sign_in: SignIn, account: Account) -> None:
    user = UserFactory()
    Claim.objects.create(organisation=account.organisation, user=user, name="Jo", words="I run the lab.")

    page = words(sign_in(user).get("/my/"))

    assert "Thoresby Diagnostics" in page and "We look into it" in page

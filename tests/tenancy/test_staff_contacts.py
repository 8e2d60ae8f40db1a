"""One person of an account: changed, marked as left and as back, and left alone where they ask for it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from accounts.models import User
from directory.choices import MemberRole
from tenancy import actions, history, letters
from tenancy.models import ConsentEvent, Contact, UpdatesSubscription
from tests.factories import tenancy as make
from tests.factories.bookings import OrganisationMemberFactory
from tests.reading import words

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]

ANN: dict[str, Any] = {"name": "Ann Lee", "source": "told us", "lawful_basis": "contract"}


def url_of(contact: Contact) -> str:
    return f"/staff/accounts/{contact.account_id}/people/{contact.pk}/"


def change(contact: Contact, by: User, **said: Any) -> None:
    actions.change_contact(contact=contact, by=by, **{**ANN, "email": contact.email, **said})
    contact.refresh_from_db()


def test_everything_we_know_of_somebody_is_changed_on_their_page(sign_in: SignIn, manager: User) -> None:
    contact = make.ContactFactory(name="A. Lee", email="a@orrest.co.uk")
    said = {
        **ANN,
        "do": "change",
        "role": "Founder",
        "email": "ANN@orrest.co.uk",
        "telephone": "0113 496 0000",
        "prefers": "call",
        "is_primary": "on",
        "noticed_on": "2026-01-05",
    }

    assert "Saved." in words(sign_in(manager).post(url_of(contact), said, follow=True))

    contact.refresh_from_db()
    assert (contact.name, contact.role, contact.email, contact.telephone) == (
        *("Ann Lee", "Founder", "ann@orrest.co.uk"),
        "0113 496 0000",
    )
    assert (contact.prefers, contact.is_primary, contact.lawful_basis) == ("call", True, "contract")
    assert (contact.source, str(contact.noticed_on)) == ("told us", "2026-01-05")
    entry = history.of(contact).first()
    assert entry is not None
    assert (entry.actor, entry.changes_dict["name"]) == (manager, ["A. Lee", "Ann Lee"])


def test_a_refused_change_keeps_what_was_typed(sign_in: SignIn, manager: User) -> None:
    contact, other = make.ContactFactory(), make.ContactFactory(name="Bea Ode", email="bea@orrest.co.uk")
    other.account = contact.account
    other.save()
    said = {**ANN, "do": "change", "role": "Chair", "email": "Bea@orrest.co.uk"}

    response = sign_in(manager).post(url_of(contact), said)

    page = BeautifulSoup(response.content, "html.parser")
    assert "Bea Ode of this account has this address" in page.select_one(".nhsuk-error-summary").get_text()  # type: ignore[union-attr]
    assert page.select_one("#person-role")["value"] == "Chair"  # type: ignore[index]
    contact.refresh_from_db()
    assert contact.role == ""


def test_one_of_an_account_is_the_first_to_ask(manager: User) -> None:
    first = make.ContactFactory(is_primary=True)
    second = make.ContactFactory(account=first.account)

    change(second, manager, is_primary=True)

    first.refresh_from_db()
    assert (first.is_primary, second.is_primary) == (False, True)
    with pytest.raises(actions.Unfit, match="Nobody is asked first who is not to be contacted"):
        change(second, manager, is_primary=True, do_not_contact=True)


def test_nobody_was_told_on_a_day_to_come(manager: User) -> None:
    with pytest.raises(actions.Unfit, match="the day on which they were told"):
        change(make.ContactFactory(), manager, noticed_on=timezone.localdate() + timedelta(days=1))


def test_somebody_leaves_and_is_back(sign_in: SignIn, manager: User) -> None:
    contact = make.ContactFactory(name="Ann Lee", is_primary=True)
    client, account_url = sign_in(manager), f"/staff/accounts/{contact.account_id}/"
    assert "Ann Lee" in words(client.get(account_url))

    said = words(client.post(url_of(contact), {"do": "left", "on": timezone.localdate().isoformat()}, follow=True))
    assert "Ann Lee is marked as left" in said
    contact.refresh_from_db()
    assert contact.left_on == timezone.localdate()
    assert "People Nobody yet." in words(client.get(account_url))  # the story goes on saying that they left
    assert "Is back" in words(client.get(url_of(contact)))

    client.post(url_of(contact), {"do": "back"})
    contact.refresh_from_db()
    assert (contact.left_on, contact.is_primary) == (None, True)
    assert "Ann Lee" in words(client.get(account_url))


def test_nobody_has_left_on_a_day_to_come(manager: User) -> None:
    contact = make.ContactFactory()
    with pytest.raises(actions.Unfit, match="That day is to come"):
        actions.mark_left(contact=contact, on=timezone.localdate() + timedelta(days=1), by=manager)


def test_whoever_is_back_does_not_push_anybody_aside(manager: User) -> None:
    gone = make.ContactFactory(is_primary=True, left_on=timezone.localdate(), email="ann@orrest.co.uk")
    first = make.ContactFactory(account=gone.account, is_primary=True)
    same = make.ContactFactory(account=gone.account, email="ann@orrest.co.uk")

    with pytest.raises(actions.Unfit, match=same.name):
        actions.mark_back(contact=gone, by=manager)
    actions.mark_left(contact=same, on=timezone.localdate(), by=manager)
    actions.mark_back(contact=gone, by=manager)

    gone.refresh_from_db()
    first.refresh_from_db()
    assert (gone.left_on, gone.is_primary, first.is_primary) == (None, False, True)


def test_only_who_works_with_accounts_changes_anybody(manager: User) -> None:
    contact = make.ContactFactory()
    member = OrganisationMemberFactory(organisation=contact.account.organisation, role=MemberRole.ADMIN).user
    with pytest.raises(PermissionDenied):
        change(contact, member)
    with pytest.raises(PermissionDenied):
        actions.mark_left(contact=contact, on=timezone.localdate(), by=member)
    with pytest.raises(PermissionDenied):
        actions.mark_back(contact=contact, by=member)


def test_a_person_is_found_under_their_own_account_alone(sign_in: SignIn, manager: User) -> None:
    contact, other = make.ContactFactory(), make.AccountFactory()
    assert sign_in(manager).get(f"/staff/accounts/{other.pk}/people/{contact.pk}/").status_code == 404


def test_their_page_leads_to_the_account_that_stays_of_two(sign_in: SignIn, manager: User) -> None:
    stays, other = make.AccountFactory(manager=manager), make.AccountFactory(organisation=None, manager=manager)
    contact = make.ContactFactory(account=other)
    from tenancy.queries.merging import preview

    actions.merge(account=stays, other=other, by=manager, take=[], seen=preview(stays, other).seen)

    response = sign_in(manager).get(f"/staff/accounts/{other.pk}/people/{contact.pk}/")
    assert response["Location"] == f"/staff/accounts/{stays.pk}/people/{contact.pk}/"


# ---- do not contact -------------------------------------------------------------------------------------------------
def test_no_letter_goes_to_whoever_left_or_asked_for_silence_meanwhile(manager: User) -> None:
    """Each letter is written when its turn comes, which may be long after it was wanted."""
    ann = make.ContactFactory()
    request = make.SupportRequestFactory(account=ann.account)
    asked = make.IntroductionFactory(request=request, tenant_contact=ann)
    made = make.IntroductionFactory(
        request=request, tenant_contact=ann, partner_contact=make.ContactFactory(), made=True
    )
    check_back = make.CheckBackFactory(introduction=made)
    confirmation = make.OutcomeConfirmationFactory(outcome__account=ann.account, contact=ann, by=manager)

    def written() -> list[bool]:
        return [
            letters.question(asked, "tenant") is not None,
            letters.introduced(made, "tenant") is not None,
            letters.came_of_it(check_back) is not None,
            letters.is_it_true(confirmation) is not None,
        ]

    assert written() == [True] * 4
    ann.do_not_contact = True
    assert written() == [False] * 4
    ann.do_not_contact, ann.left_on = False, timezone.localdate()
    assert written() == [False] * 4
    assert letters.introduced(made, "partner") is not None  # who is named to them agreed to it


def test_nobody_is_introduced_who_left_or_asked_for_silence_meanwhile(manager: User) -> None:
    ann = make.ContactFactory(name="Ann Lee")
    request = make.SupportRequestFactory(account=ann.account, state="matched")
    agreed = make.IntroductionFactory(
        request=request,
        tenant_contact=ann,
        state="agreed",
        tenant_answer="given",
        tenant_answered_at=timezone.now(),
        partner_answer="given",
        partner_answered_at=timezone.now(),
    )
    actions.mark_left(contact=ann, on=timezone.localdate(), by=manager)
    agreed.refresh_from_db()

    with pytest.raises(actions.Unfit, match="Ann Lee left"):
        actions.introduce(introduction=agreed, by=manager)


@pytest.mark.parametrize("said", [{"do": "left", "on": "2026-01-05"}, {**ANN, "do": "change", "do_not_contact": "on"}])
def test_what_waits_for_somebody_who_is_not_written_to_is_named(
    sign_in: SignIn, manager: User, said: dict[str, str]
) -> None:
    ann = make.ContactFactory()
    asked = make.IntroductionFactory(request__account=ann.account, tenant_contact=ann)
    make.IntroductionFactory(tenant_contact=ann, made=True)

    told = words(sign_in(manager).post(url_of(ann), said, follow=True))

    assert f"An introduction waits for them: {asked.request.number}." in told


def test_news_end_for_whoever_is_not_to_be_contacted(manager: User) -> None:
    contact = make.ContactFactory(email="ann@orrest.co.uk")
    make.UpdatesSubscriptionFactory(email="ann@orrest.co.uk", confirmed_at=timezone.now())
    other = make.UpdatesSubscriptionFactory(confirmed_at=timezone.now())

    change(contact, manager, do_not_contact=True)

    assert list(UpdatesSubscription.objects.all()) == [other]


def test_no_invitation_goes_to_whoever_asked_for_silence(mailoutbox: list[Any]) -> None:
    contact = make.ContactFactory(email="ann@orrest.co.uk", do_not_contact=True)
    organisation = contact.account.organisation
    admin = OrganisationMemberFactory(organisation=organisation, role=MemberRole.ADMIN).user

    with pytest.raises(actions.Unfit, match="not to write to this address"):
        actions.invite(organisation=organisation, email="Ann@orrest.co.uk", by=admin)

    contact.do_not_contact = False
    contact.save()
    invitation = actions.invite(organisation=organisation, email="ann@orrest.co.uk", by=admin)
    contact.do_not_contact = True
    contact.save()
    from tenancy.tasks import send_invitation

    before = len(mailoutbox)
    send_invitation.func(invitation=invitation.pk)
    assert len(mailoutbox) == before


def test_the_partner_s_person_who_asked_for_silence_is_not_entered_anew(manager: User) -> None:
    partner = make.AccountFactory(kind="partner")
    make.ContactFactory(account=partner, email="gareth@york.ac.uk", do_not_contact=True, left_on=timezone.localdate())
    request = make.SupportRequestFactory()
    contact = make.ContactFactory(account=request.account)

    with pytest.raises(actions.Unfit, match="not to write to this address"):
        actions.propose(
            request=request,
            partner=partner.organisation,
            tenant_contact=contact,
            words="A reader.",
            partner_name="Gareth",
            partner_email="Gareth@york.ac.uk",
            by=manager,
        )


def test_what_somebody_agreed_to_is_only_added_to(sign_in: SignIn, manager: User) -> None:
    consent = make.ConsentEventFactory()
    contact = consent.contact
    client = sign_in(manager)

    client.post(url_of(contact), {**ANN, "do": "change", "do_not_contact": "on"})
    client.post(url_of(contact), {"do": "left", "on": timezone.localdate().isoformat()})

    assert list(ConsentEvent.objects.all()) == [consent]
    assert "Agreed: “May we name you to a partner?”" in words(client.get(url_of(contact)))


def test_silence_holds_for_the_address_that_was_there_before(manager: User) -> None:
    contact = make.ContactFactory(email="ann@orrest.co.uk")
    make.UpdatesSubscriptionFactory(email="ann@orrest.co.uk", confirmed_at=timezone.now())

    change(contact, manager, email="", do_not_contact=True)

    assert not UpdatesSubscription.objects.exists()


def test_nobody_is_introduced_to_somebody_who_was_erased(manager: User) -> None:
    request = make.SupportRequestFactory(state="matched")
    agreed = make.IntroductionFactory(
        request=request,
        state="agreed",
        tenant_answer="given",
        partner_answer="given",
        tenant_answered_at=timezone.now(),
        partner_answered_at=timezone.now(),
        tenant_contact=None,
    )

    with pytest.raises(actions.Unfit, match="was erased meanwhile"):
        actions.introduce(introduction=agreed, by=manager)

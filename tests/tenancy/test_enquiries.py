"""What is done with enquiries: received once, answered, made into an account, and the refusals that help."""

from datetime import date
from uuid import uuid4

import pytest
import time_machine

from accounts.models import User
from tenancy import actions, history
from tenancy.models import Account, Enquiry, StateChange
from tests.factories import tenancy as make
from tests.factories.accounts import UserFactory
from tests.factories.directory import OrganisationFactory

pytestmark = pytest.mark.django_db


def receive(**said: object) -> Enquiry:
    said = {"key": uuid4(), "kind": "space", "name": "Ada", "email": "Ada@Firm.example", **said}
    return actions.receive(**said)  # type: ignore[arg-type]


def test_an_enquiry_knows_who_answers_by_when(manager: User, lead: User) -> None:
    with time_machine.travel("2026-12-23 10:00", tick=False):  # before Christmas
        space, partnership = receive(), receive(kind="partnership", email="eve@other.example")

    assert (space.assigned_to, partnership.assigned_to) == (manager, lead)
    assert space.reply_by == date(2026, 12, 29)  # 24 December, then the 29th: Christmas and its Monday are none
    assert space.email == "ada@firm.example"


def test_a_form_that_is_sent_twice_is_one_enquiry() -> None:
    key = uuid4()

    assert receive(key=key) == receive(key=key)
    assert Enquiry.objects.count() == 1


def test_what_was_searched_for_is_not_kept() -> None:
    assert receive(asked_at="/directory/?q=secret+plan").asked_at == "/directory/"


def test_the_manager_of_the_company_answers_it(manager: User, lead: User) -> None:
    account = make.AccountFactory(
        manager=lead, organisation=OrganisationFactory(title="Orrest Valve", website="https://www.orrest.example/")
    )

    enquiry = receive(email="dov@orrest.example")

    assert (enquiry.matched_organisation, enquiry.assigned_to) == (account.organisation, lead)


def test_work_is_spread_over_those_who_have_least(manager: User) -> None:
    other = make.manager()

    found = [receive(email=f"ada@firm-{number}.example").assigned_to for number in range(4)]

    assert found == [manager, other, manager, other]


def test_an_enquiry_becomes_an_account_without_retyping(manager: User) -> None:
    enquiry = make.EnquiryFactory(organisation_name="Tarnhow Bioassay", name="Rhiannon Castlegate", user=UserFactory())

    account = actions.open_account(enquiry=enquiry, by=manager)

    contact = account.contacts.get()
    assert (account.name, account.state, account.manager) == ("Tarnhow Bioassay", "prospect", manager)
    assert (contact.name, contact.email, contact.user, contact.is_primary) == (
        *("Rhiannon Castlegate", enquiry.email, enquiry.user),
        True,
    )
    assert enquiry.reference in contact.source
    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.account) == ("converted", account)
    assert StateChange.objects.get().by == manager
    assert history.of(account).first().actor == manager


@pytest.mark.parametrize(
    ("known", "typed"),
    [
        ("Orrest Valve Company", "Orrest Valve Co."),
        ("Tarnhow Bioassay Ltd", "tarnhow bioassay"),
        ("Siltmere", "Silt mere"),
    ],
)
def test_a_company_that_we_know_is_shown_before_another_is_opened(manager: User, known: str, typed: str) -> None:
    account = make.AccountFactory(name=known)
    enquiry = make.EnquiryFactory(organisation_name=typed)

    with pytest.raises(actions.LooksLikeOneWeKnow) as refused:
        actions.open_account(enquiry=enquiry, by=manager)
    assert list(refused.value.accounts) == [account]

    assert actions.open_account(enquiry=enquiry, by=manager, account=account) == account
    assert account.contacts.get().email == enquiry.email


def test_another_company_of_the_same_name_can_be_opened_all_the_same(manager: User) -> None:
    make.AccountFactory(name="Tarnhow")
    enquiry = make.EnquiryFactory(organisation_name="Tarnhow")

    actions.open_account(enquiry=enquiry, by=manager, is_another=True)

    assert Account.objects.filter(name="Tarnhow").count() == 2


def test_a_colleague_of_a_contact_is_recognised_by_the_domain(manager: User) -> None:
    known = make.ContactFactory(email="nadia@wharfelight.example").account
    make.ContactFactory(email="somebody@gmail.com")

    with pytest.raises(actions.LooksLikeOneWeKnow) as refused:
        actions.open_account(enquiry=make.EnquiryFactory(email="tom@wharfelight.example"), by=manager)

    assert list(refused.value.accounts) == [known]
    actions.open_account(enquiry=make.EnquiryFactory(email="other@gmail.com"), by=manager)  # everybody has that domain


def test_converting_is_undone_by_sorting_again(manager: User) -> None:
    enquiry = make.EnquiryFactory()
    actions.open_account(enquiry=enquiry, by=manager)

    actions.sort(enquiry=enquiry, by=manager)

    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.account) == ("triaged", None)


def test_closing_says_why_and_a_duplicate_names_the_first(manager: User) -> None:
    first, again = make.EnquiryFactory(), make.EnquiryFactory()
    with pytest.raises(actions.Unfit, match="Say why"):
        actions.close(enquiry=first, by=manager, reason=" ")
    with pytest.raises(actions.Unfit, match="the first of them"):
        actions.mark_duplicate(enquiry=again, of=again, by=manager)

    actions.mark_duplicate(enquiry=again, of=first, by=manager)

    again.refresh_from_db()
    assert (again.state, again.duplicate_of) == ("duplicate", first)


def test_what_was_the_same_as_a_duplicate_is_the_same_as_the_first(manager: User) -> None:
    first, again, once_more = make.EnquiryFactory(), make.EnquiryFactory(), make.EnquiryFactory()
    actions.mark_duplicate(enquiry=once_more, of=again, by=manager)

    actions.mark_duplicate(enquiry=again, of=first, by=manager)

    once_more.refresh_from_db()
    assert (once_more.state, once_more.duplicate_of) == ("duplicate", first)
    entry = history.of(once_more).first()
    assert entry is not None
    assert entry.actor == manager

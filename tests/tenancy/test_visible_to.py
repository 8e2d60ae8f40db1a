"""Who reads which private record: the one door, asked by everybody."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from directory.choices import MemberRole
from tenancy.choices import Answer, Confidentiality, Visibility
from tenancy.models import (
    AccessLog,
    Account,
    Collaboration,
    Contact,
    Enquiry,
    Interaction,
    Introduction,
    MatchSuggestion,
    Note,
    Outcome,
    SupportRequest,
    Task,
    Tenancy,
)
from tests.factories import tenancy as make
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory

pytestmark = pytest.mark.django_db


def member(account: Account, role: str = MemberRole.MEMBER) -> User:
    return OrganisationMemberFactory(organisation=account.organisation, role=role).user


def admin(account: Account) -> User:
    return member(account, MemberRole.ADMIN)


RECORDS: dict[str, Any] = {
    "account": lambda account: account,
    "contact": lambda account: make.ContactFactory(account=account),
    "tenancy": lambda account: make.TenancyFactory(account=account),
    "team interaction": lambda account: make.InteractionFactory(account=account),
    "shared interaction": lambda account: make.InteractionFactory(account=account, visibility=Visibility.SHARED),
    "team note": lambda account: make.NoteFactory(account=account),
    "shared note": lambda account: make.NoteFactory(account=account, visibility=Visibility.SHARED),
    "restricted note": lambda account: make.NoteFactory(account=account, visibility=Visibility.RESTRICTED),
    "task": lambda account: make.TaskFactory(account=account),
    "objective": lambda account: make.ObjectiveFactory(plan__account=account),
    "request": lambda account: make.SupportRequestFactory(account=account),
    "restricted request": lambda account: make.SupportRequestFactory(
        account=account, confidentiality=Confidentiality.RESTRICTED
    ),
    "suggestion": lambda account: make.MatchSuggestionFactory(request__account=account),
    "restricted suggestion": lambda account: make.MatchSuggestionFactory(
        request__account=account, request__confidentiality=Confidentiality.RESTRICTED
    ),
    "introduction": lambda account: make.IntroductionFactory(request__account=account),
    "check-back": lambda account: make.CheckBackFactory(introduction__request__account=account),
    "outcome": lambda account: make.OutcomeFactory(account=account),
    "enquiry": lambda account: make.EnquiryFactory(),
    "updates": lambda account: make.UpdatesSubscriptionFactory(),
}
# What is asked of one person is theirs alone, whatever their company reads.
COMPANY = {"account", "tenancy", "shared interaction", "shared note", "objective", "request", "introduction"}
EVERYTHING = set(RECORDS) - {"restricted note"}
READERS: dict[str, tuple[Any, set[str]]] = {
    "nobody": (lambda account: AnonymousUser(), set()),
    "somebody with an account": (lambda account: UserFactory(), set()),
    "comms": (lambda account: UserFactory(group="Comms"), set()),
    "site administrator": (lambda account: UserFactory(is_superuser=True, is_staff=True), set()),
    "member of another company": (lambda account: member(make.AccountFactory()), set()),
    "member": (member, COMPANY),
    "admin": (admin, COMPANY | {"contact", "restricted request", "outcome"}),
    "manager": (lambda account: account.manager, EVERYTHING),
    "colleague in the team": (lambda account: make.TeamMemberFactory(account=account).user, EVERYTHING),
    "another manager": (lambda account: make.manager(), EVERYTHING - {"restricted request", "restricted suggestion"}),
    "lead": (lambda account: make.lead(), EVERYTHING),
}


@pytest.mark.parametrize("record", RECORDS)
@pytest.mark.parametrize("reader", READERS)
def test_who_reads_what(reader: str, record: str) -> None:
    account = make.AccountFactory()
    of_whom, reads = READERS[reader]
    user, made = of_whom(account), RECORDS[record](account)

    found = type(made).objects.visible_to(user).filter(pk=made.pk)

    assert found.count() == (record in reads)


def test_a_restricted_note_is_read_by_whoever_wrote_it_and_whom_they_named() -> None:
    writer, named, other = make.manager(), make.manager(), make.lead()
    note = make.NoteFactory(visibility=Visibility.RESTRICTED, by=writer)
    make.NoteReaderFactory(note=note, user=named)

    assert [Note.objects.visible_to(user).count() for user in (writer, named, other)] == [1, 1, 0]


def test_a_restricted_request_is_read_by_whoever_raised_it() -> None:
    account = make.AccountFactory()
    raiser, colleague = member(account), member(account)
    make.SupportRequestFactory(account=account, raised_by=raiser, confidentiality=Confidentiality.RESTRICTED)

    assert [SupportRequest.objects.visible_to(user).count() for user in (raiser, colleague)] == [1, 0]


def test_a_partner_learns_of_an_introduction_once_the_company_agreed() -> None:
    asked = make.IntroductionFactory()
    partner = OrganisationMemberFactory(organisation=asked.partner).user
    assert not Introduction.objects.visible_to(partner).exists()

    agreed = make.IntroductionFactory(partner=asked.partner, both_agreed=True)

    assert Introduction.objects.visible_to(partner).get() == agreed
    assert not SupportRequest.objects.visible_to(partner).exists()


def test_somebody_sees_their_own_contact_and_enquiry() -> None:
    somebody = UserFactory()
    contact = make.ContactFactory(user=somebody)
    enquiry = make.EnquiryFactory(user=somebody)
    make.ContactFactory(account=contact.account)
    make.EnquiryFactory()

    assert Contact.objects.visible_to(somebody).get() == contact
    assert Enquiry.objects.visible_to(somebody).get() == enquiry


def test_outcomes_of_a_restricted_request_are_as_restricted() -> None:
    request = make.SupportRequestFactory(confidentiality=Confidentiality.RESTRICTED)
    make.OutcomeFactory(account=request.account, request=request)
    make.IntroductionFactory(request=request)
    make.MatchSuggestionFactory(request=request)
    make.TaskFactory(account=request.account, request=request)
    other = make.manager()

    for model in (Outcome, Introduction, MatchSuggestion, Task):
        assert not model.objects.visible_to(other).exists()
        assert model.objects.visible_to(request.account.manager).count() == 1


def test_a_collaboration_is_read_by_its_parties_as_far_as_they_read_its_request() -> None:
    account, partner = make.AccountFactory(), OrganisationMemberFactory()
    raiser = member(account)
    readers = (member(account), raiser, admin(account), partner.user)
    restricted = {"raised_by": raiser, "confidentiality": Confidentiality.RESTRICTED}

    def seen(introduction: Introduction | None) -> list[bool]:
        together = make.CollaborationFactory(introduction=introduction)
        for organisation in (account.organisation, partner.organisation):
            make.CollaborationPartyFactory(collaboration=together, organisation=organisation)
        return [Collaboration.objects.visible_to(user).filter(pk=together.pk).exists() for user in readers]

    open_, kept = (make.SupportRequestFactory(account=account, **said) for said in ({}, restricted))
    assert seen(make.IntroductionFactory(request=open_, made=True)) == [True] * 4
    assert seen(None) == [True] * 4
    assert seen(make.IntroductionFactory(request=kept, made=True)) == [False, True, True, False]


def test_whoever_has_to_do_a_task_reads_it() -> None:
    request = make.SupportRequestFactory(confidentiality=Confidentiality.RESTRICTED)
    colleague = make.manager()
    task = make.TaskFactory(account=request.account, request=request, owner=colleague)

    assert Task.objects.visible_to(colleague).get() == task
    assert not SupportRequest.objects.visible_to(colleague).exists()


def test_nothing_is_shown_twice() -> None:
    """Joins to the people of an organisation multiply rows; a company of many people still has each record once."""
    account = make.AccountFactory()
    raiser = admin(account)
    for _ in range(3):
        member(account)
    make.SupportRequestFactory(account=account, raised_by=raiser)
    make.ContactFactory(account=account, user=raiser)
    make.TenancyFactory(account=account)

    for model in (Account, SupportRequest, Contact, Tenancy):
        assert len(model.objects.visible_to(raiser)) == 1, model


def test_somebody_who_was_switched_off_reads_nothing() -> None:
    manager = make.manager(is_active=False)
    make.TaskFactory()
    make.InteractionFactory()

    assert not Task.objects.visible_to(manager).exists()
    assert not Interaction.objects.visible_to(manager).exists()


def test_a_partner_that_answered_nothing_is_not_told_of_a_refusal() -> None:
    refused = make.IntroductionFactory(tenant_answer=Answer.REFUSED, tenant_answered_at=make.timezone.now())
    partner = OrganisationMemberFactory(organisation=refused.partner).user

    assert not Introduction.objects.visible_to(partner).exists()


def test_the_log_of_access_is_for_those_who_lead() -> None:
    reader, other = make.manager(), make.manager()
    AccessLog.objects.create(what="read", model="tenancy.Note", object_pk=1, by=reader)

    seen = [AccessLog.objects.visible_to(user).count() for user in (make.lead(), reader, other)]
    assert seen == [1, 1, 0]

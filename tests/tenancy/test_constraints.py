"""What is always true of private records is true whatever the code does: the database refuses everything else."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.factories import tenancy as make

pytestmark = pytest.mark.django_db
NOW = timezone.now

REFUSED: dict[str, Any] = {
    "introduced without a consent": lambda: make.IntroductionFactory(state="introduced", introduced_at=NOW()),
    "introduced with one consent": lambda: make.IntroductionFactory(
        state="introduced", introduced_at=NOW(), tenant_answer="given", tenant_answered_at=NOW()
    ),
    "agreed by one side": lambda: make.IntroductionFactory(
        state="agreed", partner_answer="given", partner_answered_at=NOW()
    ),
    "introduced at no time": lambda: make.IntroductionFactory(both_agreed=True, state="introduced"),
    "an answer at no time": lambda: make.IntroductionFactory(tenant_answer="refused"),
    "a converted enquiry without account": lambda: make.EnquiryFactory(state="converted"),
    "a duplicate of nothing": lambda: make.EnquiryFactory(state="duplicate"),
    "an address in capitals": lambda: make.EnquiryFactory(email="Ada@example.org"),
    "a contact's address in capitals": lambda: make.ContactFactory(email="Ada@example.org"),
    "a request closed at no time": lambda: make.SupportRequestFactory(state="withdrawn"),
    "an open request that was closed": lambda: make.SupportRequestFactory(closed_at=NOW()),
    "an unmet request without a reason": lambda: make.SupportRequestFactory(state="closed-unmet", closed_at=NOW()),
    "a clock that stands for no reason": lambda: make.SupportRequestFactory(paused_on=timezone.localdate()),
    "a task done at no time": lambda: make.TaskFactory(state="done"),
    "a closed account since no day": lambda: make.AccountFactory(state="closed"),
    "a confirmed outcome at no time": lambda: make.OutcomeFactory(state="confirmed"),
    "an amount of nothing": lambda: make.OutcomeFactory(amount=3, unit=""),
    "an amount below nothing": lambda: make.OutcomeFactory(amount=-3, unit="GBP"),
    "a score above a hundred": lambda: make.MatchSuggestionFactory(score=101),
    "a partner left out for no reason": lambda: make.MatchSuggestionFactory(decision="dismissed"),
    "a collaboration stopped for no reason": lambda: make.CollaborationFactory(state="stopped"),
    "a stay that ends before it begins": lambda: make.TenancyFactory(ends_on="2020-01-01"),
    "a confirmation that has expired when sent": lambda: make.OutcomeConfirmationFactory(
        expires_at=NOW(), sent_at=NOW()
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_the_database_refuses(what: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        REFUSED[what]()


def test_one_live_introduction_to_a_partner_and_another_after_a_no() -> None:
    first = make.IntroductionFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        make.IntroductionFactory(request=first.request, partner=first.partner)

    first.state = "declined"
    first.save()

    make.IntroductionFactory(request=first.request, partner=first.partner)


def test_one_suggestion_a_partner_and_one_check_back_a_date() -> None:
    suggestion, check_back = make.MatchSuggestionFactory(), make.CheckBackFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        make.MatchSuggestionFactory(request=suggestion.request, partner=suggestion.partner)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.CheckBackFactory(introduction=check_back.introduction, days=check_back.days)


def test_one_contact_is_asked_first_until_they_leave() -> None:
    first = make.ContactFactory(is_primary=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.ContactFactory(account=first.account, is_primary=True)

    first.left_on = timezone.localdate()
    first.save()

    make.ContactFactory(account=first.account, is_primary=True, email=first.email)


def test_a_profile_that_is_deleted_leaves_the_account() -> None:
    """Comms may delete a page without learning that there is anything private about it."""
    account = make.AccountFactory(name="Wharfelight")

    account.organisation.delete()

    account.refresh_from_db()
    assert (account.organisation, account.name) == (None, "Wharfelight")

"""Two do the same at once: the second hears in words that another was faster, and nobody sees a broken page."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.models.signals import pre_save
from django.test import Client

from accounts.models import User
from tenancy import actions
from tenancy.actions.refusals import once
from tenancy.models import Account, Contact, Enquiry, Introduction, MatchSuggestion, SavedView, SupportRequest
from tests.at_once import at_once
from tests.booking_forms import words
from tests.factories import tenancy as make
from tests.factories.directory import OfferFactory, OrganisationFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
FASTER = "Somebody else did the same at this moment"


@contextmanager
def a_rival(model: Any, **differs: Any) -> Iterator[None]:
    """Whoever writes the same row in the moment between the look at what is there and the writing of it."""
    done = []

    def writes_first(instance: Any, **kwargs: Any) -> None:
        if not done:
            done.append(instance)
            same = copy(instance)
            same.pk, same._state.adding = None, True
            for name, value in differs.items():
                setattr(same, name, value)
            model.objects.bulk_create([same])

    pre_save.connect(writes_first, sender=model, weak=False)
    try:
        yield
    finally:
        pre_save.disconnect(writes_first, sender=model)
    assert done, "nobody wrote"


def test_the_same_contact(manager: User, sign_in: SignIn) -> None:
    account = make.AccountFactory(manager=manager)
    client, url = sign_in(manager), f"/staff/accounts/{account.pk}/people/"

    with a_rival(Contact):
        page = client.post(url, {"do": "person", "name": "Ada", "source": "told us", "email": "ada@example.org"})

    assert FASTER in words(page) and 'value="ada@example.org"' in page.content.decode()


def test_two_who_are_first_to_ask(manager: User) -> None:
    account = make.AccountFactory()
    with a_rival(Contact, email="b@example.org"), pytest.raises(actions.Unfit, match=FASTER):
        actions.add_contact(account=account, name="Ada", source="told us", is_primary=True, by=manager)


def test_the_same_profile(lead: User) -> None:
    account, organisation = make.AccountFactory(organisation=None), OrganisationFactory()
    with a_rival(Account), pytest.raises(actions.Unfit, match=FASTER) as refused:
        actions.give_profile(account=account, organisation=organisation, by=lead)
    assert refused.value.field == "organisation"


def test_the_same_account_from_two_enquiries(manager: User) -> None:
    enquiry, organisation = make.EnquiryFactory(), OrganisationFactory()
    with a_rival(Account), pytest.raises(actions.Unfit, match=FASTER):
        actions.open_account(enquiry=enquiry, organisation=organisation, by=manager)
    enquiry.refresh_from_db()
    assert enquiry.state == "new"


def test_the_same_partner(manager: User) -> None:
    request = make.SupportRequestFactory(account__manager=manager)
    tenant, partner = make.ContactFactory(account=request.account), make.ContactFactory()
    with a_rival(Introduction), pytest.raises(actions.Unfit, match=FASTER):
        actions.propose(
            request=request,
            partner=partner.account.organisation,
            tenant_contact=tenant,
            partner_contact=partner,
            words="A reader.",
            by=manager,
        )


def test_the_same_suggestions(manager: User) -> None:
    request = make.SupportRequestFactory(account__manager=manager)
    OfferFactory(organisation=OrganisationFactory(), need=request.need, stages=[request.stage])
    with a_rival(MatchSuggestion), pytest.raises(actions.Unfit, match=FASTER):
        actions.find_partners(request=request, by=manager)


@pytest.mark.django_db(transaction=True)
def test_one_introduction_is_taken_back_while_another_is_made(manager: User) -> None:
    request = make.SupportRequestFactory(state="introduced")
    gone = make.IntroductionFactory(request=request, made=True)
    ours, theirs = make.ContactFactory(account=request.account), make.ContactFactory()
    other = make.IntroductionFactory(request=request, both_agreed=True, tenant_contact=ours, partner_contact=theirs)

    def introduce() -> None:
        actions.introduce(introduction=Introduction.objects.get(pk=other.pk), by=manager)

    with transaction.atomic():
        actions.take_back(introduction=gone, reason="They know each other.", by=manager)
        rival = at_once(introduce)
    rival.join()

    request.refresh_from_db()
    assert request.state == "introduced"


def test_the_same_view(manager: User) -> None:
    with a_rival(SavedView), pytest.raises(actions.Unfit, match=FASTER):
        actions.keep_view(of="accounts", name="Mine", query="tier=core", by=manager)


def test_the_same_form_is_one_enquiry(monkeypatch: pytest.MonkeyPatch) -> None:
    key = uuid4()

    def answered_by(enquiry: Enquiry) -> None:
        make.EnquiryFactory(key=key)  # after we looked whether it is there

    monkeypatch.setattr("tenancy.actions.enquiries.who_answers", answered_by)
    made = actions.receive(key=key, kind="space", name="Ada", email="ada@example.org")

    assert Enquiry.objects.get() == made


def test_the_same_form_is_one_request(manager: User, monkeypatch: pytest.MonkeyPatch) -> None:
    need, stage, key, account = make.NeedFactory(), make.StageFactory(), uuid4(), make.AccountFactory()
    said: dict[str, Any] = {"need": need, "stage": stage, "words": "A bench.", "by": manager, "key": key}

    def after_somebody(words: str) -> Any:
        make.SupportRequestFactory(account=account, key=key)
        return once(words)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("tenancy.actions.requests.once", after_somebody)
        made = actions.open_request(account=account, **said)

    assert SupportRequest.objects.get() == made
    with pytest.raises(actions.Unfit, match="for another company"):
        actions.open_request(account=make.AccountFactory(), **said)


def test_what_else_the_database_refuses_is_no_race() -> None:
    with pytest.raises(IntegrityError), once():
        make.SupportRequestFactory(state="withdrawn")  # closed at no time

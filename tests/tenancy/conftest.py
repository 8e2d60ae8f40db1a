"""Somebody of the staff, signed in by password alone: these tests ask what they may do, not how they came in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tenancy.models import Account
from tests.factories import tenancy as make
from tests.planted_people import Planted, two_people

ANN = "ann@orrest-valve.co.uk"


@pytest.fixture
def manager(db: None) -> User:
    return make.manager(name="Sam Holroyd")


@pytest.fixture
def lead(db: None) -> User:
    return make.lead(name="Catherine Armitage")


@pytest.fixture
def account(home: object) -> Account:
    return make.AccountFactory(name="Thoresby Diagnostics", manager=make.manager(name="Sam Holroyd"))


@pytest.fixture
def sign_in(client: Client, settings: Any, home: object) -> Callable[[User], Client]:
    settings.STAFF_MFA_REQUIRED = False

    def signed_in(user: User) -> Client:
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def two(db: None) -> tuple[Account, Account]:
    """One that we know well, and the same company again with something of every kind."""
    stays = make.AccountFactory(name="Orrest Valve Company", opened_at=timezone.now() - timedelta(days=10))
    other = make.AccountFactory(
        name="Orrest Valve Co.", organisation=None, tier="growth", opened_at=timezone.now() - timedelta(days=400)
    )
    make.ContactFactory(account=stays, name="Ann Lee", email=ANN, is_primary=True)
    ann = make.ContactFactory(account=other, name="A. Lee", email=ANN, role="Founder", is_primary=True)
    bea = make.ContactFactory(account=other, name="Bea Ode")
    make.ConsentEventFactory(contact=ann, given=False)
    make.InteractionFactory(account=other, words="They moved.").contacts.add(ann, bea)
    make.NoteFactory(account=other)
    make.TaskFactory(account=other, shared=True, contact=ann)
    make.PlanFactory(account=other)
    make.TenancyFactory(account=other)
    make.TeamMemberFactory(account=other)
    make.EnquiryFactory(account=other, state="converted")
    request = make.SupportRequestFactory(account=other)
    make.IntroductionFactory(request=request, tenant_contact=ann)
    outcome = make.OutcomeFactory(account=other, request=request, confirmed_by=ann)
    make.OutcomeConfirmationFactory(outcome=outcome, contact=ann)
    elsewhere = make.IntroductionFactory(partner_contact=ann)
    assert elsewhere.request.account not in (stays, other)
    return stays, other


@pytest.fixture
def both(home: object) -> tuple[Planted, Planted]:
    return two_people()

"""The invented private side: whole, related to the directory, and the same after a second run."""

from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.utils import timezone

from directory.actions import withdraw
from directory.choices import MemberRole
from directory.importing.demonstration import load_lists
from directory.models import Claim, OrganisationPage, ProfileChange
from tenancy.models import Account, CheckBack, Contact, Enquiry, Introduction, SupportRequest, Task
from tests.factories import tenancy as make
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory
from tests.factories.directory import OrganisationFactory

pytestmark = pytest.mark.django_db
TENANTS = ("wharfelight", "ladderbridge", "pennywort", "sedgemire", "meanbeck", "hollinfell")
PARTNERS = (
    *("marlpit", "npic", "kestrelgate", "galebrook", "kirkfold-voices", "centre-health-promotion", "yh-rrdn"),
    *("skelbeck", "northinvest", "fennimore", "leeds-hrc", "brackenfold"),
)


@pytest.fixture
def _directory(home: object) -> None:
    load_lists()
    for slug in (*TENANTS, *PARTNERS):
        OrganisationFactory(title=slug.title(), slug=slug)
    make.manager(email="manager@village.example", name="Sam Holroyd")
    make.lead(email="lead@village.example", name="Catherine Armitage")


def load() -> None:
    call_command("load_accounts", stdout=StringIO())


def rows() -> dict[str, int]:
    return {model._meta.label: model.objects.count() for model in apps.get_app_config("tenancy").get_models()}


@pytest.mark.usefixtures("_directory")
def test_it_is_loaded_whole_and_a_second_run_changes_nothing() -> None:
    load()
    first = rows()
    load()

    assert rows() == first
    assert (first["tenancy.Enquiry"], first["tenancy.Introduction"]) == (12, 20)
    assert Account.objects.filter(organisation__slug__in=TENANTS).count() == len(TENANTS)
    assert Account.objects.filter(organisation=None).count() == 2  # enquiries that became prospects
    assert all(Account.objects.values_list("demonstration", flat=True))


@pytest.mark.usefixtures("_directory")
def test_records_hang_together() -> None:
    load()

    account = Account.objects.get(organisation__slug="wharfelight")
    assert (account.manager.name, account.tier) == ("Sam Holroyd", "strategic")
    assert account.contacts.get(is_primary=True).name == "Nadia Rahmani"
    assert timezone.localdate(account.last_contact_at) == timezone.localdate() - timedelta(days=6)
    review = account.requests.get(state="closed-outcome")
    assert review.introductions.get().partner_name == "Marlpit"
    assert review.outcomes.get().confirmed_by.name == "Nadia Rahmani"
    assert CheckBack.objects.filter(introduction__request=review).count() == 3
    assert Counter(Introduction.objects.values_list("state", flat=True))["introduced"] == 12
    assert Task.objects.filter(owner__email="lead@village.example").exists()
    assert not SupportRequest.objects.filter(opened_at__gt=timezone.now()).exists()
    twice = Enquiry.objects.get(state="duplicate")
    assert twice.duplicate_of.email == twice.email
    assert Contact.objects.filter(account__organisation=None).count() == 2


@pytest.mark.usefixtures("_directory")
def test_a_change_and_a_claim_wait_until_somebody_decides() -> None:
    wharfelight, ottergill = OrganisationPage.objects.get(slug="wharfelight"), OrganisationFactory(slug="ottergill")
    admin = OrganisationMemberFactory(
        organisation=wharfelight, role=MemberRole.ADMIN, user__email="tenant-admin@village.example"
    ).user
    visitor = UserFactory(email="visitor@village.example")
    for _ in range(2):
        load()
        change, claim = ProfileChange.objects.get(), Claim.objects.get()
        assert (change.by, change.organisation, list(change.after)) == (admin, wharfelight, ["summary"])
        assert (claim.user, claim.organisation) == (visitor, ottergill)
    withdraw(change=change, by=admin)
    load()
    assert not ProfileChange.objects.waiting().exists()


def test_without_the_directory_only_enquiries_are_there() -> None:
    load()

    assert not Account.objects.exclude(organisation=None).exists()
    assert Enquiry.objects.count() == 12


def test_it_is_for_the_demonstration_alone(settings: object) -> None:
    settings.DEMONSTRATION = False  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="invented"):
        load()
    assert not OrganisationPage.objects.exists()

"""Private records are kept for a time: each table has its rule, and the rule does what it says."""

from datetime import timedelta
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.apps import apps
from django.db import models
from django.utils import timezone

from core.due import tick
from tenancy.models import (
    AccessLog,
    Account,
    ConsentEvent,
    Contact,
    Enquiry,
    Interaction,
    OutcomeConfirmation,
    StateChange,
    UpdatesSubscription,
)
from tenancy.retention import PATHS_TO_ACCOUNT, RULES, YEAR, NotForgotten, Rule, forget
from tests.factories import tenancy as make
from tests.factories.bookings import OrganisationMemberFactory

MODELS = list(apps.get_app_config("tenancy").get_models())


def test_every_private_table_has_a_rule() -> None:
    assert {model._meta.label for model in MODELS} == set(RULES)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_what_goes_with_another_record_is_deleted_with_it(model: type[models.Model]) -> None:
    rule = RULES[model._meta.label]
    if rule.goes_with is None:
        return
    assert _is_deleted_with(model, rule.goes_with), f"no chain of CASCADE from {model} to {rule.goes_with}"


@pytest.mark.parametrize("model", PATHS_TO_ACCOUNT, ids=lambda model: model.__name__)
def test_paths_to_the_account_are_those_of_deletion(model: type[models.Model]) -> None:
    here: Any = model
    for part in PATHS_TO_ACCOUNT[model].split("__"):
        field = here._meta.get_field(part)
        assert field.remote_field.on_delete is models.CASCADE
        here = field.related_model
    assert here is Account


def test_no_table_that_goes_with_an_account_is_left_out() -> None:
    of_account = {model for model in MODELS if model is not Account and _is_deleted_with(model, Account)}
    assert of_account == set(PATHS_TO_ACCOUNT)


def _is_deleted_with(model: Any, other: type[models.Model]) -> bool:
    owners = [
        field.related_model
        for field in model._meta.fields
        if field.is_relation and field.remote_field.on_delete is models.CASCADE and field.related_model is not model
    ]
    return other in owners or any(
        _is_deleted_with(owner, other) for owner in owners if owner._meta.app_label == "tenancy"
    )


def days_ago(days: int) -> Any:
    return timezone.now() - timedelta(days=days)


@pytest.mark.django_db
def test_an_enquiry_loses_its_name_after_a_year() -> None:
    said = {"name": "Zqname", "message": "Zqmessage", "organisation_name": "Zqfirm", "email": "zqmail@example.org"}
    old = make.EnquiryFactory(state="answered", received_at=days_ago(366), **said)
    recent = make.EnquiryFactory(state="answered", received_at=days_ago(364))
    forgotten = make.EnquiryFactory(state="new", received_at=days_ago(366))
    became = make.EnquiryFactory(state="converted", account=make.AccountFactory(), received_at=days_ago(800))
    old.reason = "Zqreason"
    old.save()

    forget()

    old.refresh_from_db()
    assert (old.name, old.message, old.organisation_name, old.reason) == ("Name removed", "", "", "")
    assert old.email == f"{old.pk}@erased.invalid"
    assert [Enquiry.objects.get(pk=one.pk).purged_at for one in (recent, became)] == [None, None]
    assert Enquiry.objects.get(pk=forgotten.pk).purged_at, "the form promises it, answered or not"
    assert not LogEntry.objects.filter(changes__icontains="zq").exists()


@pytest.mark.django_db
def test_an_address_that_nobody_confirmed_goes_after_a_week() -> None:
    make.UpdatesSubscriptionFactory(asked_at=days_ago(8))
    kept = make.UpdatesSubscriptionFactory(asked_at=days_ago(8), confirmed_at=days_ago(8))
    young = make.UpdatesSubscriptionFactory(asked_at=days_ago(6))

    forget()

    assert set(UpdatesSubscription.objects.all()) == {kept, young}


@pytest.mark.django_db
def test_somebody_who_left_goes_after_two_years_and_the_interaction_stays() -> None:
    gone = make.ContactFactory(left_on=timezone.localdate() - 2 * YEAR - timedelta(days=1))
    make.ConsentEventFactory(contact=gone)
    still = make.ContactFactory(account=gone.account, left_on=timezone.localdate() - YEAR)
    interaction = make.InteractionFactory(account=gone.account)
    interaction.contacts.add(gone, still)

    forget()

    assert list(Contact.objects.all()) == [still]
    assert not ConsentEvent.objects.exists()
    assert list(Interaction.objects.get().contacts.all()) == [still]


@pytest.mark.django_db
def test_a_closed_account_goes_with_everything_after_six_years() -> None:
    account = make.AccountFactory(state="closed", closed_at=days_ago(6 * 365 + 1), name="Zqfirm")
    make.InteractionFactory(account=account, words="Zqwords")
    request = make.SupportRequestFactory(account=account, words="Zqrequest")
    make.CheckBackFactory(introduction__request=request)
    make.OutcomeConfirmationFactory(outcome__account=account, outcome__evidence="Zqevidence")
    StateChange.objects.create(account=account, model="tenancy.Account", object_pk=account.pk, before="a", after="b")
    first = make.EnquiryFactory(account=account, state="converted", message="Zqmessage")
    make.EnquiryFactory(duplicate_of=first, state="duplicate", message="Zqagain")
    organisation = account.organisation
    other = make.InteractionFactory(account__state="closed", account__closed_at=days_ago(6 * 365 - 1))

    forget()

    for model in (*PATHS_TO_ACCOUNT, Enquiry):
        assert set(model.objects.all()) <= {other}, model
    assert not LogEntry.objects.filter(changes__icontains="zq").exists()
    organisation.refresh_from_db()  # the public profile is not ours to delete


LONG_AGO = days_ago(2 * 365 + 1)
KEEPS: dict[str, Any] = {
    "young": lambda: make.AccountFactory(state="prospect", opened_at=days_ago(700)),
    "another state": lambda: make.AccountFactory(state="alumni", opened_at=LONG_AGO),
    "a tenancy": lambda: make.TenancyFactory(account=prospect()).account,
    "a request": lambda: make.SupportRequestFactory(account=prospect(), opened_at=LONG_AGO).account,
    "met a company": lambda: (
        make.IntroductionFactory(partner_contact=make.ContactFactory(account=prospect())).partner_contact.account
    ),
    "a note since": lambda: make.NoteFactory(account=prospect(), at=days_ago(700)).account,
    "an enquiry since": lambda: make.EnquiryFactory(account=prospect(), state="converted").account,
    "somebody who signs in": lambda: make.AccountFactory(
        state="prospect", opened_at=LONG_AGO, organisation=OrganisationMemberFactory().organisation
    ),
    "a review to come": lambda: prospect(next_review_on=timezone.localdate()),
    "an open task": lambda: make.TaskFactory(account=prospect()).account,
}


def prospect(**said: Any) -> Account:
    return make.AccountFactory(state="prospect", organisation=None, opened_at=LONG_AGO, **said)


@pytest.mark.django_db
def test_a_prospect_that_came_to_nothing_goes_after_two_years() -> None:
    gone = [prospect(name="Zqfirm"), make.AccountFactory(state="prospect", opened_at=LONG_AGO)]
    make.ContactFactory(account=gone[0], name="Zqname")
    make.NoteFactory(account=gone[0], at=LONG_AGO, words="Zqwords")
    make.InteractionFactory(account=gone[0], at=LONG_AGO)
    make.TaskFactory(account=gone[0], state="done", done_at=LONG_AGO)
    make.EnquiryFactory(account=gone[0], state="converted", received_at=LONG_AGO)
    kept = {why: make_it() for why, make_it in KEEPS.items()}

    forget()

    left = set(Account.objects.all())
    assert {why for why, one in kept.items() if one not in left} == set()
    assert not left & set(gone)
    assert not Contact.objects.filter(name="Zqname").exists()
    assert not LogEntry.objects.filter(changes__icontains="zq").exists()


@pytest.mark.django_db
def test_an_account_goes_with_copies_of_a_copy_of_its_enquiry() -> None:
    account = make.AccountFactory(state="closed", closed_at=days_ago(6 * 365 + 1))
    first = make.EnquiryFactory(account=account, state="converted")
    again = make.EnquiryFactory(duplicate_of=first, state="duplicate")
    make.EnquiryFactory(duplicate_of=again, state="duplicate")

    forget()

    assert not Enquiry.objects.exists()
    assert not Account.objects.exists()


@pytest.mark.django_db
def test_a_rule_that_fails_keeps_no_other_and_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(now: Any) -> None:
        raise ValueError("no")

    first = next(iter(RULES))
    monkeypatch.setitem(RULES, first, Rule("fails", fails))
    AccessLog.objects.create(what="export", model="tenancy.Account", at=days_ago(6 * 365 + 1))

    with pytest.raises(NotForgotten, match=f"not forgotten of {first}"):
        forget()
    assert not AccessLog.objects.exists()
    assert first in tick()["forget private records"]


@pytest.mark.django_db
def test_the_log_of_access_goes_after_six_years_and_links_after_one() -> None:
    AccessLog.objects.create(what="export", model="tenancy.Account", at=days_ago(6 * 365 + 1))
    kept = AccessLog.objects.create(what="export", model="tenancy.Account", at=days_ago(6 * 365 - 1))
    make.OutcomeConfirmationFactory(sent_at=days_ago(366), expires_at=days_ago(359))

    forget()

    assert list(AccessLog.objects.all()) == [kept]
    assert not OutcomeConfirmation.objects.exists()


@pytest.mark.django_db
def test_it_is_done_once_a_day_by_the_tick() -> None:
    make.UpdatesSubscriptionFactory(asked_at=days_ago(8))

    errors = tick()

    assert errors == {}
    assert not UpdatesSubscription.objects.exists()
    make.UpdatesSubscriptionFactory(asked_at=days_ago(8))
    assert tick() == {}
    assert UpdatesSubscription.objects.count() == 1

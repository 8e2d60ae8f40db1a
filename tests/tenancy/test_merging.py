"""Two accounts of one company become one, with everything that belongs to them; and two again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tenancy import actions, history, merging
from tenancy.choices import AccountState, Confidentiality, Visibility
from tenancy.merging import OF_ACCOUNT, OF_CONTACT, How, columns, relations_to, unlisted
from tenancy.models import Account, AccountMerge, Contact, StateChange
from tenancy.queries import merging as queries
from tenancy.retention import forget, forget_account
from tests.factories import tenancy as make
from tests.factories.bookings import OrganisationMemberFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
ANN = "ann@orrest-valve.co.uk"


def moving(account: Account) -> dict[str, set[int]]:
    return {
        label: {row.pk for row in queries.rows_of(account, label)}
        for label, listed in OF_ACCOUNT.items()
        if listed.how == How.MOVES
    }


# ---- the table ------------------------------------------------------------------------------------------------------
def test_the_code_has_no_relation_or_field_of_which_nobody_says_what_becomes_of_it() -> None:
    assert unlisted() == []
    assert set(relations_to(Account)) == set(OF_ACCOUNT)
    assert set(relations_to(Contact)) == set(OF_CONTACT)
    assert set(columns(Account)) == {*merging.CHOSEN, *merging.RECKONED}
    assert set(columns(Contact)) == {*merging.FILLED, *merging.KEPT}


def test_every_table_that_names_a_record_by_its_key_is_known() -> None:
    """Generic relations and the like: no key changes in a merge, so they stay true."""
    by_key = set()
    for model in apps.get_models():
        names = {field.name for field in model._meta.get_fields()}
        generic = any(isinstance(field, GenericForeignKey) for field in model._meta.private_fields)
        ours = model._meta.app_label in {"tenancy", "impact", "auditlog"}
        if ours and (generic or names & {"object_pk", "object_id", "record_id"}):
            by_key.add(model._meta.label)
    assert by_key == merging.BY_KEY


# ---- the merge ------------------------------------------------------------------------------------------------------
def test_everything_moves_and_nothing_is_left(manager: User, two: tuple[Account, Account]) -> None:
    stays, other = two
    brought = moving(other)
    assert all(brought.values()), "one of every kind is planted"

    actions.merge(account=stays, other=other, by=manager, take=["tier"])

    assert all(keys <= moving(stays)[label] for label, keys in brought.items())
    assert not any(moving(other).values())
    stays.refresh_from_db()
    other.refresh_from_db()
    assert (other.state, other.merged_into, other.organisation) == ("merged", stays, None)
    assert (stays.name, stays.tier, stays.state) == ("Orrest Valve Company", "growth", "active")
    assert stays.opened_at == other.opened_at
    assert stays.last_contact_at is not None


def test_somebody_in_both_is_one_person_afterwards(manager: User, two: tuple[Account, Account]) -> None:
    stays, other = two

    actions.merge(account=stays, other=other, by=manager)

    ann = stays.contacts.get(email=ANN)
    assert (ann.name, ann.role, ann.is_primary) == ("Ann Lee", "Founder", True)
    assert {contact.name for contact in stays.contacts.current()} == {"Ann Lee", "Bea Ode"}
    assert {contact.name for contact in stays.interactions.get().contacts.all()} == {"Ann Lee", "Bea Ode"}
    assert [consent.given for consent in ann.consents.all()] == [False]
    for relation in relations_to(Contact):
        label, _, name = relation.rpartition(".")
        if relation != "tenancy.Interaction_contacts.contact":
            assert apps.get_model(label)._default_manager.filter(**{name: ann}).exists(), relation
    left = other.contacts.get()
    assert (left.name, left.left_on) == ("A. Lee", timezone.localdate())


def test_each_row_that_moves_is_in_the_history_with_who(manager: User, two: tuple[Account, Account]) -> None:
    stays, other = two
    note = other.notes.get()

    actions.merge(account=stays, other=other, by=manager)

    entry = history.of(note).first()
    assert entry is not None
    assert (entry.actor, entry.changes) == (manager, {"account": [str(other.pk), str(stays.pk)]})
    step = StateChange.objects.get(object_pk=other.pk, model="tenancy.Account")
    assert (step.before, step.after, step.by) == ("active", "merged", manager)
    assert stays.merges.get().by == manager


def test_a_team_has_each_once(manager: User) -> None:
    stays, other = make.AccountFactory(), make.AccountFactory(organisation=None)
    make.TeamMemberFactory(account=stays, user=manager)
    make.TeamMemberFactory(account=other, user=manager)

    actions.merge(account=stays, other=other, by=manager)

    assert [member.user for member in stays.team.all()] == [manager]


def test_the_public_profile_can_come_from_the_other(manager: User) -> None:
    stays, other = make.AccountFactory(organisation=None), make.AccountFactory()
    profile = other.organisation

    actions.merge(account=stays, other=other, by=manager, take=["organisation", "name"])

    assert Account.objects.get(organisation=profile) == stays
    assert Account.objects.get(pk=stays.pk).name == profile.title


def test_sent_twice_it_is_done_once(manager: User, two: tuple[Account, Account]) -> None:
    stays, other = two

    first = actions.merge(account=stays, other=other, by=manager)

    assert actions.merge(account=stays, other=other, by=manager) == first
    assert AccountMerge.objects.count() == 1


def test_what_changed_since_somebody_looked_is_looked_at_again(manager: User, two: tuple[Account, Account]) -> None:
    stays, other = two
    seen = queries.preview(stays, other).seen
    make.NoteFactory(account=other)

    with pytest.raises(actions.ChangedSince):
        actions.merge(account=stays, other=other, by=manager, seen=seen)

    assert not AccountMerge.objects.exists()
    actions.merge(account=stays, other=other, by=manager, seen=queries.preview(stays, other).seen)


def test_a_merge_that_fails_leaves_everything_as_it_was(
    manager: User, two: tuple[Account, Account], monkeypatch: pytest.MonkeyPatch
) -> None:
    stays, other = two
    before = moving(other)
    monkeypatch.setattr("tenancy.actions.merging.keep_last_contact", lambda account: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        actions.merge(account=stays, other=other, by=manager)

    assert moving(other) == before
    assert Contact.objects.filter(email=ANN, left_on=None).count() == 2


# ---- who and which --------------------------------------------------------------------------------------------------
def test_somebody_who_may_not_read_everything_of_both_is_refused(manager: User, lead: User) -> None:
    """Else whoever manages one account could read another's restricted requests by merging it into theirs."""
    mine, theirs = make.AccountFactory(manager=manager), make.AccountFactory(organisation=None)
    make.SupportRequestFactory(account=theirs, confidentiality=Confidentiality.RESTRICTED)

    with pytest.raises(Exception, match="reads everything of both"):
        actions.merge(account=mine, other=theirs, by=manager)

    actions.merge(account=mine, other=theirs, by=lead)


def test_a_restricted_note_is_read_by_the_same_people_afterwards(manager: User, lead: User) -> None:
    mine, theirs = make.AccountFactory(manager=manager), make.AccountFactory(organisation=None)
    note = make.NoteFactory(account=theirs, visibility=Visibility.RESTRICTED, by=lead)

    actions.merge(account=mine, other=theirs, by=manager)

    assert not type(note).objects.visible_to(manager).filter(account=mine).exists()
    assert type(note).objects.visible_to(lead).filter(account=mine).exists()


def test_members_of_the_company_merge_nothing(two: tuple[Account, Account]) -> None:
    stays, other = two
    member = OrganisationMemberFactory(organisation=stays.organisation, role="admin").user

    with pytest.raises(Exception, match="Only account managers"):
        actions.merge(account=stays, other=other, by=member)


@pytest.mark.parametrize(
    ("mine", "theirs", "why"),
    [
        ({"state": "closed", "closed_at": timezone.now()}, {}, "is closed"),
        ({"demonstration": True}, {}, "invented"),
        ({}, {"demonstration": True}, "invented"),
    ],
)
def test_what_would_make_no_sense_is_refused(manager: User, mine: Any, theirs: Any, why: str) -> None:
    stays, other = make.AccountFactory(**mine), make.AccountFactory(organisation=None, **theirs)

    with pytest.raises(actions.Unfit, match=why):
        actions.merge(account=stays, other=other, by=manager)
    with pytest.raises(actions.Unfit, match="merged"):
        actions.change_state(account=other, to=AccountState.MERGED, by=manager)


def test_the_database_knows_a_merged_account(two: tuple[Account, Account]) -> None:
    stays, _ = two
    for fields in ({"state": "merged"}, {"merged_into": stays}, {"state": "merged", "merged_into": stays}):
        for name, value in fields.items():
            setattr(stays, name, value)  # which has a public profile
        with pytest.raises(IntegrityError), transaction.atomic():
            stays.save()
        stays.state, stays.merged_into = "active", None


# ---- the way back ---------------------------------------------------------------------------------------------------
def test_taken_back_everything_is_where_it_was(manager: User, two: tuple[Account, Account]) -> None:
    stays, other = two
    make.InteractionFactory(account=stays)
    before = _everything()
    merge = actions.merge(account=stays, other=other, by=manager, take=["tier", "manager", "name"])

    assert _everything() != before
    assert actions.undo_merge(merge=merge, by=manager) == other

    assert _everything() == before
    merge.refresh_from_db()
    assert (merge.undone_by, merge.moved) == (manager, {})


def _everything() -> dict[str, list[dict[str, Any]]]:
    left_out = {"last_contact_at"}
    found = {}
    for model in apps.get_app_config("tenancy").get_models(include_auto_created=True):
        if model._meta.model_name in {"statechange", "accountmerge", "interaction_contacts"}:
            continue
        names = [field.name for field in model._meta.concrete_fields if field.name not in left_out]
        found[model._meta.label] = list(model._default_manager.order_by("pk").values(*names))
    found["with whom"] = list(make.Interaction.objects.order_by("pk", "contacts").values("pk", "contacts"))
    return found


def test_what_is_new_stays_and_what_was_erased_stays_erased(manager: User, two: tuple[Account, Account]) -> None:
    stays, other = two
    merge = actions.merge(account=stays, other=other, by=manager)
    new = make.NoteFactory(account=stays)
    actions.forget_person(contact=stays.contacts.get(name="Bea Ode"), by=manager)

    actions.undo_merge(merge=merge, by=manager)

    assert list(stays.notes.all()) == [new]
    assert not Contact.objects.filter(name="Bea Ode").exists()


def test_what_somebody_changed_since_keeps_it_merged(manager: User, two: tuple[Account, Account]) -> None:
    stays, other = two
    merge = actions.merge(account=stays, other=other, by=manager, take=["tier"])
    stays.refresh_from_db()
    actions.classify(account=stays, tier="strategic", next_review_on=None, by=manager)

    with pytest.raises(actions.Unfit, match="changed the tier"):
        actions.undo_merge(merge=merge, by=manager)
    assert Account.objects.get(pk=other.pk).state == "merged"


def test_after_thirty_days_there_is_no_way_back(manager: User, two: tuple[Account, Account], time_machine: Any) -> None:
    stays, other = two
    merge = actions.merge(account=stays, other=other, by=manager)
    time_machine.move_to(timezone.now() + timedelta(days=31))

    forget()

    merge.refresh_from_db()
    assert merge.moved == {}
    assert not LogEntry.objects.get_for_object(merge).exists()
    assert not other.contacts.exists(), "the second entry of a person waited for the way back alone"
    assert stays.contacts.filter(email=ANN).exists()
    with pytest.raises(actions.Unfit, match="30 days"):
        actions.undo_merge(merge=merge, by=manager)


def test_who_is_erased_is_erased_in_both(manager: User, two: tuple[Account, Account]) -> None:
    stays, other = two
    third = make.AccountFactory(organisation=None)
    actions.merge(account=stays, other=other, by=manager)
    actions.merge(account=third, other=stays, by=manager)

    actions.forget_person(contact=third.contacts.get(email=ANN), by=manager)

    assert not Contact.objects.filter(email=ANN).exists()
    assert not LogEntry.objects.filter(changes__icontains=ANN).exists()


def test_what_was_merged_is_forgotten_with_the_account_that_stayed(manager: User, two: tuple[Account, Account]) -> None:
    stays, other = two
    actions.merge(account=stays, other=other, by=manager)

    forget_account(Account.objects.get(pk=stays.pk))

    assert not Account.objects.filter(pk__in=[stays.pk, other.pk]).exists()
    assert not LogEntry.objects.filter(changes__icontains="Orrest").exists()

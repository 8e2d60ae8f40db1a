"""Somebody of a company asks to be forgotten: everywhere, not in one list of contacts alone."""

from dataclasses import replace

from django.apps import apps
from django.db import transaction

from accounts.models import User
from core.subject_access import Person, erase, person_at, person_of, title_of, where_said, with_names
from tenancy import history
from tenancy.models import Contact
from tenancy.policies import may_be_erased, may_work

from .reading import log_erased
from .refusals import Unfit, require


def who_is(contact: Contact) -> Person:
    """By the address that we wrote down, of which we have made sure that it is theirs, and by how they sign in."""
    found = person_at(contact.email) if contact.email else Person(frozenset(), frozenset())
    if contact.user is not None:
        other = person_of(contact.user)
        found = replace(found, users=found.users | other.users, addresses=found.addresses | other.addresses)
    return replace(found, records=frozenset({(Contact._meta.label, contact.pk)}))


@transaction.atomic
def forget_person(*, contact: Contact, by: User) -> None:
    """Erase whoever ``contact`` is: bookings, letters, what they wrote and what was copied of it, account and history.

    Raises PermissionDenied, and Unfit where they work here.
    """
    require(may_work(by))
    person = who_is(contact)
    for user in User.objects.filter(pk__in=person.users):
        if why_not := may_be_erased(user):
            raise Unfit(why_not)
    key = contact.pk
    with history.by(user=by):
        erase(person)
    log_erased(by=by, contact=key)


def try_to_forget(*, contact: Contact, by: User) -> list[str]:
    """In which tables they would still be named: all of it is done, looked at and taken back. Raises what that raises."""
    titles = {model._meta.db_table: title_of(model) for model in apps.get_models()}
    person = with_names(who_is(contact), whole=False)
    with transaction.atomic():
        forget_person(contact=contact, by=by)
        said = [*person.addresses, *person.names]
        left = where_said(*said) if said else []
        transaction.set_rollback(True)
    return sorted({titles.get(table, table) for table, _, _ in left})

"""What we know of a person changes: how they are reached, that they left or came back, that nobody is to write to them."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from tenancy import history
from tenancy.choices import LawfulBasis
from tenancy.models import Account, Contact, UpdatesSubscription
from tenancy.policies import may_work

from .refusals import Unfit, refuse_unread, require
from .updates import end_updates


@transaction.atomic
def change_contact(
    *,
    contact: Contact,
    name: str,
    source: str,
    by: User,
    email: str = "",
    role: str = "",
    telephone: str = "",
    prefers: str = "",
    is_primary: bool = False,
    lawful_basis: str = LawfulBasis.PUBLIC_TASK,
    noticed_on: date | None = None,
    do_not_contact: bool = False,
    seen: str = "",
) -> None:
    """Whoever is not to be contacted gets no letter of ours from then on; news that they asked for end.

    ``seen``: of the form that was filled in. Raises PermissionDenied, Unfit and ChangedSince.
    """
    contact = _locked(contact, by)
    said: dict[str, Any] = {
        "name": name,
        "role": role,
        "email": (email := email.strip().lower()),
        "telephone": telephone,
        "prefers": prefers,
        "is_primary": is_primary,
        "source": source,
        "lawful_basis": LawfulBasis(lawful_basis),
        "noticed_on": noticed_on,
        "do_not_contact": do_not_contact,
    }
    refuse_unread(contact, seen, **said)
    if contact.left_on is None:
        _refuse_known(contact, email)
    if is_primary and do_not_contact:
        raise Unfit(
            "Nobody is asked first who is not to be contacted. Take one of the two off, or choose a colleague of theirs.",
            field="is_primary",
        )
    if noticed_on is not None and noticed_on > timezone.localdate():
        raise Unfit("Say the day on which they were told; one to come is for a task.", field="noticed_on")
    with history.by(user=by):
        if is_primary and contact.left_on is None:
            make_way(contact.account, but=contact)
        known = {contact.email, email, contact.user.email if contact.user else ""} - {""}
        for field, value in said.items():
            setattr(contact, field, value)
        contact.save()
        if do_not_contact:
            for subscription in UpdatesSubscription.objects.filter(email__in=known):
                end_updates(subscription=subscription)


@transaction.atomic
def mark_left(*, contact: Contact, on: date, by: User) -> None:
    """They belong to the company no longer: nobody asks or writes to them for it. Raises PermissionDenied and Unfit."""
    contact = _locked(contact, by)
    if on > timezone.localdate():
        raise Unfit(
            "That day is to come. Write it down once they have left; until then a task reminds you.", field="on"
        )
    with history.by(user=by):
        contact.left_on = on
        contact.save(update_fields=["left_on"])


@transaction.atomic
def mark_back(*, contact: Contact, by: User) -> None:
    """Once more changes nothing. Who is the first to ask meanwhile stays so. Raises PermissionDenied and Unfit."""
    contact = _locked(contact, by)
    if contact.left_on is None:
        return
    _refuse_known(contact, contact.email)
    with history.by(user=by):
        contact.left_on = None
        if contact.account.contacts.current().filter(is_primary=True).exists():
            contact.is_primary = False
        contact.save(update_fields=["left_on", "is_primary"])


def make_way(account: Account, *, but: Contact | None = None) -> None:
    """Somebody else is the first to ask from now on."""
    for first in account.contacts.current().filter(is_primary=True).exclude(pk=but.pk if but else 0):
        first.is_primary = False
        first.save(update_fields=["is_primary"])


def _locked(contact: Contact, by: User) -> Contact:
    """As the database has it, with its account held: of two who choose the first to ask one waits."""
    require(may_work(by))
    Account.objects.select_for_update().get(pk=contact.account_id)
    return Contact.objects.select_related("account", "user").get(pk=contact.pk)


def _refuse_known(contact: Contact, email: str) -> None:
    others = contact.account.contacts.current().exclude(pk=contact.pk)
    if email and (there := others.filter(email=email).first()):
        raise Unfit(
            f"{there.name} of this account has this address. Change that entry, or mark it as left, first.",
            field="email",
        )

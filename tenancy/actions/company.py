"""What an admin does with the record of their company: a note to the village, and whom of the company we speak with."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from tenancy import history
from tenancy.choices import LawfulBasis, Visibility
from tenancy.models import Account, Contact, Note, Task, UpdatesSubscription
from tenancy.policies import may_keep_record

from .dealings import SENT_TWICE, just_now
from .people import asked_for_silence
from .refusals import Unfit, once, refuse_unread, require
from .updates import end_updates

TO_READ = "Read the note that the company wrote"
SOURCE = "The company’s own admin"


@transaction.atomic
def write_to_village(*, account: Account, words: str, by: User) -> Note:
    """A note that both read; whoever looks after the company has a task to read it. Raises PermissionDenied."""
    account = _locked(account, by)
    same: dict[str, Any] = {"account": account, "words": words, "by": by, "visibility": Visibility.SHARED}
    if there := just_now(Note, **same, theirs=True, at__gt=timezone.now() - SENT_TWICE):
        return there
    today = timezone.localdate()
    with history.by(user=by):
        if not Task.objects.open().filter(account=account, words=TO_READ).exists():
            Task.objects.create(account=account, words=TO_READ, due_on=today, remind_on=today, owner=account.manager)
        return Note.objects.create(**same, theirs=True)


@transaction.atomic
def add_own_contact(
    *,
    account: Account,
    name: str,
    by: User,
    role: str = "",
    email: str = "",
    telephone: str = "",
    prefers: str = "",
) -> Contact:
    """Whoever told us not to contact them is not contacted by this either. Raises PermissionDenied and Unfit."""
    account = _locked(account, by)
    email = email.strip().lower()
    said = {"name": name, "role": role, "email": email, "telephone": telephone, "prefers": prefers}
    if there := just_now(Contact, account=account, **said, created_at__gt=timezone.now() - SENT_TWICE):
        return there
    _refuse_known(account, email)
    organisation = account.organisation
    is_silent = bool(email and organisation and asked_for_silence(organisation, email))
    with history.by(user=by), once():
        return Contact.objects.create(
            account=account, **said, source=SOURCE, lawful_basis=LawfulBasis.PUBLIC_TASK, do_not_contact=is_silent
        )


@transaction.atomic
def change_own_contact(
    *,
    contact: Contact,
    name: str,
    by: User,
    role: str = "",
    email: str = "",
    telephone: str = "",
    prefers: str = "",
    seen: str = "",
) -> None:
    """How they are called and reached; what else we know of them stays as it is.

    ``seen``: of the form that was filled in. Raises PermissionDenied, Unfit and ChangedSince.
    """
    account = _locked(contact.account, by)
    contact = Contact.objects.get(pk=contact.pk)
    email = email.strip().lower()
    said = {"name": name, "role": role, "email": email, "telephone": telephone, "prefers": prefers}
    refuse_unread(contact, seen, **said)
    if contact.left_on is not None:
        raise Unfit("They are marked as having left. Tell your account manager if they are back.")
    _refuse_known(account, email, but=contact)
    with history.by(user=by):
        for field, value in said.items():
            setattr(contact, field, value)
        contact.save(update_fields=list(said))
        if contact.do_not_contact and email:
            for subscription in UpdatesSubscription.objects.filter(email=email):
                end_updates(subscription=subscription)


def _locked(account: Account, by: User) -> Account:
    require(may_keep_record(by, account))
    return Account.objects.select_for_update().get(pk=account.pk)


def _refuse_known(account: Account, email: str, *, but: Contact | None = None) -> None:
    others = account.contacts.current().exclude(pk=but.pk if but else 0)
    if email and (there := others.filter(email=email).first()):
        raise Unfit(f"{there.name} has this address already. Change that entry instead.", field="email")

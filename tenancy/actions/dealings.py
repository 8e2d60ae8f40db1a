"""What was said, noted and promised."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from tenancy import history
from tenancy.choices import Confidentiality, TaskState, Visibility
from tenancy.grants import works_with_accounts
from tenancy.models import Account, Contact, Interaction, Note, NoteReader, Private, SupportRequest, Task
from tenancy.policies import may_finish, may_reopen, may_work
from tenancy.signals import task_shared
from tenancy.states import move

from .refusals import Unfit, require

R = TypeVar("R", bound=Private)
SENT_TWICE = timedelta(minutes=2)  # the same words again within this time are the same form, sent again


@transaction.atomic
def log_interaction(
    *,
    account: Account,
    kind: str,
    words: str,
    by: User,
    at: datetime | None = None,
    contacts: Sequence[Contact] = (),
    visibility: str = Visibility.TEAM,
) -> Interaction:
    """Write down that we spoke, and on which day we last did. Raises PermissionDenied and Unfit."""
    require(may_work(by))
    at = at or timezone.now()
    if at > timezone.now():
        raise Unfit("This is still to come. Write it down afterwards, or add a task for it.", field="at")
    if any(contact.account_id != account.pk for contact in contacts):
        raise Unfit(
            "Somebody of these belongs to another account. Choose from this account’s people.", field="contacts"
        )
    same: dict[str, Any] = {"account": account, "kind": kind, "words": words, "visibility": visibility, "by": by}
    if there := just_now(Interaction, **same, at__range=(at - SENT_TWICE, at + SENT_TWICE)):
        return there
    with history.by(user=by):
        interaction = Interaction.objects.create(**same, at=at)
        if contacts:
            interaction.contacts.add(*contacts)
        keep_last_contact(account)
    return interaction


def keep_last_contact(account: Account) -> None:
    """On the account stands when we last spoke: what my day and the list look for among thousands."""
    latest = account.interactions.order_by("-at").values_list("at", flat=True).first()
    if latest != account.last_contact_at:
        account.last_contact_at = latest
        account.save(update_fields=["last_contact_at"])


@transaction.atomic
def write_note(
    *, account: Account, words: str, by: User, visibility: str = Visibility.TEAM, readers: Sequence[User] = ()
) -> Note:
    """``readers``: of a restricted note, besides whoever writes it. Raises PermissionDenied and Unfit."""
    require(may_work(by))
    fit_readers(visibility, readers)
    same: dict[str, Any] = {"account": account, "words": words, "visibility": visibility, "by": by}
    if there := just_now(Note, **same, at__gt=timezone.now() - SENT_TWICE):
        return there
    with history.by(user=by):
        note = Note.objects.create(**same)
        for reader in readers:
            NoteReader.objects.get_or_create(note=note, user=reader)
    return note


def fit_readers(visibility: str, readers: Sequence[User]) -> None:
    """Raises Unfit."""
    if readers and visibility != Visibility.RESTRICTED:
        raise Unfit("Readers are named for a restricted note only. Restrict it, or name nobody.", field="readers")
    if outsiders := [reader for reader in readers if not works_with_accounts(reader)]:
        raise Unfit(f"{outsiders[0]} does not work with accounts and could not open it.", field="readers")


@transaction.atomic
def add_task(
    *,
    account: Account,
    words: str,
    due_on: date,
    by: User,
    owner: User | None = None,
    request: SupportRequest | None = None,
    remind_on: date | None = None,
    shared: bool = False,
    contact: Contact | None = None,
) -> Task:
    """For ``owner``, or for whoever adds it; reminded on ``remind_on``, else on the day.

    ``shared``: the company does it, or ``contact`` of it, and the owner sees to that. Raises PermissionDenied and Unfit.
    """
    require(may_work(by))
    owner = owner or by
    if not works_with_accounts(owner):
        raise Unfit("Choose somebody who works with accounts.", field="owner")
    fit_sharing(account, request, shared, contact)
    said: dict[str, Any] = {"account": account, "words": words, "due_on": due_on, "owner": owner}
    said |= {"shared": shared, "contact": contact}
    if there := just_now(Task, **said, created_at__gt=timezone.now() - SENT_TWICE):
        return there
    with history.by(user=by):
        made = Task.objects.create(**said, request=request, remind_on=remind_on or due_on)
    if shared:
        task_shared.send(Task, task=made)
    return made


def fit_sharing(account: Account, request: SupportRequest | None, shared: bool, contact: Contact | None) -> None:
    """Raises Unfit."""
    if contact is not None and not shared:
        raise Unfit("Share it with the company, so that they can read what is given to them.", field="shared")
    if contact is not None and contact.account_id != account.pk:
        raise Unfit("They belong to another account. Choose from this account’s people.", field="contact")
    if shared and request is not None and request.confidentiality == Confidentiality.RESTRICTED:
        raise Unfit("It is about a restricted request, which not everybody of the company reads.", field="shared")


def just_now(model: type[R], **said: Any) -> R | None:
    """What was written down with these words moments ago: the same form, sent twice."""
    found: R | None = model.objects.filter(**said).first()  # type: ignore[attr-defined]
    return found


@transaction.atomic
def note_reminded(*, owner: int) -> int:
    """Take what ``owner`` is to be reminded of today, so that nobody else reminds them too; returns how many it is."""
    due = Task.objects.select_for_update().open().filter(owner=owner, reminded_at=None)
    tasks = list(due.filter(remind_on__lte=timezone.localdate()))
    for task in tasks:
        task.reminded_at = timezone.now()
        task.save(update_fields=["reminded_at"])
    return len(tasks)


def finish_task(*, task: Task, by: User) -> None:
    """Done; once more changes nothing: who was first has done it. Raises PermissionDenied and NotDrawn."""
    _end(task, TaskState.DONE, by, may_finish)


def cancel_task(*, task: Task, by: User, reason: str = "") -> None:
    """Raises PermissionDenied and NotDrawn."""
    _end(task, TaskState.CANCELLED, by, lambda user, _: may_work(user), reason)


@transaction.atomic
def reopen_task(*, task: Task, by: User) -> None:
    """Raises PermissionDenied and NotDrawn."""
    require(may_reopen(by, Task.objects.select_for_update().get(pk=task.pk)))
    move(task, TaskState.OPEN, by=by, done_at=None, done_by=None)


@transaction.atomic
def _end(task: Task, to: TaskState, by: User, why_not: Callable[[User, Task], str], reason: str = "") -> None:
    now = Task.objects.select_for_update().get(pk=task.pk)
    require(why_not(by, now))
    if now.state != to:
        move(task, to, by=by, why=reason, done_at=timezone.now(), done_by=by)

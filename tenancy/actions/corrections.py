"""What was said, noted or is to be done is put right. What stood there before is in the history."""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from tenancy import history
from tenancy.choices import Visibility
from tenancy.models import Contact, Interaction, Note, NoteReader, Task
from tenancy.policies import may_correct, may_see_who_reads, may_work
from tenancy.signals import task_shared

from .absences import fit_owner
from .dealings import fit_readers, fit_sharing
from .refusals import Unfit, refuse_unread, require

R = TypeVar("R", Interaction, Note)


@transaction.atomic
def correct_interaction(*, interaction: Interaction, words: str, visibility: str, by: User, seen: str = "") -> None:
    """Of what is no longer shared the company reads nothing from now on.

    ``seen``: of the form that was filled in. Raises PermissionDenied, Unfit and ChangedSince.
    """
    require(may_correct(by, interaction))
    if visibility == Visibility.RESTRICTED:
        raise Unfit("Only a note can be restricted. Choose the team.", field="visibility")
    now = Interaction.objects.select_for_update().get(pk=interaction.pk)
    refuse_unread(now, seen, words=words, visibility=visibility)
    with history.by(user=by):
        _say(now, words, visibility)


@transaction.atomic
def correct_note(
    *,
    note: Note,
    words: str,
    by: User,
    visibility: str | None = None,
    readers: Sequence[User] = (),
    seen: str = "",
) -> None:
    """``readers`` as when it was written; without ``visibility`` it is read by the same as before.

    ``seen``: of the form that was filled in. Raises PermissionDenied, ChangedSince, and Unfit, also where somebody else than its
    author restricts it or chooses its readers.
    """
    now = Note.objects.select_for_update().get(pk=note.pk)
    require(may_correct(by, now))
    refuse_unread(now, seen, words=words, visibility=visibility or now.visibility)
    with history.by(user=by):
        if visibility is not None:
            _show_to(now, visibility, readers, by)
        _say(now, words, visibility or now.visibility)


@transaction.atomic
def correct_task(
    *,
    task: Task,
    words: str,
    due_on: date,
    owner: User,
    by: User,
    shared: bool = False,
    contact: Contact | None = None,
    seen: str = "",
) -> bool:
    """By whoever reads it. The day on which its owner is reminded moves with the day; a new owner is reminded anew.

    ``seen``: of the form that was filled in. Returns whether it is news to somebody of the company. Raises
    PermissionDenied, Unfit once it is over, and ChangedSince.
    """
    require(may_work(by))
    now = Task.objects.select_for_update().get(pk=task.pk)
    if now.done_at is not None:
        raise Unfit("This is over. Open it again, and change it then.")
    refuse_unread(now, seen, words=words, due_on=due_on, owner=owner, shared=shared, contact=contact)
    fit_sharing(now.account, now.request, shared, contact)
    if owner.pk != now.owner_id:
        fit_owner(now, owner, field="owner")
        now.reminded_at = None
    if due_on != now.due_on and now.remind_on is not None:
        now.remind_on += due_on - now.due_on
        if now.remind_on > timezone.localdate():
            now.reminded_at = None
    is_news = shared and (now.shared, now.contact) != (shared, contact)
    now.words, now.due_on, now.owner = words, due_on, owner
    now.shared, now.contact = shared, contact
    with history.by(user=by):
        now.save(update_fields=["words", "due_on", "owner", "shared", "contact", "remind_on", "reminded_at"])
    if is_news:
        task_shared.send(Task, task=now)
    return is_news


def _show_to(now: Note, visibility: str, readers: Sequence[User], by: User) -> None:
    fit_readers(visibility, readers)
    named = {one.user_id: one for one in NoteReader.objects.filter(note=now)}
    wanted = {reader.pk: reader for reader in readers}
    is_other = visibility != now.visibility or wanted.keys() != named.keys()
    why_not = may_see_who_reads(by, now) or may_see_who_reads(by, Note(visibility=visibility, by_id=now.by_id))
    if is_other and why_not:
        raise Unfit(f"{why_not} Choose the team, or ask them.", field="visibility")
    for key in named.keys() - wanted.keys():
        named[key].delete()
    for key in wanted.keys() - named.keys():
        NoteReader.objects.create(note=now, user=wanted[key])


def _say(record: R, words: str, visibility: str) -> None:
    """What is said already is not written again."""
    if (record.words, record.visibility) != (words, visibility):
        record.words, record.visibility = words, visibility
        record.save(update_fields=["words", "visibility"])

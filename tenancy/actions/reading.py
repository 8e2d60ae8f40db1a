"""What leaves no history and is accounted for: reads of what is restricted, files that were taken away, erasures."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Model

from accounts.models import User
from core.subject_access import Person
from tenancy.choices import Access, Confidentiality, Visibility
from tenancy.models import AccessLog, Contact, Note, Private, SupportRequest

ERASED = "Somebody, with everything held about them"


def log_reads(*, records: Iterable[Private], by: User) -> None:
    """Before anything restricted is shown; where it can't be written down, nothing is shown. Raises what the database raises."""
    log_reads_of(keys=[(record._meta.label, record.pk) for record in records if is_restricted(record)], by=by)


def log_reads_of(*, keys: Iterable[tuple[str, int]], by: User) -> None:
    """The same where what is read is known by model and key alone, as in a story."""
    reads = [AccessLog(what=Access.READ, model=model, object_pk=pk, by=by) for model, pk in keys]
    if reads:
        with transaction.atomic():
            AccessLog.objects.bulk_create(reads)


def log_export(*, model: type[Model], words: str, by: User | None, key: int | None = None) -> None:
    """Before a file is given out. ``words``: which one and how many rows, never a name. ``by``: None on the command line."""
    AccessLog.objects.create(what=Access.EXPORT, model=model._meta.label, object_pk=key, words=words, by=by)


def log_handed_over(*, by: User | None, person: Person, number: int, **kwargs: Any) -> None:
    """Everything held about one person: by their key, where they sign in, and never by name."""
    key = next(iter(person.users)) if len(person.users) == 1 else None
    log_export(model=User, words=f"Everything held about somebody, {number} records", by=by, key=key)


def log_looked_up(*, by: User | None, person: Person, number: int, **kwargs: Any) -> None:
    """Where others wrote of one person: by their key, as above."""
    key = next(iter(person.users)) if len(person.users) == 1 else None
    log_export(model=User, words=f"Where somebody is named in words of others, {number} records", by=by, key=key)


def log_erased(*, by: User | None, contact: int | None = None, **kwargs: Any) -> None:
    """That somebody was erased, and never who: by the key of the contact, where that is how we knew them."""
    model = User if contact is None else Contact
    AccessLog.objects.create(what=Access.ERASE, model=model._meta.label, object_pk=contact, words=ERASED, by=by)


def is_restricted(record: Private) -> bool:
    if isinstance(record, Note):
        return record.visibility == Visibility.RESTRICTED
    return isinstance(record, SupportRequest) and record.confidentiality == Confidentiality.RESTRICTED

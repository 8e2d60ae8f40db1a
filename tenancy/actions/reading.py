"""What changes nothing and is accounted for: reads of what is restricted, and files that were taken away."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Model

from accounts.models import User
from tenancy.choices import Access, Confidentiality, Visibility
from tenancy.models import AccessLog, Note, Private, SupportRequest


def log_reads(*, records: Iterable[Private], by: User) -> None:
    """Before anything restricted is shown; where it can't be written down, nothing is shown. Raises what the database raises."""
    log_reads_of(keys=[(record._meta.label, record.pk) for record in records if is_restricted(record)], by=by)


def log_reads_of(*, keys: Iterable[tuple[str, int]], by: User) -> None:
    """The same where what is read is known by model and key alone, as in a story."""
    reads = [AccessLog(what=Access.READ, model=model, object_pk=pk, by=by) for model, pk in keys]
    if reads:
        with transaction.atomic():
            AccessLog.objects.bulk_create(reads)


def log_export(*, model: type[Model], words: str, by: User, key: int | None = None) -> None:
    """Before a file is given out. ``words``: which one and how many rows, never a name."""
    AccessLog.objects.create(what=Access.EXPORT, model=model._meta.label, object_pk=key, words=words, by=by)


def is_restricted(record: Private) -> bool:
    if isinstance(record, Note):
        return record.visibility == Visibility.RESTRICTED
    return isinstance(record, SupportRequest) and record.confidentiality == Confidentiality.RESTRICTED

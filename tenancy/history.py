"""Which field of which record changed from what to what, and by whom: kept by django-auditlog in one table.

It hears of every ``save`` and ``delete``, but not of ``update``, ``bulk_create`` or SQL; tests/tenancy/test_history.py
forbids those in this app. What must go is taken out of the table too: see ``forget``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django.db.models.signals import pre_save

from accounts.models import User

from .models import AppendOnly, Interaction, Private

# auditlog's own context loses whoever is outside when two are nested, and actions call each other.
_by: ContextVar[User | None] = ContextVar("who changes private records", default=None)

MANY: dict[type[Model], set[str]] = {Interaction: {"contacts"}}


def keep() -> None:
    """Have every private table's changes written down, besides those that are only added to: they are history themselves."""
    for model in apps.get_app_config("tenancy").get_models():
        if issubclass(model, Private) and not issubclass(model, AppendOnly):
            auditlog.register(model, m2m_fields=MANY.get(model, set()))
    pre_save.connect(_say_who, sender=LogEntry, dispatch_uid="tenancy.history")


@contextmanager
def by(*, user: User | None) -> Iterator[None]:
    """What is saved in here was changed by ``user``; None: by a link or a date, unless somebody is known already."""
    token = _by.set(user or _by.get())
    try:
        yield
    finally:
        _by.reset(token)


def of(record: Model) -> QuerySet[LogEntry]:
    """The changes of ``record``, the latest first."""
    return LogEntry.objects.get_for_object(record)


def forget(model: type[Model], *keys: int) -> None:
    """Take everything that was ever said in these records out of the history; that they changed goes too."""
    kind = ContentType.objects.get_for_model(model)
    LogEntry.objects.filter(content_type=kind, object_id__in=keys).delete()


def erase(record: Model) -> None:
    """Delete ``record`` and its history."""
    key = record.pk
    record.delete()
    forget(type(record), key)


def _say_who(sender: Any, instance: LogEntry, **kwargs: Any) -> None:
    if instance.actor_id is None:
        instance.actor = _by.get()

"""What follows of itself: addresses follow people, roles follow the migrations."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connections
from django.db.models.signals import post_migrate, post_save
from django.dispatch import receiver
from django.http import HttpRequest

from . import addresses, roles
from .models import User


@receiver(post_save, sender=User)
def person_saved(instance: User, raw: bool, update_fields: frozenset[str] | None, **kwargs: Any) -> None:
    if raw or getattr(instance, addresses.UNPROVEN, False) or (update_fields and "email" not in update_fields):
        return
    addresses.keep_primary_address(instance)


@receiver(post_migrate)
def migrated(sender: Any, using: str, **kwargs: Any) -> None:
    """Once a run, after the last app: only then all permissions exist."""
    if sender is not list(apps.get_app_configs())[-1]:
        return
    if Group._meta.db_table not in connections[using].introspection.table_names():
        return  # everything was migrated away
    addresses.keep_all_primary_addresses()
    roles.make_roles()


@receiver(authenticator_added)
def second_factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Who has just proven a new second factor need not prove it again at the next door."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_second_factor(request, user, authenticator)


def record_second_factor(request: HttpRequest, user: User, authenticator: Authenticator) -> None:
    from allauth.account.internal.flows.login import record_authentication  # noqa: PLC0415 -- needs the app registry

    record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)

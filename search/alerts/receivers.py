"""Who has their account deleted hears nothing more."""

from typing import Any

from django.conf import settings
from django.db.models.signals import post_delete
from django.dispatch import receiver

from .actions import erase


@receiver(post_delete, sender=settings.AUTH_USER_MODEL)
def account_deleted(instance: Any, **kwargs: Any) -> None:
    erase(email=instance.email)

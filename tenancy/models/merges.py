"""PRIVATE: which account went into which, and the way back."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from .accounts import Account
from .private import Private, PrivateQuerySet


class AccountMerge(Private):
    """``account`` stays. ``moved`` holds keys, and what was chosen, for as long as the merge can be undone."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="merges")
    merged = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    moved = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = PrivateQuerySet.as_manager()

    class Meta(Private.Meta):
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["merged"], condition=Q(undone_at=None), name="tenancy_an_account_is_merged_once"
            ),
            models.CheckConstraint(condition=~Q(account=F("merged")), name="tenancy_no_account_is_merged_into_itself"),
        ]

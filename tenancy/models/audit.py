"""PRIVATE: who moved what from which state to which, and who read what is restricted. Fields changed are in auditlog's table."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from tenancy.choices import Access
from tenancy.grants import leads_accounts

from .accounts import Account
from .private import AppendOnly, PrivateQuerySet


class StateChange(AppendOnly):
    """One step of a record along its states. ``model`` and ``object_pk`` name it; it goes with its account."""

    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="state_changes")
    model = models.CharField(max_length=40)  # such as tenancy.SupportRequest
    object_pk = models.PositiveBigIntegerField()
    before = models.CharField(max_length=20)
    after = models.CharField(max_length=20)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = PrivateQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["model", "object_pk"], name="tenancy_state_change_by_record")]


class AccessLogQuerySet(PrivateQuerySet["AccessLog"]):
    def for_staff(self, user: User) -> Q:
        return Q() if leads_accounts(user) else Q(by=user)


class AccessLog(AppendOnly):
    """A read of something restricted, a file that was taken away, or that somebody was erased."""

    what = models.CharField(max_length=6, choices=Access)
    model = models.CharField(max_length=40)
    object_pk = models.PositiveBigIntegerField(null=True)
    words = models.CharField(max_length=200, blank=True)  # of an export: which, and how many rows; never a name
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = AccessLogQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["model", "object_pk"], name="tenancy_access_by_record")]

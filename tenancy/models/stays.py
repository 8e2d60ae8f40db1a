"""PRIVATE: the space that an account has, and what it wants to reach while it is there."""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from tenancy.choices import ChecklistKind, ObjectiveState

from .accounts import Account
from .private import Private, PrivateQuerySet, of_own_organisations


class TenancyQuerySet(PrivateQuerySet["Tenancy"]):
    def for_outsider(self, user: User) -> Q:
        return of_own_organisations(user, "account__organisation")


class Tenancy(Private):
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tenancies")
    space = models.CharField(max_length=200, help_text="As we would say it: eight places in the shared office.")
    licence = models.CharField(max_length=120, blank=True, help_text="Which terms, such as: one-year start-up terms.")
    starts_on = models.DateField("from")
    ends_on = models.DateField("until", null=True, blank=True, help_text="The last day. Empty: until somebody ends it.")
    notice_days = models.PositiveSmallIntegerField("days of notice", default=30)
    notice_given_on = models.DateField(null=True, blank=True)
    words = models.TextField(blank=True)

    objects = TenancyQuerySet.as_manager()

    class Meta(Private.Meta):
        ordering = ["-starts_on", "-pk"]
        verbose_name_plural = "tenancies"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="tenancy_a_stay_ends_after_it_begins",
            )
        ]

    def covers(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    @property
    def is_current(self) -> bool:
        return self.covers(timezone.localdate())

    @property
    def is_over(self) -> bool:
        return self.ends_on is not None and self.ends_on < timezone.localdate()

    def last_day_after_notice(self, given_on: date) -> date:
        """What the notice comes to: its days, and never past the day on which it ends anyway."""
        noticed = max(given_on + timedelta(days=self.notice_days), self.starts_on)
        return noticed if self.ends_on is None else min(noticed, self.ends_on)


class ChecklistItemQuerySet(PrivateQuerySet["ChecklistItem"]):
    def for_outsider(self, user: User) -> Q:
        return of_own_organisations(user, "tenancy__account__organisation") & Q(theirs=True)


class ChecklistItem(Private):
    """One thing to be done when somebody moves in, or out. The company reads what it has to do itself, and nothing else."""

    tenancy = models.ForeignKey(Tenancy, on_delete=models.CASCADE, related_name="checklist")
    kind = models.CharField(max_length=8, choices=ChecklistKind, default=ChecklistKind.ARRIVING)
    words = models.CharField(max_length=200)
    due_on = models.DateField(null=True, blank=True)
    theirs = models.BooleanField("the company does it", default=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    sort_order = models.PositiveSmallIntegerField(default=0)

    objects = ChecklistItemQuerySet.as_manager()

    class Meta(Private.Meta):
        ordering = ["sort_order", "pk"]

    @property
    def is_overdue(self) -> bool:
        return self.done_at is None and self.due_on is not None and self.due_on < timezone.localdate()


class PlanQuerySet(PrivateQuerySet["Plan"]):
    def for_outsider(self, user: User) -> Q:
        return of_own_organisations(user, "account__organisation")


class Plan(Private):
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="plans")
    starts_on = models.DateField("from")
    ends_on = models.DateField("until")
    agreed_on = models.DateField(null=True, blank=True)

    objects = PlanQuerySet.as_manager()

    class Meta(Private.Meta):
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="tenancy_a_plan_ends_after_it_begins")
        ]

    def covers(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


class ObjectiveQuerySet(PrivateQuerySet["Objective"]):
    def for_outsider(self, user: User) -> Q:
        return of_own_organisations(user, "plan__account__organisation")


class Objective(Private):
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="objectives")
    words = models.CharField(max_length=300)
    measure = models.CharField(max_length=80, blank=True, help_text="What is counted, such as: sites.")
    target = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    due_on = models.DateField()
    state = models.CharField(max_length=11, choices=ObjectiveState, default=ObjectiveState.NOT_STARTED)

    objects = ObjectiveQuerySet.as_manager()

    class Meta(Private.Meta):
        ordering = ["due_on", "pk"]

    @property
    def is_settled(self) -> bool:
        return self.state in (ObjectiveState.DONE, ObjectiveState.DROPPED)

    @property
    def is_overdue(self) -> bool:
        return not self.is_settled and self.due_on < timezone.localdate()

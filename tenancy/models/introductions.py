"""PRIVATE: a company and a partner are brought together, once both have said yes."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from tenancy.choices import LIVE_INTRODUCTIONS, Answer, CheckedBack, IntroductionState

from .accounts import Contact, contacts_of_own
from .private import Private, PrivateQuerySet, of_own_organisations
from .requests import SupportRequest, readable_requests, requests_of_own


class IntroductionQuerySet(PrivateQuerySet["Introduction"]):
    def for_staff(self, user: User) -> Q:
        return readable_requests(user, "request__")

    def for_outsider(self, user: User) -> Q:
        # The partner learns of it when the company has agreed to that.
        as_partner = of_own_organisations(user, "partner") & Q(tenant_answer=Answer.GIVEN)
        mine = Introduction.objects.filter(requests_of_own(user, "request__") | as_partner)
        return Q(pk__in=mine.values("pk"))

    def live(self) -> "IntroductionQuerySet":
        return self.filter(state__in=LIVE_INTRODUCTIONS)


class Introduction(Private):
    """``words`` is what the partner is told. Links that ask for an answer are signed with ``nonce``."""

    request = models.ForeignKey(SupportRequest, on_delete=models.CASCADE, related_name="introductions")
    partner = models.ForeignKey("directory.OrganisationPage", null=True, on_delete=models.SET_NULL, related_name="+")
    partner_name = models.CharField(max_length=255, blank=True, editable=False)  # stays when its profile goes
    tenant_contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    partner_contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    words = models.TextField(blank=True)
    nonce = models.UUIDField(default=uuid4, editable=False)
    state = models.CharField(max_length=10, choices=IntroductionState, default=IntroductionState.ASKED)
    tenant_answer = models.CharField(max_length=7, choices=Answer, default=Answer.WAITING)
    tenant_answered_at = models.DateTimeField(null=True, blank=True)
    tenant_words = models.CharField(max_length=500, blank=True)
    partner_answer = models.CharField(max_length=7, choices=Answer, default=Answer.WAITING)
    partner_answered_at = models.DateTimeField(null=True, blank=True)
    partner_words = models.CharField(max_length=500, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    introduced_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = IntroductionQuerySet.as_manager()

    class Meta(Private.Meta):
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "partner"],
                condition=Q(state__in=LIVE_INTRODUCTIONS),
                name="tenancy_one_live_introduction_a_partner",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[IntroductionState.AGREED, IntroductionState.INTRODUCED])
                | Q(tenant_answer=Answer.GIVEN, partner_answer=Answer.GIVEN),
                name="tenancy_nobody_is_introduced_without_both_consents",
            ),
            models.CheckConstraint(
                condition=~Q(state=IntroductionState.INTRODUCED) | Q(introduced_at__isnull=False),
                name="tenancy_an_introduction_says_when_it_was_made",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{side}_answer": Answer.WAITING, f"{side}_answered_at__isnull": True})
                    | (~Q(**{f"{side}_answer": Answer.WAITING}) & Q(**{f"{side}_answered_at__isnull": False})),
                    name=f"tenancy_the_{side}s_answer_says_when",
                )
                for side in ("tenant", "partner")
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.partner is not None and not self.partner_name:
            self.partner_name = self.partner.title
        super().save(*args, **kwargs)


class CheckBackQuerySet(PrivateQuerySet["CheckBack"]):
    def for_staff(self, user: User) -> Q:
        return readable_requests(user, "introduction__request__")

    def for_outsider(self, user: User) -> Q:
        return contacts_of_own(user, "introduction__tenant_contact") & Q(asked_at__isnull=False)


class CheckBack(Private):
    """We ask what came of an introduction, ``days`` after it was made."""

    introduction = models.ForeignKey(Introduction, on_delete=models.CASCADE, related_name="check_backs")
    days = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    answer = models.CharField(max_length=11, choices=CheckedBack, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    words = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = CheckBackQuerySet.as_manager()

    class Meta(Private.Meta):
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["introduction", "days"], name="tenancy_one_check_back_a_date"),
            models.CheckConstraint(
                condition=Q(answer="") | Q(done_at__isnull=False), name="tenancy_an_answered_check_back_is_done"
            ),
        ]

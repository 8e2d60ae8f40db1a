"""PRIVATE: what comes in at the front door."""

from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import User
from core.references import MOST_SIGNS, new_reference
from tenancy.choices import EnquiryKind, EnquiryState, Topic

from .private import Private, PrivateQuerySet

LONGEST_MESSAGE = 4000


class EnquiryQuerySet(PrivateQuerySet["Enquiry"]):
    def for_outsider(self, user: User) -> Q:
        return Q(user=user)


class Enquiry(Private):
    """Somebody who wrote to us; what they typed stays as they typed it."""

    reference = models.CharField(max_length=MOST_SIGNS, unique=True, default=new_reference, editable=False)
    key = models.UUIDField(unique=True, default=uuid4, editable=False)  # of the form: sent twice it is one enquiry
    kind = models.CharField(max_length=22, choices=EnquiryKind)
    name = models.CharField(max_length=120)
    email = models.EmailField("e-mail address")
    organisation_name = models.CharField("organisation", max_length=160, blank=True)
    message = models.TextField(max_length=LONGEST_MESSAGE, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.CharField(max_length=200, blank=True)  # the page: a path of ours, without what was searched for
    about = models.ForeignKey(
        "directory.OrganisationPage", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # to whom they would like to be introduced
    need = models.ForeignKey("directory.Need", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    stage = models.ForeignKey("directory.Stage", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    received_at = models.DateTimeField(default=timezone.now)
    reply_by = models.DateField()
    state = models.CharField(max_length=9, choices=EnquiryState, default=EnquiryState.NEW)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)  # of closing it
    matched_organisation = models.ForeignKey(
        "directory.OrganisationPage", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    account = models.ForeignKey(
        "tenancy.Account", null=True, blank=True, on_delete=models.PROTECT, related_name="enquiries"
    )
    duplicate_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="duplicates")
    purged_at = models.DateTimeField(null=True, blank=True, editable=False)
    demonstration = models.BooleanField(default=False)

    objects = EnquiryQuerySet.as_manager()

    class Meta(Private.Meta):
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "reply_by"], name="tenancy_enquiry_by_state"),
            models.Index(fields=["email"], name="tenancy_enquiry_by_email"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="tenancy_enquiry_email_is_lower_case"),
            models.CheckConstraint(
                condition=~Q(state=EnquiryState.CONVERTED) | Q(account__isnull=False),
                name="tenancy_a_converted_enquiry_has_its_account",
            ),
            models.CheckConstraint(
                condition=~Q(state=EnquiryState.DUPLICATE) | Q(duplicate_of__isnull=False),
                name="tenancy_a_duplicate_names_the_first",
            ),
        ]

    def __str__(self) -> str:
        return f"Enquiry {self.reference}"

    @property
    def is_open(self) -> bool:
        return self.state in (EnquiryState.NEW, EnquiryState.TRIAGED)

    @property
    def is_late(self) -> bool:
        return self.is_open and self.reply_by < timezone.localdate()


class UpdatesSubscription(Private):
    """An address that asked for news. It counts from ``confirmed_at``; ending it deletes the row."""

    email = models.EmailField("e-mail address", unique=True)
    topics = models.JSONField(default=list)
    nonce = models.UUIDField(
        default=uuid4, editable=False
    )  # signed with every link; a new one ends those that were sent
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = PrivateQuerySet.as_manager()

    class Meta(Private.Meta):
        ordering = ["email"]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="tenancy_updates_email_is_lower_case")
        ]

    def clean(self) -> None:
        super().clean()
        if not self.topics or set(self.topics) - set(Topic.values):
            raise ValidationError({"topics": "Choose at least one topic from the list."})

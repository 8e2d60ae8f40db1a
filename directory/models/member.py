"""PRIVATE: who belongs to which organisation."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from directory.choices import MemberRole

INVITATIONS_KEPT_FOR = timedelta(days=30)


def in_thirty_days() -> datetime:
    return timezone.now() + INVITATIONS_KEPT_FOR


class OrganisationMember(models.Model):
    """Ties a person who signs in to an organisation, for which they then book and ask."""

    organisation = models.ForeignKey("directory.OrganisationPage", on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="organisation_memberships"
    )
    role = models.CharField(max_length=6, choices=MemberRole, default=MemberRole.MEMBER)
    since = models.DateField(default=timezone.localdate)

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"], name="directory_one_membership_a_person_and_organisation"
            )
        ]

    def __str__(self) -> str:
        return f"Member {self.pk}"


class Invitation(models.Model):
    """An address that an admin asked to join. Its link is signed with ``nonce``; the row goes when it expires."""

    organisation = models.ForeignKey("directory.OrganisationPage", on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField("e-mail address")
    role = models.CharField(max_length=6, choices=MemberRole, default=MemberRole.MEMBER)
    nonce = models.UUIDField(default=uuid4, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=in_thirty_days)
    accepted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-invited_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"], name="directory_one_invitation_an_address_and_organisation"
            ),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="directory_invitation_email_is_lower_case"
            ),
        ]

    def __str__(self) -> str:
        return f"Invitation {self.pk}"  # no address: this may stand in a log

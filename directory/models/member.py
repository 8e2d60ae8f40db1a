"""PRIVATE: who belongs to which organisation."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from accounts.models import User
from directory.choices import ClaimState, MemberRole

INVITATIONS_KEPT_FOR = timedelta(days=30)


def in_thirty_days() -> datetime:
    return timezone.now() + INVITATIONS_KEPT_FOR


def publishable_by(user: User) -> models.QuerySet[Page]:
    """The pages that ``user`` may publish, and so decide about; unordered, for a subquery."""
    policy: PagePermissionPolicy = PagePermissionPolicy()
    return policy.instances_user_has_permission_for(user, "publish").order_by().values("pk")


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
            models.CheckConstraint(condition=Q(email=Lower("email")), name="directory_invitation_email_is_lower_case"),
        ]

    def __str__(self) -> str:
        return f"Invitation {self.pk}"  # no address: this may stand in a log


class ClaimQuerySet(models.QuerySet["Claim"]):
    def visible_to(self, user: User | AnonymousUser) -> "ClaimQuerySet":
        """Whoever may publish the profile reads who claims it, and who claims reads their own."""
        if not isinstance(user, User):
            return self.none()
        return self.filter(Q(user=user) | Q(organisation__in=publishable_by(user)))

    def own_of(self, user: User) -> "ClaimQuerySet":
        return self.filter(user=user)

    def waiting(self) -> "ClaimQuerySet":
        return self.filter(state=ClaimState.WAITING)


class Claim(models.Model):
    """Somebody’s word that they belong to an organisation, where no address proves it: a person looks into it."""

    wagtail_reference_index_ignore = True  # no list in the CMS of what uses a page says that there is one

    organisation = models.ForeignKey("directory.OrganisationPage", on_delete=models.CASCADE, related_name="claims")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=150)
    words = models.TextField("who they are there", max_length=1000)
    sent_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=8, choices=ClaimState, default=ClaimState.WAITING)
    role = models.CharField("role that was given", max_length=6, choices=MemberRole, blank=True)
    reason = models.TextField("answer", max_length=1000, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ["sent_at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"],
                condition=Q(state=ClaimState.WAITING),
                name="directory_one_open_claim_a_person_and_organisation",
            ),
            models.CheckConstraint(
                condition=Q(state=ClaimState.WAITING, decided_at=None)
                | (~Q(state=ClaimState.WAITING) & Q(decided_at__isnull=False)),
                name="directory_claim_says_when_it_was_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state=ClaimState.APPROVED) | ~Q(role=""), name="directory_approved_claim_has_a_role"
            ),
        ]

    def __str__(self) -> str:
        return f"Claim {self.pk}"  # no name: this may stand in a log

"""PRIVATE: who belongs to which organisation."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from directory.choices import MemberRole


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

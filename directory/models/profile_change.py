"""PRIVATE: what an organisation wants its profile to say, and who was asked whether it is still true."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import User
from directory.choices import ChangeState

from .member import OrganisationMember, publishable_by

OPEN = (ChangeState.WAITING, ChangeState.RETURNED)
DECIDED = (ChangeState.APPROVED, ChangeState.RETURNED)
QUESTIONS_GOOD_FOR = timedelta(days=60)


def in_sixty_days() -> datetime:
    return timezone.now() + QUESTIONS_GOOD_FOR


class ProfileChangeQuerySet(models.QuerySet["ProfileChange"]):
    def visible_to(self, user: User | AnonymousUser) -> "ProfileChangeQuerySet":
        """People of the organisation, and whoever may publish its profile."""
        if not isinstance(user, User):
            return self.none()
        return self.filter(self._own(user) | Q(organisation__in=publishable_by(user)))

    def own_of(self, user: User) -> "ProfileChangeQuerySet":
        """Of their organisations alone, whoever they are here."""
        return self.filter(self._own(user))

    @staticmethod
    def _own(user: User) -> Q:
        return Q(organisation__in=OrganisationMember.objects.filter(user=user).values("organisation"))

    def open(self) -> "ProfileChangeQuerySet":
        """Not yet decided for good: what was sent back is put right and sent again."""
        return self.filter(state__in=OPEN)

    def waiting(self) -> "ProfileChangeQuerySet":
        return self.filter(state=ChangeState.WAITING)


class ProfileChange(models.Model):
    """What an organisation proposes its profile should say; the profile itself is as it was until that is approved.

    ``before`` and ``after`` hold the fields that differ, by name, as ``directory.profile_fields`` reads them.
    """

    wagtail_reference_index_ignore = True  # no list in the CMS of what uses a page says that there is one

    organisation = models.ForeignKey(
        "directory.OrganisationPage", on_delete=models.CASCADE, related_name="profile_changes"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    words = models.TextField("why", max_length=1000, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    rest_is_right = models.BooleanField("everything else is right", default=False)
    version = models.PositiveIntegerField(default=1)  # rises with everything that is sent again
    sent_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=9, choices=ChangeState, default=ChangeState.WAITING)
    taken = models.JSONField(default=list, blank=True)  # names of the fields that were approved
    reason = models.TextField("answer", max_length=1000, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = ProfileChangeQuerySet.as_manager()

    class Meta:
        ordering = ["sent_at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(state__in=OPEN), name="directory_one_open_change_an_organisation"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=DECIDED) | Q(decided_at__isnull=False),
                name="directory_change_says_when_it_was_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state=ChangeState.RETURNED) | ~Q(reason=""), name="directory_returned_change_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"Profile change {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class ProposedLogo(models.Model):
    """A picture as we drew it anew, which nobody sees but those who see its change. It goes when the change is settled."""

    wagtail_reference_index_ignore = True

    change = models.OneToOneField(ProfileChange, on_delete=models.CASCADE, related_name="logo")
    content = models.BinaryField()  # of a PNG; in the database, since every file of ours is public
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Proposed logo {self.pk}"


class ProfileQuestion(models.Model):
    """A letter that asks whether a profile is still true. Its link is signed with ``nonce``, and good for sixty days."""

    wagtail_reference_index_ignore = True  # no list in the CMS of what uses a page says that there is one

    organisation = models.ForeignKey(
        "directory.OrganisationPage", on_delete=models.CASCADE, related_name="profile_questions"
    )
    email = models.EmailField("e-mail address", blank=True)  # empty once the link is over
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    nonce = models.UUIDField(default=uuid4, editable=False)
    asked_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=in_sixty_days)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=~Q(email=""),
                name="directory_one_question_an_address_and_organisation",
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="directory_question_email_is_lower_case"),
        ]

    def __str__(self) -> str:
        return f"Profile question {self.pk}"  # no address: this may stand in a log

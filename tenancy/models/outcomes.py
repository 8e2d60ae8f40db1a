"""PRIVATE: what came of it, and who says so."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from tenancy.choices import Anyway, CollaborationKind, CollaborationState, Confidentiality, OutcomeKind, OutcomeState

from .accounts import Account, Contact, contacts_of_own
from .introductions import Introduction
from .private import Private, PrivateQuerySet, of_own_organisations
from .requests import SupportRequest, readable_requests, requests_of_own


class OutcomeQuerySet(PrivateQuerySet["Outcome"]):
    def for_staff(self, user: User) -> Q:
        return readable_requests(user, "request__")

    def for_outsider(self, user: User) -> Q:
        without_request = Q(request=None) & of_own_organisations(user, "account__organisation", admins=True)
        mine = Outcome.objects.filter(requests_of_own(user, "request__") | without_request)
        return Q(pk__in=mine.values("pk"))

    def standing(self) -> "OutcomeQuerySet":
        """Claimed or confirmed: nobody has said otherwise."""
        return self.filter(state__in=[OutcomeState.CLAIMED, OutcomeState.CONFIRMED])

    def confirmed(self) -> "OutcomeQuerySet":
        return self.filter(state=OutcomeState.CONFIRMED)


class Outcome(Private):
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="outcomes")
    request = models.ForeignKey(
        SupportRequest, null=True, blank=True, on_delete=models.SET_NULL, related_name="outcomes"
    )
    introduction = models.ForeignKey(
        Introduction, null=True, blank=True, on_delete=models.SET_NULL, related_name="outcomes"
    )
    kind = models.CharField(max_length=14, choices=OutcomeKind)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    unit = models.CharField(max_length=40, blank=True, help_text="GBP, people, plans, jobs.")
    occurred_on = models.DateField()
    evidence = models.TextField(help_text="What shows it: a letter, a list, a contract, and who has seen it.")
    state = models.CharField(max_length=9, choices=OutcomeState, default=OutcomeState.CLAIMED)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)
    confirmed_by = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )

    objects = OutcomeQuerySet.as_manager()

    class Meta(Private.Meta):
        ordering = ["-occurred_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=OutcomeState.CONFIRMED, confirmed_at__isnull=False)
                | (~Q(state=OutcomeState.CONFIRMED) & Q(confirmed_at__isnull=True)),
                name="tenancy_a_confirmed_outcome_says_when",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | (Q(amount__gte=0) & ~Q(unit="")),
                name="tenancy_an_amount_has_its_unit",
            ),
        ]


class OutcomeConfirmationQuerySet(PrivateQuerySet["OutcomeConfirmation"]):
    def for_staff(self, user: User) -> Q:
        return readable_requests(user, "outcome__request__")

    def for_outsider(self, user: User) -> Q:
        return contacts_of_own(user, "contact")


class OutcomeConfirmation(Private):
    """A link that was sent to ask whether an outcome is true. The table holds a hash of its token, which opens nothing."""

    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, related_name="confirmations")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="+")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    sent_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    is_true = models.BooleanField(null=True, blank=True)
    anyway = models.CharField("would have happened without us", max_length=7, choices=Anyway, blank=True)
    words = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # who had it sent

    objects = OutcomeConfirmationQuerySet.as_manager()

    class Meta(Private.Meta):
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("sent_at")), name="tenancy_a_confirmation_can_be_given_for_a_while"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, is_true__isnull=True)
                | Q(answered_at__isnull=False, is_true__isnull=False),
                name="tenancy_an_answered_confirmation_says_what",
            ),
        ]


class CollaborationQuerySet(PrivateQuerySet["Collaboration"]):
    def for_staff(self, user: User) -> Q:
        return readable_requests(user, "introduction__request__")  # of those without an introduction, too

    def for_outsider(self, user: User) -> Q:
        """Whoever belongs to a party; of a restricted request only if they read that, too."""
        parties = CollaborationParty.objects.filter(of_own_organisations(user, "organisation"))
        unrestricted = ~Q(introduction__request__confidentiality=Confidentiality.RESTRICTED)  # or of none
        requests = SupportRequest.objects.filter(requests_of_own(user))
        readable = unrestricted | Q(introduction__request__in=requests.values("pk"))
        return Q(pk__in=parties.values("collaboration")) & readable


class Collaboration(Private):
    """Several organisations do something together. Nothing of it is public but that it counts."""

    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=14, choices=CollaborationKind)
    introduction = models.ForeignKey(
        Introduction, null=True, blank=True, on_delete=models.SET_NULL, related_name="collaborations"
    )
    real_world_data = models.BooleanField("uses real-world data", default=False)
    state = models.CharField(max_length=9, choices=CollaborationState, default=CollaborationState.IDEA)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)  # of stopping it
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CollaborationQuerySet.as_manager()

    class Meta(Private.Meta):
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=CollaborationState.STOPPED) | ~Q(reason=""),
                name="tenancy_a_stopped_collaboration_says_why",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="tenancy_a_collaboration_ends_after_it_begins",
            ),
        ]


class CollaborationPartyQuerySet(PrivateQuerySet["CollaborationParty"]):
    def for_staff(self, user: User) -> Q:
        return readable_requests(user, "collaboration__introduction__request__")


class CollaborationParty(Private):
    collaboration = models.ForeignKey(Collaboration, on_delete=models.CASCADE, related_name="parties")
    organisation = models.ForeignKey("directory.OrganisationPage", on_delete=models.CASCADE, related_name="+")
    does = models.CharField("what it does", max_length=120, blank=True)

    objects = CollaborationPartyQuerySet.as_manager()

    class Meta(Private.Meta):
        ordering = ["pk"]
        verbose_name_plural = "collaboration parties"
        constraints = [
            models.UniqueConstraint(fields=["collaboration", "organisation"], name="tenancy_once_in_a_collaboration")
        ]

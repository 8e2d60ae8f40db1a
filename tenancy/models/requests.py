"""PRIVATE: what a company asks for, and who could help."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from tenancy.choices import (
    CLOSED_REQUESTS,
    Confidentiality,
    Decision,
    Excused,
    PausedFor,
    RequestState,
    Urgency,
)
from tenancy.grants import leads_accounts

from .accounts import Account, TeamMember
from .private import Private, PrivateQuerySet, of_own_organisations


def readable_requests(user: User, path: str = "") -> Q:
    """For account managers: all but those restricted to whoever manages the account, is in its team or leads.

    ``path`` leads from another record to the request, such as ``request__``; without a request there is nothing to keep.
    """
    if leads_accounts(user):
        return Q()
    teams = TeamMember.objects.filter(user=user).values("account")
    mine = Q(**{f"{path}account__manager": user}) | Q(**{f"{path}account__in": teams}) | Q(**{f"{path}owner": user})
    unrestricted = Q(**{f"{path}confidentiality__in": [Confidentiality.OPEN, Confidentiality.UNNAMED]})
    none = Q(**{path.removesuffix("__"): None}) if path else Q(pk__in=())
    return mine | unrestricted | none


def requests_of_own(user: User, path: str = "") -> Q:
    """For people of a company: its requests; a restricted one only for who raised it and those who look after the company.

    Who raised one and does not belong to the company, or no longer does, is nobody of it.
    """
    raised = Q(**{f"{path}raised_by": user})
    unrestricted = ~Q(**{f"{path}confidentiality": Confidentiality.RESTRICTED})
    as_member = of_own_organisations(user, f"{path}account__organisation") & (raised | unrestricted)
    return as_member | of_own_organisations(user, f"{path}account__organisation", admins=True)


class SupportRequestQuerySet(PrivateQuerySet["SupportRequest"]):
    def for_staff(self, user: User) -> Q:
        return readable_requests(user)

    def for_outsider(self, user: User) -> Q:
        # In a subquery: an organisation with two memberships of one person must not show a request twice.
        return Q(pk__in=SupportRequest.objects.filter(requests_of_own(user)).values("pk"))

    def open(self) -> "SupportRequestQuerySet":
        return self.exclude(state__in=CLOSED_REQUESTS)


class SupportRequest(Private):
    """A need at a stage. Each spell of help is a row of its own: opened again it is a new one, which ``follows`` the old."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="requests")
    key = models.UUIDField(unique=True, default=uuid4, editable=False)  # of the form: sent twice it is one request
    need = models.ForeignKey("directory.Need", on_delete=models.PROTECT, related_name="+")
    stage = models.ForeignKey("directory.Stage", on_delete=models.PROTECT, related_name="+")
    words = models.TextField("in your words")
    urgency = models.CharField(max_length=6, choices=Urgency, default=Urgency.NORMAL)
    confidentiality = models.CharField(max_length=10, choices=Confidentiality, default=Confidentiality.UNNAMED)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    next_step = models.CharField(max_length=200, blank=True)  # the company reads it
    opened_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=14, choices=RequestState, default=RequestState.NEW)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    reason = models.CharField(max_length=300, blank=True)  # of closing it without an outcome

    # the response clock: how soon somebody heard from us
    respond_by = models.DateField()
    answered_at = models.DateTimeField(null=True, blank=True)
    paused_for = models.CharField(max_length=7, choices=PausedFor, blank=True)
    paused_on = models.DateField(null=True, blank=True)
    excused = models.CharField(max_length=13, choices=Excused, blank=True)

    spell_no = models.PositiveSmallIntegerField(default=1)
    follows = models.OneToOneField("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="followed_by")

    objects = SupportRequestQuerySet.as_manager()

    class Meta(Private.Meta):
        ordering = ["-opened_at", "-pk"]
        indexes = [
            models.Index(fields=["account", "-opened_at"], name="tenancy_request_by_account"),
            models.Index(fields=["state", "respond_by"], name="tenancy_request_by_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CLOSED_REQUESTS, closed_at__isnull=False)
                | (~Q(state__in=CLOSED_REQUESTS) & Q(closed_at__isnull=True)),
                name="tenancy_a_closed_request_says_since_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=RequestState.CLOSED_UNMET) | ~Q(reason=""),
                name="tenancy_an_unmet_request_says_why",
            ),
            models.CheckConstraint(
                condition=Q(paused_for="", paused_on__isnull=True) | (~Q(paused_for="") & Q(paused_on__isnull=False)),
                name="tenancy_a_paused_clock_says_why_and_since",
            ),
            models.CheckConstraint(condition=Q(spell_no__gte=1), name="tenancy_spells_are_counted_from_one"),
        ]

    def __str__(self) -> str:
        return f"Request {self.number}"

    @property
    def number(self) -> str:
        """As it is spoken of: R-0118."""
        return f"R-{self.pk:04d}"

    @property
    def is_open(self) -> bool:
        return self.state not in CLOSED_REQUESTS

    @property
    def age_in_days(self) -> int:
        return (timezone.localdate() - timezone.localdate(self.opened_at)).days

    @property
    def is_late(self) -> bool:
        """Whether somebody still waits for a first answer, and may reproach us for it."""
        is_running = self.is_open and self.answered_at is None and not self.paused_for and not self.excused
        return is_running and self.respond_by < timezone.localdate()


class MatchSuggestionQuerySet(PrivateQuerySet["MatchSuggestion"]):
    def for_staff(self, user: User) -> Q:
        return readable_requests(user, "request__")


class MatchSuggestion(Private):
    """A partner who could help, with the reasons; ``rule_version`` says which rule reckoned the score."""

    request = models.ForeignKey(SupportRequest, on_delete=models.CASCADE, related_name="suggestions")
    partner = models.ForeignKey("directory.OrganisationPage", on_delete=models.CASCADE, related_name="+")
    score = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list)
    rule_version = models.PositiveSmallIntegerField(default=1)
    decision = models.CharField(max_length=9, choices=Decision, default=Decision.OPEN)
    dismissed_reason = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = MatchSuggestionQuerySet.as_manager()

    class Meta(Private.Meta):
        ordering = ["-score", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["request", "partner"], name="tenancy_one_suggestion_a_partner"),
            models.CheckConstraint(condition=Q(score__lte=100), name="tenancy_a_score_is_of_a_hundred"),
            models.CheckConstraint(
                condition=~Q(decision=Decision.DISMISSED) | ~Q(dismissed_reason=""),
                name="tenancy_whoever_leaves_a_partner_out_says_why",
            ),
        ]

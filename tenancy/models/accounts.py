"""PRIVATE: an organisation as those who look after it know it, and its people."""

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import User
from tenancy.choices import AccountKind, AccountState, Channel, ConsentPurpose, LawfulBasis, Tier
from tenancy.grants import LEAD, WORK

from .private import AppendOnly, Private, PrivateQuerySet, of_own_organisations


class AccountQuerySet(PrivateQuerySet["Account"]):
    def for_outsider(self, user: User) -> Q:
        return of_own_organisations(user, "organisation")


class Account(Private):
    """``organisation`` is its public profile; a prospect may have none yet. ``name`` stays, whatever becomes of that."""

    organisation = models.OneToOneField(
        "directory.OrganisationPage", null=True, blank=True, on_delete=models.SET_NULL, related_name="account"
    )
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=7, choices=AccountKind, default=AccountKind.COMPANY)
    state = models.CharField(max_length=10, choices=AccountState, default=AccountState.PROSPECT)
    tier = models.CharField(max_length=9, choices=Tier, default=Tier.CORE)
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="managed_accounts"
    )
    next_review_on = models.DateField("next review", null=True, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    last_contact_at = models.DateTimeField(null=True, blank=True, editable=False)  # of its latest interaction
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="merged_from", editable=False
    )  # it stays as an address that leads there, and so that a merge can be undone
    demonstration = models.BooleanField(default=False)

    objects = AccountQuerySet.as_manager()

    class Meta(Private.Meta):
        ordering = ["name", "pk"]
        permissions = [
            (WORK, "Can work with the private records of tenants"),
            (LEAD, "Can lead account management: restricted requests, log of access"),
        ]
        indexes = [
            models.Index(fields=["manager", "state"], name="tenancy_account_by_manager"),
            models.Index(fields=["state", "last_contact_at"], name="tenancy_account_by_contact"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=AccountState.CLOSED, closed_at__isnull=False)
                | (~Q(state=AccountState.CLOSED) & Q(closed_at__isnull=True)),
                name="tenancy_a_closed_account_says_since_when",
            ),
            models.CheckConstraint(
                condition=Q(state=AccountState.MERGED, merged_into__isnull=False, organisation__isnull=True)
                | (~Q(state=AccountState.MERGED) & Q(merged_into__isnull=True)),
                name="tenancy_a_merged_account_leads_to_another",
            ),
        ]

    def __str__(self) -> str:
        return f"Account {self.pk}"

    @property
    def is_looked_after(self) -> bool:
        """Whether somebody should hear from us every now and then."""
        return self.state in LOOKED_AFTER


LOOKED_AFTER = (AccountState.ONBOARDING, AccountState.ACTIVE, AccountState.AT_RISK, AccountState.LEAVING)


class TeamMember(Private):
    """Somebody who looks after an account beside its manager."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="team")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    since = models.DateField(default=timezone.localdate)

    objects = PrivateQuerySet.as_manager()

    class Meta(Private.Meta):
        ordering = ["since", "pk"]
        constraints = [models.UniqueConstraint(fields=["account", "user"], name="tenancy_once_in_a_team")]


class ContactQuerySet(PrivateQuerySet["Contact"]):
    def for_outsider(self, user: User) -> Q:
        looked_after = Contact.objects.filter(of_own_organisations(user, "account__organisation", admins=True))
        return Q(user=user) | Q(pk__in=looked_after.values("pk"))

    def current(self) -> "ContactQuerySet":
        return self.filter(left_on=None)


def contacts_of_own(user: User, path: str) -> Q:
    """Records whose ``path`` leads to ``user`` as we know them: by their account, or by the address that is proven to be theirs."""
    proven = EmailAddress.objects.filter(user=user, verified=True).values(address=Lower("email"))
    theirs = Q(**{f"{path}__user": user}) | Q(**{f"{path}__user": None, f"{path}__email__in": proven})
    return theirs & Q(**{f"{path}__isnull": False, f"{path}__left_on": None})


class Contact(Private):
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="contacts")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=120, blank=True)
    email = models.EmailField("e-mail address", blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    prefers = models.CharField(max_length=7, choices=Channel, blank=True)
    is_primary = models.BooleanField("first to ask", default=False)
    lawful_basis = models.CharField(max_length=11, choices=LawfulBasis, default=LawfulBasis.PUBLIC_TASK)
    source = models.CharField(max_length=120, help_text="Where we have it from, such as: told us at a meeting.")
    noticed_on = models.DateField("told how we use it", null=True, blank=True)
    do_not_contact = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    left_on = models.DateField(null=True, blank=True, help_text="The day they no longer belonged to it.")

    objects = ContactQuerySet.as_manager()

    class Meta(Private.Meta):
        ordering = ["-is_primary", "pk"]
        indexes = [models.Index(fields=["email"], name="tenancy_contact_by_email")]
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(is_primary=True, left_on=None), name="tenancy_one_contact_is_first"
            ),
            models.UniqueConstraint(
                fields=["account", "email"],
                condition=Q(left_on=None) & ~Q(email=""),
                name="tenancy_one_contact_an_address_and_account",
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="tenancy_contact_email_is_lower_case"),
        ]

    @property
    def may_be_written_to(self) -> bool:
        """Asked again when a letter is written: they may have left, or had enough, since it was wanted."""
        return bool(self.email) and not self.do_not_contact and self.left_on is None


class ConsentEventQuerySet(PrivateQuerySet["ConsentEvent"]):
    def for_outsider(self, user: User) -> Q:
        return Q(contact__user=user)


class ConsentEvent(AppendOnly):
    """That somebody said yes, or took it back; of two about one purpose the later counts."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=11, choices=ConsentPurpose)
    given = models.BooleanField()
    wording = models.CharField(max_length=300)  # what they were asked, word for word
    channel = models.CharField(max_length=7, choices=Channel)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )  # who wrote it down

    objects = ConsentEventQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        ordering = ["at", "pk"]

"""What a tenant may book each month without paying: accounts whose balance the database adds up itself (see ``guard``).

Amounts are whole thousandths of the unit, because half an hour at a quarter of a room hour is an eighth.
"""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel

from directory.models import Term
from spaces.choices import EntryKind, Tier

THOUSAND = 1000


def thousandths(amount: Decimal | float | int) -> int:
    return round(Decimal(str(amount)) * THOUSAND)


def in_units(amount: int) -> Decimal:
    """As people read it: 1500 is 1.5."""
    return (Decimal(amount) / THOUSAND).normalize() + 0


class Allowance(ClusterableModel, Term):
    """One kind of thing that is counted: desk days, meeting-room hours."""

    unit = models.CharField(max_length=20, help_text="One of it: day, hour, half-day.")
    units = models.CharField(max_length=20, help_text="Several: days, hours, half-days.")
    carries_months = models.PositiveSmallIntegerField(
        "carries over", default=0, help_text="As many months' worth as may be kept for the next month. 0: nothing."
    )

    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("slug")]),
        FieldRowPanel([FieldPanel("unit"), FieldPanel("units"), FieldPanel("carries_months")]),
        InlinePanel("tiers", heading="Each month", label="Tier"),
    ]

    class Meta(Term.Meta):
        pass


class AllowanceTier(models.Model):
    """How much tenants of a tier have each month."""

    allowance = ParentalKey(Allowance, on_delete=models.CASCADE, related_name="tiers")
    tier = models.CharField(max_length=9, choices=Tier)
    monthly = models.DecimalField(max_digits=7, decimal_places=3)

    panels = [FieldRowPanel([FieldPanel("tier"), FieldPanel("monthly")])]

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["allowance", "tier"], name="spaces_one_amount_a_tier"),
            models.CheckConstraint(condition=Q(monthly__gte=0), name="spaces_no_tier_owes"),
        ]

    def __str__(self) -> str:
        return f"{self.get_tier_display()}: {self.monthly.normalize() + 0}"


class TenantTerms(models.Model):
    """PRIVATE: on which terms a tenant books. Its row is locked by whatever counts bookings of one tenant."""

    organisation = models.OneToOneField(
        "directory.OrganisationPage", on_delete=models.CASCADE, related_name="space_terms"
    )
    tier = models.CharField(max_length=9, choices=Tier, default=Tier.CORE)

    class Meta:
        default_permissions = ()
        verbose_name = verbose_name_plural = "terms of a tenant"

    def __str__(self) -> str:
        return f"Terms of organisation {self.organisation_id}"


class AllowanceAccount(models.Model):
    """PRIVATE: what one tenant has of one allowance in one month. ``balance`` is written by the database alone."""

    organisation = models.ForeignKey(
        "directory.OrganisationPage", on_delete=models.CASCADE, related_name="allowance_accounts"
    )
    allowance = models.ForeignKey(Allowance, on_delete=models.PROTECT, related_name="accounts")
    month = models.DateField(help_text="Its first day.")
    balance = models.IntegerField(default=0, editable=False)  # thousandths

    class Meta:
        ordering = ["month", "allowance"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["organisation", "allowance", "month"], name="spaces_one_account_a_month"),
            models.CheckConstraint(condition=Q(balance__gte=0), name="spaces_allowance_is_never_overdrawn"),
            models.CheckConstraint(condition=Q(month__day=1), name="spaces_accounts_begin_with_the_month"),
        ]

    def __str__(self) -> str:
        return f"Account {self.pk}"


class AllowanceEntry(models.Model):
    """PRIVATE: a change of an account; added to, never changed: the database refuses that. It goes with its account."""

    account = models.ForeignKey(AllowanceAccount, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=10, choices=EntryKind)
    amount = models.IntegerField(help_text="In thousandths; what is spent is negative.")
    booking = models.ForeignKey(
        "spaces.Booking", null=True, blank=True, on_delete=models.PROTECT, related_name="allowance_entries"
    )
    words = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["at", "pk"]
        default_permissions = ()
        permissions = [("top_up_allowance", "Can add to the allowance of a tenant")]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind"],
                condition=Q(kind__in=(EntryKind.GRANTED, EntryKind.CARRIED)),
                name="spaces_granted_and_carried_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=(EntryKind.SPENT, EntryKind.GIVEN_BACK), booking__isnull=False)
                | Q(kind__in=(EntryKind.GRANTED, EntryKind.CARRIED, EntryKind.TOPPED_UP), booking__isnull=True),
                name="spaces_what_is_spent_is_spent_on_a_booking",
            ),
        ]

    def __str__(self) -> str:
        return f"Entry {self.pk}"

"""The strategy's targets, and PRIVATE beside them: what counts towards each, entry by entry, added to and never changed.

A figure is nothing that is kept: it follows from its entries. The database itself refuses to change or delete one, and to
count an object twice (see ``guard``).
"""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from .choices import LEVELS, Form, Group, Measure, Why
from .wording import figure

SEE, ENTER, SIGN = "impact.see_evidence", "impact.enter_figures", "impact.sign_off_quarters"


def in_demonstration() -> bool:
    """Whatever is recorded in a demonstration is invented."""
    return bool(settings.DEMONSTRATION)


def new_salt() -> str:
    return secrets.token_hex(32)


class StrategyTarget(models.Model):
    """One measurable deliverable, as it was published. Loaded from ``targets.yaml``, never typed."""

    slug = models.SlugField(max_length=60, unique=True)
    what = models.CharField(max_length=200)
    value = models.DecimalField(max_digits=14, decimal_places=2)
    unit = models.CharField(max_length=40)
    form = models.CharField(max_length=12, choices=Form, default=Form.NUMBER)
    measure = models.CharField(max_length=8, choices=Measure, default=Measure.TOTAL)
    group = models.CharField(max_length=10, choices=Group)
    counted_by = models.CharField(max_length=120)  # the slug of a rule, or “manual”
    source = models.CharField(max_length=200)
    starts_on = models.DateField()
    ends_on = models.DateField()
    sort_order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        default_permissions = ()
        permissions = [
            ("see_evidence", "Can see what figures of the strategy are counted from"),
            ("enter_figures", "Can enter figures of the strategy and take out entries"),
            ("sign_off_quarters", "Can sign off the figures of a quarter"),
        ]
        ordering = ["sort_order", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=models.F("starts_on")), name="impact_target_has_a_period"),
            models.CheckConstraint(condition=Q(value__gt=0), name="impact_target_is_something"),
        ]

    def __str__(self) -> str:
        return self.what

    @property
    def is_level(self) -> bool:
        return self.measure in LEVELS


class CountingRule(models.Model):
    """A rule of the code that counted something once, in the words that explained it then."""

    slug = models.SlugField(max_length=60)
    version = models.PositiveSmallIntegerField()
    words = models.TextField()
    first_used_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        default_permissions = ()
        ordering = ["slug", "version"]
        constraints = [models.UniqueConstraint(fields=["slug", "version"], name="impact_one_rule_a_version")]

    def __str__(self) -> str:
        return f"{self.slug}, version {self.version}"


class CountingSalt(models.Model):
    """By which a person is counted once in a period. Deleted when it is over: then nobody can be recognised any more."""

    target = models.ForeignKey(StrategyTarget, on_delete=models.CASCADE, related_name="+")
    ends_on = models.DateField()
    salt = models.CharField(max_length=64, default=new_salt, editable=False)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["target", "ends_on"], name="impact_one_salt_a_period")]

    def __str__(self) -> str:
        return f"Salt of target {self.target_id} to {self.ends_on}"


class KpiEntry(models.Model):
    """That an object counts, or that it does not any more. A correction is one more row of the same spell, with a reason."""

    target = models.ForeignKey(StrategyTarget, on_delete=models.PROTECT, related_name="entries")
    rule = models.ForeignKey(CountingRule, on_delete=models.PROTECT, related_name="entries")
    object_key = models.CharField(max_length=120)
    spell = models.PositiveSmallIntegerField(default=1)  # counted again after it was reversed is the next
    counts = models.BooleanField(default=True)  # or reverses what the row before counted
    counted_on = models.DateField()
    words = models.CharField(max_length=250)
    record_label = models.CharField(max_length=80)  # such as events.eventpage: no relation, the entry outlives it
    record_id = models.CharField(max_length=40)
    demonstration = models.BooleanField(default=False)
    why = models.CharField(max_length=8, choices=Why, default=Why.BY_RULE)
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        default_permissions = ()
        ordering = ["pk"]
        verbose_name_plural = "KPI entries"
        indexes = [models.Index(fields=["target", "counted_on"], name="impact_entry_by_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["target", "object_key", "spell", "counts"], name="impact_an_object_counts_once"
            ),
            models.CheckConstraint(
                condition=Q(counts=True, spell=1) | ~Q(reason=""), name="impact_a_correction_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"KPI entry {self.pk}"


class ManualFigure(models.Model):
    """A value on a day, with its source. It stands for everything up to its day; what is counted later is added."""

    target = models.ForeignKey(StrategyTarget, on_delete=models.PROTECT, related_name="figures")
    value = models.DecimalField(max_digits=14, decimal_places=2, null=True)  # none: withdrawn
    as_of = models.DateField()
    source = models.CharField(max_length=200)
    corrects = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    reason = models.CharField(max_length=300, blank=True)
    demonstration = models.BooleanField(default=in_demonstration)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["target", "as_of"], condition=Q(corrects=None), name="impact_one_figure_a_day"
            ),
            models.CheckConstraint(
                condition=Q(corrects=None) | ~Q(reason=""), name="impact_a_corrected_figure_says_why"
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False) | Q(corrects__isnull=False), name="impact_only_a_correction_withdraws"
            ),
        ]

    def __str__(self) -> str:
        return f"Figure {self.pk}"

    @property
    def stands(self) -> bool:
        """Whether no later one corrects it."""
        return not hasattr(self, "corrected_by") and self.value is not None

    @property
    def value_words(self) -> str:
        return "" if self.value is None else figure(self.value, self.target.form)


class KpiSnapshot(models.Model):
    """The figure of one target at the end of a quarter, as it was signed, with the hash of everything it was made of."""

    target = models.ForeignKey(StrategyTarget, on_delete=models.PROTECT, related_name="snapshots")
    period_end = models.DateField()
    value = models.DecimalField(max_digits=14, decimal_places=2, null=True)  # none: there was no figure
    entries_hash = models.CharField(max_length=64)
    last_entry = models.PositiveBigIntegerField(default=0)  # what was written later did not count
    last_figure = models.PositiveBigIntegerField(default=0)
    demonstration = models.BooleanField(default=False)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    signed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        default_permissions = ()
        ordering = ["-period_end", "target__sort_order"]
        constraints = [models.UniqueConstraint(fields=["target", "period_end"], name="impact_a_quarter_is_signed_once")]

    def __str__(self) -> str:
        return f"Snapshot {self.pk} of {self.period_end}"

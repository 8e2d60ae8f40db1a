"""What somebody has to have before they book some spaces: an induction, a sign-off, training."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from wagtail.admin.panels import FieldPanel

from directory.models import Term


class Gate(Term):
    """A condition that a person meets for a time."""

    words = models.CharField(max_length=300, help_text="What it is, how long it takes and how to get it.")
    valid_days = models.PositiveSmallIntegerField(
        "valid for so many days", default=365, validators=[MinValueValidator(1)]
    )
    event = models.SlugField(
        "passed at",
        max_length=255,
        blank=True,
        help_text="The last part of the address of an event, or of its series, such as: laboratory-induction. Whoever lacks "
        "it is offered the next dates.",
    )
    needs = models.ManyToManyField(
        "self", blank=True, symmetrical=False, related_name="needed_for", help_text="Which others come first."
    )

    panels = [
        *Term.panels,
        FieldPanel("words"),
        FieldPanel("event"),
        FieldPanel("valid_days"),
        FieldPanel("needs"),
    ]

    class Meta(Term.Meta):
        pass


class Credential(models.Model):
    """PRIVATE: that somebody passed a gate."""

    gate = models.ForeignKey(Gate, on_delete=models.PROTECT, related_name="credentials")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="space_credentials")
    given_on = models.DateField(default=timezone.localdate)
    expires_on = models.DateField(help_text="The last day on which it counts.")
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-expires_on", "pk"]
        default_permissions = ()
        permissions = [("give_credential", "Can say who passed an induction or training")]
        indexes = [models.Index(fields=["user", "gate"], name="spaces_credential_by_user")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_on__gte=models.F("given_on")), name="spaces_credential_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return f"Credential {self.pk}"

"""PRIVATE: when somebody who works with accounts is away, and who stands in."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from .private import Private, PrivateQuerySet


class AbsenceQuerySet(PrivateQuerySet["Absence"]):
    def on(self, day: date) -> "AbsenceQuerySet":
        return self.filter(starts_on__lte=day, ends_on__gte=day)


class Absence(Private):
    """Days on which somebody does not work; never why. Without ``deputy`` everybody stands in."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    starts_on = models.DateField("from")
    ends_on = models.DateField("until", help_text="The last day away.")
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = AbsenceQuerySet.as_manager()

    class Meta(Private.Meta):
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="tenancy_an_absence_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(deputy__isnull=True) | ~Q(deputy=F("user")), name="tenancy_nobody_stands_in_for_themselves"
            ),
        ]

"""Who wants to be told of what: private, never indexed, never shown to anybody but the person who has the link."""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from .choices import Frequency

LONGEST_QUERY = 2000


class Subscriber(models.Model):
    """An address, for as long as something is to be sent to it: it goes with its last saved search."""

    email = models.EmailField(unique=True)
    nonce = models.UUIDField(default=uuid4)  # signed with every link; a new one makes those that were sent worthless
    wanted_at = models.DateTimeField(null=True)  # when they last said so; empty until the first search is confirmed
    asked_again_at = models.DateTimeField(null=True)  # whether they still want it; empty once they have answered

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="search_subscriber_email_is_lower_case")
        ]

    def __str__(self) -> str:
        return f"Subscriber {self.pk}"  # not the address: this may stand in a log


class SavedSearchQuerySet(models.QuerySet["SavedSearch"]):
    def confirmed(self) -> "SavedSearchQuerySet":
        return self.filter(confirmed_at__isnull=False)

    def due(self, since: Mapping[Frequency, datetime]) -> "SavedSearchQuerySet":
        """Confirmed ones that were not looked at ``since`` the moment given for their frequency."""
        late = Q(pk__in=())
        for frequency, moment in since.items():
            late |= Q(frequency=frequency, looked_at__lt=moment)
        return self.confirmed().filter(late)


class SavedSearch(models.Model):
    """What somebody wants to hear about. Nothing is sent before it is confirmed."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="searches")
    query_string = models.CharField(max_length=LONGEST_QUERY, blank=True)  # always written alike; empty: everything
    frequency = models.CharField(max_length=8, choices=Frequency)
    nonce = models.UUIDField(default=uuid4)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)  # when its turn last came
    told = models.JSONField(default=dict)  # every document that fitted at some look: see ``told``

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "query_string"], name="search_one_saved_search_a_query"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(looked_at__isnull=False),
                name="search_confirmed_search_was_looked_at",
            ),
        ]
        indexes = [models.Index(fields=["frequency", "looked_at"], name="search_saved_search_by_turn")]

    def __str__(self) -> str:
        return f"Saved search {self.pk}"

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

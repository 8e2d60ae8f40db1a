"""PRIVATE: what is written to those who asked for news, and who has had it so far."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from tenancy.choices import Topic
from tenancy.grants import SEND_NEWS, sends_news

from .enquiries import UpdatesSubscription
from .private import AppendOnly, Private, PrivateQuerySet


class NewsLetterQuerySet(PrivateQuerySet["NewsLetter"]):
    def for_outsider(self, user: User) -> Q:
        return Q() if sends_news(user) else Q(pk__in=())

    def going(self) -> "NewsLetterQuerySet":
        """Those that are being sent."""
        return self.filter(started_at__isnull=False, finished_at=None, stopped_at=None)


class NewsLetter(Private):
    """Until ``started_at`` it can be changed. ``recipients`` and ``sent`` are numbers: they stay when nobody is known any more."""

    subject = models.CharField(max_length=120)
    text = models.TextField(max_length=20_000)
    topics = models.JSONField(default=list)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    recipients = models.PositiveIntegerField(default=0, editable=False)
    stopped_at = models.DateTimeField(null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True, editable=False)
    sent = models.PositiveIntegerField(default=0, editable=False)  # once it is finished

    objects = NewsLetterQuerySet.as_manager()

    class Meta(Private.Meta):
        ordering = ["-made_at", "-pk"]
        permissions = [(SEND_NEWS, "Can write to those who asked for news")]
        constraints = [
            models.CheckConstraint(
                condition=Q(started_at__isnull=False) | Q(finished_at__isnull=True, stopped_at__isnull=True),
                name="tenancy_news_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(stopped_at__isnull=True),
                name="tenancy_news_is_stopped_or_finished",
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if not self.topics or set(self.topics) - set(Topic.values):
            raise ValidationError({"topics": "Choose at least one topic from the list."})

    @property
    def is_draft(self) -> bool:
        return self.started_at is None

    @property
    def is_going(self) -> bool:
        return self.started_at is not None and self.finished_at is None and self.stopped_at is None

    @property
    def topics_in_words(self) -> list[str]:
        return [topic.label for topic in Topic if topic in self.topics]


class NewsDelivery(AppendOnly):
    """That somebody had a letter: what keeps it from being sent to them twice. Whoever ends it is not named here any more."""

    letter = models.ForeignKey(NewsLetter, on_delete=models.CASCADE, related_name="deliveries")
    subscription = models.ForeignKey(UpdatesSubscription, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = PrivateQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        ordering = ["pk"]
        verbose_name_plural = "news deliveries"
        constraints = [
            models.UniqueConstraint(fields=["letter", "subscription"], name="tenancy_one_letter_an_address"),
        ]

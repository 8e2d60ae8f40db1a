"""What belongs to an event: its programme, who hosts it and speaks at it, and what can be taken along."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, PageChooserPanel
from wagtail.models import Orderable

from .event import EventPage
from .panels import ORGANISATION, choices


def ends_after_it_starts(starts_at: datetime | None, ends_at: datetime | None, what: str) -> None:
    """Raise ValidationError, for the field ``ends_at``, unless there is time between the two."""
    if starts_at and ends_at and ends_at <= starts_at:
        raise ValidationError({"ends_at": f"{what} can't end before it starts. Look at the day as well as the time."})


class EventSession(ClusterableModel, Orderable):
    """A part of the programme, with its own time and room."""

    event = ParentalKey(EventPage, on_delete=models.CASCADE, related_name="sessions")
    title = models.CharField(max_length=200)
    starts_at = models.DateTimeField("starts", help_text="London time.")
    ends_at = models.DateTimeField("ends", help_text="London time.")
    room = models.CharField(max_length=120, blank=True, help_text="As on its door. Empty: the room of the event.")
    track = models.CharField(
        max_length=80,
        blank=True,
        help_text="Where several things happen at once, such as: Data. Spelt the same each time.",
    )
    words = models.CharField(max_length=300, blank=True, help_text="One or two sentences.")
    speakers = ParentalManyToManyField("events.Speaker", blank=True, related_name="sessions")
    places = models.PositiveIntegerField(
        null=True, blank=True, help_text="Only where this session has fewer places than the event."
    )
    cpd_minutes = models.PositiveSmallIntegerField(
        "CPD minutes",
        null=True,
        blank=True,
        help_text="How much of it is learning, without breaks. A certificate states no more than this. Empty: none.",
    )

    panels = [
        FieldPanel("title"),
        FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
        FieldRowPanel([FieldPanel("room"), FieldPanel("track"), FieldPanel("places"), FieldPanel("cpd_minutes")]),
        FieldPanel("words"),
        choices("speakers"),
    ]

    class Meta(Orderable.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="events_session_ends_after_it_starts"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        ends_after_it_starts(self.starts_at, self.ends_at, "A session")
        if self.cpd_minutes and self.starts_at and self.ends_at:
            lasts = int((self.ends_at - self.starts_at).total_seconds() // 60)
            if self.cpd_minutes > lasts:
                raise ValidationError({"cpd_minutes": f"The session lasts {lasts} minutes: no more of it can count."})


class Contributor(Orderable):
    """A person or an organisation of the directory, never both: a person's organisation stands in their own entry."""

    person = models.ForeignKey("events.Speaker", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(
        "directory.OrganisationPage", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )

    panels = [FieldPanel("person"), PageChooserPanel("organisation", ORGANISATION)]

    class Meta(Orderable.Meta):
        abstract = True

    def clean(self) -> None:
        super().clean()
        if bool(self.person_id) == bool(self.organisation_id):
            words = "Choose a person or an organisation: one of the two in each line."
            raise ValidationError({"person": words})


def _one_of_both(name: str) -> models.CheckConstraint:
    person, organisation = models.Q(person=None), models.Q(organisation=None)
    return models.CheckConstraint(condition=(person & ~organisation) | (~person & organisation), name=name)


class EventHost(Contributor):
    event = ParentalKey(EventPage, on_delete=models.CASCADE, related_name="hosts")

    class Meta(Contributor.Meta):
        constraints = [_one_of_both("events_host_is_person_or_organisation")]


class EventSpeaker(Contributor):
    """Who speaks at the event as a whole; those of one session stand there."""

    event = ParentalKey(EventPage, on_delete=models.CASCADE, related_name="speakers")

    class Meta(Contributor.Meta):
        constraints = [_one_of_both("events_speaker_is_person_or_organisation")]


class EventAttachment(Orderable):
    """A file for those who come or came: slides, a reading list, the programme in large print."""

    event = ParentalKey(EventPage, on_delete=models.CASCADE, related_name="attachments")
    title = models.CharField(max_length=160, help_text="What it is, such as: Slides, described for screen readers.")
    document = models.ForeignKey("wagtaildocs.Document", on_delete=models.CASCADE, related_name="+")

    panels = [FieldPanel("title"), FieldPanel("document")]

    class Meta(Orderable.Meta):
        pass

"""What the pages of this app have in common: a date that readers see, the organisations they are about."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone
from wagtail.admin.panels import InlinePanel, PageChooserPanel
from wagtail.models import Orderable, PageManager, PageQuerySet


class DatedQuerySet(PageQuerySet):
    def newest_first(self) -> "DatedQuerySet":
        """By the date that readers see, a page's number deciding between two of one day."""
        shown = Coalesce("published_on", TruncDate("first_published_at"))
        return self.order_by(shown.desc(nulls_last=True), "-pk")


DatedManager = PageManager.from_queryset(DatedQuerySet)


class Dated(models.Model):
    published_on = models.DateField(
        "date shown",
        null=True,
        blank=True,
        help_text="The date readers see. Leave empty for the day on which it goes live.",
    )

    class Meta:
        abstract = True

    @property
    def dated(self) -> date | None:
        """The date readers see; none on a draft that has no date of its own."""
        if self.published_on:
            return self.published_on
        first = getattr(self, "first_published_at", None)  # the page's
        return timezone.localdate(first) if first else None


class RelatedOrganisation(Orderable):
    """An organisation that the page is about; the concrete class says which page."""

    organisation = models.ForeignKey("directory.OrganisationPage", on_delete=models.CASCADE, related_name="+")

    panels = [PageChooserPanel("organisation", "directory.OrganisationPage")]

    class Meta(Orderable.Meta):
        abstract = True


def organisations_panel() -> InlinePanel:
    return InlinePanel(
        "related_organisations",
        heading="Organisations in it",
        label="Organisation",
        help_text="The most important first. Each profile shows this page in return.",
    )


def no_audio_without_words(audio: Any, transcript: Any) -> None:
    """Raise ValidationError where there is something to hear and nothing to read."""
    if audio and not str(transcript or "").strip():
        raise ValidationError(
            {
                "transcript": "Add the transcript first: who cannot hear the episode reads it. Or save a draft and come back."
            }
        )

"""What the pages of this app have in common: a cover, a date that readers see, the organisations they are about."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.models import Orderable, PageManager, PageQuerySet

COVER_PANEL = MultiFieldPanel(
    [FieldPanel("cover"), FieldPanel("cover_alt", heading="What the picture shows")],
    heading="Cover picture",
)


class CoveredPageForm(WagtailAdminPageForm):
    """Refuses a cover that nothing describes; a draft may still be saved without."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        cover = cleaned.get("cover")
        if cover and not self.is_deferred_validation and not (cleaned.get("cover_alt") or cover.description):
            self.add_error(
                "cover_alt",
                "Say what the picture shows, here or in its own description: it is read out to people who cannot see it.",
            )
        return cleaned


class Covered(models.Model):
    cover = models.ForeignKey(
        "core.VillageImage",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Shown under the arch and on cards. Its focal point stays in sight when it is cropped.",
    )
    cover_alt = models.CharField(
        "alternative text",
        max_length=240,
        blank=True,
        help_text="For people who cannot see it: A nurse and four residents talk round a table. Empty: the picture's own words.",
    )

    class Meta:
        abstract = True

    @property
    def cover_words(self) -> str:
        """What the cover shows, in words."""
        return self.cover_alt or (self.cover.description if self.cover else "")


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

"""The podcast: a series and its episodes. An episode may be heard only where it may be read as well."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.html import strip_tags
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtailmedia.edit_handlers import MediaChooserPanel

from core.models import COVER_PANEL, BasePage, Covered, CoveredPageForm

from .parts import (
    Dated,
    DatedManager,
    RelatedOrganisation,
    no_audio_without_words,
    organisations_panel,
)


class PodcastPage(Covered, BasePage):
    """A series."""

    summary = models.CharField(max_length=300, help_text="One or two sentences, shown in lists and under the heading.")
    notice = models.CharField(
        max_length=300,
        blank=True,
        help_text="What a listener should know first, such as: The next series begins in May.",
    )
    made_by = models.ForeignKey(
        "directory.OrganisationPage", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    source = models.ForeignKey("directory.Source", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("summary"),
        FieldPanel("notice"),
        COVER_PANEL,
        FieldPanel("made_by"),
        FieldPanel("source"),
        organisations_panel(),
    ]
    base_form_class = CoveredPageForm

    view = "home.views.podcast.podcast"
    served_with = ("cover", "made_by", "source")
    parts = {"feed": "home.views.feeds.podcast_feed"}
    subpage_types = ["home.EpisodePage"]
    template = "home/podcast_page.html"

    class Meta:
        verbose_name = "podcast"


class PodcastOrganisation(RelatedOrganisation):
    page = ParentalKey(PodcastPage, on_delete=models.CASCADE, related_name="related_organisations")

    class Meta(RelatedOrganisation.Meta):
        constraints = [
            models.UniqueConstraint(fields=["page", "organisation"], name="home_one_mention_a_podcast_and_organisation")
        ]


class EpisodePageForm(CoveredPageForm):
    """Refuses audio without its transcript; a draft may still be saved."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.is_deferred_validation:
            try:
                no_audio_without_words(cleaned.get("audio"), cleaned.get("transcript"))
            except ValidationError as refusal:
                self.add_error(None, refusal)
        return cleaned


class EpisodePage(Covered, Dated, BasePage):
    number = models.PositiveSmallIntegerField(help_text="Its place in the series.")
    summary = models.CharField(
        max_length=300, blank=True, help_text="One sentence, shown in lists. Empty: the first of the notes."
    )
    audio = models.ForeignKey(
        "wagtailmedia.Media",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        limit_choices_to={"type": "audio"},
        help_text="The sound file. It can be published together with its transcript only.",
    )
    minutes = models.PositiveSmallIntegerField(null=True, blank=True, help_text="How long it is.")
    notes = RichTextField(features=["bold", "italic", "link", "ul", "ol"], help_text="What it is about and who speaks.")
    transcript = RichTextField(
        blank=True, features=["h3", "bold", "italic", "link"], help_text="Every word that is said, with who says it."
    )
    theme = models.ForeignKey(
        "directory.Theme",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Readers narrow the list by it.",
    )

    objects = DatedManager()

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [FieldPanel("number"), FieldPanel("minutes"), FieldPanel("theme"), FieldPanel("published_on")],
            heading="What it is",
        ),
        FieldPanel("summary"),
        FieldPanel("notes"),
        MultiFieldPanel(
            [MediaChooserPanel("audio", media_type="audio"), FieldPanel("transcript")], heading="To hear and to read"
        ),
        COVER_PANEL,
        organisations_panel(),
    ]
    base_form_class = EpisodePageForm

    view = "home.views.podcast.episode"
    served_with = ("cover", "audio")
    subpage_types: list[str] = []
    template = "home/episode_page.html"

    class Meta:
        verbose_name = "episode"

    @property
    def label(self) -> str:
        """What stands above the title."""
        return f"Podcast, episode {self.number}"

    @property
    def teaser(self) -> str:
        """One sentence for lists: the summary, else the first sentence of the notes."""
        if self.summary:
            return self.summary
        first, dot, _ = strip_tags(self.notes).partition(". ")
        return f"{first}." if dot else first


class EpisodeOrganisation(RelatedOrganisation):
    page = ParentalKey(EpisodePage, on_delete=models.CASCADE, related_name="related_organisations")

    class Meta(RelatedOrganisation.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["page", "organisation"], name="home_one_mention_an_episode_and_organisation"
            )
        ]

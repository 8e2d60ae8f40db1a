"""News and case studies, and the page that lists them together with the podcast."""

from django.db import models
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField

from core.models import COVER_PANEL, BasePage, Covered, CoveredPageForm
from home.blocks import story_blocks
from home.choices import StoryKind

from .parts import Dated, DatedManager, RelatedOrganisation, organisations_panel


class StoryIndexPage(BasePage):
    """``/stories/``: news, case studies and the podcast by date."""

    lead = models.TextField(blank=True, help_text="One paragraph under the heading.")

    content_panels = [*BasePage.content_panels, FieldPanel("lead")]

    max_count = 1
    view = "home.views.stories.story_list"
    parts = {"feed": "home.views.feeds.story_feed"}
    subpage_types = ["home.StoryPage", "home.PodcastPage"]
    template = "home/story_index_page.html"

    class Meta:
        verbose_name = "stories"


class StoryPage(Covered, Dated, BasePage):
    """``title`` is the headline."""

    kind = models.CharField(max_length=10, choices=StoryKind, default=StoryKind.NEWS)
    kicker = models.CharField(
        max_length=80,
        blank=True,
        help_text="Above the headline, such as: Case study, digital pathology. Empty: the kind.",
    )
    summary = models.CharField(max_length=300, help_text="One or two sentences, shown in lists and under the headline.")
    body = StreamField(story_blocks(), blank=True)

    figure = models.CharField(
        max_length=20, blank=True, help_text="The number that is set large, such as: £50 million."
    )
    figure_what = models.CharField("what it counts", max_length=160, blank=True)
    figure_source = models.ForeignKey(
        "directory.Source", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    figure_dated = models.CharField(
        "its date", max_length=120, blank=True, help_text="As the source gives it, such as: July 2025."
    )

    theme = models.ForeignKey(
        "directory.Theme",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Readers narrow the list by it.",
    )
    sources = ParentalManyToManyField(
        "directory.Source", blank=True, related_name="+", help_text="Where the facts were read."
    )
    counts_towards = models.SlugField(
        max_length=80,
        blank=True,
        help_text="The target of the strategy that this is evidence for, such as: collaborative-projects.",
    )

    objects = DatedManager()

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [FieldPanel("kind"), FieldPanel("kicker"), FieldPanel("theme"), FieldPanel("published_on")],
            heading="What it is",
        ),
        FieldPanel("summary"),
        COVER_PANEL,
        FieldPanel("body"),
        MultiFieldPanel(
            [FieldPanel("figure"), FieldPanel("figure_what"), FieldPanel("figure_source"), FieldPanel("figure_dated")],
            heading="The number",
            help_text="One figure that says it all, with its source and date. Leave empty where there is none.",
        ),
        organisations_panel(),
        MultiFieldPanel([FieldPanel("sources"), FieldPanel("counts_towards")], heading="Evidence"),
    ]
    base_form_class = CoveredPageForm

    view = "home.views.stories.story"
    served_with = ("cover", "figure_source")
    subpage_types: list[str] = []
    template = "home/story_page.html"

    class Meta:
        verbose_name = "story"
        verbose_name_plural = "stories"

    @property
    def label(self) -> str:
        """What stands above the headline."""
        return self.kicker or str(self.get_kind_display())

    @property
    def teaser(self) -> str:
        return self.summary


class StoryOrganisation(RelatedOrganisation):
    page = ParentalKey(StoryPage, on_delete=models.CASCADE, related_name="related_organisations")

    class Meta(RelatedOrganisation.Meta):
        constraints = [
            models.UniqueConstraint(fields=["page", "organisation"], name="home_one_mention_a_story_and_organisation")
        ]

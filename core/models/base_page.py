"""The page that every page type of the village extends."""

from django.db import models
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page


class BasePage(Page):
    """A public page with a social image and, where its content is invented, a visible mark that says so.

    Every subclass states ``subpage_types`` explicitly; parents name their children, never the other way round.
    """

    social_image = models.ForeignKey(
        "core.VillageImage",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Shown when the page is shared. Leave empty for the village's own picture.",
    )
    demonstration = models.BooleanField(
        default=False,
        help_text="Tick when what the page describes is invented. Readers see a mark that says so.",
    )

    promote_panels = [
        MultiFieldPanel(
            [
                FieldPanel("slug"),
                FieldPanel(
                    "seo_title", help_text="Shown in search engines and browser tabs. Leave empty for the title."
                ),
                FieldPanel(
                    "search_description", help_text="One or two sentences for search engines, at most 160 characters."
                ),
                FieldPanel("social_image"),
            ],
            heading="Address and sharing",
        ),
        FieldPanel("demonstration"),
    ]

    class Meta:
        abstract = True

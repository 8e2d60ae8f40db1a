"""A page of words: about the village, visiting, the statements, how to join, whom to ask."""

from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from core.models import COVER_PANEL, BasePage, Covered, CoveredPageForm
from home.blocks import content_blocks

from .parts import RelatedOrganisation, organisations_panel


class ContentPage(Covered, BasePage):
    lead = models.TextField(blank=True, help_text="One paragraph under the heading: what the page is for.")
    body = StreamField(content_blocks(), blank=True)

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("lead"),
        COVER_PANEL,
        FieldPanel("body"),
        organisations_panel(),
    ]
    base_form_class = CoveredPageForm

    view = "home.views.content.content_page"
    served_with = ("cover",)
    subpage_types = ["home.ContentPage"]
    template = "home/content_page.html"

    class Meta:
        verbose_name = "content page"


class ContentOrganisation(RelatedOrganisation):
    page = ParentalKey(ContentPage, on_delete=models.CASCADE, related_name="related_organisations")

    class Meta(RelatedOrganisation.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["page", "organisation"], name="home_one_mention_a_content_page_and_organisation"
            )
        ]

"""``/spaces/``: what can be booked."""

from django.db import models
from wagtail.admin.panels import FieldPanel

from core.models import BasePage


class SpaceIndexPage(BasePage):
    lead = models.TextField(blank=True, help_text="One paragraph under the heading.")
    access = models.TextField(blank=True, help_text="How to get in and around: one thing a line.")
    note = models.TextField(blank=True, help_text="What has to be said of the plan, the hours or the prices.")

    content_panels = [*BasePage.content_panels, FieldPanel("lead"), FieldPanel("access"), FieldPanel("note")]
    max_count = 1
    view = "spaces.views.listing.space_list"
    parts = {"availability": "spaces.views.availability.availability", "plan": "spaces.views.plan.plan"}
    subpage_types = ["spaces.SpacePage"]
    template = "spaces/space_index_page.html"

    class Meta:
        verbose_name = "spaces"
        verbose_name_plural = "spaces"

"""``/events/``: what is on, by month or as a calendar."""

from django.db import models
from wagtail.admin.panels import FieldPanel

from core.models import BasePage


class EventIndexPage(BasePage):
    lead = models.TextField(blank=True, help_text="One paragraph under the heading.")

    content_panels = [*BasePage.content_panels, FieldPanel("lead")]
    max_count = 1
    view = "events.views.listing.event_list"
    subpage_types = ["events.EventPage"]
    template = "events/event_index_page.html"

    class Meta:
        verbose_name = "events"
        verbose_name_plural = "events"

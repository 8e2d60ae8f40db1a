"""The pages under which the directory lives. Each holds the words around a list; the list itself is a view's work."""

from django.db import models
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from core.models import BasePage


class DirectoryIndexPage(BasePage):
    """``/directory/``: every organisation, searchable and filterable."""

    search_label = models.CharField(max_length=120, default="Search organisations")

    content_panels = [*BasePage.content_panels, FieldPanel("search_label")]
    max_count = 1
    view = "directory.views.listing.directory_list"
    parts = {"shortlist": "directory.views.shortlist.shortlist"}
    subpage_types = ["directory.OrganisationPage"]

    class Meta:
        verbose_name = "directory"


class CohortIndexPage(BasePage):
    """``/cohorts/``: programmes and cohorts."""

    lead = models.TextField(blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("lead")]
    max_count = 1
    view = "directory.views.cohorts.cohort_list"
    subpage_types = ["directory.ProgrammePage", "directory.CohortPage"]

    class Meta:
        verbose_name = "programmes and cohorts"


class SupportPage(BasePage):
    """``/support/``: the support navigator. Needs, stages and what belongs together are snippets."""

    heading = models.CharField(max_length=120, blank=True)
    lead = models.TextField(blank=True)
    introduction = models.TextField(blank=True)
    note = models.TextField(blank=True, help_text="Where the table comes from.")
    waiting = models.CharField(max_length=160, blank=True, help_text="How long a first answer usually takes.")
    nothing_fits = models.TextField(blank=True, help_text="What we say when no partner meets the need at that stage.")

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("heading"),
        FieldPanel("lead"),
        FieldPanel("introduction"),
        FieldPanel("note"),
        MultiFieldPanel([FieldPanel("waiting"), FieldPanel("nothing_fits")], heading="Beside the answer"),
    ]
    max_count = 1
    view = "directory.views.support.support_navigator"
    subpage_types: list[str] = []

    class Meta:
        verbose_name = "support navigator"

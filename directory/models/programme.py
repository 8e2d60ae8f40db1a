"""Programmes that help companies or staff along: an incubator, a fellowship, an academy."""

from django.db import models
from modelcluster.fields import ParentalManyToManyField
from wagtail.fields import RichTextField

from core.models import BasePage
from directory.choices import ProgrammeStatus

from .organisation import OrganisationPage
from .panels import programme_tabs
from .taxonomy import Need, Source


class ProgrammePage(BasePage):
    run_by = models.ForeignKey(OrganisationPage, null=True, on_delete=models.SET_NULL, related_name="programmes_run")
    organisation = models.ForeignKey(
        OrganisationPage,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="programmes",
        help_text="The programme's own profile in the directory, where it has one.",
    )
    status = models.CharField(max_length=10, choices=ProgrammeStatus, default=ProgrammeStatus.PLANNED)
    summary = models.CharField(max_length=300, help_text="One sentence, shown in lists.")
    description = RichTextField(features=["bold", "italic", "link", "ul", "ol"])
    audience = models.CharField(max_length=200, blank=True, help_text="Whom it is for.")
    needs = ParentalManyToManyField(Need, blank=True, related_name="programmes", help_text="The needs it meets.")
    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    edit_handler = programme_tabs()
    served_with = ("run_by__kind", "organisation__kind", "source")
    view = "directory.views.cohorts.programme"
    template = "directory/programme_page.html"
    subpage_types: list[str] = []

    class Meta:
        verbose_name = "programme"

"""A cohort: one run of a programme, with its dates, companies, mentors and what came of it."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, PageChooserPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable

from core.models import BasePage
from directory.choices import CohortStatus, MembershipStatus

from .organisation import OrganisationPage
from .panels import ORGANISATION, choice, cohort_tabs
from .programme import ProgrammePage
from .taxonomy import Need, Stage, Theme


def _entries(name: str, icon: str, **parts: blocks.Block) -> list[tuple[str, blocks.StructBlock]]:
    """A list of one kind of entry. It stands in the page's own row, so showing it costs no query."""
    return [(name, blocks.StructBlock([*parts.items(), ("words", blocks.CharBlock(max_length=240))], icon=icon))]


class CohortPage(BasePage):
    programme = models.ForeignKey(ProgrammePage, null=True, on_delete=models.SET_NULL, related_name="cohorts")
    status = models.CharField(max_length=10, choices=CohortStatus, default=CohortStatus.PLANNED)
    summary = models.CharField(max_length=300, help_text="One or two sentences, shown in lists.")
    description = RichTextField(features=["bold", "italic", "link", "ul", "ol"])
    places = models.PositiveSmallIntegerField(null=True, blank=True, help_text="How many companies can take part.")
    stages = ParentalManyToManyField(Stage, blank=True, related_name="cohorts", help_text="The stages it is meant for.")
    theme = models.ForeignKey(Theme, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    themes = ParentalManyToManyField(Theme, blank=True, related_name="cohorts")

    applications_open_on = models.DateField(null=True, blank=True)
    briefing_on = models.DateField(null=True, blank=True)
    applications_close_at = models.DateTimeField(null=True, blank=True, help_text="London time.")
    interviews_on = models.DateField(null=True, blank=True)
    decisions_on = models.DateField(null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    demo_day_on = models.DateField(null=True, blank=True)

    months = StreamField(
        _entries("month", "date", month=blocks.IntegerBlock(min_value=1, max_value=36)),
        blank=True,
        help_text="What each month of the cohort is for.",
    )

    application_intro = models.TextField(
        blank=True, help_text="What applying takes. Empty: no section on how to apply."
    )
    questions = StreamField(
        _entries("question", "help", limit=blocks.IntegerBlock(required=False, min_value=1, label="Most words")),
        blank=True,
        help_text="What applicants are asked.",
    )
    criteria = StreamField(
        _entries(
            "criterion",
            "list-ol",
            weight=blocks.IntegerBlock(required=False, min_value=1, max_value=100, label="Per cent"),
        ),
        blank=True,
        help_text="What the decision rests on.",
    )
    application_decision = models.TextField(blank=True, help_text="Who decides, and when applicants hear.")
    cost = models.TextField(blank=True, help_text="What it costs, including shares.")
    access = models.TextField(blank=True, help_text="How somebody asks for what they need to take part.")

    edit_handler = cohort_tabs()
    served_with = ("programme__run_by__kind", "theme")
    view = "directory.views.cohorts.cohort"
    template = "directory/cohort_page.html"
    subpage_types: list[str] = []

    class Meta:
        verbose_name = "cohort"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(starts_on=None)
                | models.Q(ends_on=None)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="directory_cohort_ends_after_it_starts",
            ),
        ]

    def clean(self) -> None:
        super().clean()
        opens, closes = self.applications_open_on, self.applications_close_at
        if opens and closes and timezone.localdate(closes) < opens:
            raise ValidationError({"applications_close_at": "Applications can't close before they open."})
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": "The cohort can't end before it starts."})


class CohortMembership(Orderable):
    """A company's place in a cohort."""

    cohort = ParentalKey(CohortPage, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(OrganisationPage, on_delete=models.CASCADE, related_name="cohort_memberships")
    status = models.CharField(max_length=10, choices=MembershipStatus, default=MembershipStatus.ENROLLED)

    panels = [PageChooserPanel("organisation", ORGANISATION), FieldPanel("status")]

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(fields=["cohort", "organisation"], name="directory_one_place_a_company_and_cohort")
        ]


class CohortMentor(Orderable):
    """Somebody who agreed to be named as a mentor."""

    cohort = ParentalKey(CohortPage, on_delete=models.CASCADE, related_name="mentors")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=120, blank=True)
    words = models.CharField(max_length=240, blank=True, help_text="What they help with.")
    consented_on = models.DateField(help_text="The day they agreed to be shown.")


class CohortOffer(Orderable):
    """What a company gets out of the cohort."""

    cohort = ParentalKey(CohortPage, on_delete=models.CASCADE, related_name="offers")
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=240)

    panels = [choice("need"), FieldPanel("words")]


class CohortOutcome(Orderable):
    """Something that came of the cohort, with a number where there is one."""

    cohort = ParentalKey(CohortPage, on_delete=models.CASCADE, related_name="outcomes")
    organisation = models.ForeignKey(
        OrganisationPage, null=True, blank=True, on_delete=models.SET_NULL, related_name="outcomes"
    )
    on = models.DateField("date")
    words = models.CharField(max_length=240)
    measure = models.CharField(max_length=80, blank=True, help_text="What the number counts.")
    value = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)

    panels = [
        PageChooserPanel("organisation", ORGANISATION),
        FieldPanel("on"),
        FieldPanel("words"),
        FieldRowPanel([FieldPanel("value"), FieldPanel("measure")]),
    ]

"""Controlled lists that editors own: every one is a snippet, none is fixed in code."""

from django.db import models
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.models import Orderable

from directory.choices import Tone


class Term(models.Model):
    """One entry of a controlled list. ``slug`` stands in addresses and files, ``name`` is what people read."""

    name = models.CharField(max_length=160, unique=True)
    slug = models.SlugField(
        max_length=80, unique=True, help_text="Part of web addresses. Changing it breaks old links."
    )
    sort_order = models.PositiveSmallIntegerField(default=0, help_text="Small numbers come first.")

    panels = [FieldPanel("name"), FieldPanel("slug"), FieldPanel("sort_order")]

    class Meta:
        abstract = True
        ordering = ["sort_order", "name"]

    def __str__(self) -> str:
        return self.name


class Kind(Term):
    """What sort of organisation it is."""

    short_name = models.CharField(max_length=60, blank=True, help_text="For filters and cards. Empty: the name.")
    tone = models.CharField(max_length=12, choices=Tone, default=Tone.PUBLIC, help_text="Colour of the tile.")

    panels = [
        FieldPanel("name"),
        FieldPanel("short_name"),
        FieldPanel("slug"),
        FieldPanel("tone"),
        FieldPanel("sort_order"),
    ]

    class Meta(Term.Meta):
        verbose_name = "kind of organisation"
        verbose_name_plural = "kinds of organisation"


class Sector(Term):
    class Meta(Term.Meta):
        pass


class Theme(Term):
    """A research and innovation theme of the strategy."""

    class Meta(Term.Meta):
        pass


class Place(Term):
    """A place where organisations are: a building, a campus, a quarter."""

    address = models.TextField(blank=True, help_text="One line of the address a line.")
    postcode = models.CharField(max_length=10, blank=True)
    demonstration = models.BooleanField(default=False)

    panels = [*Term.panels, FieldPanel("address"), FieldPanel("postcode"), FieldPanel("demonstration")]

    class Meta(Term.Meta):
        pass


class Source(Term):
    """A document that facts were taken from."""

    dated = models.CharField(max_length=120, blank=True, help_text="As the document says it, such as: July 2025.")
    website = models.URLField(blank=True)

    panels = [*Term.panels, FieldPanel("dated"), FieldPanel("website")]

    class Meta(Term.Meta):
        pass


class RelationKind(Term):
    """How one organisation is related to another: ``name`` reads from it, ``inverse_name`` from the other side."""

    inverse_name = models.CharField(max_length=160, help_text="Read from the other side: hosts, hosted by.")

    panels = [FieldPanel("name"), FieldPanel("inverse_name"), FieldPanel("slug"), FieldPanel("sort_order")]

    class Meta(Term.Meta):
        verbose_name = "kind of relation"
        verbose_name_plural = "kinds of relation"


class Stage(Term):
    """A stage of development, numbered along the technology readiness levels."""

    number = models.PositiveSmallIntegerField(unique=True)
    short_name = models.CharField(max_length=60, blank=True, help_text="For filters and tables. Empty: the name.")
    words = models.TextField(
        blank=True, help_text="Two sentences for somebody who wonders whether this is their stage."
    )

    panels = [
        FieldPanel("number"),
        FieldPanel("name"),
        FieldPanel("short_name"),
        FieldPanel("slug"),
        FieldPanel("words"),
    ]

    class Meta(Term.Meta):
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class Need(Term, ClusterableModel):
    """What an innovator asks for: twelve of them, each with an answer for the support navigator."""

    short_name = models.CharField(max_length=60, blank=True, help_text="For filters and tables. Empty: the name.")
    answer = models.TextField(
        blank=True, help_text="What we say to somebody who asks for this. Three or four sentences."
    )
    stages = ParentalManyToManyField(
        Stage,
        blank=True,
        related_name="needs",
        help_text="The stages at which this need usually comes up: the published stage and need table.",
    )

    panels = [
        FieldPanel("name"),
        FieldPanel("short_name"),
        FieldPanel("slug"),
        FieldPanel("sort_order"),
        FieldPanel("stages"),
        FieldPanel("answer"),
        InlinePanel("preparations", heading="What to have ready", label="Thing to have ready"),
        InlinePanel(
            "suggestions", heading="Where to begin", label="Organisation", help_text="Shown first in the answer."
        ),
    ]

    class Meta(Term.Meta):
        pass


class NeedPreparation(Orderable):
    """One thing to have ready before asking."""

    need = ParentalKey(Need, on_delete=models.CASCADE, related_name="preparations")
    words = models.CharField(max_length=200)


class NeedSuggestion(Orderable):
    """An organisation that the answer names first."""

    need = ParentalKey(Need, on_delete=models.CASCADE, related_name="suggestions")
    organisation = models.ForeignKey("directory.OrganisationPage", on_delete=models.CASCADE, related_name="+")

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["need", "organisation"], name="directory_one_suggestion_a_need_and_organisation"
            )
        ]

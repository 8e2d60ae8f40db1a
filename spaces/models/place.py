"""Where spaces are: floors of a building and their parts, as a plan shows them, and the units that can be occupied."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.models import Orderable

from directory.models import Term
from spaces.choices import AreaKind

WHOLE = 100  # the side of a plan, in both directions


class AccessFeature(Term):
    """Something that somebody may need of a space: a step-free way, a hearing loop."""

    class Meta(Term.Meta):
        pass


class Floor(ClusterableModel):
    """One floor of a building. Its areas are drawn as a plan: rectangles on a grid of 100 by 100, north at the top."""

    building = models.ForeignKey("directory.Place", on_delete=models.PROTECT, related_name="floors")
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=80)
    level = models.SmallIntegerField(help_text="0 is the ground floor.")

    panels = [
        FieldPanel("building"),
        FieldRowPanel([FieldPanel("name"), FieldPanel("slug"), FieldPanel("level")]),
        InlinePanel("areas", heading="Areas of the plan", label="Area"),
    ]

    class Meta:
        ordering = ["building", "level"]
        constraints = [
            models.UniqueConstraint(fields=["building", "slug"], name="spaces_one_floor_a_slug_and_building"),
        ]

    def __str__(self) -> str:
        return self.name


class Area(Orderable):
    """A part of a floor. One with a parent lies inside it."""

    floor = ParentalKey(Floor, on_delete=models.CASCADE, related_name="areas")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="parts")
    slug = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=14, choices=AreaKind)
    label = models.CharField(max_length=60)
    x = models.PositiveSmallIntegerField("from the left", validators=[MaxValueValidator(WHOLE)])
    y = models.PositiveSmallIntegerField("from the top", validators=[MaxValueValidator(WHOLE)])
    width = models.PositiveSmallIntegerField(validators=[MaxValueValidator(WHOLE)])
    height = models.PositiveSmallIntegerField(validators=[MaxValueValidator(WHOLE)])

    panels = [
        FieldRowPanel([FieldPanel("label"), FieldPanel("slug"), FieldPanel("kind"), FieldPanel("parent")]),
        FieldRowPanel([FieldPanel("x"), FieldPanel("y"), FieldPanel("width"), FieldPanel("height")]),
    ]

    class Meta(Orderable.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(x__lte=WHOLE - models.F("width"), y__lte=WHOLE - models.F("height")),
                name="spaces_area_lies_on_the_plan",
            ),
            models.CheckConstraint(condition=Q(width__gt=0, height__gt=0), name="spaces_area_can_be_seen"),
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        super().clean()
        if None in (self.x, self.y, self.width, self.height):
            return
        if self.x + self.width > WHOLE or self.y + self.height > WHOLE:
            raise ValidationError({"width": f"The plan ends at {WHOLE}: make the area smaller, or move it."})


class Unit(models.Model):
    """What one booking at a time can occupy: a room, a desk, a bench, an instrument. Spaces are booked; units are taken."""

    slug = models.SlugField(max_length=60, unique=True)
    label = models.CharField(max_length=60, help_text="As it stands on the door, the desk or the case.")
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.SET_NULL, related_name="units")
    row = models.PositiveSmallIntegerField(default=0, help_text="Where it stands in its area, counted from the top.")
    column = models.PositiveSmallIntegerField(default=0, help_text="The same, from the left.")
    adjustable = models.BooleanField("height-adjustable", default=False)

    panels = [
        FieldRowPanel([FieldPanel("label"), FieldPanel("slug"), FieldPanel("area")]),
        FieldRowPanel([FieldPanel("row"), FieldPanel("column"), FieldPanel("adjustable")]),
    ]

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.label

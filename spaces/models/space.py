"""A space that can be booked: what it is, what it holds, who may book it and on what terms. Who did is not part of the page."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from modelcluster.fields import ParentalManyToManyField
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.fields import StreamField

from core.models import COVER_PANEL, BasePage, Covered, CoveredPageForm
from spaces.choices import Audience, PriceBand, SpaceKind, Takes
from spaces.pounds import contradiction, rate_in_words

DAY = 24 * 60  # minutes


class SpacePageForm(CoveredPageForm):
    open_to = forms.MultipleChoiceField(
        label="Who may book", choices=Audience.choices, widget=forms.CheckboxSelectMultiple
    )

    def clean(self) -> dict[str, Any]:
        """Where pounds are charged, the words of the price name no others."""
        said: dict[str, Any] = super().clean()
        rate = {"when_begun": said.get("fee_begun", False), "most": said.get("fee_most")}
        if wrong := contradiction(said.get("price") or "", said.get("fee"), said.get("fee_minutes"), **rate):
            self.add_error("price", wrong)
        return said


class SpacePage(Covered, BasePage):
    """What people see and book. It stands over one unit or several; a unit may stand under several spaces."""

    kind = models.CharField(max_length=14, choices=SpaceKind)
    description = models.TextField(help_text="Two or three sentences.")
    floor = models.ForeignKey("spaces.Floor", null=True, blank=True, on_delete=models.SET_NULL, related_name="spaces")
    capacity = models.PositiveSmallIntegerField("people at most", validators=[MinValueValidator(1)])
    layouts = StreamField(
        [
            (
                "layout",
                blocks.StructBlock(
                    [
                        ("name", blocks.CharBlock(max_length=40, help_text="Such as: theatre.")),
                        ("people", blocks.IntegerBlock(min_value=1)),
                    ],
                    icon="group",
                ),
            )
        ],
        blank=True,
        help_text="How many people it holds when it is set up in this way.",
    )
    kit = models.TextField(blank=True, help_text="What stands in it: one thing a line.")
    access_features = ParentalManyToManyField("spaces.AccessFeature", blank=True, related_name="spaces")
    containment = models.CharField(max_length=20, blank=True, help_text="Of a bench, such as: level 2.")

    units = ParentalManyToManyField("spaces.Unit", blank=True, related_name="spaces")
    takes = models.CharField("a booking takes", max_length=3, choices=Takes, default=Takes.ALL)

    hours = models.ForeignKey("spaces.OpeningHours", on_delete=models.PROTECT, related_name="spaces")
    slot_minutes = models.PositiveIntegerField(
        "grid", default=30, validators=[MinValueValidator(5)], help_text="Bookings begin and end on it. In minutes."
    )
    min_minutes = models.PositiveIntegerField("shortest booking", default=30, help_text="In minutes.")
    max_minutes = models.PositiveIntegerField("longest booking", default=240, help_text="In minutes.")
    buffer_before = models.PositiveSmallIntegerField("to set up", default=0, help_text="Minutes kept free before.")
    buffer_after = models.PositiveSmallIntegerField("to clear", default=0, help_text="Minutes kept free after.")
    notice_minutes = models.PositiveIntegerField("notice", default=0, help_text="How long before, in minutes.")
    cancel_minutes = models.PositiveIntegerField(
        "free to cancel until",
        default=0,
        help_text="How long before it begins, in minutes. Cancelled later, it still counts. 0: until it begins.",
    )
    window_days = models.PositiveSmallIntegerField("opens ahead", default=28, help_text="In days.")
    open_to = models.JSONField("who may book", default=list)
    approval = models.BooleanField("is given by us", default=False, help_text="Somebody asks; you say yes or no.")
    gates = ParentalManyToManyField("spaces.Gate", blank=True, related_name="spaces")
    prime_time = models.BooleanField(
        "counts in the busiest hours",
        default=False,
        help_text="One tenant has at most three such rooms between 10:00 and 15:00 on one day.",
    )
    lone_working = models.BooleanField(
        "nobody alone",
        default=False,
        help_text="Before 9:00 and after 17:30 a trained colleague has to be booked at the same time.",
    )
    release_minutes = models.PositiveSmallIntegerField(
        "given back after",
        null=True,
        blank=True,
        help_text="Minutes after the start without anybody checking in. Empty: never.",
    )

    price_band = models.CharField(max_length=14, choices=PriceBand, default=PriceBand.INCLUDED)
    price = models.CharField(
        max_length=200, blank=True, help_text="As people read it. Empty: pages say the pounds below."
    )
    allowance = models.ForeignKey(
        "spaces.Allowance", null=True, blank=True, on_delete=models.PROTECT, related_name="spaces"
    )
    charge = models.DecimalField(
        "counts as", max_digits=6, decimal_places=3, default=1, help_text="How much of the allowance …"
    )
    charge_minutes = models.PositiveIntegerField("for each", default=60, help_text="… for so many minutes.")
    charge_begun = models.BooleanField("when begun", default=False, help_text="A part of it counts as a whole.")
    charge_most = models.DecimalField(
        "at most", max_digits=6, decimal_places=3, null=True, blank=True, help_text="For one booking."
    )
    fee = models.DecimalField(
        "pounds",
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="What those pay whom no allowance covers. Empty: the price is words alone, and nothing is added up.",
    )
    fee_minutes = models.PositiveIntegerField(
        "for each", default=60, validators=[MinValueValidator(1)], help_text="Minutes: 60 is an hour, 240 half a day."
    )
    fee_begun = models.BooleanField("when begun", default=False, help_text="A part of it is paid as a whole.")
    fee_most = models.DecimalField(
        "at most",
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text="Pounds, for one booking.",
    )

    base_form_class = SpacePageForm
    served_with = ("cover", "floor__building", "hours", "allowance")
    view = "spaces.views.space.space"
    template = "spaces/space_page.html"
    subpage_types: list[str] = []

    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    *BasePage.content_panels,
                    FieldPanel("description"),
                    FieldRowPanel([FieldPanel("kind"), FieldPanel("floor"), FieldPanel("capacity")]),
                    COVER_PANEL,
                    FieldPanel("layouts"),
                    FieldPanel("kit"),
                    FieldPanel("access_features", widget=forms.CheckboxSelectMultiple),
                    FieldPanel("containment"),
                ],
                heading="The space",
            ),
            ObjectList(
                [
                    FieldPanel("units", widget=forms.CheckboxSelectMultiple),
                    FieldPanel("takes"),
                    MultiFieldPanel(
                        [
                            FieldPanel("hours"),
                            FieldRowPanel(
                                [FieldPanel("slot_minutes"), FieldPanel("min_minutes"), FieldPanel("max_minutes")]
                            ),
                            FieldRowPanel([FieldPanel("buffer_before"), FieldPanel("buffer_after")]),
                            FieldRowPanel([FieldPanel("notice_minutes"), FieldPanel("window_days")]),
                            FieldPanel("cancel_minutes"),
                        ],
                        heading="When",
                    ),
                    MultiFieldPanel(
                        [
                            FieldPanel("open_to"),
                            FieldPanel("approval"),
                            FieldPanel("gates", widget=forms.CheckboxSelectMultiple),
                            FieldPanel("prime_time"),
                            FieldPanel("lone_working"),
                            FieldPanel("release_minutes"),
                        ],
                        heading="Who, and on what conditions",
                    ),
                ],
                heading="Booking",
            ),
            ObjectList(
                [
                    FieldRowPanel([FieldPanel("price_band"), FieldPanel("price")]),
                    MultiFieldPanel(
                        [
                            FieldPanel("allowance"),
                            FieldRowPanel(
                                [
                                    FieldPanel("charge"),
                                    FieldPanel("charge_minutes"),
                                    FieldPanel("charge_begun"),
                                    FieldPanel("charge_most"),
                                ]
                            ),
                        ],
                        heading="What it takes of an allowance",
                    ),
                    MultiFieldPanel(
                        [
                            FieldRowPanel(
                                [
                                    FieldPanel("fee"),
                                    FieldPanel("fee_minutes"),
                                    FieldPanel("fee_begun"),
                                    FieldPanel("fee_most"),
                                ]
                            ),
                        ],
                        heading="What is paid in pounds",
                    ),
                ],
                heading="Price",
            ),
            ObjectList(BasePage.promote_panels, heading="Address and sharing"),
            ObjectList(BasePage.settings_panels, heading="Schedule"),
        ]
    )

    class Meta:
        verbose_name = "space"
        constraints = [
            models.CheckConstraint(
                condition=Q(min_minutes__gt=0, min_minutes__lte=F("max_minutes")),
                name="spaces_longest_booking_is_no_shorter_than_the_shortest",
            ),
            models.CheckConstraint(condition=Q(charge_minutes__gt=0), name="spaces_charge_is_for_some_time"),
            models.CheckConstraint(
                condition=Q(fee_minutes__gt=0) & (Q(fee__isnull=True) | Q(fee__gte=0)), name="spaces_fee_is_an_amount"
            ),
        ]

    def clean(self) -> None:
        super().clean()
        wrong: dict[str, Any] = {}
        if self.min_minutes and self.max_minutes and self.min_minutes > self.max_minutes:
            wrong["max_minutes"] = "The longest booking can't be shorter than the shortest."
        if unknown := set(self.open_to or ()) - set(Audience.values):
            wrong["open_to"] = f"There is no group “{min(unknown)}”. Choose from the list."
        if wrong:
            raise ValidationError(wrong)

    @property
    def rate_words(self) -> str:
        """What is charged, from its numbers; empty where the price is words alone."""
        if self.fee is None:
            return ""
        return rate_in_words(self.fee, self.fee_minutes, when_begun=self.fee_begun, most=self.fee_most)

    @property
    def price_words(self) -> str:
        """The price as people read it: an editor's words, or else the rate's."""
        return self.price or self.rate_words

    @property
    def is_pool(self) -> bool:
        return self.takes == Takes.ANY

    @property
    def is_by_the_day(self) -> bool:
        """Whether it is taken for whole days, nights included: such a booking need not lie within one day's hours."""
        return self.max_minutes > DAY

    @property
    def kit_lines(self) -> list[str]:
        return [line.strip() for line in self.kit.splitlines() if line.strip()]

    @property
    def is_open_to_everybody(self) -> bool:
        return Audience.PUBLIC in self.open_to

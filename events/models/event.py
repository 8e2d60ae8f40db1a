"""An event: what it is, when, where and for whom. Who comes is never part of the page."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from modelcluster.fields import ParentalManyToManyField
from wagtail import blocks
from wagtail.fields import RichTextField, StreamField

from core.models import BasePage, Covered
from events.choices import IN_PERSON_PLACES, ONLINE_PLACES, EventKind, EventStatus, PlaceKind

from .panels import EventPageForm, event_tabs

CALENDARS_OF_SERIES = "series"  # the part of an address below which no event may stand


class EventPage(Covered, BasePage):
    """One date. A series is made of as many of these, because each has its own places, changes and cancellation."""

    kind = models.CharField(max_length=20, choices=EventKind, default=EventKind.TALK)
    starts_at = models.DateTimeField("starts")
    ends_at = models.DateTimeField("ends")
    status = models.CharField(max_length=10, choices=EventStatus, default=EventStatus.SCHEDULED)
    notice = models.CharField(
        max_length=300,
        blank=True,
        help_text="Shown at the top, in lists and in calendars. Say why it is postponed or cancelled, and what comes next.",
    )
    summary = models.CharField(
        max_length=300, blank=True, help_text="One or two sentences, shown in lists and under the heading."
    )
    description = RichTextField(blank=True, features=["bold", "italic", "link", "ul", "ol"])

    place_kind = models.CharField("kind of place", max_length=10, choices=PlaceKind, default=PlaceKind.SPACE)
    space = models.CharField(
        max_length=120, blank=True, help_text="The room, as on its door, such as: Aire and Calder."
    )
    building = models.ForeignKey(
        "directory.Place",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Also a filter.",
    )
    address = models.TextField(blank=True, help_text="Where it is no building of the list. One line of it a line.")
    access = models.TextField(
        blank=True, help_text="Step-free ways, hearing loop, captions, quiet room: what somebody needs to know to come."
    )

    audiences = ParentalManyToManyField(
        "events.Audience", blank=True, related_name="events", help_text="For whom it is. None ticked: for everybody."
    )
    themes = ParentalManyToManyField("directory.Theme", blank=True, related_name="events")
    needs = ParentalManyToManyField(
        "directory.Need",
        blank=True,
        related_name="events",
        help_text="What it helps with. The support navigator names the event to whoever asks for that.",
    )
    programme = models.ForeignKey(
        "directory.ProgrammePage", null=True, blank=True, on_delete=models.SET_NULL, related_name="events"
    )
    cohort = models.ForeignKey(
        "directory.CohortPage", null=True, blank=True, on_delete=models.SET_NULL, related_name="events"
    )

    places = models.PositiveIntegerField(null=True, blank=True, help_text="For how many people. Empty: not stated.")
    price = models.CharField(
        max_length=200, blank=True, help_text="Such as: £180 by invoice, free for tenants. Empty: no charge."
    )
    booking_url = models.URLField(
        "where it is booked", blank=True, help_text="The organiser's own page, for events that are not booked with us."
    )
    our_part = models.TextField(
        blank=True, help_text="For events that others run: what we do there, and where to meet us."
    )

    recording_url = models.URLField("recording", blank=True, help_text="Where it can be watched, with captions.")
    recording_minutes = models.PositiveSmallIntegerField("its length in minutes", null=True, blank=True)
    chapters = StreamField(
        [
            (
                "chapter",
                blocks.StructBlock(
                    [
                        ("at", blocks.CharBlock(max_length=8, help_text="Minutes and seconds, such as: 11:20.")),
                        ("words", blocks.CharBlock(max_length=160)),
                    ],
                    icon="media",
                ),
            )
        ],
        blank=True,
        help_text="Where each part of the recording begins.",
    )
    transcript = models.ForeignKey(
        "wagtaildocs.Document",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="What was said, to be read by those who cannot hear it.",
    )
    outcome = RichTextField(
        "what came of it", blank=True, features=["bold", "italic", "link", "document-link", "ul", "ol"]
    )

    edit_handler = event_tabs()
    base_form_class = EventPageForm
    served_with = (
        "cover",
        "building",
        "programme",
        "cohort",
        "transcript",
        "calendar_entry",
        "occurrence__series",
        "booking_rules",
    )
    view = "events.views.event.event"
    template = "events/event_page.html"
    subpage_types: list[str] = []

    class Meta:
        verbose_name = "event"
        indexes = [models.Index(fields=["starts_at"], name="events_event_by_start")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="events_event_ends_after_it_starts"
            )
        ]

    def clean(self) -> None:
        super().clean()
        wrong: dict[str, str] = {}
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            wrong["ends_at"] = "An event can't end before it starts. Look at the day as well as the time."
        if self.status != EventStatus.SCHEDULED and not self.notice:
            wrong["notice"] = "Say in a sentence why, and what comes next. Everybody who wanted to come reads it."
        if self.place_kind == PlaceKind.ADDRESS and not (self.building_id or self.address):
            wrong["address"] = "Choose a building of the list, or write the address."
        if self.slug == CALENDARS_OF_SERIES:
            wrong["slug"] = f"Calendars of series stand below /{self.slug}/. Choose another slug."
        if wrong:
            raise ValidationError(wrong)

    # ---- when -------------------------------------------------------------------------------------------------------
    @property
    def first_day(self) -> date:
        return timezone.localdate(self.starts_at)

    @property
    def last_day(self) -> date:
        return timezone.localdate(self.ends_at)

    @property
    def is_over(self) -> bool:
        return self.has_ended(timezone.now())

    def has_ended(self, now: datetime) -> bool:
        return self.ends_at <= now

    # ---- where ------------------------------------------------------------------------------------------------------
    @property
    def is_online(self) -> bool:
        """Whether somebody can take part without coming."""
        return self.place_kind in ONLINE_PLACES

    @property
    def is_in_person(self) -> bool:
        return self.place_kind in IN_PERSON_PLACES

    @property
    def is_run_by_others(self) -> bool:
        return self.place_kind == PlaceKind.ELSEWHERE or self.kind == EventKind.ELSEWHERE

    @property
    def place_lines(self) -> list[str]:
        """Where to go, from the room outwards; nothing for what is online only."""
        if not self.is_in_person:
            return []
        building = (
            [self.building.name, *self.building.address.splitlines(), self.building.postcode] if self.building else []
        )
        lines = [self.space, *building, *self.address.splitlines()]
        return list(dict.fromkeys(line.strip() for line in lines if line.strip()))

    @property
    def place_words(self) -> str:
        """The place in a line: “Aire, Old Medical School”, “Hall west, Old Medical School and online”, “Online”."""
        where = ", ".join(part for part in (self.space, self.building.name if self.building else "") if part)
        where = where or ", ".join(self.address.splitlines()[:2])
        match self.place_kind:
            case PlaceKind.ONLINE:
                return "Online"
            case PlaceKind.HYBRID:
                return f"{where} and online" if where else "In person and online"
            case PlaceKind.ELSEWHERE:
                return where or "Elsewhere, run by others"
        return where or "The place will be named here"

"""The first page of the village. Lists on it (needs, organisations, stories) are filled by its view."""

from django.core.validators import MaxLengthValidator
from django.db import models
from django.http import Http404, HttpRequest
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.url_routing import RouteResult

from core.models import BasePage
from home.blocks import DoorBlock, FigureBlock, RoomBlock


class HomePage(BasePage):
    kicker = models.CharField(max_length=120, blank=True, help_text="Above the heading, such as: Opens from 2027.")
    heading = models.CharField(max_length=120, help_text="What a visitor can do here, in one line.")
    lead = models.TextField(blank=True, help_text="Two sentences under the heading.")
    purpose = models.CharField(
        max_length=240,
        blank=True,
        help_text="What the village is for, in one sentence. Shown above the doors and to search engines.",
    )

    search_label = models.CharField(max_length=120, default="What do you need help with?")
    search_button = models.CharField(max_length=40, default="Search")
    search_tries = models.TextField(
        "searches to try",
        blank=True,
        validators=[MaxLengthValidator(300)],
        help_text="One a line. At most four read well.",
    )

    doors_heading = models.CharField(max_length=120, default="Start from who you are")
    doors = StreamField(
        [("door", DoorBlock())], blank=True, max_num=4, help_text="At most four: who comes, and what they get."
    )

    needs_heading = models.CharField(max_length=120, default="Or from what you need")
    needs_link = models.CharField(
        max_length=80, default="Match it to your stage", help_text="Leads to the support navigator."
    )
    stories_heading = models.CharField(max_length=120, default="What came of it")
    stories_link = models.CharField(max_length=80, default="All stories")
    directory_heading = models.CharField(
        max_length=120,
        default="Some of the {count} who are here",
        help_text="{count} becomes the number of organisations.",
    )
    directory_link = models.CharField(max_length=80, default="Whole directory")
    rooms_heading = models.CharField(max_length=120, default="Rooms, desks and benches by the hour")
    rooms_link = models.CharField(
        max_length=80, default="See what is free", help_text="Shown once rooms can be booked."
    )
    rooms = StreamField([("room", RoomBlock())], blank=True, max_num=4, help_text="The captions under the four arches.")
    rooms_demonstration = models.BooleanField("rooms are invented", default=False, help_text="Readers see a mark.")
    figures_heading = models.CharField(max_length=120, default="What Leeds brings")
    figures_link = models.CharField(
        max_length=80, default="Targets to 2030", help_text="Shown once the targets have a page."
    )
    figures = StreamField(
        [("figure", FigureBlock())], blank=True, max_num=4, help_text="Two to four numbers with source and date."
    )

    contact_heading = models.CharField(max_length=120, default="Not sure where to start? Ask a person")
    contact_words = models.CharField(
        max_length=200,
        blank=True,
        help_text="Continues after the person's name, such as: answers first enquiries within two days.",
    )
    contact_button = models.CharField(max_length=40, default="Send an enquiry")

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("kicker"),
                FieldPanel("heading"),
                FieldPanel("lead"),
                FieldPanel("purpose"),
                FieldPanel("search_label"),
                FieldPanel("search_button"),
                FieldPanel("search_tries"),
            ],
            heading="Arrival",
        ),
        MultiFieldPanel([FieldPanel("doors_heading"), FieldPanel("doors")], heading="Doors"),
        MultiFieldPanel(
            [FieldPanel("needs_heading"), FieldPanel("needs_link")], heading="Needs", classname="collapsed"
        ),
        MultiFieldPanel(
            [FieldPanel("stories_heading"), FieldPanel("stories_link")], heading="Stories", classname="collapsed"
        ),
        MultiFieldPanel(
            [FieldPanel("directory_heading"), FieldPanel("directory_link")],
            heading="Organisations",
            classname="collapsed",
        ),
        MultiFieldPanel(
            [
                FieldPanel("rooms_heading"),
                FieldPanel("rooms_link"),
                FieldPanel("rooms"),
                FieldPanel("rooms_demonstration"),
            ],
            heading="Rooms",
            classname="collapsed",
        ),
        MultiFieldPanel(
            [FieldPanel("figures_heading"), FieldPanel("figures_link"), FieldPanel("figures")], heading="Figures"
        ),
        MultiFieldPanel(
            [FieldPanel("contact_heading"), FieldPanel("contact_words"), FieldPanel("contact_button")],
            heading="Ask a person",
            help_text="Name, telephone and e-mail come from Settings, Village.",
        ),
    ]

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    view = "home.views.home.home_page"
    subpage_types = [
        "directory.DirectoryIndexPage",
        "directory.CohortIndexPage",
        "directory.SupportPage",
        "events.EventIndexPage",
        "spaces.SpaceIndexPage",
        "home.StoryIndexPage",
        "home.ContentPage",
    ]
    template = "home/home_page.html"

    class Meta:
        verbose_name = "home page"

    @property
    def tries(self) -> list[str]:
        return [line.strip() for line in self.search_tries.splitlines() if line.strip()]

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Find a page by its whole address instead of level by level: two statements however deep it stands.

        An address inside of a page, such as that of a feed, is left to Wagtail.
        """
        if any("\x00" in component for component in path_components):
            raise Http404  # PostgreSQL refuses to look for it
        if path_components:
            url_path = f"{self.url_path}{'/'.join(path_components)}/"
            found = Page.objects.filter(slug=path_components[-1], url_path=url_path).only("content_type").first()
            if found is not None and found.specific_class is not None:
                pages = found.specific_class.objects.select_related(*getattr(found.specific_class, "served_with", ()))
                result: RouteResult = pages.get(pk=found.pk).route(request, [])
                return result
        return super().route(request, path_components)

"""The page that every page type of the village extends."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page, PageViewRestriction
from wagtail.url_routing import RouteResult


class BasePage(Page):
    """A public page with a social image and, where its content is invented, a visible mark that says so.

    Every subclass states ``subpage_types`` explicitly; parents name their children, never the other way round.
    """

    view: ClassVar[str] = ""  # dotted name of what serves the page, called as view(request, page=self)
    parts: ClassVar[Mapping[str, str]] = {}  # the same for addresses inside it: {"feed": "home.views.feeds.story_feed"}
    served_with: ClassVar[tuple[str, ...]] = ()  # related records that are fetched together with a page that is served

    social_image = models.ForeignKey(
        "core.VillageImage",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Shown when the page is shared. Leave empty for the village's own picture.",
    )
    demonstration = models.BooleanField(
        default=False,
        help_text="Tick when what the page describes is invented. Readers see a mark that says so.",
    )

    promote_panels = [
        MultiFieldPanel(
            [
                FieldPanel("slug"),
                FieldPanel(
                    "seo_title", help_text="Shown in search engines and browser tabs. Leave empty for the title."
                ),
                FieldPanel(
                    "search_description", help_text="One or two sentences for search engines, at most 160 characters."
                ),
                FieldPanel("social_image"),
            ],
            heading="Address and sharing",
        ),
        FieldPanel("demonstration"),
    ]

    class Meta:
        abstract = True

    @classmethod
    def clean_parent_page_models(cls) -> list[type[Page]]:
        """Whoever names it as a child; the root of the tree, which names nobody, only where a type asks for it."""
        found: list[type[Page]] = super().clean_parent_page_models()
        return found if getattr(cls, "parent_page_types", None) else [model for model in found if model is not Page]

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        if self.live and len(path_components) == 1 and path_components[0] in self.parts:
            return RouteResult(self, kwargs={"part": path_components[0]})
        result: RouteResult = super().route(request, path_components)
        return result

    def serve(self, request: HttpRequest, part: str = "") -> HttpResponseBase:
        """Delegated to a view: models know no views, and name theirs as they name their template."""
        name = self.parts[part] if part else self.view
        response: HttpResponseBase = import_string(name)(request, page=self) if name else super().serve(request)
        return response

    def get_view_restrictions(self) -> models.QuerySet[PageViewRestriction]:
        """The restrictions of this page and of all pages above it, in one statement where Wagtail needs two.

        An alias has those of the page it repeats.
        """
        if self.alias_of_id:
            return super().get_view_restrictions()  # type: ignore[no-any-return]
        ends = range(self.steplen, len(self.path) + 1, self.steplen)
        line = Page.objects.filter(path__in=[self.path[:end] for end in ends])
        return PageViewRestriction.objects.filter(page__in=line.values(original=Coalesce("alias_of", "pk")))

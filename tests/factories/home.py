"""The public pages: home, content, stories, podcast. ``HomePageFactory`` becomes the page at ``/``."""

from io import BytesIO
from typing import Any

import factory
from django.core.files.images import ImageFile
from factory.django import DjangoModelFactory
from PIL import Image
from wagtail.models import Page, Site

from core.models import VillageImage
from directory.models import OrganisationPage
from home.choices import StoryKind
from home.models import (
    ContentPage,
    EpisodeOrganisation,
    EpisodePage,
    HomePage,
    PodcastPage,
    StoryIndexPage,
    StoryOrganisation,
    StoryPage,
)

from .directory import SingletonPageFactory
from .pages import PageFactory


class PictureFactory(DjangoModelFactory):
    """A small real picture, described."""

    class Meta:
        model = VillageImage

    title = factory.Sequence(lambda n: f"Picture {n}")
    description = "Two people talk at a bench."

    @factory.lazy_attribute
    def file(self) -> ImageFile:
        data = BytesIO()
        Image.new("RGB", (64, 36), "#0b4f4a").save(data, "PNG")
        return ImageFile(BytesIO(data.getvalue()), name="picture.png")


class HomePageFactory(SingletonPageFactory):
    """Made once; takes the place of the page that the migrations put at ``/``."""

    class Meta:
        model = HomePage

    title = "Home"
    slug = "village"
    heading = "Find the people in Leeds who can move your idea on"

    @classmethod
    def _create(cls, model_class: type[Page], *args: Any, **kwargs: Any) -> Page:
        page = super()._create(model_class, *args, parent=Page.get_first_root_node(), **kwargs)
        site = Site.objects.get(is_default_site=True)
        if site.root_page_id != page.pk:
            site.root_page = page
            site.save()
        return page


class ContentPageFactory(PageFactory):
    class Meta:
        model = ContentPage

    title = factory.Sequence(lambda n: f"Content page {n}")
    lead = "What this page is for."


class StoryIndexPageFactory(SingletonPageFactory):
    class Meta:
        model = StoryIndexPage

    title = "Stories"
    slug = "stories"


class StoryFactory(PageFactory):
    """A live story. ``organisations=[...]`` are those it is about."""

    class Meta:
        model = StoryPage

    class Params:
        organisations: list[OrganisationPage] = []

    title = factory.Sequence(lambda n: f"Story {n}")
    kind = StoryKind.NEWS
    summary = "Something good came of it."

    @factory.lazy_attribute
    def related_organisations(self) -> list[StoryOrganisation]:
        return [StoryOrganisation(organisation=o, sort_order=n) for n, o in enumerate(self.organisations)]

    @classmethod
    def default_parent(cls) -> Page:
        return StoryIndexPageFactory()


class PodcastFactory(PageFactory):
    class Meta:
        model = PodcastPage

    title = factory.Sequence(lambda n: f"Series {n}")
    summary = "Conversations about research."

    @classmethod
    def default_parent(cls) -> Page:
        return StoryIndexPageFactory()


class EpisodeFactory(PageFactory):
    """A live episode without sound. Give ``parent``, or it gets a series of its own."""

    class Meta:
        model = EpisodePage

    class Params:
        organisations: list[OrganisationPage] = []

    title = factory.Sequence(lambda n: f"Episode title {n}")
    number = factory.Sequence(lambda n: n + 1)
    notes = "<p>Who was puzzled, and by what. Then what they did.</p>"

    @factory.lazy_attribute
    def related_organisations(self) -> list[EpisodeOrganisation]:
        return [EpisodeOrganisation(organisation=o, sort_order=n) for n, o in enumerate(self.organisations)]

    @classmethod
    def default_parent(cls) -> Page:
        return PodcastFactory()

"""Stories as Atom, the podcast as RSS, for whoever reads or listens elsewhere."""

from datetime import UTC, datetime, time
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed, Enclosure, Rss201rev2Feed
from django.utils.html import strip_tags

from core.visibility import public
from home import queries
from home.models import EpisodePage, PodcastPage, StoryIndexPage, StoryPage

MOST = 30


class _PageFeed(Feed):
    """Items are pages; addresses are those under which the village is known, whatever the request was sent to."""

    def __init__(self, page: StoryIndexPage | PodcastPage) -> None:
        self.page = page

    def title(self) -> str:
        return f"{self.page.title} – {settings.WAGTAIL_SITE_NAME}"

    def link(self) -> str:
        return _absolute(self.page.url)

    def feed_url(self) -> str:
        return f"{_absolute(self.page.url)}feed/"

    def item_title(self, item: Any) -> str:
        return str(item.title)

    def item_link(self, item: Any) -> str:
        return _absolute(item.url)

    def item_guid(self, item: Any) -> str:
        return f"urn:uuid:{item.translation_key}"  # stays when the page is moved

    item_guid_is_permalink = False

    def item_pubdate(self, item: Any) -> datetime | None:
        if item.dated is None:
            return None
        return datetime.combine(item.dated, time(9), tzinfo=UTC)  # of a day; nine is a fair hour


class StoryFeed(_PageFeed):
    feed_type = Atom1Feed

    def subtitle(self) -> str:
        return str(self.page.lead)

    def items(self) -> list[StoryPage]:
        return list(public(StoryPage.objects.newest_first())[:MOST])

    def item_description(self, item: StoryPage) -> str:
        return item.summary

    def item_categories(self, item: StoryPage) -> list[str]:
        return [item.get_kind_display()]


class PodcastFeed(_PageFeed):
    feed_type = Rss201rev2Feed

    def description(self) -> str:
        return str(self.page.summary)

    def items(self) -> list[EpisodePage]:
        return list(queries.episodes_of(self.page).select_related("audio")[:MOST])

    def item_description(self, item: EpisodePage) -> str:
        return strip_tags(item.notes)

    def item_enclosures(self, item: EpisodePage) -> list[Enclosure]:
        if not item.audio:
            return []
        address = item.audio.url if item.audio.url.startswith("http") else settings.BASE_URL + item.audio.url
        return [Enclosure(address, str(item.audio.file.size), item.audio.sources[0]["type"])]


def story_feed(request: HttpRequest, page: StoryIndexPage) -> HttpResponse:
    return StoryFeed(page)(request)


def podcast_feed(request: HttpRequest, page: PodcastPage) -> HttpResponse:
    return PodcastFeed(page)(request)


def _absolute(path: str | None) -> str:
    return settings.BASE_URL + (path or "/")

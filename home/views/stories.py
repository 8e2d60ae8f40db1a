"""The list of stories and episodes, and a story."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.html import strip_tags

from core.blocks.links import reachable
from core.page_cache import remembered
from core.structured_data import Node, absolute, breadcrumb_list, graph, publisher, stated, web_page
from directory.models import OrganisationPage
from home import queries
from home.choices import StoryKind
from home.models import EpisodePage, StoryIndexPage, StoryPage
from search.exports import exported
from search.listing import Listing
from search.query import query_from, unsaid_order

TYPES = ("story", "episode")
FACETS = ("format", "theme")
SORTS = ("newest", "best", "name")
SORT = "newest"
PAGE_SIZE = 12
MORE = 3
CONTACT = "/contact/"
WORDS_A_MINUTE = 200
KIND_PLURALS = {StoryKind.NEWS: "News", StoryKind.CASE_STUDY: "Case studies"}


def story_list(request: HttpRequest, page: StoryIndexPage) -> HttpResponseBase:
    query = replace(query_from(request.GET, types=TYPES, page_size=PAGE_SIZE), facets=FACETS)
    if "sort" not in request.GET:
        query = replace(query, sort=unsaid_order(query.text, SORT))
    if whole := exported(request, query, page.title, sort=SORT):
        return whole
    listing = Listing.answering(request, query, SORTS, sort=SORT)
    context = page.get_context(request) | {
        "listing": listing,
        "items": _pages_of(listing),
        "podcast": remembered(request, "podcast", queries.first_podcast),
        "empty_heading": f"Nothing found for “{query.text}”" if query.text else "No story fits all of this",
    }
    return TemplateResponse(request, page.get_template(request), context)


def story(request: HttpRequest, page: StoryPage) -> HttpResponse:
    index = page.get_parent()
    stories_url = index.get_url(request) or ""
    kind_url = f"{stories_url}?format={page.kind}"
    kind = KIND_PLURALS[StoryKind(page.kind)]
    steps = [(index.title, stories_url), (kind, kind_url), (page.title, "")]
    organisations = queries.related_organisations(page)
    context = page.get_context(request) | {
        "steps": steps,
        "stories_url": stories_url,
        "contact_url": reachable(request, CONTACT),
        "structured_data": structured_data(page, page.get_url(request) or "", steps, organisations),
        "organisations": organisations,
        "sources": list(page.sources.all()),
        "minutes": reading_minutes(page),
        "more": queries.latest_stories(MORE, without=page.pk),
    }
    return TemplateResponse(request, page.get_template(request), context)


def structured_data(
    page: StoryPage, path: str, steps: Sequence[tuple[str, str]], organisations: Sequence[OrganisationPage]
) -> Node:
    """The story as schema.org describes an article."""
    about = [
        stated(type_="Organization", id_=absolute(f"{url}#about"), name=organisation.title, url=absolute(url))
        for organisation in organisations
        if (url := organisation.url)
    ]
    article = stated(
        type_="NewsArticle" if page.kind == StoryKind.NEWS else "Article",
        id_=absolute(f"{path}#about"),
        headline=page.title,
        description=page.summary,
        datePublished=page.dated.isoformat() if page.dated else "",
        dateModified=page.last_published_at.isoformat() if page.last_published_at else "",
        mainEntityOfPage=absolute(path),
        publisher=publisher(),
        about=about,
    )
    of_page = web_page(path, page.title, about=article["@id"], modified_at=page.last_published_at)
    return graph(of_page, article, breadcrumb_list(path, steps))


def reading_minutes(page: StoryPage) -> int:
    """How long the text takes to read, at least a minute."""
    words = sum(len(strip_tags(str(block.value)).split()) for block in page.body if block.block_type == "text")
    return max(1, ceil(words / WORDS_A_MINUTE))


def _pages_of(listing: Listing) -> list[Any]:
    """The pages of the hits, in their order, with their covers; two hits of different types may share no number."""
    hits = listing.results.hits
    found: dict[tuple[str, str], StoryPage | EpisodePage] = {}
    for type_, model in (("story", StoryPage), ("episode", EpisodePage)):
        keys = [hit.key for hit in hits if hit.type == type_]
        if keys:
            found |= {(type_, str(page.pk)): page for page in model.objects.live().filter(pk__in=keys)}
    return queries.with_covers([found[key] for hit in hits if (key := (hit.type, hit.key)) in found])

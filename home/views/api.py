"""``/api/v1/stories/``: news, case studies and episodes, for programs."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import strip_tags

from core.api import DAY, NUMBER, TEXT, Operation, Parameter, endpoint, perhaps, record, several
from directory.views.api import BASE, PAGE, SLUG, TERM, base, day, found, page_link
from home import queries
from home.documents import stream_text
from home.models import EpisodePage, PodcastPage, StoryPage
from search.open_lists import ROW, list_of, listed, parameters_of
from search.results import Hit

TYPES = ("story", "episode")
PODCAST = Parameter("podcast", TEXT, "The last part of the address of the series.", place="path", required=True)
TOLD = {"dated": perhaps(DAY), "theme": perhaps(TERM), "text": TEXT, "organisations": several(PAGE)}


def link(hit: Hit) -> str:
    """Where the API says more: an episode stands below its series, as its page does."""
    *_, above, slug = hit.url.rstrip("/").split("/")
    return reverse("api_episode", args=[above, slug]) if hit.type == "episode" else reverse("api_story", args=[slug])


@endpoint(
    Operation(
        "/api/v1/stories/",
        "listStories",
        "News, case studies and podcast episodes, the newest first.",
        "stories",
        list_of(record(**ROW, kind=perhaps(TEXT), dated=perhaps(DAY))),
        lambda: parameters_of(TYPES),
        (400, 404),
    )
)
def stories(request: HttpRequest) -> dict[str, Any]:
    return listed(request, TYPES, link, sort="newest")


@endpoint(
    Operation(
        "/api/v1/stories/{slug}/",
        "getStory",
        "A news story or case study.",
        "stories",
        record(
            **BASE,
            **TOLD,
            kind=TERM,
            kicker=TEXT,
            figure=perhaps(record(value=TEXT, what=TEXT, dated=TEXT, source=TEXT)),
            sources=several(record(name=TEXT, dated=TEXT, website=TEXT)),
        ),
        lambda: (SLUG,),
        (404,),
    )
)
def story(request: HttpRequest, slug: str) -> dict[str, Any]:
    page = found(StoryPage.objects.select_related("theme", "figure_source"), slug)
    figure = {
        "value": page.figure,
        "what": page.figure_what,
        "dated": page.figure_dated,
        "source": page.figure_source.name if page.figure_source else "",
    }
    return (
        base(request, page, "story", summary=page.summary, description="")
        | _told(request, page, stream_text(page.body))
        | {
            "kind": {"value": page.kind, "label": str(page.get_kind_display())},
            "kicker": page.kicker,
            "figure": figure if page.figure else None,
            "sources": [{"name": s.name, "dated": s.dated, "website": s.website} for s in page.sources.all()],
        }
    )


@endpoint(
    Operation(
        "/api/v1/stories/{podcast}/{slug}/",
        "getEpisode",
        "An episode of a podcast, with its transcript.",
        "stories",
        record(**BASE, **TOLD, series=PAGE, number=NUMBER, minutes=perhaps(NUMBER), transcript=TEXT),
        lambda: (PODCAST, SLUG),
        (404,),
    )
)
def episode(request: HttpRequest, podcast: str, slug: str) -> dict[str, Any]:
    series = found(PodcastPage.objects.all(), podcast)
    page = found(EpisodePage.objects.child_of(series).select_related("theme"), slug)
    return (
        base(request, page, "episode", summary=page.teaser, description="")
        | _told(request, page, strip_tags(page.notes))
        | {
            "series": page_link(request, series),
            "number": page.number,
            "minutes": page.minutes,
            "transcript": strip_tags(page.transcript),
        }
    )


def _told(request: HttpRequest, page: StoryPage | EpisodePage, text: str) -> dict[str, Any]:
    return {
        "dated": day(page.dated),
        "theme": {"value": page.theme.slug, "label": page.theme.name} if page.theme else None,
        "text": text,
        "organisations": [page_link(request, organisation) for organisation in queries.related_organisations(page)],
    }

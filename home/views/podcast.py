"""A podcast series and an episode of it."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from core.visibility import if_public
from home import queries
from home.models import EpisodePage, PodcastPage


def podcast(request: HttpRequest, page: PodcastPage) -> HttpResponse:
    context = page.get_context(request) | {
        "made_by": if_public(request, page.made_by),
        "episodes": list(queries.episodes_of(page)),
        "organisations": queries.related_organisations(page),
    }
    return TemplateResponse(request, page.get_template(request), context)


def episode(request: HttpRequest, page: EpisodePage) -> HttpResponse:
    series = page.get_parent().specific
    context = page.get_context(request) | {
        "series": series,
        "organisations": queries.related_organisations(page),
        "next_episode": queries.episodes_of(series).filter(number__gt=page.number).order_by("number").first(),
        "previous_episode": queries.episodes_of(series).filter(number__lt=page.number).first(),
    }
    return TemplateResponse(request, page.get_template(request), context)

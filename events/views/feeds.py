"""Events for whoever reads elsewhere: calendars that subscribe, and an Atom feed."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import set_response_etag
from django.views.decorators.http import require_safe

from core.calendars import CONTENT_TYPE
from core.page_cache import conditional
from events import queries
from events.calendars import calendar
from events.models import EventPage, EventSeries
from search.exports import absolute


@require_safe
def all_events(request: HttpRequest) -> HttpResponse:
    """``/events/calendar.ics``: everything to come and of the last three months."""
    return _answer(request, calendar(queries.for_calendars(), name=settings.WAGTAIL_SITE_NAME, url=_own(request)))


@require_safe
def one_event(request: HttpRequest, slug: str) -> HttpResponse:
    """``/events/<slug>/event.ics``."""
    event = queries.whole(EventPage.objects.filter(slug=slug)).first() if "\x00" not in slug else None
    if event is None:
        raise Http404
    return _answer(request, calendar([event], name=event.title, url=_own(request)), file=slug)


@require_safe
def one_series(request: HttpRequest, slug: str) -> HttpResponse:
    """``/events/series/<slug>.ics``."""
    series = EventSeries.objects.filter(slug=slug).first() if "\x00" not in slug else None
    events = list(queries.for_calendars().filter(occurrence__series=series)) if series else []
    if series is None or not events:  # of a series whose events nobody may see nobody learns
        raise Http404
    return _answer(request, calendar(events, name=events[0].title, url=_own(request)))


def _answer(request: HttpRequest, content: bytes, *, file: str = "") -> HttpResponse:
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    if file:
        response["Content-Disposition"] = f'attachment; filename="{file}.ics"'
    response["Cache-Control"] = "public, max-age=0, must-revalidate"
    response["Access-Control-Allow-Origin"] = "*"
    response["X-Robots-Tag"] = "noindex"
    set_response_etag(response)
    return conditional(request, response)  # type: ignore[return-value]


def _own(request: HttpRequest) -> str:
    return absolute(request.path)


__all__ = ["all_events", "one_event", "one_series"]

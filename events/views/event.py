"""``/events/<slug>/``: what it is, when, where, who speaks, and how to come."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from core.blocks.links import reachable
from core.visibility import if_public
from events import queries
from events.bookings.opening import opening_of, rules_of, shown_availability
from events.choices import EventStatus
from events.models import EventPage

from . import structured_data
from .rows import when_words

CONTACT = "/contact/"
BESIDE = 4


def event(request: HttpRequest, page: EventPage) -> HttpResponse:
    programme = queries.programme_of(page)
    labels = queries.labels_of(page)
    url = page.get_url(request) or ""
    events_url = url.removesuffix(f"{page.slug}/")
    starts_at, ends_at = timezone.localtime(page.starts_at), timezone.localtime(page.ends_at)
    days = [day.date for day in programme.days]
    if len(days) < 2:
        days = queries.days_spanned(page)
    rules, now = rules_of(page), timezone.now()
    series = getattr(page, "occurrence", None) if page.pk else None
    context = page.get_context(request) | {
        "starts_at": starts_at,
        "ends_at": ends_at,
        "days": days,
        "when": when_words(starts_at, ends_at, len(days)),
        "is_off": page.status != EventStatus.SCHEDULED,
        "programme": programme,
        "labels": labels,
        "steps": [
            ("Events", events_url),
            (f"{starts_at:%B %Y}", f"{events_url}?view=calendar&month={starts_at:%Y-%m}"),
            (page.title, ""),
        ],
        "events_url": events_url,
        "calendar_url": f"{url}event.ics" if page.live else "",
        "series": series.series if series else None,
        "series_calendar_url": f"{events_url}series/{series.series.slug}.ics" if series else "",
        "beside": queries.beside(page, BESIDE),
        "part_of": [found for found in (if_public(request, page.programme), if_public(request, page.cohort)) if found],
        "rules": rules,
        "opening": opening_of(page, rules, now) if rules else None,
        "availability": shown_availability(page, now),
        "rooms": queries.rooms_of(page)
        if programme.has_rooms and page.is_in_person and page.pk and not page.is_over
        else [],
        "attachments": list(page.attachments.select_related("document")) if programme.has_attachments else [],
        "contact_url": "" if rules else reachable(request, CONTACT),
        "structured_data": structured_data.event(page, programme),
    }
    return TemplateResponse(request, page.get_template(request), context)

"""``/directory/<slug>/``: what an organisation offers and seeks, whom it belongs to, and how to be introduced."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from core.blocks.links import look_up, reachable
from directory.models import OrganisationPage
from directory.queries.profiles import mentions_of, profile_of

from . import structured_data
from .relations import draw

CONTACT, COHORTS, EVENTS = "/contact/", "/cohorts/", "/events/"


def profile(request: HttpRequest, page: OrganisationPage) -> HttpResponse:
    said = profile_of(page, draft=getattr(request, "is_preview", False))
    look_up(request, (CONTACT, EVENTS))
    path = page.get_url(request) or ""
    directory_url = path.removesuffix(f"{page.slug}/")
    steps = [("Directory", directory_url), (page.title, "")]
    context = page.get_context(request) | {
        "profile": said,
        "directory_url": directory_url,
        "cohorts_url": COHORTS,
        "steps": steps,
        "mentions": mentions_of(page),
        "events_url": reachable(request, EVENTS),
        "drawing": draw(said.relatives),
        "contact_url": reachable(request, CONTACT),
        "structured_data": structured_data.organisation(page, said, path, steps),
    }
    return TemplateResponse(request, page.get_template(request), context)

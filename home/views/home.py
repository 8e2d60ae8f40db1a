"""``/``: where everybody arrives."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from core.blocks.links import look_up
from core.page_cache import remembered
from core.structured_data import graph, web_page, website
from home import queries
from home.models import HomePage

STORIES = 3
# Sections that are linked once they are there; the words of each link are the editors'.
SECTIONS = {"support": "/support/", "directory": "/directory/", "stories": "/stories/", "contact": "/contact/"}
SECTIONS |= {"rooms": "/spaces/availability/", "targets": "/impact/"}


def home_page(request: HttpRequest, page: HomePage) -> HttpResponse:
    blocks = [*page.doors, *page.rooms]
    look_up(request, [*SECTIONS.values(), *(block.value.address for block in blocks)])
    leads_somewhere = look_up(request, SECTIONS.values())
    count = remembered(request, "organisation-count", queries.organisation_count)
    context = page.get_context(request) | {
        "sections": {name: path if leads_somewhere[path] else "" for name, path in SECTIONS.items()},
        "needs": queries.needs_with_counts(),
        "organisations": queries.featured_organisations(timezone.localdate()),
        "directory_heading": page.directory_heading.replace("{count}", f"{count:,}"),
        "stories": queries.latest_stories(STORIES),
        "structured_data": graph(
            website(), web_page("/", page.title, modified_at=page.last_published_at, is_leaf=False)
        ),
    }
    return TemplateResponse(request, page.get_template(request), context)

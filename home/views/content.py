"""Pages of words; on the contact page also what the enquiry is about."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from core.blocks.links import look_up
from home import queries
from home.models import ContentPage


def content_page(request: HttpRequest, page: ContentPage) -> HttpResponse:
    look_up(request, _addresses(page))
    context = page.get_context(request) | {
        "organisations": queries.related_organisations(page),
        "contents": [
            (place, block.value["heading"]) for place, block in enumerate(page.body, 1) if block.block_type == "section"
        ],
        "enquiry": queries.enquiry_subject(request.GET),
    }
    return TemplateResponse(request, page.get_template(request), context)


def _addresses(page: ContentPage) -> list[str]:
    """Where the links of the page's parts lead, to be looked up at once."""
    found = []
    for block in page.body:
        if block.block_type == "section":
            found.append(block.value["link"].address)
        elif block.block_type == "choices":
            found += [choice.address for choice in block.value["choices"]]
    return found

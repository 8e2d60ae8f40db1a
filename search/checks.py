"""House rules of search, checked at every start."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register
from wagtail.models import get_page_models

from .documents import is_excluded, sources


@register
def every_page_type_is_decided(**kwargs: Any) -> list[Error]:
    """A page type is either found or left out on purpose, never forgotten."""
    known = {s.model for s in sources()}
    return [
        Error(
            f"Nobody decided whether pages of type {model.__name__} can be found.",
            hint="Register a DocumentSource for it in its app's documents.py, or call exclude_from_search(Model) there.",
            obj=model,
            id="search.E002",
        )
        for model in get_page_models()
        if not model._meta.abstract
        and model._meta.app_label != "wagtailcore"
        and model not in known
        and not is_excluded(model)
    ]


@register
def engine_is_there(**kwargs: Any) -> list[Error]:
    """A setting that would silently do nothing is an error."""
    if not settings.ELASTICSEARCH_URL:
        return []
    return [
        Error(
            "ELASTICSEARCH_URL is set, but this release searches in its database only.",
            hint="Unset ELASTICSEARCH_URL.",
            id="search.E003",
        )
    ]

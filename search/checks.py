"""House rules of search, checked at every start."""

import re
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
def search_server_has_an_address(**kwargs: Any) -> list[Error]:
    """Found out at the start, not by the first reader."""
    wrong = [url for url in settings.ELASTICSEARCH_URL.split(",") if not re.match(r"\s*https?://[^/]", url)]
    if not settings.ELASTICSEARCH_URL or not wrong:
        return []
    return [
        Error(
            "ELASTICSEARCH_URL is no address of a server.",
            hint="Give it as http://host:9200 or https://user:password@host:443; several separated by commas.",
            id="search.E003",
        )
    ]

"""What every page needs of the database, found once a publication instead of once a request; and what no page can keep."""

from collections.abc import Callable
from copy import copy

from django.core.exceptions import BadRequest
from django.db import DataError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject
from wagtail.models import Site

from .page_cache import remembered


class KnownSite:
    """Tells Wagtail which site a request is for: its own statement weighs as much as a sixth of a page.

    Nothing is asked before somebody wants to know: ``/healthz`` answers without a database.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request._wagtail_site = SimpleLazyObject(lambda: _site(request))  # type: ignore[attr-defined] # read by Wagtail
        return self.get_response(request)


def _site(request: HttpRequest) -> Site | None:
    address = f"{request.get_host()}:{request.get_port()}"
    kept: Site | None = remembered(request, f"site {address}", lambda: Site._find_for_request(request))
    if kept is None:
        return None
    # A copy, with a copy of its page: what a request notes on them must not reach the next one.
    site = copy(kept)
    site._state.fields_cache["root_page"] = copy(kept.root_page)
    return site


OF_A_NUL = ("NUL (0x00)", "unsupported Unicode escape sequence")  # in text, and in JSON such as that of the history


class RefuseNul:
    """A NUL byte is nothing that anybody types, and PostgreSQL keeps none: whoever sends one is told that we could not read it.

    Forms say so themselves; this is for what is read without one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Raises BadRequest."""
        if isinstance(exception, DataError | ValueError) and any(words in str(exception) for words in OF_A_NUL):
            raise BadRequest("A NUL byte was sent.") from exception

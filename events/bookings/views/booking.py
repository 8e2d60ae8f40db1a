"""``/events/<slug>/book/``, and what the link of a booking opens."""

from django.http import Http404, HttpRequest, HttpResponse


def book(request: HttpRequest, slug: str) -> HttpResponse:
    raise Http404


def booking(request: HttpRequest, token: str) -> HttpResponse:
    raise Http404

"""What the pages that a link opens have in common."""

from collections.abc import Callable
from functools import wraps
from typing import TypeAlias

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from events.bookings import links

View: TypeAlias = Callable[[HttpRequest, str], HttpResponse]


def opened_by_link(view: View) -> View:
    """The link proves who it is: no token against forgery, no address given on to other sites, no copy kept.

    Scanners of mail servers open links too, so a GET never changes anything.
    """

    @csrf_exempt
    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def opened(request: HttpRequest, token: str) -> HttpResponse:
        try:
            response = view(request, token)
        except links.BadLink:
            response = render(request, "events/booking/bad_link.html", status=404)
        response["Referrer-Policy"] = "no-referrer"
        return response

    return opened

"""Who is let to which page: staff to the door, holders of a link to what is theirs. Nothing of it is kept anywhere."""

from collections.abc import Callable
from functools import wraps
from typing import TypeAlias

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.middleware import second_factor_missing
from events.attendance.links import BadLink
from events.bookings.policies import may_manage
from events.models import EventPage

View: TypeAlias = Callable[..., HttpResponseBase]


def kept_by_staff(view: View) -> View:
    """For those who manage bookings: called with the event. Others are sent to sign in, and then see no such page."""

    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def opened(request: HttpRequest, slug: str, *args: object, **kwargs: object) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not may_manage(request.user):
            raise Http404
        if missing := second_factor_missing(request):
            return missing
        response = view(request, get_object_or_404(EventPage, slug=slug), *args, **kwargs)
        # Not “no-referrer”: with it browsers send forms without their origin, and they would be refused as forged.
        return _kept_nowhere(response, referrer="same-origin")

    return opened


def opened_by_anybody(view: View) -> View:
    """For whoever has the link: it is what proves who they are, so neither a token against forgery nor a cookie is needed."""

    @csrf_exempt
    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def opened(request: HttpRequest, key: str) -> HttpResponseBase:
        try:
            response = view(request, key)
        except BadLink:
            response = render(request, "events/attendance/bad_link.html", status=404)
        return _kept_nowhere(response)

    return opened


def _kept_nowhere(response: HttpResponseBase, *, referrer: str = "no-referrer") -> HttpResponseBase:
    response["Referrer-Policy"] = referrer
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response

"""Who is let to the door and what belongs to it: staff. Nothing of it is kept anywhere."""

from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.middleware import second_factor_missing
from core.signed_links import View, kept_nowhere
from events.bookings.policies import may_manage
from events.models import EventPage


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
        return kept_nowhere(response, referrer="same-origin")

    return opened

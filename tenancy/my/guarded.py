"""What holds for each page under ``/my/``: for who signed in, private, kept nowhere."""

from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.signed_links import View, kept_nowhere


def my_page(view: View) -> View:
    @never_cache
    @login_required
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def opened(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        return kept_nowhere(view(request, *args, **kwargs), referrer="same-origin")

    return opened

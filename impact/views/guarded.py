"""Who is let to what figures are counted from. Nothing of it is kept anywhere."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from core.signed_links import View, kept_nowhere
from impact.policies import may_see
from tenancy.policies import may_read_log


def for_staff(may: Callable[[Any], bool] = may_see) -> Callable[[View], View]:
    """Others are sent to sign in, or refused, before anything is looked up."""

    def decorate(view: View) -> View:
        @never_cache
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def opened(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not may(request.user):
                raise PermissionDenied
            request.reads_log = not may_read_log(request.user)  # type: ignore[attr-defined]  # as on every page for staff
            # Not “no-referrer”: with it browsers send forms without their origin, and they would be refused as forged.
            return kept_nowhere(view(request, *args, **kwargs), referrer="same-origin")

        return opened

    return decorate


def by(request: HttpRequest) -> User:
    return cast(User, request.user)  # nobody else is let in

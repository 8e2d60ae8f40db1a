"""Who gets into the staff area, and what holds for each page of it: private, kept nowhere."""

from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts.models import User
from core.signed_links import View, kept_nowhere
from tenancy.policies import may_work

PARTS = (
    ("staff_day", "My day"),
    ("staff_accounts", "Accounts"),
    ("staff_enquiries", "Enquiries"),
    ("staff_requests", "Requests"),
    ("staff_impact", "Impact"),  # of the app above, by name
)


def staff_page(view: View) -> View:
    """For account managers and those who lead them. Others are sent to sign in, or told that it is not theirs.

    The second factor is asked by ``accounts.middleware`` for everything under ``/staff/``.
    """

    @never_cache
    @wraps(view)
    def opened(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if why_not := may_work(request.user):
            raise PermissionDenied(why_not)
        # Not “no-referrer”: with it browsers send forms without their origin, and they would be refused as forged.
        return kept_nowhere(view(request, *args, **kwargs), referrer="same-origin")

    return opened


def viewer_of(request: HttpRequest) -> User:
    """Whoever got in."""
    assert isinstance(request.user, User)
    return request.user


def around(part: str, title: str, *crumbs: tuple[str, str]) -> dict[str, Any]:
    """What every page of the area shows: where one is, and what else there is."""
    return {
        "parts": [(reverse(name), words, name == part) for name, words in PARTS],
        "title": title,
        "crumbs": [*crumbs, (title, "")] if crumbs else [],
    }


def with_query(url: str, **query: Any) -> str:
    asked = {name: value for name, value in query.items() if value not in (None, "", False)}
    return f"{url}?{urlencode(asked)}" if asked else url

"""Who is let to the desk, and what every page of it has in common. Nothing of it is kept anywhere."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeAlias, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts.middleware import second_factor_missing
from accounts.models import User
from core.signed_links import View, kept_nowhere
from spaces.choices import BookingStatus
from spaces.models import Booking
from spaces.policies import may_give_credentials, may_manage, may_top_up

May: TypeAlias = Callable[[Any], bool]


def for_those_who(may: May, *methods: str) -> Callable[[View], View]:
    """Let in who ``may``; others are sent to sign in, or refused. ``methods``: where it is not GET and POST."""

    allowed = methods or ("GET", "HEAD", "POST")

    def guarded(view: View) -> View:
        @never_cache
        @wraps(view)
        def opened(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not may(request.user):
                raise PermissionDenied
            if missing := second_factor_missing(request):
                return missing
            if request.method not in allowed:  # asked last: an outsider learns nothing
                return HttpResponseNotAllowed(allowed)
            # Not “no-referrer”: with it browsers send forms without their origin, and they would be refused as forged.
            return kept_nowhere(view(request, *args, **kwargs), referrer="same-origin")

        return opened

    return guarded


def person(request: HttpRequest) -> User:
    """Whoever does it; the desk lets nobody else in."""
    return cast(User, request.user)


PARTS: tuple[tuple[str, str, May], ...] = (
    ("spaces_day", "Day", may_manage),
    ("spaces_approvals", "Approvals", may_manage),
    ("spaces_closures", "Closures", may_manage),
    ("spaces_book_for", "Book for somebody", may_manage),
    ("spaces_credentials", "Inductions", may_give_credentials),
    ("spaces_tenants", "Tenants", may_top_up),
    ("spaces_invoices", "Invoices", may_manage),
    ("spaces_utilisation", "Use", may_manage),
)


def show(
    request: HttpRequest, template: str, context: dict[str, Any], *, part: str, title: str = "", status: int = 200
) -> HttpResponse:
    """A page of the desk, with the way to its other parts. ``title``: of a page below the part."""
    allowed = [(name, label) for name, label, may in PARTS if may(request.user)]
    waiting = Booking.objects.filter(status=BookingStatus.PENDING).count() if may_manage(request.user) else 0
    label = next(label for name, label, _ in PARTS if name == part)
    steps = [("Spaces desk", reverse(allowed[0][0])), (label, reverse(part) if title else "")]
    whole = {
        "parts": [(name, words, waiting if name == "spaces_approvals" else 0) for name, words in allowed],
        "part": part,
        "title": title or label,
        "crumbs": [*steps, (title, "")] if title else steps,
        **context,
    }
    return render(request, template, whole, status=status)

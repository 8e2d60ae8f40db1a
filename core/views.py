"""Addresses that belong to no section: health, robots and what a reader sees when something cannot be shown."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import loader
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from . import readiness

# Also what has a page for every day to come, and forms that are filled in for each of them.
NOT_FOR_ROBOTS = ("/cms/", "/accounts/", "/my/", "/staff/", "/search/", "/api/", "/spaces/availability/", "/*/book/")

LAST_RESORT = (
    '<!DOCTYPE html><html lang="en-GB"><title>Something broke on our side</title>'
    "<h1>Something broke on our side</h1><p>It is not your doing. Go back and try again in a minute.</p>"
    '<p><a href="/">Go to the home page</a></p></html>'
)


# ---- machines -------------------------------------------------------------------------------------------------------
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process is up; says nothing about what it depends on, so that a slow database does not restart it."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Database and search answer: 200 when all do, else 503 and which do not."""
    answers = readiness.answers()
    ready = all(answer.ready for answer in answers)
    checks = {answer.name: {"ready": answer.ready, "took_ms": answer.took_ms, **answer.details} for answer in answers}
    return JsonResponse({"status": "ready" if ready else "not ready", "checks": checks}, status=200 if ready else 503)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS),
        f"Sitemap: {settings.BASE_URL}/sitemap.xml",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


# ---- errors ---------------------------------------------------------------------------------------------------------
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _refusal(request, 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _refusal(request, 403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _refusal(request, 404)


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _refusal(request, 429)


def _refusal(request: HttpRequest, status: int) -> HttpResponse:
    try:
        return render(request, f"{status}.html", status=status)
    except Exception:  # noqa: BLE001 -- the error page must not be the second error: the database may be what failed
        return HttpResponse(_broken_page(), status=status)


def server_error(request: HttpRequest, *args: Any) -> HttpResponse:
    """Rendered without request, context processors or database: any of them may be what broke."""
    return HttpResponse(_broken_page(), status=500)


def _broken_page() -> str:
    try:
        return loader.render_to_string("500.html")
    except Exception:  # noqa: BLE001 -- not even the stylesheet's name could be found
        return LAST_RESORT

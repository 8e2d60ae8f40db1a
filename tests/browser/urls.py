"""The village's addresses, and some that answer with each refusal, so that a browser can look at it."""

from typing import Any

from csp.decorators import csp_exempt
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from core.views import too_many_requests
from ecosystem import urls as village
from ecosystem.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

RAISED: dict[int, type[Exception]] = {400: SuspiciousOperation, 403: PermissionDenied, 500: RuntimeError}


def refuse(request: HttpRequest, status: int) -> HttpResponse:
    if status == 429:
        return too_many_requests(request)
    raise RAISED[status]("asked for by a test")


def posted(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """Answers a form; without its token Django's check refuses before it gets here."""
    return HttpResponse("taken")


@csp_exempt()
def partner(request: HttpRequest) -> HttpResponse:
    """A page of somebody else, with the frames that are asked for in it."""
    return HttpResponse(
        f'<!DOCTYPE html><html lang="en"><title>About us</title>{"".join(request.GET.getlist("frame"))}'
    )


urlpatterns = [
    path("partner/", partner),
    path("refusals/<int:status>/", refuse),
    path("refusals/posted/", posted),
    path("", include(village)),
]

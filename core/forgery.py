"""For forms of which nothing typed may be lost: whether they carry our token, asked by the view instead of before it."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

EXPIRED = (
    "The page had been open for so long, or your browser so careful, that we could not tell whether the form came from you. "
    "Nothing has been sent. All that you typed is still here: look it over and send it once more."
)


class _Check(CsrfViewMiddleware):
    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(reason, status=403)  # never shown: only that there is one counts


def came_from_us(request: HttpRequest) -> bool:
    """Whether ``request`` proves itself as Django asks of every form. For views that are ``csrf_exempt`` to ask themselves."""
    return _Check(lambda _: HttpResponse()).process_view(request, lambda _: HttpResponse(), (), {}) is None


def sent_from_our_pages(request: HttpRequest) -> bool:
    """The same without a token, so that the page with the form may be kept for everybody and needs no cookie.

    Browsers say with every form where it was opened. What says nothing is no browser, and holds nobody's session.
    """
    origin = request.headers.get("Origin")
    if origin is not None:
        return urlsplit(origin).netloc == request.get_host()
    return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"

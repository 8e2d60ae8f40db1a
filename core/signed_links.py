"""Links that prove who somebody is, by a signature: what is in the database alone opens nothing.

Each names a row and a secret that the row holds, so that it ends with the row, or when the row gets a new secret.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeAlias

from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

View: TypeAlias = Callable[..., HttpResponseBase]


class BadLink(Exception):
    """Not one of ours, or cut off."""


def sign(purpose: str, pk: int, secret: str) -> str:
    """What stands in the address. A link for one ``purpose``, such as ``events.bookings.manage``, opens no other."""
    return signing.Signer(salt=purpose).sign(f"{pk}.{secret}")


def read(token: str, purpose: str) -> tuple[int, str]:
    """The key and the secret that ``sign`` was given. Raises BadLink."""
    try:
        pk, _, secret = signing.Signer(salt=purpose).unsign(token).partition(".")
        return int(pk), secret
    except (signing.BadSignature, ValueError) as error:
        raise BadLink from error


def opened_by_link(view: View) -> View:
    """The link proves who it is: no token against forgery, no address given on to other sites, no copy kept.

    Scanners of mail servers open links too, so a GET may never change anything.
    """

    @csrf_exempt
    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except BadLink:
            response = render(request, "core/bad_link.html", status=404)
        return kept_nowhere(response)

    return opened


def kept_nowhere(response: HttpResponseBase, *, referrer: str = "no-referrer") -> HttpResponseBase:
    """Say that the page is nobody else's.

    With ``no-referrer`` a browser sends a form with ``Origin: null``, which Django's check against forgery refuses: pages
    whose forms carry its token take ``same-origin``.
    """
    response["Referrer-Policy"] = referrer
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response

"""Whole pages kept for anonymous readers, and forgotten at once, in every process, when anything is published.

Only what anybody may see can get in: a request that carries a session, CSRF or message cookie, or credentials, passes
by on its way in; a response that sets a cookie, varies by cookie or says it is private passes by on its way out.

Everything remembered belongs to a *version* of the public content. ``bump()`` begins a new one. A page that was being
rendered meanwhile is stored under the version it was started in, where nobody looks for it any more.
"""

import hashlib
import logging
import os
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache, caches
from django.core.cache.backends.locmem import LocMemCache
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, set_response_etag

log = logging.getLogger(__name__)

TTL = 300
MOST_REMEMBERED = 500
LONGEST_QUERY = 512  # longer ones are crawlers and attacks: they would only push real pages out

PRIVATE_COOKIES = frozenset({settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages"})
PRIVATE_PATHS = ("/cms/", "/accounts/", "/my/", "/staff/", "/static/", "/media/", "/documents/", "/healthz", "/readyz")
CAMPAIGN_PARAMETERS = frozenset({"fbclid", "gclid", "msclkid"})  # and utm_*: they change nothing on the page

VERSION_KEY = "page-cache-version"

T = TypeVar("T")
_remembered: OrderedDict[tuple[str | None, str], Any] = OrderedDict()  # what was asked for last comes last
_passing: ContextVar[bool] = ContextVar("page-cache-passing", default=False)
_watchers: dict[str, Callable[[HttpRequest, Any], None]] = {}


# ---- version --------------------------------------------------------------------------------------------------------
def version() -> str:
    """The version of the public content: another one after every ``bump()``, in whichever process it was called."""
    if _cache_is_shared():
        found = cache.get(VERSION_KEY)
        if found is None:  # never set, or pushed out: begin anew rather than find pages of long ago
            cache.add(VERSION_KEY, secrets.token_hex(8), None)
            found = cache.get(VERSION_KEY, "")
        return str(found)
    try:
        return str(_version_file().stat().st_mtime_ns)
    except FileNotFoundError:
        return "0"


def bump() -> None:
    """Begin a new version, so that every page is rendered afresh."""
    if _cache_is_shared():
        cache.set(VERSION_KEY, secrets.token_hex(8), None)
        return
    path = _version_file()
    path.touch()
    # Set the time ourselves: the kernel's clock advances in steps of milliseconds, and two bumps may fall into one.
    now = max(time.time_ns(), path.stat().st_mtime_ns + 1)
    os.utime(path, ns=(now, now))


def bump_on_commit(using: str | None = None) -> None:
    """Begin a new version once the change is visible to others; earlier, they would remember what was there before."""
    transaction.on_commit(bump, using=using)


def remembered(request: HttpRequest, name: str, compute: Callable[[], T]) -> T:
    """What ``compute`` returns, kept in this process until the next ``bump()``.

    For what every page needs and editors seldom change. It must not depend on the reader. Where the middleware is not
    installed, nothing outlives the request.
    """
    current = getattr(request, "content_version", None)
    kept = request.__dict__.setdefault("_remembered", OrderedDict()) if current is None else _remembered
    key = (current, name)
    with suppress(KeyError):  # another thread may drop it in between
        kept.move_to_end(key)
        return kept[key]  # type: ignore[no-any-return]
    value = compute()
    while len(kept) >= MOST_REMEMBERED:  # what nobody asked for longest: mostly of versions gone by
        kept.popitem(last=False)
    kept[key] = value
    return value


def do_not_keep() -> None:
    """Say that the page being rendered is right for this moment only, such as while a service is out of reach."""
    _passing.set(True)


def _cache_is_shared() -> bool:
    return not isinstance(caches["default"], LocMemCache)


def _version_file() -> Path:
    return Path(settings.VAR_DIR) / "content-version"


# ---- who is told ----------------------------------------------------------------------------------------------------
def watch(name: str, told: Callable[[HttpRequest, Any], None]) -> None:
    """Have ``told`` called with what was noted under ``name`` whenever a page is given to a reader, from memory too.

    Not for one whose browser has the page already. It must be quick; what it raises is logged and harms nobody.
    """
    _watchers[name] = told


def note(request: HttpRequest, name: str, fact: Any) -> None:
    """Keep ``fact`` with the page that answers ``request``, for whoever watches: plain values, which other processes read."""
    request.__dict__.setdefault("notes", {})[name] = fact


def _tell(request: HttpRequest, response: HttpResponseBase) -> None:
    if request.method != "GET" or response.status_code != 200:
        return
    for name, fact in getattr(response, "notes", getattr(request, "notes", {})).items():
        if name in _watchers:
            try:
                _watchers[name](request, fact)
            except Exception:
                log.exception("A page was given to a reader, but “%s” could not be told.", name)


# ---- middleware -----------------------------------------------------------------------------------------------------
class AnonymousPageCache:
    """Answers anonymous readers from memory; adds ``X-Cache: hit`` where it did."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._answer(request)
        _tell(request, response)
        return response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        request.content_version = started_in = version()  # type: ignore[attr-defined] # read by remembered()
        if not may_be_answered(request):
            return self.get_response(request)
        key = key_for(request, started_in)
        kept: HttpResponse | None = cache.get(key)
        if kept is not None:
            kept["X-Cache"] = "hit"
            return conditional(request, kept)
        _passing.set(False)
        response = self.get_response(request)
        if _passing.get():
            response["Cache-Control"] = "no-store"
        if not may_be_kept(response):
            return response
        assert isinstance(response, HttpResponse)
        if not response.has_header("Cache-Control"):
            # A browser asks again each time (and gets 304): only this cache is told when something is published.
            response["Cache-Control"] = "public, max-age=0, must-revalidate"
        if not response.has_header("ETag"):
            set_response_etag(response)
        response.notes = getattr(request, "notes", {})  # type: ignore[attr-defined] # read by _tell()
        cache.set(key, response, TTL)
        return conditional(request, response)


def may_be_answered(request: HttpRequest) -> bool:
    """Whether the request is one that any anonymous reader could have made."""
    return (
        request.method in ("GET", "HEAD")
        and not request.path.startswith(PRIVATE_PATHS)
        and PRIVATE_COOKIES.isdisjoint(request.COOKIES)
        and "Authorization" not in request.headers
        and len(request.META.get("QUERY_STRING", "")) <= LONGEST_QUERY
        and not getattr(request, "is_dummy", False)  # a preview that Wagtail renders from a draft
    )


def may_be_kept(response: HttpResponseBase) -> bool:
    """Whether the response is the same for every anonymous reader."""
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and _words(response, "Vary") <= {"accept-encoding"}
        and _words(response, "Cache-Control").isdisjoint({"private", "no-store", "no-cache"})
    )


def key_for(request: HttpRequest, content_version: str) -> str:
    query = sorted(
        (name, value)
        for name, values in request.GET.lists()
        for value in values
        if name not in CAMPAIGN_PARAMETERS and not name.startswith("utm_")
    )
    # HEAD has no body, and a request by htmx may be answered differently by a view of the future.
    kind = f"{request.method}|{request.headers.get('HX-Request', '')}"
    raw = f"{content_version}|{kind}|{request.scheme}|{request.get_host()}|{request.path}|{urlencode(query)}"
    return "page:" + hashlib.sha256(raw.encode(errors="surrogatepass")).hexdigest()


def conditional(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """``response``, or 304 for who has it already; Django's 304 forgets that other sites may read it."""
    answer = get_conditional_response(request, etag=response["ETag"], response=response) or response
    for name, value in response.items():
        if name.startswith("Access-Control-"):
            answer[name] = value
    return answer


def _words(response: HttpResponseBase, header: str) -> set[str]:
    return {word.lower() for word in re.split(r"\s*,\s*", response.get(header, "")) if word}

import os
import subprocess
import sys

import pytest
from django.conf import settings as project_settings
from django.core.cache import cache
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie

from core import page_cache
from core.page_cache import AnonymousPageCache, bump, remembered, version

pytestmark = pytest.mark.usefixtures("own_version")
requests = RequestFactory()


class Counting:
    """A view that says how often it was asked."""

    def __init__(self, answer=None):
        self.times = 0
        self.answer = answer or (lambda request: HttpResponse())

    def __call__(self, request):
        self.times += 1
        response = self.answer(request)
        if not response.streaming and not response.content:
            response.content = f"rendered {self.times}"
        return response


def ask(view, path="/directory/", **headers):
    return AnonymousPageCache(view)(requests.get(path, headers=headers))


# ---- what is kept ---------------------------------------------------------------------------------------------------
def test_second_reader_is_answered_from_memory():
    view = Counting()

    first, second = ask(view), ask(view)

    assert view.times == 1
    assert second.content == first.content == b"rendered 1"
    assert second["X-Cache"] == "hit"
    assert first["Cache-Control"] == "public, max-age=0, must-revalidate"


def test_reader_who_has_the_page_is_told_that_it_still_holds():
    view = Counting()
    tag = ask(view)["ETag"]

    again = ask(view, **{"If-None-Match": tag})

    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == tag


def test_first_answer_may_already_be_304():
    view = Counting(lambda request: HttpResponse("always the same"))
    tag = ask(view)["ETag"]
    bump()

    assert ask(view, **{"If-None-Match": tag}).status_code == 304
    assert view.times == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/directory/?need=data&q=ai", "/directory/?q=ai&need=data"),
        ("/directory/?q=ai", "/directory/?q=ai&utm_source=mail&utm_medium=x&fbclid=1&gclid=2"),
        ("/directory/?need=b&need=a", "/directory/?need=a&need=b"),
    ],
)
def test_addresses_that_mean_the_same_share_a_page(one, other):
    view = Counting()

    ask(view, one)
    ask(view, other)

    assert view.times == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/directory/?q=ai", "/directory/?q=gp"),
        ("/directory/?q=a&need=b", "/directory/?q=a%26need%3Db"),
        ("/directory/", "/directory/?q="),
        ("/a/", "/a/b/"),
    ],
)
def test_addresses_that_differ_do_not_share_a_page(one, other):
    view = Counting()

    ask(view, one)

    assert ask(view, other).content == b"rendered 2"


def test_hosts_and_schemes_do_not_share_a_page(settings):
    settings.ALLOWED_HOSTS = ["one.example", "two.example"]
    view = Counting()
    middleware = AnonymousPageCache(view)

    middleware(requests.get("/", headers={"host": "one.example"}))
    middleware(requests.get("/", headers={"host": "two.example"}))
    middleware(requests.get("/", headers={"host": "one.example"}, secure=True))

    assert view.times == 3


def test_head_and_get_do_not_share_an_answer():
    view = Counting()
    middleware = AnonymousPageCache(view)

    middleware(requests.head("/"))

    assert middleware(requests.get("/")).content == b"rendered 2"


# ---- who is told ----------------------------------------------------------------------------------------------------
@pytest.fixture
def told(monkeypatch):
    """What a watcher of “visits” was told, by method and fact."""
    heard = []
    monkeypatch.setattr(page_cache, "_watchers", {})
    page_cache.watch("visits", lambda request, fact: heard.append((request.method, fact)))
    return heard


def _notes(request):
    page_cache.note(request, "visits", request.GET.get("q"))
    page_cache.note(request, "nobody listens", 1)
    return HttpResponse("always the same")


def test_watcher_is_told_of_every_page_that_is_given_from_memory_too(told):
    view = Counting(_notes)

    ask(view, "/directory/?q=ai")
    ask(view, "/directory/?q=ai")
    ask(view, "/directory/?q=gp")
    ask(view, "/directory/?q=ai", cookie=f"{project_settings.SESSION_COOKIE_NAME}=x")

    assert told == [("GET", "ai"), ("GET", "ai"), ("GET", "gp"), ("GET", "ai")]
    assert view.times == 3


def test_watcher_is_not_told_of_pages_that_the_browser_has_or_that_nobody_sees(told):
    view = Counting(_notes)
    tag = ask(view)["ETag"]
    assert len(told) == 1

    ask(view, **{"If-None-Match": tag})
    AnonymousPageCache(view)(requests.head("/directory/"))
    AnonymousPageCache(view)(requests.post("/directory/"))
    ask(Counting(lambda request: _notes(request) and HttpResponse(status=404)), "/nowhere/")

    assert len(told) == 1


def test_watcher_that_fails_costs_nobody_the_page(told, caplog):
    def fail(request, fact):
        raise RuntimeError("asked for by a test")

    page_cache.watch("visits", fail)

    assert ask(Counting(_notes)).content == b"always the same"
    assert "“visits” could not be told" in caplog.text


# ---- what passes by -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", [project_settings.SESSION_COOKIE_NAME, project_settings.CSRF_COOKIE_NAME, "messages"])
def test_reader_with_a_private_cookie_is_never_answered_from_memory(name):
    view = Counting()
    ask(view)

    request = requests.get("/directory/")
    request.COOKIES[name] = "anything"

    assert AnonymousPageCache(view)(request).content == b"rendered 2"
    assert ask(view).content == b"rendered 1", "and their page is not what others get"


def test_request_with_credentials_passes_by():
    view = Counting()

    ask(view, authorization="Bearer secret")

    assert ask(view).content == b"rendered 2"


@pytest.mark.parametrize(
    "path", ["/cms/", "/accounts/login/", "/my/bookings/", "/staff/", "/documents/1/x.pdf", "/readyz"]
)
def test_private_sections_pass_by(path):
    view = Counting()

    ask(view, path)
    ask(view, path)

    assert view.times == 2


def test_forms_that_are_sent_pass_by():
    view = Counting()
    middleware = AnonymousPageCache(view)

    middleware(requests.post("/join/"))
    middleware(requests.post("/join/"))

    assert view.times == 2


def test_preview_of_a_draft_passes_by():
    view = Counting(lambda request: HttpResponse("draft" if getattr(request, "is_dummy", False) else "published"))
    preview = requests.get("/directory/")
    preview.is_dummy = True

    AnonymousPageCache(view)(preview)

    assert ask(view).content == b"published"


def test_endless_query_strings_pass_by():
    view = Counting()

    ask(view, "/directory/?q=" + "a" * 600)
    ask(view, "/directory/?q=" + "a" * 600)

    assert view.times == 2


def _sets_cookie(request):
    response = HttpResponse("x")
    response.set_cookie("seen", "1")
    return response


@pytest.mark.parametrize(
    "answer",
    [
        _sets_cookie,
        ensure_csrf_cookie(lambda request: HttpResponse("x", headers={"Set-Cookie": "a=b", "Vary": "Cookie"})),
        never_cache(lambda request: HttpResponse("x")),
        lambda request: HttpResponse("x", headers={"Cache-Control": "private"}),
        lambda request: HttpResponse("x", headers={"Cache-Control": "no-store"}),
        lambda request: HttpResponse("x", headers={"Vary": "Accept-Encoding, Cookie"}),
        lambda request: HttpResponse("x", headers={"Vary": "*"}),
        lambda request: HttpResponse("x", status=404),
        lambda request: HttpResponse("x", status=302, headers={"Location": "/"}),
        lambda request: StreamingHttpResponse([b"x"]),
    ],
)
def test_answer_for_one_reader_is_not_kept(answer):
    view = Counting(answer)

    ask(view)
    ask(view)

    assert view.times == 2


# ---- versions -------------------------------------------------------------------------------------------------------
def test_bump_is_seen_at_once():
    view = Counting()
    ask(view)

    bump()

    assert ask(view).content == b"rendered 2"


def test_page_begun_before_a_bump_is_not_kept_after_it():
    published = ["old"]

    def slow(request):
        seen = published[0]
        if seen == "old":
            published[0] = "new"  # somebody publishes while this page is being rendered
            bump()
        return HttpResponse(seen)

    assert ask(slow).content == b"old"
    assert ask(slow).content == b"new"


def test_many_bumps_at_once_are_all_different():
    seen = set()
    for _ in range(200):
        bump()
        seen.add(version())

    assert len(seen) == 200


def test_bump_of_another_process_is_seen(tmp_path):
    view = Counting()
    ask(view)
    program = "import django; django.setup(); from core.page_cache import bump; bump()"
    environment = {**os.environ, "VAR_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "ecosystem.settings.test"}

    subprocess.run([sys.executable, "-c", program], env=environment, cwd=project_settings.BASE_DIR, check=True)

    assert ask(view).content == b"rendered 2"


def test_shared_cache_carries_the_version_itself(settings, tmp_path):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(tmp_path / "cache"),
        }
    }
    view = Counting()
    ask(view)
    before = version()

    bump()

    assert version() != before
    assert ask(view).content == b"rendered 2"
    assert not (tmp_path / "content-version").exists()


def test_lost_version_of_a_shared_cache_begins_anew(settings, tmp_path):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(tmp_path / "cache"),
        }
    }
    before = version()

    cache.clear()

    assert version() not in ("", before)
    assert version() == version()


# ---- remembered -----------------------------------------------------------------------------------------------------
def test_remembered_lasts_until_the_next_bump():
    found = []

    def view(request):
        found.append(remembered(request, "answer", lambda: len(found)))
        return HttpResponse("x", status=404)

    ask(view)
    ask(view)
    bump()
    ask(view)

    assert found == [0, 0, 2]


def test_remembered_does_not_outlive_the_request_without_the_middleware():
    one, other = requests.get("/"), requests.get("/")

    assert [remembered(one, "answer", lambda: 1), remembered(one, "answer", lambda: 2)] == [1, 1]
    assert remembered(other, "answer", lambda: 3) == 3


def test_what_every_page_needs_is_not_forgotten_for_what_one_page_needed(monkeypatch):
    monkeypatch.setattr(page_cache, "MOST_REMEMBERED", 3)
    found = []

    def view(request):
        found.append(remembered(request, "navigation", lambda: len(found)))
        remembered(request, f"crumbs of page {len(found)}", lambda: "")
        return HttpResponse("x", status=404)

    for _ in range(5):
        ask(view)

    assert found == [0, 0, 0, 0, 0]

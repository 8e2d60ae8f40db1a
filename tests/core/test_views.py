import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DatabaseError
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import include, path

from core import readiness, views
from tests.assertions import assert_no_inline_code, assert_public_page


def _raise(error):
    def view(request):
        raise error

    return view


urlpatterns = [
    path("", include("core.urls")),
    path("gone/", _raise(Http404())),
    path("theirs/", _raise(PermissionDenied())),
    path("odd/", _raise(SuspiciousOperation())),
    path("broken/", _raise(ValueError("secret detail"))),
    path("often/", views.too_many_requests),
]
handler400 = "core.views.bad_request"
handler403 = "core.views.permission_denied"
handler404 = "core.views.page_not_found"
handler500 = "core.views.server_error"

pytestmark = pytest.mark.urls(__name__)


@pytest.mark.parametrize(
    ("address", "status", "heading"),
    [
        ("/gone/", 404, "There is no door at this address"),
        ("/nowhere/", 404, "There is no door at this address"),
        ("/theirs/", 403, "You may not open this page"),
        ("/odd/", 400, "We could not read that request"),
        ("/often/", 429, "That was too often"),
    ],
)
def test_refusal_says_what_is_the_matter_and_what_works(address, status, heading, db, client):
    page = assert_public_page(client.get(address), status=status)

    assert page.h1.text == heading
    assert page.main.find_all("a", class_="v-link"), "no way out"
    assert page.find("meta", attrs={"name": "robots"})["content"] == "noindex"


def test_page_that_is_not_there_offers_to_search(db, client):
    form = assert_public_page(client.get("/gone/"), status=404).main.form

    assert (form["action"], form["method"], form.input["name"]) == ("/search/", "get", "q")


def test_refused_form_explains_the_cookie(db):
    answer = Client(enforce_csrf_checks=True).post("/gone/", {"a": "b"})

    assert answer.status_code == 403
    assert "We could not tell that this form came from you" in answer.content.decode()


def test_broken_page_asks_the_database_nothing_and_tells_nothing():
    # Without the db fixture any query is an error, so this page can't have made one.
    answer = Client(raise_request_exception=False).get("/broken/")

    assert answer.status_code == 500
    page = BeautifulSoup(answer.content, "html.parser")
    assert page.h1.text == "Something broke on our side"
    assert "secret detail" not in answer.content.decode()
    assert_no_inline_code(page)


def test_refusal_stands_even_when_the_database_does_not():
    answer = views.page_not_found(RequestFactory().get("/gone/"))  # no db fixture: the navigation's query fails

    assert answer.status_code == 404
    assert "<h1" in answer.content.decode()


def test_broken_page_stands_even_without_collected_files(settings, tmp_path):
    settings.STORAGES = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
    settings.STATIC_ROOT = tmp_path

    answer = views.server_error(RequestFactory().get("/"))

    assert "Something broke on our side" in answer.content.decode()


# ---- machines -------------------------------------------------------------------------------------------------------
def test_health_asks_nobody(client):
    assert client.get("/healthz").json() == {"status": "ok"}


def test_ready_while_everything_answers(db, client):
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["status"] == "ready"
    assert {name: check["ready"] for name, check in answer.json()["checks"].items()} == {
        "database": True,
        "guards": True,
        "search": True,
    }
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("check", [lambda: False, _raise(DatabaseError("password in here")), lambda: 1 / 0])
def test_part_that_does_not_answer_is_named_without_its_secrets(check, db, client, monkeypatch):
    monkeypatch.setattr(readiness, "_checks", {"engine": (lambda: check(None)) if check.__name__ == "view" else check})

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"]["engine"]["ready"] is False
    assert answer.json()["checks"]["database"]["ready"] is True
    assert "password" not in answer.content.decode()


def test_robots_keep_out_of_what_is_private(client, settings):
    settings.BASE_URL = "https://village.example"

    lines = client.get("/robots.txt").content.decode().splitlines()

    assert "Disallow: /cms/" in lines
    assert "Disallow: /staff/" in lines
    assert lines[-1] == "Sitemap: https://village.example/sitemap.xml"

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.shortcuts import render
from django.test import RequestFactory
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.models import Page, PageViewRestriction, Site

from core.models import SiteSettings
from core.navigation import navigation


def empty_page(request):
    return render(request, "layouts/refusal.html")


urlpatterns = [
    path("support/", lambda request: HttpResponse("a view")),
    path("cohorts/one/", empty_page),
    path("plain/", empty_page),
    path("accounts/", include("allauth.urls")),
    path("cms/", include("wagtail.admin.urls")),
    path("", include(wagtail_urls)),
]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def home(db):
    return Site.objects.get(is_default_site=True).root_page


@pytest.fixture
def directory(home):
    return home.add_child(instance=Page(title="Directory", slug="directory"))


def labels(links):
    return [link.label for link in links]


def test_only_sections_that_are_there_are_linked(directory):
    found = navigation(RequestFactory().get("/"))

    assert labels(found.main) == ["Directory", "Support"]
    assert found.join is None
    assert labels(found.find) == ["Directory", "Support navigator"]
    assert found.small_print == ()


def test_draft_and_restricted_pages_are_not_linked(home, directory):
    home.add_child(instance=Page(title="Stories", slug="stories", live=False))
    PageViewRestriction.objects.create(page=directory, restriction_type=PageViewRestriction.LOGIN)

    assert labels(navigation(RequestFactory().get("/")).main) == ["Support"]


def test_join_is_linked_once_its_page_is_published(home):
    join = home.add_child(instance=Page(title="Join", slug="join", live=False))
    assert navigation(RequestFactory().get("/")).join is None

    join.save_revision().publish()

    assert navigation(RequestFactory().get("/")).join.path == "/join/"


@pytest.mark.parametrize(
    ("address", "section"),
    [("/directory/", "/directory/"), ("/directory/npic/", "/directory/"), ("/cohorts/one/", "/directory/"), ("/", "")],
)
def test_section_of_an_address(directory, address, section):
    assert navigation(RequestFactory().get("/")).section(address) == section


def test_current_section_is_marked(directory, client):
    page = BeautifulSoup(client.get("/cohorts/one/").content, "html.parser")

    assert [link.text for link in page.find(class_="v-nav").find_all("a", attrs={"aria-current": "true"})] == [
        "Directory"
    ]


# ---- what the page knows of its reader ------------------------------------------------------------------------------
def test_header_and_footer_cost_three_statements_and_no_cookie(directory, client, django_assert_num_queries):
    Site.clear_site_root_paths_cache()

    with django_assert_num_queries(3):  # site, pages that are there, village settings
        answer = client.get("/plain/")

    assert not answer.cookies
    assert "Vary" not in answer


def test_signed_in_reader_may_sign_out_and_anonymous_may_sign_in(directory, client):
    me = BeautifulSoup(client.get("/plain/").content, "html.parser").find(class_="v-header__me")
    assert [link["href"] for link in me.find_all("a")] == ["/accounts/login/"]

    client.force_login(get_user_model().objects.create_user("ada@village.example"))
    me = BeautifulSoup(client.get("/plain/").content, "html.parser").find(class_="v-header__me")

    assert [link["href"] for link in me.find_all("a")] == ["/accounts/logout/"]


def test_footer_says_what_editors_wrote(directory, client):
    SiteSettings.objects.create(
        site=Site.objects.get(is_default_site=True),
        contact_name="Sam <Holroyd>",
        contact_role="account manager",
        contact_is_demonstration=True,
        contact_email="hello@village.example",
        contact_telephone="01632 960 100",
        contact_hours="weekdays",
        address="Old Medical School\nLeeds",
        run_by="the Trust",
        demonstration_notice="All of it invented.",
    )

    page = BeautifulSoup(client.get("/plain/").content, "html.parser")

    assert page.footer.find("p", class_="v-foot-place").get_text("|") == "Old Medical School|Leeds"
    assert "Sam <Holroyd>, account manager (demonstration)" in page.footer.get_text()
    assert page.footer.find("a", href="mailto:hello@village.example")
    assert "Run by the Trust" in page.footer.get_text()
    assert page.find(class_="v-demo").get_text(strip=True) == "All of it invented."


def test_reading_a_page_writes_no_settings(directory, client):
    client.get("/plain/")

    assert not SiteSettings.objects.exists()


def test_no_demonstration_line_outside_the_demonstration(directory, client, settings):
    settings.DEMONSTRATION = False

    assert BeautifulSoup(client.get("/plain/").content, "html.parser").find(class_="v-demo") is None


def test_shared_link_has_absolute_addresses(directory, client, settings):
    settings.BASE_URL = "https://village.example"

    page = BeautifulSoup(client.get("/plain/?q=x&utm_source=mail").content, "html.parser")

    assert page.find("link", rel="canonical")["href"] == "https://village.example/plain/"
    assert page.find("meta", property="og:image")["content"] == "https://village.example/static/svg/social-card.png"

from datetime import UTC, datetime

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from wagtail.admin.userbar import ContentCheckerItem
from wagtail.admin.views.home import WhatsNewInWagtailVersionPanel
from wagtail.models import Page, Site

from core import dashboard
from core.models import VillageImage
from core.wagtail_hooks import VillageChecker, check_as_the_village_does, dashboard_panels, village_colours


@pytest.fixture
def home(db):
    page = Site.objects.get(is_default_site=True).root_page
    page.search_description = "Said."
    page.save()
    return page


def asked_by(user):
    request = RequestFactory().get("/cms/")
    request.user = user
    return request


@pytest.fixture
def chief(db):
    return get_user_model().objects.create_superuser("admin@village.example")


@time_machine.travel(datetime(2026, 10, 20, 12, tzinfo=UTC), tick=False)
def test_scheduled_pages_say_when_in_london(home, chief):
    for slug, at in (
        ("winter", datetime(2026, 10, 25, 9, tzinfo=UTC)),
        ("summer", datetime(2026, 10, 24, 9, tzinfo=UTC)),
    ):
        page = home.add_child(instance=Page(title=slug.title(), slug=slug, live=False))
        page.go_live_at = at
        page.save_revision(approved_go_live_at=at)
    home.add_child(instance=Page(title="Leaving", slug="leaving", expire_at=datetime(2026, 10, 26, tzinfo=UTC)))

    listing = dashboard.scheduled(asked_by(chief))

    assert [(item.title, item.reason) for item in listing.items] == [
        ("Summer", "Goes live Saturday 24 October 2026, 10:00, London time"),
        ("Winter", "Goes live Sunday 25 October 2026, 9:00, London time"),
        ("Leaving", "Comes down Monday 26 October 2026, 0:00, London time"),
    ]
    assert listing.items[0].url == f"/cms/pages/{Page.objects.get(slug='summer').pk}/edit/"


def test_pages_without_description_are_named_until_they_have_one(home, chief):
    page = home.add_child(instance=Page(title="About", slug="about-dash"))
    home.add_child(instance=Page(title="Draft", slug="draft-dash", live=False))
    assert [item.title for item in dashboard.without_description(asked_by(chief)).items] == ["About"]

    page.search_description = "What the village is."
    page.save()

    assert dashboard.without_description(asked_by(chief)).items == ()


def test_long_list_shows_the_first_and_counts_all(home, chief):
    for number in range(dashboard.SHOWN + 3):
        home.add_child(instance=Page(title=f"Page {number}"))

    listing = dashboard.without_description(asked_by(chief))

    assert (len(listing.items), listing.total) == (dashboard.SHOWN, dashboard.SHOWN + 3)


def test_pictures_without_description_are_for_those_who_may_change_them(home, chief):
    VillageImage.objects.create(title="hall.png", file="hall.png", width=1, height=1)
    VillageImage.objects.create(title="door.png", file="door.png", width=1, height=1, description="A door")
    other = get_user_model().objects.create_user("other@village.example")

    assert [item.title for item in dashboard.pictures_without_description(asked_by(chief)).items] == ["hall.png"]
    assert dashboard.pictures_without_description(asked_by(other)).items == ()


def test_nobody_is_told_of_pages_they_may_not_edit(home):
    home.add_child(instance=Page(title="About", slug="about-dash", expire_at=datetime(2040, 1, 1, tzinfo=UTC)))
    outsider = get_user_model().objects.create_user("other@village.example")

    for user in (outsider, AnonymousUser()):
        assert dashboard.without_description(asked_by(user)).items == ()
        assert dashboard.scheduled(asked_by(user)).items == ()


def test_panel_is_drawn_with_its_reasons_and_not_at_all_when_empty():
    items = (dashboard.Item("<About>", "/cms/pages/1/edit/", "No search description"),)
    full = dashboard.Panel("x", "Look here", 1, lambda request: dashboard.Listing(items, 3), "Why.")
    empty = dashboard.Panel("y", "Nothing", 1, lambda request: dashboard.Listing((), 0), "")
    context = {"request": RequestFactory().get("/cms/")}

    drawn = BeautifulSoup(full.render_html(context), "html.parser")

    assert drawn.find("a", href="/cms/pages/1/edit/").text == "<About>"
    assert "And 2 more" in drawn.text
    assert empty.render_html(context) == ""


def test_panels_stand_in_order_without_news_about_the_software(monkeypatch):
    monkeypatch.setattr(dashboard, "_panels", {})
    dashboard.register("late", heading="Late", order=9, listing=lambda request: dashboard.Listing((), 0))
    dashboard.register("early", heading="Early", order=1, listing=lambda request: dashboard.Listing((), 0))
    panels = [WhatsNewInWagtailVersionPanel()]

    dashboard_panels(RequestFactory().get("/cms/"), panels)

    assert [panel.key for panel in panels] == ["early", "late"]


# ---- the checker and the colours ------------------------------------------------------------------------------------
def test_checker_also_looks_at_contrast_and_alternatives():
    items = [ContentCheckerItem(in_editor=True)]

    check_as_the_village_does(RequestFactory().get("/"), items, None)

    configuration = items[0].get_axe_configuration(RequestFactory().get("/"))
    assert isinstance(items[0], VillageChecker)
    assert items[0].in_editor is True
    assert {"color-contrast", "image-alt", "alt-text-quality"} <= set(configuration["options"]["runOnly"])


def test_cms_wears_the_mark_and_the_colours(home, client, chief, settings):
    settings.STAFF_MFA_REQUIRED = False
    client.force_login(chief)

    page = BeautifulSoup(client.get("/cms/", follow=True).content, "html.parser")

    assert page.title.text.endswith("Innovation Village Leeds")
    assert page.find("link", rel="stylesheet", href="/static/cms.css")
    assert "/static/svg/mark-reversed.svg" in str(
        page.find("template", attrs={"data-wagtail-sidebar-branding-logo": True})
    )
    assert "/static/cms.css" in village_colours()

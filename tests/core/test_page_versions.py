"""What begins a new version of every cached page: whatever could change what one says."""

import pytest
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageViewRestriction, Site

from core.models import SiteSettings, VillageImage
from core.page_cache import version

pytestmark = pytest.mark.usefixtures("own_version")


@pytest.fixture
def home(db):
    return Site.objects.get(is_default_site=True).root_page


@pytest.fixture
def page(home, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        return home.add_child(instance=Page(title="About", slug="about-cache"))


def _publish(page):
    page.save_revision().publish()


def _unpublish(page):
    page.unpublish()


def _rename(page):
    page.slug = "about-renamed"
    page.save()


def _delete(page):
    page.delete()


def _restrict(page):
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def _redirect(page):
    Redirect.add_redirect("/old/", page)


def _set_site(page):
    SiteSettings.objects.update_or_create(site=Site.objects.get(is_default_site=True), defaults={"run_by": "Somebody"})


def _move(page):
    sibling = page.get_parent().add_child(instance=Page(title="Other", slug="other-cache"))
    page.move(sibling, "last-child")


@pytest.mark.parametrize("change", [_publish, _unpublish, _rename, _delete, _restrict, _redirect, _set_site, _move])
def test_what_readers_see_begins_a_new_version(change, page, django_capture_on_commit_callbacks):
    before = version()

    with django_capture_on_commit_callbacks(execute=True):
        change(page)

    assert version() != before


def test_description_of_a_picture_begins_a_new_version(db, django_capture_on_commit_callbacks):
    picture = VillageImage.objects.create(title="x", file="x.png", width=1, height=1)
    before = version()

    with django_capture_on_commit_callbacks(execute=True):
        picture.description = "A door"
        picture.save()

    assert version() != before


def test_saving_a_draft_keeps_every_page(page, django_capture_on_commit_callbacks):
    before = version()

    with django_capture_on_commit_callbacks(execute=True):
        page.title = "Not yet"
        page.save_revision()

    assert version() == before


def test_version_changes_only_once_others_can_see_the_change(db, django_capture_on_commit_callbacks):
    before = version()

    with django_capture_on_commit_callbacks() as callbacks:
        Redirect.objects.create(old_path="/was-here", redirect_link="/")

    assert version() == before
    for callback in callbacks:
        callback()
    assert version() != before

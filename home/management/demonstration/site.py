"""The root of the tree, the site's address and what is set once for the whole site."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from wagtail.models import Page, Site

from core.models import SiteSettings
from directory.models import CohortIndexPage, DirectoryIndexPage, SupportPage
from events.models import EventIndexPage
from home.models import HomePage, StoryIndexPage
from spaces.models import SpaceIndexPage

from .publishing import publish

WELCOME = "Welcome to your new Wagtail site!"  # the page that Wagtail's migrations leave at the root
INDEX_PAGES: dict[str, type[Page]] = {
    "directory": DirectoryIndexPage,
    "cohorts": CohortIndexPage,
    "support": SupportPage,
    "stories": StoryIndexPage,
    "events": EventIndexPage,
    "spaces": SpaceIndexPage,
}


def load_site(words: dict[str, Any]) -> bool:
    """Make the home page, bare of its parts, the pages that hold lists, and the settings. True when it is a first run."""
    home = HomePage.objects.first()
    is_new = home is None
    if home is None:
        home = _replace_welcome(HomePage(title=words["home"]["title"], heading=words["home"]["heading"], slug="home"))
    for slug, model in INDEX_PAGES.items():
        if not model.objects.exists():
            fields = dict(words[slug])
            publish(model(slug=slug, search_description=fields.pop("description"), **fields), under=home)
    site = Site.objects.get(is_default_site=True)
    SiteSettings.objects.get_or_create(site=site, defaults=words["settings"])
    return is_new


def _replace_welcome(home: HomePage) -> HomePage:
    """Put ``home`` where Wagtail's own first page was."""
    root = Page.get_first_root_node()
    welcome = root.get_children().filter(title=WELCOME).first()
    if welcome is not None:
        Page.objects.filter(pk=welcome.pk).update(slug="welcome-to-wagtail")  # frees the slug
    publish(home, under=root)
    address = urlsplit(settings.BASE_URL)
    port = address.port or (443 if address.scheme == "https" else 80)
    where = {"hostname": address.hostname, "port": port, "site_name": settings.WAGTAIL_SITE_NAME, "root_page": home}
    Site.objects.update_or_create(is_default_site=True, defaults=where)
    if welcome is not None:  # last: a site goes with its root page
        Page.objects.get(pk=welcome.pk).delete()
    return home

"""A day of the communications team: sign in, change a profile, write a story, look at it before and after it is public."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, Route, expect

from directory.models import OrganisationPage
from home.models import StoryIndexPage, StoryPage

from .front_door import ADMIN, session_of
from .visiting import PATIENCE, WIDE, Watch

HEADLINE = "A story that a test wrote"


@pytest.fixture(scope="module")
def signed_in(browser: Browser, server: str) -> Iterator[Page]:
    """An administrator's tab."""
    context = browser.new_context(viewport=WIDE, base_url=server)
    tab = context.new_page()
    tab.set_default_timeout(PATIENCE)
    context.add_cookies([{"name": "sessionid", "value": session_of(ADMIN), "url": server}])
    yield tab
    context.close()


@pytest.fixture
def profile(server: str) -> Iterator[OrganisationPage]:
    """A published profile; afterwards it says what it said."""
    page = OrganisationPage.objects.live().order_by("path").first()
    summary = page.summary
    yield page
    page.refresh_from_db()
    page.summary = summary
    page.save_revision().publish()


@pytest.fixture
def _no_story_left() -> Iterator[None]:
    yield
    for story in StoryPage.objects.filter(title=HEADLINE):
        story.delete()


@pytest.fixture
def cms(signed_in: Page, server: str) -> Iterator[Page]:
    """Fails a test in which the browser complained."""
    watch = Watch(server)
    watch.on(signed_in)
    yield signed_in
    assert not watch.complaints, "\n".join(watch.complaints)
    assert not watch.foreign


def test_the_first_page_wears_the_villages_colours(cms: Page) -> None:
    cms.goto("/cms/")
    expect(cms.get_by_role("heading", level=1)).to_be_visible()
    assert cms.locator("link[href$='cms.css']").count() == 1


def test_a_profile_is_changed_and_published(cms: Page, profile: OrganisationPage) -> None:
    cms.goto(f"/cms/pages/{profile.pk}/edit/")
    expect(cms.locator("[name=summary]")).to_have_value(profile.summary)
    cms.locator("[name=summary]").fill("What a test says in a few words.")
    _publish(cms)
    cms.goto(profile.get_url())
    expect(cms.locator("main")).to_contain_text("What a test says in a few words.")
    assert _issues(cms) == "0"  # a short lead before longer paragraphs is no heading in disguise


@pytest.mark.usefixtures("_no_story_left")
def test_a_story_is_written_previewed_and_published(cms: Page, browser: Browser, server: str) -> None:
    index = StoryIndexPage.objects.get()
    cms.goto(f"/cms/pages/add/home/storypage/{index.pk}/")
    cms.locator("[name=title]").fill(HEADLINE)
    cms.locator("[name=summary]").fill("What happened, in one sentence.")

    cms.get_by_role("button", name="Toggle preview").click()
    preview = _preview(cms)
    expect(preview.get_by_role("heading", level=1)).to_have_text(HEADLINE)
    assert not StoryPage.objects.live().filter(title=HEADLINE).exists()

    _publish(cms)
    story = StoryPage.objects.live().get(title=HEADLINE)
    reader = browser.new_page(base_url=server)
    reader.goto(story.get_url())
    expect(reader.get_by_role("heading", level=1)).to_have_text(HEADLINE)
    reader.goto("/search/?q=test+wrote")
    expect(reader.locator("#results").get_by_role("link", name=HEADLINE)).to_be_visible()
    reader.context.close()


def test_the_userbar_checks_the_page(cms: Page, profile: OrganisationPage) -> None:
    cms.goto(profile.get_url())
    assert _issues(cms) == "0"
    expect(cms.locator("wagtail-userbar").get_by_role("menuitem", name="Edit this page")).to_be_visible()
    assert not cms.evaluate("window.refusedByPolicy")


def test_the_userbar_tells_what_is_wrong(signed_in: Page, profile: OrganisationPage) -> None:
    def with_a_fault(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("</main>", "<h2></h2></main>"))

    signed_in.route(f"**{profile.get_url()}", with_a_fault)
    signed_in.goto(profile.get_url())
    assert _issues(signed_in) == "1"
    signed_in.unroute_all()


def _issues(tab: Page) -> str:
    """What the userbar says it found."""
    bar = tab.locator("wagtail-userbar")
    bar.get_by_role("button", name="View Wagtail quick actions").click()
    checks = bar.get_by_role("menuitem", name="Checks")
    expect(checks).to_have_text(re.compile(r"Issues found\s*\d+"))  # once the checker has run
    found = re.search(r"\d+", checks.inner_text())
    assert found
    return found[0]


def _publish(cms: Page) -> None:
    cms.get_by_role("button", name="More actions").first.click()
    cms.get_by_role("button", name="Publish", exact=True).click()
    expect(cms.locator(".messages .success, .w-messages .success").first).to_contain_text("published")


def _preview(cms: Page) -> FrameLocator:
    return cms.frame_locator("iframe[title=Preview]").first

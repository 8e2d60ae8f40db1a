"""Whatever changes what a visitor may read changes what search finds, on every path; drafts never get in.

Tasks run at once here, so each test looks at the index right after the change.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import PageViewRestriction

from directory.models import OrganisationPage
from search.drift import drift
from search.elastic import outbox
from search.engine import search
from search.indexing import refresh_stale
from search.query import Query
from tests.factories.directory import (
    CohortFactory,
    CohortMembershipFactory,
    DirectoryIndexPageFactory,
    NeedFactory,
    OfferFactory,
    OrganisationFactory,
    OrganisationNameFactory,
    StageFactory,
    ThemeFactory,
)
from tests.factories.home import StoryFactory
from tests.factories.pages import publish, restrict

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _index(db: None, each_engine: str) -> None:
    if each_engine == "elasticsearch":
        outbox.rebuild()


@pytest.fixture
def page(db: None) -> OrganisationPage:
    return publish(OrganisationFactory(title="Wharfelight", summary="Looks at slides."))


def found(words: str, **filters: str) -> list[str]:
    query = Query(text=words, filters={name: frozenset({value}) for name, value in filters.items()})
    return [hit.title for hit in search(query).hits]


def test_published_page_is_found(page: OrganisationPage) -> None:
    assert found("wharfelight") == ["Wharfelight"]


def test_draft_is_not_found_until_it_is_published(page: OrganisationPage) -> None:
    page.title, page.summary = "Ottergill", "Secret plans."
    revision = page.save_revision()

    assert found("ottergill") == []
    assert found("secret plans") == []
    assert found("wharfelight") == ["Wharfelight"]

    revision.publish()

    assert found("ottergill") == ["Ottergill"]
    assert found("wharfelight") == []


def test_unpublished_page_is_gone(page: OrganisationPage) -> None:
    page.unpublish()

    assert found("wharfelight") == []


def test_deleted_page_is_gone(page: OrganisationPage) -> None:
    page.delete()

    assert found("wharfelight") == []


def test_deleting_the_page_above_takes_everything_with_it(page: OrganisationPage) -> None:
    page.get_parent().specific.delete()

    assert found("wharfelight") == []


@pytest.mark.parametrize("above", [False, True], ids=["itself", "the page above"])
def test_restricted_page_is_gone_and_comes_back(page: OrganisationPage, above: bool) -> None:
    restrict(page.get_parent() if above else page)
    assert found("wharfelight") == []

    PageViewRestriction.objects.get().delete()
    assert found("wharfelight") == ["Wharfelight"]


def test_address_follows_the_slug(page: OrganisationPage) -> None:
    page.slug = "wharfelight-imaging"
    publish(page)

    assert [hit.url for hit in search(Query(text="wharfelight")).hits] == ["/directory/wharfelight-imaging/"]


def test_address_follows_the_page_above(
    page: OrganisationPage, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    index = page.get_parent().specific
    index.slug = "partners"
    with django_capture_on_commit_callbacks(execute=True):  # Wagtail tells of a new slug after the commit
        publish(index)

    assert [hit.url for hit in search(Query(text="wharfelight")).hits] == ["/partners/wharfelight/"]


def test_moved_page_is_found_at_its_new_place(page: OrganisationPage) -> None:
    other = OrganisationFactory(title="Other")
    page.move(other, pos="last-child")

    assert [hit.url for hit in search(Query(text="wharfelight")).hits] == ["/directory/other/wharfelight/"]


def test_page_moved_below_a_restricted_one_is_gone(page: OrganisationPage) -> None:
    other = OrganisationFactory(title="Other")
    restrict(other)
    page.move(other, pos="last-child")

    assert found("wharfelight") == []


def test_name_that_is_added_is_found(page: OrganisationPage) -> None:
    page.names = [OrganisationNameFactory.build(name="Slidewatch")]
    publish(page)

    assert found("slidewatch") == ["Wharfelight"]


def test_renamed_term_is_found_under_its_new_name() -> None:
    theme = ThemeFactory(name="Digital")
    publish(OrganisationFactory(title="Wharfelight", themes=[theme]))
    theme.name = "Computing"
    theme.save()

    assert found("computing") == ["Wharfelight"]
    assert found("digital") == []


def test_new_offer_filters(page: OrganisationPage) -> None:
    need, stage = NeedFactory(name="Work space", slug="work-space"), StageFactory(number=1)
    page.offers = [OfferFactory.build(need=need, stages=[stage])]
    publish(page)

    assert found("", need="work-space") == ["Wharfelight"]


def test_organisation_is_found_under_its_parents_new_name() -> None:
    parent = publish(OrganisationFactory(title="Old Trust"))
    publish(OrganisationFactory(title="Wharfelight", parent_organisation=parent))
    parent.title = "Newfangled Trust"
    publish(parent)

    assert sorted(found("newfangled")) == ["Newfangled Trust", "Wharfelight"]


def test_cohort_is_found_under_its_companys_new_name(page: OrganisationPage) -> None:
    CohortMembershipFactory(cohort=CohortFactory(title="First steps"), organisation=page)
    page.title = "Ottergill"
    publish(page)

    assert sorted(found("ottergill")) == ["First steps", "Ottergill"]


def test_cohort_forgets_a_company_that_is_hidden(page: OrganisationPage) -> None:
    CohortMembershipFactory(cohort=CohortFactory(title="First steps"), organisation=page)
    restrict(page)

    assert found("wharfelight") == []


def test_story_forgets_an_organisation_that_is_unpublished(page: OrganisationPage) -> None:
    StoryFactory(title="Glass to pixels", organisations=[page])
    page.unpublish()

    assert found("wharfelight") == []


def test_expired_offer_stops_to_filter_by_itself() -> None:
    today = timezone.localdate()
    need, stage = NeedFactory(name="Work space", slug="work-space"), StageFactory(number=1)
    publish(
        OrganisationFactory(
            title="Wharfelight", offers=[OfferFactory.build(need=need, stages=[stage], expires_on=today)]
        )
    )
    assert found("", need="work-space") == ["Wharfelight"]

    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        call_command("tick")

        assert found("", need="work-space") == []


def test_cohort_opens_by_itself() -> None:
    today = timezone.localdate()
    CohortFactory(title="Care closer to home", applications_open_on=today + timedelta(days=1))
    assert found("", status="planned") == ["Care closer to home"]

    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        call_command("tick")

        assert found("", status="open") == ["Care closer to home"]


def test_tick_looks_only_at_what_has_changed(page: OrganisationPage, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(1):
        refresh_stale()


def test_nothing_drifts(page: OrganisationPage) -> None:
    DirectoryIndexPageFactory()
    StoryFactory(organisations=[page])
    CohortFactory()

    assert [d for d in drift() if not d.is_clean] == []

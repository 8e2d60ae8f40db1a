"""What is taken back is found no more from the moment it is, though no worker runs; ``tick`` mends what a lost task left."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from directory.models import OrganisationPage
from search import drift, facet_sets
from search.elastic import outbox
from search.engine import search, suggest
from search.models import IndexedDocument, PinnedPage, PinnedResult
from search.query import Query
from tests.factories.directory import OrganisationFactory
from tests.factories.home import StoryFactory
from tests.factories.pages import publish, restrict

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(db: None) -> OrganisationPage:
    page = publish(OrganisationFactory(title="Wharfelight", summary="Looks at slides."))
    publish(OrganisationFactory(title="Wharfedale Ltd"))
    return page


@pytest.fixture
def no_worker(page: OrganisationPage, settings: Any, monkeypatch: pytest.MonkeyPatch, each_engine: str) -> str:
    """Tasks wait, as does what the server outside the database is to be told; returns the engine that answers."""
    if each_engine == "elasticsearch":
        outbox.rebuild()
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    monkeypatch.setattr(outbox, "send_after_commit", lambda: None)
    return each_engine


def found(words: str = "wharfelight") -> list[str]:
    return [hit.title for hit in search(Query(text=words, exact=True)).hits]


def unpublish(page: OrganisationPage) -> None:
    page.unpublish()


def unpublish_as_a_plain_page(page: OrganisationPage) -> None:
    Page.objects.get(pk=page.pk).unpublish()


def expire(page: OrganisationPage) -> None:
    type(page).objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    call_command("publish_scheduled", verbosity=0)


def delete_what_is_above(page: OrganisationPage) -> None:
    page.get_parent().specific.delete()


def restrict_what_is_above(page: OrganisationPage) -> None:
    restrict(page.get_parent())


def move_below_what_is_restricted(page: OrganisationPage) -> None:
    other = OrganisationFactory(title="Other")
    restrict(other)
    page.move(other, pos="last-child")


@pytest.mark.parametrize(
    "take_back",
    [
        unpublish,
        unpublish_as_a_plain_page,
        expire,
        OrganisationPage.delete,
        delete_what_is_above,
        restrict,
        restrict_what_is_above,
        move_below_what_is_restricted,
    ],
)
def test_what_is_taken_back_is_found_no_more_though_no_worker_runs(
    page: OrganisationPage, no_worker: str, take_back: Callable[[Any], None]
) -> None:
    pinned = PinnedResult.objects.create(phrases="slides")
    PinnedPage.objects.create(pinned_result=pinned, page=page)
    assert found() == found("slides") == ["Wharfelight"]

    take_back(page)

    assert found() == found("slides") == []
    assert "Wharfelight" not in [suggestion.title for suggestion in suggest("wharfe")]
    assert facet_sets.wrong() == []
    if no_worker == "embedded":
        assert search(Query(text="wharfelight", exact=True)).total == 0


def test_what_stays_public_is_still_found(page: OrganisationPage, no_worker: str) -> None:
    OrganisationPage.objects.get(title="Wharfedale Ltd").unpublish()
    other = OrganisationFactory(title="Other")
    page.move(other, pos="last-child")

    assert found() == ["Wharfelight"]


def test_what_is_taken_back_in_a_transaction_that_fails_was_not(page: OrganisationPage, no_worker: str) -> None:
    with transaction.atomic():
        page.unpublish()
        assert found() == []
        transaction.set_rollback(True)

    assert found() == ["Wharfelight"]
    assert facet_sets.wrong() == []


def test_saving_what_was_never_found_costs_one_statement(
    page: OrganisationPage, django_assert_num_queries: Any
) -> None:
    from search.indexing import take_back

    with django_assert_num_queries(1):
        take_back({"organisation": [page.pk + 1000]})


# ---- what a lost task left --------------------------------------------------------------------------------------------
@pytest.fixture
def lost(page: OrganisationPage, settings: Any) -> OrganisationPage:
    """Something published, something published again and something of a kind that is no more; and every task was lost."""
    from django_tasks_db.models import DBTaskResult

    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    publish(OrganisationFactory(title="Ottergill"))
    page.summary = "Looks at glass."
    publish(page)
    IndexedDocument.objects.create(type="gadget", key="1", title="Gadget", sort_title="gadget", url="/gadget/")
    OrganisationPage.objects.filter(title="Wharfedale Ltd").update(live=False)  # past every signal
    DBTaskResult.objects.all().delete()
    return page


def test_status_names_what_a_lost_task_left(lost: OrganisationPage, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        call_command("search_status")

    said = capsys.readouterr().out
    assert f"1 not indexed: {OrganisationPage.objects.get(title='Ottergill').pk}" in said
    assert f"1 older than their page: {lost.pk}" in said
    assert f"1 no longer public: {OrganisationPage.objects.get(title='Wharfedale Ltd').pk}" in said
    assert "1 no longer public: 1\n" in said


def test_tick_mends_what_a_lost_task_left_and_says_so(lost: OrganisationPage, caplog: pytest.LogCaptureFixture) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=True), caplog.at_level(logging.WARNING):
        call_command("tick")

    assert found("ottergill") == ["Ottergill"]
    assert found("glass") == ["Wharfelight"]
    assert not IndexedDocument.objects.filter(type="gadget").exists()
    assert [part for part in drift.drift() if not part.is_clean] == []
    assert facet_sets.wrong() == []
    assert "organisation: 1 missing, 1 outdated, 1 too many; gadget: 0 missing, 0 outdated, 1 too many" in caplog.text


def test_tick_leaves_what_was_just_published_to_its_task(
    page: OrganisationPage, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    publish(OrganisationFactory(title="Ottergill"))

    drift.mend()

    assert found("ottergill") == []
    assert "drifted" not in caplog.text


def test_between_the_hours_a_wrong_number_is_enough_to_compare(page: OrganisationPage, db: None) -> None:
    cache.delete(drift.COMPARED)
    drift.mend()
    StoryFactory(title="Glass to pixels")
    IndexedDocument.objects.filter(title="Wharfelight").update(title="Wharfedark", sort_title="a")

    drift.mend()
    assert IndexedDocument.objects.filter(title="Wharfedark").exists(), "right in number"

    IndexedDocument.objects.filter(title="Glass to pixels").delete()
    with time_machine.travel(timezone.now() + timedelta(minutes=2), tick=True):
        drift.mend()
    assert found("pixels") == ["Glass to pixels"]


def test_tick_mends_filters_that_count_wrong(page: OrganisationPage, caplog: pytest.LogCaptureFixture) -> None:
    cache.delete(drift.COMPARED)
    facet_sets.FacetSet.objects.filter(facet="type").delete()

    drift.mend()

    assert facet_sets.wrong() == []
    assert "type=organisation" in caplog.text

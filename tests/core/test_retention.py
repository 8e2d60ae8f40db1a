"""What was promised to be forgotten is forgotten, by the command that does what is due."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Page, Revision

from tests.factories.pages import site_root

pytestmark = pytest.mark.django_db


def test_ended_sessions_are_forgotten() -> None:
    for days in (-1, 1):
        session = SessionStore()
        session.set_expiry(timezone.now() + timedelta(days=days))
        session.save()

    call_command("tick")

    assert [found.expire_date > timezone.now() for found in Session.objects.all()] == [True]


def versions(page: Page, *days_ago: int) -> list[int]:
    """Versions of ``page``, written so many days ago each."""
    found = []
    for days in days_ago:
        with time_machine.travel(timezone.now() - timedelta(days=days)):
            found.append(page.save_revision().pk)
    return found


def kept(page: Page) -> set[int]:
    return set(Revision.page_revisions.filter(object_id=str(page.pk)).values_list("pk", flat=True))


def test_versions_replaced_more_than_a_year_ago_are_forgotten() -> None:
    page = site_root()
    _, _, replaced_lately, latest = versions(page, 900, 800, 400, 10)

    call_command("tick")

    assert kept(page) == {replaced_lately, latest}


def test_the_only_version_stays_however_old() -> None:
    page = site_root()
    only = versions(page, 900)

    call_command("tick")

    assert kept(page) == set(only)


def test_the_live_version_stays_under_an_old_draft() -> None:
    page = site_root()
    (live,) = versions(page, 900)
    Revision.objects.get(pk=live).publish()
    draft = versions(page, 800)

    call_command("tick")

    assert kept(page) == {live, *draft}


def test_a_scheduled_version_stays() -> None:
    page = site_root()
    scheduled, later = versions(page, 900, 800)
    Revision.objects.filter(pk=scheduled).update(approved_go_live_at=timezone.now() + timedelta(days=1))

    call_command("tick")

    assert kept(page) == {scheduled, later}


def test_a_version_of_another_page_replaces_nothing() -> None:
    page, other = site_root(), Page.get_first_root_node()
    mine, theirs = versions(page, 900), versions(other, 800)

    call_command("tick")

    assert kept(page) | kept(other) == {*mine, *theirs}


def test_old_versions_are_looked_for_once_a_day() -> None:
    page = site_root()
    call_command("tick")
    versions(page, 900, 800)

    call_command("tick")
    assert len(kept(page)) == 2
    cache.clear()  # the next day
    call_command("tick")
    assert len(kept(page)) == 1

"""What was promised to be forgotten is forgotten, by the command that does what is due."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Revision

from tests.factories.pages import site_root

pytestmark = pytest.mark.django_db


def test_ended_sessions_are_forgotten() -> None:
    for days in (-1, 1):
        session = SessionStore()
        session.set_expiry(timezone.now() + timedelta(days=days))
        session.save()

    call_command("tick")

    assert [found.expire_date > timezone.now() for found in Session.objects.all()] == [True]


def test_versions_older_than_a_year_are_forgotten_but_not_the_latest() -> None:
    page = site_root()
    with time_machine.travel(timezone.now() - timedelta(days=400)):
        oldest = page.save_revision()
        old = page.save_revision()

    call_command("tick")

    assert set(Revision.page_revisions.filter(object_id=str(page.pk)).values_list("pk", flat=True)) == {old.pk}
    assert oldest.pk != old.pk


def test_versions_of_the_last_year_stay() -> None:
    page = site_root()
    with time_machine.travel(timezone.now() - timedelta(days=300)):
        kept = {page.save_revision().pk, page.save_revision().pk}

    call_command("tick")

    assert set(Revision.page_revisions.filter(object_id=str(page.pk)).values_list("pk", flat=True)) >= kept


def test_old_versions_are_looked_for_once_a_day() -> None:
    page = site_root()
    call_command("tick")
    with time_machine.travel(timezone.now() - timedelta(days=400)):
        page.save_revision()
    page.save_revision()
    before = Revision.objects.count()

    call_command("tick")
    assert Revision.objects.count() == before
    cache.clear()  # the next day
    call_command("tick")
    assert Revision.objects.count() == before - 1

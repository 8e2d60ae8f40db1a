"""What is scheduled goes out and comes down by itself, in London time; what moves leaves a way behind it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.blocks import Block, StreamBlock

from home.models import HomePage, StoryPage
from tests.factories.home import StoryFactory, StoryIndexPageFactory
from tests.factories.pages import publish

pytestmark = pytest.mark.django_db


def test_scheduled_story_goes_out_at_its_minute_and_not_before(client: Client, home: HomePage) -> None:
    # 9:00 in London on the first day of summer time is 8:00 UTC.
    at = datetime(2027, 3, 28, 8, 0, tzinfo=UTC)
    with time_machine.travel(at - timedelta(days=1), tick=False):
        story = StoryFactory(title="Glass slides", live=False)
        story.go_live_at = datetime(2027, 3, 28, 9, 0, tzinfo=timezone.get_current_timezone())
        story.save_revision().publish()

    with time_machine.travel(at - timedelta(minutes=1), tick=False):
        call_command("tick")
        assert client.get(story.url or "/stories/glass-slides/").status_code == 404

    with time_machine.travel(at + timedelta(seconds=1), tick=False):
        call_command("tick")
        call_command("tick")  # twice harms nothing
        assert StoryPage.objects.get().live
        assert client.get("/stories/glass-slides/").status_code == 200


def test_expired_story_comes_down(client: Client, home: HomePage) -> None:
    story = StoryFactory(title="Glass slides")
    story.expire_at = timezone.now() + timedelta(hours=1)
    publish(story)
    assert client.get(story.url).status_code == 200

    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
        call_command("tick")

        assert client.get("/stories/glass-slides/").status_code == 404


def test_old_address_leads_to_the_new_one(
    client: Client, home: HomePage, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    story = publish(StoryFactory(title="Glass slides"))
    story.slug = "shared-pixels"
    with django_capture_on_commit_callbacks(execute=True):
        publish(story)

    answer = client.get("/stories/glass-slides/")

    assert answer.status_code == 301
    assert answer["Location"] == "/stories/shared-pixels/"


def test_old_addresses_below_a_moved_page_lead_on_too(
    client: Client, home: HomePage, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    publish(StoryFactory(title="Glass slides"))
    index = publish(StoryIndexPageFactory())
    index.slug = "news"
    with django_capture_on_commit_callbacks(execute=True):
        publish(index)

    assert client.get("/stories/glass-slides/")["Location"] == "/news/glass-slides/"


def test_writers_have_at_most_ten_blocks_and_each_shows_itself() -> None:
    for page_type in (StoryPage, HomePage):
        for field in page_type._meta.get_fields():
            stream = getattr(field, "stream_block", None)
            if isinstance(stream, StreamBlock):
                blocks: list[Block] = list(stream.child_blocks.values())
                assert 1 <= len(blocks) <= 10
                assert all(block.is_previewable for block in blocks), field.name

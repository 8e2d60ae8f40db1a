"""News by e-mail: asked for, confirmed, changed and ended, by whoever reads the mailbox."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from auditlog.models import LogEntry
from django.core import mail
from django.test import Client

from home.models import HomePage
from tenancy import letters, links
from tenancy.models import UpdatesSubscription
from tests.factories import tenancy as make

pytestmark = pytest.mark.django_db
ADA = "ada@example.org"


def ask(client: Client, *topics: str, email: str = ADA) -> Any:
    return client.post("/join/updates/", {"email": email, "topics": topics or ["news"]})


def link_in_the_last_letter() -> str:
    found = re.search(r"https?://\S+/join/updates/\S+", str(mail.outbox[-1].body))
    assert found
    return urlsplit(found.group()).path


def test_nothing_counts_before_somebody_says_yes(client: Client, home: HomePage) -> None:
    ask(client, "news", "events")
    subscription = UpdatesSubscription.objects.get(email=ADA)
    assert subscription.confirmed_at is None

    address = link_in_the_last_letter()
    assert "Yes, write to me" in client.get(address).content.decode()
    subscription.refresh_from_db()
    assert subscription.confirmed_at is None, "the scanner of a mail server opened the link"

    done = client.post(address, follow=True)

    subscription.refresh_from_db()
    assert subscription.confirmed_at is not None
    assert subscription.topics == ["news", "events"]
    assert "News of the village, Events" in done.content.decode()


def test_the_page_does_not_tell_who_is_known(client: Client, home: HomePage) -> None:
    make.UpdatesSubscriptionFactory(email=ADA, confirmed_at="2026-01-01T12:00:00Z", asked_at="2026-01-01T12:00:00Z")

    known, unknown = ask(client), ask(client, email="new@example.org")

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_asking_for_somebody_changes_nothing_they_confirmed(client: Client, home: HomePage) -> None:
    make.UpdatesSubscriptionFactory(
        email=ADA, topics=["spaces"], confirmed_at="2026-01-01T12:00:00Z", asked_at="2026-01-01T12:00:00Z"
    )

    ask(client, "news")

    assert UpdatesSubscription.objects.get().topics == ["spaces"]
    assert "already" in mail.outbox[-1].subject
    assert mail.outbox[-1].extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_second_click_sends_no_second_letter(client: Client, home: HomePage) -> None:
    ask(client)
    ask(client)

    assert len(mail.outbox) == 1


def test_a_link_of_last_week_is_too_late(client: Client, home: HomePage) -> None:
    with time_machine.travel("2026-11-01 12:00", tick=False):
        ask(client)
        address = link_in_the_last_letter()
    with time_machine.travel("2026-11-09 12:00", tick=False):
        answer = client.post(address)

    assert "expired" in answer.content.decode()
    assert UpdatesSubscription.objects.get().confirmed_at is None


def test_one_click_ends_it_without_a_cookie_and_leaves_nothing(home: HomePage) -> None:
    subscription = make.UpdatesSubscriptionFactory(email=ADA)
    address = letters.unsubscribed_by_one_click(subscription)["List-Unsubscribe"].strip("<>")
    program = Client(enforce_csrf_checks=True)

    assert "forget" in program.get(urlsplit(address).path).content.decode()
    assert UpdatesSubscription.objects.exists()
    for _ in range(2):  # once, and again
        assert program.post(urlsplit(address).path, {"List-Unsubscribe": "One-Click"}).status_code == 200

    assert not UpdatesSubscription.objects.exists()
    assert not LogEntry.objects.filter(changes__icontains=ADA).exists()


def test_topics_are_changed_and_never_none(client: Client, home: HomePage) -> None:
    subscription = make.UpdatesSubscriptionFactory(topics=["news"])
    address = urlsplit(links.updates_url(subscription, links.MANAGE)).path

    refused = client.post(address, {"do": "change"})
    client.post(address, {"do": "change", "topics": ["events", "spaces"]})

    assert "Choose at least one topic" in refused.content.decode()
    subscription.refresh_from_db()
    assert subscription.topics == ["events", "spaces"]
    client.post(address, {"do": "end"})
    assert not UpdatesSubscription.objects.exists()


def test_a_link_opens_only_what_it_was_made_for(client: Client, home: HomePage) -> None:
    subscription = make.UpdatesSubscriptionFactory()
    token = links.updates_url(subscription, links.CONFIRM).rstrip("/").rpartition("/")[2]

    assert client.get(f"/join/updates/manage/{token}/").status_code == 404


def test_what_is_wrong_is_said_and_kept(client: Client, home: HomePage) -> None:
    answer = client.post("/join/updates/", {"email": "ada@", "topics": ["events"]})

    assert "Enter an e-mail address in full" in answer.content.decode()
    assert 'value="ada@"' in answer.content.decode()
    assert not UpdatesSubscription.objects.exists()


def test_one_address_is_written_to_a_few_times_a_day(client: Client, home: HomePage, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "updates_to": "2/d/key"}
    with time_machine.travel("2026-11-01 12:00", tick=False) as clock:
        answers = []
        for _ in range(3):
            answers.append(ask(client).status_code)
            clock.shift(timedelta(hours=1))

    assert answers == [302, 302, 429]
    assert len(mail.outbox) == 2

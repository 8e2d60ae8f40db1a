"""News by e-mail: written by comms, sent once to each who asked, ended by one click, and of nobody in the end."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from auditlog.models import LogEntry
from bs4 import BeautifulSoup
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils import timezone

from accounts.models import User
from core.due import tick
from tenancy import actions, letters, tasks
from tenancy.grants import works_with_accounts
from tenancy.models import NewsDelivery, NewsLetter, UpdatesSubscription
from tenancy.queries.accounts import managers
from tenancy.retention import forget
from tests.factories import tenancy as make
from tests.factories.accounts import UserFactory
from tests.reading import words

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
LAST_WEEK = timezone.now() - timedelta(days=7)


@pytest.fixture
def comms(db: None) -> User:
    return UserFactory(group="Comms", name="Kit Moss", email="kit@village.example")


def readers(number: int, **fields: Any) -> list[UpdatesSubscription]:
    said = {"topics": ["news"], "confirmed_at": LAST_WEEK, "asked_at": LAST_WEEK, **fields}
    return make.UpdatesSubscriptionFactory.create_batch(number, **said)


def addressees() -> list[str]:
    return sorted(message.to[0] for message in mail.outbox)


# ---- who gets it ----------------------------------------------------------------------------------------------------
def test_everybody_who_asked_for_a_topic_and_confirmed_gets_it_once(comms: User) -> None:
    wanted = [*readers(2), *readers(1, topics=["spaces", "events"])]
    readers(1, topics=["programmes"])
    readers(1, confirmed_at=None)
    letter = make.NewsLetterFactory(topics=["news", "spaces"])

    actions.send_news(letter=letter, by=comms)
    actions.send_news(letter=letter, by=comms)
    tick()

    assert addressees() == sorted(one.email for one in wanted)
    letter.refresh_from_db()
    assert (letter.recipients, letter.sent, letter.started_by) == (3, 3, comms)
    assert letter.finished_at is not None


def test_a_letter_ends_by_one_click_and_tells_nothing_of_who_reads_it(comms: User, home: object) -> None:
    reader = readers(1)[0]
    actions.send_news(letter=make.NewsLetterFactory(), by=comms)

    message = mail.outbox[0]
    assert isinstance(message, EmailMultiAlternatives)
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.extra_headers["Precedence"] == "bulk"
    html = BeautifulSoup(str(message.alternatives[0][0]), "html.parser")
    assert html.find("img") is None
    links = {str(link["href"]) for link in html.find_all("a")}
    assert "https://example.org/benches?from=march" in links, "as it was typed, with nothing added"
    unsubscribe = message.extra_headers["List-Unsubscribe"].strip("<>")
    assert unsubscribe in links
    assert unsubscribe in str(message.body)
    assert "You get this because you asked us for News of the village." in str(message.body)

    Client(enforce_csrf_checks=True).post(urlsplit(unsubscribe).path, {"List-Unsubscribe": "One-Click"})
    assert not UpdatesSubscription.objects.filter(pk=reader.pk).exists()
    assert NewsDelivery.objects.get().subscription is None, "that a letter went out stays, to whom does not"


def test_a_subject_is_one_line_and_typed_words_are_no_markup(comms: User) -> None:
    readers(1)
    letter = actions.write_news(
        subject="Tea & cake\nBcc: all@example.org", text="<script>1 < 2</script>", topics=["news"], by=comms
    )
    actions.send_news(letter=letter, by=comms)

    message = mail.outbox[0]
    assert message.subject == "Tea & cake Bcc: all@example.org"
    assert "<script>1 < 2</script>" in str(message.body)
    assert "<script>" not in str(message.alternatives[0][0])  # type: ignore[attr-defined]


def test_a_test_goes_to_whoever_asks_alone(comms: User) -> None:
    readers(2)
    letter = make.NewsLetterFactory()

    actions.try_news(letter=letter, by=comms)

    assert addressees() == ["kit@village.example"]
    assert mail.outbox[0].subject == "Test: Two benches are free"
    assert "List-Unsubscribe" not in mail.outbox[0].extra_headers
    letter.refresh_from_db()
    assert letter.is_draft


# ---- nothing twice, nothing lost ------------------------------------------------------------------------------------
def test_when_the_mail_server_refuses_nothing_is_noted_and_it_is_tried_again(
    comms: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = readers(2)
    letter = make.NewsLetterFactory()
    real = EmailMultiAlternatives.send

    def send(message: EmailMultiAlternatives, *args: Any, **kwargs: Any) -> int:
        if message.to == [second.email]:
            raise ConnectionError
        return real(message, *args, **kwargs)

    monkeypatch.setattr(EmailMultiAlternatives, "send", send)
    actions.send_news(letter=letter, by=comms)
    tick()

    assert addressees() == [first.email]
    assert list(letter.deliveries.values_list("subscription", flat=True)) == [first.pk]
    letter.refresh_from_db()
    assert letter.is_going, "somebody has not had it"

    monkeypatch.undo()
    for key in (first.pk, second.pk, second.pk):  # the queue may bring a task again
        tasks.send_news.call(letter=letter.pk, subscription=key)
    tick()
    assert addressees() == sorted([first.email, second.email])
    letter.refresh_from_db()
    assert letter.sent == 2


def test_stopped_it_goes_on_where_it_was(comms: User, monkeypatch: pytest.MonkeyPatch) -> None:
    people = readers(3)
    letter = make.NewsLetterFactory(started_at=timezone.now(), recipients=3)
    tasks.send_news.call(letter=letter.pk, subscription=people[0].pk)

    actions.stop_news(letter=letter, by=comms)
    tasks.send_news.call(letter=letter.pk, subscription=people[1].pk)
    assert addressees() == [people[0].email]

    late = readers(1, confirmed_at=timezone.now() + timedelta(hours=1))[0]
    actions.go_on_with_news(letter=letter, by=comms)

    assert addressees() == sorted(one.email for one in people)
    assert late.email not in addressees()


def test_many_are_handed_out_in_parts(comms: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "AT_ONCE", 2)
    people = readers(5)

    actions.send_news(letter=make.NewsLetterFactory(), by=comms)

    assert addressees() == sorted(one.email for one in people)


def test_who_ended_it_before_their_turn_gets_nothing(comms: User) -> None:
    gone, changed = readers(2)
    letter = make.NewsLetterFactory(started_at=timezone.now(), recipients=2)
    key = gone.pk
    actions.end_updates(subscription=gone)
    actions.change_updates(subscription=changed, topics=["spaces"])

    for one in (key, changed.pk):
        tasks.send_news.call(letter=letter.pk, subscription=one)
    tick()

    assert addressees() == []
    letter.refresh_from_db()
    assert (letter.sent, letter.finished_at is not None) == (0, True)


def test_what_can_not_be_brought_is_given_up_after_a_day(comms: User, time_machine: Any) -> None:
    readers(1)
    letter = make.NewsLetterFactory(started_at=timezone.now(), recipients=1)

    tick()
    letter.refresh_from_db()
    assert letter.is_going
    time_machine.move_to(timezone.now() + timedelta(days=1, minutes=1))
    tick()

    letter.refresh_from_db()
    assert (letter.sent, letter.is_going) == (0, False)


# ---- what may be done with it ---------------------------------------------------------------------------------------
def test_what_is_sent_is_not_changed_or_removed(comms: User) -> None:
    letter = make.NewsLetterFactory(started_at=timezone.now())

    with pytest.raises(actions.Unfit, match="Write another one"):
        actions.write_news(letter=letter, subject="New", text="New", topics=["news"], by=comms)
    with pytest.raises(actions.Unfit, match="Write another one"):
        actions.remove_news(letter=letter, by=comms)
    with pytest.raises(actions.Unfit, match="Nobody has asked"):
        actions.send_news(letter=make.NewsLetterFactory(), by=comms)


@pytest.mark.parametrize("group", ["Account managers", "Leadership", "Editors", ""])
def test_nobody_without_the_right_writes_to_anybody(sign_in: SignIn, group: str) -> None:
    somebody = UserFactory(group=group)
    letter, client = make.NewsLetterFactory(), sign_in(somebody)

    for address in ("", "new/", f"{letter.pk}/", f"{letter.pk}/change/"):
        assert client.get(f"/staff/news/{address}").status_code == 403
        assert client.post(f"/staff/news/{address}", {"do": "send"}).status_code == 403
    with pytest.raises(Exception, match="Only those who write"):
        actions.send_news(letter=letter, by=somebody)


def test_a_site_administrator_is_not_let_in_either(sign_in: SignIn) -> None:
    assert sign_in(UserFactory(is_superuser=True)).get("/staff/news/").status_code == 403


def test_the_right_to_write_opens_no_account(sign_in: SignIn, comms: User) -> None:
    readers(1, email="zqreader@example.org")
    client = sign_in(comms)

    assert not works_with_accounts(comms)
    assert comms not in managers()
    for address in ("/staff/", "/staff/accounts/", "/staff/enquiries/", "/staff/views/"):
        assert client.get(address).status_code == 403
    page = client.get("/staff/news/").content.decode()
    assert "/staff/accounts/" not in page
    assert not UpdatesSubscription.objects.visible_to(comms).exists()


# ---- the pages ------------------------------------------------------------------------------------------------------
def test_written_tried_and_sent(sign_in: SignIn, comms: User) -> None:
    readers(2)
    client = sign_in(comms)
    assert "News by e-mail" in client.get("/cms/").content.decode(), "the CMS leads there"

    refused = client.post("/staff/news/new/", {"subject": "Benches", "text": "Two are free."})
    assert "Choose at least one topic." in words(refused)
    assert "Two are free." in words(refused)

    draft = client.post("/staff/news/new/", {"subject": "Benches", "text": "Two are free.", "topics": ["news"]})
    url = draft["Location"]
    page = words(client.get(url))
    assert "Send it to 2 addresses" in page
    assert "Two are free." in page
    client.post(url, {"do": "try"})
    assert addressees() == ["kit@village.example"]

    for _ in range(2):
        client.post(url, {"do": "send"})

    assert len(mail.outbox) == 3
    assert "2 of 2 sent" in words(client.get(url))
    assert client.get(f"{url}change/")["Location"] == url
    tick()
    listed = words(client.get("/staff/news/"))
    assert "Benches Sent" in listed
    for email in UpdatesSubscription.objects.values_list("email", flat=True):
        assert email not in listed + words(client.get(url))


def test_a_draft_can_be_removed_with_its_history(sign_in: SignIn, comms: User) -> None:
    client = sign_in(comms)
    url = client.post("/staff/news/new/", {"subject": "Zqsubject", "text": "Zqtext", "topics": ["news"]})["Location"]

    client.post(url, {"do": "remove"})

    assert not NewsLetter.objects.exists()
    assert not LogEntry.objects.filter(changes__icontains="zqtext").exists()


# ---- what is kept ---------------------------------------------------------------------------------------------------
def test_who_had_it_is_forgotten_and_how_many_is_not(comms: User, time_machine: Any) -> None:
    reader = readers(1)[0]
    letter = make.NewsLetterFactory(topics=["news"])
    draft = make.NewsLetterFactory()
    actions.send_news(letter=letter, by=comms)
    tick()
    assert NewsDelivery.objects.get().subscription == reader

    time_machine.move_to(timezone.now() + timedelta(days=31))
    forget()

    assert not NewsDelivery.objects.exists()
    assert NewsLetter.objects.get(pk=letter.pk).sent == 1
    assert UpdatesSubscription.objects.filter(pk=reader.pk).exists()

    time_machine.move_to(timezone.now() + timedelta(days=2 * 365))
    forget()
    assert not NewsLetter.objects.filter(pk__in=[letter.pk, draft.pk]).exists()


def test_the_same_letter_twice_has_the_same_number() -> None:
    reader, letter = readers(1)[0], make.NewsLetterFactory()

    one, again = letters.news(letter, reader), letters.news(letter, reader)

    assert one.extra_headers["Message-ID"] == again.extra_headers["Message-ID"]
    assert one.extra_headers["Message-ID"] != letters.news(letter, readers(1)[0]).extra_headers["Message-ID"]

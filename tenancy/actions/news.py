"""A letter of news is written, looked at, sent to everybody who asked for its topics, once each; stopped, and gone on with."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from tenancy import history
from tenancy.choices import Topic
from tenancy.models import NewsDelivery, NewsLetter, UpdatesSubscription
from tenancy.news import is_for, left, recipients, sent_so_far
from tenancy.policies import may_send_news
from tenancy.signals import news_started, news_tested

from .refusals import Unfit, require

SENT = "It is sent, or on its way: what somebody has in their mailbox can’t be changed. Write another one."
NOBODY = "Nobody has asked for these topics. Choose others, or wait until somebody does."
STOPPED_FOR = timedelta(days=7)  # then it counts as sent
GIVEN_UP_AFTER = timedelta(days=1)  # every address was tried five times within about an hour


@transaction.atomic
def write_news(
    *, subject: str, text: str, topics: Sequence[str], by: User, letter: NewsLetter | None = None
) -> NewsLetter:
    """A new letter, or ``letter`` anew as long as it is not sent. Raises PermissionDenied and Unfit."""
    require(may_send_news(by))
    letter = NewsLetter(by=by) if letter is None else _locked(letter)
    if not letter.is_draft:
        raise Unfit(SENT)
    letter.subject, letter.text = " ".join(subject.split()), text.strip()
    letter.topics = [str(topic) for topic in Topic if topic in topics]
    if not letter.topics:
        raise Unfit("Choose at least one topic.", field="topics")
    with history.by(user=by):
        letter.save()
    return letter


@transaction.atomic
def try_news(*, letter: NewsLetter, by: User) -> None:
    """To whoever asks, and nobody else. Raises PermissionDenied."""
    require(may_send_news(by))
    news_tested.send(NewsLetter, letter=letter, to=by)


@transaction.atomic
def send_news(*, letter: NewsLetter, by: User) -> NewsLetter:
    """To everybody who asked for one of its topics; twice is once. Raises PermissionDenied and Unfit."""
    require(may_send_news(by))
    letter = _locked(letter)
    if not letter.is_draft:
        return letter
    letter.started_at, letter.started_by = timezone.now(), by
    letter.recipients = sum(1 for _ in recipients(letter))
    if not letter.recipients:
        raise Unfit(NOBODY)
    with history.by(user=by):
        letter.save()
    news_started.send(NewsLetter, letter=letter)
    return letter


@transaction.atomic
def stop_news(*, letter: NewsLetter, by: User) -> None:
    """Whoever has not had it yet does not get it. Raises PermissionDenied."""
    require(may_send_news(by))
    letter = _locked(letter)
    if letter.is_going:
        with history.by(user=by):
            letter.stopped_at = timezone.now()
            letter.save(update_fields=["stopped_at"])


@transaction.atomic
def go_on_with_news(*, letter: NewsLetter, by: User) -> None:
    """Where it was stopped; nobody gets it twice. Raises PermissionDenied."""
    require(may_send_news(by))
    letter = _locked(letter)
    if letter.stopped_at is not None:
        with history.by(user=by):
            # A day from now on: the clock of whoever could not be reached stood while it was stopped.
            letter.stopped_at, letter.started_at = None, timezone.now()
            letter.save(update_fields=["stopped_at", "started_at"])
        news_started.send(NewsLetter, letter=letter)


@transaction.atomic
def remove_news(*, letter: NewsLetter, by: User) -> None:
    """A draft, with its history. Raises PermissionDenied and Unfit."""
    require(may_send_news(by))
    letter = _locked(letter)
    if not letter.is_draft:
        raise Unfit(SENT)
    history.erase(letter)


# ---- what the queue does --------------------------------------------------------------------------------------------
@transaction.atomic
def take_news_turn(*, letter: int, subscription: int) -> tuple[NewsLetter, UpdatesSubscription] | None:
    """Note that this letter goes to this address, in the transaction that sends it; None where it must not, or did."""
    to = UpdatesSubscription.objects.select_for_update().filter(pk=subscription).exclude(confirmed_at=None).first()
    found = NewsLetter.objects.going().filter(pk=letter).first()
    if to is None or found is None or not is_for(found, to.topics):
        return None
    _, is_first = NewsDelivery.objects.get_or_create(letter=found, subscription=to)
    return (found, to) if is_first else None


def finish_news() -> None:
    """Close the letters that everybody has had, or that could not be brought to the rest within a day; and those long stopped."""
    now = timezone.now()
    for letter in NewsLetter.objects.going():
        if (letter.started_at and letter.started_at < now - GIVEN_UP_AFTER) or not left(letter):
            _close(letter)
    for letter in NewsLetter.objects.filter(stopped_at__lt=now - STOPPED_FOR):
        _close(letter)


@transaction.atomic
def _close(letter: NewsLetter) -> None:
    found = _locked(letter)
    if found.finished_at is None:
        found.sent, found.finished_at, found.stopped_at = sent_so_far(found), timezone.now(), None
        found.save(update_fields=["sent", "finished_at", "stopped_at"])


def _locked(letter: NewsLetter) -> NewsLetter:
    found: NewsLetter = NewsLetter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
    return found

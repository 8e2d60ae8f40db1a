"""Somebody wants news. Whoever confirms, changes or ends it has proven by a link that the address is theirs."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from tenancy import history
from tenancy.choices import Topic
from tenancy.models import UpdatesSubscription
from tenancy.retention import UNCONFIRMED_KEPT_FOR
from tenancy.signals import updates_asked_for

from .refusals import Refusal, Unfit

ONE_LETTER_IN = timedelta(minutes=5)  # a second click sends no second letter
TOO_LATE = "This link was good for seven days. Ask for news again, and we send you a new one."


class TooLate(Refusal):
    """The letter is too old, or what it was about is gone."""


@transaction.atomic
def ask_for_updates(*, email: str, topics: Sequence[str]) -> None:
    """The address may be anybody's: a letter asks it, and nothing that is confirmed changes. Raises Unfit."""
    now = timezone.now()
    chosen = _chosen(topics)
    with history.by(user=None):
        found, is_new = UpdatesSubscription.objects.select_for_update().get_or_create(
            email=email.strip().lower(), defaults={"topics": chosen, "asked_at": now}
        )
        if not is_new and found.asked_at > now - ONE_LETTER_IN:
            return
        found.asked_at = now
        if found.confirmed_at is None:
            found.topics = chosen
        found.save(update_fields=["asked_at", "topics"])
    updates_asked_for.send(UpdatesSubscription, subscription=found)


@transaction.atomic
def confirm_updates(*, subscription: UpdatesSubscription) -> None:
    """Once more changes nothing. Raises TooLate."""
    now = timezone.now()
    if subscription.confirmed_at is not None:
        return
    if subscription.asked_at < now - UNCONFIRMED_KEPT_FOR:
        raise TooLate(TOO_LATE)
    with history.by(user=None):
        subscription.confirmed_at = now
        subscription.save(update_fields=["confirmed_at"])


@transaction.atomic
def change_updates(*, subscription: UpdatesSubscription, topics: Sequence[str]) -> None:
    """Raises Unfit."""
    with history.by(user=None):
        subscription.topics = _chosen(topics)
        subscription.save(update_fields=["topics"])


@transaction.atomic
def end_updates(*, subscription: UpdatesSubscription) -> None:
    """Nothing is kept, the history included."""
    history.erase(subscription)


def _chosen(topics: Sequence[str]) -> list[str]:
    chosen = [str(topic) for topic in Topic if topic in topics]
    if not chosen:
        raise Unfit("Choose at least one topic.", field="topics")
    return chosen

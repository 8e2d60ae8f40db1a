"""Letters as background work: given keys, sent again when the mail server refuses. What they are about is saved before."""

from datetime import timedelta
from typing import Any

from django.dispatch import receiver

from core.tasks import durable

from . import letters
from .models import Enquiry, UpdatesSubscription
from .queries.enquiries import received_before
from .signals import enquiry_received, updates_asked_for

TO_ONE = 20  # whoever waits for an answer comes before what only refreshes the index
MOST_LETTERS_A_DAY = 5


@durable
def acknowledge(enquiry: int) -> None:
    """Tell whoever wrote the reference and the day, unless they have been forgotten.

    Nobody's mailbox can be filled from our form: what comes in is kept, but one address hears of so many a day.
    """
    found = Enquiry.objects.filter(pk=enquiry, purged_at=None).first()
    if found and received_before(found, since=found.received_at - timedelta(days=1)) < MOST_LETTERS_A_DAY:
        letters.received(found).send()


@durable
def tell_whoever_answers(enquiry: int) -> None:
    found = Enquiry.objects.select_related("assigned_to", "duplicate_of").filter(pk=enquiry).first()
    if found and (message := letters.for_whoever_answers(found)):
        message.send()


@durable
def ask_to_confirm(subscription: int) -> None:
    if found := UpdatesSubscription.objects.filter(pk=subscription).first():
        letters.to_confirm(found).send()


@receiver(enquiry_received)
def enquiry_is_received(sender: Any, enquiry: Enquiry, **kwargs: Any) -> None:
    acknowledge.using(priority=TO_ONE).enqueue(enquiry=enquiry.pk)
    tell_whoever_answers.enqueue(enquiry=enquiry.pk)


@receiver(updates_asked_for)
def updates_are_asked_for(sender: Any, subscription: UpdatesSubscription, **kwargs: Any) -> None:
    ask_to_confirm.using(priority=TO_ONE).enqueue(subscription=subscription.pk)

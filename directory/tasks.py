"""Letters as background work: given keys, sent again when the mail server refuses."""

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from accounts.roles import COMMS
from core.tasks import durable

from . import letters
from .choices import ChangeState
from .models import Claim, OrganisationPage, ProfileChange, ProfileQuestion
from .policies import may_decide
from .signals import change_decided, change_sent, claim_decided, claim_sent, question_due

TO_ONE = 20  # whoever waits for an answer comes before what only refreshes the index


def deciders(organisation: OrganisationPage) -> list[User]:
    """The comms team, besides those who switched such letters off in the CMS."""
    team = User.objects.filter(groups__name=COMMS, is_active=True).distinct()
    team = team.exclude(wagtail_userprofile__submitted_notifications=False)
    return [user for user in team.order_by("pk") if not may_decide(user, organisation)]


@durable
def tell_of_change(change: int, to: int) -> None:
    found = ProfileChange.objects.waiting().select_related("organisation").filter(pk=change).first()
    person = User.objects.filter(pk=to, is_active=True).first()
    if found and person:
        letters.change_to_decide(found, person.email).send()


@durable
def tell_of_claim(claim: int, to: int) -> None:
    found = Claim.objects.waiting().select_related("organisation").filter(pk=claim).first()
    person = User.objects.filter(pk=to, is_active=True).first()
    if found and person:
        letters.claim_to_decide(found, person.email).send()


@durable
def tell_decision(change: int, version: int) -> None:
    """Unless something newer was sent before its turn came."""
    found = ProfileChange.objects.select_related("organisation", "by").filter(pk=change, version=version).first()
    if (
        found
        and found.state in (ChangeState.APPROVED, ChangeState.RETURNED)
        and (message := letters.change_decided(found))
    ):
        message.send()


@durable
def tell_who_claimed(claim: int) -> None:
    found = Claim.objects.select_related("organisation", "user").filter(pk=claim, user__is_active=True).first()
    if found and (message := letters.claim_decided(found)):
        message.send()


@durable
def ask_whether_true(question: int) -> None:
    found = ProfileQuestion.objects.select_related("organisation").filter(pk=question, answered_at=None).first()
    if found and found.organisation.live and (message := letters.still_true(found)):
        message.send()


@receiver(change_sent)
def change_is_sent(sender: Any, change: ProfileChange, **kwargs: Any) -> None:
    for person in deciders(change.organisation):  # a task each: where one address is refused others are written to
        tell_of_change.enqueue(change=change.pk, to=person.pk)


@receiver(claim_sent)
def claim_is_sent(sender: Any, claim: Claim, **kwargs: Any) -> None:
    for person in deciders(claim.organisation):
        tell_of_claim.enqueue(claim=claim.pk, to=person.pk)


@receiver(change_decided)
def change_is_decided(sender: Any, change: ProfileChange, **kwargs: Any) -> None:
    tell_decision.using(priority=TO_ONE).enqueue(change=change.pk, version=change.version)


@receiver(claim_decided)
def claim_is_decided(sender: Any, claim: Claim, **kwargs: Any) -> None:
    tell_who_claimed.using(priority=TO_ONE).enqueue(claim=claim.pk)


@receiver(question_due)
def question_is_due(sender: Any, question: ProfileQuestion, **kwargs: Any) -> None:
    ask_whether_true.enqueue(question=question.pk)

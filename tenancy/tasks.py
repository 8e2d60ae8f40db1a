"""Letters as background work: given keys, sent again when the mail server refuses. What they are about is saved before."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core.letters import letter
from core.tasks import durable
from directory.models import Invitation

from . import letters
from .actions import note_reminded, take_news_turn
from .actions.check_backs import over as check_back_over
from .actions.introductions import SIDES
from .actions.introductions import over as introduction_over
from .actions.outcomes import over as confirmation_over
from .actions.people import asked_for_silence
from .addressees import is_written_down_by_us, who_asked, who_does, who_sees_to, whom_to_tell
from .choices import IntroductionState, PausedFor
from .models import (
    CheckBack,
    Enquiry,
    Introduction,
    NewsLetter,
    OutcomeConfirmation,
    SupportRequest,
    Task,
    UpdatesSubscription,
)
from .news import left
from .queries.enquiries import received_before
from .queries.requests import last_step
from .signals import (
    check_back_due,
    confirmation_asked,
    enquiry_received,
    introduction_asked,
    introduction_decided,
    introduction_made,
    invited,
    news_started,
    news_tested,
    request_moved,
    request_opened,
    request_waits,
    task_shared,
    updates_asked_for,
)

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


@durable
def send_invitation(invitation: int) -> None:
    """Unless it was taken back or accepted, or they asked not to be written to, before its turn came."""
    found = Invitation.objects.select_related("organisation", "invited_by").filter(pk=invitation, accepted_at=None)
    if (one := found.first()) and not asked_for_silence(one.organisation, one.email):
        letters.invitation(one).send()


@receiver(invited)
def somebody_is_invited(sender: Any, invitation: Invitation, **kwargs: Any) -> None:
    send_invitation.using(priority=TO_ONE).enqueue(invitation=invitation.pk)


# ---- news -----------------------------------------------------------------------------------------------------------
AT_ONCE = 200


@durable
def hand_out_news(letter: int, after: int = 0) -> None:
    """Enqueue a letter for each of the next recipients who have not had it, and this for those who follow."""
    found = NewsLetter.objects.going().filter(pk=letter).first()
    if found is None:
        return
    keys = [key for key in left(found) if key > after]
    for key in keys[:AT_ONCE]:
        send_news.enqueue(letter=letter, subscription=key)
    if len(keys) > AT_ONCE:
        hand_out_news.enqueue(letter=letter, after=keys[AT_ONCE - 1])


@durable
def send_news(letter: int, subscription: int) -> None:
    """To one address, once. What notes it and the letter are one transaction, with the letter last: see search.alerts.tasks."""
    if turn := take_news_turn(letter=letter, subscription=subscription):
        letters.news(*turn).send()


@durable
def send_news_to_try(letter: int, to: int) -> None:
    found, person = NewsLetter.objects.filter(pk=letter).first(), User.objects.filter(pk=to, is_active=True).first()
    if found and person:
        letters.news_to_try(found, person).send()


@receiver(news_started)
def news_is_started(sender: Any, letter: NewsLetter, **kwargs: Any) -> None:
    hand_out_news.enqueue(letter=letter.pk)


@receiver(news_tested)
def news_is_tested(sender: Any, letter: NewsLetter, to: User, **kwargs: Any) -> None:
    send_news_to_try.using(priority=TO_ONE).enqueue(letter=letter.pk, to=to.pk)


def _send(message: EmailMultiAlternatives | None) -> None:
    if message is not None:
        message.send()


# ---- requests -------------------------------------------------------------------------------------------------------
def _request(key: int) -> SupportRequest | None:
    whole = SupportRequest.objects.select_related("account", "need", "owner", "raised_by")
    found: SupportRequest | None = whole.filter(pk=key).first()
    return found


@durable
def acknowledge_request(request: int) -> None:
    """To whoever asked; where it was one of us, to whoever of the company is asked first."""
    found = _request(request)
    if found is None:
        return
    if person := who_asked(found):
        letters.request_received(found, person).send()
    elif is_written_down_by_us(found):
        contact, _ = whom_to_tell(found.account, found.confidentiality)
        if contact is not None:
            letters.request_written_down(found, contact).send()


@durable
def tell_who_sees_to_it(request: int) -> None:
    """Unless they wrote it down themselves, or it was answered before the letter’s turn came."""
    found = _request(request)
    if found is None or found.answered_at is not None:
        return
    person = who_sees_to(found)
    if found.raised_by_id is None or found.raised_by_id not in (found.owner_id, person and person.pk):
        _send(letters.request_to_answer(found, person))


@durable
def tell_of_step(request: int, step: int) -> None:
    """To whoever asked, unless they took the step themselves, or it moved on before the letter’s turn came."""
    found, last = _request(request), last_step(request)
    if found is None or last is None or last.pk != step or last.by_id == found.raised_by_id:
        return
    if (person := who_asked(found)) and person.wants_request_news:
        letters.request_moved(found, person, last).send()


@durable
def tell_they_are_waited_for(request: int) -> None:
    found = _request(request)
    if found and found.is_open and found.paused_for == PausedFor.COMPANY and (person := who_asked(found)):
        letters.request_waits(found, person).send()


@receiver(request_opened)
def request_is_opened(sender: Any, request: SupportRequest, **kwargs: Any) -> None:
    acknowledge_request.using(priority=TO_ONE).enqueue(request=request.pk)
    tell_who_sees_to_it.enqueue(request=request.pk)


@receiver(request_moved)
def request_has_moved(sender: Any, request: SupportRequest, told: str, **kwargs: Any) -> None:
    step = last_step(request.pk)
    if step and not (request.raised_by and request.raised_by.email == told):
        tell_of_step.enqueue(request=request.pk, step=step.pk)


@receiver(request_waits)
def request_waits_for_them(sender: Any, request: SupportRequest, **kwargs: Any) -> None:
    tell_they_are_waited_for.using(priority=TO_ONE).enqueue(request=request.pk)


# ---- tasks of a company ---------------------------------------------------------------------------------------------
@durable
def tell_who_does(task: int) -> None:
    """Unless it was done, taken back or restricted, or they asked not to be written to, before the letter’s turn came."""
    shared = Task.objects.open().filter(shared=True)
    found = shared.select_related("account__organisation", "contact", "owner", "request").filter(pk=task).first()
    if found is None:
        return
    contact, _ = who_does(found)
    if contact is not None:
        letters.task_to_do(found, contact).send()


@receiver(task_shared)
def task_is_shared(sender: Any, task: Task, **kwargs: Any) -> None:
    tell_who_does.enqueue(task=task.pk)


# ---- introductions and what came of them ----------------------------------------------------------------------------
WHOLE = ("request__account", "request__need", "request__stage", "partner", "tenant_contact", "partner_contact", "by")


@durable
def ask_one_side(introduction: int, side: str) -> None:
    found = Introduction.objects.select_related(*WHOLE).filter(pk=introduction).first()
    if found and not introduction_over(found):
        _send(letters.question(found, side))


@durable
def tell_what_was_decided(introduction: int) -> None:
    found = Introduction.objects.select_related(*WHOLE).filter(pk=introduction).first()
    if found and found.state in (IntroductionState.AGREED, IntroductionState.DECLINED):
        _send(letters.decided(found))


@durable
def tell_they_are_introduced(introduction: int, side: str) -> None:
    found = Introduction.objects.select_related(*WHOLE).filter(pk=introduction).first()
    if found and found.state == IntroductionState.INTRODUCED:
        _send(letters.introduced(found, side))


@durable
def ask_what_came_of_it(check_back: int) -> None:
    found = CheckBack.objects.select_related(*(f"introduction__{path}" for path in WHOLE)).filter(pk=check_back).first()
    if found and not check_back_over(found):
        _send(letters.came_of_it(found))


@durable
def ask_whether_it_is_true(confirmation: int) -> None:
    whole = OutcomeConfirmation.objects.select_related("outcome__account", "outcome__introduction", "contact", "by")
    found = whole.filter(pk=confirmation).first()
    if found and not confirmation_over(found):
        _send(letters.is_it_true(found))


@receiver(introduction_asked)
def side_is_asked(sender: Any, introduction: Introduction, side: str, **kwargs: Any) -> None:
    ask_one_side.using(priority=TO_ONE).enqueue(introduction=introduction.pk, side=side)


@receiver(introduction_decided)
def side_has_answered(sender: Any, introduction: Introduction, **kwargs: Any) -> None:
    tell_what_was_decided.enqueue(introduction=introduction.pk)


@receiver(introduction_made)
def they_are_introduced(sender: Any, introduction: Introduction, **kwargs: Any) -> None:
    for side in SIDES:  # a task each: where one address is refused the other is still written to
        tell_they_are_introduced.using(priority=TO_ONE).enqueue(introduction=introduction.pk, side=side)


@receiver(check_back_due)
def check_back_is_due(sender: Any, check_back: CheckBack, **kwargs: Any) -> None:
    ask_what_came_of_it.enqueue(check_back=check_back.pk)


@receiver(confirmation_asked)
def confirmation_is_asked(sender: Any, confirmation: OutcomeConfirmation, **kwargs: Any) -> None:
    ask_whether_it_is_true.using(priority=TO_ONE).enqueue(confirmation=confirmation.pk)


# ---- reminders ------------------------------------------------------------------------------------------------------
def remind_due() -> None:
    """Enqueue a letter for each colleague with something to be reminded of. Safe to run at any time, and twice at once."""
    due = Task.objects.open().filter(remind_on__lte=timezone.localdate(), reminded_at=None, owner__is_active=True)
    due = due.filter(owner__wants_task_reminders=True)
    for owner in set(due.values_list("owner", flat=True)):
        with transaction.atomic():
            if number := note_reminded(owner=owner):
                send_reminder.enqueue(owner=owner, number=number)


@durable
def send_reminder(owner: int, number: int) -> None:
    """A letter leaves the wall: it says how many and where, never of whom or what."""
    if person := User.objects.filter(pk=owner, is_active=True).first():
        context = {"person": person, "number": number, "url": settings.BASE_URL + reverse("staff_day")}
        letter("tenancy/email/reminder", to=person.email, context=context).send()

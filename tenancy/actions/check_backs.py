"""Weeks after an introduction we ask what came of it: the owner has a task, the company a mail with one question."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from tenancy import history
from tenancy.choices import CheckedBack, IntroductionState, TaskState
from tenancy.clock import working_days_after
from tenancy.models import CheckBack, Task
from tenancy.policies import may_work_on
from tenancy.signals import check_back_due
from tenancy.states import move

from .introductions import Over
from .refusals import require

ANSWER_WITHIN = timedelta(days=30)
OUTCOME_WITHIN = 5  # working days
TOO_LATE = "This question was open for thirty days. If there is something to tell, answer our mail: a person reads it."


def ask_due() -> None:
    """Ask for every check-back whose day has come, once. Safe to run at any time, and twice at once."""
    due = CheckBack.objects.filter(
        due_on__lte=timezone.localdate(),
        asked_at=None,
        done_at=None,
        introduction__state=IntroductionState.INTRODUCED,
    )
    for pk in due.values_list("pk", flat=True):
        ask(check_back=pk)


@transaction.atomic
def ask(*, check_back: int) -> None:
    """Give the owner a task and have the company asked; whoever comes second does nothing."""
    found = CheckBack.objects.select_for_update(of=("self",)).filter(pk=check_back, asked_at=None, done_at=None).first()
    if found is None:
        return
    request = found.introduction.request
    with history.by(user=None):
        found.asked_at = timezone.now()
        found.save(update_fields=["asked_at"])
        Task.objects.create(
            account=request.account,
            request=request,
            words=task_words(found),
            due_on=working_days_after(timezone.localdate(), OUTCOME_WITHIN),
            owner=request.owner or request.account.manager or found.introduction.by,
        )
    check_back_due.send(CheckBack, check_back=found)


@transaction.atomic
def answer_check_back(*, check_back: CheckBack, answer: str, words: str = "", by: User | None = None) -> None:
    """By the company, by its link, or by us who heard it (``by``). Raises Over and PermissionDenied.

    What helped becomes a task: to write down what came of it.
    """
    request = check_back.introduction.request
    if by is not None:
        require(may_work_on(by, request))
    check_back = CheckBack.objects.select_for_update(of=("self",)).get(pk=check_back.pk)
    if by is None and (why_not := over(check_back)):
        raise Over(why_not)
    now = timezone.now()
    said = CheckedBack(answer)
    with history.by(user=by):
        check_back.answer, check_back.words, check_back.done_at, check_back.by = said, words.strip()[:500], now, by
        check_back.save(update_fields=["answer", "words", "done_at", "by"])
        for task in Task.objects.open().filter(request=request, words=task_words(check_back)):
            move(task, TaskState.DONE, by=by, done_at=now, done_by=by)
        if said == CheckedBack.MET:
            Task.objects.create(
                account=request.account,
                request=request,
                words=f"{check_back.introduction.partner_name} helped with {request.number}: write down what came of it.",
                due_on=working_days_after(timezone.localdate(), OUTCOME_WITHIN),
                owner=request.owner or request.account.manager,
            )


def over(check_back: CheckBack) -> str:
    if check_back.done_at is not None:
        return "You have told us already. Thank you."
    if check_back.introduction.state != IntroductionState.INTRODUCED:
        return "This question is closed."
    if check_back.asked_at is None or check_back.asked_at < timezone.now() - ANSWER_WITHIN:
        return TOO_LATE
    return ""


def task_words(check_back: CheckBack) -> str:
    introduction = check_back.introduction
    return f"{introduction.request.number}: hear what came of meeting {introduction.partner_name}, {check_back.days} days on."[
        :300
    ]

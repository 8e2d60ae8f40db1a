"""A company asks for support, and sees it move: one row for each spell of help."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from directory.models import Need, Stage
from tenancy import history
from tenancy.choices import (
    CLOSED_REQUESTS,
    Confidentiality,
    Decision,
    Excused,
    IntroductionState,
    PausedFor,
    RequestState,
    Urgency,
)
from tenancy.clock import request_due, working_days_after, working_days_between
from tenancy.grants import works_with_accounts
from tenancy.models import Account, Introduction, SupportRequest
from tenancy.policies import may_ask, may_withdraw, may_work, may_work_on
from tenancy.signals import request_moved, request_opened, request_waits
from tenancy.states import move

from .refusals import Unfit, once, refuse_unread, require


@transaction.atomic
def open_request(
    *,
    account: Account,
    need: Need,
    stage: Stage,
    words: str,
    by: User,
    key: UUID | None = None,
    urgency: str = Urgency.NORMAL,
    confidentiality: str = Confidentiality.UNNAMED,
) -> SupportRequest:
    """By somebody of the company, or by us for them; the same ``key`` twice is one request.

    Raises PermissionDenied, and Unfit for a form that was sent for another company.
    """
    require(may_ask(by, account))
    key = key or uuid4()
    if there := SupportRequest.objects.filter(key=key, account=account).first():
        return there
    try:
        with history.by(user=by), once("This form was sent before, for another company. Open a new one."):
            made = SupportRequest.objects.create(
                account=account,
                key=key,
                need=need,
                stage=stage,
                words=words,
                urgency=urgency,
                confidentiality=confidentiality,
                raised_by=by,
                owner=account.manager,
                respond_by=request_due(timezone.localdate(), urgency),
            )
    except Unfit:
        if there := SupportRequest.objects.filter(key=key, account=account).first():
            return there  # the same form, that came a moment before
        raise
    request_opened.send(SupportRequest, request=made)
    return made


@transaction.atomic
def change_request(
    *,
    request: SupportRequest,
    need: Need,
    stage: Stage,
    words: str,
    urgency: str,
    confidentiality: str,
    by: User,
    seen: str = "",
) -> None:
    """Correct what is asked. As long as nobody has answered, the day of the answer follows the urgency.

    ``seen``: of the form that was filled in. Sent twice it is done once. Raises PermissionDenied, Unfit for a request that
    is closed, and ChangedSince.
    """
    found = SupportRequest.objects.select_for_update().get(pk=request.pk)
    require(may_work_on(by, found))
    if not found.is_open:
        raise Unfit("This request is closed, so what it asks stays as it was. Ask again: that is a new request.")
    said: dict[str, Any] = {"need": need, "stage": stage, "words": words}
    said |= {"urgency": Urgency(urgency), "confidentiality": Confidentiality(confidentiality)}
    refuse_unread(found, seen, **said)
    before = found.urgency
    for name, value in said.items():
        setattr(found, name, value)
    if found.urgency != before and found.answered_at is None:
        found.respond_by = _due_as(found, before)
    with history.by(user=by):
        found.save(update_fields=[*said, "respond_by"])


def _due_as(request: SupportRequest, before: str) -> date:
    """Counted from the day on which it was opened, with the days that its clock stood while it was as urgent as ``before``."""
    opened = timezone.localdate(request.opened_at)
    stood = working_days_between(request_due(opened, before), request.respond_by)
    due = request_due(opened, request.urgency)
    return working_days_after(due, stood) if stood else due


@transaction.atomic
def take(*, request: SupportRequest, owner: User, by: User, next_step: str | None = None) -> None:
    """Say who sees to it, and what comes next; the company reads both. Raises PermissionDenied and Unfit."""
    require(may_work(by))
    if not works_with_accounts(owner):
        raise Unfit("Choose somebody who works with accounts.", field="owner")
    with history.by(user=by):
        request.owner = owner
        if next_step is not None:
            request.next_step = next_step
        request.save(update_fields=["owner", "next_step"])


def step(*, request: SupportRequest, to: str, by: User, reason: str = "", next_step: str | None = None) -> None:
    """One step along the board; the first one answers the request and stops its clock. Whoever asked is told.

    Raises PermissionDenied, NotDrawn, and Unfit where the step needs more than a click.
    """
    require(may_work(by))
    if to in CLOSED_REQUESTS:
        close_request(request=request, to=to, by=by, reason=reason)
        return
    fields: dict[str, Any] = {} if next_step is None else {"next_step": next_step}
    with transaction.atomic():
        take_step(request, to, by, reason=reason, **fields)
        request_moved.send(SupportRequest, request=request, by=by, told="")


def take_step(request: SupportRequest, to: str, by: User, *, reason: str = "", **fields: Any) -> None:
    """Without a word to anybody: of several steps that are taken at once only the last is told."""
    if request.answered_at is None:
        fields["answered_at"] = timezone.now()
    move(request, to, by=by, why=reason, closed_at=None, **fields)


@transaction.atomic
def close_request(*, request: SupportRequest, to: str, by: User, reason: str = "") -> None:
    """Raises PermissionDenied, NotDrawn, and Unfit without an outcome or a reason for having none."""
    require(may_work(by))
    if to == RequestState.CLOSED_OUTCOME and not request.outcomes.standing().exists():
        raise Unfit("Record what came of it first; or close it as not met, and say why.", field="to")
    if to == RequestState.CLOSED_UNMET and not reason.strip():
        raise Unfit("Say why nobody was found: it shows us what the village lacks.", field="reason")
    _close(request, to, by, reason)


def withdraw(*, request: SupportRequest, by: User, reason: str = "") -> None:
    """By whoever asked. Raises PermissionDenied and NotDrawn."""
    require(may_withdraw(by, request))
    _close(request, RequestState.WITHDRAWN, by, reason)


@transaction.atomic
def _close(request: SupportRequest, to: str, by: User, reason: str) -> None:
    """With what is still asked for it; whoever has been introduced stays so."""
    # Introductions are locked before their request, as ``introduce`` does: else the two could wait for each other.
    asked = request.introductions.filter(state__in=[IntroductionState.ASKED, IntroductionState.AGREED])
    for introduction in asked.select_for_update():
        move(introduction, IntroductionState.WITHDRAWN, by=by, why="the request was closed")
        with history.by(user=by):
            may_be_asked_again(introduction)
    now = timezone.now()
    fields = {"closed_at": now, "next_step": "", "paused_for": "", "paused_on": None, "reason": reason[:300]}
    move(request, to, by=by, why=reason, answered_at=request.answered_at or now, **fields)
    request_moved.send(SupportRequest, request=request, by=by, told="")


def may_be_asked_again(introduction: Introduction) -> None:
    """Their suggestion stands open again, to be asked anew or left out with a reason."""
    for suggestion in introduction.request.suggestions.filter(partner=introduction.partner_id, decision=Decision.ASKED):
        suggestion.decision = Decision.OPEN
        suggestion.save(update_fields=["decision"])


@transaction.atomic
def ask_again(*, request: SupportRequest, by: User, words: str = "") -> SupportRequest:
    """Another spell of help: a new row that follows this one. Raises PermissionDenied and Unfit."""
    require(may_ask(by, request.account))
    if request.is_open:
        raise Unfit("This request is still open: add to it instead of asking again.")
    if hasattr(request, "followed_by"):
        raise Unfit(f"This was asked for again already: see {request.followed_by.number}.")
    again = open_request(
        account=request.account,
        need=request.need,
        stage=request.stage,
        words=words or request.words,
        urgency=request.urgency,
        confidentiality=request.confidentiality,
        by=by,
    )
    with history.by(user=by), once():
        again.follows, again.spell_no = request, request.spell_no + 1
        again.save(update_fields=["follows", "spell_no"])
    return again


# ---- the response clock ---------------------------------------------------------------------------------------------
@transaction.atomic
def pause(*, request: SupportRequest, why: str, by: User) -> None:
    """The clock stands while we wait for somebody else; the company is told where it is they. Raises PermissionDenied and Unfit."""
    require(may_work(by))
    if not request.is_open or request.paused_for:
        raise Unfit("The clock of this request does not run.")
    with history.by(user=by):
        request.paused_for, request.paused_on = PausedFor(why), timezone.localdate()
        request.save(update_fields=["paused_for", "paused_on"])
    if request.paused_for == PausedFor.COMPANY:
        request_waits.send(SupportRequest, request=request)


@transaction.atomic
def resume(*, request: SupportRequest, by: User) -> None:
    """The clock runs on; the working days that it stood are added. Raises PermissionDenied and Unfit."""
    require(may_work(by))
    if request.paused_on is None:
        raise Unfit("The clock of this request runs already.")
    stood = working_days_between(request.paused_on, timezone.localdate())
    with history.by(user=by):
        if stood:
            request.respond_by = working_days_after(request.respond_by, stood)
        request.paused_for, request.paused_on = "", None
        request.save(update_fields=["respond_by", "paused_for", "paused_on"])


@transaction.atomic
def excuse(*, request: SupportRequest, why: str, by: User) -> None:
    """A late answer does not count as late. Raises PermissionDenied."""
    require(may_work(by))
    with history.by(user=by):
        request.excused = Excused(why) if why else ""
        request.save(update_fields=["excused"])

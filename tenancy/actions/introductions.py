"""A company and a partner are brought together: asked one after the other, introduced once both have said yes.

The company is asked first. The partner hears of it only when the company has agreed, and learns the company's name then
only where the request may be described by name; otherwise when both have said yes.
"""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from directory.models import OrganisationPage
from tenancy import history
from tenancy.choices import (
    CHECK_BACK_AFTER,
    LIVE_INTRODUCTIONS,
    AccountKind,
    AccountState,
    Answer,
    Channel,
    ConsentPurpose,
    Decision,
    IntroductionState,
    RequestState,
)
from tenancy.models import Account, CheckBack, ConsentEvent, Contact, Introduction, SupportRequest
from tenancy.policies import may_answer_for_company, may_answer_for_partner, may_work_on
from tenancy.signals import introduction_asked, introduction_decided, introduction_made, request_moved
from tenancy.states import NotDrawn, move

from .refusals import Refusal, Unfit, once, require
from .requests import may_be_asked_again, take_step

ANSWER_WITHIN = timedelta(days=21)
SIDES = ("tenant", "partner")
TOO_LATE = (
    "This question was open for 21 days and is closed now. If you still want it, answer our mail: a person reads it."
)


class Over(Refusal):
    """The question is closed: too late, taken back, or done already."""


@transaction.atomic
def propose(
    *,
    request: SupportRequest,
    partner: OrganisationPage,
    tenant_contact: Contact,
    words: str,
    by: User,
    partner_contact: Contact | None = None,
    partner_name: str = "",
    partner_email: str = "",
) -> Introduction:
    """Ask the company whether it would like to meet ``partner``; ``words`` is what the partner will be told.

    Whom of the partner: a contact that we know, or name and address of somebody. Raises PermissionDenied, NotDrawn and Unfit.
    """
    require(may_work_on(by, request))
    if not request.is_open:
        raise Unfit("This request is closed. Ask again: that is a new request.")
    if not words.strip():
        raise Unfit("Say what the partner should know, in a sentence or two.", field="words")
    if request.introductions.live().filter(partner=partner).exists():
        raise Unfit("This partner is being asked already.")
    with history.by(user=by), once():
        partner_contact = partner_contact or _contact_of(partner, partner_name, partner_email, by)
        for side, contact in (("tenant", tenant_contact), ("partner", partner_contact)):
            _may_be_written_to(contact, side)
        if tenant_contact.account_id != request.account_id:
            raise Unfit("This person belongs to another company.", field="tenant_contact")
        made = Introduction.objects.create(
            request=request,
            partner=partner,
            tenant_contact=tenant_contact,
            partner_contact=partner_contact,
            words=words,
            by=by,
        )
        for suggestion in request.suggestions.filter(partner=partner):
            suggestion.decision, suggestion.dismissed_reason = Decision.ASKED, ""
            suggestion.decided_by, suggestion.decided_at = by, timezone.now()
            suggestion.save()
        _bring(request, RequestState.MATCHED, by, told=tenant_contact)
    introduction_asked.send(Introduction, introduction=made, side="tenant")
    return made


def answer_introduction(*, introduction: Introduction, side: str, says_yes: bool, words: str = "") -> None:
    """By whoever holds the link of one side. Until they are introduced a yes can be taken back. Raises Over."""
    _answer(introduction, side, says_yes, words, by=None)


def answer_signed_in(*, introduction: Introduction, side: str, says_yes: bool, by: User, words: str = "") -> None:
    """By somebody who answers for that side and has signed in. Raises PermissionDenied and Over."""
    may = may_answer_for_company if side == "tenant" else may_answer_for_partner
    require(may(by, introduction))
    _answer(introduction, side, says_yes, words, by=by)


@transaction.atomic
def _answer(introduction: Introduction, side: str, says_yes: bool, words: str, *, by: User | None) -> None:
    now = timezone.now()
    locked = Introduction.objects.select_for_update().get(pk=introduction.pk)
    introduction.state = locked.state
    if why_not := over(introduction):
        raise Over(why_not)
    if getattr(locked, f"{side}_answer") == (Answer.GIVEN if says_yes else Answer.REFUSED):
        return
    contact: Contact | None = getattr(introduction, f"{side}_contact")
    said: dict[str, Any] = {f"{side}_answer": Answer.GIVEN if says_yes else Answer.REFUSED, f"{side}_answered_at": now}
    said[f"{side}_words"] = words.strip()[:500]
    with history.by(user=by):
        if contact is not None:
            ConsentEvent.objects.create(  # by whoever signed in, or by a link: nobody of the team wrote it down
                contact=contact,
                purpose=ConsentPurpose.NAMED,
                given=says_yes,
                wording=wording(introduction, side),
                channel=Channel.EMAIL,
                by=by,
            )
        if not says_yes:
            move(introduction, IntroductionState.DECLINED, by=by, why=words[:300], **said)
            may_be_asked_again(introduction)
        else:
            for name, value in said.items():
                setattr(introduction, name, value)
            introduction.save(update_fields=list(said))
            if introduction.tenant_answer == introduction.partner_answer == Answer.GIVEN:
                move(introduction, IntroductionState.AGREED, by=by)
            elif side == "tenant":
                introduction_asked.send(Introduction, introduction=introduction, side="partner")
    introduction_decided.send(Introduction, introduction=introduction)


def over(introduction: Introduction) -> str:
    """Why it can't be answered any more; empty while it can."""
    if introduction.state == IntroductionState.INTRODUCED:
        return "You have been introduced: there is nothing left to answer here."
    if introduction.state not in LIVE_INTRODUCTIONS or not introduction.request.is_open:
        return "This question is closed: nobody was introduced, and nothing was passed on."
    if introduction.state == IntroductionState.AGREED:
        return ""  # each can take their yes back for as long as we can introduce them
    if (introduction.tenant_answered_at or introduction.asked_at) < timezone.now() - ANSWER_WITHIN:
        return TOO_LATE  # the partner’s days begin when the company has agreed
    return ""


def wording(introduction: Introduction, side: str) -> str:
    """What one side is asked, word for word, as the consent keeps it."""
    if side == "tenant":
        return f"May we tell {introduction.partner_name} what you need, and introduce you if they agree too?"
    return "May we introduce you to this company, with your name and address?"


@transaction.atomic
def introduce(*, introduction: Introduction, by: User) -> None:
    """Both have agreed: tell each who the other is, and plan when to ask what came of it.

    Raises PermissionDenied, NotDrawn, and Unfit once the request is closed.
    """
    require(may_work_on(by, introduction.request))
    if not introduction.request.is_open:
        raise Unfit("This request is closed, so nobody is introduced for it. Ask again: that is a new request.")
    for contact in (introduction.tenant_contact, introduction.partner_contact):
        if contact is not None and not contact.may_be_written_to:
            raise Unfit(f"{contact.name} left, or is not to be written to. Take this back, and ask somebody else.")
        if contact is None and introduction.state == IntroductionState.AGREED:
            raise Unfit("Somebody of the two was erased meanwhile. Take this back, and ask somebody else.")
    now = timezone.now()
    move(introduction, IntroductionState.INTRODUCED, by=by, introduced_at=now)
    with history.by(user=by):
        for days in CHECK_BACK_AFTER:
            due_on = timezone.localdate(now) + timedelta(days=days)
            CheckBack.objects.create(introduction=introduction, days=days, due_on=due_on)
        _bring(introduction.request, RequestState.INTRODUCED, by, told=introduction.tenant_contact)
    introduction_made.send(Introduction, introduction=introduction)


@transaction.atomic
def take_back(*, introduction: Introduction, reason: str, by: User) -> None:
    """By us: the links end, and so do questions that are still to come. Raises PermissionDenied, NotDrawn and Unfit."""
    require(may_work_on(by, introduction.request))
    if not reason.strip():
        raise Unfit("Say why it is taken back: both sides may ask.", field="reason")
    move(introduction, IntroductionState.WITHDRAWN, by=by, why=reason)
    with history.by(user=by):
        for waiting in introduction.check_backs.filter(done_at=None):
            waiting.delete()
        may_be_asked_again(introduction)
    _bring_back(introduction.request, by, reason)


def _bring_back(request: SupportRequest, by: User, reason: str) -> None:
    """A request of which nobody is introduced any more waits for partners again."""
    made = request.introductions.filter(state=IntroductionState.INTRODUCED)
    _lock(request)
    if request.state == RequestState.INTRODUCED and not made.exists():
        take_step(request, RequestState.MATCHED, by, reason=reason)


def lapse() -> None:
    """Close what nobody has answered. Safe to repeat, and twice at once."""
    late = timezone.now() - ANSWER_WITHIN
    nobody = Q(tenant_answered_at=None, asked_at__lt=late) | Q(tenant_answered_at__lt=late)
    old = Introduction.objects.filter(nobody, state=IntroductionState.ASKED)
    for introduction in old.select_related("request"):
        with transaction.atomic():
            try:
                move(introduction, IntroductionState.LAPSED, by=None, why="nobody answered in time")
            except NotDrawn:  # another clock was faster
                continue
            may_be_asked_again(introduction)


def _contact_of(partner: OrganisationPage, name: str, email: str, by: User) -> Contact:
    """Whoever answers for a partner, in an account of its own, which is opened where there is none."""
    if not name.strip() or not email.strip():
        raise Unfit("Choose whom we ask at the partner, or enter a name and an address.", field="partner_email")
    account, _ = Account.objects.get_or_create(
        organisation=partner,
        defaults={
            "name": partner.title[:160],
            "kind": AccountKind.PARTNER,
            "state": AccountState.ACTIVE,
            "manager": by,
        },
    )
    email = email.strip().lower()
    there = account.contacts.current().filter(email=email).first()
    if there is None and account.contacts.filter(email=email, do_not_contact=True).exists():
        raise Unfit("We were asked not to write to this address. Choose somebody else.", field="partner_email")
    source = "asked for an introduction; address from the partner or its website"
    return there or Contact.objects.create(account=account, name=name.strip(), email=email, source=source)


def _may_be_written_to(contact: Contact, side: str) -> None:
    if not contact.email:
        raise Unfit(f"{contact.name} has no address that we could write to.", field=f"{side}_contact")
    if contact.do_not_contact or contact.left_on is not None:
        raise Unfit(f"{contact.name} is not to be written to. Choose somebody else.", field=f"{side}_contact")


def _lock(request: SupportRequest) -> None:
    """Of two introductions of one request the second to move sees what the first made of it. After their own locks."""
    request.state = SupportRequest.objects.select_for_update().values_list("state", flat=True).get(pk=request.pk)


def _bring(request: SupportRequest, to: RequestState, by: User, *, told: Contact | None) -> None:
    """Along the board as far as ``to``, by the steps that are drawn; further on it stays where it is.

    ``told`` gets a letter about the introduction itself, and none about the board.
    """
    _lock(request)
    line = (RequestState.NEW, RequestState.TRIAGED, RequestState.MATCHED, RequestState.INTRODUCED)
    before = request.state
    while request.state in line and line.index(RequestState(request.state)) < line.index(to):
        take_step(request, line[line.index(RequestState(request.state)) + 1], by)
    if request.state != before:
        request_moved.send(SupportRequest, request=request, by=by, told=told.email if told else "")

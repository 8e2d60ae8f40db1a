"""What came of it: claimed by us, confirmed by the company, and both can be taken back."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import User
from tenancy import history
from tenancy.choices import Anyway, OutcomeState
from tenancy.models import Account, Contact, Introduction, Outcome, OutcomeConfirmation, SupportRequest
from tenancy.policies import may_work, may_work_on
from tenancy.signals import confirmation_asked
from tenancy.states import move

from .dealings import SENT_TWICE, just_now
from .introductions import Over
from .refusals import Unfit, require

GOOD_FOR = timedelta(days=14)
MOST_SENT = 4
PURPOSE = "tenancy.outcome.confirm"


@transaction.atomic
def claim(
    *,
    account: Account,
    kind: str,
    occurred_on: date,
    evidence: str,
    by: User,
    request: SupportRequest | None = None,
    introduction: Introduction | None = None,
    amount: Decimal | None = None,
    unit: str = "",
) -> Outcome:
    """Raises PermissionDenied and Unfit."""
    require(may_work(by))
    if request is not None:
        require(may_work_on(by, request))
    if introduction is not None and introduction.request_id != (request.pk if request else None):
        raise Unfit("This introduction belongs to another request.", field="introduction")
    if occurred_on > timezone.localdate():
        raise Unfit("This is still to come. Write it down when it has happened.", field="occurred_on")
    if amount is not None and not unit.strip():
        raise Unfit("Say what is counted: GBP, people, plans, jobs.", field="unit")
    if not evidence.strip():
        raise Unfit("Say what shows it, and who has seen it.", field="evidence")
    said: dict[str, Any] = {
        "account": account,
        "request": request,
        "introduction": introduction,
        "kind": kind,
        "amount": amount,
        "unit": unit.strip() if amount is not None else "",
        "occurred_on": occurred_on,
        "evidence": evidence,
        "recorded_by": by,
    }
    if there := just_now(Outcome, **said, recorded_at__gt=timezone.now() - SENT_TWICE):
        return there
    with history.by(user=by):
        return Outcome.objects.create(**said)


def revoke(*, outcome: Outcome, reason: str, by: User) -> None:
    """It was claimed by mistake; it stays to be read, and counts nowhere. Raises PermissionDenied, NotDrawn and Unfit."""
    _with_reason(outcome, reason, by, "Say why it is taken back: whoever counts outcomes will ask.")
    move(outcome, OutcomeState.WITHDRAWN, by=by, why=reason)


def unconfirm(*, outcome: Outcome, reason: str, by: User) -> None:
    """A confirmation turned out wrong, and no link that was sent confirms it again. Raises PermissionDenied, NotDrawn and Unfit."""
    _with_reason(outcome, reason, by, "Say why the confirmation does not count any more.")
    with transaction.atomic():
        _end_links(outcome, by)
        move(outcome, OutcomeState.CLAIMED, by=by, why=reason, confirmed_at=None, confirmed_by=None)


def claim_again(*, outcome: Outcome, reason: str, by: User) -> None:
    """After it was taken back or disputed; they are asked anew. Raises PermissionDenied, NotDrawn and Unfit."""
    _with_reason(outcome, reason, by, "Say what is clear now that was not.")
    with transaction.atomic():
        _end_links(outcome, by)
        move(outcome, OutcomeState.CLAIMED, by=by, why=reason)


def _end_links(outcome: Outcome, by: User) -> None:
    """What was asked before was about another claim, or about one that turned out wrong.

    Links before their outcome, as whoever answers one locks them: else the two could wait for each other.
    """
    now = timezone.now()
    with history.by(user=by):
        for confirmation in outcome.confirmations.filter(answered_at=None, expires_at__gt=now, sent_at__lt=now):
            confirmation.expires_at = now
            confirmation.save(update_fields=["expires_at"])


def _with_reason(outcome: Outcome, reason: str, by: User, words: str) -> None:
    _may(outcome, by)
    if not reason.strip():
        raise Unfit(words, field="reason")


def _may(outcome: Outcome, by: User) -> None:
    require(may_work(by))
    if outcome.request is not None:
        require(may_work_on(by, outcome.request))


# ---- confirmed by the company ---------------------------------------------------------------------------------------
@transaction.atomic
def ask_to_confirm(*, outcome: Outcome, contact: Contact, by: User) -> OutcomeConfirmation:
    """Send ``contact`` a link that is good for two weeks. Raises PermissionDenied and Unfit."""
    _may(outcome, by)
    Outcome.objects.select_for_update().get(pk=outcome.pk)  # two clicks at once count one after the other
    if outcome.state != OutcomeState.CLAIMED:
        raise Unfit("Only what is claimed, and neither confirmed nor taken back, can be asked about.")
    if contact.account_id != outcome.account_id or contact.left_on is not None:
        raise Unfit("Choose somebody who belongs to this company.", field="contact")
    if contact.do_not_contact or not contact.email:
        raise Unfit(f"{contact.name} can’t be written to. Choose somebody else.", field="contact")
    if by.email.lower() == contact.email or contact.user_id == by.pk:
        raise Unfit(
            "Nobody confirms what they have claimed themselves. Choose somebody of the company.", field="contact"
        )
    if outcome.confirmations.count() >= MOST_SENT:
        raise Unfit(f"They have been asked {MOST_SENT} times. Ring them instead, and write down what they say.")
    now = timezone.now()
    with history.by(user=by):
        made = OutcomeConfirmation.objects.create(
            outcome=outcome,
            contact=contact,
            digest=digest_of(token_of(outcome.pk, now)),
            sent_at=now,
            expires_at=now + GOOD_FOR,
            by=by,
        )
    confirmation_asked.send(OutcomeConfirmation, confirmation=made)
    return made


@transaction.atomic
def answer_confirmation(*, confirmation: OutcomeConfirmation, is_true: bool, anyway: str = "", words: str = "") -> None:
    """By whoever holds the link, once. Raises Over."""
    locked = OutcomeConfirmation.objects.select_for_update(of=("self",)).get(pk=confirmation.pk)
    if why_not := over(locked):
        raise Over(why_not)
    now = timezone.now()
    with history.by(user=None):
        locked.is_true, locked.answered_at, locked.words = is_true, now, words.strip()[:500]
        locked.anyway = Anyway(anyway) if anyway else ""
        locked.save(update_fields=["is_true", "answered_at", "words", "anyway"])
        if is_true:
            said = {"confirmed_at": now, "confirmed_by": locked.contact}
            move(locked.outcome, OutcomeState.CONFIRMED, by=None, why="by the company, by its link", **said)
        else:
            move(locked.outcome, OutcomeState.DISPUTED, by=None, why=words[:300])


def over(confirmation: OutcomeConfirmation) -> str:
    if confirmation.answered_at is not None:
        return "You have answered this already. Thank you."
    if confirmation.expires_at <= timezone.now():
        if confirmation.expires_at < confirmation.sent_at + GOOD_FOR:
            return "This link is closed, because what it asked about was looked into again. If we need to, we ask anew."
        return "This link was good for fourteen days. If you would still like to answer, reply to our mail: a person reads it."
    if confirmation.outcome.state != OutcomeState.CLAIMED:
        return "This has been settled meanwhile. There is nothing left to answer."
    return ""


def token_of(outcome: int, sent_at: datetime) -> str:
    """What stands in the address: reckoned anew for the letter, never stored."""
    return salted_hmac(PURPOSE, f"{outcome}.{sent_at.isoformat()}", algorithm="sha256").hexdigest()


def digest_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()

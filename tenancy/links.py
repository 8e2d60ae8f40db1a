"""Links in our letters: each for one purpose, ended by the row it names or by another secret of that row."""

from django.urls import reverse
from django.utils import timezone

from core.signed_links import read, sign
from directory.models import Invitation
from search.exports import absolute

from .actions.outcomes import digest_of, token_of
from .models import CheckBack, Enquiry, Introduction, OutcomeConfirmation, UpdatesSubscription

RECEIVED = "tenancy.front_door.received"
CONFIRM, MANAGE, UNSUBSCRIBE = "tenancy.updates.confirm", "tenancy.updates.manage", "tenancy.updates.unsubscribe"
SIDES = {"tenant": "tenancy.introduction.tenant", "partner": "tenancy.introduction.partner"}
CHECK_BACK = "tenancy.check_back"
INVITATION = "tenancy.my.invitation"


def received_path(enquiry: Enquiry) -> str:
    """Where whoever has just written reads what happens next."""
    return reverse("enquiry_received", args=[sign(RECEIVED, enquiry.pk, enquiry.key.hex)])


def enquiry_of(token: str) -> Enquiry | None:
    """Raises BadLink."""
    key, secret = read(token, RECEIVED)
    return Enquiry.objects.filter(pk=key, key=secret).first()


def updates_url(subscription: UpdatesSubscription, purpose: str) -> str:
    name = {CONFIRM: "updates_confirm", MANAGE: "updates_manage", UNSUBSCRIBE: "updates_unsubscribe"}[purpose]
    return absolute(reverse(name, args=[sign(purpose, subscription.pk, subscription.nonce.hex)]))


def subscription_of(token: str, purpose: str) -> UpdatesSubscription | None:
    """None when nothing is kept of them any more. Raises BadLink."""
    key, nonce = read(token, purpose)
    return UpdatesSubscription.objects.filter(pk=key, nonce=nonce).first()


# ---- introductions and what came of them ----------------------------------------------------------------------------
def introduction_url(introduction: Introduction, side: str) -> str:
    """One side’s link does not open the other’s answer."""
    token = sign(SIDES[side], introduction.pk, introduction.nonce.hex)
    return absolute(reverse("answer_introduction", args=[side, token]))


def introduction_of(token: str, side: str) -> Introduction | None:
    """Raises BadLink."""
    key, nonce = read(token, SIDES[side])
    found = Introduction.objects.select_related(
        "request__account", "request__need", "request__stage", "partner", "tenant_contact", "partner_contact", "by"
    )
    return found.filter(pk=key, nonce=nonce).first()


def check_back_url(check_back: CheckBack, answer: str = "") -> str:
    """With ``answer`` the question stands answered already, and only has to be sent."""
    token = sign(CHECK_BACK, check_back.pk, check_back.introduction.nonce.hex)
    url = absolute(reverse("answer_check_back", args=[token]))
    return f"{url}?answer={answer}" if answer else url


def check_back_of(token: str) -> CheckBack | None:
    """Raises BadLink."""
    key, nonce = read(token, CHECK_BACK)
    found = CheckBack.objects.select_related("introduction__request__account", "introduction__tenant_contact")
    return found.filter(pk=key, introduction__nonce=nonce).first()


# ---- people of a company --------------------------------------------------------------------------------------------
def invitation_path(invitation: Invitation) -> str:
    return reverse("my_invitation", args=[sign(INVITATION, invitation.pk, invitation.nonce.hex)])


def invitation_url(invitation: Invitation) -> str:
    return absolute(invitation_path(invitation))


def invitation_of(token: str) -> Invitation | None:
    """None when it was taken back, or its time is over. Raises BadLink."""
    key, nonce = read(token, INVITATION)
    found = Invitation.objects.select_related("organisation", "invited_by")
    return found.filter(pk=key, nonce=nonce, expires_at__gt=timezone.now()).first()


def confirmation_url(confirmation: OutcomeConfirmation) -> str:
    token = token_of(confirmation.outcome_id, confirmation.sent_at)
    return absolute(reverse("answer_outcome", args=[token]))


def confirmation_of(token: str) -> OutcomeConfirmation | None:
    found = OutcomeConfirmation.objects.select_related("outcome__account", "outcome__request", "contact", "by")
    return found.filter(digest=digest_of(token)).first()

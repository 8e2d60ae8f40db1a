"""Somebody says that they belong to an organisation, where no address proves it: a person decides."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.addresses import proven_address
from directory.choices import ClaimState, MemberRole
from directory.models import Claim, OrganisationMember, OrganisationPage
from directory.policies import may_decide
from directory.signals import claim_decided, claim_sent

from .refusals import Refusal, require
from .steps import take_step

MOST_OPEN, MOST_A_MONTH = 3, 6  # of one person: nobody fills our desk
MONTH = timedelta(days=30)


@transaction.atomic
def ask_to_belong(*, organisation: OrganisationPage, name: str, words: str, by: User) -> Claim | None:
    """Sent twice it is once; None for somebody who belongs to it already. Raises Refusal.

    What is answered says nothing of who else belongs to the organisation.
    """
    if OrganisationMember.objects.filter(organisation=organisation, user=by).exists():
        return None
    User.objects.select_for_update().get(pk=by.pk)  # of two at once the second finds the first
    own = Claim.objects.filter(user=by)
    if there := own.waiting().filter(organisation=organisation).first():
        there.name, there.words = name.strip(), words.strip()
        there.save(update_fields=["name", "words"])
        return there
    if not proven_address(by):
        raise Refusal("Confirm your e-mail address first, so that we know where our answer goes.")
    if own.waiting().count() >= MOST_OPEN:
        raise Refusal(f"{MOST_OPEN} of your questions wait for us. Ask again once we have answered one.")
    if own.filter(sent_at__gt=timezone.now() - MONTH).count() >= MOST_A_MONTH:
        raise Refusal(f"You asked {MOST_A_MONTH} times within thirty days. Write to us, and a person helps you.")
    made: Claim = Claim.objects.create(organisation=organisation, user=by, name=name.strip(), words=words.strip())
    claim_sent.send(Claim, claim=made)
    return made


@transaction.atomic
def take_back_claim(*, claim: Claim, by: User) -> None:
    """Whoever asked needs no answer any more: nothing is kept of it."""
    Claim.objects.waiting().filter(pk=claim.pk, user=by).delete()


@transaction.atomic
def accept_claim(*, claim: Claim, role: str, by: User, words: str = "") -> Claim:
    """They belong to it from now on. Raises PermissionDenied and Refusal."""
    require(may_decide(by, claim.organisation))
    if role not in MemberRole.values:
        raise Refusal("Choose whether they become an admin or a member.")
    found = _waiting(claim)
    member, is_new = OrganisationMember.objects.get_or_create(
        organisation=found.organisation, user=found.user, defaults={"role": role}
    )
    if not is_new and role == MemberRole.ADMIN and member.role != role:
        member.role = MemberRole.ADMIN
        member.save(update_fields=["role"])
    _decide(found, ClaimState.APPROVED, by=by, words=words, role=member.role)
    return found


@transaction.atomic
def refuse_claim(*, claim: Claim, words: str, by: User) -> Claim:
    """Raises PermissionDenied and Refusal."""
    require(may_decide(by, claim.organisation))
    if not words.strip():
        raise Refusal("Say why: they read it.")
    found = _waiting(claim)
    _decide(found, ClaimState.REFUSED, by=by, words=words)
    return found


def _waiting(claim: Claim) -> Claim:
    found: Claim | None = (
        Claim.objects.select_for_update(of=("self",))
        .select_related("organisation", "user")
        .filter(pk=claim.pk, state=ClaimState.WAITING)
        .first()
    )
    if found is None:
        raise Refusal("This was decided or taken back meanwhile.")
    return found


def _decide(claim: Claim, state: ClaimState, *, by: User, words: str, role: str = "") -> None:
    take_step(claim, state, role=role, reason=words.strip(), decided_at=timezone.now(), decided_by=by)
    claim_decided.send(Claim, claim=claim)

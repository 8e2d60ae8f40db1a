"""People of a company: invited, given a role, taken out. A company that has an admin never loses its last one."""

from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.addresses import proven_address
from directory.choices import MemberRole
from directory.models import Invitation, OrganisationMember, OrganisationPage
from directory.models.member import in_thirty_days
from tenancy.models import Contact
from tenancy.policies import may_manage_people
from tenancy.queries.enquiries import host_of, proven_domain
from tenancy.signals import invited

from .refusals import Refusal, Unfit, require

# Of a university or a hospital thousands have an address.
TOO_LARGE = (".ac.uk", ".gov.uk", ".nhs.uk", "nhs.net")
HAS_ADMIN = "It has an admin already, who can invite you."
MOST_OPEN = 20  # nobody’s mailbox is filled from our form


class LastAdmin(Refusal):
    """Somebody has to remain who can invite, and answer for the company."""

    def __init__(self, organisation: OrganisationPage) -> None:
        super().__init__(
            f"{organisation.title} needs an admin, and there is no other. Make a colleague an admin first."
        )


@transaction.atomic
def invite(*, organisation: OrganisationPage, email: str, by: User, role: str = MemberRole.MEMBER) -> Invitation:
    """Write to somebody. Asked again, they get a new link and thirty days more; the old link ends.

    Raises PermissionDenied and Unfit.
    """
    require(may_manage_people(by, organisation))
    email = email.strip().lower()
    if organisation.members.filter(user__email=email).exists():
        raise Unfit("Whoever has this address belongs to it already. Change their role below.", field="email")
    if asked_for_silence(organisation, email):
        raise Unfit(
            "We were asked not to write to this address. Your colleague can tell your account manager that we may.",
            field="email",
        )
    waiting = organisation.invitations.filter(accepted_at=None).exclude(email=email)
    if waiting.count() >= MOST_OPEN:
        raise Unfit(f"{MOST_OPEN} invitations are open. Wait for an answer, or take one back.", field="email")
    made, _ = Invitation.objects.update_or_create(
        organisation=organisation,
        email=email,
        defaults={
            "role": MemberRole(role),
            "nonce": uuid4(),
            "invited_by": by,
            "invited_at": timezone.now(),
            "expires_at": in_thirty_days(),
            "accepted_at": None,
        },
    )
    invited.send(Invitation, invitation=made)
    return made


@transaction.atomic
def take_back_invitation(*, invitation: Invitation, by: User) -> None:
    """Its link opens nothing then. Raises PermissionDenied."""
    require(may_manage_people(by, invitation.organisation))
    invitation.delete()


@transaction.atomic
def accept_invitation(*, invitation: Invitation, by: User) -> OrganisationMember:
    """By whoever signed in with the address that was written to; a second time changes nothing. Raises Unfit."""
    if proven_address(by) != invitation.email:
        raise Unfit(
            "This invitation is for another address than the one you signed in with. Sign in with the address that we "
            "wrote to, or ask your colleague to invite this one."
        )
    organisation = invitation.organisation
    if invitation.accepted_at is not None:
        member = OrganisationMember.objects.filter(organisation=organisation, user=by).first()
        if member is None:
            raise Unfit("You left, or were taken out, after you had accepted. Ask for a new invitation.")
        return member
    member, _ = OrganisationMember.objects.get_or_create(
        organisation=organisation, user=by, defaults={"role": invitation.role}
    )
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    return member


@transaction.atomic
def change_role(*, member: OrganisationMember, role: str, by: User) -> None:
    """Raises PermissionDenied and LastAdmin."""
    require(may_manage_people(by, member.organisation))
    if role != MemberRole.ADMIN:
        _keep_an_admin(member)
    member.role = MemberRole(role)
    member.save(update_fields=["role"])


@transaction.atomic
def remove(*, member: OrganisationMember, by: User) -> None:
    """Raises PermissionDenied and LastAdmin."""
    require(may_manage_people(by, member.organisation))
    _keep_an_admin(member)
    member.delete()


@transaction.atomic
def leave(*, organisation: OrganisationPage, by: User) -> None:
    """Whoever does not belong to it leaves nothing. Raises LastAdmin."""
    member = OrganisationMember.objects.filter(organisation=organisation, user=by).first()
    if member is not None:
        _keep_an_admin(member)
        member.delete()


@transaction.atomic
def claim_organisation(*, organisation: OrganisationPage, by: User) -> OrganisationMember:
    """Become the first admin of an organisation, by a proven address at the domain of its website. Raises Unfit."""
    member = OrganisationMember.objects.filter(organisation=organisation, user=by).first()
    if member is not None:
        return member
    if why_not := why_not_claimed(organisation, by):
        raise Unfit(why_not)
    OrganisationPage.objects.select_for_update().get(pk=organisation.pk)  # of two at once the second finds the first
    if organisation.members.filter(role=MemberRole.ADMIN).exists():
        raise Unfit(HAS_ADMIN)
    return OrganisationMember.objects.create(organisation=organisation, user=by, role=MemberRole.ADMIN)


def why_not_claimed(organisation: OrganisationPage, by: User) -> str:
    """Which rule keeps ``by`` from it, in words; empty where their address proves enough."""
    domain = proven_domain(by)
    if not domain or host_of(organisation.website) != domain:
        return (
            "Your address is not at the domain of its website. Sign in with one that is, or tell us below who you are: a "
            "person looks into it."
        )
    if domain.endswith(TOO_LARGE):
        return "It is so large that an address does not prove that somebody speaks for it. Tell us below who you are."
    return ""


def asked_for_silence(organisation: OrganisationPage, email: str) -> bool:
    """Whether whoever has this address told us not to contact them."""
    return Contact.objects.filter(account__organisation=organisation, email=email, do_not_contact=True).exists()


def forget_expired() -> None:
    Invitation.objects.filter(expires_at__lte=timezone.now()).delete()


def _keep_an_admin(member: OrganisationMember) -> None:
    admins = OrganisationMember.objects.select_for_update().filter(
        organisation=member.organisation_id, role=MemberRole.ADMIN
    )
    others = [admin for admin in admins if admin.pk != member.pk]  # evaluated: of two who leave at once one waits
    if member.role == MemberRole.ADMIN and not others:
        raise LastAdmin(member.organisation)

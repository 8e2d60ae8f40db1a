"""Who may speak for an organisation, and who decides what its profile says, with the reason where they may not."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import User

from .choices import MemberRole
from .models import OrganisationMember, OrganisationPage

Answer = str  # why not, in words for the person; empty where they may


def is_admin_of(user: User | AnonymousUser, organisation: int) -> bool:
    """Speaks for the organisation of this key."""
    admins = OrganisationMember.objects.filter(organisation=organisation, role=MemberRole.ADMIN)
    return isinstance(user, User) and admins.filter(user=user).exists()


def may_propose(user: User | AnonymousUser, organisation: OrganisationPage) -> Answer:
    """Propose changes of its profile, take them back, and confirm that it is true."""
    return (
        ""
        if is_admin_of(user, organisation.pk)
        else "Only an admin of this organisation can change what its profile says."
    )


def may_decide(user: User | AnonymousUser, organisation: OrganisationPage) -> Answer:
    """Decide about proposals and claims: whoever may publish the profile."""
    if isinstance(user, User) and organisation.permissions_for_user(user).can_publish():
        return ""
    return "Only somebody who may publish the profile can decide this."

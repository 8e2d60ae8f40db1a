"""Who somebody is when they book: what their organisation in the directory makes of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from core.prepared import PreparedRecords
from core.visibility import public
from directory.choices import CohortStatus, Group, MembershipStatus, Role
from directory.models import CohortPage, OrganisationMember, OrganisationPage

from .cohorts import status_of

GROUPS_OF_ROLES = {Role.TENANT: Group.TENANTS, Role.PARTNER: Group.PARTNERS, Role.FUNDER: Group.PARTNERS}
INVESTOR = "investor"  # the slug of the kind of organisation


@dataclass(frozen=True)
class Booker:
    """Whoever asks: somebody who signed in is known with their organisation."""

    user: User | None = None
    organisation: OrganisationPage | None = None
    groups: frozenset[str] = frozenset()


ANYBODY = Booker()

MEMBERSHIPS = PreparedRecords(
    lambda user: OrganisationMember.objects.filter(user=user, organisation__live=True).select_related(
        "organisation__kind"
    )
)
COHORTS = PreparedRecords(
    lambda organisation: public(
        CohortPage.objects.filter(memberships__organisation=organisation, memberships__status=MembershipStatus.ENROLLED)
    )
)


def booker_of(user: User | AnonymousUser) -> Booker:
    """Who ``user`` books as: of several organisations, the one they have belonged to longest."""
    if not isinstance(user, User):
        return ANYBODY
    organisations = [one.organisation for one in MEMBERSHIPS.all(user.pk)]
    groups = {str(GROUPS_OF_ROLES[Role(one.role)]) for one in organisations if one.role in GROUPS_OF_ROLES}
    if any(one.kind.slug == INVESTOR for one in organisations):
        groups.add(Group.INVESTORS)
    if _in_a_running_cohort(organisations):
        groups.add(Group.COHORT_MEMBERS)
    return Booker(user, organisations[0] if organisations else None, frozenset(groups))


def _in_a_running_cohort(organisations: Sequence[OrganisationPage]) -> bool:
    cohorts = (cohort for one in organisations for cohort in COHORTS.all(one.pk))
    return any(status_of(cohort) == CohortStatus.RUNNING for cohort in cohorts)

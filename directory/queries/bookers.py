"""Who somebody is when they book: what their organisation in the directory makes of them."""

from dataclasses import dataclass, field

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
    """Whoever asks: somebody who signed in is known with their organisation. ``each``: as one of several alone."""

    user: User | None = None
    organisation: OrganisationPage | None = None
    groups: frozenset[str] = frozenset()
    each: tuple["Booker", ...] = field(default=(), compare=False, repr=False)


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
    each = tuple(Booker(user, one, _groups_of(one)) for one in organisations)
    groups = frozenset[str]().union(*(one.groups for one in each))
    return Booker(user, organisations[0] if organisations else None, groups, each)


def _groups_of(organisation: OrganisationPage) -> frozenset[str]:
    groups = set()
    if organisation.role in GROUPS_OF_ROLES:
        groups.add(str(GROUPS_OF_ROLES[Role(organisation.role)]))
    if organisation.kind.slug == INVESTOR:
        groups.add(str(Group.INVESTORS))
    if any(status_of(cohort) == CohortStatus.RUNNING for cohort in COHORTS.all(organisation.pk)):
        groups.add(str(Group.COHORT_MEMBERS))
    return frozenset(groups)

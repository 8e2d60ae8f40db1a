"""Whom to ask about a profile: the admins of the organisation; where it has none, whom another app knows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from accounts.models import User

from .choices import MemberRole
from .models import OrganisationPage


@dataclass(frozen=True)
class Addressee:
    email: str  # in lower case
    user: User | None = None


_others: list[Callable[[OrganisationPage], Iterable[str]]] = []


def register(addresses: Callable[[OrganisationPage], Iterable[str]]) -> None:
    """Have ``addresses`` asked for whom to write to about an organisation that has no admin."""
    _others.append(addresses)


def addressees(organisation: OrganisationPage) -> list[Addressee]:
    """Admins who do without such letters are not asked, and nobody else instead of them."""
    admins = organisation.members.filter(role=MemberRole.ADMIN, user__is_active=True).select_related("user")
    if admins:
        return [Addressee(one.user.email, one.user) for one in admins if one.user.wants_profile_questions]
    return [Addressee(email) for email in sorted({email.lower() for ask in _others for email in ask(organisation)})]

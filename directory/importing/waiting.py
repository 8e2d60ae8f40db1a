"""What waits for the communications team in the demonstration: changes of profiles that tenants propose, and claims."""

from collections.abc import Iterable, Mapping
from typing import Any

from accounts.models import User
from directory import actions
from directory.models import Claim, OrganisationPage, ProfileChange
from directory.policies import may_propose

Entry = Mapping[str, Any]


def load_waiting(changes: Iterable[Entry], claims: Iterable[Entry]) -> int:
    """Returns how many are new. Where there was one once there is none made again: somebody has decided about it."""
    return sum(map(_load_change, changes)) + sum(map(_load_claim, claims))


def _load_change(entry: Entry) -> bool:
    page, by = _between(entry)
    if page is None or by is None or may_propose(by, page) or ProfileChange.objects.filter(organisation=page).exists():
        return False
    actions.propose(organisation=page, values=entry["values"], words=entry["words"], by=by)
    return True


def _load_claim(entry: Entry) -> bool:
    page, by = _between(entry)
    if page is None or by is None or Claim.objects.filter(organisation=page, user=by).exists():
        return False
    return actions.ask_to_belong(organisation=page, name=entry["name"], words=entry["words"], by=by) is not None


def _between(entry: Entry) -> tuple[OrganisationPage | None, User | None]:
    page = OrganisationPage.objects.filter(slug=entry["organisation"], live=True).first()
    return page, User.objects.filter(email=entry["by"]).first()

"""Somebody asks for the address of a calendar, for another one, or for none any more."""

from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied

from accounts.models import User
from directory.models import OrganisationPage
from spaces.models import SpaceCalendar, SpacePage
from spaces.policies import may_manage
from spaces.queries.calendars import administered_by


def renew_calendar(
    *, by: User, space: SpacePage | None = None, organisation: OrganisationPage | None = None
) -> SpaceCalendar:
    """Make an address of ``space`` or ``organisation``, or of ``by``'s own bookings; the one before ends."""
    calendar, _ = SpaceCalendar.objects.update_or_create(**_owner(by, space, organisation), defaults={"nonce": uuid4()})
    return calendar


def end_calendar(*, by: User, space: SpacePage | None = None, organisation: OrganisationPage | None = None) -> None:
    """From now on nothing is at the address."""
    SpaceCalendar.objects.filter(**_owner(by, space, organisation)).delete()


def _owner(by: User, space: SpacePage | None, organisation: OrganisationPage | None) -> dict[str, Any]:
    if space is not None:
        if not may_manage(by):
            raise PermissionDenied("Only those who manage bookings may give a space's calendar away.")
        return {"space": space}
    if organisation is not None:
        if organisation not in administered_by(by):
            raise PermissionDenied("Only admins of the organisation may give its calendar away.")
        return {"organisation": organisation}
    return {"user": by}

"""Changes with a rule, each in one transaction; ``by`` is the person who makes them."""

from collections.abc import Collection, Mapping
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from directory.models import Need, OrganisationPage


@transaction.atomic
def mark_checked(*, organisation: OrganisationPage, by: User, on: date | None = None) -> None:
    """Record that ``by`` has confirmed everything on the public profile.

    A draft in progress stays a draft, and is not what was confirmed: only the day and the person are written to it.
    Raises PermissionDenied unless they may publish the page.
    """
    if not organisation.permissions_for_user(by).can_publish():
        raise PermissionDenied("Only somebody who may publish the profile can confirm it.")
    public = OrganisationPage.objects.select_for_update().get(pk=organisation.pk)
    draft = public.get_latest_revision_as_object() if public.has_unpublished_changes else None
    for page in (public, draft):
        if page is not None:
            page.checked_on, page.checked_by = on or timezone.localdate(), by
    public.save_revision(user=by, log_action=True).publish(user=by)
    if draft is not None:
        draft.save_revision(user=by)


@transaction.atomic
def set_usual_stages(*, table: Mapping[int, Collection[int]], by: User) -> int:
    """Write the table of needs and the stages at which each usually comes up; returns how many needs changed.

    ``table`` maps keys of needs to keys of stages. Raises PermissionDenied unless ``by`` may change needs.
    """
    if not by.has_perm("directory.change_need"):
        raise PermissionDenied("Only somebody who may change needs can change their stages.")
    changed = 0
    for need in Need.objects.select_for_update().prefetch_related("stages"):
        wanted = set(table.get(need.pk, ()))
        if wanted != {stage.pk for stage in need.stages.all()}:
            need.stages.set(wanted)
            need.save()
            changed += 1
    return changed

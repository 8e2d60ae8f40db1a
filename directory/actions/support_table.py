"""Which needs usually come up at which stages."""

from collections.abc import Collection, Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from directory.models import Need


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

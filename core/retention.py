"""What is kept for a time only: forgotten when the time is over, as docs/privacy.md says."""

from datetime import timedelta

from django.core.management import call_command
from django.db.models import Exists, OuterRef
from django.utils import timezone
from wagtail.models import Page, Revision, WorkflowState

VERSIONS_KEPT_FOR = timedelta(days=365)


def forget_ended_sessions() -> None:
    """Django keeps sessions in its table long after their cookie is gone."""
    call_command("clearsessions")


def forget_old_versions() -> None:
    """Delete the versions that were replaced more than a year ago, with the people named in them.

    Counted from when a version was replaced, not written: the one before yesterday's change may be old and is still the
    one to go back to. What is live, scheduled or in approval stays.
    """
    until = timezone.now() - VERSIONS_KEPT_FOR
    of_same = {"base_content_type": OuterRef("base_content_type"), "object_id": OuterRef("object_id")}
    successor = Revision.objects.filter(**of_same, created_at__gt=OuterRef("created_at"), created_at__lt=until)
    in_approval = (WorkflowState.STATUS_IN_PROGRESS, WorkflowState.STATUS_NEEDS_CHANGES)
    replaced = (
        Revision.objects.filter(Exists(successor), created_at__lt=until, approved_go_live_at=None)
        .exclude(task_states__workflow_state__status__in=in_approval)
        .exclude(pk__in=Page.objects.exclude(live_revision=None).values("live_revision"))
    )
    Revision.objects.filter(pk__in=list(replaced.values_list("pk", flat=True))).delete()

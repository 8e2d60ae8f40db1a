"""Writes into the live profile through Wagtail’s own versions, so that its history, search and the kept pages follow."""

from collections.abc import Callable

from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.models import Revision
from wagtail.signals import page_published, published

from accounts.models import User
from directory.models import OrganisationPage

Write = Callable[[OrganisationPage], None]


class _PublishBesideApproval(PublishPageRevisionAction):
    """Wagtail takes a draft out of approval when anything else of its page is published; here it stays in."""

    def _after_publish(self) -> None:
        if self.object.current_workflow_state is None:
            super()._after_publish()
            return
        said = {"sender": type(self.object), "instance": self.object, "revision": self.revision}
        page_published.send(**said)
        published.send(**said)


def rewrite(*, organisation: OrganisationPage, write: Write, write_draft: Write | None = None, by: User | None) -> None:
    """Publish the profile with what ``write`` does to it. Must be called in a transaction.

    What is not live stays so. A draft in progress stays a draft, in approval or scheduled as it was; ``write_draft`` (else
    ``write``) is done to it, so that publishing it later does not undo this. The version before is kept even where the page
    had none. Whether ``by`` may do it the caller has asked.
    """
    public = OrganisationPage.objects.select_for_update().get(pk=organisation.pk)
    draft = public.get_latest_revision_as_object() if public.has_unpublished_changes else None
    scheduled = public.scheduled_revision
    if public.latest_revision_id is None:
        public.save_revision(clean=False)
    if not public.live:  # nothing of it is public, and that is not decided here
        (write_draft or write)(draft or public)
        (draft or public).save_revision(user=by, log_action=True, clean=False)
        return
    write(public)
    public.go_live_at = None  # of the draft: it would put this off too
    revision = public.save_revision(user=by, log_action=True, clean=False)
    _PublishBesideApproval(revision, user=by).execute(skip_permission_checks=True)
    if draft is not None:
        (write_draft or write)(draft)
        _keep_its_place(draft.save_revision(user=by, clean=False), scheduled, by)


def _keep_its_place(revision: Revision, scheduled: Revision | None, by: User | None) -> None:
    """The draft’s new version waits where its last one did."""
    state = revision.content_object.current_workflow_state
    if state is not None and (task := state.current_task_state) is not None:
        task.revision = revision
        task.save(update_fields=["revision"])
    if scheduled is not None:
        revision.publish(user=by, skip_permission_checks=True)

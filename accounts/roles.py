"""Who may do what: each role is a group, and its permissions are made here after every migration.

Permissions are named, not imported, because apps that stand above this one define them; a name that does not exist (yet)
is left out. What a role has beyond this list, given in the CMS, stays.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)
from wagtail.snippets.models import get_snippet_models

COMMS = "Comms"
EDITORS = "Editors"  # Wagtail makes a group of this name, and gives it what our editors need
COMMUNITY = "Community team"
ACCOUNT_MANAGERS = "Account managers"
LEADERSHIP = "Leadership"
TENANT_ADMINS = "Tenant admins"
TENANT_MEMBERS = "Tenant members"

APPROVAL = "Comms approval"
WAGTAILS_MODERATORS = "Moderators"
WAGTAILS_APPROVAL = "Moderators approval"

OPEN_THE_CMS = "wagtailadmin.access_admin"
FILES = (
    *("wagtailimages.add_image", "wagtailimages.change_image", "wagtailimages.choose_image"),
    *("wagtaildocs.add_document", "wagtaildocs.change_document", "wagtaildocs.choose_document"),
    *("wagtailmedia.add_media", "wagtailmedia.change_media"),
)

EVIDENCE = ("impact.see_evidence", "impact.enter_figures")


@dataclass(frozen=True)
class Role:
    name: str
    permissions: tuple[str, ...] = ()
    lists: bool = False  # the controlled lists, which are snippets
    pages: tuple[str, ...] = ()  # on every page of the site
    files: tuple[str, ...] = ()  # in every collection


ROLES = (
    Role(
        COMMS,
        (
            OPEN_THE_CMS,
            *("wagtailredirects.add_redirect", "wagtailredirects.change_redirect", "wagtailredirects.delete_redirect"),
            "core.change_sitesettings",
            *("events.manage_bookings", "events.see_accessneed"),
            "tenancy.send_news",
        ),
        lists=True,
        pages=("add_page", "change_page", "publish_page", "lock_page", "unlock_page"),
        files=FILES,
    ),
    Role(EDITORS, (OPEN_THE_CMS,), pages=("add_page", "change_page"), files=FILES),
    Role(
        COMMUNITY,
        (
            OPEN_THE_CMS,
            *("events.manage_bookings", "events.see_accessneed"),
            *("spaces.manage_bookings", "spaces.give_credential", "spaces.top_up_allowance"),
        ),
    ),
    Role(
        ACCOUNT_MANAGERS,
        (
            OPEN_THE_CMS,
            "directory.view_organisationpage",
            "spaces.top_up_allowance",
            "tenancy.work_with_accounts",
            *EVIDENCE,
        ),
    ),
    Role(LEADERSHIP, ("tenancy.lead_accounts", *EVIDENCE, "impact.sign_off_quarters")),
    Role(TENANT_ADMINS),
    Role(TENANT_MEMBERS),
)


@transaction.atomic
def make_roles() -> None:
    """Make every group with at least its permissions; a second run changes nothing."""
    for role in ROLES:
        group, _ = Group.objects.get_or_create(name=role.name)
        group.permissions.add(*_named([*role.permissions, *(_of_lists() if role.lists else ())]))
        if root := Page.get_first_root_node():
            for permission in _named(f"wagtailcore.{codename}" for codename in role.pages):
                GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
        if everything := Collection.get_first_root_node():
            for permission in _named(role.files):
                GroupCollectionPermission.objects.get_or_create(
                    group=group, collection=everything, permission=permission
                )
    _make_approval()


def _named(names: Iterable[str]) -> list[Permission]:
    """The permissions ``app.codename`` that exist."""
    wanted = Q(pk__in=())
    for name in names:
        app, codename = name.split(".")
        wanted |= Q(content_type__app_label=app, codename=codename)
    return list(Permission.objects.filter(wanted))


def _of_lists() -> Iterator[str]:
    for model in get_snippet_models():
        for action in ("add", "change", "delete", "view"):
            yield f"{model._meta.app_label}.{action}_{model._meta.model_name}"


def _make_approval() -> None:
    """Drafts go to comms. Made once, in the place of Wagtail's own; afterwards it belongs to those who run the CMS."""
    root = Page.get_first_root_node()
    if root is None or Workflow.objects.filter(name=APPROVAL).exists():
        return
    task = GroupApprovalTask.objects.create(name=APPROVAL)
    task.groups.add(Group.objects.get(name=COMMS))
    workflow = Workflow.objects.create(name=APPROVAL)
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.update_or_create(page=root, defaults={"workflow": workflow})
    Workflow.objects.filter(name=WAGTAILS_APPROVAL).update(active=False)
    GroupApprovalTask.objects.filter(name=WAGTAILS_APPROVAL).update(active=False)
    Group.objects.filter(name=WAGTAILS_MODERATORS, user=None).delete()

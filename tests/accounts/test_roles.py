"""What each role may do, asked at the doors themselves."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse
from wagtail.models import GroupCollectionPermission, GroupPagePermission, Page, Workflow, WorkflowPage

from accounts.roles import APPROVAL, ROLES, make_roles
from home.models import ContentPage
from tests.factories.accounts import UserFactory
from tests.factories.home import ContentPageFactory

pytestmark = pytest.mark.django_db
FORM = {
    "title": "Changed",
    "slug": "changed",
    "lead": "What this page is for.",
    "body-count": "0",
    "comments-TOTAL_FORMS": "0",
    "comments-INITIAL_FORMS": "0",
    "comments-MAX_NUM_FORMS": "0",
}


@pytest.fixture(autouse=True)
def _by_password_alone(settings):
    """These tests ask what somebody may do, not how they came in."""
    settings.STAFF_MFA_REQUIRED = False


@pytest.fixture
def page(home):
    return ContentPageFactory(parent=home, title="As it was", slug="as-it-was")


@pytest.fixture
def sign_in(client, home):
    def as_(role):
        client.force_login(UserFactory(group=role))
        return client

    return as_


def edit(client, page, action):
    form = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    data = {
        **FORM,
        **{
            f"{prefix}-{part}": "0"
            for prefix in getattr(form.context["form"], "formsets", {})
            for part in ("TOTAL_FORMS", "INITIAL_FORMS", "MAX_NUM_FORMS")
        },
    }
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), {**data, action: "1"})


def test_comms_publish(sign_in, page):
    answer = edit(sign_in("Comms"), page, "action-publish")

    page = ContentPage.objects.get(pk=page.pk)
    assert answer.status_code == 302, answer.context["form"].errors
    assert (page.title, page.live, page.has_unpublished_changes) == ("Changed", True, False)


def test_editors_cannot_publish_and_hand_in_instead(sign_in, page):
    client = sign_in("Editors")

    edit(client, page, "action-publish")
    assert ContentPage.objects.get(pk=page.pk).title == "As it was"

    edit(client, page, "action-submit")
    waiting = ContentPage.objects.get(pk=page.pk).current_workflow_state
    assert waiting.workflow.name == APPROVAL
    assert [group.name for group in waiting.current_task_state.task.specific.groups.all()] == ["Comms"]


def test_comms_approve_what_was_handed_in(sign_in, page):
    edit(sign_in("Editors"), page, "action-submit")
    task = ContentPage.objects.get(pk=page.pk).current_workflow_state.current_task_state

    client = sign_in("Comms")
    client.post(reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", task.pk]), {"comment": ""})

    assert ContentPage.objects.get(pk=page.pk).title == "Changed"


@pytest.mark.parametrize("role", ["Account managers"])
def test_account_managers_open_the_cms_and_change_nothing(sign_in, page, role):
    client = sign_in(role)

    assert client.get("/cms/").status_code == 200
    for address in (
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        reverse("wagtailadmin_pages:add_subpage", args=[page.pk]),
        "/cms/snippets/directory/need/add/",
        "/cms/images/add/",
        "/cms/users/",
        "/cms/settings/core/sitesettings/",
        "/cms/redirects/",
    ):
        answer = client.get(address)
        assert answer.status_code in (302, 403), address
        assert answer.get("Location", "/cms/") in ("/cms/", "/accounts/login/"), address
    assert page.permissions_for_user(answer.wsgi_request.user).can_edit() is False


@pytest.mark.parametrize("role", ["", "Leadership", "Tenant admins", "Tenant members"])
def test_others_do_not_open_the_cms(sign_in, role):
    answer = sign_in(role).get("/cms/")

    assert (answer.status_code, answer.get("Location", "")[:16]) in [(403, ""), (302, "/accounts/login/")]


@pytest.mark.parametrize(
    "address",
    [
        "/cms/snippets/directory/need/",
        "/cms/snippets/search/synonym/add/",
        "/cms/images/add/",
        "/cms/documents/",
        "/cms/media/",
        "/cms/redirects/",
        "/cms/settings/core/sitesettings/",
    ],
)
def test_comms_run_lists_files_redirects_and_settings(sign_in, address):
    assert sign_in("Comms").get(address, follow=True).status_code == 200


@pytest.mark.parametrize("address", ["/cms/users/", "/cms/groups/", "/cms/sites/", "/cms/workflows/list/"])
def test_comms_do_not_run_people_and_rights(sign_in, address):
    assert sign_in("Comms").get(address).status_code in (302, 403)


def test_editors_add_pictures_but_no_lists(sign_in):
    client = sign_in("Editors")

    assert client.get("/cms/images/add/").status_code == 200
    assert client.get("/cms/snippets/directory/need/add/").status_code in (302, 403)


# ---- how they come about --------------------------------------------------------------------------------------------
def rights():
    return {
        group.name: (
            set(group.permissions.values_list("pk", flat=True)),
            set(group.page_permissions.values_list("page", "permission")),
            set(group.collection_permissions.values_list("collection", "permission")),
        )
        for group in Group.objects.all()
    }


def test_making_them_again_changes_nothing():
    before = rights()

    make_roles()

    assert {role.name for role in ROLES} == before.keys()
    assert rights() == before
    assert Workflow.objects.filter(name=APPROVAL).count() == 1


def test_what_is_missing_comes_back_and_what_was_given_stays():
    before = rights()
    editors = Group.objects.get(name="Editors")
    editors.permissions.clear()
    GroupPagePermission.objects.filter(group=editors).delete()
    GroupCollectionPermission.objects.filter(group=editors).delete()
    leadership = Group.objects.get(name="Leadership")
    given = Group.objects.get(name="Comms").permissions.first()
    own = set(leadership.permissions.all())
    leadership.permissions.add(given)

    call_command("migrate", verbosity=0)

    assert rights()["Editors"][1:] == before["Editors"][1:]
    assert editors.permissions.filter(codename="access_admin").exists()
    assert set(leadership.permissions.all()) == {given, *own}


def test_comms_approval_stands_in_the_place_of_wagtails_own():
    assert [(w.name, w.active) for w in Workflow.objects.order_by("-active")] == [
        (APPROVAL, True),
        ("Moderators approval", False),
    ]
    assert WorkflowPage.objects.get().page == Page.get_first_root_node()
    assert not Group.objects.filter(name="Moderators").exists()


def test_an_approval_that_was_switched_off_stays_off():
    Workflow.objects.filter(name=APPROVAL).update(active=False)

    call_command("migrate", verbosity=0)

    assert not Workflow.objects.get(name=APPROVAL).active

"""The directory in the CMS: what editors see, what a click changes, and who may click."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from accounts.models import User
from directory.actions import mark_checked, set_usual_stages
from directory.models import Kind, Need, OrganisationPage, Stage
from tests.factories.directory import (
    CohortFactory,
    DirectoryIndexPageFactory,
    KindFactory,
    NeedFactory,
    OrganisationFactory,
    ProgrammeFactory,
    StageFactory,
    SupportPageFactory,
)
from tests.factories.pages import publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def comms(db: None, settings: object) -> User:
    settings.STAFF_MFA_REQUIRED = False  # type: ignore[attr-defined]
    user = User.objects.create_user("comms@village.example", name="Ada")
    user.groups.add(Group.objects.get(name="Comms"))
    return user


@pytest.fixture
def editor(db: None) -> User:
    user = User.objects.create_user("editor@village.example")
    user.groups.add(Group.objects.get(name="Editors"))
    return user


@pytest.fixture
def cms(client: Client, comms: User) -> Client:
    client.force_login(comms)
    return client


def tabs(cms: Client, page: Page) -> list[str]:
    answer = cms.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert answer.status_code == 200
    page_ = BeautifulSoup(answer.content, "html.parser")
    return [next(tab.stripped_strings) for tab in page_.select("a.w-tabs__tab")]  # then comes the count of errors


# ---- editing --------------------------------------------------------------------------------------------------------
def test_profile_is_edited_on_tabs_that_belong_together(cms: Client) -> None:
    assert tabs(cms, OrganisationFactory()) == [
        "Profile",
        "Offers and seeks",
        "Connections",
        "Names and numbers",
        "Check",
        "Address and sharing",
    ]


def test_cohort_and_programme_have_their_tabs(cms: Client) -> None:
    assert tabs(cms, CohortFactory())[:4] == ["Cohort", "Dates", "Companies", "Applying"]
    assert tabs(cms, ProgrammeFactory())[:2] == ["Programme", "Who runs it"]


@pytest.mark.parametrize("factory", [DirectoryIndexPageFactory, SupportPageFactory])
def test_pages_that_hold_lists_can_be_edited(cms: Client, factory: type) -> None:
    assert tabs(cms, factory())


def test_organisation_cannot_be_part_of_itself(cms: Client) -> None:
    page = OrganisationFactory()
    child = OrganisationFactory(parent_organisation=page)
    page.parent_organisation = child

    with pytest.raises(Exception, match="can't be part of itself") as refused:
        page.full_clean()
    assert "parent_organisation" in refused.value.message_dict


def test_organisations_are_listed_and_filtered(cms: Client) -> None:
    OrganisationFactory(title="Northern Capital", kind=KindFactory(name="Investor"))
    OrganisationFactory(title="Pathology Imaging")
    kind = Kind.objects.get(name="Investor")

    answer = cms.get("/cms/organisations/", {"kind": kind.pk}).content.decode()

    assert "Northern Capital" in answer
    assert "Pathology Imaging" not in answer


@pytest.mark.parametrize("model", [Kind, Need, Stage])
def test_every_list_is_in_the_menu_and_can_be_edited(cms: Client, model: type) -> None:
    entry = {Kind: KindFactory, Need: NeedFactory, Stage: StageFactory}[model]()

    url = reverse(model.snippet_viewset.get_url_name("list"))  # type: ignore[attr-defined]
    assert url in cms.get("/cms/").content.decode()
    assert cms.get(reverse(model.snippet_viewset.get_url_name("edit"), args=[entry.pk])).status_code == 200  # type: ignore[attr-defined]


# ---- checks ---------------------------------------------------------------------------------------------------------
def test_one_click_says_that_a_profile_is_still_true(cms: Client, comms: User) -> None:
    page = publish(OrganisationFactory(checked_on=timezone.localdate() - timedelta(days=400)))
    url = reverse("directory_confirm_check", args=[page.pk])
    assert url in cms.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()

    asked = cms.get(url)
    answer = cms.post(url, follow=True)

    assert "Mark as checked today" in asked.content.decode()
    assert "is marked as checked today" in answer.content.decode()
    page.refresh_from_db()
    assert (page.checked_on, page.checked_by) == (timezone.localdate(), comms)
    assert not page.has_unpublished_changes


def test_check_leaves_a_draft_a_draft(comms: User) -> None:
    page = publish(OrganisationFactory(title="Nexus", checked_on=None))
    page.title = "Nexus, renamed"
    page.save_revision()

    mark_checked(organisation=OrganisationPage.objects.get(pk=page.pk), by=comms)

    public = OrganisationPage.objects.get(pk=page.pk)
    draft = public.get_latest_revision_as_object()
    assert (public.title, public.checked_on) == ("Nexus", timezone.localdate())
    assert (draft.title, draft.checked_on) == ("Nexus, renamed", timezone.localdate())
    assert public.has_unpublished_changes


def test_only_who_may_publish_may_confirm(editor: User, client: Client, settings: object) -> None:
    settings.STAFF_MFA_REQUIRED = False  # type: ignore[attr-defined]
    page = OrganisationFactory(checked_on=None)
    client.force_login(editor)

    with pytest.raises(PermissionDenied):
        mark_checked(organisation=page, by=editor)
    client.post(reverse("directory_confirm_check", args=[page.pk]))

    page.refresh_from_db()
    assert page.checked_on is None


def test_dashboard_names_the_profiles_that_wait_longest(cms: Client) -> None:
    today = timezone.localdate()
    OrganisationFactory(title="Checked today")
    OrganisationFactory(title="Last year", checked_on=today - timedelta(days=366))
    OrganisationFactory(title="Never", checked_on=None)
    OrganisationFactory(title="On the last day", checked_on=today - timedelta(days=365))

    page = BeautifulSoup(cms.get("/cms/").content, "html.parser")

    panel = next(p for p in page.select("section") if "Profiles to check" in p.get_text())
    assert [link.get_text(strip=True) for link in panel.select("li a")] == ["Never", "Last year"]


# ---- the table of needs ---------------------------------------------------------------------------------------------
def test_table_of_needs_is_shown_and_saved(cms: Client) -> None:
    first, second = StageFactory(number=1), StageFactory(number=2)
    desk, money = NeedFactory(name="Desk", stages=[first]), NeedFactory(name="Money", stages=[second])

    page = BeautifulSoup(cms.get(reverse("directory_support_table")).content, "html.parser")
    assert {box["value"] for box in page.select("input[name=usual][checked]")} == {
        f"{desk.pk}:{first.pk}",
        f"{money.pk}:{second.pk}",
    }
    answer = cms.post(
        reverse("directory_support_table"),
        {"usual": [f"{desk.pk}:{first.pk}", f"{desk.pk}:{second.pk}", "nonsense", f"{desk.pk}:999"]},
        follow=True,
    )

    assert "2 needs have changed" in answer.content.decode()
    assert set(Need.objects.get(pk=desk.pk).stages.all()) == {first, second}
    assert not Need.objects.get(pk=money.pk).stages.exists()


def test_table_is_refused_to_who_may_not_change_needs(editor: User) -> None:
    need = NeedFactory(stages=[StageFactory(number=1)])

    with pytest.raises(PermissionDenied):
        set_usual_stages(table={}, by=editor)

    assert need.stages.exists()


# ---- workflow -------------------------------------------------------------------------------------------------------
def test_editors_ask_and_comms_approve(client: Client, editor: User, comms: User, settings: object) -> None:
    page = publish(OrganisationFactory(title="Nexus"))
    page.title = "Nexus, renamed"
    page.save_revision(user=editor)
    workflow = page.get_workflow()

    state = workflow.start(page, editor)
    assert OrganisationPage.objects.get(pk=page.pk).title == "Nexus"
    state.current_task_state.approve(user=comms)

    assert workflow.name == "Comms approval"
    assert OrganisationPage.objects.get(pk=page.pk).title == "Nexus, renamed"

"""The import in the CMS: who may, what they see before, during and after, and taking it back."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupPagePermission

from accounts.models import User
from directory.importing import uploads
from directory.importing.demonstration import load_lists
from directory.models import OrganisationPage
from tests.factories.directory import DirectoryIndexPageFactory, OrganisationFactory

pytestmark = pytest.mark.django_db

UPLOAD = "/cms/directory/import/"
REVIEW = "/cms/directory/import/review/"
FILE = b"slug,name,summary\nalpha,Alpha,New words.\nbeta,Beta,\n"


@pytest.fixture(autouse=True)
def village(tmp_path: Path, settings) -> None:  # type: ignore[no-untyped-def]
    settings.VAR_DIR = tmp_path
    settings.STAFF_MFA_REQUIRED = False
    load_lists()
    DirectoryIndexPageFactory()


def somebody(*permissions: str) -> Client:
    """A client of somebody who may enter the CMS and has ``permissions`` on the directory page."""
    user = User.objects.create_user(email=f"{'-'.join(permissions) or 'nobody'}@village.example", password="x")
    group = Group.objects.create(name=user.email)
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    for codename in permissions:
        permission = Permission.objects.get(codename=codename, content_type__app_label="wagtailcore")
        GroupPagePermission.objects.create(group=group, page=DirectoryIndexPageFactory(), permission=permission)
    user.groups.add(group)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def editor() -> Client:
    return somebody("add_page", "change_page", "publish_page")


def send(client: Client, data: bytes, name: str = "organisations.csv"):  # type: ignore[no-untyped-def]
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, data)}, follow=True)


def words(response) -> str:  # type: ignore[no-untyped-def]
    return re.sub(r"\s+", " ", BeautifulSoup(response.content, "html.parser").select_one("main").get_text(" "))


def rows(response) -> list[list[str]]:  # type: ignore[no-untyped-def]
    table = BeautifulSoup(response.content, "html.parser").select_one("main table.listing")
    return [[" ".join(cell.get_text(" ").split()) for cell in row.select("td")] for row in table.select("tbody tr")]


# ---- who may --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("permissions", [(), ("add_page",), ("change_page",)])
@pytest.mark.parametrize("address", [UPLOAD, REVIEW, f"{UPLOAD}6f3f0e0c-58a6-4b62-8f24-5d4d9a6a7a01/"])
def test_import_is_refused_to_whoever_may_not_add_and_publish(permissions: tuple[str, ...], address: str) -> None:
    client = somebody(*permissions)

    response = client.get(address)

    assert (response.status_code, response["Location"]) == (302, reverse("wagtailadmin_home"))
    assert UPLOAD not in client.get("/cms/").content.decode()


def test_visitor_is_sent_to_sign_in() -> None:
    for address in (UPLOAD, REVIEW):
        assert Client().get(address)["Location"].startswith("/accounts/login/")


def test_undo_is_refused_to_whoever_may_not_and_to_a_link(editor: Client) -> None:
    send(editor, FILE)
    result = editor.post(REVIEW)["Location"]

    somebody("add_page").post(f"{result}undo/")

    assert editor.get(f"{result}undo/").status_code == 405
    assert OrganisationPage.objects.filter(live=True).count() == 2


def test_menu_leads_an_editor_here(editor: Client) -> None:
    assert UPLOAD in editor.get("/cms/").content.decode()
    assert "Only slug or name is required." in words(editor.get(UPLOAD))


# ---- look, then do --------------------------------------------------------------------------------------------------
def test_review_says_what_each_row_would_do_and_changes_nothing(editor: Client) -> None:
    OrganisationFactory(title="Alpha", slug="alpha", summary="Old words.")

    response = send(editor, FILE)

    assert "1 new, 1 changed, 0 as they are. Nothing has been changed yet." in words(response)
    assert rows(response) == [["2", "Alpha", "changed", "summary"], ["3", "Beta", "new", "–"]]
    assert OrganisationPage.objects.get().summary == "Old words."


def test_confirming_imports_and_publishes_in_the_editors_name(editor: Client) -> None:
    send(editor, FILE)

    response = editor.post(REVIEW, follow=True)

    alpha = OrganisationPage.objects.get(slug="alpha")
    assert "organisations.csv was imported: 2 created, 0 updated, 0 unchanged." in response.content.decode()
    assert rows(response) == [["Alpha", "new"], ["Beta", "new"]]
    assert (alpha.live, alpha.summary, alpha.latest_revision.user.email) == (
        True,
        "New words.",
        "add_page-change_page-publish_page@village.example",
    )
    assert (
        "Imported from organisations.csv"
        in editor.get(reverse("wagtailadmin_pages:history", args=[alpha.pk])).content.decode()
    )


def test_confirming_twice_imports_once(editor: Client) -> None:
    send(editor, FILE)
    editor.post(REVIEW)

    response = editor.post(REVIEW, follow=True)

    assert "The file is no longer here: it is kept for one hour. Choose it again." in response.content.decode()
    assert OrganisationPage.objects.count() == 2


def test_the_file_of_another_editor_is_out_of_reach(editor: Client) -> None:
    send(editor, FILE)
    other = somebody("publish_page", "add_page")

    response = other.post(REVIEW, follow=True)

    assert "Choose it again." in response.content.decode()
    assert not OrganisationPage.objects.exists()


def test_what_came_between_look_and_do_is_told(editor: Client) -> None:
    send(editor, FILE)
    OrganisationFactory(title="Alpha", slug="another-alpha")

    response = editor.post(REVIEW)

    assert response.status_code == 422
    assert rows(response) == [
        ["2", "name", "“Alpha” is in the directory as “another-alpha”. Use that slug, or another name."]
    ]


def test_bad_file_is_told_row_by_row(editor: Client) -> None:
    response = send(editor, b"slug,sectors\nalpha,<script>alert(1)</script>\nalpha,Oncology\n")

    assert response.status_code == 422
    assert "organisations.csv can’t be imported" in words(response)
    assert "Nothing was changed. 2 things to put right in the file" in words(response)
    assert [row[:2] for row in rows(response)] == [["2", "sectors"], ["3", "slug"]]
    assert "<script>alert" not in response.content.decode()
    assert not OrganisationPage.objects.exists()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.csv", b"", "The submitted file is empty."),
        ("a.csv", b"x" * (5 * 1024 * 1024 + 1), "The file has more than 5 MB. Split it"),
    ],
)
def test_file_that_is_no_use_is_refused_at_the_form(editor: Client, name: str, data: bytes, said: str) -> None:
    response = send(editor, data, name)

    assert response.status_code == 422
    assert said in words(response)
    assert not (list(uploads._folder().iterdir()))


def test_many_rows_are_for_the_command_line(editor: Client) -> None:
    response = send(editor, b"slug\n" + b"".join(b"o-%d\n" % n for n in range(501)))

    assert "More than 500 rows take longer than a browser waits." in words(response)
    editor.post(REVIEW)
    assert not OrganisationPage.objects.exists()


# ---- take it back ---------------------------------------------------------------------------------------------------
def test_one_click_takes_it_back(editor: Client) -> None:
    send(editor, FILE)
    result = editor.post(REVIEW)["Location"]

    response = editor.post(f"{result}undo/", follow=True)

    assert "The import was undone: 2 removed again, 0 as they were before." in response.content.decode()
    assert not OrganisationPage.objects.exists()
    assert rows(editor.get(result)) == [["Alpha (deleted since)", "new"], ["Beta (deleted since)", "new"]]


def test_what_cannot_be_taken_back_is_told(editor: Client) -> None:
    send(editor, FILE)
    result = editor.post(REVIEW)["Location"]
    OrganisationPage.objects.get(slug="alpha").save_revision()

    response = editor.post(f"{result}undo/", follow=True)

    assert "Left as they are: Alpha (somebody has edited it since)." in response.content.decode()
    assert OrganisationPage.objects.get().slug == "alpha"

"""The import of events in the CMS: looked at first, then loaded."""

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from events.models import EventPage
from tests.factories.events import EventIndexPageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def cms(client: Client, settings: object, home: object) -> Client:
    settings.STAFF_MFA_REQUIRED = False  # type: ignore[attr-defined]
    user = User.objects.create_user("comms@village.example", name="Ada")
    user.groups.add(Group.objects.get(name="Comms"))
    client.force_login(user)
    EventIndexPageFactory()
    return client


def test_a_file_is_looked_at_before_it_is_loaded(cms: Client) -> None:
    data = b"slug,title,starts_at,ends_at\nopen-evening,Open evening,2027-05-20T17:00,2027-05-20T20:00\n"
    upload = reverse("events_import:upload")
    assert "starts_at" in cms.get(upload).content.decode()
    answer = cms.post(upload, {"file": SimpleUploadedFile("events.csv", data)}, follow=True)
    assert "1 new, 0 changed, 0 as they are" in answer.content.decode()
    assert not EventPage.objects.exists()

    cms.post(reverse("events_import:review"))
    assert EventPage.objects.get(slug="open-evening").live


def test_a_bad_file_is_refused_with_its_lines(cms: Client) -> None:
    data = b"slug,starts_at,ends_at\nx,2027-05-20T17:00,2027-05-20T16:00\n"
    upload = {"file": SimpleUploadedFile("events.csv", data)}
    answer = cms.post(reverse("events_import:upload"), upload, follow=True)
    assert answer.status_code == 422
    assert "it would end before it starts" in answer.content.decode()


def test_who_may_not_publish_may_not_import(cms: Client) -> None:
    editor = User.objects.create_user("editor@village.example")
    editor.groups.add(Group.objects.get(name="Editors"))
    cms.force_login(editor)
    assert cms.get(reverse("events_import:upload")).status_code in (302, 403)
    assert "Import events" not in cms.get("/cms/").content.decode()

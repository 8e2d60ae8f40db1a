"""``/my/profile/…/logo/``: a logo is proposed, compared, approved or declined; nobody else sees it before."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image, PngImagePlugin

from accounts.models import User
from core.models import VillageImage
from directory import actions, forms, profile_fields
from directory.actions.profile_changes import sight_of
from directory.choices import ChangeState, MemberRole
from directory.models import OrganisationPage, ProfileChange, ProposedLogo
from tests.booking_forms import soup, words
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory
from tests.factories.directory import OrganisationFactory

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db
URL, PROFILE = "/my/profile/thoresby/logo/", "/my/profile/thoresby/"


@pytest.fixture
def company(home: object) -> OrganisationPage:
    return OrganisationFactory(title="Thoresby", slug="thoresby", summary="Reads blood spots.")


@pytest.fixture
def admin(company: OrganisationPage) -> User:
    return OrganisationMemberFactory(organisation=company, role=MemberRole.ADMIN).user


@pytest.fixture
def comms(company: OrganisationPage) -> User:
    return UserFactory(group="Comms")


def drawing(colour: str = "teal", size: tuple[int, int] = (400, 200), kind: str = "PNG", **more: Any) -> bytes:
    written = BytesIO()
    Image.new("RGB", size, colour).save(written, kind, **more)
    return written.getvalue()


def send(client: Client, content: bytes, name: str = "logo.png") -> Any:
    return client.post(URL, {"do": "send", "logo": SimpleUploadedFile(name, content)}, follow=True)


def change() -> ProfileChange:
    return ProfileChange.objects.select_related("organisation").get()


def approve(fields: list[str], by: User) -> None:
    found = change()
    seen = sight_of(found, profile_fields.read(OrganisationPage.objects.get(pk=found.organisation_id)))
    actions.approve(change=found, fields=fields, seen=seen, by=by)


# ---- sent -----------------------------------------------------------------------------------------------------------
def test_a_logo_waits_and_the_profile_stays_as_it_was(
    sign_in: SignIn, company: OrganisationPage, admin: User, comms: User
) -> None:
    page = send(sign_in(admin), drawing())

    assert "on its way to the village" in words(page)
    assert [image["alt"] for image in soup(page).select(".v-diff img")] == ["The logo after"]
    assert (change().state, change().before) == (ChangeState.WAITING, {"logo": ""})
    assert [letter.to for letter in mail.outbox] == [[comms.email]]
    company.refresh_from_db()
    assert company.logo is None
    assert not VillageImage.objects.exists()  # no file of it is public


def test_only_their_own_and_who_decides_see_it(
    sign_in: SignIn, company: OrganisationPage, admin: User, comms: User
) -> None:
    send(sign_in(admin), drawing())
    url = f"/my/proposed-logo/{ProposedLogo.objects.get().pk}/"
    colleague, stranger = OrganisationMemberFactory(organisation=company).user, OrganisationMemberFactory().user

    answers = {who: sign_in(user).get(url).status_code for who, user in [("colleague", colleague), ("comms", comms)]}
    answers |= {"stranger": sign_in(stranger).get(url).status_code, "nobody": Client().get(url).status_code}

    assert answers == {"colleague": 200, "comms": 200, "stranger": 404, "nobody": 302}
    assert sign_in(admin).get(url)["Content-Type"] == "image/png"


def test_sent_twice_it_is_once_and_another_takes_its_place(sign_in: SignIn, admin: User, comms: User) -> None:
    client = sign_in(admin)
    send(client, drawing())
    send(client, drawing())
    assert change().version == 1

    send(client, drawing("maroon"))

    assert (change().version, ProposedLogo.objects.count(), len(mail.outbox)) == (2, 1, 1)
    assert change().after == {"logo": f"proposed-{ProposedLogo.objects.get().pk}"}


def test_nothing_of_the_file_is_kept_but_its_picture(sign_in: SignIn, admin: User) -> None:
    said = PngImagePlugin.PngInfo()
    said.add_text("Comment", "taken at Ada’s flat")
    send(sign_in(admin), drawing(size=(3000, 1500), pnginfo=said) + b"<script>alert(1)</script>")

    logo = ProposedLogo.objects.get()
    assert (logo.width, logo.height) == (1200, 600)
    assert b"flat" not in bytes(logo.content) and b"script" not in bytes(logo.content)


BAD: dict[str, tuple[bytes, str, str]] = {
    "no picture": (b"<svg onload=alert(1)>", "logo.png", "valid image"),
    "a drawing that can run": (
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "logo.svg",
        "Not a supported image format",
    ),
    "another kind than it says": (drawing(kind="JPEG"), "logo.png", "Not a valid"),
    "too small": (drawing(size=(20, 20)), "logo.png", "too small to be seen"),
    "cut off": (drawing()[:120], "logo.png", "can’t read this picture"),
}


@pytest.mark.parametrize("why", BAD)
def test_what_is_no_logo_is_refused_in_words(sign_in: SignIn, admin: User, why: str) -> None:
    content, name, said = BAD[why]

    page = send(sign_in(admin), content, name)

    error = soup(page).select_one(".nhsuk-error-message")
    assert error and said in error.text
    assert not ProfileChange.objects.exists()


@pytest.mark.parametrize(("limit", "value"), [("LARGEST_FILE", 100), ("MOST_PIXELS", 400 * 200 - 1)])
def test_what_is_too_large_is_refused(
    sign_in: SignIn, admin: User, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(forms, limit, value)

    page = send(sign_in(admin), drawing())

    assert soup(page).select_one(".nhsuk-error-message")
    assert not ProposedLogo.objects.exists()


def test_a_member_proposes_none(sign_in: SignIn, company: OrganisationPage) -> None:
    page = send(sign_in(OrganisationMemberFactory(organisation=company).user), drawing())

    assert "admin" in words(page)
    assert not ProfileChange.objects.exists()


# ---- beside other changes -------------------------------------------------------------------------------------------
def proposed(company: OrganisationPage, admin: User, **changed: Any) -> None:
    values = {**profile_fields.read(company), **changed}
    del values["logo"]  # as the form sends it
    found = ProfileChange.objects.filter(state=ChangeState.WAITING).first()
    version = f"{found.pk}-{found.version}-{found.state}" if found else ""
    actions.propose(organisation=company, values=values, by=admin, version=version)


def test_words_that_are_changed_later_keep_the_logo(sign_in: SignIn, company: OrganisationPage, admin: User) -> None:
    send(sign_in(admin), drawing())
    proposed(company, admin, summary="Reads spots.")
    assert set(change().after) == {"logo", "summary"}

    proposed(company, admin)  # the words as they were

    assert set(change().after) == {"logo"}
    assert ProposedLogo.objects.exists()


def test_a_logo_is_taken_back_and_the_words_stay(sign_in: SignIn, company: OrganisationPage, admin: User) -> None:
    proposed(company, admin, summary="Reads spots.")
    client = sign_in(admin)
    send(client, drawing())

    client.post(URL, {"do": "take-back"})

    assert (change().after, change().state) == ({"summary": "Reads spots."}, ChangeState.WAITING)
    assert not ProposedLogo.objects.exists()


# ---- decided --------------------------------------------------------------------------------------------------------
def test_approved_it_is_live_and_a_draft_gets_it(
    sign_in: SignIn, company: OrganisationPage, admin: User, comms: User
) -> None:
    company.summary = "A draft."
    company.save_revision()
    send(sign_in(admin), drawing())

    approve(["logo"], comms)

    company.refresh_from_db()
    picture = VillageImage.objects.get()
    assert company.logo == picture == company.get_latest_revision_as_object().logo
    assert (picture.width, picture.height, company.summary) == (400, 200, "Reads blood spots.")
    assert "v-org__logo" in Client().get("/directory/thoresby/").content.decode()
    assert not ProposedLogo.objects.exists()
    assert change().after == {"logo": f"picture-{picture.pk}"}


def test_who_decides_sees_the_old_one_beside_the_new(
    sign_in: SignIn, company: OrganisationPage, admin: User, comms: User
) -> None:
    send(sign_in(admin), drawing())
    approve(["logo"], comms)
    ProfileChange.objects.all().delete()
    send(sign_in(admin), drawing("maroon"))

    page = sign_in(comms).get(f"/cms/directory/from-organisations/changes/{change().pk}/")

    images = soup(page).select(".village-compare img")
    assert [image["alt"] for image in images] == ["The logo before", "The logo that is proposed"]
    assert images[1]["src"] == f"/my/proposed-logo/{ProposedLogo.objects.get().pk}/"


@pytest.mark.parametrize("how", ["left out", "withdrawn", "taken back"])
def test_declined_it_is_removed(sign_in: SignIn, company: OrganisationPage, admin: User, comms: User, how: str) -> None:
    client = sign_in(admin)
    send(client, drawing())
    if how == "left out":
        proposed(company, admin, summary="Reads spots.")
        approve(["summary"], comms)
    else:
        client.post(*((PROFILE, {"do": "withdraw"}) if how == "withdrawn" else (URL, {"do": "take-back"})))

    company.refresh_from_db()
    assert company.logo is None
    assert not ProposedLogo.objects.exists() and not VillageImage.objects.exists()
    assert change().state == (ChangeState.APPROVED if how == "left out" else ChangeState.WITHDRAWN)


def test_sent_back_it_is_there_to_be_put_right(
    sign_in: SignIn, company: OrganisationPage, admin: User, comms: User
) -> None:
    client = sign_in(admin)
    send(client, drawing())
    actions.send_back(change=change(), words="It is cut off on the left.", by=comms)
    assert soup(client.get(URL)).select_one("img[alt='The logo that waits for the village']")

    send(client, drawing("maroon"))

    assert (change().state, change().version) == (ChangeState.WAITING, 2)
    assert ProposedLogo.objects.count() == 1

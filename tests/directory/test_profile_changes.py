"""What an organisation proposes in the CMS: compared with what is live, approved whole or in part, sent back with words."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from wagtail.models import PageLogEntry, Workflow

from accounts.models import User
from core.due import tick
from directory import actions, profile_fields
from directory.actions.profile_changes import sight_of
from directory.choices import ChangeState, MemberRole
from directory.models import OrganisationPage, ProfileChange
from search.indexing import rebuild
from search.models import IndexedDocument
from tests.booking_forms import words
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory
from tests.factories.directory import (
    NeedFactory,
    OfferFactory,
    OrganisationFactory,
    StageFactory,
    ThemeFactory,
)
from tests.factories.pages import publish

pytestmark = pytest.mark.django_db
LIST = "/cms/directory/from-organisations/"


@pytest.fixture
def company(home: object) -> OrganisationPage:
    offer = OfferFactory.build(
        need=NeedFactory(name="Pilot sites"), stages=[StageFactory(number=3)], words="As before."
    )
    return OrganisationFactory(
        title="Thoresby", slug="thoresby", summary="Before.", website="https://before.example/", offers=[offer]
    )


@pytest.fixture
def admin(company: OrganisationPage) -> User:
    return OrganisationMemberFactory(organisation=company, role=MemberRole.ADMIN, user__name="Ada Byron").user


@pytest.fixture
def comms(settings: Any, db: None) -> User:
    settings.STAFF_MFA_REQUIRED = False
    return UserFactory(group="Comms")


@pytest.fixture
def cms(client: Client, comms: User) -> Client:
    client.force_login(comms)
    return client


def proposed(company: OrganisationPage, by: User, **values: Any) -> ProfileChange:
    return actions.propose(organisation=company, values=values, by=by, words="We grew.")


def url_of(change: ProfileChange) -> str:
    return f"{LIST}changes/{change.pk}/"


def seen(change: ProfileChange) -> str:
    return sight_of(change, profile_fields.read(OrganisationPage.objects.get(pk=change.organisation_id)))


def approve(change: ProfileChange, by: User, *fields: str, **more: Any) -> None:
    fields = fields or tuple(change.after)
    actions.approve(change=change, fields=fields, seen=seen(change), by=by, **more)


def form_of(cms: Client, change: ProfileChange) -> dict[str, Any]:
    page = BeautifulSoup(cms.get(url_of(change)).content, "html.parser")
    ticked = [box["value"] for box in page.select("input[name=field][checked]")]
    return {"field": ticked, "seen": page.select_one("input[name=seen]")["value"]}


# ---- comms -----------------------------------------------------------------------------------------------------------
def test_comms_find_it_and_compare_what_it_says(cms: Client, company: OrganisationPage, admin: User) -> None:
    change = proposed(company, admin, summary="After.", website="https://after.example/")

    assert url_of(change) in cms.get(LIST).content.decode()
    assert "A change of its profile" in cms.get("/cms/").content.decode()
    page = cms.get(url_of(change))
    rows = BeautifulSoup(page.content, "html.parser").select(".village-compare tbody tr")
    assert [" ".join(row.text.split()) for row in rows] == [
        "Summary Before. After.",
        "Website https://before.example/ https://after.example/",
    ]
    assert "We grew." in words(page)


def test_what_is_approved_is_live_and_found_and_can_be_undone(
    cms: Client, company: OrganisationPage, admin: User, comms: User
) -> None:
    rebuild()
    change = proposed(company, admin, summary="Zebrafish, after.")
    mail.outbox.clear()

    cms.post(url_of(change), {**form_of(cms, change), "do": "approve", "words": "Lovely."})

    change.refresh_from_db()
    assert (change.state, change.taken, change.decided_by) == (ChangeState.APPROVED, ["summary"], comms)
    assert "Zebrafish, after." in words(Client().get("/directory/thoresby/"))
    assert "Zebrafish" in str(IndexedDocument.objects.get(title="Thoresby").__dict__)
    assert [letter.to for letter in mail.outbox] == [[admin.email]]
    assert "Lovely." in mail.outbox[0].body

    company.refresh_from_db()
    assert PageLogEntry.objects.filter(page=company, action="wagtail.publish", user=comms).exists()
    first = company.revisions.order_by("created_at").first()
    assert first.as_object().summary == "Before."  # although the page had no version when it was proposed
    first.publish(user=comms)
    assert "Before." in words(Client().get("/directory/thoresby/"))


def test_some_fields_are_approved_and_the_letter_names_the_others(
    company: OrganisationPage, admin: User, comms: User
) -> None:
    change = proposed(company, admin, summary="After.", website="https://after.example/")
    mail.outbox.clear()
    approve(change, comms, "website")

    company.refresh_from_db()
    assert (company.summary, company.website) == ("Before.", "https://after.example/")
    assert "except for: summary" in mail.outbox[0].body


def test_what_was_changed_meanwhile_is_shown_and_not_ticked(
    cms: Client, company: OrganisationPage, admin: User
) -> None:
    change = proposed(company, admin, summary="After.", website="https://after.example/")
    OrganisationPage.objects.update(summary="Of an editor.")

    page = cms.get(url_of(change))
    assert "Changed meanwhile" in words(page)
    assert "Of an editor." in words(page)
    assert form_of(cms, change)["field"] == ["website"]
    cms.post(url_of(change), {**form_of(cms, change), "do": "approve"})
    company.refresh_from_db()
    assert (company.summary, company.website) == ("Of an editor.", "https://after.example/")


def test_nothing_is_overwritten_that_changed_while_they_looked(
    cms: Client, company: OrganisationPage, admin: User
) -> None:
    change = proposed(company, admin, summary="After.")
    form = form_of(cms, change)
    OrganisationPage.objects.update(summary="Of an editor.")

    page = cms.post(url_of(change), {**form, "do": "approve", "words": "Typed."})

    company.refresh_from_db()
    assert page.status_code == 409
    assert company.summary == "Of an editor."
    assert "Look at it once more" in page.content.decode()
    assert "Typed." in page.content.decode()


def test_what_was_proposed_anew_is_not_approved_unseen(cms: Client, company: OrganisationPage, admin: User) -> None:
    change = proposed(company, admin, summary="After.")
    form = form_of(cms, change)
    actions.propose(
        organisation=company, values={"summary": "Something else."}, by=admin, version=f"{change.pk}-1-waiting"
    )
    assert cms.post(url_of(change), {**form, "do": "approve"}).status_code == 409
    company.refresh_from_db()
    assert company.summary == "Before."


def test_it_is_sent_back_with_words_put_right_and_sent_again(
    cms: Client, company: OrganisationPage, admin: User, comms: User
) -> None:
    change = proposed(company, admin, summary="The best.")
    mail.outbox.clear()

    assert "Say what they should change" in cms.post(url_of(change), {"do": "send-back"}).content.decode()
    cms.post(url_of(change), {"do": "send-back", "words": "No superlatives, please."})

    change.refresh_from_db()
    assert change.state == ChangeState.RETURNED
    assert "No superlatives, please." in mail.outbox[0].body
    assert not ProfileChange.objects.waiting().exists()
    mail.outbox.clear()
    again = actions.propose(
        organisation=company, values={"summary": "Good."}, by=admin, version=f"{change.pk}-1-returned"
    )
    assert again.pk == change.pk
    assert [letter.to for letter in mail.outbox] == [[comms.email]]


def test_decided_once_it_is_decided(company: OrganisationPage, admin: User, comms: User) -> None:
    change = proposed(company, admin, summary="After.")
    approve(change, comms)
    for again in (lambda: approve(change, comms), lambda: actions.send_back(change=change, words="No.", by=comms)):
        with pytest.raises(actions.Refusal, match="decided"):
            again()
    with pytest.raises(actions.Refusal, match="can’t be withdrawn"):
        actions.withdraw(change=change, by=admin)


def test_whoever_edits_the_page_sees_that_a_change_waits(cms: Client, company: OrganisationPage, admin: User) -> None:
    address = f"/cms/pages/{company.pk}/edit/"
    assert "Change that waits" not in cms.get(address).content.decode()
    change = proposed(company, admin, summary="After.")
    assert url_of(change) in cms.get(address).content.decode()


@pytest.mark.parametrize("number", [1, 9])
def test_many_that_wait_cost_what_one_costs(
    cms: Client, home: object, number: int, django_assert_num_queries: Any
) -> None:
    for _ in range(number):
        page = OrganisationFactory(checked_on=None)
        proposed(page, OrganisationMemberFactory(organisation=page, role=MemberRole.ADMIN).user, summary="After.")
        actions.ask_to_belong(organisation=page, name="Jo", words="I lead it.", by=UserFactory())
    cms.get(LIST)
    with django_assert_num_queries(20):
        cms.get(LIST)


# ---- what else there is of the page -----------------------------------------------------------------------------------
def test_a_draft_stays_a_draft_and_keeps_its_own_words(company: OrganisationPage, admin: User, comms: User) -> None:
    change = proposed(company, admin, summary="After.", website="https://after.example/")
    company.summary = "Of a draft."
    company.save_revision()
    approve(change, comms)

    company.refresh_from_db()
    draft = company.get_latest_revision_as_object()
    assert (company.summary, company.website) == ("After.", "https://after.example/")
    assert company.has_unpublished_changes
    assert (draft.summary, draft.website) == ("Of a draft.", "https://after.example/")


def test_a_scheduled_draft_stays_scheduled(company: OrganisationPage, admin: User, comms: User) -> None:
    company = publish(company)
    change = proposed(company, admin, website="https://after.example/")
    company.summary, company.go_live_at = "Of tomorrow.", timezone.now() + timedelta(days=1)
    company.save_revision().publish()
    approve(change, comms)

    company.refresh_from_db()
    assert company.live
    assert (company.summary, company.website) == ("Before.", "https://after.example/")
    waiting = company.scheduled_revision
    assert waiting.as_object().summary == "Of tomorrow."
    assert waiting.as_object().website == "https://after.example/"


def test_a_draft_in_approval_stays_in_approval(company: OrganisationPage, admin: User, comms: User) -> None:
    change = proposed(company, admin, website="https://after.example/")
    company.summary = "Of an editor."
    company.save_revision()
    Workflow.objects.get(name="Comms approval").start(company, UserFactory(group="Editors"))
    approve(change, comms)

    company.refresh_from_db()
    state = company.current_workflow_state
    assert state is not None
    state.current_task_state.approve(user=comms)
    company.refresh_from_db()
    assert (company.summary, company.website) == ("Of an editor.", "https://after.example/")


def test_offers_and_terms_are_written_and_the_links_of_untouched_text_stay(
    company: OrganisationPage, admin: User, comms: User
) -> None:
    company.description = '<p>See <a href="https://example.org/">this</a>.</p>'
    company.save()
    offer, theme = company.offers.get(), ThemeFactory(name="Imaging")
    values = profile_fields.read(company)
    values["themes"], values["offers"] = [theme.pk], [{**values["offers"][0], "words": "As after."}]
    change = proposed(company, admin, **values)
    assert list(change.after) == ["themes", "offers"]
    approve(change, comms)

    company = OrganisationPage.objects.get()
    assert list(company.themes.all()) == [theme]
    assert company.offers.get().words == "As after."
    assert company.offers.get().pk == offer.pk
    assert "https://example.org/" in company.description


def test_text_is_rich_again_and_nobody_writes_html(company: OrganisationPage, admin: User, comms: User) -> None:
    text = profile_fields.tidy("We <script>help</script>.\n\n* one\n* two\n\nEnd.")
    approve(proposed(company, admin, description=text), comms)

    company.refresh_from_db()
    assert company.description == (
        "<p>We &lt;script&gt;help&lt;/script&gt;.</p><ul><li>one</li><li>two</li></ul><p>End.</p>"
    )
    assert profile_fields.text_of(company.description) == text


def test_what_was_not_touched_keeps_its_links(company: OrganisationPage, admin: User, comms: User) -> None:
    company.description = (
        '<p>See <a href="https://example.org/">our work</a>.</p><h3>What we do</h3>'
        "<ol><li><b>Test</b> devices</li><li>Train<br/>others</li></ol><p>Call <b>us</b>.</p>"
    )
    company.save()
    text = profile_fields.text_of(company.description)
    assert text == "See our work.\n\nWhat we do\n\n- Test devices\n- Train others\n\nCall us."
    changed = text.replace("Call us.", "Call us or write.").replace("- Train others\n", "- Train others\n- Advise\n")
    approve(proposed(company, admin, description=profile_fields.tidy(changed)), comms)

    company.refresh_from_db()
    assert company.description == (
        '<p>See <a href="https://example.org/">our work</a>.</p><h3>What we do</h3>'
        "<ul><li><b>Test</b> devices</li><li>Train<br/>others</li><li>Advise</li></ul><p>Call us or write.</p>"
    )


def test_who_says_that_all_is_right_has_it_checked(company: OrganisationPage, admin: User, comms: User) -> None:
    OrganisationPage.objects.update(checked_on=None)
    change = actions.propose(organisation=company, values={"summary": "After."}, by=admin, rest_is_right=True)
    approve(change, comms)

    company.refresh_from_db()
    assert (company.checked_on, company.checked_by) == (timezone.localdate(), admin)


# ---- who may ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("group", ["Editors", "Community team", "Account managers"])
def test_whoever_may_not_publish_decides_and_reads_nothing(
    client: Client, settings: Any, company: OrganisationPage, admin: User, group: str
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    change = proposed(company, admin, summary="After.")
    user = UserFactory(group=group)
    client.force_login(user)

    for url in (LIST, url_of(change)):
        assert "After." not in client.get(url, follow=True).content.decode()
        client.post(url, {"do": "approve", "field": ["summary"], "seen": seen(change)})
    company.refresh_from_db()
    assert company.summary == "Before."
    assert not ProfileChange.objects.visible_to(user).exists()
    with pytest.raises(PermissionDenied):
        approve(change, user)


def test_only_people_of_the_organisation_and_comms_see_a_change(
    company: OrganisationPage, admin: User, comms: User
) -> None:
    change = proposed(company, admin, summary="After.")
    member = OrganisationMemberFactory(organisation=company).user
    stranger = OrganisationMemberFactory(role=MemberRole.ADMIN).user

    assert [ProfileChange.objects.visible_to(user).count() for user in (admin, member, comms)] == [1, 1, 1]
    assert not ProfileChange.objects.visible_to(stranger).exists()
    with pytest.raises(PermissionDenied):
        actions.propose(organisation=company, values={"summary": "Mine."}, by=member)
    with pytest.raises(PermissionDenied):
        actions.withdraw(change=change, by=stranger)


def test_who_switched_such_letters_off_gets_none(company: OrganisationPage, admin: User, comms: User) -> None:
    from wagtail.users.models import UserProfile

    UserProfile.objects.create(user=comms, submitted_notifications=False)
    inactive = UserFactory(group="Comms", is_active=False)
    proposed(company, admin, summary="After.")
    assert [letter.to for letter in mail.outbox if letter.to != [inactive.email]] == []
    assert mail.outbox == []


def test_the_database_holds_one_open_change_an_organisation(company: OrganisationPage, admin: User) -> None:
    proposed(company, admin, summary="After.")
    with pytest.raises(IntegrityError), transaction.atomic():
        ProfileChange.objects.create(organisation=company)


def test_what_was_decided_is_forgotten_after_a_year(company: OrganisationPage, admin: User, comms: User) -> None:
    approve(proposed(company, admin, summary="After."), comms)
    ProfileChange.objects.update(
        decided_at=timezone.now() - timedelta(days=366), sent_at=timezone.now() - timedelta(days=400)
    )
    waiting = proposed(company, admin, summary="Later.")
    ProfileChange.objects.filter(pk=waiting.pk).update(sent_at=timezone.now() - timedelta(days=400))
    tick()
    assert list(ProfileChange.objects.all()) == [waiting]

"""``/my/``: what somebody sees of their own, and asks for, and nothing of anybody else."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from directory.choices import MemberRole
from directory.models import Invitation, OrganisationMember
from tenancy import actions
from tenancy.choices import Answer, Confidentiality, IntroductionState, RequestState, Visibility
from tenancy.models import Account, Introduction, Outcome, SupportRequest
from tests.booking_forms import words
from tests.factories import tenancy as make
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory, book, bookable
from tests.factories.directory import NeedFactory, OrganisationFactory, StageFactory

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db


@pytest.fixture
def account(home: object) -> Account:
    return make.AccountFactory(name="Thoresby Diagnostics", manager=make.manager(name="Sam Holroyd"))


def member(account: Account, role: str = MemberRole.MEMBER) -> User:
    return OrganisationMemberFactory(organisation=account.organisation, role=role, user__name="Ada Byron").user


def test_my_village_shows_what_is_mine(sign_in: SignIn, account: Account) -> None:
    ada = member(account)
    event = bookable()
    book(event, ada.email)
    asked = make.SupportRequestFactory(account=account, owner=account.manager, next_step="Sam rings on Monday.")
    make.SupportRequestFactory(need__name="Something of another company")

    page = words(sign_in(ada).get("/my/"))

    for seen in (
        "Ada",
        event.title,
        asked.number,
        "Sam Holroyd sees to it",
        "Sam rings on Monday.",
        account.organisation.title,
    ):
        assert seen in page
    assert "Something of another company" not in page


def test_somebody_without_a_company_is_told_what_to_do(sign_in: SignIn) -> None:
    page = sign_in(UserFactory()).get("/my/")

    assert "You have nothing booked" in words(page)
    assert "You belong to none here yet" in words(page)
    assert reverse("contact") in page.content.decode()


def test_a_stranger_is_sent_to_sign_in(client: Client, account: Account) -> None:
    asked = make.SupportRequestFactory(account=account)
    for url in ("/my/", "/my/requests/", "/my/requests/new/", f"/my/requests/{asked.pk}/"):
        assert client.get(url)["Location"] == f"/accounts/login/?next={url}"


def test_an_account_manager_sees_their_own_and_not_what_they_look_after(sign_in: SignIn, account: Account) -> None:
    asked = make.SupportRequestFactory(account=account)
    client = sign_in(account.manager)

    assert asked.number not in words(client.get("/my/"))
    assert client.get(f"/my/requests/{asked.pk}/").status_code == 404


@pytest.mark.parametrize("number", [1, 12])
def test_my_village_costs_as_much_with_many_as_with_one(
    sign_in: SignIn, statements: Callable[[str], int], account: Account, number: int
) -> None:
    ada = member(account, MemberRole.ADMIN)
    contact = make.ContactFactory(account=account, user=ada)
    for _ in range(number):
        book(bookable(), ada.email)
        request = make.SupportRequestFactory(account=account, owner=account.manager)
        make.IntroductionFactory(request=request)
        make.EnquiryFactory(user=ada)
        make.TaskFactory(account=account, shared=True)
        make.CheckBackFactory(introduction__tenant_contact=contact, asked_at=timezone.now())
        make.OutcomeConfirmationFactory(outcome__account=account, contact=contact)
        Invitation.objects.create(organisation=OrganisationFactory(), email=ada.email)
    sign_in(ada)

    assert statements("/my/") == 24


# ---- requests -------------------------------------------------------------------------------------------------------
def said(**changed: Any) -> dict[str, Any]:
    return {
        "need": NeedFactory().pk,
        "stage": StageFactory().pk,
        "words": "Somebody to read our clinical evaluation.",
        "urgency": "normal",
        "confidentiality": "unnamed",
        "key": str(uuid4()),
        **changed,
    }


def test_a_company_asks_and_sees_who_sees_to_it(sign_in: SignIn, account: Account) -> None:
    client, form = sign_in(member(account)), said()

    answer = client.post("/my/requests/new/", form)
    again = client.post("/my/requests/new/", form)

    made = SupportRequest.objects.get()
    assert answer["Location"] == again["Location"] == f"/my/requests/{made.pk}/"
    assert (made.account, made.owner) == (account, account.manager)
    page = words(client.get(answer["Location"]))
    assert "With the village" in page and "Sam Holroyd" in page and "You hear from us by" in page


def test_a_form_that_lacks_something_keeps_what_was_typed(sign_in: SignIn, account: Account) -> None:
    page = sign_in(member(account)).post("/my/requests/new/", said(need="", words="We need a bench."))

    assert page.status_code == 200
    assert "We need a bench." in page.content.decode()
    assert not SupportRequest.objects.exists()


def test_nobody_asks_for_another_company(sign_in: SignIn, account: Account) -> None:
    other, third = make.AccountFactory(), make.AccountFactory()
    ada = member(account)
    OrganisationMemberFactory(user=ada, organisation=third.organisation)

    page = sign_in(ada).post("/my/requests/new/", said(account=other.pk))

    assert page.status_code == 200
    assert not SupportRequest.objects.exists()


def test_whoever_asked_withdraws_and_a_colleague_does_not(sign_in: SignIn, account: Account) -> None:
    ada, colleague = member(account), member(account)
    asked = make.SupportRequestFactory(account=account, raised_by=ada)

    page = sign_in(colleague).post(f"/my/requests/{asked.pk}/", {"do": "withdraw"}, follow=True)
    asked.refresh_from_db()
    assert asked.state == RequestState.NEW
    assert "Only whoever asked" in words(page)

    sign_in(ada).post(f"/my/requests/{asked.pk}/", {"do": "withdraw", "reason": "Found somebody."})
    asked.refresh_from_db()
    assert (asked.state, asked.reason) == (RequestState.WITHDRAWN, "Found somebody.")


def test_a_restricted_request_is_not_shown_to_a_colleague(sign_in: SignIn, account: Account) -> None:
    asked = make.SupportRequestFactory(account=account, confidentiality=Confidentiality.RESTRICTED)

    assert sign_in(member(account)).get(f"/my/requests/{asked.pk}/").status_code == 404
    page = words(sign_in(member(account, MemberRole.ADMIN)).get(f"/my/requests/{asked.pk}/"))
    assert Confidentiality.RESTRICTED.label in page
    assert Confidentiality.RESTRICTED.label in words(sign_in(member(account)).get("/my/requests/new/"))


def test_only_shared_notes_are_shown(sign_in: SignIn, account: Account) -> None:
    asked = make.SupportRequestFactory(account=account)
    make.NoteFactory(account=account, words="We meet at the arcade.", visibility=Visibility.SHARED)
    make.NoteFactory(account=account, words="They pay late.")

    page = words(sign_in(member(account)).get(f"/my/requests/{asked.pk}/"))

    assert "We meet at the arcade." in page
    assert "They pay late." not in page


# ---- introductions --------------------------------------------------------------------------------------------------
def test_an_admin_agrees_to_an_introduction_that_waits(sign_in: SignIn, account: Account) -> None:
    introduction = make.IntroductionFactory(request__account=account)
    client = sign_in(member(account, MemberRole.ADMIN))
    url = f"/my/introductions/tenant/{introduction.pk}/"
    assert url in client.get("/my/").content.decode()

    client.post(url, {"answer": "yes"})

    introduction.refresh_from_db()
    assert introduction.tenant_answer == Answer.GIVEN
    assert "You agreed that we introduce you" in words(client.get("/my/"))
    assert "you have agreed" in words(client.get(url))


def test_a_member_who_did_not_ask_sees_it_and_cannot_answer(sign_in: SignIn, account: Account) -> None:
    introduction = make.IntroductionFactory(request__account=account)

    answer = sign_in(member(account)).post(f"/my/introductions/tenant/{introduction.pk}/", {"answer": "yes"})

    introduction.refresh_from_db()
    assert (answer.status_code, introduction.tenant_answer) == (404, Answer.WAITING)


@pytest.mark.parametrize("state", [IntroductionState.DECLINED, IntroductionState.LAPSED, IntroductionState.WITHDRAWN])
def test_nobody_of_the_company_sees_who_said_no(sign_in: SignIn, account: Account, state: str) -> None:
    ended = make.IntroductionFactory(request__account=account, both_agreed=True, state=state)

    page = words(sign_in(member(account, MemberRole.ADMIN)).get(f"/my/requests/{ended.request_id}/"))

    assert "No introduction" in page
    assert IntroductionState(state).label not in page


def test_whoever_wrote_a_request_down_for_a_company_does_not_agree_for_it(sign_in: SignIn, account: Account) -> None:
    introduction = make.IntroductionFactory(request__account=account, request__raised_by=account.manager)
    client, url = sign_in(account.manager), f"/my/introductions/tenant/{introduction.pk}/"

    assert url not in client.get("/my/").content.decode()
    assert client.post(url, {"answer": "yes"}).status_code == 404
    with pytest.raises(PermissionDenied, match="can agree"):
        actions.answer_signed_in(introduction=introduction, side="tenant", says_yes=True, by=account.manager)

    introduction.refresh_from_db()
    assert introduction.tenant_answer == Answer.WAITING


def test_who_left_the_company_reads_and_does_nothing_of_what_they_asked(sign_in: SignIn, account: Account) -> None:
    ada = member(account)
    asked = make.SupportRequestFactory(
        account=account, raised_by=ada, confidentiality=Confidentiality.RESTRICTED, state=RequestState.MATCHED
    )
    introduction = make.IntroductionFactory(request=asked)
    outcome = make.OutcomeFactory(account=account, request=asked)
    client, url = sign_in(ada), f"/my/introductions/tenant/{introduction.pk}/"
    assert url in client.get("/my/").content.decode()
    assert Outcome.objects.visible_to(ada).get() == outcome

    OrganisationMember.objects.get(user=ada).delete()

    page = client.get("/my/").content.decode()
    assert url not in page and asked.number not in page
    assert client.post(f"/my/requests/{asked.pk}/", {"do": "withdraw"}).status_code == 404
    assert client.post(url, {"answer": "yes"}).status_code == 404
    for model in (SupportRequest, Introduction, Outcome):
        assert not model.objects.visible_to(ada).exists(), model
    with pytest.raises(PermissionDenied, match="can withdraw"):
        actions.withdraw(request=asked, by=ada)
    with pytest.raises(PermissionDenied, match="can agree"):
        actions.answer_signed_in(introduction=introduction, side="tenant", says_yes=True, by=ada)


def test_a_partner_is_asked_once_the_company_agreed_and_does_not_read_its_name(
    sign_in: SignIn, account: Account
) -> None:
    introduction = make.IntroductionFactory(request__account=account)
    client = sign_in(OrganisationMemberFactory(organisation=introduction.partner, role=MemberRole.ADMIN).user)
    url = f"/my/introductions/partner/{introduction.pk}/"
    assert client.get(url).status_code == 404

    introduction.tenant_answer, introduction.tenant_answered_at = Answer.GIVEN, introduction.asked_at
    introduction.save()

    assert account.name not in words(client.get(url)) + words(client.get("/my/"))
    assert client.get(f"/my/introductions/tenant/{introduction.pk}/").status_code == 404
    client.post(url, {"answer": "yes"})
    introduction.refresh_from_db()
    assert introduction.state == IntroductionState.AGREED


# ---- the company’s own record ---------------------------------------------------------------------------------------
def test_a_company_reads_its_record_and_nothing_that_is_ours_alone(sign_in: SignIn, account: Account) -> None:
    ada = member(account)
    stay = make.TenancyFactory(account=account, space="Eight places", words="Rent is half.")
    make.ChecklistItemFactory(tenancy=stay, words="Insurance certificate", theirs=True)
    make.ChecklistItemFactory(tenancy=stay, words="Ask whether they pay")
    make.ObjectiveFactory(plan__account=account, words="Three sites by spring")
    asked = make.SupportRequestFactory(account=account)
    make.IntroductionFactory(request=asked, made=True, partner__title="Marlpit")
    make.IntroductionFactory(request=asked, partner__title="Not met yet")
    make.IntroductionFactory(partner=account.organisation, made=True, request__account__name="Avocet")
    make.IntroductionFactory(
        request=make.SupportRequestFactory(account=account, confidentiality=Confidentiality.RESTRICTED),
        made=True,
        partner__title="A secret partner",
    )
    confirmed = {"state": "confirmed", "confirmed_at": timezone.now()}
    make.OutcomeFactory(account=account, request=asked, amount=750, unit="GBP", evidence="Seen by Sam", **confirmed)
    make.OutcomeFactory(account=account, request=asked, amount=911, unit="GBP")
    make.NoteFactory(account=account, words="Ours alone")
    make.NoteFactory(words="Another company’s", visibility=Visibility.SHARED)
    make.InteractionFactory(account=account, words="We met on Monday.", visibility=Visibility.SHARED)
    for number in range(21):
        make.NoteFactory(account=account, words=f"Shared {number}", visibility=Visibility.SHARED)
    client = sign_in(ada)
    url = reverse("my_company", args=[account.organisation.slug])

    page = words(client.get(url))
    later = words(client.get(url, {"page": 2}))

    assert client.get("/my/company/")["Location"] == url
    assert url in client.get("/my/").content.decode()
    for seen in ("Eight places", "Insurance certificate", "Three sites by spring", "Marlpit", "Avocet", "750 GBP"):
        assert seen in page
    assert "Shared 20" in page and "Page 1 of 2" in page
    assert "We met on Monday." in later and "Shared 0" in later
    for hidden in (
        *("Rent is half.", "Ask whether they pay", "Not met yet", "A secret partner", "911", "Seen by Sam"),
        *("Ours alone", "Another company’s"),
    ):
        assert hidden not in page + later
    assert words(sign_in(member(make.AccountFactory())).get(url)) == words(client.get("/my/company/nobody/"))


def test_a_company_that_nobody_looks_after_is_told_so(sign_in: SignIn) -> None:
    alone = OrganisationMemberFactory(organisation=OrganisationFactory(title="Orrest"))

    assert "Nobody here looks after Orrest yet" in words(sign_in(alone.user).get("/my/company/"))
    assert "your account belongs to none yet" in words(sign_in(UserFactory()).get("/my/company/"))


def test_a_company_without_anything_reads_what_would_stand_there(
    sign_in: SignIn, statements: Callable[[str], int], account: Account
) -> None:
    sign_in(member(account))
    url = reverse("my_company", args=[account.organisation.slug])
    empty = statements(url)
    for _ in range(3):
        make.NoteFactory(account=account, visibility=Visibility.SHARED)
        request = make.SupportRequestFactory(account=account)
        make.IntroductionFactory(request=request, made=True)
        make.ObjectiveFactory(plan__account=account)
    assert statements(url) <= empty + 2  # the page of what is shared, and the objectives of the plans

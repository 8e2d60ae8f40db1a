"""Letters about a request, to who asked or for whom we wrote it down: that we have it, that it moves on, that we wait."""

from typing import Any
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from accounts.models import User
from directory.choices import MemberRole
from directory.models import OrganisationMember
from tenancy import actions, tasks
from tenancy.addressees import NOT_FOR_THEM, who_signs_in, whom_to_tell
from tenancy.choices import Confidentiality, PausedFor, RequestState
from tenancy.models import Account, Contact, SupportRequest
from tests.factories import tenancy as make
from tests.factories.bookings import OrganisationMemberFactory
from tests.factories.directory import NeedFactory, OrganisationFactory, StageFactory
from tests.letters import both_parts
from tests.reading import words

pytestmark = pytest.mark.django_db
SECRET = ("Heart pumps", "We burn through pumps", "Sam rings the surgeon", "No surgeon has time")


@pytest.fixture
def sam(home: object) -> User:
    return make.manager(name="Sam Holroyd")


@pytest.fixture
def account(sam: User) -> Account:
    return make.AccountFactory(name="Thoresby Diagnostics", manager=sam)


@pytest.fixture
def ada(account: Account) -> User:
    return OrganisationMemberFactory(organisation=account.organisation, user__name="Ada Byron").user


def ask(account: Account, by: User, **said: Any) -> SupportRequest:
    """Without the letter to whoever is to answer it, of which test_nothing_forgotten.py tells."""
    need = NeedFactory(name="Heart pumps", short_name="")
    made = actions.open_request(
        account=account, need=need, stage=StageFactory(), words="We burn through pumps", by=by, **said
    )
    mail.outbox[:] = [letter for letter in mail.outbox if "answer by" not in letter.subject]
    return made


def closed_unmet(request: SupportRequest, by: User) -> None:
    actions.close_request(request=request, to=RequestState.CLOSED_UNMET, reason="No surgeon has time", by=by)


# ---- received -------------------------------------------------------------------------------------------------------
def test_who_asks_is_told_the_number_who_answers_and_by_when(
    account: Account, ada: User, mailoutbox: list[Any]
) -> None:
    request = ask(account, ada)

    (letter,) = mailoutbox
    assert letter.to == [ada.email]
    assert request.number in letter.subject
    for part in both_parts(letter):
        for said in (request.number, "Sam Holroyd", f"{request.respond_by:%-d %B}", f"/my/requests/{request.pk}/"):
            assert said in part
        assert "pumps" not in part  # mail is read on telephones in trains


def test_the_same_form_sent_twice_is_one_letter(account: Account, ada: User, mailoutbox: list[Any]) -> None:
    request = ask(account, ada)

    ask(account, ada, key=request.key)

    assert len(mailoutbox) == 1


def test_a_letter_written_twice_has_one_number(account: Account, ada: User, mailoutbox: list[Any]) -> None:
    """A mail server that was too slow to say yes gets it again; mail programs drop the second."""
    request = ask(account, ada)
    tasks.acknowledge_request.enqueue(request=request.pk)

    assert len({letter.extra_headers["Message-ID"] for letter in mailoutbox}) == 1
    assert len(mailoutbox) == 2


# ---- written down by us ---------------------------------------------------------------------------------------------
def reached(account: Account, they: User | None = None, **said: Any) -> Contact:
    """The first to ask, known by their address alone."""
    address = they.email if they else "ann@thoresby.example"
    return make.ContactFactory(account=account, **{"name": "Ann Lee", "email": address, "is_primary": True, **said})


def test_whom_we_ask_first_is_told_what_we_wrote_down(account: Account, sam: User, mailoutbox: list[Any]) -> None:
    make.ContactFactory(account=account, email="bea@thoresby.example")
    reached(account)

    request = ask(account, sam)

    (letter,) = mailoutbox
    assert (letter.to, letter.subject) == (["ann@thoresby.example"], f"We wrote down your request: {request.number}")
    for part in both_parts(letter):
        for said in (request.number, "Hello Ann Lee", "We burn through pumps", "Sam Holroyd"):
            assert said in part
        assert f"{request.respond_by:%-d %B}" in part
        assert "/my/" not in part  # what they can’t open

    ask(account, sam, key=request.key)
    assert len(mailoutbox) == 1  # the same form, sent twice


def test_who_signs_in_finds_what_we_wrote_down_among_their_requests(
    account: Account, ada: User, sam: User, client: Client, mailoutbox: list[Any]
) -> None:
    reached(account, ada, user=ada)

    request = ask(account, sam)

    (letter,) = mailoutbox
    for part in both_parts(letter):
        assert f"/my/requests/{request.pk}/" in part and "/my/notifications/" in part
    client.force_login(ada)
    assert request.number in client.get("/my/requests/").content.decode()
    assert client.get(f"/my/requests/{request.pk}/").status_code == 200


def test_nobody_else_is_told_how_it_moves(account: Account, ada: User, sam: User, mailoutbox: list[Any]) -> None:
    """Whoever wrote it down need not be, and who of the company asked us is not known."""
    reached(account)
    request = ask(account, sam)
    mailoutbox.clear()

    closed_unmet(request, sam)

    assert mailoutbox == []


@pytest.mark.parametrize(
    ("people", "told", "why"),
    [
        ([], None, "we know nobody there"),
        ([{"left_on": "2027-01-01"}], None, "we know nobody there"),
        ([{"email": ""}], None, "none has an e-mail address"),
        ([{"do_not_contact": True, "is_primary": False}], None, "not to be contacted"),
        ([{"do_not_contact": True}, {"email": "bea@thoresby.example", "is_primary": False}], "bea", ""),
        ([{"silent": True}], None, "switched letters about requests off"),
        ([{"silent": True}, {"email": "bea@thoresby.example", "is_primary": False}], "bea", ""),
    ],
)
def test_staff_read_who_was_written_to_or_why_nobody(
    account: Account,
    ada: User,
    sam: User,
    client: Client,
    settings: Any,
    mailoutbox: list[Any],
    people: list[dict[str, Any]],
    told: str | None,
    why: str,
) -> None:
    settings.STAFF_MFA_REQUIRED = False
    ada.wants_request_news = False
    ada.save()
    for one in people:
        reached(account, ada if one.pop("silent", False) else None, **one)
    client.force_login(sam)
    url = f"/staff/accounts/{account.pk}/requests/new/"
    before = words(client.get(url))
    assert ("Nobody of the company will be written to" if why else "gets a letter") in before
    assert why in before

    form = {"need": NeedFactory().pk, "stage": StageFactory().pk, "words": "Pumps", "urgency": "normal"}
    said = words(client.post(url, {**form, "confidentiality": "open", "key": uuid4()}, follow=True))

    assert [letter.to[0].partition("@")[0] for letter in mailoutbox] == ([told] if told else [])
    assert ("Nobody of the company is written to" if why else "has a letter that says so") in said
    assert why in said

    again = SupportRequest.objects.get()
    mailoutbox.clear()
    closed_unmet(again, sam)
    said = words(client.post(f"/staff/requests/{again.pk}/", {"do": "again"}, follow=True))
    assert len(mailoutbox) == (1 if told else 0)
    assert (why or "has a letter that says so") in said


def test_a_restricted_one_that_we_wrote_down_is_told_to_who_reads_it(
    account: Account, ada: User, sam: User, mailoutbox: list[Any]
) -> None:
    first = reached(account, ada, user=ada)
    request = ask(account, sam, confidentiality=Confidentiality.RESTRICTED)
    assert mailoutbox == []  # a member does not read what somebody else asked for in confidence
    assert whom_to_tell(account, request.confidentiality) == (None, NOT_FOR_THEM)

    OrganisationMember.objects.filter(user=ada).update(role=MemberRole.ADMIN)
    assert whom_to_tell(account, request.confidentiality) == (first, None)
    request = ask(account, sam, confidentiality=Confidentiality.RESTRICTED)

    (letter,) = mailoutbox
    assert letter.to == [ada.email]
    for part in both_parts(letter):
        assert request.number in part and f"/my/requests/{request.pk}/" in part
        assert not [secret for secret in SECRET if secret in part]


def test_somebody_who_is_known_by_a_proven_address_opens_it(account: Account, ada: User, sam: User) -> None:
    contact = reached(account, ada)
    assert who_signs_in(contact) == ada
    EmailAddress.objects.filter(user=ada).update(verified=False)
    assert who_signs_in(contact) is None


def test_a_colleague_who_asks_for_their_own_company_is_answered_as_anybody(
    account: Account, sam: User, mailoutbox: list[Any]
) -> None:
    OrganisationMemberFactory(organisation=account.organisation, user=sam)
    reached(account)

    request = ask(account, sam)

    assert [(letter.to, letter.subject) for letter in mailoutbox] == [
        ([sam.email], f"We have your request: {request.number}")
    ]


# ---- moved on -------------------------------------------------------------------------------------------------------
def test_each_step_is_told_with_what_comes_next(account: Account, ada: User, sam: User, mailoutbox: list[Any]) -> None:
    request = ask(account, ada)
    mailoutbox.clear()

    actions.step(request=request, to=RequestState.TRIAGED, by=sam, next_step="Sam rings the surgeon")

    (letter,) = mailoutbox
    assert (letter.to, letter.subject) == ([ada.email], f"{request.number}: we look for partners")
    for part in both_parts(letter):
        for said in ("Heart pumps", "Sam rings the surgeon", "Sam Holroyd", "/my/notifications/"):
            assert said in part


def test_a_refusal_is_told_with_its_reason_and_what_they_can_do(
    account: Account, ada: User, sam: User, mailoutbox: list[Any]
) -> None:
    request = ask(account, ada)
    mailoutbox.clear()

    closed_unmet(request, sam)

    (letter,) = mailoutbox
    assert letter.subject.endswith("closed, nobody was found")
    for part in both_parts(letter):
        assert "No surgeon has time" in part and "ask again on its page" in part


def test_what_is_solved_is_told_and_can_be_doubted(
    account: Account, ada: User, sam: User, mailoutbox: list[Any]
) -> None:
    request = ask(account, ada)
    for state in (RequestState.TRIAGED, RequestState.IN_PROGRESS):
        actions.step(request=request, to=state, by=sam)
    make.OutcomeFactory(account=account, request=request)
    mailoutbox.clear()

    actions.close_request(request=request, to=RequestState.CLOSED_OUTCOME, by=sam)

    (letter,) = mailoutbox
    assert letter.subject.endswith("closed, with an outcome")
    assert all("If you see that otherwise, answer this letter" in part for part in both_parts(letter))


def test_what_a_step_says_to_colleagues_stays_with_them(
    account: Account, ada: User, sam: User, mailoutbox: list[Any]
) -> None:
    request = ask(account, ada)
    mailoutbox.clear()

    actions.step(request=request, to=RequestState.TRIAGED, by=sam, reason="They are slow to pay.")

    assert len(mailoutbox) == 1
    assert all("slow to pay" not in part for part in both_parts(mailoutbox[0]))


@pytest.mark.parametrize("is_theirs", [True, False])
def test_a_proposal_is_one_letter_to_each(
    account: Account, ada: User, sam: User, mailoutbox: list[Any], is_theirs: bool
) -> None:
    """It takes two steps along the board; who is asked to agree is not told of the board besides."""
    request = ask(account, ada)
    asked = make.ContactFactory(account=account, email=ada.email if is_theirs else "ben@thoresby.example")
    mailoutbox.clear()

    actions.propose(
        request=request,
        partner=OrganisationFactory(),
        tenant_contact=asked,
        partner_contact=make.ContactFactory(),
        words="A pump is sought.",
        by=sam,
    )

    assert request.state == RequestState.MATCHED
    told = [(letter.to[0], letter.subject.partition(": ")[2]) for letter in mailoutbox]
    assert sorted(told) == sorted(
        [(asked.email, ""), *([] if is_theirs else [(ada.email, "somebody may be able to help")])]
    )


def test_what_moved_on_before_the_letters_turn_came_is_not_told(
    account: Account, ada: User, sam: User, mailoutbox: list[Any]
) -> None:
    request = ask(account, ada)
    actions.step(request=request, to=RequestState.TRIAGED, by=sam)
    late = tasks.last_step(request.pk)
    assert late
    closed_unmet(request, sam)
    mailoutbox.clear()

    tasks.tell_of_step.enqueue(request=request.pk, step=late.pk)

    assert mailoutbox == []


# ---- whom not -------------------------------------------------------------------------------------------------------
def test_who_withdraws_is_not_told_and_whose_it_was_is(account: Account, ada: User, mailoutbox: list[Any]) -> None:
    admin = OrganisationMemberFactory(organisation=account.organisation, role=MemberRole.ADMIN).user
    first, second = ask(account, ada), ask(account, ada)
    mailoutbox.clear()

    actions.withdraw(request=first, by=ada)
    actions.withdraw(request=second, by=admin, reason="We sold that line.")

    (letter,) = mailoutbox
    assert letter.subject == f"{second.number}: withdrawn"
    assert all("We sold that line." in part for part in both_parts(letter))


def test_who_left_the_company_is_told_nothing(account: Account, ada: User, sam: User, mailoutbox: list[Any]) -> None:
    request = ask(account, ada)
    OrganisationMember.objects.filter(user=ada).delete()
    mailoutbox.clear()

    closed_unmet(request, sam)

    assert mailoutbox == []


def test_who_is_not_to_be_written_to_is_not(account: Account, ada: User, sam: User, mailoutbox: list[Any]) -> None:
    make.ContactFactory(account=account, email=ada.email, do_not_contact=True)

    request = ask(account, ada)
    closed_unmet(request, sam)

    assert mailoutbox == []


def test_who_does_without_such_letters_still_hears_what_waits_for_them(
    account: Account, ada: User, sam: User, mailoutbox: list[Any]
) -> None:
    ada.wants_request_news = False
    ada.save()

    request = ask(account, ada)
    actions.step(request=request, to=RequestState.TRIAGED, by=sam)
    actions.pause(request=request, why=PausedFor.COMPANY, by=sam)

    said = [letter.subject for letter in mailoutbox]
    assert said == [f"We have your request: {request.number}", f"{request.number}: we wait for you"]


# ---- we wait for them -----------------------------------------------------------------------------------------------
def test_only_a_clock_that_waits_for_the_company_is_told(
    account: Account, ada: User, sam: User, mailoutbox: list[Any]
) -> None:
    requests = {why: ask(account, ada) for why in PausedFor}
    actions.take(request=requests[PausedFor.COMPANY], owner=sam, by=sam, next_step="Sam rings the surgeon")
    mailoutbox.clear()

    for why, request in requests.items():
        actions.pause(request=request, why=why, by=sam)

    (letter,) = mailoutbox
    assert requests[PausedFor.COMPANY].number in letter.subject
    for part in both_parts(letter):
        assert "Sam rings the surgeon" in part and sam.email in part


# ---- a restricted one -----------------------------------------------------------------------------------------------
def test_letters_about_a_restricted_request_say_nothing_of_it(
    account: Account, ada: User, sam: User, mailoutbox: list[Any]
) -> None:
    request = ask(account, ada, confidentiality=Confidentiality.RESTRICTED)
    actions.step(request=request, to=RequestState.TRIAGED, by=sam, next_step="Sam rings the surgeon")
    actions.pause(request=request, why=PausedFor.COMPANY, by=sam)
    closed_unmet(request, sam)

    assert [letter.subject for letter in mailoutbox] == [
        f"We have your request: {request.number}",
        f"{request.number}: there is news",
        f"{request.number}: we wait for you",
        f"{request.number}: there is news",
    ]
    for letter in mailoutbox:
        assert letter.to == [ada.email]
        for part in both_parts(letter):
            assert f"/my/requests/{request.pk}/" in part
            assert not [secret for secret in SECRET if secret in part]

"""Letters about a request, to who asked: that we have it, each time it moves on, and when we wait for them."""

from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives

from accounts.models import User
from directory.choices import MemberRole
from directory.models import OrganisationMember
from tenancy import actions, tasks
from tenancy.choices import Confidentiality, PausedFor, RequestState
from tenancy.models import Account, SupportRequest
from tests.factories import tenancy as make
from tests.factories.bookings import OrganisationMemberFactory
from tests.factories.directory import NeedFactory, OrganisationFactory, StageFactory

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
    need = NeedFactory(name="Heart pumps", short_name="")
    return actions.open_request(
        account=account, need=need, stage=StageFactory(), words="We burn through pumps", by=by, **said
    )


def both_parts(letter: EmailMultiAlternatives) -> list[str]:
    return [str(letter.body), str(letter.alternatives[0][0])]


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


def test_what_we_write_down_for_a_company_tells_none_of_them(
    account: Account, ada: User, sam: User, mailoutbox: list[Any]
) -> None:
    """Who asked us by telephone is not known here; whoever wrote it down need not be told."""
    request = ask(account, sam)

    closed_unmet(request, sam)

    assert mailoutbox == []


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

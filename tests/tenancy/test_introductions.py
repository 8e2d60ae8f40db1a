"""Two are brought together only when both have said yes, each by a link of their own, and every step can be undone."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from accounts.models import User
from core.due import tick
from directory.choices import MemberRole
from tenancy import actions, links
from tenancy.actions import introductions
from tenancy.choices import (
    AccountKind,
    Answer,
    CheckedBack,
    Confidentiality,
    Decision,
    IntroductionState,
    RequestState,
    TaskState,
)
from tenancy.models import Account, CheckBack, ConsentEvent, Introduction, StateChange, SupportRequest, Task
from tests.factories import tenancy as make
from tests.factories.bookings import OrganisationMemberFactory
from tests.factories.directory import OrganisationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
TENANT, PARTNER = "nadia@tenant.example", "gareth@partner.example"


@pytest.fixture
def asked(manager: User) -> SupportRequest:
    return make.SupportRequestFactory(account__name="Wharfelight", account__manager=manager, owner=manager)


def propose(request: SupportRequest, by: User, **said: Any) -> Introduction:
    contact = make.ContactFactory(account=request.account, name="Nadia Rahmani", email=TENANT)
    return actions.propose(
        **{
            "request": request,
            "partner": OrganisationFactory(title="Marlpit"),
            "tenant_contact": contact,
            "words": "Somebody to read a clinical evaluation.",
            "partner_name": "Gareth Lindqvist",
            "partner_email": PARTNER,
            "by": by,
            **said,
        }
    )


@pytest.fixture
def proposed(asked: SupportRequest, manager: User) -> Introduction:
    return propose(asked, manager)


def letters_to(address: str) -> list[Any]:
    return [letter for letter in mail.outbox if letter.to == [address]]


def link_in(letter: Any) -> str:
    found = re.search(r"https?://\S+/answer/\S+", str(letter.body))
    assert found
    return urlsplit(found.group()).path


def say(client: Client, address: str, answer: str, words: str = "") -> Any:
    return client.post(link_in(letters_to(address)[-1]), {"answer": answer, "words": words}, follow=True)


def both_agree(client: Client) -> None:
    say(client, TENANT, "yes", "Call after noon.")
    say(client, PARTNER, "yes", "Bring the report.")


# ---- asked one after the other --------------------------------------------------------------------------------------
def test_the_company_is_asked_first_and_the_partner_hears_nothing(proposed: Introduction) -> None:
    assert len(letters_to(TENANT)) == 1
    assert letters_to(PARTNER) == []
    assert "Marlpit" in letters_to(TENANT)[0].body


def test_an_unnamed_company_stays_so_until_both_agree(client: Client, proposed: Introduction, manager: User) -> None:
    say(client, TENANT, "yes", "We are Wharfelight.")

    letter = letters_to(PARTNER)[0]
    page = client.get(link_in(letter)).content.decode()
    for shown in (str(letter.message()), page):
        assert "Wharfelight" not in shown
        assert "Nadia" not in shown
        assert TENANT not in shown
    assert "Somebody to read a clinical evaluation." in letter.body

    say(client, PARTNER, "yes")
    actions.introduce(introduction=Introduction.objects.get(), by=manager)

    assert "Wharfelight" in letters_to(PARTNER)[-1].body


def test_a_company_that_may_be_named_is_named(client: Client, asked: SupportRequest, manager: User) -> None:
    asked.confidentiality = Confidentiality.OPEN
    asked.save()
    propose(asked, manager)

    say(client, TENANT, "yes")

    assert "Wharfelight" in letters_to(PARTNER)[0].body


def test_opening_a_link_changes_nothing(client: Client, proposed: Introduction) -> None:
    address = link_in(letters_to(TENANT)[0])

    for _ in range(2):
        answer = client.get(address)

    assert not answer.cookies
    proposed.refresh_from_db()
    assert proposed.tenant_answer == Answer.WAITING


def test_one_sides_link_does_not_answer_for_the_other(client: Client, proposed: Introduction) -> None:
    token = link_in(letters_to(TENANT)[0]).rstrip("/").rpartition("/")[2]

    assert client.post(f"/answer/introduction/partner/{token}/", {"answer": "yes"}).status_code == 404
    assert client.get("/answer/introduction/nobody/x/").status_code == 404


def test_both_agree_and_each_reads_what_the_other_shared(client: Client, proposed: Introduction, manager: User) -> None:
    both_agree(client)
    proposed.refresh_from_db()
    assert proposed.state == IntroductionState.AGREED
    assert "both have agreed" in letters_to(manager.email)[-1].subject

    actions.introduce(introduction=proposed, by=manager)

    to_tenant, to_partner = letters_to(TENANT)[-1].body, letters_to(PARTNER)[-1].body
    assert "Gareth Lindqvist" in to_tenant
    assert PARTNER in to_tenant
    assert "Bring the report." in to_tenant
    assert "Nadia Rahmani" in to_partner
    assert "Call after noon." in to_partner
    assert proposed.request.state == RequestState.INTRODUCED
    days = list(CheckBack.objects.values_list("days", flat=True))
    assert days == [14, 60, 180]


def test_consent_is_kept_word_for_word(client: Client, proposed: Introduction) -> None:
    both_agree(client)

    events = {event.contact.email: event for event in ConsentEvent.objects.select_related("contact")}
    assert events[TENANT].given
    assert "Marlpit" in events[TENANT].wording
    assert events[PARTNER].given


def test_an_answer_that_was_given_signed_in_says_by_whom(client: Client, proposed: Introduction) -> None:
    admin = OrganisationMemberFactory(organisation=proposed.request.account.organisation, role=MemberRole.ADMIN).user

    actions.answer_signed_in(introduction=proposed, side="tenant", says_yes=True, by=admin)
    say(client, TENANT, "no")

    by = [(event.contact.email, event.given, event.by) for event in ConsentEvent.objects.select_related("contact")]
    assert by == [(TENANT, True, admin), (TENANT, False, None)]


def test_a_partner_without_account_gets_one_and_is_asked_by_it_again(
    asked: SupportRequest, proposed: Introduction
) -> None:
    account = Account.objects.get(kind=AccountKind.PARTNER)
    assert (account.name, account.contacts.get().email) == ("Marlpit", PARTNER)


# ---- undone ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("first_said", [None, "yes"])
def test_a_no_ends_it_and_the_partner_can_be_suggested_again(
    client: Client, asked: SupportRequest, manager: User, first_said: str | None
) -> None:
    partner = OrganisationFactory(title="Marlpit")
    suggestion = make.MatchSuggestionFactory(request=asked, partner=partner)
    made = propose(asked, manager, partner=partner)
    if first_said:
        both_agree(client)

    say(client, TENANT, "no", "Not this year.")

    made.refresh_from_db()
    suggestion.refresh_from_db()
    assert (made.state, made.tenant_answer) == (IntroductionState.DECLINED, Answer.REFUSED)
    assert suggestion.decision == Decision.OPEN
    assert "declined" in letters_to(manager.email)[-1].subject
    assert ConsentEvent.objects.filter(contact__email=TENANT, given=False).exists()
    assert StateChange.objects.filter(model="tenancy.Introduction", after="declined").exists()


def test_after_a_no_there_is_no_yes(client: Client, proposed: Introduction) -> None:
    say(client, TENANT, "no")

    answer = client.post(link_in(letters_to(TENANT)[0]), {"answer": "yes"})

    assert answer.status_code == 409
    assert "closed" in answer.content.decode()
    assert letters_to(PARTNER) == []


def test_who_is_introduced_can_take_nothing_back_by_the_link(
    client: Client, proposed: Introduction, manager: User
) -> None:
    address = link_in(letters_to(TENANT)[0])
    both_agree(client)
    actions.introduce(introduction=Introduction.objects.get(), by=manager)

    assert "You have been introduced" in client.post(address, {"answer": "no"}).content.decode()


def test_we_take_it_back_with_a_reason_and_ask_nothing_more(
    client: Client, proposed: Introduction, manager: User
) -> None:
    both_agree(client)
    proposed.refresh_from_db()
    actions.introduce(introduction=proposed, by=manager)
    with pytest.raises(actions.Unfit, match="Say why"):
        actions.take_back(introduction=proposed, reason="", by=manager)

    actions.take_back(introduction=proposed, reason="They had met before.", by=manager)

    assert not CheckBack.objects.exists()
    change = StateChange.objects.get(model="tenancy.Introduction", after="withdrawn")
    assert (change.by, change.reason) == (manager, "They had met before.")


def test_nobody_is_introduced_before_both_agree(client: Client, proposed: Introduction, manager: User) -> None:
    say(client, TENANT, "yes")
    proposed.refresh_from_db()

    with pytest.raises(actions.NotDrawn):
        actions.introduce(introduction=proposed, by=manager)


def test_what_nobody_answers_lapses_and_its_links_with_it(asked: SupportRequest, manager: User) -> None:
    client = Client()
    with time_machine.travel("2026-11-02 12:00", tick=False) as clock:
        made = propose(asked, manager)
        clock.shift(timedelta(days=20))
        say(client, TENANT, "yes")
        clock.shift(timedelta(days=20))
        introductions.lapse()
        made.refresh_from_db()
        assert made.state == IntroductionState.ASKED, "the partner's days begin when the company has agreed"
        clock.shift(timedelta(days=2))
        late = client.post(link_in(letters_to(PARTNER)[0]), {"answer": "yes"})
        for _ in range(2):
            introductions.lapse()
    made.refresh_from_db()
    assert "21 days" in late.content.decode()
    assert made.state == IntroductionState.LAPSED
    assert StateChange.objects.filter(after="lapsed").count() == 1


@pytest.mark.parametrize("address", [TENANT, PARTNER])
def test_a_yes_can_be_taken_back_until_they_are_introduced(asked: SupportRequest, manager: User, address: str) -> None:
    client = Client()
    with time_machine.travel("2026-11-02 12:00", tick=False) as clock:
        made = propose(asked, manager)
        both_agree(client)
        link = link_in(letters_to(address)[-1])
        clock.shift(timedelta(days=22))
        introductions.lapse()
        assert "I take it back" in client.get(link).content.decode()
        client.post(link, {"answer": "no"})

    made.refresh_from_db()
    assert made.state == IntroductionState.DECLINED
    with pytest.raises(actions.NotDrawn):
        actions.introduce(introduction=made, by=manager)


@pytest.mark.parametrize("state", [IntroductionState.ASKED, IntroductionState.AGREED])
def test_a_request_that_is_closed_takes_with_it_what_is_still_asked(
    client: Client, asked: SupportRequest, manager: User, state: str
) -> None:
    partner = OrganisationFactory(title="Marlpit")
    suggestion = make.MatchSuggestionFactory(request=asked, partner=partner)
    made = propose(asked, manager, partner=partner)
    if state == IntroductionState.AGREED:
        both_agree(client)
    introduced = make.IntroductionFactory(request=asked, made=True)

    actions.withdraw(request=asked, by=manager, reason="Found somebody.")

    for one in (made, suggestion, introduced):
        one.refresh_from_db()
    assert (made.state, suggestion.decision) == (IntroductionState.WITHDRAWN, Decision.OPEN)
    assert introduced.state == IntroductionState.INTRODUCED
    change = StateChange.objects.get(model="tenancy.Introduction", after="withdrawn")
    assert (change.before, change.by, change.reason) == (state, manager, "the request was closed")
    late = client.post(link_in(letters_to(TENANT)[0]), {"answer": "yes"})
    assert (late.status_code, "closed" in late.content.decode()) == (409, True)


def test_a_request_that_can_not_be_closed_keeps_what_is_asked(proposed: Introduction, manager: User) -> None:
    actions.withdraw(request=proposed.request, by=manager)
    again = make.IntroductionFactory(request=proposed.request)

    with pytest.raises(actions.NotDrawn):
        actions.withdraw(request=proposed.request, by=manager)

    again.refresh_from_db()
    assert again.state == IntroductionState.ASKED


def test_nobody_is_introduced_for_a_closed_request(manager: User) -> None:
    closed = make.SupportRequestFactory(account__manager=manager, state="withdrawn", closed_at=timezone.now())
    agreed = make.IntroductionFactory(request=closed, both_agreed=True)

    assert "closed" in introductions.over(agreed)
    with pytest.raises(actions.Unfit, match="This request is closed"):
        actions.introduce(introduction=agreed, by=manager)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"partner_email": ""}, "enter a name and an address"),
        ({"words": " "}, "what the partner should know"),
    ],
)
def test_what_is_missing_is_said(asked: SupportRequest, manager: User, said: dict[str, str], words: str) -> None:
    with pytest.raises(actions.Unfit, match=words):
        propose(asked, manager, **said)
    assert mail.outbox == []


def test_who_does_not_want_mail_gets_none(asked: SupportRequest, manager: User) -> None:
    silent = make.ContactFactory(account=asked.account, do_not_contact=True)

    with pytest.raises(actions.Unfit, match="not to be written to"):
        propose(asked, manager, tenant_contact=silent)


def test_a_restricted_request_is_introduced_by_few(asked: SupportRequest) -> None:
    asked.confidentiality = Confidentiality.RESTRICTED
    asked.save()

    with pytest.raises(PermissionDenied):
        propose(asked, make.manager())


# ---- what came of it ------------------------------------------------------------------------------------------------
@pytest.fixture
def made(asked: SupportRequest) -> Introduction:
    contact = make.ContactFactory(account=asked.account, email=TENANT)
    return make.IntroductionFactory(
        request=asked, made=True, introduced_at=timezone.now() - timedelta(days=14), tenant_contact=contact
    )


def test_on_the_day_the_owner_has_a_task_and_the_company_one_question(made: Introduction, manager: User) -> None:
    due = make.CheckBackFactory(introduction=made, due_on=timezone.localdate())
    make.CheckBackFactory(introduction=made, days=60, due_on=timezone.localdate() + timedelta(days=46))

    for _ in range(2):
        assert "ask what came of introductions" not in tick()

    task = Task.objects.get()
    assert (task.owner, task.request) == (manager, made.request)
    assert made.partner_name in task.words
    assert len(letters_to(TENANT)) == 1
    assert letters_to(TENANT)[0].body.count("?answer=") == 3
    due.refresh_from_db()
    assert due.asked_at is not None


@pytest.mark.parametrize(("answer", "tasks"), [("met", 1), ("progressing", 0), ("nothing", 0)])
def test_the_company_answers_by_the_link_once(client: Client, made: Introduction, answer: str, tasks: int) -> None:
    check_back = make.CheckBackFactory(introduction=made, due_on=timezone.localdate())
    tick()
    address = urlsplit(links.check_back_url(check_back)).path

    assert f'value="{answer}" checked' in client.get(f"{address}?answer={answer}").content.decode()
    check_back.refresh_from_db()
    assert check_back.done_at is None
    client.post(address, {"answer": answer, "words": "Two rounds of comments."})
    again = client.post(address, {"answer": "nothing"})

    check_back.refresh_from_db()
    assert (check_back.answer, check_back.words) == (answer, "Two rounds of comments.")
    assert "already" in again.content.decode()
    assert Task.objects.filter(state=TaskState.DONE).count() == 1
    assert Task.objects.open().count() == tasks


def test_what_we_heard_ourselves_is_written_down(made: Introduction, manager: User) -> None:
    check_back = make.CheckBackFactory(introduction=made)

    actions.answer_check_back(check_back=check_back, answer=CheckedBack.PROGRESSING, words="By phone.", by=manager)
    tick()

    check_back.refresh_from_db()
    assert (check_back.answer, check_back.by) == (CheckedBack.PROGRESSING, manager)
    assert mail.outbox == []

"""What came of it is a claim until the company says by its own link that it is true; and can be taken back."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tenancy import actions
from tenancy.choices import CollaborationState, Confidentiality, OutcomeState, RequestState
from tenancy.models import Contact, Outcome, OutcomeConfirmation, StateChange, SupportRequest
from tests.booking_forms import soup, words
from tests.factories import tenancy as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
NADIA = "nadia@tenant.example"


@pytest.fixture
def asked(manager: User) -> SupportRequest:
    return make.SupportRequestFactory(account__manager=manager, owner=manager, state=RequestState.INTRODUCED)


@pytest.fixture
def nadia(asked: SupportRequest) -> Contact:
    return make.ContactFactory(account=asked.account, name="Nadia", email=NADIA)


def claim(request: SupportRequest, by: User, **said: Any) -> Outcome:
    return actions.claim(
        **{
            "account": request.account,
            "request": request,
            "kind": "contract",
            "amount": Decimal(35000),
            "unit": "GBP",
            "occurred_on": timezone.localdate(),
            "evidence": "The signed contract.",
            "by": by,
            **said,
        }
    )


@pytest.fixture
def claimed(asked: SupportRequest, manager: User) -> Outcome:
    return claim(asked, manager)


def test_a_claim_that_is_sent_twice_is_one(asked: SupportRequest, manager: User) -> None:
    assert claim(asked, manager) == claim(asked, manager)
    assert claim(asked, manager, evidence="Another contract.") != claim(asked, manager)


def link() -> str:
    found = re.search(r"https?://\S+/answer/outcome/\S+", str(mail.outbox[-1].body))
    assert found
    return urlsplit(found.group()).path


def test_the_company_confirms_by_its_link_and_says_whether_it_was_us(
    client: Client, claimed: Outcome, nadia: Contact, manager: User
) -> None:
    actions.ask_to_confirm(outcome=claimed, contact=nadia, by=manager)
    assert mail.outbox[-1].to == [NADIA]
    page = client.get(link())
    assert not page.cookies
    assert "35,000 GBP" in page.content.decode()
    claimed.refresh_from_db()
    assert claimed.state == OutcomeState.CLAIMED, "opening the link changed something"

    done = client.post(link(), {"answer": "yes", "anyway": "no"}, follow=True)

    claimed.refresh_from_db()
    assert (claimed.state, claimed.confirmed_by) == (OutcomeState.CONFIRMED, nadia)
    assert OutcomeConfirmation.objects.get().anyway == "no"
    assert "Thank you" in done.content.decode()


def test_a_link_answers_once(client: Client, claimed: Outcome, nadia: Contact, manager: User) -> None:
    actions.ask_to_confirm(outcome=claimed, contact=nadia, by=manager)
    client.post(link(), {"answer": "no", "words": "It was a pilot."})

    again = client.post(link(), {"answer": "yes"})

    claimed.refresh_from_db()
    assert (again.status_code, claimed.state) == (409, OutcomeState.DISPUTED)
    assert StateChange.objects.get(model="tenancy.Outcome").reason == "It was a pilot."


def test_a_link_ends_after_two_weeks(client: Client, claimed: Outcome, nadia: Contact, manager: User) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False) as clock:
        actions.ask_to_confirm(outcome=claimed, contact=nadia, by=manager)
        clock.shift(timedelta(days=14, seconds=1))
        late = client.post(link(), {"answer": "yes"})

    claimed.refresh_from_db()
    assert "fourteen days" in late.content.decode()
    assert claimed.state == OutcomeState.CLAIMED


def test_the_table_opens_nothing(client: Client, claimed: Outcome, nadia: Contact, manager: User) -> None:
    made = actions.ask_to_confirm(outcome=claimed, contact=nadia, by=manager)

    assert made.digest not in link()
    assert client.get(f"/answer/outcome/{made.digest}/").status_code == 404


def test_nobody_is_asked_a_fifth_time(claimed: Outcome, nadia: Contact, manager: User) -> None:
    for _ in range(4):
        actions.ask_to_confirm(outcome=claimed, contact=nadia, by=manager)

    with pytest.raises(actions.Unfit, match="4 times"):
        actions.ask_to_confirm(outcome=claimed, contact=nadia, by=manager)
    assert len(mail.outbox) == 4


def test_nobody_confirms_their_own_claim(claimed: Outcome, manager: User) -> None:
    myself = make.ContactFactory(account=claimed.account, email=manager.email)
    stranger = make.ContactFactory()

    with pytest.raises(actions.Unfit, match="themselves"):
        actions.ask_to_confirm(outcome=claimed, contact=myself, by=manager)
    with pytest.raises(actions.Unfit, match="belongs to this company"):
        actions.ask_to_confirm(outcome=claimed, contact=stranger, by=manager)


def test_a_claim_is_taken_back_and_claimed_again(claimed: Outcome, asked: SupportRequest, manager: User) -> None:
    actions.revoke(outcome=claimed, reason="Belongs to another request.", by=manager)
    with pytest.raises(actions.Unfit, match="Record what came of it first"):
        actions.close_request(request=asked, to=RequestState.CLOSED_OUTCOME, by=manager)

    actions.claim_again(outcome=claimed, reason="It did belong here.", by=manager)
    actions.close_request(request=asked, to=RequestState.CLOSED_OUTCOME, by=manager)

    assert asked.state == RequestState.CLOSED_OUTCOME


def test_a_confirmation_is_undone_with_a_reason(claimed: Outcome, nadia: Contact, manager: User) -> None:
    confirmation = actions.ask_to_confirm(outcome=claimed, contact=nadia, by=manager)
    actions.answer_confirmation(confirmation=confirmation, is_true=True)
    claimed.refresh_from_db()
    with pytest.raises(actions.Unfit, match="Say why"):
        actions.unconfirm(outcome=claimed, reason="", by=manager)

    actions.unconfirm(outcome=claimed, reason="Signed by somebody else.", by=manager)

    claimed.refresh_from_db()
    assert (claimed.state, claimed.confirmed_at, claimed.confirmed_by) == (OutcomeState.CLAIMED, None, None)
    steps = StateChange.objects.filter(model="tenancy.Outcome").values_list("before", "after", "by")
    assert list(steps) == [("claimed", "confirmed", None), ("confirmed", "claimed", manager.pk)]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"unit": ""}, "what is counted"),
        ({"evidence": " "}, "what shows it"),
        ({"occurred_on": date(2999, 1, 1)}, "still to come"),
    ],
)
def test_what_a_claim_lacks_is_said(asked: SupportRequest, manager: User, said: dict[str, Any], words: str) -> None:
    with pytest.raises(actions.Unfit, match=words):
        claim(asked, manager, **said)


def test_outcomes_of_a_restricted_request_are_for_few(asked: SupportRequest) -> None:
    asked.confidentiality = Confidentiality.RESTRICTED
    asked.save()

    with pytest.raises(PermissionDenied):
        claim(asked, make.manager())


def test_who_was_introduced_can_work_together(asked: SupportRequest, manager: User) -> None:
    made = make.IntroductionFactory(request=asked, made=True)

    together = actions.open_collaboration(introduction=made, title="A reader study", kind="evaluation", by=manager)

    assert {party.organisation for party in together.parties.all()} == {asked.account.organisation, made.partner}
    actions.step_collaboration(collaboration=together, to=CollaborationState.SCOPING, by=manager)
    with pytest.raises(actions.Unfit, match="why it stopped"):
        actions.step_collaboration(collaboration=together, to=CollaborationState.STOPPED, by=manager)
    actions.step_collaboration(collaboration=together, to=CollaborationState.STOPPED, by=manager, reason="No money.")
    assert together.reason == "No money."


# ---- a link that outlived what it asked -----------------------------------------------------------------------------
@pytest.mark.parametrize("undone", ["unconfirm", "revoke and claim again"])
def test_an_old_link_does_not_confirm_what_was_taken_back(
    client: Client, claimed: Outcome, nadia: Contact, manager: User, undone: str
) -> None:
    """She was sent two letters, and answered by the second."""
    with time_machine.travel("2027-02-01 12:00", tick=False) as clock:
        actions.ask_to_confirm(outcome=claimed, contact=nadia, by=manager)
        old = link()
        clock.shift(timedelta(hours=1))
        if undone == "unconfirm":
            actions.ask_to_confirm(outcome=claimed, contact=nadia, by=manager)
            client.post(link(), {"answer": "yes"})
            claimed.refresh_from_db()
            assert claimed.state == OutcomeState.CONFIRMED
            actions.unconfirm(outcome=claimed, reason="Signed by somebody else.", by=manager)
        else:
            actions.revoke(outcome=claimed, reason="Of another company.", by=manager)
            actions.claim_again(outcome=claimed, reason="It was theirs.", by=manager)

        clock.shift(timedelta(minutes=1))
        page = client.get(old)
        client.post(old, {"answer": "yes"})

        claimed.refresh_from_db()
        assert claimed.state == OutcomeState.CLAIMED
        assert "This link is closed" in words(page)
        actions.ask_to_confirm(outcome=claimed, contact=nadia, by=manager)  # asked anew she can answer
        client.post(link(), {"answer": "yes"})
        claimed.refresh_from_db()
        assert claimed.state == OutcomeState.CONFIRMED


def test_the_record_says_what_came_of_it_as_far_as_one_reads_it(
    sign_in: Any, manager: User, asked: SupportRequest
) -> None:
    restricted = make.SupportRequestFactory(account=asked.account, confidentiality=Confidentiality.RESTRICTED)
    for request, unit, amount in ((asked, "GBP", 35000), (asked, "GBP", 1500), (restricted, "jobs", 4)):
        make.IntroductionFactory(request=request, made=True, partner__title=f"Partner for {unit}")
        said = {"account": request.account, "request": request, "unit": unit, "amount": amount}
        make.OutcomeFactory(**said, state="confirmed", confirmed_at=timezone.now())
    make.IntroductionFactory(request=asked, both_agreed=True)
    make.OutcomeFactory(account=asked.account, request=asked, unit="GBP", amount=7)

    def box(viewer: User) -> str:
        page = soup(sign_in(viewer).get(f"/staff/accounts/{asked.account_id}/"))
        [found] = [one for one in page.select(".v-box") if "Introductions and outcomes" in one.get_text()]
        links = {str(link["href"]) for link in found.select("li a")}
        assert links <= {f"/staff/requests/{asked.pk}/", f"/staff/requests/{restricted.pk}/"} and links
        return " ".join(found.get_text(" ").split())

    said = box(manager)
    for there in ("1 both agreed, 3 introduced", "1 claimed, 3 confirmed by the company", "36,500 GBP, 4 jobs"):
        assert there in said, there
    other = box(make.manager())
    for there in ("1 both agreed, 2 introduced", "1 claimed, 2 confirmed by the company", "36,500 GBP"):
        assert there in other, there
    assert "jobs" not in other

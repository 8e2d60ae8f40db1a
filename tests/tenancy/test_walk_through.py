"""The whole way, as people go it: somebody asks for an introduction on a profile, and what came of it is confirmed."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tenancy import actions
from tenancy.choices import EnquiryState, IntroductionState, OutcomeState, RequestState
from tenancy.models import Account, Collaboration, Enquiry, Introduction, MatchSuggestion, Outcome, SupportRequest
from tests.factories import tenancy as make
from tests.factories.directory import NeedFactory, OfferFactory, OrganisationFactory, StageFactory
from tests.factories.home import ContentPageFactory

pytestmark = pytest.mark.django_db
ADA, GARETH = "ada@engines.example", "gareth@marlpit.example"


def soup(answer: Any) -> BeautifulSoup:
    assert answer.status_code == 200, answer.status_code
    return BeautifulSoup(answer.content, "html.parser")


def link_to(address: str) -> str:
    letter = [letter for letter in mail.outbox if letter.to == [address]][-1]
    found = re.search(r"https?://\S+/answer/[^\s?]+", str(letter.body))
    assert found
    return urlsplit(found.group()).path


def test_from_a_profile_to_a_confirmed_outcome(manager: User, sign_in: Callable[[User], Client]) -> None:
    ContentPageFactory(title="Ask", slug="contact", body=[("contact", {"heading": "Ask a person", "note": ""})])
    need, stage = NeedFactory(name="Professional advice", slug="professional-advice"), StageFactory(number=4)
    offer = OfferFactory.build(need=need, stages=[stage], words="Reads clinical evaluations.")
    marlpit = OrganisationFactory(title="Marlpit", slug="marlpit", offers=[offer])
    visitor = Client()

    # Somebody asks, on the profile of a partner.
    profile = soup(visitor.get(marlpit.url))
    ask = profile.select_one("#ask a.v-btn--warm")["href"]
    form = soup(visitor.get(f"{ask}&need={need.slug}&stage={stage.slug}")).select_one("main form[method=post]")
    said = {field["name"]: field.get("value", "") for field in form.select("input")}
    said |= {"kind": "introduction", "name": "Ada", "email": ADA, "organisation": "Engines", "message": "A reader."}
    received = soup(visitor.post(form["action"], said, follow=True))
    enquiry = Enquiry.objects.get()
    assert enquiry.reference in received.main.get_text()

    # The manager makes it an account, and a request of what was asked.
    staff = sign_in(manager)
    page = soup(staff.get(f"/staff/enquiries/{enquiry.pk}/"))
    assert "Marlpit" in page.main.get_text()
    staff.post(f"/staff/enquiries/{enquiry.pk}/", {"do": "convert", "account": "new", "name": "Engines"})
    enquiry.refresh_from_db()
    account = Account.objects.get(name="Engines")
    assert (enquiry.state, enquiry.account) == (EnquiryState.CONVERTED, account)
    new = f"/staff/accounts/{account.pk}/requests/new/"
    fields = soup(staff.get(new)).select_one("main form")
    key = fields.select_one("[name=key]")["value"]
    assert fields.select_one("[name=need] option[selected]")["value"] == str(need.pk), "what was asked is typed twice"
    assert fields.select_one("[name=words]").get_text().strip() == "A reader."
    staff.post(
        new,
        {
            "need": need.pk,
            "stage": stage.pk,
            "words": "A reader for an evaluation.",
            "urgency": "high",
            "confidentiality": "unnamed",
            "key": key,
        },
    )
    request = SupportRequest.objects.get()
    record = f"/staff/requests/{request.pk}/"

    # Partners are found, with reasons.
    found = soup(staff.post(f"{record}partners/", {"do": "find"}, follow=True))
    row = found.select_one("[aria-labelledby=partners] tbody tr").get_text(" ")
    assert "Marlpit" in row
    assert "Reads clinical evaluations." in row
    assert "Helps at stage 4, which is theirs" in row
    suggestion = MatchSuggestion.objects.get()
    staff.post(f"{record}partners/", {"do": "dismiss", "suggestion": suggestion.pk, "reason": "Busy."})
    staff.post(f"{record}partners/", {"do": "back", "suggestion": suggestion.pk})

    # Both are asked, and agree.
    contact = account.contacts.get()
    staff.post(
        f"{record}partners/{marlpit.pk}/",
        {
            "tenant_contact": contact.pk,
            "words": "A reader for an evaluation.",
            "partner_contact": "",
            "partner_name": "Gareth",
            "partner_email": GARETH,
        },
    )
    for address in (ADA, GARETH):
        path = link_to(address)
        assert "Engines" not in soup(visitor.get(path)).main.get_text() or address == ADA
        visitor.post(path, {"answer": "yes"})
    introduction = Introduction.objects.get()
    assert introduction.state == IntroductionState.AGREED
    staff.post(f"/staff/introductions/{introduction.pk}/", {"do": "introduce"})
    introduction.refresh_from_db()
    request.refresh_from_db()
    assert (introduction.state, request.state) == (IntroductionState.INTRODUCED, RequestState.INTRODUCED)

    # What came of it is claimed, confirmed by the company, and the request closed.
    staff.post(
        f"{record}outcomes/new/",
        {
            "kind": "advice",
            "introduction": introduction.pk,
            "amount": "6800",
            "unit": "GBP",
            "occurred_on": timezone.localdate().isoformat(),
            "evidence": "Both rounds of comments.",
        },
    )
    outcome = Outcome.objects.get()
    staff.post(f"/staff/outcomes/{outcome.pk}/", {"do": "ask", "contact": contact.pk})
    visitor.post(link_to(ADA), {"answer": "yes", "anyway": "later"})
    outcome.refresh_from_db()
    assert (outcome.state, outcome.confirmed_by) == (OutcomeState.CONFIRMED, contact)
    staff.post(record, {"do": "closed-outcome"})
    request.refresh_from_db()
    assert request.state == RequestState.CLOSED_OUTCOME
    end = soup(staff.get(record)).main.get_text(" ")
    assert "Confirmed by the company" in end
    assert "without us: yes, but later or smaller" in end
    # Whoever has no key reads none of it.
    assert visitor.get(record).status_code == 302


def test_an_introduction_that_is_taken_back_leaves_the_request_waiting_for_partners(manager: User) -> None:
    request = make.SupportRequestFactory(account__manager=manager, state="introduced", answered_at=timezone.now())
    first, second = (make.IntroductionFactory(request=request, made=True) for _ in range(2))

    actions.take_back(introduction=first, reason="The wrong person.", by=manager)
    request.refresh_from_db()
    assert request.state == RequestState.INTRODUCED, "somebody is still introduced"
    actions.take_back(introduction=second, reason="The wrong person.", by=manager)
    request.refresh_from_db()
    assert request.state == RequestState.MATCHED


def test_a_request_that_went_on_stays_where_it_is_when_an_introduction_is_taken_back(manager: User) -> None:
    request = make.SupportRequestFactory(account__manager=manager, state="in-progress", answered_at=timezone.now())

    actions.take_back(introduction=make.IntroductionFactory(request=request, made=True), reason="Wrong.", by=manager)

    request.refresh_from_db()
    assert request.state == RequestState.IN_PROGRESS


def test_an_enquiry_that_became_an_account_too_early_is_an_enquiry_again(
    manager: User, sign_in: Callable[[User], Client]
) -> None:
    enquiry, staff = make.EnquiryFactory(organisation_name="Engines", email=ADA), sign_in(manager)
    page = f"/staff/enquiries/{enquiry.pk}/"
    staff.post(page, {"do": "convert", "account": "new", "name": "Engines"})
    account = Account.objects.get()

    staff.post(page, {"do": "sort"})
    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.account) == (EnquiryState.TRIAGED, None)
    staff.post(page, {"do": "convert", "account": account.pk, "name": ""})

    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.account) == (EnquiryState.CONVERTED, account)
    assert account.contacts.count() == 1


def test_a_collaboration_says_when_and_whether_of_real_world_data(
    manager: User, sign_in: Callable[[User], Client]
) -> None:
    made = make.IntroductionFactory(request__account__manager=manager, made=True)
    staff, new = sign_in(manager), f"/staff/introductions/{made.pk}/collaboration/"
    said = {
        "title": "Readers",
        "kind": "pilot",
        "real_world_data": "on",
        "starts_on": "2027-01-04",
        "ends_on": "2026-12-31",
    }

    refused = soup(staff.post(new, said))
    assert "ends before it begins" in refused.get_text()
    assert refused.select_one("[name=title]")["value"] == "Readers"
    staff.post(new, {**said, "ends_on": "2027-06-30"})

    one = Collaboration.objects.get()
    assert (one.real_world_data, one.starts_on, one.ends_on) == (True, date(2027, 1, 4), date(2027, 6, 30))
    shown = soup(staff.get(f"/staff/requests/{made.request_id}/")).main.get_text(" ")
    assert "real-world data" in shown


def test_a_collaboration_is_put_right(manager: User, sign_in: Callable[[User], Client]) -> None:
    made = make.IntroductionFactory(request__account__manager=manager, made=True)
    one = make.CollaborationFactory(introduction=made, title="Readers")
    staff, change = sign_in(manager), f"/staff/collaborations/{one.pk}/change/"
    assert soup(staff.get(change)).select_one("main form [name=title]")["value"] == "Readers"

    staff.post(change, {"title": "Readers of slides", "kind": one.kind, "starts_on": "2027-01-04"})

    one.refresh_from_db()
    assert (one.title, one.starts_on) == ("Readers of slides", date(2027, 1, 4))


def test_the_board_says_why_a_clock_stands_or_an_answer_is_excused(
    manager: User, sign_in: Callable[[User], Client]
) -> None:
    late = timezone.localdate() - timedelta(days=3)
    paused, excused = (make.SupportRequestFactory(account__manager=manager, respond_by=late) for _ in range(2))
    staff = sign_in(manager)
    staff.post(f"/staff/requests/{paused.pk}/", {"do": "clock", "paused_for": "company", "excused": ""})
    staff.post(f"/staff/requests/{excused.pk}/", {"do": "clock", "paused_for": "", "excused": "closed-days"})

    board = soup(staff.get("/staff/requests/")).main.get_text(" ")

    assert "We wait for the company" in board
    assert "The village was closed" in board
    assert "Late" not in board.replace("Late alone", "")
    assert "Excused: the village was closed" in soup(staff.get(f"/staff/requests/{excused.pk}/")).main.get_text(" ")


def test_every_step_of_the_request_says_why_it_is_refused(manager: User, sign_in: Callable[[User], Client]) -> None:
    request = make.SupportRequestFactory(account__manager=manager)
    introduction = make.IntroductionFactory(request=request)
    outcome = make.OutcomeFactory(account=request.account, request=request)
    staff = sign_in(manager)

    for address, said, words in (
        (f"/staff/introductions/{introduction.pk}/", {"do": "introduce"}, "can’t become “Introduced”"),
        (f"/staff/introductions/{introduction.pk}/", {"do": "back"}, "Say why it is taken back"),
        (f"/staff/outcomes/{outcome.pk}/", {"do": "revoke"}, "Say why it is taken back"),
        (f"/staff/outcomes/{outcome.pk}/", {"do": "unconfirm", "reason": "x"}, "already"),
        (f"/staff/outcomes/{outcome.pk}/", {"do": "nonsense"}, "Choose what to do"),
    ):
        assert words in soup(staff.post(address, said, follow=True)).get_text()


def test_one_who_may_not_read_a_restricted_request_finds_no_step_of_it(
    manager: User, sign_in: Callable[[User], Client]
) -> None:
    request = make.SupportRequestFactory(confidentiality="restricted")
    introduction = make.IntroductionFactory(request=request)
    outcome = make.OutcomeFactory(account=request.account, request=request)
    check_back = make.CheckBackFactory(introduction=make.IntroductionFactory(request=request, made=True))
    staff = sign_in(manager)

    for address in (
        f"/staff/requests/{request.pk}/partners/",
        f"/staff/requests/{request.pk}/partners/{introduction.partner_id}/",
        f"/staff/requests/{request.pk}/outcomes/new/",
        f"/staff/introductions/{introduction.pk}/",
        f"/staff/introductions/{introduction.pk}/collaboration/",
        f"/staff/check-backs/{check_back.pk}/",
        f"/staff/outcomes/{outcome.pk}/",
    ):
        assert staff.post(address, {"do": "x"}).status_code == 404, address

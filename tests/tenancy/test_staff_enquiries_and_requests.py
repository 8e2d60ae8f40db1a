"""What came in and what was asked for, as those who answer it work with it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tenancy import actions, history
from tenancy.models import Account, MatchSuggestion, SupportRequest
from tests.factories import tenancy as make
from tests.factories.directory import NeedFactory, OfferFactory, OrganisationFactory, StageFactory
from tests.reading import words

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


# ---- enquiries ------------------------------------------------------------------------------------------------------
def test_an_enquiry_is_converted_with_those_it_may_be_shown(sign_in: SignIn, manager: User) -> None:
    known = make.AccountFactory(name="Orrest Valve Company")
    enquiry = make.EnquiryFactory(organisation_name="Orrest Valve Co.")
    client, url = sign_in(manager), f"/staff/enquiries/{enquiry.pk}/"

    assert "Orrest Valve Company" in words(client.get(url))
    refused = client.post(url, {"do": "convert", "name": "Orrest"})
    assert refused.status_code == 200  # nothing was chosen
    response = client.post(url, {"do": "convert", "account": known.pk, "name": ""}, follow=True)

    assert response.redirect_chain == [(f"/staff/accounts/{known.pk}/", 302)]
    assert known.contacts.get().email == enquiry.email


def test_a_new_account_has_the_public_profile_that_the_enquiry_comes_from(sign_in: SignIn, manager: User) -> None:
    profile = OrganisationFactory(title="Tarnhow Bioassay")
    enquiry = make.EnquiryFactory(organisation_name="Tarnhow", matched_organisation=profile)
    client, url = sign_in(manager), f"/staff/enquiries/{enquiry.pk}/"
    page = BeautifulSoup(client.get(url).content, "html.parser")
    box = page.select_one("input[name=is_profile]")
    assert box is not None
    assert box.has_attr("checked")
    assert "This is Tarnhow Bioassay in the directory" in page.get_text()

    client.post(url, {"do": "convert", "account": "new", "name": "Tarnhow", "is_profile": "on"})

    account = Account.objects.get()
    assert (account.organisation, account.name) == (profile, "Tarnhow")


def test_whoever_looks_may_say_that_it_is_not_this_profile(sign_in: SignIn, manager: User) -> None:
    enquiry = make.EnquiryFactory(organisation_name="Tarnhow", matched_organisation=OrganisationFactory())

    sign_in(manager).post(f"/staff/enquiries/{enquiry.pk}/", {"do": "convert", "account": "new", "name": "Tarnhow"})

    assert Account.objects.get().organisation is None


def test_a_profile_that_has_an_account_is_that_account(sign_in: SignIn, manager: User) -> None:
    known = make.AccountFactory()
    enquiry = make.EnquiryFactory(matched_organisation=known.organisation)
    client, url = sign_in(manager), f"/staff/enquiries/{enquiry.pk}/"

    assert "is_profile" not in client.get(url).content.decode()
    client.post(url, {"do": "convert", "account": known.pk, "name": "", "is_profile": "on"})

    assert Account.objects.get() == known
    enquiry.refresh_from_db()
    assert enquiry.account == known


def test_an_enquiry_is_sorted_answered_handed_over_and_closed(sign_in: SignIn, manager: User) -> None:
    enquiry, other = make.EnquiryFactory(), make.lead(name="Catherine")
    client, url = sign_in(manager), f"/staff/enquiries/{enquiry.pk}/"

    for do, expected in (("sort", "sorted"), ("answer", "answered"), ("sort", "sorted")):
        assert f"is “{expected}”" in words(client.post(url, {"do": do}, follow=True))
    client.post(url, {"do": "assign", "to": other.pk})
    enquiry.refresh_from_db()
    assert enquiry.assigned_to == other
    assert client.post(url, {"do": "close", "reason": ""}).status_code == 200
    assert "is “closed”" in words(client.post(url, {"do": "close", "reason": "No clients in health."}, follow=True))
    assert "can’t become “Sent twice”" in words(
        client.post(url, {"do": "duplicate", "of": make.EnquiryFactory().pk}, follow=True)
    )


def test_what_waits_stands_first_in_the_list(sign_in: SignIn, manager: User) -> None:
    make.EnquiryFactory(organisation_name="Closed", state="closed")
    make.EnquiryFactory(organisation_name="New", reply_by=timezone.localdate() - timedelta(days=2))
    make.EnquiryFactory(organisation_name="Sorted", state="triaged")

    page = BeautifulSoup(sign_in(manager).get("/staff/enquiries/").content, "html.parser")

    assert [row.get_text(" ", strip=True).split()[0] for row in page.select("tbody th")] == ["New", "Sorted", "Closed"]
    assert "Late" in page.select_one("tbody tr").get_text()  # type: ignore[union-attr]


# ---- requests -------------------------------------------------------------------------------------------------------
def test_the_board_shows_what_is_open_by_state_with_its_clock(sign_in: SignIn, manager: User) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    make.SupportRequestFactory(account__name="Late one", respond_by=yesterday)
    make.SupportRequestFactory(
        account__name="Paused one", respond_by=yesterday, paused_for="company", paused_on=yesterday
    )
    make.SupportRequestFactory(account__name="Matched one", state="matched", answered_at=timezone.now())
    make.SupportRequestFactory(account__name="Closed one", state="withdrawn", closed_at=timezone.now())
    client = sign_in(manager)

    response = client.get("/staff/requests/")

    said = words(response)
    assert "3 open, 1 late" in said
    assert "Closed one" not in said
    columns = {
        column.state.value: [one.account.name for one in column.requests] for column in response.context["columns"]
    }
    assert columns["matched"] == ["Matched one"]
    assert set(columns["new"]) == {"Late one", "Paused one"}
    assert "Paused one" not in words(client.get("/staff/requests/?late=on"))


def test_a_request_moves_by_buttons_that_lead_on(sign_in: SignIn, manager: User) -> None:
    request = make.SupportRequestFactory()
    client, url = sign_in(manager), f"/staff/requests/{request.pk}/"

    assert "Where it is closed the company reads this. Where it goes back only colleagues do." in words(client.get(url))
    assert "is “sorted”" in words(client.post(url, {"do": "triaged"}, follow=True))
    assert "can’t become “Closed with an outcome”" not in words(client.get(url))
    assert "Say why nobody was found" in words(client.post(url, {"do": "closed-unmet"}, follow=True))
    client.post(url, {"do": "take", "owner": manager.pk, "next_step": "We ask two partners."})
    client.post(url, {"do": "clock", "paused_for": "partner", "excused": ""})
    said = words(client.get(url))
    assert "We ask two partners." in said
    request.refresh_from_db()
    assert (request.owner, request.paused_for, request.state) == (manager, "partner", "triaged")
    assert client.post(url, {"do": "nonsense"}).status_code == 302


def test_a_request_is_written_down_for_a_company_once(sign_in: SignIn, manager: User) -> None:
    account, need, stage = make.AccountFactory(), NeedFactory(), StageFactory()
    client, url = sign_in(manager), f"/staff/accounts/{account.pk}/requests/new/"
    key = BeautifulSoup(client.get(url).content, "html.parser").select_one("[name=key]")["value"]  # type: ignore[index]
    said = {
        "need": need.pk,
        "stage": stage.pk,
        "words": "Readers",
        "urgency": "high",
        "confidentiality": "open",
        "key": key,
    }

    for _ in range(2):  # Back, and sent again
        assert "is open" in words(client.post(url, said, follow=True))

    assert SupportRequest.objects.get().raised_by == manager


# ---- what is asked is corrected -------------------------------------------------------------------------------------
def asked(request: SupportRequest, **other: Any) -> dict[str, Any]:
    names = ("need", "stage", "words", "urgency", "confidentiality")
    return {name: getattr(request, name) for name in names} | other


def shown(client: Client, url: str) -> dict[str, str]:
    """What the form holds, as it is sent back by who changes nothing."""
    page = BeautifulSoup(client.get(url).content, "html.parser")
    chosen = {str(one["name"]): str(one.select_one("option[selected]")["value"]) for one in page.select("main select")}  # type: ignore[index]
    seen, text = page.select_one("[name=seen]"), page.select_one("main textarea[name=words]")
    return {**chosen, "words": text.get_text().strip(), "seen": str(seen["value"])}  # type: ignore[union-attr, index]


def test_what_a_request_asks_is_corrected_and_who_did_it_is_kept(sign_in: SignIn, manager: User) -> None:
    request, need = make.SupportRequestFactory(), NeedFactory(name="Pumps")
    client, url = sign_in(manager), f"/staff/requests/{request.pk}/"
    assert f'href="{url}change/"' in client.get(url).content.decode()

    form = shown(client, f"{url}change/")
    page = client.post(f"{url}change/", {**form, "need": need.pk, "words": "Two pumps."}, follow=True)

    assert "Saved." in words(page)
    request.refresh_from_db()
    assert (request.need, request.words, request.urgency) == (need, "Two pumps.", "normal")
    entry = history.of(request).first()
    assert entry is not None
    assert (entry.actor, set(entry.changes or {})) == (manager, {"need", "words"})


def test_a_request_that_somebody_changed_meanwhile_is_not_written_over(sign_in: SignIn, manager: User) -> None:
    request = make.SupportRequestFactory()
    client, url = sign_in(manager), f"/staff/requests/{request.pk}/change/"
    form = shown(client, url) | {"words": "Mine."}
    actions.change_request(request=request, by=make.manager(), **asked(request, words="Theirs."))

    refused = client.post(url, form)

    assert "Somebody changed this since you opened it" in words(refused)
    assert "It says now: “Theirs.”." in words(refused)
    page = BeautifulSoup(refused.content, "html.parser")
    assert page.select_one("main textarea[name=words]").get_text().strip() == "Mine."  # type: ignore[union-attr]
    assert SupportRequest.objects.get().words == "Theirs."
    form["seen"] = str(page.select_one("[name=seen]")["value"])  # type: ignore[index]
    for _ in range(2):  # once it was read it can be sent, and sent twice it is no change of somebody else
        assert client.post(url, form).status_code == 302
    assert SupportRequest.objects.get().words == "Mine."


@time_machine.travel("2026-11-27 10:00", tick=False)
def test_the_day_of_the_answer_follows_the_urgency_until_it_is_given(manager: User) -> None:
    monday = datetime(2026, 11, 23, 10, tzinfo=UTC)
    stood_for_two_days = date(2026, 12, 1)
    request = make.SupportRequestFactory(opened_at=monday, respond_by=date(2026, 11, 27))
    stood = make.SupportRequestFactory(opened_at=monday, respond_by=stood_for_two_days)
    answered = make.SupportRequestFactory(opened_at=monday, respond_by=date(2026, 11, 27), answered_at=monday)
    for one in (request, stood, answered):
        actions.change_request(request=one, by=manager, **asked(one, urgency="high"))
        one.refresh_from_db()

    assert request.respond_by == date(2026, 11, 25)
    assert stood.respond_by == date(2026, 11, 27)
    assert (answered.urgency, answered.respond_by) == ("high", date(2026, 11, 27))


def test_a_closed_request_and_one_of_others_stay_as_they_are(sign_in: SignIn, manager: User) -> None:
    closed = make.SupportRequestFactory(state="withdrawn", closed_at=timezone.now())
    restricted = make.SupportRequestFactory(confidentiality="restricted")

    with pytest.raises(actions.Unfit, match="closed"):
        actions.change_request(request=closed, by=manager, **asked(closed, words="More."))
    with pytest.raises(PermissionDenied):
        actions.change_request(request=restricted, by=manager, **asked(restricted, confidentiality="open"))
    client, url = sign_in(manager), f"/staff/requests/{closed.pk}/"
    assert "stays as it was" in words(client.get(f"{url}change/", follow=True))
    assert f"{url}change/" not in client.get(url).content.decode()


def test_a_request_is_restricted_at_once(sign_in: SignIn, manager: User) -> None:
    request = make.SupportRequestFactory()
    client, url = sign_in(manager), f"/staff/requests/{request.pk}/change/"

    page = client.post(url, shown(client, url) | {"confidentiality": "restricted"}, follow=True)

    assert "is restricted, also for you" in words(page)
    assert client.get(url).status_code == 404


def test_partners_who_were_found_for_another_need_are_looked_for_again(sign_in: SignIn, manager: User) -> None:
    request, need = make.SupportRequestFactory(), NeedFactory()
    for one in (request.need, need):
        OfferFactory(organisation=OrganisationFactory(), need=one, stages=[request.stage])
    actions.find_partners(request=request, by=manager)
    before, client, url = MatchSuggestion.objects.get(), sign_in(manager), f"/staff/requests/{request.pk}/"
    actions.change_request(request=request, by=manager, **asked(request, words="Soon."))
    assert "Look again." not in words(client.get(url))

    actions.change_request(request=request, by=manager, **asked(request, need=need))

    assert MatchSuggestion.objects.get() == before
    assert "was changed after these were found. Look again." in words(client.get(url))
    client.post(f"{url}partners/", {"do": "find"})
    assert MatchSuggestion.objects.get() != before
    assert "Look again." not in words(client.get(url))

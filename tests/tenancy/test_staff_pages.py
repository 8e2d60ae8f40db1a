"""The staff area, as those who work in it see it; and as everybody else does not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from spaces.models import Booking as SpaceBooking
from tenancy.models import AccessLog, Contact, Interaction, Note, SupportRequest, Task
from tests.factories import tenancy as make
from tests.factories.accounts import UserFactory
from tests.factories.attendance import checked_in, ended
from tests.factories.bookings import OrganisationMemberFactory, book, bookable
from tests.factories.directory import NeedFactory, OrganisationFactory, StageFactory
from tests.factories.events import EventFactory
from tests.factories.spaces import SpaceFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def words(response: Any) -> str:
    assert response.status_code == 200, response
    soup = BeautifulSoup(response.content, "html.parser")
    return " ".join(soup.main.get_text(" ").split())  # type: ignore[union-attr]


def addresses() -> list[str]:
    request = make.SupportRequestFactory()
    account, enquiry = request.account, make.EnquiryFactory()
    return [
        "/staff/",
        "/staff/accounts/",
        "/staff/accounts/import/",
        "/staff/views/",
        f"/staff/accounts/{account.pk}/",
        f"/staff/accounts/{account.pk}/change/",
        f"/staff/accounts/{account.pk}/people/",
        f"/staff/accounts/{account.pk}/requests/new/",
        f"/staff/accounts/{account.pk}/merge/",
        f"/staff/accounts/{account.pk}/merge/?with={make.AccountFactory().pk}",
        f"/staff/merges/{make.AccountMergeFactory(account=account).pk}/",
        "/staff/enquiries/",
        f"/staff/enquiries/{enquiry.pk}/",
        "/staff/requests/",
        f"/staff/requests/{request.pk}/",
    ]


# ---- the door -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("group", ["Account managers", "Leadership"])
def test_those_who_work_with_accounts_get_in(sign_in: SignIn, group: str) -> None:
    client = sign_in(UserFactory(group=group))

    for address in addresses():
        response = client.get(address)
        assert response.status_code == 200, address
        assert "no-store" in response["Cache-Control"], address
        assert response["Referrer-Policy"] == "same-origin"
        assert "noindex" in response["X-Robots-Tag"]


@pytest.mark.parametrize("who", ["Comms", "Editors", "Tenant admins", "Tenant members", "", "superuser"])
def test_nobody_else_does(sign_in: SignIn, who: str) -> None:
    client = sign_in(UserFactory(is_superuser=True) if who == "superuser" else UserFactory(group=who))
    client.raise_request_exception = False

    for address in addresses():
        assert client.get(address).status_code == 403, address
        assert client.post(address, {"do": "note", "words": "?"}).status_code == 403, address
    assert not Note.objects.exists()


@pytest.mark.parametrize("group", ["Account managers", "Leadership"])
def test_a_second_factor_is_asked(client: Client, home: object, settings: Any, group: str) -> None:
    settings.STAFF_MFA_REQUIRED = True
    client.force_login(UserFactory(group=group))

    response = client.get("/staff/")

    assert (response.status_code, response["Location"]) == (302, "/accounts/2fa/")


# ---- my day ---------------------------------------------------------------------------------------------------------
def test_my_day_holds_what_is_mine_and_nothing_of_others(sign_in: SignIn, manager: User) -> None:
    account = make.AccountFactory(name="Wharfelight", manager=manager, opened_at=timezone.now() - timedelta(days=200))
    today = timezone.localdate()
    make.TaskFactory(account=account, words="Overdue task", due_on=today - timedelta(days=1))
    make.TaskFactory(account=account, words="Task of next month", due_on=today + timedelta(days=30))
    make.TaskFactory(words="Somebody else’s task")
    make.EnquiryFactory(organisation_name="Tarnhow", assigned_to=manager)
    make.EnquiryFactory(organisation_name="Nobody’s", assigned_to=None)
    make.EnquiryFactory(organisation_name="Elsewhere", assigned_to=make.manager())
    make.SupportRequestFactory(account=account, need=NeedFactory(name="Unanswered need"))
    make.SupportRequestFactory(
        account=account, need=NeedFactory(name="Answered need"), state="triaged", answered_at=timezone.now()
    )
    make.CheckBackFactory(introduction__request__account=account, due_on=today, introduction__partner__title="Marlpit")
    make.AccountFactory(name="Heard from lately", manager=manager, last_contact_at=timezone.now())

    said = words(sign_in(manager).get("/staff/"))

    for there in ("Overdue task", "Late", "Tarnhow", "Nobody’s", "Unanswered need", "Wharfelight and Marlpit"):
        assert there in said, there
    for not_there in ("Task of next month", "Somebody else’s", "Elsewhere", "Answered need", "Heard from lately"):
        assert not_there not in said.replace("Unanswered need", ""), not_there
    silent = said.partition("Not heard from for 90 days")[2]
    assert "Wharfelight Never" in silent


def test_a_task_is_ticked_off_where_it_stands(sign_in: SignIn, manager: User) -> None:
    task = make.TaskFactory(owner=manager)
    account = f"/staff/accounts/{task.account_id}/"

    response = sign_in(manager).post(f"/staff/tasks/{task.pk}/", {"do": "done", "next": account}, follow=True)

    assert response.redirect_chain == [(account, 302)]
    assert "Done. “Ring them back.”" in words(response)
    assert Task.objects.get().state == "done"


@pytest.mark.parametrize("elsewhere", ["https://example.org/staff/", "//example.org/staff/", "/cms/", "javascript:1"])
def test_ticking_off_leads_nowhere_else(sign_in: SignIn, manager: User, elsewhere: str) -> None:
    task = make.TaskFactory(owner=manager)

    response = sign_in(manager).post(f"/staff/tasks/{task.pk}/", {"do": "done", "next": elsewhere})

    assert response["Location"] == "/staff/"


# ---- accounts -------------------------------------------------------------------------------------------------------
def test_the_list_is_narrowed_by_what_stands_in_the_address(sign_in: SignIn, manager: User) -> None:
    mine = make.AccountFactory(name="Mine", manager=manager, tier="strategic", last_contact_at=timezone.now())
    make.AccountFactory(name="Another", state="at-risk", last_contact_at=timezone.now() - timedelta(days=91))
    make.AccountFactory(name="Gone", state="closed", closed_at=timezone.now())
    make.SupportRequestFactory(account=mine, need=NeedFactory(slug="advice"))
    client = sign_in(manager)

    def listed(query: str) -> set[str]:
        page = BeautifulSoup(client.get(f"/staff/accounts/{query}").content, "html.parser")
        return {row.get_text(strip=True) for row in page.select("tbody th")}

    assert listed("") == {"Mine", "Another"}
    assert listed(f"?manager={manager.pk}") == listed("?tier=strategic") == listed("?need=advice") == {"Mine"}
    assert listed("?state=at-risk") == listed("?silent=on") == {"Another"}
    assert listed("?state=closed") == {"Gone"}
    assert listed("?manager=x&tier=y") == {"Mine", "Another"}  # an address that was changed by hand narrows nothing


@pytest.mark.parametrize(
    "asked", ["wharfe", "NADIA", "nadia@firm", "scanner lift", "lift wharfelight", "cupboard", "regulatory"]
)
def test_an_account_is_found_by_name_person_and_what_was_written(sign_in: SignIn, manager: User, asked: str) -> None:
    account = make.AccountFactory(name="Wharfelight")
    make.ContactFactory(
        account=account, name="Nadia Rahmani", email="nadia@firm.example", role="Head of regulatory affairs"
    )
    make.InteractionFactory(account=account, words="The scanner did not fit the goods lift.")
    make.NoteFactory(account=account, words="The cupboard runs warm.")
    make.InteractionFactory(account__name="Ladderbridge", words="The lift was fine.")

    said = words(sign_in(manager).get("/staff/accounts/", {"q": asked}))

    assert "Wharfelight" in said
    assert "1 account" in said


def test_what_stands_in_a_note_that_one_may_not_read_finds_nothing(sign_in: SignIn, manager: User) -> None:
    make.NoteFactory(account__name="Wharfelight", words="A sale is planned.", visibility="restricted", by=make.lead())

    said = words(sign_in(manager).get("/staff/accounts/?q=sale"))

    assert "0 accounts" in said
    assert "try fewer words" in said


# ---- one account ----------------------------------------------------------------------------------------------------
def full(account: Any, manager: User, number: int) -> None:
    """``number`` entries of a story, of every kind, and as much around it."""
    need, stage, event = NeedFactory(), StageFactory(), bookable(number + 2, event=EventFactory())
    contact = make.ContactFactory(account=account)
    member = OrganisationMemberFactory(organisation=account.organisation).user
    for place in range(number // 8 + 1):
        at = timezone.now() - timedelta(hours=place + 1)
        spoken = make.InteractionFactory(account=account, at=at, by=manager)
        spoken.contacts.add(contact)
        make.NoteFactory(account=account, at=at, by=manager)
        request = make.SupportRequestFactory(
            account=account,
            need=need,
            stage=stage,
            opened_at=at,
            state="withdrawn" if place % 2 else "new",
            closed_at=at if place % 2 else None,
        )
        introduction = make.IntroductionFactory(
            request=request, partner=account.organisation, made=True, asked_at=at, introduced_at=at
        )
        make.OutcomeFactory(account=account, request=request, introduction=introduction, recorded_at=at)
        make.TaskFactory(account=account, state="done", done_at=at, done_by=manager)
        booking = book(event, f"member-{place}@example.org")
        booking.organisation, booking.user, booking.created_at = account.organisation, member, at
        booking.save()


@pytest.mark.parametrize("number", [10, 1000])
def test_an_account_costs_the_same_however_long_its_story_is(sign_in: SignIn, manager: User, number: int) -> None:
    account = make.AccountFactory(manager=manager)
    full(account, manager, number)
    client = sign_in(manager)
    url = f"/staff/accounts/{account.pk}/"
    client.get(url)

    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)

    assert response.status_code == 200
    assert len(response.context["page_of"].entries) == (17 if number == 10 else 25)
    assert len(captured.captured_queries) == 16


def test_the_story_is_told_by_everything_newest_first(sign_in: SignIn, manager: User) -> None:
    account = make.AccountFactory(manager=manager)
    event = bookable(5, event=EventFactory(title="Demo day"))
    booking = book(event, "nadia@example.org", name="Nadia", booker=_booker(account))
    ended(event)
    checked_in(event, booking)
    contact = make.ContactFactory(account=account, name="Nadia Rahmani")
    spoken = make.InteractionFactory(account=account, by=manager, words="Wants readers.")
    spoken.contacts.add(contact)
    make.NoteFactory(account=account, words="Call before noon.", by=manager)
    request = make.SupportRequestFactory(account=account, need=NeedFactory(name="Readers"))
    make.IntroductionFactory(request=request, partner=OrganisationFactory(title="Marlpit"), made=True)
    make.OutcomeFactory(account=account, request=request, kind="contract", evidence="A letter")
    make.TaskFactory(account=account, words="Ring", state="done", done_at=timezone.now())
    make.EnquiryFactory(account=account, state="converted", message="May we come?")
    SpaceBooking.objects.create(
        space=SpaceFactory(title="Nidd"),
        organisation=account.organisation,
        status="confirmed",
        starts_at=timezone.now(),
        ends_at=timezone.now() + timedelta(hours=1),
    )

    response = sign_in(manager).get(f"/staff/accounts/{account.pk}/")

    titles = [entry.title for entry in response.context["page_of"].entries]
    assert {
        *("Call with Nadia Rahmani", "Note", f"Request {request.number}: Readers", "Introduced to Marlpit"),
        *(f"Marlpit asked for {request.number}", "Outcome: contract", "Done: Ring", "Booked: Demo day"),
        *("Came to Demo day", "Enquiry: space in the village", "Booked a space: Nidd"),
    } == set(titles)
    moments = [entry.at for entry in response.context["page_of"].entries]
    assert moments == sorted(moments, reverse=True)
    said = words(response)
    for there in ("Wants readers.", "Call before noon.", "A letter", "May we come?"):
        assert there in said


def _booker(account: Any) -> Any:
    from directory.queries.bookers import booker_of

    return booker_of(OrganisationMemberFactory(organisation=account.organisation).user)


def test_pages_of_a_story_hold_each_entry_once_even_of_one_moment(sign_in: SignIn, manager: User) -> None:
    account = make.AccountFactory(manager=manager)
    at = timezone.now() - timedelta(days=1)
    for place in range(40):
        make.NoteFactory(account=account, at=at, words=f"Note {place}")
        make.InteractionFactory(account=account, at=at, words=f"Interaction {place}")
    client, url, seen = sign_in(manager), f"/staff/accounts/{account.pk}/", []

    while url:
        context = client.get(url).context
        seen += [entry.words for entry in context["page_of"].entries]
        url = context["older"]

    assert len(seen) == 80
    assert len(set(seen)) == 80


def test_a_story_can_be_narrowed(sign_in: SignIn, manager: User) -> None:
    note = make.NoteFactory(words="A note")
    make.SupportRequestFactory(account=note.account, words="A request")

    said = words(sign_in(manager).get(f"/staff/accounts/{note.account_id}/?show=requests"))

    assert "A request" in said
    assert "A note" not in said.partition("Timeline")[2].partition("Log contact")[2]


def test_a_restricted_note_is_shown_to_its_readers_and_the_read_is_kept(sign_in: SignIn, manager: User) -> None:
    note = make.NoteFactory(words="A sale is planned.", visibility="restricted", by=make.lead())
    url, client = f"/staff/accounts/{note.account_id}/", sign_in(manager)

    assert "A sale is planned" not in words(client.get(url))
    assert not AccessLog.objects.exists()

    make.NoteReaderFactory(note=note, user=manager)
    assert "A sale is planned" in words(client.get(url))
    assert AccessLog.objects.get().object_pk == note.pk


def test_words_of_a_restricted_request_stand_on_its_own_page_alone(sign_in: SignIn, manager: User) -> None:
    account = make.AccountFactory(manager=manager)
    request = make.SupportRequestFactory(account=account, words="Before the patent", confidentiality="restricted")
    client = sign_in(manager)

    for url in (f"/staff/accounts/{account.pk}/", "/staff/requests/", "/staff/"):
        assert "Before the patent" not in words(client.get(url))
    assert not AccessLog.objects.exists()
    assert "Before the patent" in words(client.get(f"/staff/requests/{request.pk}/"))
    assert AccessLog.objects.get().model == "tenancy.SupportRequest"

    client.force_login(make.manager())
    assert client.get(f"/staff/requests/{request.pk}/").status_code == 404


def test_a_note_a_contact_and_a_task_are_written_on_the_page(sign_in: SignIn, manager: User) -> None:
    account = make.AccountFactory(manager=manager)
    contact = make.ContactFactory(account=account)
    client, url = sign_in(manager), f"/staff/accounts/{account.pk}/"

    def post(**said: Any) -> str:
        return words(client.post(url, said, follow=True))

    assert "Note saved." in post(do="note", words="Call before noon.", visibility="team")
    assert "Contact written down." in post(
        do="contact",
        kind="visit",
        at="2026-01-05T10:30",
        contacts=[contact.pk],
        words="Saw the rig.",
        visibility="team",
    )
    assert "Task added." in post(do="task", words="Ring", due_on="2027-01-05", owner=manager.pk)

    spoken = Interaction.objects.get()
    assert (spoken.kind, list(spoken.contacts.all()), spoken.by) == ("visit", [contact], manager)
    assert timezone.localtime(spoken.at).hour == 10
    assert Note.objects.get().words == "Call before noon."
    assert Task.objects.get().owner == manager


def test_a_refusal_keeps_what_was_typed_and_says_where(sign_in: SignIn, manager: User) -> None:
    account = make.AccountFactory(manager=manager)
    said = {
        "do": "contact",
        "kind": "call",
        "at": "2099-01-05T10:30",
        "words": "Long and thoughtful.",
        "visibility": "team",
    }

    response = sign_in(manager).post(f"/staff/accounts/{account.pk}/", said)

    page = BeautifulSoup(response.content, "html.parser")
    assert "add a task" in page.select_one(".nhsuk-error-summary").get_text()  # type: ignore[union-attr]
    assert page.select_one("#contact-words").get_text().strip() == "Long and thoughtful."  # type: ignore[union-attr]
    assert page.select_one("details#log").has_attr("open")  # type: ignore[union-attr]


def test_an_account_changes_hands_tier_and_state_at_once_or_not_at_all(sign_in: SignIn, manager: User) -> None:
    account, other = make.AccountFactory(manager=manager), make.manager()
    request = make.SupportRequestFactory(account=account, owner=manager)
    client, url = sign_in(manager), f"/staff/accounts/{account.pk}/change/"
    said = {
        "tier": "strategic",
        "next_review_on": "2027-03-01",
        "manager": other.pk,
        "state": "closed",
        "reason": "Moved.",
    }

    assert "1 of its requests are open" in words(client.post(url, said))
    account.refresh_from_db()
    assert (account.tier, account.manager, account.state) == ("core", manager, "active")

    client.post(url, {**said, "state": "at-risk"})
    account.refresh_from_db()
    request.refresh_from_db()
    assert (account.tier, account.manager, account.state, request.owner) == ("strategic", other, "at-risk", other)
    assert client.post(url, {**said, "state": "alumni"}).status_code == 200  # nothing that the form offers


def test_the_header_of_the_site_leads_those_who_may_to_their_day(sign_in: SignIn, manager: User) -> None:
    assert 'href="/staff/"' in sign_in(manager).get("/directory/nothing/").content.decode()
    for user in (UserFactory(group="Comms"), UserFactory(is_superuser=True)):
        assert 'href="/staff/"' not in sign_in(user).get("/directory/nothing/").content.decode()


# ---- people ---------------------------------------------------------------------------------------------------------
def test_somebody_is_added_agrees_and_is_erased(sign_in: SignIn, manager: User) -> None:
    account = make.AccountFactory(manager=manager)
    client, url = sign_in(manager), f"/staff/accounts/{account.pk}/people/"

    said = {"do": "person", "name": "Nadia Rahmani", "source": "told us", "email": "nadia@example.org", "told": "on"}
    assert "Nadia Rahmani" in words(client.post(url, said, follow=True))
    contact = Contact.objects.get()
    consent = {
        "contact": contact.pk,
        "purpose": "named",
        "given": "yes",
        "wording": "May we name you?",
        "channel": "call",
    }
    assert "agreed: “May we name you?”" in words(client.post(url, {"do": "consent", **consent}, follow=True))

    client.post(url, {"do": f"forget {contact.pk}"})

    assert not Contact.objects.exists()


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

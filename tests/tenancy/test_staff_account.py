"""One account, as those who look after it see it: its story, what is written on the page, and its people."""

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
from tenancy import actions
from tenancy.models import AccessLog, Contact, Interaction, Note, Task
from tests.factories import tenancy as make
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


def test_an_account_is_given_its_public_profile(sign_in: SignIn, manager: User) -> None:
    account, free = make.AccountFactory(organisation=None, manager=manager), OrganisationFactory()
    taken = make.AccountFactory(name="Sallow").organisation
    client, url = sign_in(manager), f"/staff/accounts/{account.pk}/change/"
    said = {"tier": "core", "manager": manager.pk, "state": account.state, "reason": ""}
    page = BeautifulSoup(client.get(url).content, "html.parser")
    offered = {option["value"] for option in page.select("[name=organisation] option")}
    assert offered == {"", str(free.pk)}

    assert client.post(url, {**said, "organisation": taken.pk}).status_code == 200  # nothing that the form offers
    with pytest.raises(actions.Unfit, match="the account “Sallow”"):
        actions.give_profile(account=account, organisation=taken, by=manager)
    client.post(url, {**said, "organisation": free.pk})
    account.refresh_from_db()
    assert account.organisation == free

    client.post(url, said)
    account.refresh_from_db()
    assert account.organisation == free  # it is changed here, never taken away


def test_nobody_opens_restricted_requests_by_looking_after_the_account_from_now_on(
    sign_in: SignIn, manager: User
) -> None:
    account = make.AccountFactory()
    request = make.SupportRequestFactory(account=account, confidentiality="restricted")
    client, url = sign_in(manager), f"/staff/accounts/{account.pk}/change/"

    said = {"tier": "growth", "manager": manager.pk, "state": account.state, "reason": ""}
    assert "This account has restricted requests" in words(client.post(url, said))

    account.refresh_from_db()
    assert (account.tier, account.manager == manager) == ("core", False)
    assert client.get(f"/staff/requests/{request.pk}/").status_code == 404
    client.post(url, {**said, "manager": account.manager_id})
    account.refresh_from_db()
    assert account.tier == "growth"  # which anybody may say who works here


def test_a_task_of_a_restricted_request_is_not_told_on_the_page_of_the_account(sign_in: SignIn, manager: User) -> None:
    request = make.SupportRequestFactory(confidentiality="restricted")
    said: dict[str, Any] = {"account": request.account, "request": request}
    make.TaskFactory(**said, words="Hear what came of meeting Zqpartner")
    make.TaskFactory(**said, words="Heard of Zqother", state="done", done_at=timezone.now())
    url = f"/staff/accounts/{request.account.pk}/"

    told = words(sign_in(manager).get(url))
    assert "Zq" not in told
    told = words(sign_in(request.account.manager).get(url))
    assert "Zqpartner" in told
    assert "Zqother" in told


# ---- people ---------------------------------------------------------------------------------------------------------
def test_somebody_is_added_and_agrees(sign_in: SignIn, manager: User) -> None:
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
    assert f"/staff/people/{contact.pk}/erase/" in client.get(url).content.decode()

"""One account, as those who look after it see it: its story, what is written on the page, and its people."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from directory.models import ProfileChange
from spaces.models import Booking as SpaceBooking
from tenancy import actions, timeline
from tenancy.models import AccessLog, Contact, Interaction, Introduction, Note, Task
from tests.factories import tenancy as make
from tests.factories.accounts import SecondStep
from tests.factories.attendance import checked_in, ended
from tests.factories.bookings import OrganisationMemberFactory, book, bookable
from tests.factories.directory import NeedFactory, OrganisationFactory, StageFactory
from tests.factories.events import EventFactory
from tests.factories.spaces import SpaceFactory
from tests.reading import words

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def full(account: Any, manager: User, number: int) -> None:
    """``number`` entries of a story, of every kind, and as much around it."""
    need, stage, event = NeedFactory(), StageFactory(), bookable(number + 2, event=EventFactory())
    contact = make.ContactFactory(account=account)
    member = OrganisationMemberFactory(organisation=account.organisation).user
    make.ChecklistItemFactory(tenancy__account=account)
    make.ObjectiveFactory(plan__account=account)
    make.TeamMemberFactory(account=account)
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
        answered = {"tenant_answered_at": at, "partner_answered_at": at}
        introduction = make.IntroductionFactory(
            request=request, partner=account.organisation, made=True, asked_at=at, introduced_at=at, **answered
        )
        make.OutcomeFactory(account=account, request=request, introduction=introduction, recorded_at=at)
        make.TaskFactory(account=account, state="done", done_at=at, done_by=manager)
        booking = book(event, f"member-{place}@example.org")
        booking.organisation, booking.user, booking.created_at = account.organisation, member, at
        booking.save()


@pytest.mark.parametrize("number", [10, 1000])
def test_an_account_costs_the_same_however_long_its_story_is(
    sign_in: SignIn, manager: User, settings: Any, number: int
) -> None:
    """With the second step, as staff take it."""
    account = make.AccountFactory(manager=manager)
    full(account, manager, number)
    client = sign_in(manager)
    settings.STAFF_MFA_REQUIRED = True
    SecondStep(manager)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp"}]
    session.save()
    url = f"/staff/accounts/{account.pk}/"
    client.get(url)

    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)

    assert response.status_code == 200
    assert len(response.context["page_of"].entries) == (24 if number == 10 else 25)
    assert len(captured.captured_queries) == 20


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
    _of_the_company(account, contact, manager)
    SpaceBooking.objects.create(
        space=SpaceFactory(title="Nidd"),
        organisation=account.organisation,
        status="confirmed",
        checked_in_at=timezone.now(),
        starts_at=timezone.now(),
        ends_at=timezone.now() + timedelta(hours=1),
    )

    response = sign_in(manager).get(f"/staff/accounts/{account.pk}/")

    titles = [entry.title for entry in timeline.story(account, manager, size=100).entries]
    assert {
        *("Call with Nadia Rahmani", "Note", f"Request {request.number}: Readers", "Introduced to Marlpit"),
        *(f"Marlpit asked for {request.number}", "Outcome: contract", "Done: Ring", "Booked: Demo day"),
        *("Came to Demo day", "Enquiry: space in the village", "Booked a space: Nidd", "Was in Nidd"),
        *("They agreed: Marlpit", "Marlpit agreed", "What came of Marlpit: It did what we needed"),
        *(
            "They say that an outcome is true",
            "Collaboration, pilot: Readers",
            "Collaboration “Readers”: being worked out",
        ),
        *("Moved in: Two desks", "Notice was given: Two desks", "Last day: Two desks", "Arriving: Keys"),
        *("Plan agreed", "Objective “Five sites”: done", "Nadia Rahmani became a contact", "Bea Ode left"),
        *("Bea Ode became a contact", "Nadia Rahmani said yes: may be sent news", "The account is “at risk”"),
        *("Ann Helper joined the team of this account", "Their public profile was changed, as they asked"),
    } == set(titles)
    moments = [entry.at for entry in response.context["page_of"].entries]
    assert moments == sorted(moments, reverse=True)
    said = words(response)
    for there in ("Wants readers.", "Call before noon.", "A letter", "May we come?"):
        assert there in said


def _of_the_company(account: Any, contact: Any, manager: User) -> None:
    """What else there is to tell: of the stay, the plan, the people and what followed an introduction."""
    today, now = timezone.localdate(), timezone.now()
    introduction = Introduction.objects.get(request__account=account)
    make.CheckBackFactory(introduction=introduction, done_at=now, answer="met", by=manager)
    outcome = account.outcomes.get()
    make.OutcomeConfirmationFactory(outcome=outcome, contact=contact, answered_at=now, is_true=True)
    together = make.CollaborationFactory(introduction=introduction, title="Readers", kind="pilot")
    actions.step_collaboration(collaboration=together, to="scoping", by=manager)
    stay = make.TenancyFactory(
        account=account,
        space="Two desks",
        starts_on=today - timedelta(days=90),
        notice_given_on=today - timedelta(days=40),
        ends_on=today,
    )
    make.ChecklistItemFactory(tenancy=stay, words="Keys", done_at=now, done_by=manager)
    make.TenancyFactory(account=account, space="Still to come", starts_on=today + timedelta(days=1))
    plan = make.PlanFactory(account=account, agreed_on=today)
    objective = make.ObjectiveFactory(plan=plan, words="Five sites", state="on-track")
    actions.judge_objective(objective=objective, state="done", by=manager)
    make.ConsentEventFactory(contact=contact, purpose="updates", given=True)
    make.ContactFactory(account=account, name="Bea Ode", left_on=today)
    make.TeamMemberFactory(account=account, user=make.manager(name="Ann Helper"))
    actions.change_state(account=account, to="at-risk", by=manager, reason="Runway")
    for state in ("approved", "withdrawn"):
        ProfileChange.objects.create(organisation=account.organisation, state=state, decided_at=now)


def test_days_and_moments_of_a_story_stand_in_order_and_days_name_no_hour(sign_in: SignIn, manager: User) -> None:
    account = make.AccountFactory(manager=manager)
    day = timezone.localdate() - timedelta(days=30)
    make.TenancyFactory(account=account, space="Two desks", starts_on=day)
    noon = timezone.make_aware(datetime.combine(day, time(12)))
    make.NoteFactory(account=account, at=noon, words="That noon")
    make.NoteFactory(account=account, at=noon - timedelta(days=1), words="The day before")
    client, url, seen = sign_in(manager), f"/staff/accounts/{account.pk}/", []

    page = BeautifulSoup(client.get(url).content, "html.parser")
    for one in timeline.story(account, manager).entries:
        seen.append(one.words or one.title)
    first = timeline.story(account, manager, size=1)
    rest = []
    while first.next:
        first = timeline.story(account, manager, size=1, after=first.next)
        rest += [one.words or one.title for one in first.entries]

    assert seen == ["That noon", "one-year start-up terms", "The day before"] or seen[1].startswith("Moved in")
    assert rest == seen[1:]
    when = [one.get_text() for one in page.select(".v-time .v-when")]
    assert [":" in one for one in when] == [True, False, True]


@pytest.mark.parametrize("group", timeline.GROUPS)
def test_every_filter_of_a_story_shows_its_own_alone(sign_in: SignIn, manager: User, group: str) -> None:
    account = make.AccountFactory(manager=manager)
    full(account, manager, 10)
    make.TenancyFactory(account=account)
    make.ConsentEventFactory(contact=account.contacts.get())
    actions.change_state(account=account, to="at-risk", by=manager, reason="Runway")
    names = {name for name, source in timeline.sources.items() if source.group == group}
    everything = timeline.story(account, manager, size=500).entries

    shown = sign_in(manager).get(f"/staff/accounts/{account.pk}/?show={group}").context["page_of"].entries

    assert names
    assert shown
    assert len(shown) < len(everything)
    assert {one.title for one in shown} <= {one.title for one in everything}


def test_what_follows_a_restricted_request_is_not_told_to_others(sign_in: SignIn) -> None:
    request = make.SupportRequestFactory(confidentiality="restricted")
    made = make.IntroductionFactory(request=request, made=True, partner=OrganisationFactory(title="Zqpartner"))
    make.CheckBackFactory(introduction=made, done_at=timezone.now(), answer="met")
    outcome = make.OutcomeFactory(account=request.account, request=request)
    make.OutcomeConfirmationFactory(outcome=outcome, answered_at=timezone.now(), is_true=True, words="Zqwords")
    together = make.CollaborationFactory(introduction=made, title="Zqtogether")
    actions.step_collaboration(collaboration=together, to="scoping", by=request.account.manager)

    assert "Zq" not in str(timeline.story(request.account, make.manager()).entries)
    told = str(timeline.story(request.account, request.account.manager).entries)
    for there in ("Zqpartner", "They say that an outcome is true", "Collaboration: being worked out"):
        assert there in told


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


def test_what_followed_a_restricted_request_is_told_without_its_words(sign_in: SignIn, manager: User) -> None:
    account, now = make.AccountFactory(manager=manager), timezone.now()
    request = make.SupportRequestFactory(
        account=account, confidentiality="restricted", state="closed-unmet", closed_at=now, reason="Zqreason"
    )
    introduction = make.IntroductionFactory(
        request=request,
        made=True,
        tenant_answered_at=now,
        partner_answered_at=now,
        tenant_words="Zqtenant",
        partner_words="Zqpartner",
    )
    make.CheckBackFactory(introduction=introduction, done_at=now, answer="met", words="Zqheard")
    outcome = make.OutcomeFactory(account=account, request=request, introduction=introduction, evidence="Zqevidence")
    make.OutcomeConfirmationFactory(outcome=outcome, answered_at=now, is_true=True, words="Zqtrue")
    together = make.CollaborationFactory(introduction=introduction, title="Zqtitle", kind="pilot")
    actions.step_collaboration(collaboration=together, to="scoping", by=manager, reason="Zqstep")
    client = sign_in(manager)

    told = words(client.get(f"/staff/accounts/{account.pk}/"))

    assert "Zq" not in told
    assert told.count("Restricted: open it to read.") == 9
    assert not AccessLog.objects.exists()
    client.get(f"/staff/collaborations/{together.pk}/change/")
    assert AccessLog.objects.get().object_pk == request.pk


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

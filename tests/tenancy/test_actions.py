"""What is done with accounts and requests: the rules, and the refusals that help."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMessage
from django.utils import timezone

from accounts.models import User
from core.due import tick
from tenancy import actions, clock
from tenancy.choices import PausedFor, RequestState, Visibility
from tenancy.models import AccessLog, Account, Contact, Interaction, Note, StateChange, SupportRequest, Task
from tests.factories import tenancy as make
from tests.factories.accounts import UserFactory
from tests.factories.bookings import OrganisationMemberFactory
from tests.factories.directory import NeedFactory, OrganisationFactory, StageFactory

pytestmark = pytest.mark.django_db


# ---- dealings -------------------------------------------------------------------------------------------------------
def test_an_interaction_says_when_we_last_spoke(manager: User) -> None:
    account = make.AccountFactory()
    long_ago = timezone.now() - timedelta(days=100)

    actions.log_interaction(account=account, kind="call", words="Recently", by=manager)
    actions.log_interaction(account=account, kind="call", words="Written down late", by=manager, at=long_ago)

    account.refresh_from_db()
    assert timezone.now() - account.last_contact_at < timedelta(minutes=1)


def test_what_is_still_to_come_is_no_interaction(manager: User) -> None:
    with pytest.raises(actions.Unfit, match="add a task") as refused:
        actions.log_interaction(
            account=make.AccountFactory(), kind="call", words="?", by=manager, at=timezone.now() + timedelta(hours=1)
        )
    assert refused.value.field == "at"


def test_somebody_of_another_account_was_not_there(manager: User) -> None:
    with pytest.raises(actions.Unfit, match="another account"):
        actions.log_interaction(
            account=make.AccountFactory(), kind="call", words="?", by=manager, contacts=[make.ContactFactory()]
        )
    assert not Interaction.objects.exists()


def test_a_form_that_is_sent_twice_writes_once(manager: User) -> None:
    account, due = make.AccountFactory(), timezone.localdate()
    at = timezone.now() - timedelta(hours=1)
    for _ in range(2):
        actions.write_note(account=account, words="Call before noon.", by=manager)
        actions.log_interaction(account=account, kind="call", words="Hello", by=manager, at=at)
        actions.add_task(account=account, words="Ring them", due_on=due, by=manager)

    assert (Note.objects.count(), Interaction.objects.count(), Task.objects.count()) == (1, 1, 1)


def test_the_same_words_on_another_day_or_for_other_readers_are_not_the_same(manager: User) -> None:
    account, at = make.AccountFactory(), timezone.now() - timedelta(hours=1)
    for days in (0, 3):
        actions.log_interaction(
            account=account, kind="call", words="Nobody answered", by=manager, at=at - timedelta(days=days)
        )
    for visibility in (Visibility.TEAM, Visibility.RESTRICTED):
        actions.write_note(account=account, words="Moving out.", by=manager, visibility=visibility)

    assert (Note.objects.count(), Interaction.objects.count()) == (2, 2)


def test_readers_of_a_restricted_note_can_open_it(manager: User) -> None:
    account, reader = make.AccountFactory(), make.manager()
    with pytest.raises(actions.Unfit, match="could not open it"):
        actions.write_note(
            account=account, words="?", by=manager, visibility=Visibility.RESTRICTED, readers=[UserFactory()]
        )
    with pytest.raises(actions.Unfit, match="restricted note only"):
        actions.write_note(account=account, words="?", by=manager, readers=[reader])

    note = actions.write_note(
        account=account, words="!", by=manager, visibility=Visibility.RESTRICTED, readers=[reader]
    )

    assert [person.user for person in note.readers.all()] == [reader]


def test_a_task_is_ticked_off_once_and_can_be_opened_again(manager: User) -> None:
    task = make.TaskFactory()
    actions.finish_task(task=task, by=manager)
    actions.finish_task(task=task, by=manager)  # the button, pressed twice

    task.refresh_from_db()
    assert (task.state, task.done_by, StateChange.objects.count()) == ("done", manager, 1)

    actions.reopen_task(task=task, by=manager)
    task.refresh_from_db()
    assert (task.state, task.done_at) == ("open", None)


def test_whoever_promised_is_reminded_once_by_a_letter_that_names_nobody(mailoutbox: list[EmailMessage]) -> None:
    manager, today = make.manager(name="Sam Holroyd"), timezone.localdate()
    account = make.AccountFactory(name="Wharfelight", manager=manager)
    for due_on in (today, today - timedelta(days=3), today + timedelta(days=1)):
        actions.add_task(account=account, words=f"Ring them, {due_on}", due_on=due_on, by=manager)
    make.TaskFactory(account=account, state="done", done_at=timezone.now(), remind_on=today)

    for _ in range(2):
        assert tick() == {}

    letter = mailoutbox[0]
    assert (len(mailoutbox), letter.to, letter.subject) == (1, [manager.email], "2 tasks due in the village")
    assert "/staff/" in letter.body
    assert not {"Wharfelight", "Ring"} & set(letter.body.split())


def test_an_account_is_handed_over_with_what_is_open(manager: User) -> None:
    account, new = make.AccountFactory(), make.manager()
    mine, others = make.TaskFactory(account=account), make.TaskFactory(account=account, owner=manager)
    request = make.SupportRequestFactory(account=account, owner=account.manager)

    assert actions.hand_over(account=account, to=new, by=manager) == 2

    for record in (mine, others, request):
        record.refresh_from_db()
    assert (mine.owner, others.owner, request.owner) == (new, manager, new)
    with pytest.raises(actions.Unfit, match="account manager"):
        actions.hand_over(account=account, to=UserFactory(), by=manager)


@pytest.mark.parametrize(("who", "may"), [("other", False), ("manager", True), ("team", True), ("lead", True)])
def test_an_account_with_restricted_requests_is_handed_over_by_whoever_reads_them(who: str, may: bool) -> None:
    account = make.AccountFactory()
    people = {"other": make.manager(), "manager": account.manager, "lead": make.lead()}
    people["team"] = make.TeamMemberFactory(account=account).user
    request = make.SupportRequestFactory(account=account, owner=account.manager, confidentiality="restricted")
    by, before = people[who], account.manager
    to = make.manager() if may else by

    if may:
        actions.hand_over(account=account, to=to, by=by)
    else:
        with pytest.raises(actions.Unfit, match="Ask one of them") as refused:
            actions.hand_over(account=account, to=to, by=by)
        assert refused.value.field == "manager"
        with pytest.raises(actions.Unfit, match="Ask one of them"):  # whose people would read them
            actions.give_profile(account=account, organisation=OrganisationFactory(), by=by)

    account.refresh_from_db()
    request.refresh_from_db()
    assert account.manager == request.owner == (to if may else before)


def test_an_account_with_an_open_request_is_not_closed(manager: User) -> None:
    request = make.SupportRequestFactory()
    with pytest.raises(actions.Unfit, match="1 of its requests"):
        actions.change_state(account=request.account, to="closed", by=manager)

    actions.withdraw(request=request, by=manager)
    actions.change_state(account=request.account, to="closed", by=manager, reason="Moved to York.")

    assert request.account.closed_at is not None


def test_another_first_contact_takes_the_place_of_the_first(manager: User) -> None:
    first = make.ContactFactory(is_primary=True)

    second = actions.add_contact(account=first.account, name="New", source="told us", by=manager, is_primary=True)

    assert list(Contact.objects.filter(is_primary=True)) == [second]
    with pytest.raises(actions.Unfit, match="address already"):
        actions.add_contact(
            account=first.account, name="Twice", source="told us", by=manager, email=first.email.upper()
        )


# ---- requests -------------------------------------------------------------------------------------------------------
def ask(by: User, account: Account, **said: object) -> SupportRequest:
    said = {"need": NeedFactory(), "stage": StageFactory(), "words": "A reviewer", **said}
    return actions.open_request(account=account, by=by, **said)  # type: ignore[arg-type]


def test_a_member_asks_for_their_company_alone() -> None:
    account = make.AccountFactory()
    member = OrganisationMemberFactory(organisation=account.organisation).user

    request = ask(member, account)

    assert (request.raised_by, request.owner, request.state) == (member, account.manager, "new")
    with pytest.raises(PermissionDenied):
        ask(member, make.AccountFactory())


def test_a_request_that_is_sent_twice_is_one(manager: User) -> None:
    account, key = make.AccountFactory(), uuid4()

    assert ask(manager, account, key=key) == ask(manager, account, key=key)


@pytest.mark.parametrize(("urgency", "due"), [("high", 2), ("normal", 4), ("low", 8)])
@time_machine.travel("2026-11-23 10:00", tick=False)  # a Monday
def test_the_clock_counts_working_days(manager: User, urgency: str, due: int) -> None:
    request = ask(manager, make.AccountFactory(), urgency=urgency)

    assert clock.working_days_between(date(2026, 11, 23), request.respond_by) == due


def test_the_first_step_answers_the_request(manager: User) -> None:
    request = make.SupportRequestFactory()

    actions.step(request=request, to=RequestState.TRIAGED, by=manager)

    request.refresh_from_db()
    assert request.answered_at is not None
    assert (StateChange.objects.get().after, StateChange.objects.get().by) == ("triaged", manager)


def test_a_request_is_late_unless_the_clock_stands_or_it_is_excused(manager: User) -> None:
    request = make.SupportRequestFactory(respond_by=timezone.localdate() - timedelta(days=1))
    assert request.is_late

    actions.pause(request=request, why=PausedFor.COMPANY, by=manager)
    assert not request.is_late
    actions.resume(request=request, by=manager)
    assert request.is_late
    actions.excuse(request=request, why="asked-to-wait", by=manager)
    assert not request.is_late


def test_the_days_that_the_clock_stood_are_added(manager: User) -> None:
    with time_machine.travel("2026-11-23 10:00", tick=False) as now:
        request = make.SupportRequestFactory(respond_by=date(2026, 11, 27))
        actions.pause(request=request, why=PausedFor.PARTNER, by=manager)
        with pytest.raises(actions.Unfit, match="does not run"):
            actions.pause(request=request, why=PausedFor.PARTNER, by=manager)
        now.move_to("2026-12-01 10:00")  # six working days later
        actions.resume(request=request, by=manager)

    assert request.respond_by == date(2026, 12, 7)


def test_closing_needs_an_outcome_or_a_reason(manager: User) -> None:
    request = make.SupportRequestFactory(state="in-progress")
    with pytest.raises(actions.Unfit, match="Record what came of it"):
        actions.step(request=request, to=RequestState.CLOSED_OUTCOME, by=manager)
    with pytest.raises(actions.Unfit, match="what the village lacks"):
        actions.step(request=request, to=RequestState.CLOSED_UNMET, by=manager)

    make.OutcomeFactory(account=request.account, request=request)
    actions.step(request=request, to=RequestState.CLOSED_OUTCOME, by=manager)

    request.refresh_from_db()
    assert (request.state, request.is_open) == ("closed-outcome", False)


def test_help_that_is_asked_for_again_is_a_spell_of_its_own(manager: User) -> None:
    request = make.SupportRequestFactory()
    with pytest.raises(actions.Unfit, match="still open"):
        actions.ask_again(request=request, by=manager)
    actions.withdraw(request=request, by=manager, reason="Not now.")

    again = actions.ask_again(request=request, by=manager)

    assert (again.follows, again.spell_no, again.state, again.words) == (request, 2, "new", request.words)
    request.refresh_from_db()
    with pytest.raises(actions.Unfit, match=again.number):
        actions.ask_again(request=request, by=manager)


def test_a_member_withdraws_what_they_asked_and_nothing_else() -> None:
    account = make.AccountFactory()
    member = OrganisationMemberFactory(organisation=account.organisation).user
    mine = make.SupportRequestFactory(account=account, raised_by=member)
    other = make.SupportRequestFactory(account=account)

    actions.withdraw(request=mine, by=member)

    with pytest.raises(PermissionDenied, match="can withdraw"):
        actions.withdraw(request=other, by=member)


# ---- who may --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["Comms", "Tenant admins", "", "superuser"])
def test_nobody_else_changes_private_records(who: str) -> None:
    user = UserFactory(is_superuser=True) if who == "superuser" else UserFactory(group=who)
    account, enquiry, request, task = (
        *(make.AccountFactory(), make.EnquiryFactory()),
        *(make.SupportRequestFactory(), make.TaskFactory()),
    )
    tries = [
        lambda: actions.write_note(account=account, words="?", by=user),
        lambda: actions.log_interaction(account=account, kind="call", words="?", by=user),
        lambda: actions.add_task(account=account, words="?", due_on=timezone.localdate(), by=user),
        lambda: actions.finish_task(task=task, by=user),
        lambda: actions.open_account(enquiry=enquiry, by=user),
        lambda: actions.sort(enquiry=enquiry, by=user),
        lambda: actions.step(request=request, to="triaged", by=user),
        lambda: actions.hand_over(account=account, to=account.manager, by=user),
        lambda: actions.forget_person(contact=make.ContactFactory(), by=user),
    ]
    for one in tries:
        with pytest.raises(PermissionDenied):
            one()


def test_what_is_restricted_is_written_down_when_it_is_read(manager: User) -> None:
    open_one = make.SupportRequestFactory()
    restricted = make.SupportRequestFactory(confidentiality="restricted")
    note = make.NoteFactory(visibility=Visibility.RESTRICTED)

    actions.log_reads(records=[open_one, restricted, note, make.NoteFactory()], by=manager)

    read = set(AccessLog.objects.values_list("model", "object_pk", "by"))
    assert read == {("tenancy.SupportRequest", restricted.pk, manager.pk), ("tenancy.Note", note.pk, manager.pk)}

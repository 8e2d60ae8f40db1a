"""Notes, contacts and tasks are put right after they were written down, and what was shared by mistake is shared no more."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tenancy import actions, history
from tenancy.models import AccessLog, Interaction, Note, NoteReader
from tests.factories import tenancy as make
from tests.factories.bookings import OrganisationMemberFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
SAID = {"words": "In other words.", "visibility": "team"}


def url_of(record: Note | Interaction) -> str:
    return f"/staff/{'notes' if isinstance(record, Note) else 'contact'}/{record.pk}/change/"


@pytest.mark.parametrize("factory", [make.NoteFactory, make.InteractionFactory])
def test_what_was_shared_by_mistake_is_unshared_at_once(sign_in: SignIn, manager: User, factory: Any) -> None:
    record = factory(by=manager, visibility="shared", words="They pay late.")
    member = OrganisationMemberFactory(organisation=record.account.organisation).user
    assert type(record).objects.visible_to(member).exists()

    answer = sign_in(manager).post(url_of(record), SAID, follow=True)

    assert answer.redirect_chain[-1][0] == f"/staff/accounts/{record.account_id}/"
    assert not type(record).objects.visible_to(member).exists()
    last = history.of(record).first()
    assert last.changes == {"words": ["They pay late.", "In other words."], "visibility": ["shared", "team"]}
    assert last.actor == manager


@pytest.mark.parametrize("factory", [make.NoteFactory, make.InteractionFactory])
def test_it_is_changed_by_its_author_or_who_leads(sign_in: SignIn, manager: User, lead: User, factory: Any) -> None:
    record = factory(by=make.manager(), words="As it was.")

    refused = sign_in(manager).post(url_of(record), SAID, follow=True)
    assert "by whoever wrote it, or by somebody who leads" in refused.content.decode()
    record.refresh_from_db()
    assert record.words == "As it was."

    assert sign_in(lead).post(url_of(record), SAID).status_code == 302
    record.refresh_from_db()
    assert record.words == "In other words."


def test_the_author_restricts_a_note_and_names_its_readers(sign_in: SignIn, manager: User) -> None:
    note = make.NoteFactory(by=manager)
    named, other = make.manager(), make.manager()

    sign_in(manager).post(url_of(note), {"words": "A sale.", "visibility": "restricted", "readers": [named.pk]})
    assert [Note.objects.visible_to(user).exists() for user in (manager, named, other)] == [True, True, False]

    sign_in(manager).post(url_of(note), {"words": "A sale.", "visibility": "restricted", "readers": [other.pk]})
    assert [Note.objects.visible_to(user).exists() for user in (manager, named, other)] == [True, False, True]

    page = sign_in(manager).post(url_of(note), {**SAID, "readers": [other.pk]})
    assert "Readers are named for a restricted note only" in page.content.decode()
    sign_in(manager).post(url_of(note), SAID)
    assert not NoteReader.objects.exists()
    assert Note.objects.visible_to(named).exists()


def test_only_its_author_chooses_who_reads_a_restricted_note(sign_in: SignIn, lead: User) -> None:
    note = make.NoteFactory(by=make.manager(), visibility="restricted")
    assert sign_in(lead).get(url_of(note)).status_code == 404
    assert not AccessLog.objects.exists()

    make.NoteReaderFactory(note=note, user=lead)
    sign_in(lead).post(url_of(note), SAID)
    note.refresh_from_db()
    assert (note.words, note.visibility) == ("In other words.", "restricted")
    assert NoteReader.objects.filter(note=note, user=lead).exists()
    assert AccessLog.objects.get().object_pk == note.pk

    with pytest.raises(actions.Unfit, match="Only whoever wrote a restricted note"):
        actions.correct_note(note=note, words="x", visibility="team", by=lead)
    plain = make.NoteFactory(by=note.by)
    with pytest.raises(actions.Unfit, match="Only whoever wrote a restricted note"):
        actions.correct_note(note=plain, words="x", visibility="restricted", by=lead)


def test_who_works_here_no_more_corrects_nothing() -> None:
    author = OrganisationMemberFactory().user
    with pytest.raises(PermissionDenied):
        actions.correct_note(note=make.NoteFactory(by=author), words="x", by=author)
    with pytest.raises(PermissionDenied):
        actions.correct_interaction(
            interaction=make.InteractionFactory(by=author), words="x", visibility="team", by=author
        )


def test_a_contact_is_never_restricted(manager: User) -> None:
    with pytest.raises(actions.Unfit, match="Only a note can be restricted"):
        actions.correct_interaction(
            interaction=make.InteractionFactory(by=manager), words="x", visibility="restricted", by=manager
        )


def test_the_story_leads_to_it_whoever_may(sign_in: SignIn, manager: User, lead: User) -> None:
    account = make.AccountFactory()
    records = [make.NoteFactory(account=account, by=manager), make.InteractionFactory(account=account, by=manager)]

    def shown(user: User) -> list[bool]:
        page = sign_in(user).get(f"/staff/accounts/{account.pk}/").content.decode()
        return [url_of(record) in page for record in records]

    assert shown(manager) == shown(lead) == [True, True]
    assert shown(make.manager()) == [False, False]


# ---- a task ---------------------------------------------------------------------------------------------------------
def held(client: Client, url: str) -> dict[str, str]:
    """What the form of a page holds, as it is sent back by who changes nothing."""
    form = BeautifulSoup(client.get(url).content, "html.parser").select_one("main form:has([name=seen])")
    assert form is not None
    said = {str(one["name"]): one.get_text().strip() for one in form.select("textarea")}
    ticked = form.select("input[name]:not([type=checkbox]), input[checked]")
    said |= {str(one["name"]): str(one.get("value", "")) for one in ticked}
    chosen = {str(one["name"]): one.select_one("option[selected]") for one in form.select("select")}
    return said | {name: str(option["value"]) if option else "" for name, option in chosen.items()}


def test_a_task_is_corrected_from_wherever_it_stands(sign_in: SignIn, manager: User) -> None:
    request = make.SupportRequestFactory(account__manager=manager)
    today = timezone.localdate()
    task = make.TaskFactory(
        account=request.account, request=request, due_on=today, remind_on=today, reminded_at=timezone.now()
    )
    client, other, url = sign_in(manager), make.manager(), f"/staff/tasks/{task.pk}/change/"
    for page in ("/staff/", f"/staff/accounts/{task.account_id}/", f"/staff/requests/{request.pk}/"):
        assert f"{url}?next={page}" in client.get(page).content.decode()

    later = today + timedelta(days=9)
    form = held(client, f"{url}?next=/staff/requests/{request.pk}/")
    answer = client.post(url, form | {"words": "Write.", "due_on": later.isoformat(), "owner": other.pk})

    assert answer["Location"] == f"/staff/requests/{request.pk}/"
    task.refresh_from_db()
    assert (task.words, task.due_on, task.remind_on, task.owner) == ("Write.", later, later, other)
    assert task.reminded_at is None
    last = history.of(task).first()
    assert last.actor == manager
    assert last.changes["words"] == ["Ring them back.", "Write."]
    assert last.changes["due_on"] == [today.isoformat(), later.isoformat()]


def test_a_task_is_corrected_within_its_rules(sign_in: SignIn, manager: User) -> None:
    restricted = make.SupportRequestFactory(confidentiality="restricted", account__manager=manager)
    task = make.TaskFactory(account=restricted.account, request=restricted)
    other, said = make.manager(), {"words": "Ring.", "due_on": task.due_on, "by": manager}
    with pytest.raises(actions.Unfit, match="does not read the restricted request"):
        actions.correct_task(task=task, owner=other, **said)
    assert sign_in(other).get(f"/staff/tasks/{task.pk}/change/").status_code == 404

    nobodys, client = make.TaskFactory(owner=None), sign_in(manager)
    url = f"/staff/tasks/{nobodys.pk}/change/"
    form = held(client, url)
    assert form["owner"] == ""  # nobody gets it by a slip
    assert client.post(url, form).status_code == 200

    actions.finish_task(task=nobodys, by=manager)
    with pytest.raises(actions.Unfit, match="is over"):
        actions.correct_task(task=nobodys, owner=manager, **said)


# ---- two at once ----------------------------------------------------------------------------------------------------
Case = tuple[Any, str, dict[str, Any], str, dict[str, str]]
AT_ONCE: dict[
    str, Case
] = {  # a record, its page, what somebody else writes, how it is told, and what is typed meanwhile
    "task": (make.TaskFactory, "tasks/{one.pk}/change/", {"words": "Theirs."}, "“Theirs.”", {"due_on": "2099-01-05"}),
    "account": (
        make.AccountFactory,
        "accounts/{one.pk}/change/",
        {"state": "at-risk"},
        "“At risk”",
        {"tier": "growth"},
    ),
    "person": (
        make.ContactFactory,
        "accounts/{one.account_id}/people/{one.pk}/",
        {"do_not_contact": True},
        "yes",
        {"name": "Nadia Rahmani"},
    ),
    "tenancy": (
        make.TenancyFactory,
        "accounts/{one.account_id}/tenancies/{one.pk}/change/",
        {"ends_on": date(2099, 5, 3)},
        "3 May 2099",
        {"words": "A bench besides."},
    ),
    "plan": (
        make.PlanFactory,
        "accounts/{one.account_id}/plans/{one.pk}/",
        {"agreed_on": date(2026, 1, 5)},
        "5 January 2026",
        {"ends_on": "2099-01-05"},
    ),
    "item": (
        make.ChecklistItemFactory,
        "checklist/{one.pk}/",
        {"theirs": True},
        "yes",
        {"words": "Benches cleaned"},
    ),
    "objective": (
        make.ObjectiveFactory,
        "objectives/{one.pk}/",
        {"target": Decimal("4"), "measure": "sites"},
        "“4.00”",
        {"words": "Eight sites in use"},
    ),
    "note": (
        make.NoteFactory,
        "notes/{one.pk}/change/",
        {"visibility": "shared"},
        "“The team and the company”",
        {"words": "In other words."},
    ),
    "contact": (
        make.InteractionFactory,
        "contact/{one.pk}/change/",
        {"words": "Theirs."},
        "“Theirs.”",
        {"visibility": "shared"},
    ),
    "collaboration": (
        lambda: make.CollaborationFactory(introduction=make.IntroductionFactory(made=True)),
        "collaborations/{one.pk}/change/",
        {"real_world_data": True},
        "yes",
        {"title": "Readers of slides"},
    ),
}


@pytest.mark.parametrize("name", AT_ONCE)
def test_of_two_who_change_it_at_once_the_second_reads_what_the_first_wrote(
    sign_in: SignIn, lead: User, name: str
) -> None:
    factory, page, theirs, told, mine = AT_ONCE[name]
    record = factory()
    client, url = sign_in(lead), "/staff/" + page.format(one=record)
    form = held(client, url) | mine
    for field, value in theirs.items():
        setattr(record, field, value)
    record.save()

    refused = BeautifulSoup(client.post(url, form).content, "html.parser")

    said = refused.select_one(".nhsuk-error-summary").get_text()  # type: ignore[union-attr]
    assert "Somebody changed this since you opened it" in said
    assert f"It says now: {told}." in said
    [(what, typed)] = mine.items()
    shown = refused.select_one(f"main form:has([name=seen]) [name={what}]")
    assert shown is not None
    option = shown.select_one("option[selected]")
    assert typed == str(option["value"] if option else shown.get("value", shown.get_text().strip()))
    record.refresh_from_db()
    assert str(getattr(record, what)) != typed

    seen = str(refused.select_one("main [name=seen]")["value"])  # type: ignore[index]
    form |= {"seen": seen, **{field: str(value) for field, value in theirs.items()}}
    for _ in range(2):  # it was read, so it is saved; sent twice it is no change of somebody else
        assert client.post(url, form).status_code == 302
    record.refresh_from_db()
    assert {field: getattr(record, field) for field in theirs} == theirs
    assert str(getattr(record, what)) == typed

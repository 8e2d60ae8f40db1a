"""Notes and contacts are put right after they were written down, and what was shared by mistake is shared no more."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

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

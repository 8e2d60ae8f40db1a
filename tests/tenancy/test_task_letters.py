"""Letters about what a company said it would do: to one of its people, once, and only while it is theirs to do."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tenancy import actions, tasks
from tenancy.addressees import who_does
from tenancy.choices import Confidentiality
from tenancy.models import Account, Contact, Task
from tests.factories import tenancy as make
from tests.factories.bookings import OrganisationMemberFactory
from tests.letters import both_parts
from tests.reading import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(account: Account) -> Contact:
    user = OrganisationMemberFactory(organisation=account.organisation, user__name="Ada Byron").user
    return make.ContactFactory(account=account, user=user, name="Ada Byron", email=user.email, is_primary=False)


@pytest.fixture
def bea(account: Account) -> Contact:
    """The first to ask, who doesn't sign in here."""
    return make.ContactFactory(account=account, name="Bea", email="bea@thoresby.example", is_primary=True)


def add(account: Account, **said: Any) -> Task:
    said = {"words": "Send the papers", "shared": True, "by": account.manager, **said}
    return actions.add_task(account=account, due_on=timezone.localdate() + timedelta(days=3), **said)


def correct(task: Task, **said: Any) -> None:
    said = {"words": task.words, "owner": task.owner, "shared": task.shared, "contact": task.contact, **said}
    actions.correct_task(task=task, due_on=task.due_on, by=task.owner, **said)


def test_whom_it_is_given_to_reads_what_until_when_and_where_to_tick_it(
    account: Account, ada: Contact, bea: Contact, mailoutbox: list[Any]
) -> None:
    task = add(account, contact=ada)
    add(account, contact=ada)  # the same form, sent twice

    (letter,) = mailoutbox
    assert letter.to == [ada.email]
    assert letter.subject.startswith("For your company to do, by")
    assert "papers" not in letter.subject  # which a locked telephone shows
    assert account.organisation is not None
    page = f"/my/company/{account.organisation.slug}/#tasks"
    for part in both_parts(letter):
        assert all(said in part for said in ("Send the papers", f"{task.due_on:%-d %B}", "Sam Holroyd", page))
        assert "/my/notifications/" in part


def test_what_is_given_to_nobody_goes_to_the_first_contact_who_answers_if_they_do_not_sign_in(
    account: Account, ada: Contact, bea: Contact, mailoutbox: list[Any]
) -> None:
    add(account)

    (letter,) = mailoutbox
    assert letter.to == [bea.email]
    for part in both_parts(letter):
        assert "when it is done" in part
        assert "/my/" not in part  # a page that she could not open


def test_nobody_is_told_of_what_is_ours_or_what_they_do_not_want_to_hear_of(
    account: Account, ada: Contact, mailoutbox: list[Any]
) -> None:
    add(account, shared=False)
    User.objects.filter(pk=ada.user_id).update(wants_request_news=False)
    add(account, contact=ada, words="They switched it off")
    ada.do_not_contact = True
    ada.save()
    add(account, contact=ada, words="They want no letters")
    add(account, words="Nobody else is there")

    assert mailoutbox == []


def test_it_is_told_when_it_is_shared_and_again_to_whom_it_is_given_then(
    account: Account, ada: Contact, bea: Contact, mailoutbox: list[Any]
) -> None:
    task = add(account, shared=False)
    correct(task, shared=True, contact=ada)
    task.refresh_from_db()
    correct(task, words="Send all the papers")  # is still hers
    task.refresh_from_db()
    correct(task, contact=bea)

    assert [letter.to for letter in mailoutbox] == [[ada.email], [bea.email]]


@pytest.mark.parametrize("how", ["done", "taken back", "restricted"])
def test_what_is_over_before_the_letter_leaves_is_not_told(
    account: Account, ada: Contact, mailoutbox: list[Any], how: str
) -> None:
    request = make.SupportRequestFactory(account=account)
    task = add(account, contact=ada, request=request)
    assert len(mailoutbox) == 1
    mailoutbox.clear()
    if how == "done":
        actions.finish_task(task=task, by=account.manager)
    elif how == "restricted":
        request.confidentiality = Confidentiality.RESTRICTED
        request.save()
    else:
        correct(task, shared=False, contact=None)

    tasks.tell_who_does.func(task=task.pk)

    assert mailoutbox == []


def test_whoever_shares_it_reads_who_has_a_letter_or_why_nobody(
    sign_in: Callable[[User], Client], account: Account, ada: Contact, bea: Contact, mailoutbox: list[Any]
) -> None:
    client = sign_in(account.manager)
    things = (f"Send the papers ({number})" for number in count())

    def shared(contact: Contact | None = None) -> str:
        form = {"do": "task", "words": next(things), "due_on": timezone.localdate(), "owner": account.manager_id}
        form |= {"shared": "on", "contact": contact.pk if contact else ""}
        return words(client.post(f"/staff/accounts/{account.pk}/", form, follow=True))

    assert "Task added. Ada Byron gets a letter that says so." in shared(ada)
    assert "Task added. Bea gets a letter that says so." in shared()
    assert [letter.to for letter in mailoutbox] == [[ada.email], [bea.email]]
    mailoutbox.clear()

    User.objects.filter(pk=ada.user_id).update(wants_request_news=False)
    assert "Nobody of the company is written to: Ada Byron switched such letters off. Tell them yourself." in shared(
        ada
    )
    Contact.objects.filter(pk=bea.pk).update(do_not_contact=True)
    assert "written to: Bea is not to be contacted." in shared(bea)
    assert "written to: its contacts switched letters about requests off. Tell them yourself." in shared()
    Contact.objects.filter(pk=bea.pk).update(do_not_contact=False, email="")
    assert "written to: Bea has no e-mail address here." in shared(bea)
    assert mailoutbox == []


def test_who_shares_or_hands_it_on_later_reads_it_too_and_only_then(
    sign_in: Callable[[User], Client], account: Account, ada: Contact, bea: Contact
) -> None:
    task = add(account, shared=False, contact=None)
    client, url = sign_in(account.manager), f"/staff/tasks/{task.pk}/change/"

    def change(**said: Any) -> str:
        form = BeautifulSoup(client.get(url).content, "html.parser").select_one("main form:has([name=seen])")
        assert form is not None
        seen = str(form.select_one("[name=seen]")["value"])  # type: ignore[index]
        said = {"seen": seen, "due_on": task.due_on, "owner": task.owner_id, "shared": "on", **said}
        return words(client.post(url, said, follow=True))

    assert "Ada Byron gets a letter" in change(words=task.words, contact=ada.pk)
    assert "a letter" not in change(words="Send all the papers", contact=ada.pk).split("Task changed.")[1][:80]
    assert "Bea gets a letter" in change(words="Send all the papers", contact=bea.pk)


def test_that_a_request_is_restricted_is_why_nobody_is_told(account: Account, ada: Contact) -> None:
    request = make.SupportRequestFactory(account=account, confidentiality=Confidentiality.RESTRICTED)
    assert who_does(make.TaskFactory(account=account, request=request, shared=True, contact=ada)) == (
        None,
        "its request is restricted",
    )

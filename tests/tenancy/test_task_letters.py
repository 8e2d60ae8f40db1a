"""Letters about what a company said it would do: to one of its people, once, and only while it is theirs to do."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from accounts.models import User
from tenancy import actions, tasks
from tenancy.choices import Confidentiality
from tenancy.models import Account, Contact, Task
from tests.factories import tenancy as make
from tests.factories.bookings import OrganisationMemberFactory

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


def both_parts(letter: EmailMultiAlternatives) -> list[str]:
    return [str(letter.body), str(letter.alternatives[0][0])]


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

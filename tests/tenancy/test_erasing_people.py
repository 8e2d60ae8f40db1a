"""Somebody of a company asks us to forget them: what goes and what stays is shown first, and then it is done."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from tenancy.models import Contact
from tests.booking_forms import words
from tests.factories import tenancy as make
from tests.planted_people import Planted, dump, has_just_proven_it

SignIn = Callable[[User], Client]


@pytest.mark.django_db
def test_staff_see_what_goes_and_what_stays_and_then_erase(both: tuple[Planted, Planted], sign_in: SignIn) -> None:
    mine, other = both
    manager = make.manager()
    make.NoteFactory(words=f"Of another company: saw {mine.full} pass by.")
    contact = Contact.objects.get(user=mine.user)
    client, url = sign_in(manager), f"/staff/people/{contact.pk}/erase/"
    assert "reauthenticate" in client.get(url)["Location"]  # nobody else sits at the desk
    has_just_proven_it(client, manager)
    before = dump()

    page = words(client.get(url))

    assert mine.address in page and "their account goes too" in page
    assert "Support requests 2" in page and "Contacts 2" in page
    assert "They would still be named in: changes in the history, notes." in page
    assert "Tick the box" in words(client.post(url))
    assert set(dump().splitlines()) ^ set(before.splitlines()) <= {
        line for text in (before, dump()) for line in text.splitlines() if line.startswith("django_session")
    }

    done = client.post(url, {"sure": "yes"}, follow=True)

    assert "They are still named in: changes in the history, notes." in words(done)
    left = dump().replace(f"saw {mine.full} pass by", "")  # in the note, and in its history
    elsewhere = [
        line for line in left.splitlines() if not line.startswith("tenancy_note_words")
    ]  # by which it is found
    assert [line[:300] for line in elsewhere if mine.mark in line] == []
    assert [word for word in other.words if word not in left] == []


@pytest.mark.django_db
def test_a_contact_without_an_address_is_erased_with_their_name(sign_in: SignIn) -> None:
    manager = make.manager()
    contact = make.ContactFactory(name="Zqada Zqlovelace", email="")
    twin = make.ContactFactory(name="Zqada Zqlovelace", email="")
    make.NoteFactory(account=contact.account, words="Zqada  Zqlovelace rang.")
    client = sign_in(manager)
    has_just_proven_it(client, manager)

    client.post(f"/staff/people/{contact.pk}/erase/", {"sure": "yes"})

    assert not Contact.objects.filter(pk=contact.pk).exists()
    assert Contact.objects.filter(pk=twin.pk).exists()  # of another company: a name proves nobody
    assert "zqada" not in next(line for line in dump().splitlines() if line.startswith("tenancy_note:"))


@pytest.mark.django_db
def test_a_colleague_is_not_erased_by_way_of_a_contact(sign_in: SignIn) -> None:
    colleague, manager = make.manager(), make.manager()
    contact = make.ContactFactory(email=colleague.email)
    client, url = sign_in(manager), f"/staff/people/{contact.pk}/erase/"
    has_just_proven_it(client, manager)

    assert "They work here" in words(client.get(url))
    assert "They work here" in words(client.post(url, {"sure": "yes"}))
    assert User.objects.filter(pk=colleague.pk).exists() and Contact.objects.filter(pk=contact.pk).exists()

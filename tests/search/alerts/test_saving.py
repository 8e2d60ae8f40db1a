"""Asking to be told: from a list to a letter, and nothing that tells whether an address is known."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.conf import settings as project
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from search.alerts import actions
from search.alerts.choices import Frequency
from search.alerts.models import SavedSearch, Subscriber
from search.query import Query
from tests.assertions import assert_no_inline_code, assert_nothing_from_elsewhere, assert_public_page
from tests.factories.accounts import UserFactory
from tests.search.alerts.conftest import ADA, Clock, link_in
from tests.search.conftest import Shelf

pytestmark = pytest.mark.django_db

NEW = "/search/alerts/new/"
SENT = "/search/alerts/sent/"
Save = Callable[..., SavedSearch]
Outbox = list[EmailMultiAlternatives]


def ask(client: Client, query: str = "?q=pathology", *, email: str = ADA, **data: str) -> Any:
    return client.post(NEW + query, {"email": email, "frequency": "daily", **data})


def shown(response: Any) -> str:
    page = BeautifulSoup(response.content, "html.parser")
    assert_no_inline_code(page)
    assert_nothing_from_elsewhere(page)
    return " ".join(page.main.get_text(" ").split())


# ---- from a list ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("asked", ["?q=pathology&colour=red&type=thing", "?q=zzzz&colour=blue", ""])
def test_every_list_leads_there_with_its_question(client: Client, filled: Shelf, asked: str) -> None:
    """With results or without; and the list itself stays without cookie."""
    page = assert_public_page(client.get(f"/search/{asked}"))
    [link] = page.select(f'a[href^="{NEW}"]')
    assert link.get_text(strip=True) == "Get told when something new fits"
    assert parse_qs(urlsplit(str(link["href"])).query) == parse_qs(asked.removeprefix("?"))


def test_the_page_says_the_search_in_words(client: Client, filled: Shelf) -> None:
    response = client.get(
        NEW, {"q": "pathology", "colour": ["red", "green"], "type": "thing", "page": "3", "sort": "name"}
    )
    words = shown(response)
    assert "What it is Things Words “pathology” Colour Red or Green" in words
    assert "After a year we ask whether you still want it." in words
    assert "no-store" in response["Cache-Control"] and "private" in response["Cache-Control"]


def test_a_slip_is_saved_as_it_was_mended(client: Client, filled: Shelf) -> None:
    """The reader saw results for the other words."""
    ask(client, "?q=patholgy")
    ask(client, "?q=patholgy&exact=1")
    assert set(SavedSearch.objects.values_list("query_string", flat=True)) == {"q=pathology", "q=patholgy&exact=1"}


def test_the_same_search_is_the_same_however_it_was_asked(client: Client, filled: Shelf, clock: Clock) -> None:
    for query in (
        "?q=pathology&colour=red&colour=green",
        "?colour=verdant&page=2&q=+pathology&sort=name&colour=RED&x=y",
    ):
        ask(client, query)
    assert [one.query_string for one in SavedSearch.objects.all()] == ["q=pathology&colour=green&colour=red"]


# ---- asked ----------------------------------------------------------------------------------------------------------
def test_asking_sends_one_letter_and_tells_nothing_yet(
    client: Client, filled: Shelf, clock: Clock, mailoutbox: Outbox
) -> None:
    response = ask(client, email="Ada@Example.org")
    assert (response.status_code, response["Location"]) == (302, SENT)
    [letter] = mailoutbox
    assert letter.to == [ADA]
    assert "Everything for “pathology”" in str(letter.body) and "every day" in str(letter.body)
    assert letter.message()["Auto-Submitted"] == "auto-generated"

    filled.put("Pathology Network")
    clock.tick()
    assert len(mailoutbox) == 1


def test_the_answer_is_the_same_whether_the_address_is_known_or_not(
    client: Client, filled: Shelf, saved: Save, clock: Clock, mailoutbox: Outbox
) -> None:
    saved("pathology")
    clock.tick()
    known, unknown = ask(client), ask(client, email="grace@example.org")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"]) == (302, SENT)
    assert [letter.subject for letter in mailoutbox] == [
        "We tell you of this already",
        "Please confirm: shall we tell you what is new?",
    ]
    assert link_in(mailoutbox[0], "manage")
    assert SavedSearch.objects.get(subscriber__email=ADA).frequency == "daily"


def test_asking_anew_changes_nothing_for_who_has_confirmed(
    client: Client, filled: Shelf, saved: Save, clock: Clock
) -> None:
    """Else anybody could turn anybody's weekly letter into a daily one."""
    one = saved("pathology", frequency=Frequency.WEEKLY)
    clock.tick()
    ask(client)
    one.refresh_from_db()
    assert (one.frequency, one.is_confirmed) == ("weekly", True)


def test_a_second_click_sends_no_second_letter(client: Client, filled: Shelf, clock: Clock, mailoutbox: Outbox) -> None:
    for _ in range(2):
        assert ask(client)["Location"] == SENT
    assert len(mailoutbox) == 1
    clock.tick(days=0.01)
    assert ask(client)["Location"] == SENT
    assert len(mailoutbox) == 2, "who asks again later gets another"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"email": ""}, "Enter the e-mail address that we should write to."),
        ({"email": "ada"}, "Enter an e-mail address in full, such as ada@example.org."),
    ],
)
def test_a_mistake_keeps_what_was_asked(
    client: Client, filled: Shelf, mailoutbox: Outbox, data: dict, words: str
) -> None:
    response = ask(client, "?q=pathology&colour=red", **data)
    page = BeautifulSoup(response.content, "html.parser")
    assert words in shown(response)
    assert page.title.get_text().startswith("Error: ")
    assert page.select_one("[name=frequency][checked]")["value"] == "daily"
    assert page.select_one("main form")["action"] == f"{NEW}?q=pathology&colour=red"
    assert Subscriber.objects.count() == 0 and mailoutbox == []


def test_a_search_that_is_too_long_is_refused_with_what_would_help(client: Client, filled: Shelf) -> None:
    response = ask(client, f"?q={'ж' * 500}&exact=1")
    assert "take some words or filters away" in shown(response)
    assert Subscriber.objects.count() == 0


def test_a_program_that_fills_in_everything_gets_nowhere(client: Client, filled: Shelf, mailoutbox: Outbox) -> None:
    response = ask(client, leave_empty="http://casino.example/")
    assert (response.status_code, response["Location"]) == (302, SENT)
    assert Subscriber.objects.count() == 0 and mailoutbox == []
    field = BeautifulSoup(client.get(NEW).content, "html.parser").select_one("[name=leave_empty]")
    assert field["tabindex"] == "-1" and field.find_parent(attrs={"aria-hidden": "true", "class": "v-vh"})


def test_nobody_can_fill_somebody_elses_mailbox(client: Client, filled: Shelf, mailoutbox: Outbox) -> None:
    answers = [
        ask(client, f"?q=pathology&colour={colour}&size={size}")
        for colour in ("red", "green", "blue")
        for size in (1, 2)
    ]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert "We have sent several mails to this address today." in shown(answers[-1])
    assert len(mailoutbox) == 5
    assert ask(client, email="grace@example.org").status_code == 302


def test_nobody_can_write_to_everybody(client: Client, filled: Shelf, mailoutbox: Outbox) -> None:
    answers = [ask(client, email=f"{number}@example.org") for number in range(31)]
    assert [answer.status_code for answer in answers] == [302] * 30 + [429]
    assert "That was too often from your network for now." in shown(answers[-1])
    assert len(mailoutbox) == 30


def test_the_form_is_safe_from_forgery(anybody: Client, filled: Shelf) -> None:
    assert ask(anybody).status_code == 403
    assert Subscriber.objects.count() == 0


# ---- signed in ------------------------------------------------------------------------------------------------------
def test_who_is_signed_in_with_a_proven_address_need_not_confirm(
    client: Client, filled: Shelf, clock: Clock, mailoutbox: Outbox
) -> None:
    client.force_login(UserFactory(email=ADA))
    page = BeautifulSoup(client.get(f"{NEW}?q=pathology").content, "html.parser")
    assert page.select_one("[name=email]")["value"] == ADA
    assert page.select_one("main form button").get_text(strip=True) == "Save the search"

    response = client.post(f"{NEW}?q=pathology", {"email": ADA, "frequency": "weekly"}, follow=True)
    assert "Your saved searches" in shown(response) and "Everything for “pathology”" in shown(response)
    assert mailoutbox == []
    assert SavedSearch.objects.get().is_confirmed
    assert "saved searches already" in shown(client.get(NEW))


def test_somebody_elses_address_has_to_be_confirmed_all_the_same(
    client: Client, filled: Shelf, mailoutbox: Outbox
) -> None:
    client.force_login(UserFactory(email=ADA))
    assert ask(client, email="grace@example.org")["Location"] == SENT
    assert not SavedSearch.objects.get().is_confirmed and mailoutbox[0].to == ["grace@example.org"]


def test_an_address_that_is_not_proven_has_to_be_confirmed(client: Client, filled: Shelf, mailoutbox: Outbox) -> None:
    user = UserFactory(email=ADA)
    user.emailaddress_set.update(verified=False)
    client.force_login(user)
    assert ask(client)["Location"] == SENT
    assert not SavedSearch.objects.get().is_confirmed


def test_saved_searches_go_with_the_account(filled: Shelf, saved: Save) -> None:
    user = UserFactory(email=ADA)
    saved("pathology")
    saved("pathology", email="grace@example.org")
    user.delete()
    assert list(Subscriber.objects.values_list("email", flat=True)) == ["grace@example.org"]


# ---- limits ---------------------------------------------------------------------------------------------------------
def test_what_nobody_confirms_is_forgotten_after_seven_days(client: Client, filled: Shelf, clock: Clock) -> None:
    ask(client)
    clock.tick(days=6.9)
    assert Subscriber.objects.count() == 1
    clock.tick(days=0.2)
    assert (Subscriber.objects.count(), SavedSearch.objects.count()) == (0, 0)


def test_who_has_confirmed_one_keeps_it_when_another_is_forgotten(
    client: Client, filled: Shelf, saved: Save, clock: Clock
) -> None:
    saved("pathology")
    ask(client, "?q=lawyers")
    clock.tick(days=8)
    assert [one.query_string for one in SavedSearch.objects.all()] == ["q=pathology"]


def test_the_twenty_first_search_is_refused_with_a_way_out(
    anybody: Client, filled: Shelf, saved: Save, clock: Clock, mailoutbox: Outbox
) -> None:
    for number in range(20):
        saved(f"word{number}")
    ask(Client(), "?q=lawyers")
    link = link_in(mailoutbox[0], "confirm")
    response = anybody.post(link)
    assert "You have 20 saved searches, which is the most for one address." in shown(response)
    assert SavedSearch.objects.confirmed().count() == 20

    manage = BeautifulSoup(response.content, "html.parser").select_one("main a[href*=manage]")["href"]
    assert str(manage).startswith(project.BASE_URL)
    anybody.post(str(manage), {"do": "remove", "search": SavedSearch.objects.get(query_string="q=word0").pk})
    anybody.post(link)
    assert SavedSearch.objects.confirmed().filter(query_string="q=lawyers").exists()


def test_two_who_ask_at_the_same_time_are_one(filled: Shelf, clock: Clock) -> None:
    query = Query(text="pathology")
    first = actions.ask(email=ADA, query=query, frequency=Frequency.DAILY)
    clock.traveller.shift(timedelta(hours=1))
    second = actions.ask(email=ADA, query=query, frequency=Frequency.WEEKLY)
    assert first == second and SavedSearch.objects.get().frequency == "weekly"

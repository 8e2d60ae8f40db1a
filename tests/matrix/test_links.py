"""Pages opened by a link: nothing stands there that whoever it was sent to may not read, and once it is over nothing at all."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from tenancy import actions
from tenancy.models import Contact, Note

from .addresses import FOR_SOMEBODY
from .ahead import GARETH, NADIA
from .asking import Asked, ask_anew, said_in, sent_by, written_in
from .by_link import LINKS, End, Link, fresh, person
from .canary import Canary
from .open_to_all import OPEN_TO_ALL
from .rows import Row
from .village import MANAGER, OTHER_MEMBER, REGISTERED, VISITOR, Village

pytestmark = pytest.mark.django_db

ROWS = {str(row): row for row in (*FOR_SOMEBODY, *OPEN_TO_ALL) if row.is_opened_by_a_link}
HOLDERS = (VISITOR, REGISTERED, OTHER_MEMBER)  # whoever they are, signed in or not
WAYS = list(product(HOLDERS, (False, True)))
ENDS = [pytest.param(link, end, id=f"{link.rows[0]} {name}") for link in LINKS for name, end in link.ends.items()]
# They say that there is something, by its number, its day or what is public of it, and nothing that somebody typed.
WORDLESS = {
    "join/updates/confirm/<str:token>/",
    "contact/received/<str:token>/",
    "my/calendar/<str:token>.ics",
    "events/<slug:slug>/join/<str:token>/",
    "events/feedback/<str:key>/",
    "events/certificates/<slug:key>/",
    "answer/profile/<str:token>/",
    "my/invitation/<str:token>/",
}


def by_row(name: str) -> Link:
    return next(link for link in LINKS if name in link.rows)


def answers(village: Village, row: Row, then: Callable[[Asked], Any] | None = None) -> Iterator[tuple[str, Asked]]:
    """To each of those who may hold a link, whether they look or send its form."""
    for role, sends in WAYS:
        yield role, ask_anew(village, row, role, sends=sends, then=then)


def strangers_at(village: Village, canary: Canary, name: str) -> tuple[set[str], set[str]]:
    """Words that neither the link’s addressee may read, nor whoever holds it; and everything that was said."""
    link = by_row(name)
    found: set[str] = set()
    read: set[str] = set()

    def look_at_letters(asked: Asked) -> None:
        for letter, address in sent_by(asked):
            found.update(canary.strangers_to_address(address, written_in(letter)))

    for role, asked in answers(village, ROWS[name], look_at_letters):
        said = said_in(asked)
        read |= canary.strangers_to(VISITOR, said)
        strangers = canary.strangers_to_address(link.to(village), said) - link.shows(village)
        found |= strangers if role == VISITOR else strangers & canary.strangers_to(role, said)
    return found, read


def shown_once_over(village: Village, canary: Canary, link: Link, end: End) -> dict[str, set[str]]:
    """What those who hold it read when it has ended."""
    sent = {  # the links as they were: what is asked of the village later may be another
        name: replace(row, args=fixed(row.args(village)), query=fixed(row.query(village)))
        for name, row in ROWS.items()
        if name in link.rows
    }
    found = {}
    with time_machine.travel(timezone.now() + timedelta(days=end.after), tick=False):
        end.does(village)
        for name, row in sent.items():
            for role, asked in answers(village, row):
                assert asked.answer.status_code < 500
                if read := canary.strangers_to(VISITOR, said_in(asked)):
                    found[f"{role} on {name}"] = read
    return found


def fixed(said: Any) -> Any:
    return lambda village: said


def test_every_link_says_to_whom_it_is_sent() -> None:
    """A new page by a link needs a ``Link`` in ``by_link.py``."""
    said = [name for link in LINKS for name in link.rows]
    assert len(said) == len(set(said))
    assert set(said) == {name for name, row in ROWS.items() if row.opens}
    assert all(link.ends for link in LINKS)
    assert set(said) > WORDLESS


def test_a_link_shows_nothing_that_its_addressee_may_not_read(village: Village, ahead: Canary) -> None:
    """And neither do the letters that its form sends. What it shows is really there to be found."""
    leaks, read = {}, {}
    for link in LINKS:
        for name in link.rows:
            leaks[name], read[name] = strangers_at(village, ahead, name)
        assert bool(link.shows(village)) == bool(link.why)
        assert link.shows(village) <= set().union(*(read[name] for name in link.rows)), "allowed, and stands nowhere"
    assert {name: words for name, words in leaks.items() if words} == {}
    assert {name for name, words in read.items() if not words} == WORDLESS
    assert len(set().union(*read.values())) > 15


@pytest.mark.parametrize(("link", "end"), ENDS)
def test_a_link_that_is_over_shows_nothing(link: Link, end: End, village: Village, ahead: Canary) -> None:
    assert shown_once_over(village, ahead, link, end) == {}


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if not row.opens])
def test_a_link_for_something_else_shows_nothing(name: str, village: Village, ahead: Canary) -> None:
    assert {said for _, asked in answers(village, ROWS[name]) for said in ahead.found_in(said_in(asked))} == set()


def test_letters_that_bring_two_together_share_what_each_has_agreed_to(village: Village, ahead: Canary) -> None:
    """And no sooner than both have."""
    contacts = {one.email: one.pk for one in Contact._base_manager.filter(email__in=(NADIA, GARETH))}
    company = f"tenancy.Account.name {village.account.pk}"

    def shared() -> dict[str, set[str]]:
        sent, mail.outbox[:] = [*mail.outbox], []
        return {
            address: ahead.strangers_to_address(address, written_in(letter))
            for letter in sent
            for address in letter.recipients()
        }

    shared()
    asked, manager = fresh(village, "asked"), person(village, MANAGER)
    actions.answer_introduction(introduction=asked, side="tenant", says_yes=True)
    assert shared()[GARETH] == set()
    actions.answer_introduction(introduction=fresh(village, "asked"), side="partner", says_yes=True)
    assert set(shared()) == {manager.email}
    actions.introduce(introduction=fresh(village, "asked"), by=manager)
    letters = shared()
    assert letters[NADIA] == {f"tenancy.Contact.{name} {contacts[GARETH]}" for name in ("name", "role", "email")}
    assert letters[GARETH] == {
        company,
        *(f"tenancy.Contact.{name} {contacts[NADIA]}" for name in ("name", "role", "email")),
    }
    actions.ask_to_confirm(outcome=fresh(village, "outcome"), contact=village.contact, by=manager)
    assert shared() == {village.contact.email: {company}}


@pytest.mark.parametrize("name", ["spaces/booking/<str:token>/booking.ics", "events/<slug:slug>/join/<str:token>/"])
def test_a_link_that_opens_something_does_not_stand_in_the_log(name: str, village: Village, ahead: Canary) -> None:
    """Django writes down the address of whatever is refused, and of pages that break."""
    *_, token = ROWS[name].args(village)
    assert ask_anew(village, ROWS[name], VISITOR).answer.status_code == 200
    [line] = ask_anew(village, ROWS[name], VISITOR, sends=True).logged
    assert token not in line
    assert line.startswith("Method Not Allowed (POST): /")
    assert "/…/" in line


def test_nor_does_one_whose_page_breaks(village: Village, ahead: Canary) -> None:
    def breaks(*said: Any) -> None:
        raise ValueError

    row = ROWS["answer/check-back/<str:token>/"]
    [token] = row.args(village)
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr("tenancy.actions.check_backs.over", breaks)
        logged = " ".join(ask_anew(village, row, VISITOR).logged)
    assert "Internal Server Error: /answer/check-back/…/" in logged
    assert "ValueError" in logged
    assert token not in logged


# ---- each check can fail --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("breaks", "name"),
    [
        ("tenancy.actions.introductions.wording", "answer/introduction/<slug:side>/<str:token>/"),  # the page
        ("tenancy.letters.named_to_partner", "answer/introduction/<slug:side>/<str:token>/ of the company"),  # a letter
        ("spaces.invitations.own_summary", "spaces/booking/<str:token>/booking.ics"),  # a file
    ],
)
def test_a_word_of_somebody_else_behind_a_link_is_found(
    breaks: str, name: str, village: Village, ahead: Canary
) -> None:
    words = Note._base_manager.get(pk=village.note.pk).words
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(breaks, lambda *said: words)
        found, _ = strangers_at(village, ahead, name)
    assert found == {f"tenancy.Note.words {village.note.pk}"}


def test_a_link_that_does_not_end_is_found(village: Village, ahead: Canary) -> None:
    link = by_row("answer/check-back/<str:token>/")
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr("tenancy.actions.check_backs.over", lambda check_back: "")
        found = shown_once_over(village, ahead, link, link.ends["late"])
    partner = f"tenancy.Introduction.partner_name {village.introduced.pk}"
    assert found
    assert set().union(*found.values()) == {partner}

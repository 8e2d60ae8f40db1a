"""The matrix: every address asked by every role, read and sent to; what is not in the table fails.

A new address needs a row in ``addresses.py`` (for somebody) or ``open_to_all.py`` (for everybody, or by a link).
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from tenancy.models import Note
from tenancy.my.company import NOTE, Shared

from .addresses import FOR_SOMEBODY
from .asking import ask, ask_anew, said_in, sent_by, written_in
from .canary import ALLOWED, NO_WORDS, STRUCTURES, structures
from .open_to_all import OPEN_TO_ALL, SIGNING_IN
from .records import RECORDS, TENANCY, Record
from .rows import EVERYBODY, Row
from .village import ADMIN, MANAGER, MEMBER, NINE, OTHER_MEMBER, PARTNER, ROLES, VISITOR, Village

pytestmark = pytest.mark.django_db

ROWS = [*FOR_SOMEBODY, *OPEN_TO_ALL]
BY_NAME = {str(row): row for row in FOR_SOMEBODY}
EACH_ROW = pytest.mark.parametrize("row", ROWS, ids=str)
ELSEWHERE = ("cms/", "^cms/")  # ours are in in_the_cms.py, Wagtail’s own in tests/structure/test_access.py
TO_THE_DOOR = {"_util/login/", "^_util/login/", "my/data/delete/", "staff/people/<int:pk>/erase/"}
# Whose address is not the one that was written to learns it when they press: the letter may be for another of theirs.
ASKED_FIRST = {"my/invitation/<str:token>/"}
FORM = re.compile(r"<form[^>]*method=[\"']?post[^>]*>", re.IGNORECASE)
ACTION = re.compile(r"action=\"([^\"]*)\"")


def routes(patterns: list[URLPattern | URLResolver] | None = None, before: str = "") -> Iterator[str]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern).removeprefix("^" if before else "")
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


def is_sent_to_sign_in(answer: HttpResponse) -> bool:
    return answer.status_code == 302 and answer["Location"].startswith((django_settings.LOGIN_URL, "/cms/login/"))


def is_as_said(row: Row, role: str, answer: HttpResponse) -> bool:
    """The status of the table; and to the door is led who does not get in, unless the row leads them elsewhere."""
    if answer.status_code == 302 and row not in SIGNING_IN and row.route not in TO_THE_DOOR:
        to_the_door = role not in row.opens and role not in row.answers
        if is_sent_to_sign_in(answer) != to_the_door:
            return False
    return bool(answer.status_code == row.answer_to(role))


# ---- the table ------------------------------------------------------------------------------------------------------
def test_every_address_has_a_row() -> None:
    found = {route for route in routes() if not route.startswith(ELSEWHERE)}
    assert len(found) > 150
    missing = sorted(found - {row.route for row in ROWS})
    assert not missing, (
        "An address that the matrix does not know. Say who gets in: a Row in tests/matrix/addresses.py where it is for "
        f"somebody, in open_to_all.py where it is for everybody or opened by a link: {missing}"
    )


def test_no_row_is_left_of_an_address_that_is_gone() -> None:
    assert {row.route for row in ROWS} - set(routes()) == set()


def test_each_row_has_a_name_of_its_own() -> None:
    names = [str(row) for row in ROWS]
    assert len(names) == len(set(names))
    assert set(NINE) < EVERYBODY == set(ROLES)


# ---- each address, asked --------------------------------------------------------------------------------------------
@EACH_ROW
def test_who_gets_in(row: Row, village: Village) -> None:
    wrong = {}
    for role in row.asked_by:
        asked = ask(village, row, role)
        if not is_as_said(row, role, asked.answer):
            wrong[role] = f"{asked.answer.status_code}, not {row.answer_to(role)}"
        assert not asked.written, f"{role} looks at {row}, and {asked.written} change"
    assert wrong == {}, f"{row} opens for {sorted(row.opens)} alone"


@EACH_ROW
def test_whose_form_changes_something(row: Row, village: Village) -> None:
    changes, wrong = set(), {}
    for role in row.asked_by:
        asked = ask(village, row, role, sends=True)
        if asked.written:
            changes.add(role)
        if role not in row.opens and asked.answer.status_code != 405 and not is_as_said(row, role, asked.answer):
            wrong[role] = asked.answer.status_code
        assert asked.answer.status_code != 500, role
    assert sorted(changes) == sorted(row.who_changes & {*row.asked_by})
    assert wrong == {}


# ---- the forms that pages show --------------------------------------------------------------------------------------
def test_a_form_is_shown_to_whoever_may_send_it(village: Village) -> None:
    """And every address that a form is sent to has a row which says what it changes, and by whom."""
    senders: dict[str, set[str]] = {}
    for row in ROWS:
        if row.send:
            senders.setdefault(row.route, set()).update(row.who_changes or row.opens)
    strays: dict[str, set[str]] = {}
    shown = 0
    for row in ROWS:
        if row in SIGNING_IN or row.route in ASKED_FIRST:
            continue
        for role in row.opens & {*NINE}:
            for form in FORM.findall(ask(village, row, role).words):
                action = ACTION.search(form)
                to = (urlsplit(action[1]).path if action else "") or row.path(village)
                route = _route_of(to)
                shown += 1
                if role not in senders.get(route, set()):
                    strays.setdefault(route, set()).add(f"{role} on {row}")
    assert shown > 100
    assert strays == {}, "a form that its reader may not send, or an address without a row that has “send”"


# ---- each private table, in what was answered ---------------------------------------------------------------------------
@pytest.mark.parametrize("record", [one for one in RECORDS if one not in TENANCY], ids=str)
def test_who_reads_it_elsewhere(record: Record, village: Village) -> None:
    """By a permission, in the CMS and at our desks; and whose it is, on their own pages."""
    by_permission = {
        role
        for role in ROLES
        if (user := village.people[role]) and record.permission and user.has_perm(record.permission)
    }
    shown: set[str] = set()
    if record.shown_at:
        mark = record.found_by(village)
        for name in record.mark.split("."):
            mark = mark[name] if isinstance(mark, dict) else getattr(mark, name)
        for row in (BY_NAME[name] for name in record.shown_at):
            asked = {role: ask(village, row, role) for role in ROLES}
            shown |= {
                role for role in ROLES if asked[role].answer.status_code == 200 and str(mark) in asked[role].words
            }
        assert shown, "no page shows what is looked for"
    if record.permission or record.shown_at:
        assert sorted(by_permission | shown) == sorted(record.reads)


@pytest.fixture(scope="module")
def changed(village: Village) -> dict[str, set[str]]:
    """Whose forms wrote to which table, of all addresses that are for somebody."""
    labels = {model._meta.db_table: model._meta.label for model in apps.get_models()}
    found: dict[str, set[str]] = {}
    for row in FOR_SOMEBODY:
        if row.send:
            for role in EVERYBODY:
                for table in ask(village, row, role, sends=True).written:
                    found.setdefault(labels.get(table, table), set()).add(role)
    return found


@pytest.mark.parametrize("record", RECORDS, ids=str)
def test_whose_forms_change_it(record: Record, changed: dict[str, set[str]]) -> None:
    assert sorted(changed.get(record.label, ())) == sorted(record.changes)


# ---- the canary -----------------------------------------------------------------------------------------------------
def test_nobody_reads_a_word_of_a_record_that_is_not_theirs(village: Village) -> None:
    """In no page, file or refusal, whether they look or send a form; and those who may read do find it somewhere."""
    leaks: dict[str, set[str]] = {}
    read: set[str] = set()
    answers: Counter[int] = Counter()
    for row in ROWS:
        if row.is_opened_by_a_link:
            continue  # see test_links
        for role, sends in product(row.asked_by, (False, True)):
            asked = ask(village, row, role, sends=sends)
            said = said_in(asked)
            answers[asked.answer.status_code] += 1
            read |= village.canary.found_in(said)
            for word in village.canary.strangers_to(role, said, row.route):
                leaks.setdefault(word, set()).add(f"{role} {'sends to' if sends else 'on'} {row}")
    assert leaks == {}
    assert sum(answers.values()) > 4000
    assert min(answers[200], answers[302], answers[403], answers[404]) > 100, "pages, ways on and refusals"
    assert len(village.canary.marks) > 100
    assert len(read) > 60
    assert village.canary.used == set(ALLOWED), "words that are allowed, and stand nowhere"


def test_an_address_is_looked_for_as_a_word_is(village: Village) -> None:
    """Whoever may read one of the records that have it may read it."""
    contact = f"tenancy.Contact.email {village.contact.pk}"
    for said in (f"mailto:{village.contact.email}", quote(village.contact.email.upper())):
        assert village.canary.strangers_to(MEMBER, said) == {contact}
        assert village.canary.strangers_to(ADMIN, said) == village.canary.strangers_to(MANAGER, said) == set()
        assert village.canary.strangers_to_address("somebody@else.example", said) == {contact}
        assert village.canary.strangers_to_address(village.contact.email, said) == set()
    assert len(village.canary.addresses) > 8


def test_every_structure_is_known_to_the_canary() -> None:
    """A new one needs an entry in ``STRUCTURES`` of ``canary.py``, where somebody writes words into it; else in ``NO_WORDS``."""
    assert structures() == {*STRUCTURES, *NO_WORDS}


def test_no_letter_tells_anybody_of_a_record_that_is_not_theirs(village: Village) -> None:
    leaks: dict[str, set[str]] = {}
    read: set[str] = set()
    sent = 0
    senders = [(row, role) for row in ROWS if row.send for role in row.asked_by]
    for row, role in senders:
        for letter, address in sent_by(ask(village, row, role, sends=True)):
            said = written_in(letter)
            sent += 1
            read |= village.canary.found_in(said)
            for word in village.canary.strangers_to_address(address, said):
                leaks.setdefault(word, set()).add(f"to {address}: {letter.subject} ({role} sends to {row})")
    assert leaks == {}
    assert sent > 100
    assert len(read) > 3


def test_nothing_of_a_record_is_logged(village: Village) -> None:
    """Whatever was asked, refused or sent, by whomever: at the levels of production, errors with all that they say."""
    asked = [ask(village, row, role, sends=sends) for row in ROWS for role in row.asked_by for sends in (False, True)]
    logged = [line for one in asked for line in one.logged]
    assert village.canary.found_in(" ".join(logged)) == set()
    assert len(logged) > 1000


def _company_reads_every_note(broken: pytest.MonkeyPatch, village: Village) -> None:
    rows = [Shared(note.at, NOTE, note.words) for note in Note._base_manager.filter(account=village.account)]
    broken.setattr("tenancy.my.company.shared", lambda user, account: rows)


def _refusal_says_what_it_refuses(broken: pytest.MonkeyPatch, village: Village) -> None:
    def said(request: HttpRequest, status: int) -> HttpResponse:
        return HttpResponse(f"<p>{village.note.words} is not for you.</p>", status=status)

    broken.setattr("core.views._refusal", said)


def _way_on_says_what_it_is_about(broken: pytest.MonkeyPatch, village: Village) -> None:
    broken.setattr(django_settings, "LOGIN_URL", f"/accounts/login/?about={village.note.words}")


@pytest.mark.parametrize(
    ("breaks", "name", "role"),
    [
        (_company_reads_every_note, "my/requests/<int:pk>/", MEMBER),
        (_refusal_says_what_it_refuses, "staff/accounts/<int:pk>/", MEMBER),
        (_refusal_says_what_it_refuses, "my/requests/<int:pk>/", PARTNER),
        (_way_on_says_what_it_is_about, "staff/accounts/<int:pk>/", VISITOR),
    ],
)
def test_a_word_in_the_wrong_place_is_found(breaks: Any, name: str, role: str, village: Village) -> None:
    """In a page, a refusal and a redirect: whoever may read it may, and nobody else."""
    row = next(row for row in ROWS if str(row) == name)
    assert village.canary.strangers_to(role, said_in(ask_anew(village, row, role))) == set()
    with pytest.MonkeyPatch.context() as broken:
        breaks(broken, village)
        said = said_in(ask_anew(village, row, role))
    strangers = village.canary.strangers_to(role, said)
    assert f"tenancy.Note.words {village.note.pk}" in strangers
    assert f"tenancy.Note.words {village.shared_note.pk}" not in strangers
    assert f"tenancy.Note.words {village.note.pk}" not in village.canary.strangers_to(MANAGER, said)


def test_a_page_that_breaks_says_nothing_of_what_it_was_about(village: Village) -> None:
    def breaks(user: Any, account: Any) -> None:
        raise ValueError(village.note.words)

    row = next(row for row in ROWS if str(row) == "my/requests/<int:pk>/")
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr("tenancy.my.company.shared", breaks)
        asked = ask_anew(village, row, MEMBER)
    assert asked.answer.status_code == 500
    assert village.canary.found_in(said_in(asked)) == set()
    assert village.canary.found_in(" ".join(asked.logged)) == {village.note.words}  # a word in the log is found


def test_a_letter_to_somebody_else_is_found(village: Village) -> None:
    row = next(row for row in ROWS if str(row) == "staff/requests/<int:pk>/partners/<int:partner>/")
    stranger = village.people[OTHER_MEMBER]
    assert stranger
    named = 0
    for letter, address in sent_by(ask_anew(village, row, MANAGER, sends=True)):
        said = written_in(letter)
        assert village.canary.strangers_to_address(address, said) == set()
        for somebody in ("somebody@else.example", stranger.email):
            words = {word.split()[0] for word in village.canary.strangers_to_address(somebody, said)}
            named += "tenancy.Contact.name" in words
    assert named > 1


def _route_of(path: str) -> str:
    try:
        return str(resolve(path).route)
    except Resolver404:
        return path

"""The matrix: every address asked by every role, read and sent to; what is not in the table fails.

A new address needs a row in ``addresses.py`` (for somebody) or ``open_to_all.py`` (for everybody, or by a link).
"""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings as django_settings
from django.http import HttpResponse
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from .addresses import FOR_SOMEBODY
from .asking import ask
from .open_to_all import OPEN_TO_ALL, SIGNING_IN
from .rows import EVERYBODY, Row
from .village import NINE, ROLES, Village

pytestmark = pytest.mark.django_db

ROWS = [*FOR_SOMEBODY, *OPEN_TO_ALL]
EACH_ROW = pytest.mark.parametrize("row", ROWS, ids=str)
ELSEWHERE = ("cms/", "^cms/")  # each of its addresses is asked in tests/structure/test_access.py
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
                to = action[1].partition("?")[0] if action and action[1] else row.path(village)
                route = _route_of(to)
                shown += 1
                if role not in senders.get(route, set()):
                    strays.setdefault(route, set()).add(f"{role} on {row}")
    assert shown > 100
    assert strays == {}, "a form that its reader may not send, or an address without a row that has “send”"


def _route_of(path: str) -> str:
    try:
        return str(resolve(path).route)
    except Resolver404:
        return path

"""Each address of the CMS that is ours, asked by the nine and an editor: who gets in, and what they read there."""

import re

import pytest

from .asking import ask_anew, said_in
from .in_the_cms import ASKED, DECIDED_THERE, IN_THE_CMS, SENT, ours
from .village import COMMS, COMMUNITY, EDITOR, MANAGER, SITE_ADMIN, VISITOR, Village

REFUSED = ("/accounts/login/", "/cms/")  # to the door, or to where they may go, with the reason


def test_every_address_of_ours_in_the_cms_has_a_row() -> None:
    found, rows = set(ours()), [row.route for row in IN_THE_CMS]
    assert len(found) > 60
    assert len(rows) == len(set(rows))
    assert found == set(rows), "say in tests/matrix/in_the_cms.py who gets in there; what is gone goes from it"


@pytest.mark.django_db
def test_who_gets_in_and_reads_what_is_theirs(village: Village) -> None:
    wrong, leaks, read = set[str](), set[str](), set[str]()
    for row in IN_THE_CMS:
        for role in ASKED:
            asked = ask_anew(village, row, role)
            to = asked.answer.get("Location", "").partition("?")[0]
            gets_in = asked.answer.status_code == row.answer and to not in REFUSED
            # Whoever is signed in already is never sent to sign in: they would be sent back.
            is_refused = asked.answer.status_code == 403 or to == REFUSED[role != VISITOR]
            if gets_in != (role in row.opens) or not (gets_in or is_refused):
                wrong.add(f"{role} on {row}: {asked.answer.status_code} {to}")
            if asked.written:
                wrong.add(f"{role} looks at {row}, and {asked.written} change")
            read |= village.canary.found_in(asked.words)
            for word in village.canary.strangers_to(role, said_in(asked), row.route):
                if not (gets_in and row.route.startswith(f"cms/{SENT}") and word.startswith(DECIDED_THERE)):
                    leaks.add(f"{word}: {role} on {row}")
    assert wrong == set()
    assert leaks == set()
    assert len(read) >= 5


@pytest.mark.django_db
@pytest.mark.parametrize("role", [COMMUNITY, COMMS, MANAGER, EDITOR, SITE_ADMIN])
def test_whatever_stands_in_the_menu_opens(village: Village, role: str) -> None:
    client = village.client(role)
    home = client.get("/cms/").content.decode()
    menu = set(re.findall(r'"url": "(/[^"]+)"', home))
    assert menu
    has_pages = client.get("/cms/pages/", follow=True).request["PATH_INFO"] != "/cms/"
    assert ("village-edits-no-pages" in home) != has_pages  # then the style sheet takes the search of pages away
    answers = {url: client.get(url, follow=True) for url in menu}
    assert {url for url, answer in answers.items() if answer.status_code != 200} == set()
    assert {url for url, answer in answers.items() if answer.request["PATH_INFO"] in REFUSED} == set()

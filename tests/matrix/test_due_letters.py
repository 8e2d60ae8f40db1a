"""Letters that the clock has written, over more than a year: none says a word of a record that its reader may not read."""

import re
from collections import defaultdict
from dataclasses import replace
from typing import Any

import pytest

from core import due
from spaces.models import Booking
from tenancy.models import Note

from .ahead import Walked, moments, walk
from .canary import Canary
from .village import ADMIN, COMMUNITY, MEMBER, OTHER_MEMBER, Village

pytestmark = pytest.mark.django_db

# What each job of the clock writes to people, by the subject of the letter.
LETTERS = {
    "remind of tasks": ("task due in the village",),
    "ask what came of introductions": ("What came of meeting ",),
    "ask whether profiles are still true": ("Is the profile of .* still right",),
    "send what is new": ("new for your search", "Do you still want to be told"),
    "publish scheduled pages": ("New day or time",),
    "serve those who wait for a place": ("A place is free for you", "The offer has ended"),
    "remind those who have a place": ("(Today|Tomorrow), ",),
    "certificates and letters after events": ("your certificate, and a question",),
    "serve those who wait for a space": ("Free for you until",),
    "end holds of spaces": ("The offer has ended", "We did not answer in time"),
    "remind those who have a space": ("(Today|Tomorrow), ",),
    "give back spaces that nobody came to": ("Given back",),
}
WRITE_TO_NOBODY = {
    *("reap tasks", "prune tasks", "forget ended sessions", "forget old versions"),
    *("close introductions that nobody answered", "forget invitations that nobody accepted"),
    *("close news that everybody has had", "forget private records"),
    *("refresh stale documents", "mend the search index", "tell the search server what changed"),
    *("forget what nobody wants to be told", "forget what was searched for"),
    *("count what the strategy aims at", "forget how people were counted"),
    *("forget who came to past events", "look over places", "forget who came to events"),
    *("carry over what tenants may book", "look over spaces", "forget who had spaces"),
    "forget what was decided about profiles",
}


@pytest.fixture
def walked(ahead: Canary) -> Walked:
    return walk(ahead, list(moments()))


def leaks_of(walked: Walked) -> dict[str, set[str]]:
    return {str(one): one.strangers for one in walked.sent if one.strangers}


def test_every_job_of_the_clock_says_what_it_writes() -> None:
    """A new job needs its letters in ``LETTERS``, and something in ``ahead.py`` that has it write them."""
    assert set(due._jobs) == {*LETTERS, *WRITE_TO_NOBODY}


def test_no_letter_of_the_clock_tells_anybody_of_a_record_that_is_not_theirs(walked: Walked, ahead: Canary) -> None:
    """Nor does its log. Each kind of letter is really sent, and most say something of what is their reader’s own."""
    assert [errors for errors in walked.errors if errors] == []
    assert leaks_of(walked) == {}
    assert ahead.found_in(" ".join(walked.logged)) == set()

    sent: dict[str, set[str]] = defaultdict(set)
    for one in walked.sent:
        kinds = {kind for kind in LETTERS.get(one.job, ()) if re.search(kind, one.letter.subject)}
        assert kinds, f"a letter of no kind that is known: {one}"
        sent[one.job] |= kinds
    assert sent == {job: set(kinds) for job, kinds in LETTERS.items()}
    assert len(walked.sent) > 20
    assert len({one.address for one in walked.sent}) > 15
    assert len({mark for one in walked.sent for mark in one.read}) > 8


def test_a_word_in_a_letter_of_the_clock_is_found(ahead: Canary, village: Village) -> None:
    """In its text, in a header, and in its part for calendars, where the line breaks in the middle of the word."""
    words = Note._base_manager.get(pk=village.note.pk).words
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr("search.alerts.letters.title_of", lambda query: words)
        broken.setattr("events.bookings.letters.message_id", lambda purpose, key: f"<{words}@village.example>")
        broken.setattr("spaces.invitations.own_summary", lambda booking: f"{'x' * 53} {words}")
        walked = walk(ahead, list(moments(1, 2, 3)))
    found = leaks_of(walked)
    assert {strangers for each in found.values() for strangers in each} == {f"tenancy.Note.words {village.note.pk}"}
    by_job = {one.job: one.letter for one in walked.sent if one.strangers}
    assert by_job.keys() >= {"send what is new", "publish scheduled pages"}
    struck_out = by_job["give back spaces that nobody came to"]
    assert words not in struck_out.alternatives[-1].content


def test_a_word_in_the_log_of_the_clock_is_found(ahead: Canary, village: Village) -> None:
    """A job that fails says why, with all that the error says."""
    words = Note._base_manager.get(pk=village.note.pk).words

    def fails() -> Any:
        raise ValueError(words)

    with pytest.MonkeyPatch.context() as broken:
        broken.setitem(due._jobs, "remind of tasks", replace(due._jobs["remind of tasks"], do=fails))
        walked = walk(ahead, list(moments(2)))
    assert ahead.found_in(" ".join(walked.logged)) == {words}


def test_a_booking_of_others_is_no_company_s_to_read(ahead: Canary, village: Village) -> None:
    """Whoever reads bookings because they belong to a company reads those of that company."""

    def readers(key: int) -> set[str]:
        return {role for role in (MEMBER, ADMIN, OTHER_MEMBER, COMMUNITY) if ahead.may_read(role, Booking, key)}

    assert readers(village.space_booking.pk) == {MEMBER, ADMIN, COMMUNITY}
    assert readers(Booking.objects.get(email="away@example.org").pk) == {COMMUNITY}

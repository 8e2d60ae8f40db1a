"""Who is told of what, when: only what is new, only what is public, and each thing once."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.conf import settings as project
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from taggit.models import Tag

from search.alerts import tasks
from search.alerts.choices import Frequency
from search.alerts.models import SavedSearch, Subscriber
from search.indexing import rebuild, refresh
from search.models import Synonym
from tests.search.alerts.conftest import ADA, MONDAY, Clock
from tests.search.conftest import Shelf

pytestmark = pytest.mark.django_db

Save = Callable[..., SavedSearch]
Outbox = list[EmailMultiAlternatives]


def html_of(message: EmailMultiAlternatives) -> str:
    return next(str(part.content) for part in message.alternatives)


class RefusingBackend(EmailBackend):
    """A mail server that is out of order."""

    def send_messages(self, messages: Any) -> int:
        raise ConnectionRefusedError("no mail today")


# ---- what is new ----------------------------------------------------------------------------------------------------
def test_only_what_comes_after_the_confirmation_is_told(
    filled: Shelf, saved: Save, clock: Clock, mailoutbox: Outbox
) -> None:
    saved("pathology")
    clock.tick()
    assert mailoutbox == []

    filled.put("Leeds Pathology Network", summary="Looks at slides.")
    filled.put("Something else")
    clock.tick()
    [letter] = mailoutbox
    assert letter.to == [ADA]
    assert letter.subject == "Leeds Pathology Network: new for your search"
    for words in (str(letter.body), html_of(letter)):
        assert "Leeds Pathology Network" in words and "Looks at slides." in words
        assert f"{project.BASE_URL}/search/?q=pathology" in words
        assert "Something else" not in words and "NPIC" not in words and "Besançon" not in words

    clock.tick()
    assert len(mailoutbox) == 1, "nothing new, no letter"


def test_what_was_told_of_is_never_new_again(filled: Shelf, saved: Save, clock: Clock, mailoutbox: Outbox) -> None:
    saved("pathology")
    tag = filled.put("Pathology Network")
    clock.tick()
    assert len(mailoutbox) == 1

    filled.contents[str(tag.pk)] = {"summary": "Edited, and about pathology still."}
    clock.tick()
    filled.hidden.add(tag.pk)  # taken down
    clock.tick()
    filled.hidden.clear()  # published anew
    clock.tick()
    filled.contents[str(tag.pk)], tag.name = {}, "Does not fit any more"
    tag.save()
    clock.tick()
    tag.name = "Pathology Network"
    tag.save()
    clock.tick()
    assert len(mailoutbox) == 1


def test_what_fitted_at_the_confirmation_is_not_new_when_it_comes_back(
    filled: Shelf, saved: Save, clock: Clock, mailoutbox: Outbox
) -> None:
    tag = filled.put("Pathology Network")
    rebuild()
    saved("pathology")
    filled.hidden.add(tag.pk)
    clock.tick()
    filled.hidden.clear()
    clock.tick()
    assert mailoutbox == []


def test_what_comes_to_fit_by_an_edit_is_new(filled: Shelf, saved: Save, clock: Clock, mailoutbox: Outbox) -> None:
    tag = filled.put("Airedale Annexe", colour=("blue",))
    rebuild()
    saved(colour={"green"})
    filled.contents[str(tag.pk)] = {"colour": ("blue", "green")}
    clock.tick()
    assert [letter.subject for letter in mailoutbox] == ["Airedale Annexe: new for your search"]


def test_what_a_synonym_makes_fit_is_new(filled: Shelf, saved: Save, clock: Clock, mailoutbox: Outbox) -> None:
    saved("solicitors")
    Synonym.objects.create(terms="solicitors, lawyers")
    clock.tick()
    assert [letter.subject for letter in mailoutbox] == ["Aimwell Partners: new for your search"]


def test_all_words_have_to_be_there(filled: Shelf, saved: Save, clock: Clock, mailoutbox: Outbox) -> None:
    """The page widens a search that finds little; a letter about half of what was asked would be a nuisance."""
    saved("wet pathology lab")
    filled.put("Pathology Network")
    clock.tick()
    assert mailoutbox == []
    filled.put("Wet lab for pathology")
    clock.tick()
    assert len(mailoutbox) == 1


def test_a_term_that_is_gone_makes_nothing_fit_rather_than_everything(
    filled: Shelf, saved: Save, clock: Clock, mailoutbox: Outbox
) -> None:
    saved(colour={"mauve"})
    filled.put("Anything")
    clock.tick()
    assert mailoutbox == []


def test_a_saved_word_that_nobody_knows_stays_what_it_was(
    filled: Shelf, saved: Save, clock: Clock, mailoutbox: Outbox
) -> None:
    """“Pathologie” is not mended to what the index happens to hold later."""
    SavedSearch.objects.filter(pk=saved("x").pk).update(query_string="q=patholagy")
    filled.put("Pathology Network")
    clock.tick()
    assert mailoutbox == []


# ---- what is public -------------------------------------------------------------------------------------------------
def test_what_is_not_public_when_the_letter_is_written_is_not_in_it(
    filled: Shelf, saved: Save, clock: Clock, mailoutbox: Outbox
) -> None:
    """Though the index still holds it; and it is new when it comes back."""
    saved()
    secret, shown = filled.put("Secret plans"), filled.put("Shown to all")
    rebuild()
    filled.hidden.add(secret.pk)
    clock.tick_at(MONDAY)
    [letter] = mailoutbox
    assert letter.subject == f"{shown.name}: new for your search"
    assert "Secret" not in str(letter.body) + html_of(letter)
    assert "more" not in letter.subject + str(letter.body).split("The whole list")[0], "not counted either"

    filled.hidden.clear()
    clock.tick_at(MONDAY + timedelta(days=1))
    assert [one.subject for one in mailoutbox[1:]] == ["Secret plans: new for your search"]


def test_a_letter_says_what_the_record_says_now(filled: Shelf, saved: Save, clock: Clock, mailoutbox: Outbox) -> None:
    saved()
    tag = filled.put("Network", summary="Words that were taken back.")
    rebuild()
    filled.contents[str(tag.pk)] = {"summary": "Words that stand."}
    clock.tick_at(MONDAY)
    assert "Words that stand." in mailoutbox[0].body and "taken back" not in mailoutbox[0].body


# ---- one letter -----------------------------------------------------------------------------------------------------
def test_several_searches_are_one_letter_with_a_part_for_each(
    filled: Shelf, saved: Save, clock: Clock, mailoutbox: Outbox
) -> None:
    saved("pathology")
    saved(colour={"red"})
    saved("house")
    saved("nothing-has-this-word")
    saved("pathology", email="grace@example.org")
    filled.put("Pathology Network")
    filled.put("Red House", colour=("red",))
    clock.tick()
    assert sorted(letter.to[0] for letter in mailoutbox) == [ADA, "grace@example.org"]
    letter = next(one for one in mailoutbox if one.to == [ADA])
    assert letter.subject == "Pathology Network and 1 more: new for your search"
    body = str(letter.body)
    assert body.index("Everything for “pathology”") < body.index("* Pathology Network")
    assert body.index("* Pathology Network") < body.index("Everything (Colour: Red)") < body.index("* Red House")
    assert body.count("* Red House") == 2, "each part is whole; what is in two counts once"
    assert "nothing-has-this-word" not in body


def test_a_letter_shows_twenty_and_says_how_many_more(
    filled: Shelf, saved: Save, clock: Clock, mailoutbox: Outbox
) -> None:
    saved()
    for number in range(23):
        filled.put(f"New thing {number:02}")
    clock.tick()
    [letter] = mailoutbox
    assert str(letter.body).count("* New thing") == html_of(letter).count("<h3>") == 20
    assert letter.subject == "New thing 00 and 22 more: new for your search"
    assert "And 3 more. The whole list:" in str(letter.body) and "3 more, and the whole list" in html_of(letter)
    clock.tick()
    assert len(mailoutbox) == 1, "those that were only counted are told of too"


def test_two_clocks_that_tick_at_once_send_one_letter(
    transactional_db: None, filled: Shelf, saved: Save, mailoutbox: Outbox
) -> None:
    one = saved()
    filled.put("Network")
    rebuild()
    SavedSearch.objects.filter(pk=one.pk).update(looked_at=timezone.now() - timedelta(days=2))
    together = Barrier(4)

    def tick() -> None:
        together.wait()
        try:
            tasks.send_due()
        finally:
            connection.close()

    threads = [Thread(target=tick) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(mailoutbox) == 1


def test_a_task_that_runs_twice_sends_one_letter(filled: Shelf, saved: Save, clock: Clock, mailoutbox: Outbox) -> None:
    one = saved()
    filled.put("Network")
    rebuild()
    for _ in range(2):
        tasks.send_digest.enqueue(subscriber=one.subscriber_id, searches=[one.pk], on="2026-11-26")
    assert len(mailoutbox) == 1


def test_when_the_mail_server_refuses_nothing_is_lost(
    filled: Shelf, saved: Save, clock: Clock, mailoutbox: Outbox, settings: Any
) -> None:
    one = saved()
    filled.put("Network")
    works, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.RefusingBackend"
    clock.tick()
    one.refresh_from_db()
    assert one.told == SavedSearch.objects.get(pk=one.pk).told and mailoutbox == []
    settings.EMAIL_BACKEND = works
    clock.tick()
    assert [letter.subject for letter in mailoutbox] == ["Network: new for your search"]


def test_a_letter_that_goes_out_twice_has_the_same_number(
    filled: Shelf, saved: Save, clock: Clock, mailoutbox: Outbox
) -> None:
    """As after a crash between the mail server's yes and our commit."""
    one = saved()
    filled.put("Network")
    rebuild()
    told = SavedSearch.objects.get(pk=one.pk).told
    for on in ("2026-11-26", "2026-11-26", "2026-11-27"):
        SavedSearch.objects.filter(pk=one.pk).update(told=told)
        tasks.send_digest.enqueue(subscriber=one.subscriber_id, searches=[one.pk], on=on)
    first, again, next_day = (letter.extra_headers["Message-ID"] for letter in mailoutbox)
    assert first == again != next_day


def test_tasks_are_given_keys_alone(filled: Shelf, saved: Save, clock: Clock, settings: Any, client: Any) -> None:
    from django_tasks_db.models import DBTaskResult

    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    one = saved()
    client.post("/search/alerts/new/", {"email": "grace@example.org", "frequency": "daily"})
    clock.tick()
    given = {result.task_path.rpartition(".")[2]: result.args_kwargs["kwargs"] for result in DBTaskResult.objects.all()}
    asked = SavedSearch.objects.get(subscriber__email="grace@example.org")
    assert given == {
        "send_confirmation": {"search": asked.pk},
        "send_digest": {"subscriber": one.subscriber_id, "searches": [one.pk], "on": "2026-11-26"},
    }


# ---- when -----------------------------------------------------------------------------------------------------------
def test_letters_come_at_seven(filled: Shelf, saved: Save, clock: Clock, mailoutbox: Outbox) -> None:
    saved()
    filled.put("Network")
    rebuild()
    clock.tick_at(timezone.localtime().replace(hour=6, minute=59))
    assert mailoutbox == []
    clock.tick_at(timezone.localtime().replace(hour=7, minute=0))
    assert len(mailoutbox) == 1


def test_on_mondays_both_kinds_are_one_letter(filled: Shelf, saved: Save, clock: Clock, mailoutbox: Outbox) -> None:
    saved(colour={"red"}, frequency=Frequency.DAILY)
    saved(colour={"blue"}, frequency=Frequency.WEEKLY)
    filled.put("Red House", colour=("red",))
    filled.put("Blue House", colour=("blue",))
    rebuild()
    for day in range(3, -1, -1):
        clock.tick_at(MONDAY - timedelta(days=day, minutes=-1))
    assert [letter.subject for letter in mailoutbox] == [
        "Red House: new for your search",  # on Friday
        "Blue House: new for your search",
    ]
    filled.put("Red Barn", colour=("red",))
    filled.put("Blue Barn", colour=("blue",))
    rebuild()
    clock.tick_at(MONDAY + timedelta(days=7, minutes=3))
    assert [letter.subject for letter in mailoutbox[2:]] == ["Red Barn and 1 more: new for your search"]


def test_a_clock_that_stood_still_catches_up_with_one_letter(
    filled: Shelf, saved: Save, clock: Clock, mailoutbox: Outbox
) -> None:
    saved()
    filled.put("Network")
    rebuild()
    clock.tick_at(MONDAY + timedelta(days=9, hours=5))
    clock.tick_at(MONDAY + timedelta(days=9, hours=6))
    assert len(mailoutbox) == 1


# ---- the letter -----------------------------------------------------------------------------------------------------
def test_what_the_letter_says_to_mail_programs(filled: Shelf, saved: Save, clock: Clock, mailoutbox: Outbox) -> None:
    saved()
    filled.put("Network")
    clock.tick()
    message = mailoutbox[0].message()
    unsubscribe = message["List-Unsubscribe"].strip()
    assert unsubscribe.startswith(f"<{project.BASE_URL}/search/alerts/unsubscribe/") and unsubscribe.endswith("/>")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Precedence"] == "bulk"
    assert message["List-Id"].endswith("<saved-searches.127.0.0.1>")
    assert message.get_content_type() == "multipart/alternative"
    assert ADA not in unsubscribe


def test_words_of_readers_and_editors_are_only_words(
    filled: Shelf, saved: Save, clock: Clock, mailoutbox: Outbox
) -> None:
    saved("<b>R&D</b>")
    filled.put("R&D <script>alert(1)</script> b")
    clock.tick()
    [letter] = mailoutbox
    assert "R&D <script>" in letter.subject and "R&D <script>" in str(letter.body)
    assert "<script>" not in html_of(letter) and "“&lt;b&gt;R&amp;D&lt;/b&gt;”" in html_of(letter)


def test_a_subject_is_one_line(filled: Shelf, saved: Save, clock: Clock, mailoutbox: Outbox) -> None:
    saved()
    filled.put("Two\r\nBcc: everybody@example.org")
    clock.tick()
    assert mailoutbox[0].subject == "Two Bcc: everybody@example.org: new for your search"
    assert mailoutbox[0].message()["Bcc"] is None


def test_more_news_does_not_mean_more_statements(filled: Shelf, saved: Save, clock: Clock, mailoutbox: Outbox) -> None:
    one = saved()
    counts = []
    for number in (1, 40):
        for each in range(number):
            filled.put(f"Network {number} {each}")
        rebuild()
        with CaptureQueriesContext(connection) as captured:
            tasks.send_digest.enqueue(subscriber=one.subscriber_id, searches=[one.pk], on="2026-11-26")
        counts.append(len(captured))
    assert len(mailoutbox) == 2
    assert counts == [11, 11]


# ---- still wanted ---------------------------------------------------------------------------------------------------
def test_after_a_year_we_ask_once_and_forget_who_does_not_answer(
    filled: Shelf, saved: Save, clock: Clock, mailoutbox: Outbox
) -> None:
    saved()
    clock.tick(days=365)
    assert mailoutbox == []
    clock.tick()
    assert [letter.subject for letter in mailoutbox] == ["Do you still want to be told what is new?"]
    clock.tick(days=29)
    assert len(mailoutbox) == 1 and Subscriber.objects.count() == 1
    clock.tick(days=1.1)
    assert (Subscriber.objects.count(), SavedSearch.objects.count(), len(mailoutbox)) == (0, 0, 1)


def test_the_question_comes_with_what_is_new(filled: Shelf, saved: Save, clock: Clock, mailoutbox: Outbox) -> None:
    saved()
    filled.put("Network")
    clock.tick(days=366)
    [letter] = mailoutbox
    assert letter.subject == "Network: new for your search"
    assert "Shall we go on?" in str(letter.body) and "Shall we go on?" in html_of(letter)


def test_who_was_not_reached_is_not_forgotten(
    filled: Shelf, saved: Save, clock: Clock, mailoutbox: Outbox, settings: Any
) -> None:
    saved()
    works, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.RefusingBackend"
    clock.tick(days=366)
    clock.tick(days=40)
    assert Subscriber.objects.count() == 1
    settings.EMAIL_BACKEND = works
    clock.tick()
    assert len(mailoutbox) == 1


def test_what_is_due_costs_little_while_nothing_is(filled: Shelf, saved: Save, clock: Clock) -> None:
    for number in range(20):
        saved(email=f"{number}@example.org")
    clock.tick()
    with CaptureQueriesContext(connection) as captured:
        tasks.send_due()
    assert len(captured) == 1


def test_an_index_that_lags_is_no_news_for_whoever_is_gone(
    filled: Shelf, saved: Save, clock: Clock, mailoutbox: Outbox
) -> None:
    one = saved()
    key = filled.put("Network").pk
    refresh({"thing": [key]})
    Tag.objects.filter(pk=key).delete()  # without a signal: the index still has it
    one.subscriber.delete()
    tasks.send_digest.enqueue(subscriber=one.subscriber_id or 0, searches=[one.pk or 0], on="2026-11-26")
    call_command("tick")
    assert mailoutbox == []

"""The front door: whoever writes to us is heard, told what happens next, and never learns of anybody else."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core import mail
from django.test import Client

from accounts.models import User
from home.models import ContentPage, HomePage
from tenancy.choices import EnquiryKind, EnquiryState
from tenancy.models import Enquiry
from tests.assertions import assert_public_page
from tests.factories import tenancy as make
from tests.factories.directory import NeedFactory, OrganisationFactory, StageFactory
from tests.factories.home import ContentPageFactory

pytestmark = pytest.mark.django_db
SAID = {
    "kind": "space",
    "name": "Ada Lovelace",
    "email": "Ada@example.org",
    "organisation": "Engines",
    "message": "We need two benches.",
}


@pytest.fixture
def contact(home: HomePage) -> ContentPage:
    return ContentPageFactory(title="Ask", slug="contact", body=[("contact", {"heading": "Ask a person", "note": ""})])


def send(client: Client, **said: str) -> Any:
    return client.post("/contact/send/", {**SAID, **said}, headers={"Origin": "http://testserver"})


def form_of(client: Client, address: str) -> dict[str, str]:
    """What a browser would send if nobody typed anything."""
    form = BeautifulSoup(client.get(address).content, "html.parser").select_one("main form[method=post]")
    assert form is not None
    said = {field["name"]: field.get("value", "") for field in form.select("input[name]")}
    said |= {area["name"]: area.get_text().strip() for area in form.select("textarea")}
    chosen = {box["name"]: box.select_one("option[selected]") for box in form.select("select")}
    return said | {name: option["value"] if option else "" for name, option in chosen.items()}


# ---- the pages ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["join", "contact"])
def test_a_page_of_the_editors_holds_the_form_and_sets_no_cookie(client: Client, home: HomePage, path: str) -> None:
    ContentPageFactory(title="Words of the editors", slug=path, body=[("contact", {"heading": "Ring", "note": ""})])

    page = assert_public_page(client.get(f"/{path}/"))

    assert page.h1.get_text() == "Words of the editors"
    form = page.select_one("main form[method=post]")
    fields = [field["name"] for field in form.select("input, select, textarea")]
    assert {"name", "email", "organisation", "message", "kind"} <= set(fields)
    assert len(fields) < 8
    assert page.select_one("section[aria-labelledby=write] a[href='/join/updates/']") and page.select_one(
        "footer a[href='/join/updates/']"
    )
    assert not form.select("[name=csrfmiddlewaretoken]")


@pytest.mark.parametrize("path", ["join", "contact"])
def test_the_door_is_there_without_a_page_of_the_editors(client: Client, home: HomePage, path: str) -> None:
    page = BeautifulSoup(client.get(f"/{path}/").content, "html.parser")

    assert page.select_one("form input[name=email]")


def test_kind_is_chosen_by_the_address(client: Client, contact: ContentPage) -> None:
    assert form_of(client, "/contact/?kind=staff-idea")["kind"] == "staff-idea"


def test_an_introduction_brings_partner_need_and_stage(client: Client, contact: ContentPage) -> None:
    make.manager()
    npic = OrganisationFactory(title="NPIC", slug="npic")
    need, stage = NeedFactory(slug="clinical-input"), StageFactory(slug="prototype")
    form = form_of(client, "/contact/?organisation=npic&need=clinical-input&stage=prototype")
    assert "introduced to NPIC" in form["message"]

    client.post("/contact/send/", {**form, "name": "Ada", "email": "ada@example.org"})

    enquiry = Enquiry.objects.get()
    assert (enquiry.kind, enquiry.about, enquiry.need, enquiry.stage) == (EnquiryKind.INTRODUCTION, npic, need, stage)


def test_partners_of_a_shortlist_are_all_named(client: Client, contact: ContentPage) -> None:
    for name in ("Alpha", "Beta", "Gamma"):
        OrganisationFactory(title=name, slug=name.lower())

    message = form_of(client, "/contact/?organisation=alpha&organisation=beta&organisation=gamma")["message"]

    assert "Alpha, Beta and Gamma" in message or "Alpha, Beta, and Gamma" in message


@pytest.mark.parametrize(
    "asked",
    ["organisation=%00", "need=%00&stage=%00", "kind=%00", "searched=https://[x", "organisation=" + "a" * 9000],
)
def test_a_strange_address_gives_the_plain_form(client: Client, contact: ContentPage, asked: str) -> None:
    assert form_of(client, f"/contact/?{asked}")["message"] == ""


# ---- what comes of it -----------------------------------------------------------------------------------------------
@time_machine.travel("2026-12-24 12:00", tick=False)
def test_whoever_writes_gets_a_reference_and_a_working_day(client: Client, home: HomePage) -> None:
    boss = make.manager(email="sam@village.example")

    answer = client.post("/contact/send/", SAID, follow=True)

    enquiry = Enquiry.objects.get()
    assert (enquiry.email, enquiry.assigned_to, enquiry.state) == ("ada@example.org", boss, EnquiryState.NEW)
    assert enquiry.reply_by == date(2026, 12, 30)  # over Christmas, Boxing Day on a Saturday, and its Monday
    words = BeautifulSoup(answer.content, "html.parser").main.get_text()
    assert enquiry.reference in words
    assert "30 December" in words
    assert "12 months" in words
    letter = next(letter for letter in mail.outbox if letter.to == ["ada@example.org"])
    assert enquiry.reference in letter.subject
    assert "30 December" in letter.body


def test_the_letter_repeats_nothing_that_was_typed(client: Client, home: HomePage) -> None:
    """Whose address it is may be anybody's: our form must not carry words to them."""
    send(client, name="Buy pills", message="Buy pills now", organisation="Buy pills")

    assert len(mail.outbox) >= 1
    assert not any("pills" in str(letter.message()).lower() for letter in mail.outbox)


def test_whoever_answers_is_told_without_a_name(client: Client, home: HomePage) -> None:
    make.manager(email="sam@village.example")

    send(client)

    letter = next(letter for letter in mail.outbox if letter.to == ["sam@village.example"])
    assert f"/staff/enquiries/{Enquiry.objects.get().pk}/" in letter.body
    assert "Ada" not in letter.body


@pytest.mark.parametrize(("kind", "who"), [("space", "manager"), ("investment", "lead"), ("partnership", "lead")])
def test_each_kind_goes_to_whom_it_concerns(client: Client, home: HomePage, kind: str, who: str) -> None:
    people: dict[str, User] = {"manager": make.manager(), "lead": make.lead()}

    send(client, kind=kind)

    assert Enquiry.objects.get().assigned_to == people[who]


def test_sent_twice_it_is_one_enquiry_and_one_letter(client: Client, home: HomePage) -> None:
    first, second = send(client), send(client)

    assert first["Location"] == second["Location"]
    assert Enquiry.objects.count() == 1
    assert len([letter for letter in mail.outbox if letter.to == ["ada@example.org"]]) == 1


def test_the_same_address_again_joins_what_waits_and_sees_nothing_of_it(client: Client, home: HomePage) -> None:
    boss = make.manager(email="sam@village.example")
    first = make.EnquiryFactory(email="ada@example.org", kind="space", assigned_to=make.manager())
    boss.delete()

    answer = client.post("/contact/send/", {**SAID, "message": "One more thing."}, follow=True)

    again = Enquiry.objects.exclude(pk=first.pk).get()
    assert (again.state, again.duplicate_of, again.assigned_to) == (EnquiryState.DUPLICATE, first, first.assigned_to)
    assert again.message == "One more thing."
    assert first.reference not in answer.content.decode()
    assert "duplicate" not in answer.content.decode().lower()
    told = next(letter for letter in mail.outbox if letter.to == [first.assigned_to.email])
    assert first.reference in told.subject


@pytest.mark.parametrize(
    "earlier",
    [
        {"state": EnquiryState.ANSWERED},
        {"kind": "investment"},
        {"received_at": "2026-01-01T12:00:00Z"},
        {"email": "somebody@example.org"},
    ],
)
def test_what_is_answered_old_or_about_something_else_is_not_joined(
    client: Client, home: HomePage, earlier: dict[str, str]
) -> None:
    make.EnquiryFactory(**{"email": "ada@example.org", "kind": "space", **earlier})

    send(client)

    assert Enquiry.objects.get(name="Ada Lovelace").state == EnquiryState.NEW


def test_a_colleague_is_answered_by_the_same_person(client: Client, home: HomePage) -> None:
    make.manager()
    busy = make.manager()
    make.EnquiryFactory(email="charles@example.org", organisation_name="Engines Ltd", assigned_to=busy)

    send(client, organisation="engines limited")

    colleague = Enquiry.objects.get(name="Ada Lovelace")
    assert (colleague.state, colleague.assigned_to) == (EnquiryState.NEW, busy)


def test_an_enquiry_is_kept_though_no_mail_can_be_sent(client: Client, home: HomePage, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there

    answer = send(client)

    assert answer.status_code == 302
    assert Enquiry.objects.get().message == "We need two benches."


def test_one_mailbox_cannot_be_filled(client: Client, home: HomePage) -> None:
    for number in range(8):
        send(client, message=f"Number {number}")

    assert Enquiry.objects.count() == 8
    assert len([letter for letter in mail.outbox if letter.to == ["ada@example.org"]]) == 5


def test_whoever_is_signed_in_finds_it_again(client: Client, home: HomePage, django_user_model: type[User]) -> None:
    reader = django_user_model.objects.create_user(email="reader@example.org")
    client.force_login(reader)

    send(client)

    assert list(Enquiry.objects.visible_to(reader)) == [Enquiry.objects.get()]


# ---- what is put right ----------------------------------------------------------------------------------------------
def test_what_is_missing_is_named_and_nothing_typed_is_lost(client: Client, home: HomePage) -> None:
    page = BeautifulSoup(send(client, email="ada@").content, "html.parser")

    assert "Enter an e-mail address in full" in page.select_one(".nhsuk-error-summary").get_text()
    assert page.select_one("[name=message]").get_text().strip() == SAID["message"]
    assert page.select_one("[name=organisation]")["value"] == "Engines"
    assert not Enquiry.objects.exists()


def test_a_form_from_another_site_is_shown_before_it_is_sent(client: Client, home: HomePage) -> None:
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post("/contact/send/", SAID, headers={"Origin": "https://elsewhere.example"})

    assert answer.status_code == 403
    assert not Enquiry.objects.exists()
    page = BeautifulSoup(answer.content, "html.parser")
    token = page.select_one("[name=csrfmiddlewaretoken]")["value"]
    assert page.select_one("[name=message]").get_text().strip() == SAID["message"]
    again = strict.post("/contact/send/", {**SAID, "csrfmiddlewaretoken": token}, headers={"Origin": "null"})
    assert again.status_code in (302, 403)  # Django refuses an origin of null; a browser sends ours


def test_a_program_that_fills_in_everything_is_told_so_and_nothing_is_kept(client: Client, home: HomePage) -> None:
    answer = client.post("/contact/send/", {**SAID, "leave_empty": "x"}, follow=True)

    assert "Nothing has been sent" in answer.content.decode()
    assert not Enquiry.objects.exists()


def test_a_flood_from_one_network_is_paused_and_loses_nothing(client: Client, home: HomePage, settings: Any) -> None:
    settings.FRONT_DOOR_FORMS = ((2, 60), (3, 60 * 60))
    with time_machine.travel("2026-11-26 12:00", tick=False) as clock:
        answers = [send(client, message=f"Number {number}").status_code for number in range(3)]
        held = send(client, message="The fourth")
        clock.shift(timedelta(minutes=1))
        after_a_minute = [send(client, message=f"Late {number}").status_code for number in range(2)]
        held_longer = send(client, message="The seventh")
        clock.shift(timedelta(minutes=59))
        after_an_hour = send(client, message="An hour on").status_code

    assert answers == [302, 302, 429]
    assert "The fourth" in held.content.decode()
    assert "again in a minute." in held.content.decode()
    assert after_a_minute == [302, 429]
    assert "The seventh" in held_longer.content.decode()
    assert after_an_hour == 302
    assert Enquiry.objects.count() == 4


def test_ten_a_minute_and_sixty_an_hour_come_from_one_network(client: Client, home: HomePage) -> None:
    with time_machine.travel("2026-11-26 12:00", tick=False) as clock:
        first = [send(client, message=f"Number {number}").status_code for number in range(11)]
        rest = []
        for minute in range(1, 7):
            clock.shift(timedelta(minutes=1))
            rest += [send(client, message=f"Number {minute}.{number}").status_code for number in range(10)]
        held = send(client, message="One too many")

    assert first == [302] * 10 + [429]
    assert rest == [302] * 50 + [429] * 10
    assert "again in a minute." in held.content.decode()
    assert Enquiry.objects.count() == 60


def test_news_is_asked_for_as_rarely(client: Client, home: HomePage, settings: Any) -> None:
    settings.FRONT_DOOR_FORMS = ((100, 60), (1, 60 * 60))
    with time_machine.travel("2026-11-26 12:15", tick=False):
        send(client)
        answer = client.post("/join/updates/", {"email": "ada@example.org", "topics": "news"})

    assert answer.status_code == 429
    assert "again in 45 minutes." in answer.content.decode()
    assert 'value="ada@example.org"' in answer.content.decode()


def test_the_answer_page_is_for_whoever_has_the_link(client: Client, home: HomePage) -> None:
    address = send(client)["Location"]
    answer = client.get(address)

    assert not answer.cookies
    assert "noindex" in answer["X-Robots-Tag"]
    assert "Ada" not in answer.content.decode()
    assert client.get(address[:-3] + "abc/").status_code == 404


def test_whoever_names_no_kind_is_heard_too(client: Client, home: HomePage) -> None:
    said = {name: value for name, value in SAID.items() if name != "kind"}

    client.post("/contact/send/", said)

    assert Enquiry.objects.get().kind == EnquiryKind.OTHER

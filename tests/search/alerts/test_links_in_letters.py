"""Links in letters: a GET changes nothing, a POST needs nothing but the link, and each opens what it is for."""

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.mail import EmailMultiAlternatives
from django.core.management import call_command
from django.test import Client

from search.alerts import links
from search.alerts.choices import Frequency
from search.alerts.models import SavedSearch, Subscriber
from tests.assertions import assert_public_page
from tests.search.alerts.conftest import ADA, Clock, link_in
from tests.search.conftest import Shelf

pytestmark = pytest.mark.django_db

Save = Callable[..., SavedSearch]
Outbox = list[EmailMultiAlternatives]
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def path(url: str) -> str:
    return url[url.index("/search/alerts/") :]


def shown(response: Any) -> str:
    """The words of a page that asks for no cookie, is kept nowhere and gives its address to nobody."""
    page = assert_public_page(response, response.status_code)
    assert "no-store" in response["Cache-Control"] and response["Referrer-Policy"] == "no-referrer"
    assert page.find("meta", attrs={"name": "robots", "content": "noindex"})
    return " ".join(page.main.get_text(" ").split())


@pytest.fixture
def confirm_link(client: Client, filled: Shelf, mailoutbox: Outbox) -> str:
    client.post("/search/alerts/new/?q=pathology", {"email": ADA, "frequency": "weekly"})
    return link_in(mailoutbox.pop(), "confirm")


# ---- confirm --------------------------------------------------------------------------------------------------------
def test_opening_the_link_changes_nothing(anybody: Client, confirm_link: str) -> None:
    """Scanners of mail servers open every link."""
    for method in (anybody.get, anybody.head):
        response = method(confirm_link)
        assert response.status_code == 200
    assert "Shall we tell you? Every Monday at seven" in shown(anybody.get(confirm_link))
    assert not SavedSearch.objects.get().is_confirmed


def test_saying_yes_works_once_and_again(anybody: Client, confirm_link: str) -> None:
    for _ in range(2):
        response = anybody.post(confirm_link, follow=True)
        assert "You will hear from us" in shown(response)
        assert response.redirect_chain == [(confirm_link, 302)]
    saved = SavedSearch.objects.get()
    assert saved.is_confirmed and saved.told
    assert not anybody.cookies


def test_the_link_expires_with_what_it_is_for(anybody: Client, clock: Clock, confirm_link: str) -> None:
    clock.traveller.shift(7 * 24 * 3600 + 60)  # the clock that forgets has not ticked yet
    assert "This link has expired" in shown(anybody.post(confirm_link))
    assert not SavedSearch.objects.get().is_confirmed
    call_command("tick")
    for method in (anybody.get, anybody.post):
        assert "This link has expired" in shown(method(confirm_link))


# ---- what a link opens ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("page", ["confirm", "manage", "unsubscribe"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_is_not_ours_opens_nothing(
    anybody: Client, filled: Shelf, saved: Save, page: str, method: str
) -> None:
    one = saved("pathology")
    real = {
        "confirm": links.confirm_url(one),
        "manage": links.manage_url(one.subscriber),
        "unsubscribe": links.unsubscribe_url(one.subscriber),
    }
    token = path(real[page]).split("/")[4]
    forged = [
        token[:-1],
        token.replace(":", ".", 1),
        "1",
        "1.",
        f"1.{one.nonce.hex}",
        "x:y",
        token.upper(),
        f"{token}x",
    ]
    forged += [path(url).split("/")[4] for name, url in real.items() if name != page]
    for wrong in forged:
        response = getattr(anybody, method)(f"/search/alerts/{page}/{wrong}/", {"do": "erase"})
        assert response.status_code == 404
        assert "This link is not complete" in shown(response)
        assert ADA not in response.content.decode()
    assert SavedSearch.objects.count() == 1


def test_a_link_ends_with_its_row(anybody: Client, filled: Shelf, saved: Save) -> None:
    """Who comes back after everything was forgotten is another, though the number were the same."""
    one = saved("pathology")
    old, key = path(links.manage_url(one.subscriber)), one.subscriber_id
    one.subscriber.delete()
    Subscriber.objects.create(pk=key, email="grace@example.org")
    assert "We keep neither your address" in shown(anybody.get(old))
    anybody.post(old, {"do": "erase"})
    assert Subscriber.objects.count() == 1


# ---- unsubscribe ----------------------------------------------------------------------------------------------------
def test_one_click_ends_everything_once_and_again(
    anybody: Client, filled: Shelf, saved: Save, clock: Clock, mailoutbox: Outbox
) -> None:
    """As a mail program does it, RFC 8058: a POST without cookies, answered on the spot."""
    saved("pathology")
    saved("lawyers")
    saved("pathology", email="grace@example.org")
    filled.put("Pathology Network")
    clock.tick()
    letter = next(one for one in mailoutbox if one.to == [ADA])
    link = path(letter.extra_headers["List-Unsubscribe"].strip("<>"))
    assert link == link_in(letter, "unsubscribe")

    for _ in range(2):
        response = anybody.post(link, ONE_CLICK)
        assert response.status_code == 200 and not response.cookies
        assert "You get no more mail about new results" in shown(response)
        assert list(Subscriber.objects.values_list("email", flat=True)) == ["grace@example.org"]
    assert "We keep neither your address nor what you searched for." in shown(anybody.get(link))


def test_opening_the_link_to_unsubscribe_asks_first(anybody: Client, filled: Shelf, saved: Save) -> None:
    link = path(links.unsubscribe_url(saved("pathology").subscriber))
    assert f"We forget your saved searches and the address {ADA} at once." in shown(anybody.get(link))
    assert anybody.head(link).status_code == 200
    assert SavedSearch.objects.count() == 1


# ---- manage ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def manage(anybody: Client, saved: Save, filled: Shelf) -> Callable[..., Any]:
    subscriber = saved("pathology", colour={"red"}).subscriber
    saved("lawyers", frequency=Frequency.WEEKLY)
    saved("pathology", email="grace@example.org")

    def act(**data: object) -> Any:
        url = path(links.manage_url(subscriber))
        return anybody.post(url, data, follow=True) if data else anybody.get(url)

    return act


def mine() -> dict[str, str]:
    return dict(SavedSearch.objects.filter(subscriber__email=ADA).values_list("query_string", "frequency"))


def key_of(query_string: str, email: str = ADA) -> int:
    return SavedSearch.objects.get(query_string=query_string, subscriber__email=email).pk


def test_the_page_shows_ones_own_searches(manage: Callable[..., Any]) -> None:
    response = manage()
    words = shown(response)
    assert ADA in words and "grace" not in words
    assert "Everything for “pathology” (Colour: Red)" in words and "Everything for “lawyers”" in words
    page = BeautifulSoup(response.content, "html.parser")
    assert [chosen["value"] for chosen in page.select("[name=frequency][checked]")] == ["daily", "weekly"]
    assert page.find("a", href="/search/?q=pathology&colour=red")


def test_change_how_often(manage: Callable[..., Any]) -> None:
    response = manage(do="change", search=key_of("q=lawyers"), frequency="daily")
    assert "Changed." in shown(response)
    assert mine() == {"q=pathology&colour=red": "daily", "q=lawyers": "daily"}


def test_remove_one_and_then_the_last(manage: Callable[..., Any]) -> None:
    assert "Removed. We keep nothing of it." in shown(manage(do="remove", search=key_of("q=lawyers")))
    assert mine() == {"q=pathology&colour=red": "daily"}
    response = manage(do="remove", search=key_of("q=pathology&colour=red"))
    assert "We keep neither your address nor what you searched for." in shown(response)
    assert list(Subscriber.objects.values_list("email", flat=True)) == ["grace@example.org"]


def test_forget_everything(manage: Callable[..., Any]) -> None:
    assert "We keep neither your address nor what you searched for." in shown(manage(do="erase"))
    assert list(Subscriber.objects.values_list("email", flat=True)) == ["grace@example.org"]


def test_nobody_changes_what_is_somebody_elses(manage: Callable[..., Any]) -> None:
    theirs = key_of("q=pathology", "grace@example.org")
    manage(do="remove", search=theirs)
    manage(do="change", search=theirs, frequency="weekly")
    assert SavedSearch.objects.get(pk=theirs).frequency == "daily"


@pytest.mark.parametrize(
    "data",
    [
        {"do": "change", "search": "1"},
        {"do": "change", "search": "x", "frequency": "daily"},
        {"do": "remove", "search": ""},
        {"do": "change", "search": "99999", "frequency": "hourly"},
        {"do": "nonsense"},
        {"search": "²", "do": "remove"},
        {"search": "1" * 5000, "do": "remove"},
        {"search": "1" * 5000, "do": "change", "frequency": "daily"},
    ],
)
def test_nonsense_does_nothing(manage: Callable[..., Any], data: dict[str, str]) -> None:
    before = mine()
    assert manage(**data).status_code == 200
    assert mine() == before


def test_who_still_wants_it_is_left_in_peace_for_another_year(
    anybody: Client, filled: Shelf, saved: Save, clock: Clock, mailoutbox: Outbox
) -> None:
    saved("pathology")
    clock.tick(days=366)
    link = link_in(mailoutbox[0], "manage")
    page = BeautifulSoup(anybody.get(link).content, "html.parser")
    assert page.select_one("button[value=keep]").get_text(strip=True) == "Yes, go on"
    assert "We go on, and ask again in a year." in shown(anybody.post(link, {"do": "keep"}, follow=True))
    clock.tick(days=364)
    assert len(mailoutbox) == 1 and Subscriber.objects.count() == 1
    clock.tick(days=2)
    assert len(mailoutbox) == 2


def test_any_use_of_a_link_is_an_answer(
    anybody: Client, filled: Shelf, saved: Save, clock: Clock, mailoutbox: Outbox
) -> None:
    one = saved("pathology")
    clock.tick(days=366)
    anybody.post(link_in(mailoutbox[0], "manage"), {"do": "change", "search": one.pk, "frequency": "weekly"})
    clock.tick(days=40)
    assert Subscriber.objects.count() == 1


# ---- for who asks a person ------------------------------------------------------------------------------------------
def test_what_is_kept_of_an_address_can_be_shown_and_erased(
    filled: Shelf, saved: Save, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    saved("pathology")
    saved("pathology", email="grace@example.org")
    call_command("saved_searches", "Ada@example.org")
    assert capsys.readouterr().out == "Everything for “pathology”: Every day, since 26 November 2026\n"
    call_command("saved_searches", ADA, "--erase")
    call_command("saved_searches", ADA)
    assert capsys.readouterr().out.splitlines()[-1] == "Nothing is kept for this address."
    assert list(Subscriber.objects.values_list("email", flat=True)) == ["grace@example.org"]

"""Certificates state the truth, and anybody who holds one sees whether they still do; nobody else learns of a name."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from events.attendance import actions, links
from events.attendance.choices import What
from events.attendance.models import Certificate, FeedbackSurvey
from events.attendance.tasks import afterwards
from events.bookings import actions as bookings
from home.models import HomePage
from tests.assertions import assert_public_page
from tests.factories.accounts import UserFactory
from tests.factories.attendance import attended_event, checked_in, day_of, ended, keeper, person
from tests.factories.bookings import book, bookable
from tests.factories.events import EventSessionFactory


@pytest.fixture
def issued(home: HomePage) -> Certificate:
    event, _ = attended_event(certificate=True)
    actions.issue_certificates(event=event)
    found = Certificate.objects.get()
    found.name = "Ada King Lovelace"
    found.save()
    return found


def page_of(certificate: Certificate) -> str:
    return f"/events/certificates/{certificate.number}/"


def read(client: Client, certificate: Certificate, **said: str) -> str:
    response = client.post(page_of(certificate), said) if said else client.get(page_of(certificate))
    return assert_public_page(response).find("main").get_text(" ", strip=True)


# ---- issuing --------------------------------------------------------------------------------------------------------
def test_who_was_there_gets_one_and_only_one(home: HomePage) -> None:
    event, _ = attended_event(2, certificate=True)
    bookings_of_others = bookable(2, certificate=True)
    book(bookings_of_others)
    assert actions.issue_certificates(event=event) == 2
    assert actions.issue_certificates(event=event) == 0
    assert actions.issue_certificates(event=ended(bookings_of_others)) == 0
    assert set(Certificate.objects.values_list("minutes", flat=True)) == {60}


def test_none_before_the_end_and_none_where_none_are_given(home: HomePage) -> None:
    event, _ = attended_event(certificate=True)
    type(event).objects.filter(pk=event.pk).update(ends_at=timezone.now() + timedelta(hours=1))
    event.refresh_from_db()
    assert actions.issue_certificates(event=event) == 0
    plain, [one] = attended_event()
    assert actions.issue_certificates(event=plain) == 0
    assert one.attendee and links.certificate_url(one.attendee) == ""


def test_cpd_is_stated_where_sessions_count(home: HomePage) -> None:
    event, _ = attended_event(certificate=True)
    session = EventSessionFactory.build(starts_at=event.starts_at, ends_at=event.ends_at, cpd_minutes=40)
    session.event = event
    session.save()
    actions.issue_certificates(event=event)
    assert Certificate.objects.get().minutes == 40


def test_a_person_never_has_two_that_hold(issued: Certificate) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.create(event=issued.event, attendee=issued.attendee, name="Again", minutes=1)


def test_a_guest_without_a_name_has_none_until_it_is_written_down(home: HomePage, settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False
    event = bookable(5, certificate=True)
    booking = book(event, name="Gus Group", size=2)
    ended(event)
    guest = person(booking, 1)
    for one in (guest, person(booking)):
        actions.record(event=event, person=one, part=day_of(event), what=What.IN, by=keeper(), at=event.starts_at)
    assert actions.issue_certificates(event=event) == 1

    staff = Client()
    staff.force_login(keeper())
    url = f"/events/{event.slug}/door/people/{guest.key}/"
    assert "Their name" in staff.get(url).content.decode()
    staff.post(url, {"do": "name", "name": "Greta Guest"})
    staff.post(url, {"do": "name", "name": "Somebody Else"})  # a name that is there stays
    staff.post(f"/events/{event.slug}/door/attendance/", {"do": "certificates"})
    assert set(Certificate.objects.values_list("name", flat=True)) == {"Gus Group", "Greta Guest"}


def test_who_came_and_gave_the_place_back_since_was_there_all_the_same(home: HomePage) -> None:
    event = bookable(5, certificate=True)
    booking = book(event)
    one = checked_in(event, booking, at=timezone.now())
    bookings.cancel(booking=booking)
    ended(event)
    actions.correct(event=event, person=one, part=day_of(event), came_at=event.starts_at, left_at=None, by=keeper())
    assert actions.issue_certificates(event=event) == 1


# ---- verifying ------------------------------------------------------------------------------------------------------
def test_anybody_with_the_number_sees_that_it_holds_and_initials_only(client: Client, issued: Certificate) -> None:
    text = read(client, issued)
    assert "This certificate holds" in text
    assert issued.event.title in text and "60 minutes attended" in text
    assert "A. K. L." in text and "Lovelace" not in text


@pytest.mark.parametrize(
    ("typed", "matches"), [("ada  KING lovelace ", True), ("Ada Lovelace", False), ("A K L", False)]
)
def test_the_name_is_shown_to_whoever_knows_it(client: Client, issued: Certificate, typed: str, matches: bool) -> None:
    text = read(client, issued, name=typed)
    assert ("Ada King Lovelace" in text) is matches
    assert ("the name is that of the holder" in text) is matches
    assert ("in another name" in text) is not matches


def test_nobody_tries_a_telephone_book(client: Client, issued: Certificate, settings: Any) -> None:
    settings.API_REQUESTS_A_MINUTE = 3
    answers = [read(client, issued, name=f"Name {number}") for number in range(5)]
    assert "in another name" in answers[0] and "too often" in answers[-1]


def test_a_number_may_be_typed_as_one_word(client: Client, issued: Certificate) -> None:
    typed = issued.number.replace("-", "").lower()
    assert "This certificate holds" in client.get(f"/events/certificates/{typed}/").content.decode()


def test_a_number_that_is_none_says_so(client: Client, issued: Certificate) -> None:
    response = client.get("/events/certificates/AAAA-BBBB-CCCC-DDDD/")
    assert "no such certificate" in assert_public_page(response, 404).get_text()


def test_numbers_are_long_and_of_chance(home: HomePage) -> None:
    numbers = {Certificate._meta.get_field("number").get_default() for _ in range(200)}
    assert len(numbers) == 200
    assert all(len(number.replace("-", "")) == 16 for number in numbers)


def test_the_page_is_found_nowhere_and_kept_nowhere(client: Client, issued: Certificate) -> None:
    response = client.get(page_of(issued))
    assert "noindex" in response["X-Robots-Tag"]
    assert {"no-store", "private"} <= {word.strip() for word in response["Cache-Control"].split(",")}
    assert BeautifulSoup(response.content, "html.parser").find("meta", attrs={"name": "robots"})
    for url in ("/sitemap.xml", f"/search/?q={issued.number}", f"/api/v1/search?q={issued.number}"):
        assert "/events/certificates/" not in client.get(url).content.decode()
    for url in (f"/events/{issued.event.slug}/", "/search/?q=Lovelace", "/events/calendar.ics", "/api/v1/events/"):
        assert "Ada King" not in client.get(url).content.decode()


# ---- revoking -------------------------------------------------------------------------------------------------------
def test_a_correction_revokes_and_states_anew(client: Client, home: HomePage) -> None:
    event, [one] = attended_event(certificate=True)
    actions.issue_certificates(event=event)
    old = Certificate.objects.get()
    came_at = event.starts_at + timedelta(minutes=15)
    actions.correct(event=event, person=one, part=day_of(event), came_at=came_at, left_at=None, by=keeper())

    assert "This certificate was revoked" in read(client, old)
    new = Certificate.objects.get(revoked_at=None)
    assert (new.minutes, new.number != old.number) == (45, True)
    assert "This certificate holds" in read(client, new)


def test_a_correction_that_changes_no_minute_leaves_it(home: HomePage) -> None:
    event, [one] = attended_event(certificate=True)
    actions.issue_certificates(event=event)
    early = event.starts_at - timedelta(minutes=15)
    actions.correct(event=event, person=one, part=day_of(event), came_at=early, left_at=None, by=keeper())
    assert Certificate.objects.get().is_valid


def test_who_turns_out_not_to_have_been_there_has_none(home: HomePage) -> None:
    event, [one] = attended_event(certificate=True)
    actions.issue_certificates(event=event)
    actions.correct(event=event, person=one, part=day_of(event), came_at=None, left_at=None, by=keeper())
    assert not Certificate.objects.get().is_valid
    assert one.attendee and links.certificate_url(one.attendee) == ""


def test_staff_revoke_one_and_it_stays_so(client: Client, issued: Certificate, settings: Any) -> None:
    settings.STAFF_MFA_REQUIRED = False
    with pytest.raises(PermissionDenied):
        actions.revoke(certificate=issued, by=UserFactory())
    staff = Client()
    staff.force_login(keeper())
    url = f"/events/{issued.event.slug}/door/people/a{issued.attendee_id}/"
    staff.post(url, {"do": "revoke", "certificate": issued.number})
    assert "This certificate was revoked" in read(client, issued)
    assert actions.issue_certificates(event=issued.event) == 0


# ---- the file, and the letter ---------------------------------------------------------------------------------------
def test_its_holder_downloads_it_by_a_link_of_their_own(client: Client, issued: Certificate) -> None:
    url = links.certificate_url(issued.attendee)
    response = client.get(url)
    assert response["Content-Type"] == "application/pdf" and response.content.startswith(b"%PDF")
    assert not response.cookies and response["Referrer-Policy"] == "no-referrer"
    assert client.get(url.replace("/certificate/", "/certificate/x")).status_code == 404
    ticket = links.ticket_url(issued.attendee).rstrip("/").rpartition("/")[2]
    assert (
        client.get(f"/events/certificate/{ticket}/certificate.pdf").status_code == 404
    )  # a link for one opens none other


def test_the_morning_after_those_who_came_are_written_to_once(
    home: HomePage, mailoutbox: list[Any], time_machine: Any
) -> None:
    event, [one] = attended_event(certificate=True)
    morning = timezone.localtime(event.ends_at).replace(hour=10, minute=0) + timedelta(days=1)
    mailoutbox.clear()
    time_machine.move_to(morning.replace(hour=3))
    afterwards()
    assert mailoutbox == []  # nobody is written to at night
    time_machine.move_to(morning)
    afterwards()
    afterwards()
    [letter] = mailoutbox
    assert one.attendee and letter.to == [one.email]
    assert links.certificate_url(one.attendee) in letter.body and links.feedback_url(one.attendee) in letter.body
    assert Certificate.objects.count() == FeedbackSurvey.objects.count() == 1


def test_who_did_not_come_is_not_written_to(home: HomePage, mailoutbox: list[Any], time_machine: Any) -> None:
    event = bookable(5)
    book(event)
    ended(event)
    mailoutbox.clear()
    time_machine.move_to(timezone.localtime(event.ends_at).replace(hour=10) + timedelta(days=1))
    afterwards()
    assert mailoutbox == [] and not FeedbackSurvey.objects.exists()


# ---- tickets --------------------------------------------------------------------------------------------------------
def test_the_ticket_shows_the_code_as_a_drawing(client: Client, home: HomePage) -> None:
    booking = book(bookable(5), name="Ada Lovelace")
    attendee = booking.attendees.get()
    page = assert_public_page(client.get(links.ticket_url(attendee)))
    assert page.find("svg", class_="v-qr").find("path")["d"].startswith("M")
    assert attendee.code in page.get_text() and "Ada Lovelace" in page.get_text()


def test_a_ticket_ends_with_the_place(client: Client, home: HomePage) -> None:
    booking = book(bookable(5), name="Ada Lovelace")
    url = links.ticket_url(booking.attendees.get())
    bookings.transfer(booking=booking, name="Grace Hopper", email="grace@example.org")
    gone = client.get(url)
    assert gone.status_code == 410 and "Grace" not in gone.content.decode()
    bookings.cancel(booking=booking)
    assert client.get(links.ticket_url(booking.attendees.get())).status_code == 410

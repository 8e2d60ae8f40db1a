"""Feedback without names, figures per quarter, and what is forgotten."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from core.due import tick
from events.attendance import actions, links, report
from events.attendance.counting import Quarter
from events.attendance.models import (
    Certificate,
    DoorRecord,
    FeedbackSurvey,
    Presence,
    QuarterReport,
    SpentToken,
    WalkIn,
)
from events.attendance.quarter_chart import quarter_chart
from events.attendance.retention import forget
from events.models import EventPage
from home.models import HomePage
from tests.assertions import assert_public_page
from tests.factories.accounts import UserFactory
from tests.factories.attendance import attended_event, checked_in, day_of, ended, keeper
from tests.factories.bookings import book, bookable

SAID = {"rating": "4", "again": "yes", "words": "More coffee"}


@pytest.fixture
def staff(client: Client, home: HomePage, settings: Any) -> Client:
    settings.STAFF_MFA_REQUIRED = False
    found = Client()
    found.force_login(keeper())
    return found


# ---- feedback -------------------------------------------------------------------------------------------------------
def answered(client: Client, number: int) -> EventPage:
    """An event with ``number`` answers, given through the pages."""
    event, people = attended_event(number)
    actions.open_survey(event=event)
    for place, one in enumerate(people):
        words = {"words": f"Word {place}", "rating": str(1 + place % 5)}
        assert client.post(links.feedback_url(one.attendee), SAID | words).status_code == 302
    return event


def test_each_person_answers_once(client: Client, home: HomePage) -> None:
    event, [one] = attended_event()
    survey = actions.open_survey(event=event)
    url = links.feedback_url(one.attendee)
    assert_public_page(client.get(url))
    assert "Thank you" in client.post(url, SAID, follow=True).content.decode()
    assert "used already" in client.post(url, SAID | {"words": "Again"}).content.decode()
    survey.refresh_from_db()
    assert survey.answers == [{"rating": 4, "again": True, "words": "More coffee"}]


def test_what_is_missing_is_asked_for_and_nothing_typed_is_lost(client: Client, home: HomePage) -> None:
    event, [one] = attended_event()
    actions.open_survey(event=event)
    page = client.post(links.feedback_url(one.attendee), {"words": "More coffee"}).content.decode()
    assert "Choose how useful it was" in page and "More coffee" in page


def test_answers_can_not_be_tied_to_a_person(client: Client, home: HomePage) -> None:
    """Neither by a key nor by an order: the row of answers is the same whoever answered first."""
    event = answered(client, 6)
    survey = FeedbackSurvey.objects.get(event=event)
    assert survey.answers == sorted(survey.answers, key=lambda one: json.dumps(one, sort_keys=True))
    assert {key for one in survey.answers for key in one} == {"rating", "again", "words"}
    fields = {field.name for field in SpentToken._meta.get_fields()}
    assert fields == {"id", "survey", "digest"}
    spent = " ".join(SpentToken.objects.values_list("digest", flat=True))
    assert not [one for one in event.bookings.all() if one.email in spent or one.reference in spent]


@pytest.mark.parametrize(("number", "closed", "shown"), [(5, True, True), (4, True, False), (5, False, False)])
def test_staff_see_results_when_it_is_closed_and_enough_answered(
    client: Client, staff: Client, number: int, closed: bool, shown: bool
) -> None:
    event = answered(client, number)
    if closed:
        FeedbackSurvey.objects.update(closes_at=timezone.now() - timedelta(minutes=1))
    page = staff.get(f"/events/{event.slug}/door/feedback/").content.decode()
    assert ("Word 1" in page) is shown
    assert ("would come again" in page) is shown


def test_a_closed_survey_takes_no_answer(client: Client, home: HomePage) -> None:
    event, [one] = attended_event()
    actions.open_survey(event=event)
    FeedbackSurvey.objects.update(closes_at=timezone.now() - timedelta(minutes=1))
    assert "has ended" in client.post(links.feedback_url(one.attendee), SAID).content.decode()
    assert FeedbackSurvey.objects.get().answers == [] and not SpentToken.objects.exists()


def test_a_link_that_was_cut_off_says_so(client: Client, home: HomePage) -> None:
    assert client.get("/events/feedback/nonsense/").status_code == 404


# ---- quarters -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("day", "quarter"),
    [(date(2026, 1, 1), (2026, 1)), (date(2026, 3, 31), (2026, 1)), (date(2026, 12, 31), (2026, 4))],
)
def test_a_day_is_in_its_quarter(day: date, quarter: tuple[int, int]) -> None:
    found = Quarter.of(day)
    assert (found.year, found.number) == quarter
    assert found.first_day <= day < found.end
    assert found.next.before == found and found.before.next == found


def quarter_with(*groups: list[str]) -> Quarter:
    """Events of today, each attended by the people of these addresses for an hour; one more booked, and stayed away."""
    for addresses in groups:
        event = bookable(len(addresses) + 1)
        bookings = [book(event, address, organisation_name="Org " + address[0]) for address in addresses]
        book(event)
        ended(event)
        for booking in bookings:
            checked_in(event, booking)
    return Quarter.of(timezone.localdate(event.starts_at))


FIVE = [f"{letter}@example.org" for letter in "abcde"]


def test_people_and_organisations_are_counted_once(home: HomePage) -> None:
    quarter = quarter_with(FIVE, [*FIVE[:2], "f@example.org"])
    found = report.figures(quarter)
    assert (found.events, found.people, found.organisations, found.visits) == (2, 6, 6, 8)
    assert (found.minutes, found.expected, found.missed) == (8 * 60, 10, 2)
    told = report.told(quarter)
    assert (told.people, told.hours, told.missed_words) == (6, "8.0", "20%")
    assert report.figures(quarter) == found  # to the digit, as often as one asks


def test_small_numbers_are_withheld(home: HomePage) -> None:
    told = report.told(quarter_with(FIVE[:3]))
    assert (told.events, told.people, told.organisations, told.hours, told.missed_share) == (1, None, None, None, None)
    assert report.rows([told])[0][2] == "fewer than 5"


def test_nobody_is_no_small_number(home: HomePage) -> None:
    told = report.told(Quarter.of(timezone.localdate()))
    assert (told.events, told.people, told.hours) == (0, 0, "0.0")


def test_figures_that_are_set_stand_and_the_keys_go(home: HomePage, time_machine: Any) -> None:
    quarter = quarter_with(FIVE)
    before = report.told(quarter)
    assert Presence.objects.exclude(person_key="").count() == 5
    time_machine.move_to(timezone.now() + (quarter.end - timezone.localdate()) + timedelta(days=13))
    report.set_figures()
    assert not QuarterReport.objects.get().frozen_at
    time_machine.move_to(timezone.now() + timedelta(days=2))
    for _ in range(2):
        report.set_figures()
    row = QuarterReport.objects.get()
    assert row.salt == "" and not Presence.objects.exclude(person_key="", organisation_key="").exists()

    Presence.objects.all().delete()  # whatever becomes of the records
    after = report.told(quarter)
    assert (after.people, after.hours, after.events) == (before.people, before.hours, before.events) == (5, "5.0", 1)
    assert after.is_set
    row.figures = {}
    with pytest.raises(ValueError, match="stand"):
        row.save()


def test_a_key_says_nothing_outside_its_quarter(home: HomePage) -> None:
    quarter_with(FIVE[:1])
    QuarterReport.objects.update(quarter=F("quarter") % 4 + 1)  # as if it had been another one
    quarter_with(FIVE[:1])
    keys = list(Presence.objects.values_list("person_key", flat=True))
    assert len(keys) == len(set(keys)) == 2


def test_the_report_is_for_those_who_may_see_it(staff: Client, client: Client) -> None:
    quarter_with(FIVE)
    page = staff.get("/cms/reports/attendance/").content.decode()
    assert "fewer than 5 people" in page and "<rect" in page and "example.org" not in page
    lines = staff.get("/cms/reports/attendance/?as=csv").content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("quarter,events,") and ",5," in lines[1]
    client.force_login(UserFactory())
    assert client.get("/cms/reports/attendance/").status_code in {302, 403}


def test_the_chart_draws_what_is_shown_and_nothing_of_what_is_withheld() -> None:
    chart = quarter_chart([None, 0, 30, 120], ["Q1", "Q2", "Q3", "Q4"])
    assert [column.number for column in chart.columns] == ["", "0", "30", "120"]
    assert [column.height for column in chart.columns[:2]] == [0, 0]
    assert chart.ticks[-1][1] == "200"
    assert chart.columns[3].height == pytest.approx(4 * chart.columns[2].height, abs=0.5)


# ---- the public wall ------------------------------------------------------------------------------------------------
def test_nothing_public_knows_who_came(client: Client, home: HomePage) -> None:
    event = bookable(5, certificate=True)
    booking = book(event, "zqaddress@example.org", name="Zqname", organisation_name="Zqorganisation")
    ended(event)
    one = checked_in(event, booking)
    walk_in = {"name": "Zqwalkin", "email": "zqwalkin@example.org", "organisation_name": "Zqwalkers"}
    WalkIn.objects.create(event=event, **walk_in)
    actions.issue_certificates(event=event)
    actions.open_survey(event=event)
    client.post(links.feedback_url(one.attendee), SAID | {"words": "Zqwords"})

    slug, number = event.slug, Certificate.objects.get().number
    public = [
        f"/events/{slug}/",
        f"/events/{slug}/event.ics",
        f"/api/v1/events/{slug}/",
        f"/events/certificates/{number}/",
    ]
    public += ["/", "/events/?when=past", "/events/calendar.ics", "/api/v1/events/", "/sitemap.xml", "/robots.txt"]
    public += ["/api/v1/search?q=zqname", "/api/v1/suggest?q=zqname", "/events/?as=atom", "/events/?as=csv"]
    seen = {url: client.get(url) for url in public}
    assert [
        url for url, answer in seen.items() if "zq" in answer.content.decode().lower().replace("q=zqname", "")
    ] == []
    assert {answer.status_code for answer in seen.values()} <= {200, 404}
    assert sum(answer.status_code == 200 for answer in seen.values()) > 8


def test_the_clock_does_what_is_due(home: HomePage, time_machine: Any) -> None:
    event, _ = attended_event(certificate=True)
    time_machine.move_to(timezone.localtime(event.ends_at).replace(hour=10) + timedelta(days=1))
    assert tick() == {}
    assert FeedbackSurvey.objects.filter(event=event).exists() and Certificate.objects.filter(event=event).exists()


def test_the_cms_leads_to_the_door(staff: Client, home: HomePage) -> None:
    event = bookable(5)
    page = staff.get(f"/cms/pages/{event.pk}/edit/").content.decode()
    assert f"/events/{event.slug}/door/" in page


# ---- forgetting -----------------------------------------------------------------------------------------------------
def test_what_has_had_its_time_is_forgotten(client: Client, home: HomePage, time_machine: Any) -> None:
    event, [one] = attended_event(certificate=True)
    WalkIn.objects.create(event=event, name="Wanda", email="wanda@example.org", organisation_name="Walkers")
    actions.issue_certificates(event=event)
    actions.open_survey(event=event)
    client.post(links.feedback_url(one.attendee), SAID)
    survey = FeedbackSurvey.objects.get

    time_machine.move_to(timezone.now() + timedelta(days=89))
    forget()
    assert WalkIn.objects.get().name == "Wanda" and DoorRecord.objects.exists()
    assert not SpentToken.objects.exists() and survey().answers[0]["words"]

    time_machine.move_to(timezone.now() + timedelta(days=3))
    for _ in range(2):
        forget()
    walk_in = WalkIn.objects.get()
    assert (walk_in.name, walk_in.email, walk_in.organisation_name) == ("", "", "")
    assert not DoorRecord.objects.exists() and Presence.objects.exists()

    time_machine.move_to(timezone.now() + timedelta(days=365))
    forget()
    assert survey().answers == [{"rating": 4, "again": True, "words": ""}]
    assert Certificate.objects.exists()
    time_machine.move_to(timezone.now() + timedelta(days=6 * 365))
    forget()
    assert not Certificate.objects.exists()


def test_a_correction_still_works_when_records_are_gone(home: HomePage) -> None:
    event, [one] = attended_event()
    DoorRecord.objects.all().delete()
    came_at = event.starts_at + timedelta(minutes=20)
    actions.correct(event=event, person=one, part=day_of(event), came_at=came_at, left_at=None, by=keeper())
    assert Presence.objects.get().came_at == came_at

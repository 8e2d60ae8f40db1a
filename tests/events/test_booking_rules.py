"""How an event is booked is said on one screen; what can't be is said beside its field; a copy is booked the same way."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from directory.queries.bookers import Booker
from events.actions import copy_to, repeat
from events.bookings import actions
from events.bookings.choices import Availability, BookingStatus, QuestionKind
from events.bookings.models import BookingRules, Pool, Question
from events.bookings.queries import invariants_broken
from events.choices import Frequency, PlaceKind
from events.models import EventPage
from tests.factories.accounts import UserFactory
from tests.factories.bookings import QuestionFactory, book, bookable
from tests.factories.events import EventFactory, london
from tests.factories.pages import publish

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _all_is_well(home: object, settings: Any) -> Any:
    settings.STAFF_MFA_REQUIRED = False
    yield
    assert invariants_broken() == []


@pytest.fixture
def cms(client: Client) -> Client:
    client.force_login(UserFactory(group="Comms"))
    return client


def to(name: str, *args: Any) -> str:
    return reverse(f"events_{name}", args=args)


def page(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def words(response: Any) -> str:
    return page(response).get_text(" ", strip=True)


# ---- rules ----------------------------------------------------------------------------------------------------------
def rules_form(pools: list[dict[str, Any]], questions: list[dict[str, Any]] = [], **rules: Any) -> dict[str, Any]:  # noqa: B006
    """What the browser sends."""
    sent = {"largest_group": "4", "offer_hours": "24", "waiting_list": "on", **rules}
    for prefix, entries in (("pools", pools), ("questions", questions)):
        sent[f"{prefix}-TOTAL_FORMS"] = str(len(entries))
        sent[f"{prefix}-INITIAL_FORMS"] = str(sum("id" in entry for entry in entries))
        least = {"kind": "general", "sort_order": "0"} if prefix == "pools" else {"kind": "text", "sort_order": "0"}
        for number, entry in enumerate(entries):
            sent |= {f"{prefix}-{number}-{name}": value for name, value in {**least, **entry}.items()}
    return sent


def beside(response: Any, field: str) -> str:
    """What is said beside a field of the form."""
    control = page(response).select_one(f"[name={field}]")
    assert control is not None
    wrapper = control.find_parent(class_=["w-field__wrapper", "village-desk__tick"])
    return str(wrapper.get_text(" ", strip=True))


def test_booking_is_opened_with_one_number(cms: Client) -> None:
    event = publish(EventFactory(places=40))
    form = page(cms.get(to("booking_rules", event.pk)))
    assert form.select_one("[name=pools-0-capacity]")["value"] == "40"
    assert form.select_one("[name=pools-0-name]")["value"] == "Places"
    assert not BookingRules.objects.exists(), "looking opens nothing"

    response = cms.post(to("booking_rules", event.pk), rules_form([{"name": "Places", "capacity": "40"}]))
    assert response["Location"] == to("bookings", event.pk)
    assert book(event).status == BookingStatus.CONFIRMED
    assert BookingRules.objects.get().availability == Availability.FREE


def test_pools_and_questions_are_kept_as_they_were_typed(cms: Client) -> None:
    event = publish(EventFactory(place_kind=PlaceKind.HYBRID))
    pools = [
        {"name": "Hall", "capacity": "10", "attendance": "in-person"},
        {"name": "Tenants", "capacity": "5", "groups": ["tenants", "partners"], "releases_at": "2030-05-01 09:00"},
    ]
    questions = [
        {"words": "Which?", "kind": "choice", "choices": "Morning\n\n Afternoon ", "required": "on"},
        {"words": "Why?", "kind": "text", "choices": "left over"},
    ]
    assert cms.post(to("booking_rules", event.pk), rules_form(pools, questions)).status_code == 302
    tenants = Pool.objects.get(name="Tenants")
    assert (tenants.groups, tenants.releases_at) == (["tenants", "partners"], london(2030, 5, 1, 9))
    kept = list(Question.objects.values_list("words", "choices", "required"))
    assert kept == [("Which?", ["Morning", "Afternoon"], True), ("Why?", [], False)]
    shown = page(cms.get(to("booking_rules", event.pk)))
    assert shown.select_one("[name=questions-0-choices]").get_text().split() == ["Morning", "Afternoon"]


def test_another_row_is_had_without_javascript_and_nothing_typed_is_lost(cms: Client) -> None:
    event = publish(EventFactory())
    sent = rules_form([{"name": "Hall", "capacity": ""}], add="questions")
    response = cms.post(to("booking_rules", event.pk), sent)
    shown = page(response)
    assert response.status_code == 200
    assert shown.select_one("[name=pools-0-name]")["value"] == "Hall"
    assert shown.select_one("[name=questions-0-words]") is not None
    assert shown.select_one("[name=questions-0-sort_order]")["value"] == "0", "a row that can be sent"
    assert not shown.select(".error-message"), "nothing is judged yet"
    assert not BookingRules.objects.exists()


@pytest.mark.parametrize(
    ("pool", "rules", "field", "said"),
    [
        ({"capacity": "1"}, {}, "pools-0-capacity", "2 of these places are taken"),
        ({"capacity": ""}, {}, "pools-0-capacity", "This field is required"),
        (
            {},
            {"opens_at": "2030-05-02 09:00", "closes_at": "2030-05-01 09:00"},
            "closes_at",
            "The event is over by then",
        ),
        ({}, {"opens_at": "+2", "closes_at": "+1"}, "closes_at", "Booking can't close before it opens"),
        ({}, {"largest_group": "21"}, "largest_group", "less than or equal to 20"),
        ({"DELETE": "on"}, {}, "pools-0-DELETE", "2 of its places are taken. Move those people"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    cms: Client, pool: dict[str, str], rules: dict[str, str], field: str, said: str
) -> None:
    event = bookable({"name": "Hall", "capacity": 5})
    book(event, size=2)
    own = Pool.objects.get()
    for name, value in rules.items():
        if value.startswith("+"):
            rules = {**rules, name: f"{timezone.localtime() + timedelta(days=int(value)):%Y-%m-%d %H:%M}"}

    response = cms.post(
        to("booking_rules", event.pk),
        rules_form([{"id": own.pk, "name": "Hall", "capacity": "5", **pool}], **rules),
    )
    assert response.status_code == 422
    assert said in beside(response, field)
    own.refresh_from_db()
    assert own.capacity == 5


def test_a_question_that_was_answered_is_not_deleted_and_says_why(cms: Client) -> None:
    event = bookable({"name": "Hall", "capacity": 5})
    question = QuestionFactory(event=event, words="Why?")
    pools = [{"id": Pool.objects.get().pk, "name": "Hall", "capacity": "5"}]
    deleted = [{"id": question.pk, "words": "Why?", "DELETE": "on"}]
    booking = book(event, answers={question.pk: "Because"})

    refused = cms.post(to("booking_rules", event.pk), rules_form(pools, deleted))
    assert "One person has answered it" in beside(refused, "questions-0-DELETE")
    assert Question.objects.exists()
    booking.answers.all().delete()
    cms.post(to("booking_rules", event.pk), rules_form(pools, deleted))
    assert not Question.objects.exists()


def test_without_places_there_is_nothing_to_book(cms: Client) -> None:
    refused = cms.post(to("booking_rules", publish(EventFactory()).pk), rules_form([]))
    assert "Without places nobody can book" in words(refused)
    assert not BookingRules.objects.exists()


def test_two_kinds_of_places_are_told_apart(cms: Client) -> None:
    pools = [{"name": "Hall", "capacity": "5"}, {"name": "Hall", "capacity": "2"}]
    assert cms.post(to("booking_rules", publish(EventFactory()).pk), rules_form(pools)).status_code == 422
    assert not Pool.objects.exists()


def test_more_places_are_offered_to_who_waits_at_once(cms: Client, mailoutbox: list[Any]) -> None:
    event = bookable({"name": "Hall", "capacity": 1})
    book(event)
    waiting = book(event, waits=True)
    mailoutbox.clear()

    cms.post(
        to("booking_rules", event.pk), rules_form([{"id": Pool.objects.get().pk, "name": "Hall", "capacity": "2"}])
    )
    waiting.refresh_from_db()
    assert waiting.status == BookingStatus.OFFERED
    assert [letter.to for letter in mailoutbox] == [[waiting.email]]


# ---- copies ---------------------------------------------------------------------------------------------------------
def test_a_copy_is_booked_by_the_same_rules_and_by_nobody_yet() -> None:
    first = publish(EventFactory(starts_at=london(2030, 3, 20, 10)))
    event = bookable(
        {"name": "Tenants", "capacity": 4, "groups": ["tenants"], "releases_at": london(2030, 3, 18, 9)},
        event=first,
        opens_at=london(2030, 3, 1, 9),
        approval=True,
    )
    QuestionFactory(event=event, words="Which?", kind=QuestionKind.CHOICE, choices=["A", "B"])
    comms = UserFactory(group="Comms")
    actions.ask(
        event=event.pk,
        request=actions.Request(name="Ada", email="ada@example.org"),
        booker=Booker(groups=frozenset({"tenants"})),
        by=comms,
    )

    copy = copy_to(event=event, on=london(2030, 4, 3, 10).date())  # after the clocks have changed

    pool = copy.pools.get()
    assert (pool.name, pool.capacity, pool.taken, pool.groups) == ("Tenants", 4, 0, ["tenants"])
    assert pool.releases_at == london(2030, 4, 1, 9)
    assert copy.booking_rules.opens_at == london(2030, 3, 15, 9)
    assert copy.booking_rules.approval
    assert copy.questions.get().choices == ["A", "B"]
    assert not copy.bookings.exists()
    assert event.pools.get().taken == 1
    assert event.questions.count() == 1


def test_each_date_of_a_series_is_booked_by_itself() -> None:
    event = bookable(7, event=publish(EventFactory(starts_at=london(2030, 5, 1, 10))))
    series = repeat(event=event, frequency=Frequency.WEEKLY, every=1, times=3, skips_bank_holidays=False)
    dates = [one.event for one in series.occurrences.all()]
    assert [date.pools.get().capacity for date in dates] == [7, 7, 7]
    assert [date.booking_rules.availability for date in dates][1:] == [Availability.FREE] * 2


def test_the_cmss_own_copy_is_booked_by_the_same_rules(cms: Client) -> None:
    event = bookable(7)
    cms.post(
        reverse("wagtailadmin_pages:copy", args=[event.pk]),
        {"new_title": "Again", "new_slug": "again", "new_parent_page": event.get_parent().pk},
    )
    assert EventPage.objects.get(slug="again").pools.get().capacity == 7

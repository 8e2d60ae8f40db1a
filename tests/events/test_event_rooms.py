"""An event holds all its rooms, or none; they move with it, and are given back when it does not take place."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import transaction
from django.test import Client
from django.urls import reverse
from wagtail.models import Page
from wagtail.test.utils.form_data import nested_form_data, rich_text

from accounts.models import User
from events.actions import announce, copy_to, hold_rooms, repeat
from events.choices import EventStatus
from events.models import EventPage, EventRoom
from events.views.rooms import without_rooms
from home.models import HomePage
from spaces import actions
from spaces.actions import Clashes
from spaces.choices import BookingKind, BookingStatus, Confidentiality
from spaces.happenings import coming
from spaces.models import Booking, SpacePage
from spaces.queries.occupation import overlaps_broken
from spaces.rules import Asker, Refusal
from tests.at_once import at_once
from tests.factories.accounts import UserFactory
from tests.factories.directory import OrganisationFactory
from tests.factories.events import EventFactory
from tests.factories.spaces import CombinedRoomFactory, SpaceFactory

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _all_is_well(home: HomePage, settings: Any) -> Iterator[None]:
    settings.STAFF_MFA_REQUIRED = False
    with time_machine.travel(NOW, tick=False):
        yield
        assert overlaps_broken() == []


@pytest.fixture
def comms() -> User:
    return UserFactory(name="Ada", group="Comms")


@pytest.fixture
def cms(client: Client, comms: User) -> Client:
    client.force_login(comms)
    return client


def at(hour: float, day: int = 26) -> datetime:
    return datetime(2026, 11, day, tzinfo=UTC) + timedelta(hours=hour)


def event(*spaces: SpacePage, begins: datetime | None = None, **more: Any) -> EventPage:
    """From 10 to 12 on the 26th, published, with half an hour on each side in each of ``spaces``; they are not held yet."""
    begins = begins or at(10)
    made = EventFactory(title="Demo day", starts_at=begins, ends_at=begins + timedelta(hours=2), **more)
    for space in spaces:
        EventRoom.objects.create(event=made, space=space)
    return made


def held(space: SpacePage) -> list[tuple[datetime, datetime]]:
    found = Booking.objects.filter(space=space, kind=BookingKind.EVENT, status=BookingStatus.CONFIRMED)
    return list(found.order_by("starts_at").values_list("starts_at", "ends_at"))


def book(space: SpacePage, begins: float, ends: float, day: int = 26, **more: Any) -> Booking:
    asked = actions.Request(
        name="Jo Metcalfe", email="jo@example.org", starts_at=at(begins, day), ends_at=at(ends, day), **more
    )
    return actions.book(space=space.pk, request=asked, asker=Asker())


def publish(page: EventPage, **changes: Any) -> EventPage:
    """As whatever publishes does: a schedule, a workflow, a file."""
    page = EventPage.objects.get(pk=page.pk)
    for name, value in changes.items():
        setattr(page, name, value)
    page.save_revision().publish()
    return EventPage.objects.get(pk=page.pk)


def words(response: Any) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


# ---- held -----------------------------------------------------------------------------------------------------------
def test_all_rooms_are_held_with_the_time_around() -> None:
    hall, aire = SpaceFactory(), SpaceFactory()
    publish(event(hall, aire))

    assert held(hall) == held(aire) == [(at(9.5), at(12.5))]
    with pytest.raises(Refusal):
        book(hall, 12, 13)
    assert book(hall, 12.5, 13)


def test_one_taken_room_keeps_all_from_being_held() -> None:
    hall, aire = SpaceFactory(title="Hall"), SpaceFactory(title="Aire")
    made = event(hall, aire)
    book(aire, 11, 12)

    with pytest.raises(Clashes) as caught:
        hold_rooms(event=made)
    assert caught.value.space.title == "Aire"
    assert held(hall) == held(aire) == []


def test_publishing_the_same_again_changes_nothing() -> None:
    hall = SpaceFactory()
    made = publish(event(hall))
    held_by = EventRoom.objects.get().held

    publish(made, summary="Other words.")
    assert EventRoom.objects.get().held == held_by and Booking.objects.count() == 1


def test_rooms_move_with_the_event_also_onto_their_own_time() -> None:
    hall, aire = SpaceFactory(), SpaceFactory()
    made = publish(event(hall, aire))

    publish(made, starts_at=at(11), ends_at=at(14))
    assert held(hall) == held(aire) == [(at(10.5), at(14.5))]
    assert book(hall, 9, 10)


def test_a_new_title_is_what_others_read() -> None:
    hall = SpaceFactory()
    publish(publish(event(hall)), title="Investor day")

    assert EventRoom.objects.get().held[0].words == "Investor day"


def test_what_was_moved_onto_a_taken_time_by_a_schedule_holds_nothing_and_is_listed(rf: Any, comms: User) -> None:
    hall = SpaceFactory()
    made = publish(event(hall))
    book(hall, 14, 15)

    publish(made, starts_at=at(13), ends_at=at(16))
    assert held(hall) == [] and not EventRoom.objects.get().is_held
    request = rf.get("/cms/")
    request.user = comms
    assert [item.title for item in without_rooms(request).items] == ["Demo day"]
    publish(made, starts_at=at(16), ends_at=at(17))
    assert held(hall) == [(at(15.5), at(17.5))] and without_rooms(request).total == 0


# ---- given back -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("status", [EventStatus.CANCELLED, EventStatus.POSTPONED])
def test_what_does_not_take_place_holds_nothing(status: EventStatus) -> None:
    hall = SpaceFactory()
    made = publish(event(hall))

    announce(event=made, status=status, notice="The speaker is ill.")
    assert held(hall) == [] and book(hall, 10, 11)


def test_what_takes_place_after_all_has_its_room_again() -> None:
    hall = SpaceFactory()
    made = publish(event(hall))
    announce(event=made, status=EventStatus.CANCELLED, notice="The speaker is ill.")

    announce(event=EventPage.objects.get(pk=made.pk), status=EventStatus.SCHEDULED, notice="")
    assert held(hall) == [(at(9.5), at(12.5))]


def test_what_is_unpublished_or_deleted_gives_its_room_back() -> None:
    hall, aire = SpaceFactory(), SpaceFactory()
    gone, deleted = publish(event(hall)), publish(event(aire))

    gone.unpublish()
    Page.objects.get(pk=deleted.pk).delete()
    assert held(hall) == held(aire) == []


@pytest.mark.django_db(transaction=True)
def test_several_are_unpublished_while_another_in_the_same_room_is_deleted() -> None:
    hall, aire = SpaceFactory(), SpaceFactory()
    one, another = publish(event(aire)), publish(event(hall, begins=at(10, 27)))
    goes = publish(event(hall))

    with transaction.atomic():
        one.unpublish()
        rival = at_once(EventPage.objects.get(pk=goes.pk).delete)
        another.unpublish()
    rival.join()

    assert held(hall) == held(aire) == []


def test_what_is_over_keeps_what_it_had() -> None:
    hall = SpaceFactory()
    made = publish(event(hall))

    with time_machine.travel(at(20, 27), tick=False):
        publish(made, outcome="<p>It went well.</p>")
        EventPage.objects.get(pk=made.pk).unpublish()
    assert held(hall) == [(at(9.5), at(12.5))]


# ---- copies ---------------------------------------------------------------------------------------------------------
def test_a_copy_and_each_date_of_a_series_hold_the_same_room() -> None:
    hall = SpaceFactory()
    made = publish(event(hall))

    draft = copy_to(event=made, on=at(0, 27).date())
    assert EventRoom.objects.filter(event=draft, bookings=None).exists()
    repeat(event=made, frequency="weekly", every=1, times=3)
    assert [begins for begins, _ in held(hall)] == [at(9.5), at(9.5) + timedelta(days=7), at(9.5) + timedelta(days=14)]


# ---- in the CMS -----------------------------------------------------------------------------------------------------
def rows(*rooms: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    data: dict[str, Any] = {"rooms-TOTAL_FORMS": len(rooms), "rooms-INITIAL_FORMS": initial}
    for number, room in enumerate(rooms):
        filled = {"set_up_minutes": 30, "clear_minutes": 30, "catering": "", **room}
        data |= {f"rooms-{number}-{name}": value for name, value in filled.items()}
    return data


def test_an_editor_chooses_rooms_and_is_told_what_is_in_the_way(cms: Client) -> None:
    hall, aire = SpaceFactory(title="Hall"), SpaceFactory(title="Aire")
    made = event()
    organisation = OrganisationFactory(title="Thoresby")
    book(aire, 11, 12)
    Booking.objects.update(organisation=organisation)
    address = reverse("events_rooms", args=[made.pk])
    both = rows({"space": hall.pk, "catering": "Coffee for 40"}, {"space": aire.pk})

    response = cms.post(address, both)
    assert response.status_code == 422
    assert "Aire is not free: booking" in words(response) and "Thoresby, 26 Nov" in words(response)
    assert "Jo Metcalfe" not in words(response), "who booked is for those who manage spaces"
    assert BeautifulSoup(response.content, "html.parser").find(attrs={"value": "Coffee for 40"})
    assert not EventRoom.objects.exists() and held(hall) == []

    Booking.objects.update(confidentiality=Confidentiality.BUSY)
    assert "Thoresby" not in words(cms.post(address, both))

    actions.cancel(booking=Booking.objects.get().pk)
    assert cms.post(address, both).status_code == 302
    assert held(hall) == held(aire) == [(at(9.5), at(12.5))]

    room = EventRoom.objects.get(space=aire)
    other = EventRoom.objects.get(space=hall)
    away = rows(
        {"id": other.pk, "space": hall.pk, "set_up_minutes": 60},
        {"id": room.pk, "space": aire.pk, "DELETE": "on"},
        initial=2,
    )
    assert cms.post(address, away).status_code == 302
    assert (held(hall), held(aire)) == ([(at(9), at(12.5))], [])
    said = words(cms.get(address))
    assert "Hall : held from" in said.replace("Hall:", "Hall :")


def test_the_same_room_twice_is_refused_in_words(cms: Client) -> None:
    hall = SpaceFactory()

    response = cms.post(reverse("events_rooms", args=[event().pk]), rows({"space": hall.pk}, {"space": hall.pk}))
    assert response.status_code == 422 and "stands here twice" in words(response)


def test_a_draft_holds_nothing_until_it_is_published(cms: Client) -> None:
    hall = SpaceFactory()
    draft = event(live=False)

    cms.post(reverse("events_rooms", args=[draft.pk]), rows({"space": hall.pk}))
    assert held(hall) == []
    publish(draft)
    assert held(hall) == [(at(9.5), at(12.5))]


def typed(page: EventPage, starts: str, ends: str) -> dict[str, Any]:
    """What the editor's browser sends when another time is published."""
    parts = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
    lists = ("sessions", "hosts", "speakers", "attachments", "comments")
    data: dict[str, Any] = {f"{name}-{part}": value for name in lists for part, value in parts.items()}
    fields = {"title": page.title, "slug": page.slug, "kind": page.kind, "status": page.status, "summary": "New."}
    when = {"starts_at": f"2026-11-26 {starts}", "ends_at": f"2026-11-26 {ends}", "place_kind": page.place_kind}
    rich = {"description": rich_text("<p>Come.</p>"), "outcome": rich_text(""), "chapters-count": 0}
    return nested_form_data({**data, **fields, **when, **rich, "action-publish": "1"})  # type: ignore[no-any-return]


def test_publishing_onto_a_taken_time_is_kept_as_a_draft_and_says_what_is_in_the_way(cms: Client) -> None:
    hall = SpaceFactory(title="Hall")
    made = publish(event(hall))
    book(hall, 14, 15)
    address = reverse("wagtailadmin_pages:edit", args=[made.pk])

    response = cms.post(address, typed(made, "13:00", "16:00"), follow=True)
    assert "not published. Hall is not free: booking" in words(response)
    made = EventPage.objects.get(pk=made.pk)
    assert made.starts_at == at(10) and made.get_latest_revision_as_object().starts_at == at(13)
    assert held(hall) == [(at(9.5), at(12.5))], "it keeps what it had"

    cms.post(address, typed(made, "16:00", "17:00"))
    assert EventPage.objects.get(pk=made.pk).starts_at == at(16) and held(hall) == [(at(15.5), at(17.5))]


@pytest.mark.parametrize(("role", "status"), [("Editors", 302), ("Community team", 302), ("Comms", 200)])
def test_rooms_are_for_those_who_may_publish(client: Client, role: str, status: int) -> None:
    client.force_login(UserFactory(group=role))

    assert client.get(reverse("events_rooms", args=[event().pk])).status_code == status


# ---- what readers see -------------------------------------------------------------------------------------------------
def test_the_event_leads_to_its_room_and_the_room_to_its_event(client: Client) -> None:
    aire, calder = SpaceFactory(title="Aire"), SpaceFactory(title="Calder")
    both = CombinedRoomFactory(title="Aire and Calder", rooms=[aire, calder])
    made = publish(event(both))
    draft = event(calder, begins=at(20), live=False)

    links = {
        a.get_text(): a["href"] for a in BeautifulSoup(client.get(made.url).content, "html.parser").select("main a")
    }
    assert links["Aire and Calder"] == both.url
    assert [one.title for one in coming(both).here] == [one.title for one in coming(aire).here] == ["Demo day"]
    assert draft.title == made.title and len(coming(calder).here) == 1
    announce(event=made, status=EventStatus.CANCELLED, notice="The speaker is ill.")
    assert coming(aire).here == []


def test_the_front_door_reads_what_catering_brings_to_which_room(client: Client) -> None:
    hall, aire = SpaceFactory(title="Hall"), SpaceFactory(title="Aire")
    made = event(hall, aire)
    EventRoom.objects.filter(space=hall).update(catering="Coffee for 40 at 10:30")
    publish(made)
    client.force_login(UserFactory(group="Community team"))

    said = words(client.get(reverse("spaces_day"), {"date": "2026-11-26"}))
    assert said.count("Demo day") == 2 and said.count("Catering: Coffee for 40 at 10:30") == 1
    EventRoom.objects.filter(space=hall).update(catering="Coffee for 60 at 10:30")
    assert "Coffee for 60" in words(client.get(reverse("spaces_day"), {"date": "2026-11-26"}))


def test_an_event_in_words_alone_says_where_as_before(client: Client) -> None:
    assert "About the room" not in words(client.get(event(space="Hall west").url))

"""How the events of ``events.yaml`` are booked, and invented people who have done so, or came; nobody is written to."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from zlib import crc32

from django.contrib.auth import get_user_model
from django.utils import timezone

from directory.choices import MemberRole, Role
from directory.models import OrganisationMember, OrganisationPage, Stage
from events.attendance.counting import keys_of
from events.attendance.models import Presence
from events.attendance.queries import Person
from events.bookings.actions import settle
from events.bookings.choices import BookingStatus, Group, PoolKind, QuestionKind
from events.bookings.models import Attendee, Booking, BookingRules, Pool, Question
from events.choices import Attendance, EventStatus
from events.models import EventPage

MODES = {"in-person": Attendance.IN_PERSON, "online": Attendance.ONLINE}
TAKEN = (0.2, 0.35, 0.55, 0.7, 0.94)  # shares of the places, one an event
MEMBERS = {"tenant": MemberRole.MEMBER, "tenant-admin": MemberRole.ADMIN}  # mailboxes of the demonstration people
MEMBERS_OF = "wharfelight"
FIRST = (
    *("Amara", "Benedikt", "Chioma", "Dafydd", "Elspeth", "Farhan", "Gwendolyn", "Hanneke", "Imogen", "Jaspreet"),
    *("Kofi", "Lorcan", "Maryam", "Niamh", "Oluwaseun", "Petra", "Qasim", "Rhiannon", "Sorcha", "Tobias"),
)
LAST = (
    *("Ackroyd", "Birdsall", "Cattermole", "Dinsdale", "Eastwood", "Fairweather", "Greenhalgh", "Hebblethwaite"),
    *("Illingworth", "Jagger", "Kitching", "Lofthouse", "Metcalfe", "Nettleton", "Oldroyd", "Priestley", "Raistrick"),
)


def load_booking(page: EventPage, entry: dict[str, Any]) -> None:
    """Places and questions of an event that can be booked with us."""
    places = entry.get("places", {})
    if page.is_run_by_others or page.status != EventStatus.SCHEDULED or "pools" not in places or page.booking_url:
        return
    BookingRules.objects.create(
        event=page,
        waiting_list=places["waiting_list"],
        offer_hours=places.get("offer_hours", 24),
        approval=entry.get("approval", False),
        asks_diet=page.kind == "conference",
        certificate=entry.get("cpd", {}).get("certificate", False),
    )
    for order, pool in enumerate(places["pools"]):
        _pool(page, pool, order)
    for order, question in enumerate(entry.get("questions", [])):
        if (
            question["kind"] != "text" or "food" not in question["words"]
        ):  # that is asked apart, and kept for a shorter time
            _question(page, question, order)


def load_people_who_come(page: EventPage, entry: dict[str, Any]) -> None:
    """Some of the places of an event that is to come are taken; of the full one all are, and some people wait."""
    places = entry.get("places", {})
    pools = list(Pool.objects.filter(event=page))
    if page.is_over:
        _load_people_who_came(page, pools, places.get("attended", 0))
    if not pools or page.is_over:
        return
    share = TAKEN[crc32(page.slug.encode()) % len(TAKEN)]
    people = _people(page)
    tenants = list(OrganisationPage.objects.live().filter(role=Role.TENANT).order_by("slug"))
    for pool in pools:
        number = pool.capacity if "taken" in places else int(pool.capacity * share * (pool.kind == PoolKind.GENERAL))
        _book(page, pool, list(islice(people, number)), tenants if Group.TENANTS in pool.groups else [])
    began = timezone.now() - timedelta(days=5)
    for place, (name, email) in enumerate(islice(people, places.get("waiting", 0))):
        since = began + timedelta(hours=7 * place)
        booking = Booking.objects.create(
            event=page, name=name, email=email, status=BookingStatus.WAITING, waiting_since=since, created_at=since
        )
        Attendee.objects.create(booking=booking, name=name)
    settle(event=page.pk)


def load_members() -> None:
    """The demonstration's tenants belong to one of its organisations; without them, or it, nobody does."""
    organisation = OrganisationPage.objects.filter(slug=MEMBERS_OF).first()
    for mailbox, role in MEMBERS.items():
        user = get_user_model().objects.filter(email=f"{mailbox}@village.example").first()
        if organisation and user:
            OrganisationMember.objects.get_or_create(organisation=organisation, user=user, defaults={"role": role})


def _load_people_who_came(page: EventPage, pools: list[Pool], attended: int) -> None:
    """One in eight of those who booked did not come; the report of the quarter counts the others."""
    people = _people(page)
    missing = attended * 8 // 7
    for pool in pools:
        number = min(pool.capacity, missing)
        _book(page, pool, list(islice(people, number)), [])
        missing -= number
    came = Attendee.objects.filter(booking__event=page).select_related("booking").order_by("pk")[:attended]
    Presence.objects.bulk_create(_presence(page, attendee, place) for place, attendee in enumerate(came))


def _presence(page: EventPage, attendee: Attendee, place: int) -> Presence:
    booking = attendee.booking
    person = Person(f"a{attendee.pk}", attendee.name, "", attendee.code, email=booking.email, attendee=attendee)
    person_key, organisation_key = keys_of(person, page.first_day)
    return Presence(
        event=page,
        attendee=attendee,
        day=page.first_day,
        came_at=page.starts_at + timedelta(minutes=place % 12 - 8),
        left_at=page.ends_at - timedelta(minutes=15 * (place % 9 == 0)),
        person_key=person_key,
        organisation_key=organisation_key,
    )


# ---- parts ----------------------------------------------------------------------------------------------------------
def _pool(page: EventPage, pool: dict[str, Any], order: int) -> None:
    days = pool.get("until_days_before", pool.get("release_days_before"))
    Pool.objects.create(
        event=page,
        name=pool["name"],
        kind=pool.get("kind", PoolKind.GENERAL),
        capacity=pool["places"],
        groups=[group for group in pool.get("for", []) if group != "public"],
        attendance=MODES.get(pool.get("mode", ""), ""),
        releases_at=_nine_in_the_morning(page.starts_at, days) if days else None,
        per_organisation=pool.get("per_organisation"),
        sort_order=order,
    )


def _nine_in_the_morning(starts_at: datetime, days: int) -> datetime:
    day = timezone.localtime(starts_at).date() - timedelta(days=days)
    return timezone.make_aware(datetime(day.year, day.month, day.day, 9))  # noqa: DTZ001 -- wall time


def _question(page: EventPage, question: dict[str, Any], order: int) -> None:
    choices: list[str] = question.get("choices", [])
    if question["kind"] == "stage":
        choices = list(Stage.objects.values_list("name", flat=True))
    elif question["kind"] == "session":
        choices = [session.title for session in page.sessions.all()]
    Question.objects.create(
        event=page,
        words=question["words"],
        kind=QuestionKind.CHOICE if choices else QuestionKind.TEXT,
        choices=choices,
        required=question["required"],
        sort_order=order,
    )


def _people(page: EventPage) -> Iterator[tuple[str, str]]:
    """Names in an order of the event's own, none of them twice."""
    pairs = [(first, last) for first in FIRST for last in LAST]
    start = crc32(page.slug.encode()) % len(pairs)
    for number in range(len(pairs)):
        first, last = pairs[(start + number * 37) % len(pairs)]  # 37: no factor of 340, so that all are reached
        yield f"{first} {last}", f"{first}.{last}@village.example".lower()


def _book(page: EventPage, pool: Pool, people: list[tuple[str, str]], tenants: list[OrganisationPage]) -> None:
    bookings = Booking.objects.bulk_create(
        Booking(
            event=page,
            name=name,
            email=email,
            status=BookingStatus.CONFIRMED,
            organisation=(organisation := tenants[place % len(tenants)] if tenants else None),
            organisation_name=organisation.title if organisation else "",
            groups=[Group.TENANTS] if organisation else [],
            attendance=pool.attendance,
            wants_access_place=pool.kind == PoolKind.ACCESS,
            tells_hosts=place % 3 > 0,
            created_at=timezone.now() - timedelta(days=20 - place % 20, hours=place % 9),
        )
        for place, (name, email) in enumerate(people)
    )
    Attendee.objects.bulk_create(Attendee(booking=booking, pool=pool, name=booking.name) for booking in bookings)

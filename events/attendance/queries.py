"""Who is expected, who is there, and how long they were: for those alone who may manage bookings."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Count, QuerySet
from django.utils import timezone

from core.relative_dates import LONDON
from core.templatetags.village import clock_time, nice_date
from events.bookings.choices import BookingStatus
from events.bookings.models import Attendee, Booking, Pool
from events.choices import Attendance
from events.models import EventPage, EventSession

from .choices import PartKind
from .merging import Stay, stay_of
from .minutes import Minutes, Slot, Span, minutes_of_day
from .models import DoorRecord, Presence, WalkIn

MOST_DAYS = 62  # of an event without a programme that goes on and on


# ---- parts of an event ----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Part:
    """A day of an event, or a session: what somebody can be checked in to."""

    key: str  # day-2026-11-26, session-12
    kind: PartKind
    title: str
    day: date
    slot: Slot
    session: EventSession | None = None

    @property
    def has_begun(self) -> bool:
        return self.slot.starts_at <= timezone.now()


@dataclass(frozen=True)
class Day:
    part: Part
    sessions: tuple[Part, ...] = ()


def days_of(event: EventPage) -> list[Day]:
    """The days on which something begins: those of the sessions, or else each from the first to the last."""
    by_day: dict[date, list[EventSession]] = defaultdict(list)
    for session in EventSession.objects.filter(event=event.pk).order_by("starts_at", "ends_at", "pk"):
        by_day[timezone.localdate(session.starts_at)].append(session)
    if not by_day:
        nights = (event.last_day - event.first_day).days
        number = min(nights if _goes_past_midnight(event) else nights + 1, MOST_DAYS)
        return [Day(_day(event, event.first_day + timedelta(days=n))) for n in range(number)]
    return [Day(_day(event, day, found), tuple(map(_session, found))) for day, found in sorted(by_day.items())]


def parts_of(event: EventPage) -> list[Part]:
    return [part for day in days_of(event) for part in (day.part, *day.sessions)]


def part_for(parts: Sequence[Part], key: str, now: datetime) -> Part:
    """The part of this key; else the day that is on, or comes next, or was last."""
    if found := next((part for part in parts if part.key == key), None):
        return found
    days = [part for part in parts if part.kind == PartKind.DAY]
    today = timezone.localdate(now)
    return next((part for part in days if part.day >= today or part.slot.ends_at > now), days[-1])


def _session(session: EventSession) -> Part:
    slot = Slot(f"session-{session.pk}", session.starts_at, session.ends_at, session.cpd_minutes)
    title = f"{clock_time(session.starts_at)} {session.title}"
    return Part(slot.key, PartKind.SESSION, title, timezone.localdate(session.starts_at), slot, session)


def _day(event: EventPage, day: date, sessions: Sequence[EventSession] = ()) -> Part:
    if sessions:
        starts_at, ends_at = min(s.starts_at for s in sessions), max(s.ends_at for s in sessions)
    else:
        starts_at, ends_at = _at(day, event.starts_at), _at(day, event.ends_at)
        if _goes_past_midnight(event):
            ends_at = _at(day + timedelta(days=1), event.ends_at)
    if event.first_day == event.last_day:
        starts_at, ends_at = min(starts_at, event.starts_at), max(ends_at, event.ends_at)
    key = f"day-{day:%Y-%m-%d}"
    return Part(key, PartKind.DAY, nice_date(day), day, Slot(key, starts_at, ends_at))


def _goes_past_midnight(event: EventPage) -> bool:
    if event.first_day == event.last_day:
        return False
    return _at(event.first_day, event.ends_at) <= _at(event.first_day, event.starts_at)


def _at(day: date, moment: datetime) -> datetime:
    local: time = moment.astimezone(LONDON).time()
    return datetime.combine(day, local, tzinfo=LONDON)


# ---- people ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Person:
    """Somebody on the list of the door: with a booking or without."""

    key: str  # a12, w3
    name: str
    organisation: str
    code: str
    email: str = ""
    reference: str = ""
    attendee: Attendee | None = None
    walk_in: WalkIn | None = None
    stay: Stay | None = None
    asked_for_access: bool = False
    is_named: bool = True  # a guest may be known only by who brings them

    @property
    def who(self) -> dict[str, Attendee | WalkIn | None]:
        """As the tables of the door name them."""
        return {"attendee": self.attendee, "walk_in": self.walk_in}

    @property
    def is_walk_in(self) -> bool:
        return self.walk_in is not None

    @property
    def sorts_as(self) -> tuple[str, str, str]:
        """By the last word of the name, which is what is asked for at a door."""
        words = self.name.casefold().split() or [""]
        return words[-1], self.name.casefold(), self.key


def expected(event: EventPage) -> QuerySet[Attendee, Attendee]:
    """Those with a confirmed place who come in person; online nobody passes a door."""
    there = Attendee.objects.filter(
        booking__event=event.pk, booking__status=BookingStatus.CONFIRMED, pool__isnull=False
    ).exclude(booking__attendance=Attendance.ONLINE)
    return there.select_related("booking").order_by("pk")


def people(event: EventPage, part: Part | None = None) -> list[Person]:
    """Everybody whom the door lets in, by name; with what was recorded of them in ``part``. Four statements at most."""
    attendees = list(expected(event))
    known = {one.pk for one in attendees}
    records = of_part(DoorRecord.objects.filter(event=event.pk), part) if part else DoorRecord.objects.none()
    stays = _stays(records)
    came = {int(key[1:]) for key in stays if key.startswith("a")} if part else _who_came(event)
    gone = came - known  # though the place was given back since
    if gone:
        attendees += Attendee.objects.filter(pk__in=gone).select_related("booking")
    first: dict[int, int] = {}
    for one in attendees:
        first[one.booking_id] = min(first.get(one.booking_id, one.pk), one.pk)
    found = [person_of(one, first=first[one.booking_id] == one.pk, stay=stays.get(f"a{one.pk}")) for one in attendees]
    walk_ins = WalkIn.objects.filter(event=event.pk)
    found += [walked_in(one, stay=stays.get(f"w{one.pk}")) for one in walk_ins]
    return sorted(found, key=lambda one: one.sorts_as)


def _who_came(event: EventPage) -> set[int]:
    there = Presence.objects.filter(event=event.pk, attendee__isnull=False)
    return set(there.values_list("attendee_id", flat=True))


def person(event: EventPage, key: str) -> Person | None:
    """Whoever is called ``key`` on the list of ``event``; None for everybody else."""
    if not key[1:].isascii() or not key[1:].isdecimal() or len(key) > 18:
        return None
    if key.startswith("w"):
        walk_in = WalkIn.objects.filter(event=event.pk, pk=key[1:]).first()
        return walked_in(walk_in) if walk_in else None
    attendee = Attendee.objects.filter(booking__event=event.pk, pk=key[1:]).select_related("booking").first()
    if attendee is None or not key.startswith("a"):
        return None
    first = not Attendee.objects.filter(booking=attendee.booking_id, pk__lt=attendee.pk).exists()
    return person_of(attendee, first=first)


def person_of(attendee: Attendee, *, first: bool = True, stay: Stay | None = None) -> Person:
    booking = attendee.booking
    name = attendee.name or (booking.name if first else f"With {booking.name}" if booking.name else "")
    return Person(
        key=f"a{attendee.pk}",
        name=name or f"Booking {booking.reference}",
        organisation=booking.organisation_name,
        code=attendee.code,
        email=booking.email if first else "",
        reference=booking.reference,
        attendee=attendee,
        stay=stay,
        asked_for_access=booking.wants_access_place,
        is_named=bool(attendee.name or (first and booking.name)),
    )


def walked_in(walk_in: WalkIn, *, stay: Stay | None = None) -> Person:
    return Person(
        key=f"w{walk_in.pk}",
        name=walk_in.name or "Somebody without a booking",
        organisation=walk_in.organisation_name,
        code=walk_in.code,
        email=walk_in.email,
        walk_in=walk_in,
        is_named=bool(walk_in.name),
        stay=stay,
    )


def of_part(rows: QuerySet[DoorRecord, DoorRecord], part: Part) -> QuerySet[DoorRecord, DoorRecord]:
    if part.session is not None:
        return rows.filter(part=part.kind, session=part.session)
    return rows.filter(part=part.kind, day=part.day)


def _stays(records: Iterable[DoorRecord]) -> dict[str, Stay]:
    by_person: dict[str, list[DoorRecord]] = defaultdict(list)
    for record in records:
        by_person[key_of(record)].append(record)
    found = {key: stay_of(of_one) for key, of_one in by_person.items()}
    return {key: stay for key, stay in found.items() if stay is not None}


def key_of(row: DoorRecord | Presence) -> str:
    return f"a{row.attendee_id}" if row.attendee_id else f"w{row.walk_in_id}"


def places(event: EventPage) -> tuple[int, int]:
    """How many places there are, and how many are free."""
    pools = list(Pool.objects.filter(event=event.pk))
    return sum(pool.capacity for pool in pools), sum(pool.free for pool in pools)


# ---- how long -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Attended:
    """What one person's presence at an event comes to."""

    minutes: Minutes = field(default_factory=Minutes)
    by_day: dict[date, Minutes] = field(default_factory=dict)


def attended(event: EventPage, presences: Iterable[Presence] | None = None) -> dict[str, Attended]:
    """By the key of the person: minutes there, and what of them counts. Two statements, or one with ``presences``."""
    days = {day.part.day: day for day in days_of(event)}
    rows: dict[tuple[str, date], list[Presence]] = defaultdict(list)
    for row in Presence.objects.filter(event=event.pk) if presences is None else presences:
        rows[key_of(row), row.day].append(row)
    by_person: dict[str, dict[date, Minutes]] = defaultdict(dict)
    for (key, day), found in rows.items():
        by_person[key][day] = _minutes(days.get(day), found)
    return {key: Attended(sum(of.values(), Minutes()), of) for key, of in by_person.items()}


def _minutes(day: Day | None, rows: Sequence[Presence]) -> Minutes:
    if day is None:  # a day that is no longer one of the event
        return Minutes()
    whole = next((Span(row.came_at, row.left_at) for row in rows if row.part == PartKind.DAY), None)
    spans = {f"session-{row.session_id}": Span(row.came_at, row.left_at) for row in rows if row.session_id}
    return minutes_of_day(day.part.slot, [session.slot for session in day.sessions], whole, spans)


def states_cpd(event: EventPage) -> bool:
    """Whether a certificate of ``event`` states CPD minutes; else it states how long somebody was there."""
    return bool(EventSession.objects.filter(event=event.pk, cpd_minutes__isnull=False).exists())


# ---- who did not come -----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class History:
    """Of one address, over all past events whose door was kept: for staff, and without any consequence."""

    booked: int
    missed: int


def histories(emails: Iterable[str]) -> dict[str, History]:
    """How often people with a confirmed place did not come, by address; a group came when any of it did. Two statements."""
    wanted = {email.lower() for email in emails if email}
    kept = Presence.objects.values("event")
    booked = Booking.objects.filter(
        email__in=wanted, status=BookingStatus.CONFIRMED, event__ends_at__lte=timezone.now(), event__in=kept
    ).exclude(attendance=Attendance.ONLINE)
    came = Presence.objects.filter(attendee__isnull=False).values("attendee__booking")
    missing = booked.exclude(pk__in=came)
    times, missed_times = (
        dict(found.order_by().values_list("email").annotate(number=Count("pk"))) for found in (booked, missing)
    )
    return {email: History(times.get(email, 0), missed_times.get(email, 0)) for email in wanted}


def history_of(email: str) -> History:
    return histories([email]).get(email.lower(), History(0, 0))


def missed(event: EventPage) -> list[Person]:
    """Those with a confirmed place of whom no presence is known, once the event is over."""
    if not event.is_over or not Presence.objects.filter(event=event.pk).exists():
        return []
    came = Presence.objects.filter(event=event.pk, attendee__isnull=False).values("attendee")
    return [person_of(one) for one in expected(event).exclude(pk__in=came)]

"""How many people and organisations came in a quarter, for how long: each counted once, small numbers withheld.

Figures of a quarter that is over are set two weeks after its end, and stand from then on; those of the running quarter are
added up anew each time, and come to the same for the same records.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from events.bookings.choices import BookingStatus
from events.bookings.models import Attendee
from events.choices import Attendance
from events.models import EventPage

from .counting import Quarter
from .models import Presence, QuarterReport
from .queries import attended, key_of

FEW = 5  # fewer people than this are not told apart from none
SET_AFTER = timedelta(days=14)
SHOWN = 8  # quarters


@dataclass(frozen=True)
class Figures:
    """As they are counted; nobody is shown them before ``told`` took out what is small."""

    events: int = 0
    visits: int = 0  # each person once an event
    walk_ins: int = 0
    people: int = 0
    organisations: int = 0
    minutes: int = 0
    expected: int = 0
    missed: int = 0


@dataclass(frozen=True)
class Told:
    """As they are shown. None: withheld, because it is of fewer than five people."""

    quarter: Quarter
    is_set: bool
    events: int
    people: int | None
    organisations: int | None
    visits: int | None
    walk_ins: int | None
    hours: str | None  # with one digit
    missed_share: float | None

    @property
    def missed_words(self) -> str | None:
        return None if self.missed_share is None else f"{self.missed_share:.0%}"


def figures(quarter: Quarter) -> Figures:
    """Counted from the records of the door."""
    in_it = Presence.objects.filter(day__gte=quarter.first_day, day__lt=quarter.end).order_by("pk")
    by_event: dict[int, list[Presence]] = defaultdict(list)
    people, organisations = set(), set()
    for row in in_it:
        by_event[row.event_id].append(row)
        people.add(row.person_key)
        organisations.add(row.organisation_key)
    minutes = visits = walk_ins = expected = missed = 0
    events = EventPage.objects.in_bulk(by_event)
    for pk, rows in by_event.items():
        minutes += sum(one.minutes.present for one in attended(events[pk], rows).values())
        came = {key_of(row) for row in rows}
        visits += len(came)
        walk_ins += sum(key.startswith("w") for key in came)
        if Quarter.of(events[pk].first_day) == quarter:  # a course over two quarters has its places counted once
            places, absent = _missed(events[pk])
            expected, missed = expected + places, missed + absent
    return Figures(
        events=len(by_event),
        visits=visits,
        walk_ins=walk_ins,
        people=len(people - {""}),
        organisations=len(organisations - {""}),
        minutes=minutes,
        expected=expected,
        missed=missed,
    )


def _missed(event: EventPage) -> tuple[int, int]:
    """Confirmed places in person, and those of them whose person did not come; nobody is missed before the end."""
    if not event.is_over:
        return 0, 0
    confirmed = Attendee.objects.filter(
        booking__event=event.pk, booking__status=BookingStatus.CONFIRMED, pool__isnull=False
    ).exclude(booking__attendance=Attendance.ONLINE)
    came = Presence.objects.filter(event=event.pk, attendee__isnull=False).values("attendee")
    return confirmed.count(), confirmed.exclude(pk__in=came).count()


def told(quarter: Quarter) -> Told:
    report = QuarterReport.objects.filter(year=quarter.year, quarter=quarter.number).first()
    counted = Figures(**report.figures) if report and report.figures is not None else figures(quarter)
    enough = counted.people >= FEW
    return Told(
        quarter=quarter,
        is_set=bool(report and report.frozen_at),
        events=counted.events,
        people=_unless_few(counted.people),
        organisations=_unless_few(counted.organisations) if enough else (None if counted.organisations else 0),
        visits=_unless_few(counted.visits),
        walk_ins=_unless_few(counted.walk_ins),
        hours=f"{counted.minutes / 60:.1f}" if enough or not counted.people else None,
        missed_share=counted.missed / counted.expected if counted.expected >= FEW else None,
    )


def _unless_few(number: int) -> int | None:
    return None if 0 < number < FEW else number


def latest(number: int = SHOWN) -> list[Told]:
    """The last quarters, the oldest first; begins with the first in which anybody was counted."""
    quarter = Quarter.of(timezone.localdate())
    first = Presence.objects.order_by("day").values_list("day", flat=True).first()
    found = [told(quarter)]
    while first and len(found) < number and quarter > Quarter.of(first):
        quarter = quarter.before
        found.insert(0, told(quarter))
    return found


def set_figures() -> None:
    """Set the figures of each quarter that is over for two weeks, and delete the keys by which people were counted."""
    today = timezone.localdate()
    for report in QuarterReport.objects.filter(frozen_at=None):
        quarter = Quarter(report.year, report.quarter)
        if quarter.end + SET_AFTER <= today:
            _set(report.pk, quarter)


@transaction.atomic
def _set(pk: int, quarter: Quarter) -> None:
    report = QuarterReport.objects.select_for_update().get(pk=pk)
    if report.frozen_at is not None:
        return
    report.figures, report.frozen_at, report.salt = asdict(figures(quarter)), timezone.now(), ""
    report.save()
    of_it = Presence.objects.filter(day__gte=quarter.first_day, day__lt=quarter.end)
    of_it.update(person_key="", organisation_key="")


def rows(quarters: Iterable[Told]) -> list[list[str]]:
    """For a file: what is withheld says so."""
    return [
        [
            one.quarter.words,
            *(
                "fewer than 5" if value is None else str(value)
                for value in (one.events, one.people, one.organisations, one.visits, one.walk_ins, one.hours)
            ),
            "not enough" if one.missed_words is None else one.missed_words,
            "set" if one.is_set else "still counted",
        ]
        for one in quarters
    ]


COLUMNS = (
    *("quarter", "events", "people, each once", "organisations, each once", "visits", "walk-ins"),
    *("hours", "places not taken up", "figures"),
)

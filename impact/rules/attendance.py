"""People who came to events: each counted once in the period, on the first day on which they were there."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta

from django.db.models import Min
from django.utils import timezone

from accounts.models import User
from directory.models import OrganisationPage
from events.attendance.counting import identity_of
from events.attendance.models import Presence
from events.attendance.queries import Person, person_of, walked_in
from events.bookings.models import Attendee
from events.choices import EventKind, EventStatus
from events.models import EventPage
from impact.counting import Counted, Link, Rule, register
from impact.models import StrategyTarget
from impact.people import PersonKeys

LABEL = "events.eventpage"
# Less than the 90 days after which the names of those who came without a booking are forgotten.
LOOKS_BACK = timedelta(days=60)
TRAINING = (EventKind.COURSE, EventKind.WORKSHOP)
ENGAGEMENT = (EventKind.ENGAGEMENT_FORUM,)
WHO = ("attendee__booking__organisation", "walk_in")
TRUST = "leeds-teaching-hospitals"


def _came(
    target: str, kinds: Iterable[EventKind], since: date | None, is_one: Callable[[Person], bool]
) -> Iterator[Counted]:
    """Each person who was at an event of ``kinds`` that took place and is over, with the first at which they were.

    Somebody who can't be told any more is yielded without a key.
    """
    there = Presence.objects.filter(
        event__kind__in=kinds, event__status=EventStatus.SCHEDULED, event__ends_at__lt=timezone.now()
    )
    if since:
        there = there.filter(day__gte=since)
    rows = list(there.select_related("event", *WHO).order_by("day", "came_at", "pk"))
    if not rows:
        return
    keys, first, seen = PersonKeys(StrategyTarget.objects.get(slug=target)), _first_of(rows), set()
    for row in rows:
        person = _person(row, first)
        if not is_one(person):
            continue
        is_nameless = row.attendee is not None and row.attendee.booking.purged_at is not None
        key = "" if is_nameless else keys.of(identity_of(person), row.day)
        if key not in seen or not key:
            seen.add(key)
            yield Counted(
                key=key,
                on=row.day,
                words=f"Somebody at “{row.event.title}”"[:250],
                record_label=LABEL,
                record_id=str(row.event_id),
                demonstration=row.event.demonstration,
            )


def _first_of(rows: Iterable[Presence]) -> set[int]:
    """The attendees who booked themselves; the others of a group are known by name, and by whose guests they are."""
    bookings = {row.attendee.booking_id for row in rows if row.attendee}
    of_booking = Attendee.objects.filter(booking__in=bookings).order_by().values("booking")
    return set(of_booking.annotate(first=Min("pk")).values_list("first", flat=True))


def _person(row: Presence, first: set[int]) -> Person:
    if row.attendee is not None:
        return person_of(row.attendee, first=row.attendee.pk in first)
    assert row.walk_in is not None  # the table holds one of both
    return walked_in(row.walk_in)


def _links(ids: Iterable[str], viewer: User) -> Mapping[str, Link]:
    """The public pages: who came is for those alone who keep the door."""
    pages = EventPage.objects.filter(pk__in=list(ids))
    return {str(page.pk): Link(page.url or "", f"Somebody at “{page.title}”") for page in pages}


# ---- Trust staff ----------------------------------------------------------------------------------------------------
def _trust_names() -> frozenset[str]:
    """Every name under which somebody may say that they work at the Trust."""
    trust = OrganisationPage.objects.filter(slug=TRUST).first()
    if trust is None:
        return frozenset()
    names = [trust.title, *trust.names.values_list("name", flat=True)]
    return frozenset(_folded(name) for name in names)


def _folded(words: str) -> str:
    return " ".join(words.casefold().split())


def staff_trained(since: date | None) -> Iterator[Counted]:
    names = _trust_names()

    def works_at_the_trust(person: Person) -> bool:
        booking = person.attendee.booking if person.attendee else None
        if booking is not None and booking.organisation is not None:
            return booking.organisation.slug == TRUST
        return _folded(person.organisation) in names

    return _came("staff-trained", TRAINING, since, works_at_the_trust)


def engaged(since: date | None) -> Iterator[Counted]:
    return _came("engagement-forums", ENGAGEMENT, since, lambda person: True)


register(
    Rule(
        target="staff-trained",
        slug="staff-at-training",
        version=1,
        words=(
            "Everybody who was checked in at a course or workshop of the village and gave the Trust as their organisation, "
            "counted once from 2025 to 2030 on the first day they came. A person is an e-mail address; somebody’s guest is "
            "a name together with that address. Who took part online only is not counted."
        ),
        find=staff_trained,
        links=_links,
        looks_back=LOOKS_BACK,
        of_people=True,
    )
)
register(
    Rule(
        target="engagement-forums",
        slug="people-at-forums",
        version=1,
        words=(
            "Everybody who was checked in at an engagement forum of the village, counted once in a year from 1 April, on the "
            "first day they came. A person is an e-mail address; somebody’s guest is a name together with that address. Who "
            "took part online only is not counted."
        ),
        find=engaged,
        links=_links,
        looks_back=LOOKS_BACK,
        of_people=True,
    )
)

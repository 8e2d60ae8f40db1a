"""Events as anybody may see them: on their own page, beside others, and in calendars."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.db.models import BigIntegerField, CharField, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.utils import timezone

from core.visibility import public
from directory.models import Need, OrganisationPage, Theme
from events.choices import EventStatus
from events.models import (
    Audience,
    EventAttachment,
    EventHost,
    EventPage,
    EventRoom,
    EventSession,
    EventSpeaker,
    Speaker,
)
from spaces.choices import BookingStatus
from spaces.models import SpacePage

LOOKED_AT = 40  # events, when a few are to be named
KEPT_IN_CALENDARS = timedelta(days=92)  # after its end; what a feed no longer names vanishes from its subscribers' past


Row = tuple[int | None, int | None]  # a person, or an organisation


# ---- who ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Named:
    """Somebody who hosts or speaks: a person, who may belong to an organisation, or an organisation."""

    name: str
    role: str = ""
    organisation: OrganisationPage | None = None  # none where nobody may open it
    is_person: bool = True


def _named(rows: Iterable[Row], people: dict[int, Speaker], allowed: dict[int, OrganisationPage]) -> list[Named]:
    """Whoever is gone, or may not be seen, is left out."""
    found = []
    for person, organisation in rows:
        if person in people:
            found.append(_person(people[person], allowed))
        elif organisation in allowed:
            found.append(Named(allowed[organisation].title, "", allowed[organisation], is_person=False))
    return found


def _person(speaker: Speaker, allowed: dict[int, OrganisationPage]) -> Named:
    return Named(speaker.name, speaker.role, allowed.get(speaker.organisation_id or 0))


# ---- the programme --------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Part:
    """A session, as it is shown."""

    title: str
    starts_at: datetime
    ends_at: datetime
    room: str
    track: str
    words: str
    places: int | None
    speakers: tuple[Named, ...]


@dataclass(frozen=True)
class Day:
    date: date
    parts: tuple[Part, ...]

    @property
    def slots(self) -> list[tuple[datetime, list[Part]]]:
        """What begins at the same time, side by side."""
        return [(at, list(parts)) for at, parts in groupby(self.parts, key=lambda part: part.starts_at)]


@dataclass
class Programme:
    days: list[Day] = field(default_factory=list)
    tracks: list[str] = field(default_factory=list)
    hosts: list[Named] = field(default_factory=list)
    speakers: list[Named] = field(default_factory=list)  # of the event and of its sessions, each once
    has_attachments: bool = False
    has_rooms: bool = False

    @property
    def has_parallels(self) -> bool:
        return len(self.tracks) > 1


def programme_of(event: EventPage) -> Programme:
    """Everybody and everything in ``event``: four statements, however many sessions; a draft's in a preview."""
    sessions: list[EventSession] = list(event.sessions.all())
    links = _draft_links(event, sessions) if is_draft(event, sessions) else _stored_links(event)
    hosts, speakers = links.hosts, links.speakers
    speaking = [links.by_session.get(session.pk or id(session), []) for session in sessions]
    keys = {person for person, _ in (*hosts, *speakers)} | {key for found in speaking for key in found}
    people = Speaker.objects.in_bulk(keys - {None}) if keys - {None} else {}
    direct = {organisation for _, organisation in (*hosts, *speakers)}
    direct |= {one.organisation_id for one in people.values()}
    allowed = organisations(key for key in direct if key)
    parts = [
        Part(
            title=session.title,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            room=session.room,
            track=session.track,
            words=session.words,
            places=session.places,
            speakers=tuple(sorted((_person(people[key], allowed) for key in found if key in people), key=_name)),
        )
        for session, found in zip(sessions, speaking, strict=True)
    ]
    parts.sort(key=lambda part: (part.starts_at, part.ends_at, part.track, part.title))
    days = groupby(parts, key=lambda part: timezone.localdate(part.starts_at))
    of_sessions = [speaker for part in parts for speaker in part.speakers]
    return Programme(
        days=[Day(day, tuple(found)) for day, found in days],
        tracks=list(dict.fromkeys(part.track for part in parts if part.track)),
        hosts=_named(hosts, people, allowed),
        speakers=list(dict.fromkeys([*_named(speakers, people, allowed), *of_sessions])),
        has_attachments=links.has_attachments,
        has_rooms=links.has_rooms,
    )


def _name(somebody: Named) -> str:
    return somebody.name


@dataclass
class _Links:
    """Who is in an event, as numbers of people and organisations."""

    hosts: list[Row] = field(default_factory=list)
    speakers: list[Row] = field(default_factory=list)
    by_session: dict[int, list[int]] = field(default_factory=dict)
    has_attachments: bool = False
    has_rooms: bool = False


HOST, SPEAKER, SESSION, ATTACHMENT, ROOM = range(5)


def _stored_links(event: EventPage) -> _Links:
    """From the database, in one statement."""

    def rows(
        part: int, model: Any, place: Any, person: Any, organisation: Any, of: str = "event"
    ) -> QuerySet[Any, Any]:
        found: QuerySet[Any, Any] = model._default_manager.filter(**{of: event.pk}).order_by()
        return found.values_list(Value(part), place, "pk", person, organisation)

    none = Cast(Value(None), BigIntegerField())
    speaking: Any = EventSession.speakers.through
    found = rows(HOST, EventHost, "sort_order", "person", "organisation").union(
        rows(SPEAKER, EventSpeaker, "sort_order", "person", "organisation"),
        rows(SESSION, speaking, "eventsession", "speaker", none, of="eventsession__event"),
        rows(ATTACHMENT, EventAttachment, "sort_order", none, none),
        rows(ROOM, EventRoom, Value(0), none, none),
        all=True,
    )
    links = _Links()
    for part, place, _, person, organisation in sorted(found, key=lambda row: row[:3]):
        if part == SESSION:
            links.by_session.setdefault(place, []).append(person)
        elif part == ATTACHMENT:
            links.has_attachments = True
        elif part == ROOM:
            links.has_rooms = True
        else:
            (links.hosts if part == HOST else links.speakers).append((person, organisation))
    return links


def _draft_links(event: EventPage, sessions: Sequence[EventSession]) -> _Links:
    """From the page as it stands in the editor; its sessions may have no number yet."""
    hosts, speakers = (
        [(entry.person_id, entry.organisation_id) for entry in getattr(event, name).all()]
        for name in ("hosts", "speakers")
    )
    by_session = {session.pk or id(session): [speaker.pk for speaker in session.speakers.all()] for session in sessions}
    return _Links(hosts, speakers, by_session, has_attachments=True, has_rooms=True)


def is_draft(event: EventPage, sessions: Sequence[EventSession]) -> bool:
    lists = ("hosts", "speakers", "sessions", "attachments")
    return not event.pk or any(holds(event, name) for name in lists) or any(holds(s, "speakers") for s in sessions)


def holds(record: Any, name: str) -> bool:
    """Whether a list belongs to ``record`` as it is in memory, as in a draft, rather than to what is stored."""
    return name in getattr(record, "_cluster_related_objects", {})


def organisations(keys: Iterable[int]) -> dict[int, OrganisationPage]:
    """Those of ``keys`` that anybody may open."""
    wanted = set(keys)
    found: QuerySet[OrganisationPage] = public(OrganisationPage.objects.filter(pk__in=wanted))
    return found.select_related("kind").in_bulk() if wanted else {}


# ---- when -----------------------------------------------------------------------------------------------------------
def days_of(event: EventPage) -> list[date]:
    """The days on which something of it happens: those of its sessions where they fall on several, else all it spans."""
    of_sessions = sorted({timezone.localdate(session.starts_at) for session in event.sessions.all()})
    return of_sessions if len(of_sessions) > 1 else days_spanned(event)


def days_spanned(event: EventPage) -> list[date]:
    """From its beginning to its end, whatever happens on each."""
    span = (timezone.localdate(event.ends_at - timedelta(microseconds=1)) - event.first_day).days
    return [event.first_day + timedelta(days=number) for number in range(span + 1)]


# ---- lists ----------------------------------------------------------------------------------------------------------
def whole(events: QuerySet[EventPage]) -> QuerySet[EventPage]:
    """``events`` that anybody may open, with all that calendars, feeds and the index say of them."""
    allowed = public(OrganisationPage.objects.select_related("kind"))
    contributors: list[Any] = [
        Prefetch(
            name,
            model.objects.select_related("person").prefetch_related(
                Prefetch("organisation", allowed), Prefetch("person__organisation", allowed)
            ),
        )
        for name, model in (("hosts", EventHost), ("speakers", EventSpeaker))
    ]
    sessions = EventSession.objects.order_by("starts_at", "pk").prefetch_related(
        Prefetch("speakers", Speaker.objects.prefetch_related(Prefetch("organisation", allowed)))
    )
    found: QuerySet[EventPage] = public(events)
    return found.select_related("building", "calendar_entry").prefetch_related(
        Prefetch("sessions", sessions), *contributors
    )


def for_calendars(now: datetime | None = None) -> QuerySet[EventPage]:
    """What a subscribed calendar holds: everything to come and what was on of late, cancelled or not."""
    since = (now or timezone.now()) - KEPT_IN_CALENDARS
    return whole(EventPage.objects.filter(ends_at__gt=since)).order_by("starts_at", "pk")


def dates_before(series: Any, starts_at: Any) -> QuerySet[Any, Any]:
    """When the last of the public dates of ``series`` that come before ``starts_at``, and are not over, ends; for a sub-select."""
    earlier = EventPage.objects.filter(
        occurrence__series=series, starts_at__lt=starts_at, ends_at__gt=timezone.now(), status=EventStatus.SCHEDULED
    )
    dates: QuerySet[Any, Any] = public(earlier).order_by("-ends_at").values("ends_at")
    return dates[:1]


def beside(event: EventPage, number: int, now: datetime | None = None) -> list[EventPage]:
    """What else is to come: further dates of its series; without one, events of its cohort, programme or themes."""
    if not event.pk:
        return []
    coming = EventPage.objects.filter(ends_at__gt=now or timezone.now()).exclude(pk=event.pk)
    if series := _series_of(event):
        coming = coming.filter(occurrence__series=series)
    else:
        alike = Q(pk__in=Theme.events.through.objects.filter(theme__in=_themes(event)).values("eventpage"))  # type: ignore[attr-defined]
        for name in ("programme_id", "cohort_id"):
            if getattr(event, name):
                alike |= Q(**{name: getattr(event, name)})
        coming = coming.filter(alike, status=EventStatus.SCHEDULED)
    found: QuerySet[EventPage] = public(coming)
    first: dict[Any, EventPage] = {}
    for one in found.select_related("building", "occurrence", "booking_rules").order_by("starts_at", "pk")[:LOOKED_AT]:
        first.setdefault(one.pk if series else _series_of(one) or -one.pk, one)  # of another series one date is enough
    return list(first.values())[:number]


def _series_of(event: EventPage) -> int | None:
    occurrence = getattr(event, "occurrence", None)
    return occurrence.series_id if occurrence else None


def _themes(event: EventPage) -> Any:
    return (
        [theme.pk for theme in event.themes.all()]
        if holds(event, "themes")
        else event.themes.through.objects.filter(eventpage=event.pk).values("theme")
    )


@dataclass(frozen=True)
class Label:
    """A term: what it is called, and its slug."""

    text: str
    slug: str


def labels_of(event: EventPage) -> dict[str, list[Label]]:
    """Audiences, themes and needs in the order of their lists; one statement where they are stored."""
    lists: dict[str, type[Audience] | type[Theme] | type[Need]] = {
        "audiences": Audience,
        "themes": Theme,
        "needs": Need,
    }
    if not event.pk or any(holds(event, name) for name in lists):
        return {
            name: [Label(term.name, term.slug) for term in sorted(getattr(event, name).all(), key=_place)]
            for name in lists
        }

    def rows(part: str) -> QuerySet[Any, Any]:
        found = lists[part]._default_manager.filter(events=event.pk).order_by()
        return found.values_list(Value(part, CharField()), "sort_order", "name", "slug")

    first, *others = (rows(part) for part in lists)
    labels: dict[str, list[Label]] = {name: [] for name in lists}
    for part, _, name, slug in sorted(first.union(*others, all=True)):
        labels[part].append(Label(name, slug))
    return labels


def _place(term: Any) -> tuple[int, str]:
    return term.sort_order, term.name


# ---- rooms ----------------------------------------------------------------------------------------------------------
def rooms_of(event: EventPage) -> list[SpacePage]:
    """The spaces that ``event`` holds and that anybody may open; none where it only says in words where it is."""
    held = EventRoom.objects.filter(event=event.pk, bookings__status=BookingStatus.CONFIRMED)
    rooms: QuerySet[SpacePage] = public(SpacePage.objects.filter(event_rooms__in=held))
    return list(rooms.order_by("title", "pk"))

"""Events as search knows them. How to join online is none of its business: see ``events.models.JoiningLink``."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Model, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import timezone

from core.visibility import public
from directory.documents.organisations import plain
from directory.documents.terms import NEED, PLACE, THEME
from directory.models import CohortPage, Need, OrganisationPage, Place, ProgrammePage, Theme
from events.bookings.choices import Availability
from events.bookings.models import BookingRules
from events.bookings.opening import next_change, shown_availability
from events.calendars import to_take_along
from events.choices import Attendance, EventKind, EventStatus, When
from events.models import Audience, EventHost, EventIndexPage, EventPage, EventSession, EventSpeaker, Speaker
from events.queries import dates_before, days_of, whole
from search.documents import Document, DocumentSource, Facet, Term, exclude_from_search, register
from search.exports import Form
from search.results import Hit

MONTH = "month"  # hidden: the months in which something of it happens, as 2027-05
# Whoever looks for a free place wants the last ones too. What is full is nobody's wish.
IN_FACET: dict[Availability | None, tuple[str, ...]] = {
    Availability.FREE: (Availability.FREE,),
    Availability.FEW: (Availability.FREE,),
    Availability.WAITING: (Availability.WAITING,),
}
# What nobody can come to sinks; of a series only the next date stands among everything else that is found.
PAST_SINKS_TO, CANCELLED_SINKS_TO, LATER_DATE_SINKS_TO = 0.5, 0.4, 0.3


def _choices(choices: Any) -> Any:
    return lambda: [Term(value, str(label)) for value, label in choices.choices]


def _places() -> Sequence[Term]:
    return [Term(Availability.FREE, "Places free"), Term(Availability.WAITING, "Waiting list")]


def _audiences() -> Sequence[Term]:
    return [Term(audience.slug, audience.name) for audience in Audience.objects.all()]


WHEN = Facet("when", "When", _choices(When))
EVENT_KIND = Facet("event_kind", "Kind of event", _choices(EventKind))
AUDIENCE = Facet("audience", "For whom", _audiences)
ATTENDANCE = Facet("attendance", "How", _choices(Attendance))
PLACES = Facet("availability", "Places", _places)


@register
class EventSource(DocumentSource):
    type, label, label_plural, model = "event", "Event", "Events", EventPage
    listed_at = "/events/"
    facets = (WHEN, EVENT_KIND, AUDIENCE, ATTENDANCE, PLACES, THEME, NEED, PLACE)
    hidden_facets = (MONTH,)
    term_models = (Audience, Theme, Need, Place)
    forms = {"ics": Form("Calendar file", "calendar", "text/calendar; charset=utf-8", "ics", to_take_along)}

    def queryset(self) -> QuerySet[EventPage]:
        earlier = dates_before(OuterRef("occurrence__series"), OuterRef("starts_at"))
        events = EventPage.objects.annotate(waits_until=Subquery(earlier))
        return (
            whole(events)
            .select_related("booking_rules")
            .prefetch_related(
                "audiences",
                "themes",
                "needs",
                Prefetch("programme", public(ProgrammePage.objects.all())),
                Prefetch("cohort", public(CohortPage.objects.all())),
            )
        )

    def document(self, obj: EventPage) -> Document:
        sessions: list[EventSession] = list(obj.sessions.all())
        people = _people(obj, sessions)
        organisations = _organisations(obj, people)
        audiences, themes, needs = list(obj.audiences.all()), list(obj.themes.all()), list(obj.needs.all())
        kind, is_over, days = str(obj.get_kind_display()), obj.is_over, [day.isoformat() for day in days_of(obj)]
        status = EventStatus(obj.status)
        now = timezone.now()
        availability = shown_availability(obj, now)
        related = [page for page in (obj.programme, obj.cohort) if page]
        attendance = [Attendance.IN_PERSON] * obj.is_in_person + [Attendance.ONLINE] * obj.is_online
        return Document(
            type=self.type,
            key=str(obj.pk),
            title=obj.title,
            url=obj.url or "",
            summary=obj.summary,
            keywords=(
                kind,
                obj.place_words,
                *(term.name for term in (*audiences, *themes)),
                *(page.title for page in (*organisations.values(), *related)),
                *(speaker.name for speaker in people.values()),
            ),
            body="" if obj.waits_until else _body(obj, sessions),
            facets={
                "when": (When.PAST if is_over else When.UPCOMING,),
                "event_kind": (obj.kind,),
                "audience": tuple(audience.slug for audience in audiences),
                "attendance": tuple(attendance),
                "availability": IN_FACET.get(availability, ()),
                "theme": tuple(theme.slug for theme in themes),
                "need": tuple(need.slug for need in needs),
                "place": (obj.building.slug,) if obj.building else (),
                MONTH: tuple(sorted({day[:7] for day in days})),
            },
            links=(
                *(f"organisation:{page.slug}" for page in organisations.values()),
                *([f"programme:{obj.programme.slug}"] if obj.programme else []),
                *([f"cohort:{obj.cohort.slug}"] if obj.cohort else []),
            ),
            card={
                "initials": f"{timezone.localtime(obj.starts_at).day}",
                "tone": "network",
                "meta": [kind, moment_words(obj), *([] if status == EventStatus.SCHEDULED else [str(status.label)])],
                "kind": kind,
                "starts_at": obj.starts_at.isoformat(),
                "ends_at": obj.ends_at.isoformat(),
                "days": days,
                "sessions": len(sessions),
                "status": obj.status,
                "notice": obj.notice,
                "place": obj.place_words,
                "online": obj.is_online,
                "in_person": obj.is_in_person,
                "run_by_others": obj.is_run_by_others,
                "places": obj.places,
                "availability": availability or "",
                "price": obj.price,
                "recorded": bool(obj.recording_url or obj.recording_minutes),
                "demonstration": obj.demonstration,
            },
            boost=_boost(obj),
            sort_date=obj.first_day,
            fresh_until=None
            if is_over
            else min(obj.ends_at, obj.waits_until or obj.ends_at, next_change(obj, now) or obj.ends_at),
        )

    def affected_by(self, instance: Model) -> Iterable[Any]:
        """Events whose documents show a term, a person or another page that was changed."""
        match instance:
            case EventPage():  # the next date of its series may be another one now
                return self.keys(occurrence__series__occurrences__event=instance.pk)
            case EventSession() | EventHost() | EventSpeaker() | BookingRules():
                return [instance.event_id]
            case Speaker():
                return self.keys(
                    Q(hosts__person=instance.pk) | Q(speakers__person=instance.pk) | Q(sessions__speakers=instance.pk)
                ).distinct()
            case OrganisationPage():
                of = Q(organisation=instance.pk) | Q(person__organisation=instance.pk)
                named = [model.objects.filter(of).values("event") for model in (EventHost, EventSpeaker)]
                speaking = EventSession.objects.filter(speakers__organisation=instance.pk).values("event")
                return self.keys(Q(pk__in=named[0]) | Q(pk__in=named[1]) | Q(pk__in=speaking))
            case ProgrammePage():
                return self.keys(programme=instance.pk)
            case CohortPage():
                return self.keys(cohort=instance.pk)
            case Audience():
                return self.keys(audiences=instance.pk)
            case Theme():
                return self.keys(themes=instance.pk)
            case Need():
                return self.keys(needs=instance.pk)
            case Place():
                return self.keys(building=instance.pk)
        return ()

    def columns(self, hit: Hit) -> dict[str, Any]:
        card = hit.card
        names = (
            "kind",
            "starts_at",
            "ends_at",
            "status",
            "place",
            "online",
            "in_person",
            "places",
            "availability",
            "price",
        )
        return {name: card.get(name) for name in names}


exclude_from_search(EventIndexPage)  # it only leads to what is found


def _body(event: EventPage, sessions: Sequence[EventSession]) -> str:
    """What is said of this one. Access is left out: nearly the same of each, it would make its words common everywhere.

    Later dates of a series have none, for the same reason: they are found by what they are called, where and with whom.
    """
    words = [plain(event.description), event.our_part, *(f"{session.title} {session.words}" for session in sessions)]
    return " ".join([*words, plain(event.outcome)]).strip()


def _boost(event: EventPage) -> float:
    if event.is_over:
        return PAST_SINKS_TO
    if event.status == EventStatus.CANCELLED:
        return CANCELLED_SINKS_TO
    return LATER_DATE_SINKS_TO if event.waits_until else 1.0  # see queryset()


def moment_words(event: EventPage) -> str:
    """“8 December 2026, 17:30”: short, for the line under a title."""
    at = timezone.localtime(event.starts_at)
    return f"{at.day} {at:%B %Y}, {at:%-H:%M}"


def _people(event: EventPage, sessions: Sequence[EventSession]) -> dict[int, Speaker]:
    named = [entry.person for entry in (*event.hosts.all(), *event.speakers.all()) if entry.person]
    return {speaker.pk: speaker for speaker in (*named, *(s for session in sessions for s in session.speakers.all()))}


def _organisations(event: EventPage, people: dict[int, Speaker]) -> dict[int, OrganisationPage]:
    direct = [entry.organisation for entry in (*event.hosts.all(), *event.speakers.all())]
    found = [*direct, *(speaker.organisation for speaker in people.values())]
    return {organisation.pk: organisation for organisation in found if organisation}

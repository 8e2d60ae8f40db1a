"""Pages that open for whoever holds the link of a letter: to whom it is sent, what it is about, and what ends it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from directory.models import ProfileQuestion
from events.attendance import actions as attendance
from events.bookings import actions as events
from events.bookings.models import PersonalCalendar
from search.alerts import actions as alerts
from spaces import actions as spaces
from spaces.choices import Confidentiality
from spaces.models import Booking
from spaces.queries.people import asker_of
from tenancy import actions, retention

from .ahead import GARETH, NADIA
from .village import ADMIN, MANAGER, MEMBER, REGISTERED, SITE_ADMIN, Village

Does = Callable[[Village], Any]
NEW = {"name": "Somebody Else", "email": "else@example.org"}


@dataclass(frozen=True)
class End:
    """What ends a link; ``after`` so many days."""

    does: Does = lambda village: None
    after: int = 0


@dataclass(frozen=True)
class Link:
    """``shows``: words of records that are not the addressee’s own, and that they read there nevertheless, with the reason."""

    rows: tuple[str, ...]
    to: Callable[[Village], str]
    ends: Mapping[str, End]
    shows: Callable[[Village], set[str]] = lambda village: set()
    why: str = ""


def fresh(v: Village, name: str) -> Any:
    """As it stands now: what the village holds in memory is for others too, and its links stay those that were sent."""
    return type(v.of[name])._base_manager.get(pk=v.of[name].pk)


def person(v: Village, role: str) -> Any:
    return v.people[role]


def _of(role: str) -> Callable[[Village], str]:
    return lambda v: str(person(v, role).email)


# ---- searches and news ----------------------------------------------------------------------------------------------
def _forget_follower(v: Village) -> None:
    alerts.erase(email=v.subscriber.email)


def _follower(v: Village) -> str:
    return str(v.subscriber.email)


def _reader(v: Village) -> str:
    return str(v.subscription.email)


ENDED = End(lambda v: actions.end_updates(subscription=fresh(v, "subscription")))
NEWS = [
    Link(
        ("search/alerts/confirm/<str:token>/",),
        _follower,
        {"forgotten": End(_forget_follower), "late": End(lambda v: alerts.forget(), after=8)},
    ),
    Link(
        ("search/alerts/manage/<str:token>/", "search/alerts/unsubscribe/<str:token>/"),
        _follower,
        {"forgotten": End(_forget_follower)},
    ),
    Link(
        ("join/updates/confirm/<str:token>/",),
        _reader,
        {"ended": ENDED, "late": End(lambda v: retention.forget(), after=8)},
    ),
    Link(
        ("join/updates/manage/<str:token>/", "join/updates/unsubscribe/<str:token>/"),
        _reader,
        {"ended": ENDED},
    ),
    Link(
        ("contact/received/<str:token>/",),
        _of(REGISTERED),
        {"forgotten": End(lambda v: retention.make_nameless(fresh(v, "enquiry")))},
    ),
]


# ---- what is booked -------------------------------------------------------------------------------------------------
def _hand_on_space(v: Village) -> None:
    spaces.hand_on(booking=v.space_booking.pk, **NEW, asker=asker_of(person(v, MEMBER)))


def _forget_space(v: Village) -> None:
    spaces.cancel(booking=v.space_booking.pk)
    spaces.erase(booking=v.space_booking.pk)


def _forget_event(v: Village) -> None:
    events.cancel(booking=fresh(v, "event_booking"))
    events.erase(booking=fresh(v, "event_booking"))


def _said_at_the_door(v: Village) -> set[str]:
    told = Booking.objects.filter(space=v.space.pk, confidentiality=Confidentiality.OPEN)
    return {f"spaces.Booking.words {key}" for key in told.values_list("pk", flat=True)}


def _guest(v: Village) -> str:
    return str(v.attendee.booking.email)


HANDED_ON = End(lambda v: events.transfer(booking=fresh(v, "event_booking"), **NEW))
BOOKED = [
    Link(
        ("spaces/booking/<str:token>/", "spaces/booking/<str:token>/booking.ics"),
        _of(MEMBER),
        {"handed on": End(_hand_on_space), "forgotten": End(_forget_space)},
    ),
    Link(
        ("spaces/<slug:slug>/calendar.ics",),
        lambda v: "",
        {
            "another": End(lambda v: spaces.renew_calendar(by=person(v, SITE_ADMIN), space=v.space)),
            "none": End(lambda v: spaces.end_calendar(by=person(v, SITE_ADMIN), space=v.space)),
        },
        shows=_said_at_the_door,
        why="It hangs at a door and is nobody’s: it says what a booking is for where whoever booked lets everybody know.",
    ),
    Link(
        ("my/spaces/calendar/<str:token>.ics",),
        _of(MEMBER),
        {
            "another": End(lambda v: spaces.renew_calendar(by=person(v, MEMBER), organisation=None)),
            "none": End(lambda v: spaces.end_calendar(by=person(v, MEMBER), organisation=None)),
        },
    ),
    Link(
        ("my/calendar/<str:token>.ics",),
        _of(MEMBER),
        {"none": End(lambda v: PersonalCalendar.objects.filter(pk=v.event_calendar.pk).delete())},
    ),
    Link(
        ("events/booking/<str:token>/", "events/<slug:slug>/join/<str:token>/"),
        _of(MEMBER),
        {"handed on": HANDED_ON, "forgotten": End(_forget_event)},
    ),
    Link(
        ("events/ticket/<str:key>/", "events/feedback/<str:key>/"),
        _guest,
        {"forgotten": End(lambda v: events.erase(booking=fresh(v, "attendee").booking))},
    ),
    Link(
        ("events/certificate/<str:key>/certificate.pdf", "events/certificates/<slug:key>/"),
        _guest,
        {"revoked": End(lambda v: attendance.revoke(certificate=fresh(v, "certificate"), by=person(v, SITE_ADMIN)))},
    ),
]


# ---- companies ------------------------------------------------------------------------------------------------------
def _back(name: str) -> End:
    return End(lambda v: actions.take_back(introduction=fresh(v, name), reason="No.", by=person(v, MANAGER)))


def _no(name: str, side: str) -> End:
    return End(lambda v: actions.answer_introduction(introduction=fresh(v, name), side=side, says_yes=False))


def _closed(v: Village) -> None:
    actions.withdraw(request=fresh(v, "request"), by=person(v, MANAGER), reason="Gone.")


def _confirm(v: Village) -> None:
    actions.answer_confirmation(confirmation=fresh(v, "confirmation"), is_true=True, anyway="", words="")


def _revoke(v: Village) -> None:
    actions.revoke(outcome=fresh(v, "confirmation").outcome, reason="No.", by=person(v, MANAGER))


def _ask_anew(v: Village) -> None:
    ProfileQuestion.objects.filter(pk=v.question.pk).update(nonce=uuid4())


ANSWERS = "answer/introduction/<slug:side>/<str:token>/"
COMPANIES = [
    Link(
        (ANSWERS,),
        lambda v: GARETH,
        {
            "taken back": _back("introduction"),
            "refused": _no("introduction", "partner"),
            "request closed": End(_closed),
            "late": End(after=22),
        },
    ),
    Link(
        (f"{ANSWERS} of the company",),
        lambda v: NADIA,
        {
            "taken back": _back("asked"),
            "refused": _no("asked", "tenant"),
            "request closed": End(_closed),
            "late": End(after=22),
        },
    ),
    Link(
        ("answer/check-back/<str:token>/",),
        lambda v: NADIA,
        {
            "answered": End(lambda v: actions.answer_check_back(check_back=fresh(v, "check_back"), answer="met")),
            "taken back": _back("introduced"),
            "late": End(after=31),
        },
    ),
    Link(
        ("answer/outcome/<str:token>/",),
        lambda v: str(v.contact.email),
        {
            "answered": End(_confirm),
            "revoked": End(_revoke),
            "late": End(after=15),
        },
        shows=lambda v: {
            f"tenancy.Outcome.evidence {v.confirmation.outcome_id}",
            f"tenancy.Account.name {v.account.pk}",
        },
        why="Whoever is asked whether something is true has to read it, and of which company it is: their own.",
    ),
    Link(
        ("answer/profile/<str:token>/",),
        lambda v: "asked@example.org",
        {
            "late": End(after=61),
            "asked anew": End(_ask_anew),
        },
    ),
    Link(
        ("my/invitation/<str:token>/",),
        _of(REGISTERED),
        {
            "taken back": End(
                lambda v: actions.take_back_invitation(invitation=fresh(v, "invitation"), by=person(v, ADMIN))
            ),
            "late": End(after=31),
        },
    ),
]
LINKS = [*NEWS, *BOOKED, *COMPANIES]

"""What somebody who comes is sent, and the pages of those who keep the door; of an event of their own."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

from django.utils import timezone
from playwright.sync_api import Page as Tab
from playwright.sync_api import Response

from events.attendance import actions as attendance
from events.attendance import links
from events.attendance.models import Certificate, FeedbackSurvey
from events.bookings import actions
from events.bookings.models import Attendee, Booking

from .addresses import Address
from .bookings import event_of
from .front_door import ADMIN, PERSON


def _somebody(name: str = "attended") -> Attendee:
    event = event_of(name, 99)
    found = Booking.objects.filter(event=event, name="Ada Broadbent").first()
    if found is None:
        request = actions.Request(name="Ada Broadbent", email=f"{name}@example.org")
        found = actions.ask(event=event.pk, request=request)
    return found.attendees.all()[0]


def _path(url: str) -> str:
    return urlsplit(url).path


def _door(part: str = "") -> Callable[[], str]:
    return lambda: f"/events/{_somebody().booking.event.slug}/door/{part}"


def _no_ticket() -> str:
    attendee = _somebody("attended-not")
    path = _path(links.ticket_url(attendee))
    actions.cancel(booking=attendee.booking)
    return path


def _certificate() -> str:
    attendee = _somebody()
    found = Certificate.objects.filter(attendee=attendee).first() or Certificate.objects.create(
        event=attendee.booking.event, attendee=attendee, name=attendee.name, minutes=90
    )
    return _path(links.verification_url(found))


def _survey_of(name: str) -> tuple[FeedbackSurvey, Attendee]:
    attendee = _somebody(name)
    return attendance.open_survey(event=attendee.booking.event), attendee


def _feedback() -> str:
    _, attendee = _survey_of("attended")
    return _path(links.feedback_url(attendee))


def _thanks() -> str:
    survey, attendee = _survey_of("attended-thanks")
    attendance.answer(survey=survey, attendee=attendee, rating=4, again=True)
    return f"{_path(links.feedback_url(attendee))}?done=1"


def _results() -> str:
    survey, attendee = _survey_of("attended-results")
    given = [
        {"again": number > 1, "rating": 1 + number % 5, "words": "More of it." * (number == 3)} for number in range(7)
    ]
    FeedbackSurvey.objects.filter(pk=survey.pk).update(answers=given, closes_at=timezone.now() - timedelta(minutes=1))
    return f"/events/{attendee.booking.event.slug}/door/feedback/"


def _send_without_an_answer(tab: Tab) -> Response | None:
    with tab.expect_navigation() as answered:
        tab.locator("main form button[type=submit], main form button:not([type])").first.click()
    return answered.value


ATTENDING = [
    Address("ticket", lambda: _path(links.ticket_url(_somebody()))),
    Address("ticket-gone", _no_ticket, status=410),
    Address("certificate", _certificate),
    Address("certificate-unknown", "/events/certificates/AAAA-AAAA-AAAA-AAAA/", status=404),
    Address("feedback", _feedback),
    Address("feedback-refused", _feedback, then=_send_without_an_answer),
    Address("feedback-thanks", _thanks),
    Address("join-as-a-stranger", lambda: f"/events/{event_of('attended').slug}/join/", status=403),
    Address("my-calendar", "/my/calendar/", keeps_cookie=True, who=PERSON),
    Address("door", _door(), keeps_cookie=True, who=ADMIN, more_requests=1),
    Address("door-walk-in", _door("walk-in/"), keeps_cookie=True, who=ADMIN),
    Address("door-attendance", _door("attendance/"), keeps_cookie=True, who=ADMIN),
    Address("door-person", lambda: f"{_door('people/')()}a{_somebody().pk}/", keeps_cookie=True, who=ADMIN),
    Address("door-feedback", _results, keeps_cookie=True, who=ADMIN),
]

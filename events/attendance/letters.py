"""The letter after an event: certificate and survey for those of a booking who were there."""

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from core.letters import letter
from events.bookings.models import Booking

from . import links
from .models import FeedbackSurvey
from .queries import person_of


def write(booking: Booking, survey: FeedbackSurvey) -> EmailMultiAlternatives | None:
    """None where none of the booking came, or its address is forgotten."""
    attendees = booking.attendees.order_by("pk").select_related("booking")
    first = attendees[0].pk if attendees else 0
    came = list(attendees.filter(presences__isnull=False).distinct())
    if not came or not booking.email:
        return None
    people = [
        {
            "name": person_of(one, first=one.pk == first).name,
            "certificate_url": links.certificate_url(one),
            "feedback_url": links.feedback_url(one),
        }
        for one in came
    ]
    context = {
        "event": booking.event,
        "people": people,
        "closes_at": timezone.localtime(survey.closes_at),
        "has_certificates": any(person["certificate_url"] for person in people),
    }
    return letter("events/attendance/email/afterwards", to=booking.email, context=context)

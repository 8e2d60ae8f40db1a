"""Links of people who come: their ticket, their certificate, their survey. They end when the booking is handed on."""

from django.urls import reverse

from core.signed_links import read, sign
from events.bookings.models import Attendee
from search.exports import absolute

from .models import Certificate

TICKET, CERTIFICATE, FEEDBACK = (
    "events.attendance.ticket",
    "events.attendance.certificate",
    "events.attendance.feedback",
)


def ticket_url(attendee: Attendee) -> str:
    """The page with the QR code that is scanned at the door; for whoever has a confirmed place."""
    return absolute(reverse("event_ticket", args=[_token(attendee, TICKET)]))


def certificate_url(attendee: Attendee) -> str:
    """Where ``attendee`` downloads their certificate; empty as long as there is none that holds."""
    if not Certificate.objects.filter(attendee=attendee.pk, revoked_at=None).exists():
        return ""
    return absolute(reverse("event_certificate_file", args=[_token(attendee, CERTIFICATE)]))


def feedback_url(attendee: Attendee) -> str:
    return absolute(reverse("event_feedback", args=[_token(attendee, FEEDBACK)]))


def verification_url(certificate: Certificate) -> str:
    """Where anybody sees whether a certificate holds; printed on it."""
    return absolute(reverse("event_certificate", args=[certificate.number]))


def attendee_of(token: str, purpose: str) -> Attendee | None:
    """Whose a link is; None when it was handed on, or is gone. Raises BadLink."""
    key, code = read(token, purpose)
    return Attendee.objects.select_related("booking__event").filter(pk=key, code=code).first()


def _token(attendee: Attendee, purpose: str) -> str:
    return sign(purpose, attendee.pk, attendee.code)

"""What the links of people who come open, and the page by which anybody sees whether a certificate holds."""

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from core.qr_codes import qr_svg
from core.rate_limits import Limit, seconds_to_wait
from core.signed_links import opened_by_link
from events.attendance import actions, links, queries
from events.attendance.actions.feedback import is_spent
from events.attendance.forms import FeedbackForm, NameForm
from events.attendance.models import Certificate, FeedbackSurvey
from events.bookings.actions import Refusal
from events.bookings.choices import BookingStatus

from .papers import certificate_file, days_in_words, minutes_in_words, when_and_where

NAMES = Limit("certificate-names")  # nobody tries a telephone book on a certificate


@opened_by_link
def ticket(request: HttpRequest, key: str) -> HttpResponseBase:
    """The code that is scanned at the door, as large as the screen allows."""
    attendee = links.attendee_of(key, links.TICKET)
    if attendee is None or attendee.booking.status != BookingStatus.CONFIRMED:
        return render(request, "events/attendance/no_ticket.html", {"attendee": attendee}, status=410)
    event = attendee.booking.event
    person = queries.person(event, f"a{attendee.pk}")
    context = {
        "event": event,
        "person": person,
        "when": when_and_where(event),
        "qr": qr_svg(attendee.code, "QR code of your ticket"),
    }
    return render(request, "events/attendance/ticket.html", context)


@opened_by_link
def certificate(request: HttpRequest, key: str) -> HttpResponseBase:
    """Whether a certificate holds, for whoever has its number: an employer, a college.

    The number alone shows initials: it stands in addresses, histories and logs, and must not lead from there to a person.
    Whoever holds the paper knows the name, types it, and is told whether it is the right one.
    """
    letters = key.upper().replace("-", "")
    number = "-".join(letters[place : place + 4] for place in range(0, len(letters), 4))  # typed with or without
    found = Certificate.objects.filter(number=number).select_related("event").first()
    if found is None:
        return render(request, "events/attendance/no_certificate.html", status=404)
    form = NameForm(request.POST or None)
    answer = ""
    if form.is_valid():
        if seconds_to_wait(request, NAMES):
            form.add_error("name", "That was too often for now. Wait a minute and try again.")
        else:
            answer = "match" if form.matches(found) else "other"
    context = {
        "certificate": found,
        "event": found.event,
        "days": days_in_words(found.event),
        "minutes": minutes_in_words(found.minutes, cpd=queries.states_cpd(found.event)),
        "initials": " ".join(f"{word[0]}." for word in found.name.split() if word),
        "form": form,
        "answer": answer,
    }
    return render(request, "events/attendance/certificate.html", context)


@opened_by_link
def certificate_download(request: HttpRequest, key: str) -> HttpResponseBase:
    """The latest certificate that holds, for whom it is about."""
    attendee = links.attendee_of(key, links.CERTIFICATE)
    found = Certificate.objects.filter(attendee=attendee, revoked_at=None).select_related("event").first()
    if attendee is None or found is None:
        return render(request, "events/attendance/no_certificate.html", status=404)
    return certificate_file(found)


@opened_by_link
def feedback(request: HttpRequest, key: str) -> HttpResponseBase:
    """Three questions, once a person; kept without the person."""
    attendee = links.attendee_of(key, links.FEEDBACK)
    survey = FeedbackSurvey.objects.filter(event=attendee.booking.event_id).first() if attendee else None
    if attendee is None or survey is None:
        raise Http404
    if request.GET.get("done") and is_spent(survey, attendee):
        return render(request, "events/attendance/feedback_thanks.html", {"event": attendee.booking.event})
    form = FeedbackForm(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            actions.answer(
                survey=survey,
                attendee=attendee,
                rating=int(said["rating"]),
                again=said["again"] == "yes",
                words=said["words"],
            )
            return redirect(f"{reverse('event_feedback', args=[key])}?done=1")
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    context = {"event": attendee.booking.event, "form": form, "closes_at": survey.closes_at}
    return render(request, "events/attendance/feedback.html", context)

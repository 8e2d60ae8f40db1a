"""What the link of a booking opens: how it stands, what comes next, and everything that can be changed about it."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from core.qr_codes import qr_svg
from core.signed_links import opened_by_link
from events.attendance import links as attendance
from events.bookings import actions, links
from events.bookings.choices import BookingStatus
from events.bookings.forms import ChangeForm, TransferForm
from events.bookings.models import Attendee, Booking, BookingRules
from events.bookings.opening import Opening, opening_of, rules_of
from events.bookings.queries import place_in_queue
from events.choices import Attendance

from .words import event_facts, next_steps

NOT_ENOUGH = "There are not enough places for {} of you now. Your booking stays as it was."


@opened_by_link
def booking(request: HttpRequest, token: str) -> HttpResponse:
    found = links.booking_of(token, links.MANAGE)
    if found is None:
        return render(request, "events/booking/gone.html", {"done": request.GET.get("done", "")})
    rules = rules_of(found.event) or BookingRules(event=found.event)
    change = ChangeForm(booking=found, rules=rules)
    transfer = TransferForm()
    refusal: actions.Refusal | None = None
    asked = request.POST.get("do", "") if request.method == "POST" else ""
    if request.method == "POST":
        if asked == "change":
            change = ChangeForm(request.POST, booking=found, rules=rules)
        elif asked == "transfer":
            transfer = TransferForm(request.POST)
        form = {"change": change, "transfer": transfer}.get(asked)
        try:
            if _do(asked, found, form):
                return redirect(f"{reverse('booking', args=[token])}?done={asked}")
        except actions.Refusal as refused:
            refusal = _said(refused, form)
            found = links.booking_of(token, links.MANAGE) or found  # what lapsed has lapsed
    context = _shown(request, found, rules) | {
        "change": change,
        "transfer": transfer,
        "form": {"change": change, "transfer": transfer}.get(asked),  # whose mistakes stand on top
        "open": asked,
        "refusal": refusal,
        "done": request.GET.get("done", "") if not asked else "",
    }
    return render(request, "events/booking/booking.html", context, status=409 if refusal else 200)


def _do(asked: str, found: Booking, form: forms.Form | None) -> bool:
    """Do what was asked for; False where it was not understood, or something is to be put right. Raises Refusal."""
    if isinstance(form, ChangeForm):
        if form.is_valid():
            actions.change(booking=found, **form.changes())
            return True
    elif isinstance(form, TransferForm):
        if form.is_valid():
            said = form.cleaned_data
            actions.transfer(booking=found, name=said["name"], email=said["email"])
            return True
    elif asked == "cancel":
        actions.cancel(booking=found)
        return True
    elif asked == "decline":
        actions.decline(booking=found)
        return True
    elif asked == "accept":
        actions.accept(booking=found)
        return True
    return False


def _said(refused: actions.Refusal, form: forms.Form | None) -> actions.Refusal:
    if isinstance(refused, actions.Full) and form is not None:
        refused = actions.TooMany(NOT_ENOUGH.format(form.cleaned_data["size"]))  # who has places can't wait for more
    if form is not None:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
    return refused


def _shown(request: HttpRequest, found: Booking, rules: BookingRules) -> dict[str, Any]:
    now = timezone.now()
    event = found.event
    is_over = event.ends_at <= now
    people = list(found.attendees.all())
    return event_facts(request, event) | {
        "booking": found,
        "rules": rules,
        "first_name": found.name.split(" ")[0],
        "people": people,
        "tickets": _tickets(found, people, is_over=is_over),
        "join_url": links.join_url(found) if _joins_online(found) and not is_over else "",
        "needs": list(found.needs.all()),
        "answers": list(found.answers.select_related("question")),
        "place_in_queue": place_in_queue(found) if found.status == BookingStatus.WAITING else None,
        "steps": [] if is_over else next_steps(found, rules),
        "is_over": is_over,
        "can_change": found.is_live and not is_over,
        "can_book_again": not found.is_live and opening_of(event, rules, now) == Opening.OPEN,
    }


def _tickets(booking: Booking, people: list[Attendee], *, is_over: bool) -> list[dict[str, Any]]:
    """What lets each person in, where there is a door; once the event is over, what says that they were there."""
    if booking.status != BookingStatus.CONFIRMED:
        return []
    if is_over:
        found = [{"person": person, "certificate_url": attendance.certificate_url(person)} for person in people]
        return [ticket for ticket in found if ticket["certificate_url"]]
    if not booking.event.is_in_person or booking.attendance == Attendance.ONLINE:
        return []
    return [
        {
            "person": person,
            "qr": qr_svg(person.code, f"QR code of the ticket of {person.name or 'somebody you bring'}"),
            "url": attendance.ticket_url(person),
        }
        for person in people
    ]


def _joins_online(booking: Booking) -> bool:
    is_theirs = booking.attendance != Attendance.IN_PERSON
    return booking.status == BookingStatus.CONFIRMED and booking.event.is_online and is_theirs

"""``/events/<slug>/book/``: one form, one press, booked. Whoever gets no place is told why, and keeps what they typed."""

from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from core.forgery import EXPIRED, came_from_us
from core.page_cache import remembered
from core.rate_limits import Limit, seconds_to_wait
from core.visibility import public
from directory.queries.bookers import Booker, booker_of
from events import queries
from events.bookings import actions, links
from events.bookings.actions.asking import questions_of
from events.bookings.actions.settling import pools_of
from events.bookings.choices import Availability
from events.bookings.forms import BookingForm, attendances_of
from events.bookings.models import Booking, BookingRules
from events.bookings.opening import rules_of, shown_availability
from events.bookings.outlook import Outlook, is_free, most_for_one_organisation, outlook
from events.bookings.signals import letter_due
from events.models import EventPage

from .words import event_facts

NOT_OURS = "This event is not booked with us. Its page says how to come."
TOO_MANY_FROM_HERE = (
    "So many book from your network at this moment that we have to pause. Send the form again in a minute."
)
TOO_OFTEN_TO_THERE = "We have written to this address very often today. Look for the newest mail about this event."
BESIDE = 4


@csrf_exempt  # it asks for the token itself, so that nothing typed is lost: see core.forgery
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, slug: str) -> HttpResponse:
    page = _page(request, slug)
    rules = rules_of(page)
    if rules is None:
        return _closed(request, page, actions.NotNow(NOT_OURS))
    desk = _Desk(request, page, rules, timezone.now())
    if request.method == "POST":
        return desk.answer()
    seen = desk.outlook
    if seen.refusal and not _may_ask(seen):
        return _closed(request, page, seen.refusal, seen, desk.booker)
    return desk.show(desk.form(), seen.refusal)


@require_safe
def sent(request: HttpRequest, slug: str) -> HttpResponse:
    """The same for everybody: it does not tell whether somebody comes."""
    return render(request, "events/booking/sent.html", {"book_url": reverse("event_book", args=[slug])})


@dataclass
class _Desk:
    """One reader at the form of one event."""

    request: HttpRequest
    page: EventPage
    rules: BookingRules
    now: datetime

    def __post_init__(self) -> None:
        self.booker = booker_of(self.request.user)
        self.pools = pools_of(self.page.pk)
        self.questions = questions_of(self.page.pk)

    @property
    def outlook(self) -> Outlook:
        return outlook(self.rules, self.pools, self.booker, self.now)

    def form(self, data: Any = None) -> BookingForm:
        ways = attendances_of(self.pools)
        full = [way for way in ways if not is_free(self.pools, way, self.booker, self.now)]
        return BookingForm(
            data,
            rules=self.rules,
            pools=self.pools,
            questions=self.questions,
            booker=self.booker,
            full=full,
            most_for_one_organisation=most_for_one_organisation(self.pools, self.booker, self.now),
        )

    def answer(self) -> HttpResponse:
        form = self.form(self.request.POST)
        is_whole = form.is_valid()
        if not came_from_us(self.request):
            form.add_error(None, EXPIRED)
            return self.show(form, status=403)
        if not is_whole:
            return self.show(form)
        if form.was_filled_in_by_a_program:
            return self.look_into_mailbox()
        email = form.cleaned_data["email"].strip().lower()
        # 600 a minute, for each event by itself: a hall full of people behind one address of a hospital can all press the
        # button at once, and twice; a program that fills an event is slowed down, and one address has one booking anyway.
        if seconds_to_wait(self.request, Limit(f"book-event-{self.page.pk}")):
            form.add_error(None, TOO_MANY_FROM_HERE)
            return self.show(form, status=429)
        if not ratelimit.consume(self.request, action="booking_to", key=email):
            form.add_error("email", TOO_OFTEN_TO_THERE)
            return self.show(form, status=429)
        return self.ask(form, email)

    def ask(self, form: BookingForm, email: str) -> HttpResponse:
        waits = self.request.POST.get("waits") == "1"
        try:
            made = actions.ask(event=self.page.pk, request=form.as_request(self.pools), booker=self.booker, waits=waits)
        except actions.AlreadyBooked as refusal:
            return self.once_more(refusal.booking)
        except actions.Refusal as refusal:
            field = refusal.field if refusal.field in form.fields else None
            form.add_error(field, str(refusal))
            return self.show(form, refusal, status=409)
        # The form of a booking that was handed on since: its link is for whoever has it now.
        return redirect(_path(made)) if made.email == email else self.look_into_mailbox()

    def once_more(self, booking: Booking) -> HttpResponse:
        """Send the link to its address once more; whoever asks learns nothing of it, unless it is their own."""
        if self.booker.user and booking.user_id == self.booker.user.pk:
            return redirect(_path(booking))
        if ratelimit.consume(self.request, action="booking_again", key=str(booking.pk)):
            with transaction.atomic():
                letter_due.send(Booking, booking=booking, letter=booking.status)
        return self.look_into_mailbox()

    def look_into_mailbox(self) -> HttpResponse:
        return redirect("event_book_sent", self.page.slug)

    def show(self, form: BookingForm, refusal: actions.Refusal | None = None, status: int = 200) -> HttpResponse:
        seen = self.outlook
        reason = refusal or (seen.refusal if isinstance(seen.refusal, actions.Full) else None)
        context = _around(self.request, self.page, seen, self.booker) | {
            "form": form,
            "rules": self.rules,
            "refusal": reason
            if refusal is None or not form.is_bound
            else None,  # else it stands among what to put right
            "can_wait": isinstance(reason, actions.Full) and reason.has_waiting_list,
            "is_full_from_the_start": isinstance(reason, actions.Full) and (refusal is None or not form.is_bound),
            "alternatives": _alternatives(self.request, self.page, self.now) if reason else [],
        }
        return render(self.request, "events/booking/book.html", context, status=status)


def _may_ask(seen: Outlook) -> bool:
    """Whether the form makes sense though one place can't be had: to wait, or to ask for one that is held back."""
    if isinstance(seen.refusal, actions.NotNow):
        return False
    if isinstance(seen.refusal, actions.Full) and seen.refusal.has_waiting_list:
        return True
    return seen.has_access_places


def _page(request: HttpRequest, slug: str) -> EventPage:
    """The event and its rules, as its page shows them: kept until something is published. What decides is read anew."""
    # A copy: what a request notes on it must not reach the next one.
    return copy(remembered(request, f"event that is booked: {slug}", lambda: _found(slug)))


def _found(slug: str) -> EventPage:
    found = public(EventPage.objects.select_related(*EventPage.served_with).filter(slug=slug)).first()
    if found is None:
        raise Http404
    return found


def _closed(
    request: HttpRequest,
    page: EventPage,
    refusal: actions.Refusal,
    seen: Outlook | None = None,
    booker: Booker | None = None,
) -> HttpResponse:
    context = _around(request, page, seen, booker) | {
        "refusal": refusal,
        "alternatives": _alternatives(request, page, timezone.now()),
        "is_for_some": isinstance(refusal, actions.OnlyForSome),
    }
    return render(request, "events/booking/closed.html", context, status=409 if request.method == "POST" else 200)


def _around(request: HttpRequest, page: EventPage, seen: Outlook | None, booker: Booker | None) -> dict[str, Any]:
    return event_facts(request, page) | {
        "outlook": seen,
        "booker": booker,
        "sign_in_url": f"{settings.LOGIN_URL}?{urlencode({'next': request.path})}",
    }


def _alternatives(request: HttpRequest, page: EventPage, now: datetime) -> list[tuple[EventPage, Availability | None]]:
    """What would work instead: other dates of its series with free places, or else events alike.

    Looked for once a minute: in a rush, everybody who comes too late is shown the same.
    """
    return remembered(request, f"instead of {page.pk} at {now:%H:%M}", lambda: _found_instead(page, now))


def _found_instead(page: EventPage, now: datetime) -> list[tuple[EventPage, Availability | None]]:
    found = [(other, shown_availability(other, now)) for other in queries.beside(page, 3 * BESIDE, now)]
    has_places = {Availability.FREE, Availability.FEW}
    return sorted(found, key=lambda pair: pair[1] not in has_places)[:BESIDE]


def _path(booking: Booking) -> str:
    return reverse("booking", args=[links.token(booking, links.MANAGE)])

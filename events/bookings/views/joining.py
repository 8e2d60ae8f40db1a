"""``/events/<slug>/join/``: the one door behind which the joining link stands, for whoever has a place, at its time."""

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.signed_links import BadLink
from core.visibility import public
from events.bookings import links
from events.bookings.choices import BookingStatus
from events.bookings.models import Booking
from events.bookings.queries import bookings_of
from events.choices import EventStatus
from events.models import EventPage, JoiningLink

OPENS_BEFORE = timedelta(minutes=30)


@never_cache
@require_safe
def join(request: HttpRequest, slug: str, token: str = "") -> HttpResponse:
    """Lets in with the link of a letter, or whoever signed in and booked. The address that it was opened with goes nowhere."""
    try:
        response = _answer(request, slug, token)
    except BadLink:
        response = render(request, "core/bad_link.html", status=404)
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def _answer(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    event = EventPage.objects.select_related("building").filter(slug=slug, live=True).first()
    if event is None:
        raise Http404
    booking = _booking(request, event, token)
    if booking is None and not public(EventPage.objects.filter(pk=event.pk)).exists():
        raise Http404
    if booking is None or booking.status != BookingStatus.CONFIRMED:
        return _say(request, event, "stranger" if booking is None else "waiting", booking, status=403)
    now = timezone.now()
    if event.status != EventStatus.SCHEDULED:
        return _say(request, event, "off", booking)
    if not event.is_online:
        return _say(request, event, "in-person", booking)
    if now >= event.ends_at:
        return _say(request, event, "over", booking)
    if now < event.starts_at - OPENS_BEFORE:
        return _say(request, event, "early", booking)
    link = JoiningLink.objects.filter(event=event.pk).first()
    if link is None:
        return _say(request, event, "missing", booking)
    if link.words:  # such as a code that is asked for there: nobody would read it after they left
        return _say(request, event, "open", booking, link)
    return HttpResponseRedirect(link.address)


def _booking(request: HttpRequest, event: EventPage, token: str) -> Booking | None:
    """The booking of whoever asks; of several the confirmed one. Raises BadLink."""
    if token:
        found = links.booking_of(token, links.JOIN)
        return found if found is not None and found.event_id == event.pk else None
    mine = list(bookings_of(request.user).filter(event=event.pk))
    return next((one for one in mine if one.status == BookingStatus.CONFIRMED), mine[0] if mine else None)


def _say(
    request: HttpRequest,
    event: EventPage,
    state: str,
    booking: Booking | None,
    link: JoiningLink | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "event": event,
        "event_url": event.get_url(request) or "",
        "state": state,
        "booking": booking,
        "starts_at": timezone.localtime(event.starts_at),
        "ends_at": timezone.localtime(event.ends_at),
        "opens_at": timezone.localtime(event.starts_at - OPENS_BEFORE),
        "link": link,
    }
    return render(request, "events/joining.html", context, status=status)

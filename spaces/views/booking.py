"""The page of a booking: how it stands, and everything that can be changed about it.

It is opened by its signed link (``/spaces/booking/<token>/``), or by whoever signed in and may change it
(``/my/spaces/<reference>/``). ``/my/spaces/`` lists the bookings of somebody.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from core import calendars
from core.forgery import EXPIRED, came_from_us
from core.recurrence import moved_by
from core.signed_links import BadLink, kept_nowhere, opened_by_link
from directory.queries.bookers import ANYBODY, Booker, booker_of
from search.exports import absolute
from spaces import actions, invitations, links
from spaces.actions.booking import whoever_has
from spaces.actions.changing import EARLY
from spaces.actions.standing import Standing
from spaces.alternatives import alternatives
from spaces.choices import BookingStatus
from spaces.forms import ChangeForm, GuestForm, HandOnForm
from spaces.models import Booking, Gate
from spaces.moments import as_typed
from spaces.places import desks_of, place_lines
from spaces.policies import may_change
from spaces.queries.bookings import place_in_queue
from spaces.queries.occupation import bookable, bookable_space
from spaces.queries.people import administered_by, asker_for, asker_of, bookings_of
from spaces.queries.statements import spent_words
from spaces.rules import Asker, Refusal, Wish, free_until, refuse_to_escape, still_counts
from spaces.timetable import day_of

from .asking import Shown, shown_alternative

DONE = {
    "change": "Changed. A mail with the new time is on its way.",
    "end": "Ended. Whoever waits for it can have the rest.",
    "invite": "Your guest is on the list of reception.",
    "accept": "It is yours.",
    "check-in": "You are checked in.",
    "split": "Both parts are booked. Each has a page and a confirmation of its own: they are changed and cancelled one by one.",
    "hand-on": "It is your colleague’s now, and the mail with their link is on its way.",
}


@opened_by_link
def booking(request: HttpRequest, token: str) -> HttpResponse:
    """By its link: whoever holds it may do what the person may do whose it is."""
    found = links.booking_of(token)
    if found is None:
        done = request.GET.get("done", "")  # they handed it on this moment: that is no mistake
        return render(request, "spaces/booking/gone.html", {"done": done}, status=200 if done else 404)
    # A guest of theirs has no account: what they belonged to when it was booked counts on.
    asker = asker_for(booker_of(found.user)) if found.user else Asker(Booker(groups=frozenset(found.groups)))
    return _Page(request, found, asker, reverse("space_booking", args=[token]), is_signed_in=False).answer()


@csrf_exempt  # it asks for the token itself, so that nothing typed is lost: see core.forgery
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def my_booking(request: HttpRequest, reference: str) -> HttpResponse:
    found = (
        Booking.objects.of_people()
        .select_related("space__floor__building", "user", "organisation")
        .filter(reference=reference)
        .first()
    )
    if found is None or not may_change(request.user, found):
        if request.GET.get("done") == "hand-on":
            return render(request, "spaces/booking/gone.html", {"done": "hand-on"})
        raise Http404
    url = reverse("my_space_booking", args=[reference])
    return _Page(request, found, asker_of(request.user), url, is_signed_in=True).answer()


@never_cache
@login_required
@require_safe
def my_bookings(request: HttpRequest) -> HttpResponse:
    found = list(bookings_of(request.user).select_related("space").order_by("starts_at", "pk"))
    now = timezone.now()
    coming = [one for one in found if one.is_live and one.ends_at > now]
    past = [one for one in reversed(found) if not (one.is_live and one.ends_at > now)]
    context = {"coming": coming, "past": past[:50], "administers": administered_by(request.user)}
    return render(request, "spaces/booking/mine.html", context)


@dataclass
class _Page:
    request: HttpRequest
    booking: Booking
    asker: Asker
    url: str
    is_signed_in: bool

    def __post_init__(self) -> None:
        self.now = timezone.now()
        self.change = ChangeForm(booking=self.booking)
        self.hand_on = self.hand_on_form()
        self.guest = GuestForm()
        self.instead: list[Shown] = []
        self.gate: Gate | None = None  # that was not passed

    @property
    def by(self) -> User | None:
        return cast(User, self.request.user) if self.is_signed_in else None

    def answer(self) -> HttpResponse:
        if self.request.method != "POST":
            return self.show("")
        asked = self.request.POST.get("do", "")
        form = self.filled(asked)
        if self.is_signed_in and not came_from_us(self.request):
            return self.show(asked, form, notice=EXPIRED, status=403)
        if form is not None and not form.is_valid():
            return self.show(asked, form)
        try:
            self.act(asked, form)
        except Refusal as refusal:
            return self.refuse(asked, form, refusal)
        return redirect(f"{self.url}?{urlencode({'done': asked})}")

    def hand_on_form(self, data: Any = None) -> HandOnForm:
        """Names of colleagues are shown to who signed in as one of them, not to whoever has a link."""
        asker = self.asker.paying_as(self.booking.organisation)
        return HandOnForm(data, booker=asker.booker if self.is_signed_in else ANYBODY)

    def filled(self, asked: str) -> forms.Form | None:
        """The form that was sent, if it was one."""
        data = self.request.POST
        if asked == "change":
            self.change = ChangeForm(data, booking=self.booking)
            return self.change
        if asked == "hand-on":
            self.hand_on = self.hand_on_form(data)
            return self.hand_on
        if asked == "invite":
            self.guest = GuestForm(data)
            return self.guest
        return None

    def act(self, asked: str, form: forms.Form | None) -> None:
        key, by = self.booking.pk, self.by
        if isinstance(form, ChangeForm):
            said = form.cleaned_data
            actions.change(
                booking=key,
                starts_at=said["start"],
                ends_at=said["end"],
                number=said.get("number"),
                people=said.get("people"),
                space=self.other_space(),
                asker=self.asker,
            )
        elif isinstance(form, HandOnForm):
            name, email = form.whom()
            actions.hand_on(booking=key, name=name, email=email, asker=self.asker, by=by)
        elif isinstance(form, GuestForm):
            actions.invite(booking=key, guest=form.as_guest(), by=by)
        elif asked in ("cancel", "decline"):
            self.refuse_unsaid()
            actions.cancel(booking=key, by=by)
        elif asked == "end":
            actions.end_early(booking=key, by=by)
        elif asked == "accept":
            actions.take_up(booking=key, by=by)
        elif asked == "check-in":
            actions.check_in(booking=key, by=by)

    def refuse_unsaid(self) -> None:
        """Nobody pays for what they were not told: the page was opened while it was free. Raises Refusal."""
        is_to_come = self.booking.starts_at > self.now
        if is_to_come and still_counts(self.booking, self.now) and self.request.POST.get("counts") != "yes":
            words = (
                "Meanwhile it has become too late to cancel it for nothing: it still counts. Do you want to cancel it?"
            )
            raise Refusal("still-counts", words)

    def other_space(self) -> int | None:
        """The space of an alternative, where that is another one."""
        slug = self.request.POST.get("space", "")
        found = bookable().filter(slug=slug).first() if slug else None
        return found.pk if found else None

    def refuse(self, asked: str, form: forms.Form | None, refusal: Refusal) -> HttpResponse:
        self.booking.refresh_from_db()  # what lapsed has lapsed
        if form is None:
            return self.show(asked, notice=str(refusal), status=409)
        self.gate = refusal.facts.get("gate")
        wanted = dict(form.cleaned_data)  # a mistake at a field takes its value away
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        if isinstance(form, ChangeForm):
            self.instead = self.found_instead(wanted, refusal)
        return self.show(asked, form, status=409)

    def found_instead(self, wanted: dict[str, Any], refusal: Refusal) -> list[Shown]:
        space = bookable_space(self.booking.space_id)
        if space is None:
            return []
        number, people = wanted.get("number") or self.booking.number, wanted.get("people") or self.booking.people
        wish = Wish(space, wanted["start"], wanted["end"], number, people)
        if self.booking.starts_at <= self.now:
            return []  # it can only be ended
        standing = Standing.of(self.booking, self.asker)
        comes = whoever_has(self.booking, self.asker)
        found = alternatives(wish, comes, refusal, self.now, standing=standing, unless=self.escapes)
        return [shown_alternative(one, space) for one in found]

    def escapes(self, wish: Wish) -> bool:
        """Whether what still counts may not be moved there."""
        try:
            refuse_to_escape(self.booking, wish, self.now)
        except Refusal:
            return True
        return False

    def show(self, asked: str, form: forms.Form | None = None, notice: str = "", status: int = 200) -> HttpResponse:
        found, now = self.booking, self.now
        is_over = found.ends_at <= now
        is_mine = found.is_live and not is_over
        has_begun = found.starts_at <= now < found.ends_at
        confirmed = found.status == BookingStatus.CONFIRMED
        done = self.request.GET.get("done", "") if not asked else ""
        context: dict[str, Any] = {
            "booking": found,
            "space": found.space,
            "space_url": found.space.get_url(self.request) if found.space.live else "",
            "first_name": found.name.split(" ")[0],
            "organisation": found.organisation,
            "form": form,
            "change": self.change,
            "hand_on": self.hand_on,
            "guest": self.guest,
            "alternatives": self.instead,
            "gate": self.gate,
            "open": asked,
            "notice": notice,
            "done": DONE.get(done, ""),
            "is_over": is_over,
            "has_begun": has_begun,
            "can_change": is_mine,
            "can_move": is_mine and not has_begun,
            "counts": still_counts(found, now),
            "free_until": free_until(found.space, found.starts_at),
            "spent": spent_words(found) if is_mine else "",
            "can_end": confirmed and has_begun,
            "can_check_in": confirmed
            and found.checked_in_at is None
            and found.starts_at - EARLY <= now < found.ends_at,
            "can_invite": found.is_holding and not is_over,
            "units": desks_of(found),
            "where": place_lines(found)[1 if desks_of(found) else 0 :],
            "visitors": list(found.visitors.all()),
            "log": list(found.log.all()),
            "place_in_queue": place_in_queue(found) if found.status == BookingStatus.WAITING else None,
            "again_url": _again(found) if not found.is_live and found.space.live else "",
            "calendar_url": reverse("space_booking_calendar", args=[links.token(found, links.MANAGE)])
            if found.is_holding and not is_over
            else "",
            "is_signed_in": self.is_signed_in,
            "url": self.url,
        }
        return render(self.request, "spaces/booking/booking.html", context, status=status)


@require_safe
def calendar_file(request: HttpRequest, token: str) -> HttpResponse:
    """``/spaces/booking/<token>/booking.ics``: to be put into a calendar by hand."""
    try:
        found = links.booking_of(token)
    except BadLink:
        found = None
    if found is None or not found.is_holding:
        raise Http404
    entry = invitations.own_entry(found, found.log.latest("at").at if found.log.exists() else found.created_at)
    content = calendars.feed([entry], of=invitations.ABOUT, name=found.space.title, url=absolute(request.path))
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.space.slug}-{found.reference}.ics"'
    add_never_cache_headers(response)
    return kept_nowhere(response)  # type: ignore[return-value]


def _again(found: Booking) -> str:
    """The form, filled in as this booking was."""
    begins = found.starts_at if found.starts_at > timezone.now() else _next(found.starts_at)
    query = {
        "start": as_typed(begins),
        "end": as_typed(begins + found.length),
        "people": found.people,
        "number": found.number,
        "words": found.words,
    } | ({"payer": found.organisation_id} if found.organisation_id else {})
    return f"{reverse('space_book', args=[found.space.slug])}?{urlencode(query, safe=':')}"


def _next(moment: datetime) -> datetime:
    """The same time today, or tomorrow where that is over."""
    now = timezone.now()
    days = max(0, (day_of(now) - day_of(moment)).days)
    found = moved_by(moment, days)
    return found if found > now else moved_by(moment, days + 1)

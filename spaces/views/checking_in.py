"""``/spaces/<slug>/here/``: what the printed code at a space opens, on a phone: now and next, check in, report a fault.

Whoever has not signed in proves themselves by reference and address, so no cookie is set; who has, by a token in the form.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from core.forgery import EXPIRED, came_from_us
from core.letters import letter
from core.models import SiteSettings
from core.qr_codes import qr_svg
from core.rate_limits import Limit, seconds_to_wait
from search.exports import absolute
from spaces import actions
from spaces.actions.changing import EARLY
from spaces.door_forms import FaultForm, ReferenceForm
from spaces.invitations import summary_at_the_door
from spaces.models import SpacePage
from spaces.policies import may_manage
from spaces.queries import calendars
from spaces.queries.availability import Timetable
from spaces.queries.now import mine_to_check_in, rest_of_day, to_check_in
from spaces.queries.occupation import bookable
from spaces.queries.people import asker_of
from spaces.rules import Refusal, is_open_to
from spaces.timetable import Span, day_of

from .availability import book_url

OFTEN = "So much is sent from your network at this moment that we have to pause. Try again in a minute."
UNKNOWN = "No booking of this space that can be checked in to now has this reference and this address. Look at both once more."
NOT_SENT = "Our mail is out of order at this moment. Nothing that you typed is lost: try again, or tell reception."
LENGTHS = (30, 60, 120)  # minutes for which it is offered at once
DONE = {"check-in": "You are checked in.", "fault": "Thank you. Our team has your report."}


@csrf_exempt  # it asks for the token itself, of those who signed in: see above
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def here(request: HttpRequest, slug: str) -> HttpResponse:
    return _Door(request, _space(slug)).answer()


@never_cache
@require_safe
def sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """The code on a sheet of A5, to print and put up."""
    if not may_manage(request.user):
        raise PermissionDenied("Only those who manage bookings print the sheets for the doors.")
    space = _space(slug)
    url = absolute(reverse("space_here", args=[slug]))
    context = {"space": space, "url": url, "qr": qr_svg(url, f"QR code of {space.title}")}
    return render(request, "spaces/here_sheet.html", context)


def _space(slug: str) -> SpacePage:
    found = bookable().filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True)
class Occupied:
    """A booking as others may see it."""

    words: str
    starts_at: datetime
    ends_at: datetime


@dataclass
class _Door:
    request: HttpRequest
    space: SpacePage
    reference: ReferenceForm = field(default_factory=lambda: ReferenceForm(auto_id="id_checkin_%s"))
    fault: FaultForm = field(default_factory=lambda: FaultForm(auto_id="id_fault_%s"))
    notice: str = ""

    def __post_init__(self) -> None:
        self.now = timezone.now()
        self.url = reverse("space_here", args=[self.space.slug])

    @property
    def is_known(self) -> bool:
        return isinstance(self.request.user, User)

    def answer(self) -> HttpResponse:
        if self.request.method != "POST":
            return self.show()
        asked, data = self.request.POST.get("do", ""), self.request.POST
        if asked == "fault":
            self.fault = FaultForm(data, auto_id="id_fault_%s")
        elif asked == "reference":
            self.reference = ReferenceForm(data, auto_id="id_checkin_%s")
        if self.is_known and not came_from_us(self.request):
            self.notice = EXPIRED
            return self.show(status=403)
        if seconds_to_wait(self.request, Limit(f"space-here-{self.space.pk}")):
            self.notice = OFTEN
            return self.show(status=429)
        if asked == "check-in":
            return self.check_in_known(data.get("booking", ""))
        if asked == "reference":
            return self.check_in_by_reference()
        return self.report() if asked == "fault" else self.show()

    def check_in_known(self, reference: str) -> HttpResponse:
        found = mine_to_check_in(self.request.user, self.space, self.now, EARLY).filter(reference=reference).first()
        return self.check_in(found.pk if found else None)

    def check_in_by_reference(self) -> HttpResponse:
        if not self.reference.is_valid():
            return self.show()
        said = self.reference.cleaned_data
        found = to_check_in(self.space, self.now, EARLY).filter(
            reference=said["reference"].strip().upper(), email=said["email"].strip().lower()
        )
        key = found.values_list("pk", flat=True).first()
        if key is None:
            self.reference.add_error("reference", UNKNOWN)
            return self.show(status=409)
        return self.check_in(key)

    def check_in(self, booking: int | None) -> HttpResponse:
        try:
            if booking is not None:
                by = self.request.user if isinstance(self.request.user, User) else None
                actions.check_in(booking=booking, by=by)
        except Refusal as refusal:
            self.notice = str(refusal)
            return self.show(status=409)
        return redirect(f"{self.url}?done=check-in")

    def report(self) -> HttpResponse:
        """Sent at once: what is typed here is kept nowhere."""
        to = SiteSettings.for_request(self.request).contact_email
        if not self.fault.is_valid() or not to:
            return self.show()
        said = self.fault.cleaned_data
        context = {"space": self.space, "fault": said["words"], "url": absolute(self.url), "reply_to": said["reply_to"]}
        headers = {"Reply-To": said["reply_to"]} if said["reply_to"] else None
        try:
            letter("spaces/email/fault", to=to, context=context, headers=headers).send()
        except OSError:
            self.fault.add_error(None, NOT_SENT)
            return self.show(status=503)
        return redirect(f"{self.url}?done=fault")

    def show(self, status: int = 200) -> HttpResponse:
        rest = rest_of_day(self.space, self.now)
        seen = calendars.named([(one, self.now) for one in rest])
        later = [Occupied(summary_at_the_door(one, seen), one.starts_at, one.ends_at) for one in rest]
        timetable = Timetable([self.space], [day_of(self.now)], self.now)
        stretches = [one for one in timetable.free(self.space, day_of(self.now)) if one.begins <= self.now < one.ends]
        asker = asker_of(self.request.user)
        takes = self.is_known and is_open_to(self.space, asker.booker)
        opening = timetable.opening(self.space.hours, day_of(self.now))
        units = len(self.space.units.all())
        moment = Span(self.now, self.now + timedelta(minutes=1))
        context: dict[str, Any] = {
            "space": self.space,
            "space_url": self.space.get_url(self.request) or "",
            "is_open": opening is not None and opening.begins <= self.now < opening.ends,
            "on_now": [one for one in later if one.starts_at <= self.now],
            "coming": [one for one in later if one.starts_at > self.now][:3],
            "number_free": sum(timetable.free_units(moment).values()),
            "units": units,
            "mine": list(mine_to_check_in(self.request.user, self.space, self.now, EARLY)),
            "offers": self.offers(timetable, stretches[0]) if stretches and takes else [],
            "is_known": self.is_known,
            "reference": self.reference,
            "fault": self.fault,
            "form": self.with_mistakes(),
            "notice": self.notice,
            "done": DONE.get(self.request.GET.get("done", ""), "") if self.request.method != "POST" else "",
            "is_manager": may_manage(self.request.user),
        }
        return render(self.request, "spaces/here.html", context, status=status)

    def with_mistakes(self) -> Form | None:
        return next((form for form in (self.reference, self.fault) if form.is_bound and form.errors), None)

    def offers(self, timetable: Timetable, stretch: Span) -> list[tuple[Span, str]]:
        """“Until 15:00”: from now on, for some lengths, each with the address of the form filled in."""
        found: dict[Any, str] = {}
        for minutes in LENGTHS:
            span = timetable.longest(self.space, stretch, stretch.begins, minutes)
            if span.ends > self.now:
                found[span] = book_url(self.space, span)
        return list(found.items())

"""``/staff/spaces/``: the day, for whoever stands at the front door; on paper too."""

from datetime import date, timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date

from spaces import actions
from spaces.desk import queries
from spaces.desk.guarded import for_those_who, person, show
from spaces.models import Booking, Visitor
from spaces.policies import may_manage
from spaces.rules import Refusal

OF_VISITORS = {"arrived": actions.arrived, "left": actions.left, "undo": actions.not_arrived}


@for_those_who(may_manage)
def day(request: HttpRequest) -> HttpResponseBase:
    on = day_asked(request)
    words = request.GET.get("q", "").strip()[:100]
    if request.method == "POST":
        return _do(request, on, words)
    found = queries.day(on, words)
    context = {
        "day": found,
        "words": words,
        "others": queries.on_other_days(on, words),
        "before": on - timedelta(days=1),
        "after": on + timedelta(days=1),
        "today": timezone.localdate(),
        "printed_at": timezone.now(),
    }
    return show(request, "spaces/desk/day.html", context, part="spaces_day")


def day_asked(request: HttpRequest) -> date:
    """What the address names, else today."""
    try:
        return parse_date(request.GET.get("date", "")) or timezone.localdate()
    except ValueError:  # a day that no month has
        return timezone.localdate()


def _do(request: HttpRequest, on: date, words: str) -> HttpResponseBase:
    """What a button asked for; where it makes no sense the day is shown as it is."""
    what, _, key = request.POST.get("do", "").partition(" ")
    booking = None
    try:
        if what == "in" and key.isdecimal() and Booking.objects.filter(pk=key).exists():
            booking = actions.check_in(booking=int(key), by=person(request)).pk
        elif what in OF_VISITORS and key.isdecimal() and Visitor.objects.filter(pk=key).exists():
            booking = OF_VISITORS[what](visitor=int(key), by=person(request)).booking_id
    except Refusal as refusal:
        messages.error(request, str(refusal))
    asked = urlencode({"date": on.isoformat(), **({"q": words} if words else {})})
    return redirect(f"{reverse('spaces_day')}?{asked}{f'#b{booking}' if booking else ''}")

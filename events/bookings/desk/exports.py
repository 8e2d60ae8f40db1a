"""People of an event as a file for a spreadsheet: no cell is taken for a formula, and what people need is a file of its own."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from django.http import HttpResponse
from django.utils import timezone

from events.bookings.choices import LIVE
from events.bookings.models import Answer, Attendee, Question
from events.models import EventPage
from search.exports import cell

from .queries import needs

COLUMNS = (
    *("reference", "status", "name", "booked by", "e-mail", "organisation", "places", "takes part", "booked on"),
    "hosts may see the name",
)
NEEDS = ("reference", "what for", "what", "prepared")
MARK = "\ufeff"  # tells Excel that it is UTF-8


def attendees_file(event: EventPage) -> tuple[HttpResponse, int]:
    """Everybody who comes, waits or is offered a place, a row each, with the answers to what they were asked."""
    questions = list(Question.objects.filter(event=event))
    answers = {
        (booking, question): words
        for booking, question, words in Answer.objects.filter(booking__event=event).values_list(
            "booking", "question", "words"
        )
    }
    people = Attendee.objects.filter(booking__event=event, booking__status__in=LIVE)
    rows = []
    for one in people.select_related("booking", "pool").order_by("booking__created_at", "booking", "pk"):
        booking = one.booking
        rows.append(
            [
                *(booking.reference, booking.get_status_display(), one.name, booking.name, booking.email),
                *(booking.organisation_name, one.pool.name if one.pool else "", booking.get_attendance_display()),
                f"{timezone.localtime(booking.created_at):%Y-%m-%d %H:%M}",
                "yes" if booking.tells_hosts else "no",
                *(answers.get((booking.pk, question.pk), "") for question in questions),
            ]
        )
    return _file([*COLUMNS, *(question.words for question in questions)], rows, f"{event.slug}-attendees"), len(rows)


def needs_file(event: EventPage) -> tuple[HttpResponse, int]:
    """What has to be prepared, with a reference instead of a name."""
    rows = [
        [need.booking.reference, need.get_kind_display(), need.words, "yes" if need.done_at else "no"]
        for need in needs(event)
    ]
    return _file(NEEDS, rows, f"{event.slug}-needs"), len(rows)


def _file(heads: Sequence[str], rows: Iterable[Sequence[object]], name: str) -> HttpResponse:
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([cell(head) for head in heads])
    writer.writerows([[cell(value) for value in row] for row in rows])
    response = HttpResponse(MARK + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate():%Y-%m-%d}.csv"'
    return response

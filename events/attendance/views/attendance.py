"""Afterwards, for staff: who was there and how long, putting it right, what people thought."""

from collections import Counter
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from events.attendance import actions, queries
from events.attendance.forms import FeedbackForm, TimesForm
from events.attendance.models import Certificate, DoorRecord, FeedbackSurvey, Presence
from events.attendance.queries import Part, Person, key_of
from events.attendance.report import FEW
from events.bookings.actions import Refusal
from events.bookings.models import BookingRules
from events.models import EventPage
from search.exports import cell

from .guarded import kept_by_staff
from .papers import spreadsheet

COLUMNS = ("name", "organisation", "with a booking", "came at", "left at", "minutes", "CPD minutes")


@kept_by_staff
def attendance(request: HttpRequest, event: EventPage) -> HttpResponseBase:
    """Everybody who was there, and who was not, once the event is over; as a file too."""
    presences = list(Presence.objects.filter(event=event.pk))
    counted = queries.attended(event, presences)
    by_key = {one.key: one for one in queries.people(event)}
    first: dict[str, Presence] = {}
    for row in presences:
        first.setdefault(key_of(row), row)
    rows = [(by_key[key], first[key], counted[key].minutes) for key in first if key in by_key]
    rows.sort(key=lambda row: row[0].sorts_as)
    if request.GET.get("as") == "csv":
        return _file(event, rows)
    rules = BookingRules.objects.filter(event=event.pk).first()
    absent = queries.missed(event)
    histories = queries.histories(one.email for one in absent)
    context = {
        "event": event,
        "rows": rows,
        "missed": [(one, histories.get(one.email)) for one in absent],
        "states_cpd": queries.states_cpd(event),
        "gives_certificates": bool(rules and rules.certificate),
        "certificates": Certificate.objects.filter(event=event.pk, revoked_at=None).count(),
        "crumbs": _crumbs(request, event, "Attendance"),
    }
    if request.method == "POST" and request.POST.get("do") == "certificates":
        actions.issue_certificates(event=event)
        return redirect("event_attendance", event.slug)
    return render(request, "events/attendance/attendance.html", context)


def _file(event: EventPage, rows: list[Any]) -> HttpResponse:
    lines = [
        [
            person.name,
            person.organisation,
            "no" if person.is_walk_in else "yes",
            timezone.localtime(row.came_at).strftime("%Y-%m-%d %H:%M"),
            timezone.localtime(row.left_at).strftime("%Y-%m-%d %H:%M") if row.left_at else "",
            minutes.present,
            minutes.cpd,
        ]
        for person, row, minutes in rows
    ]
    return spreadsheet(f"attendance-{event.slug}", COLUMNS, [[cell(value) for value in line] for line in lines])


@kept_by_staff
def one_person(request: HttpRequest, event: EventPage, person: str) -> HttpResponseBase:
    """One person's presence in each part, with the record of how it came about; each can be put right."""
    found = queries.person(event, person)
    if found is None:
        raise Http404
    parts = queries.parts_of(event)
    asked = next((part for part in parts if part.key == request.POST.get("part")), None)
    form = TimesForm(request.POST) if request.method == "POST" and asked else None
    if request.POST.get("do") == "revoke":
        return _revoke(request, event, found)
    if request.POST.get("do") == "name" and request.POST.get("name", "").strip():
        actions.write_down_name(person=found, name=request.POST["name"], by=request.user)  # type: ignore[arg-type]
        return redirect("event_attendance_person", event.slug, found.key)
    if form is not None and asked is not None and form.is_valid():
        try:
            actions.correct(
                event=event,
                person=found,
                part=asked,
                came_at=form.moment("came_at", asked.slot),
                left_at=form.moment("left_at", asked.slot),
                by=request.user,  # type: ignore[arg-type]
            )
            return redirect("event_attendance_person", event.slug, found.key)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
    presences = {_part_key(row): row for row in Presence.objects.filter(event=event.pk, **found.who)}
    context = {
        "event": event,
        "person": found,
        "form": form,
        "parts": [(part, *_times(part, presences.get(part.key), form if part is asked else None)) for part in parts],
        "minutes": queries.attended(event, presences.values()).get(found.key),
        "history": queries.history_of(found.email),
        "certificates": Certificate.objects.filter(**found.who).order_by("-issued_at", "-pk"),
        "log": DoorRecord.objects.filter(event=event.pk, **found.who).select_related("by", "session").order_by("-at"),
        "crumbs": _crumbs(request, event, found.name),
    }
    return render(request, "events/attendance/person.html", context)


def _times(part: Part, row: Presence | None, form: TimesForm | None) -> tuple[Presence | None, TimesForm]:
    if form is not None:
        return row, form
    at = {"came_at": row.came_at, "left_at": row.left_at} if row else {}
    initial = {name: value and timezone.localtime(value).time() for name, value in at.items()}
    return row, TimesForm(initial=initial, auto_id=f"id_{part.key}_%s")


def _part_key(row: Presence) -> str:
    return f"session-{row.session_id}" if row.session_id else f"{row.part}-{row.day:%Y-%m-%d}"


def _revoke(request: HttpRequest, event: EventPage, person: Person) -> HttpResponseBase:
    number = request.POST.get("certificate", "")
    if certificate := Certificate.objects.filter(number=number, event=event.pk, **person.who).first():
        actions.revoke(certificate=certificate, by=request.user)  # type: ignore[arg-type]
    return redirect("event_attendance_person", event.slug, person.key)


@kept_by_staff
def feedback_results(request: HttpRequest, event: EventPage) -> HttpResponseBase:
    """What those who came thought: once the survey has closed, and when enough answered, so that nobody is picked out."""
    survey = FeedbackSurvey.objects.filter(event=event.pk).first()
    answers = survey.answers if survey else []
    is_closed = bool(survey and survey.closes_at <= timezone.now())
    is_shown = is_closed and len(answers) >= FEW
    ratings = Counter(answer["rating"] for answer in answers)
    context = {
        "event": event,
        "survey": survey,
        "is_closed": is_closed,
        "is_shown": is_shown,
        "few": FEW,
        "number": len(answers) if is_shown or len(answers) >= FEW else None,
        "ratings": [
            (words, ratings[int(rating)], round(100 * ratings[int(rating)] / len(answers)))
            for rating, words in FeedbackForm.RATINGS
        ]
        if is_shown
        else [],
        "again": sum(answer["again"] for answer in answers) if is_shown else 0,
        "words": [answer["words"] for answer in answers if answer["words"]] if is_shown else [],
        "crumbs": _crumbs(request, event, "Feedback"),
    }
    return render(request, "events/attendance/feedback_results.html", context)


def _crumbs(request: HttpRequest, event: EventPage, here: str) -> list[tuple[str, str]]:
    return [(event.title, event.get_url(request) or ""), ("Door", f"/events/{event.slug}/door/"), (here, "")]

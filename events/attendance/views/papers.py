"""Documents on paper, and files: given to staff or to whom they are about, and kept nowhere."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from core.templatetags.village import clock_time, nice_date, short_date
from events.attendance import pdf, queries
from events.attendance.links import verification_url
from events.attendance.models import Certificate
from events.models import EventPage

from .guarded import kept_by_staff


@kept_by_staff
def badges(request: HttpRequest, event: EventPage) -> HttpResponseBase:
    """For everybody on the list; ``?person=a12`` for one, such as somebody who walked in."""
    people = queries.people(event)
    if key := request.GET.get("person"):
        people = [one for one in people if one.key == key]
    return document(f"badges-{event.slug}", pdf.badges(people, event.title))


@kept_by_staff
def sign_in_sheet(request: HttpRequest, event: EventPage) -> HttpResponseBase:
    return document(
        f"sign-in-{event.slug}", pdf.sign_in_sheet(queries.people(event), event.title, when_and_where(event))
    )


@kept_by_staff
def certificate_of(request: HttpRequest, event: EventPage, number: str) -> HttpResponseBase:
    """A certificate for staff to print, such as for somebody who gave no address."""
    found = Certificate.objects.filter(event=event.pk, number=number).select_related("event").first()
    if found is None:
        raise Http404
    return certificate_file(found)


def certificate_file(certificate: Certificate) -> HttpResponse:
    event = certificate.event
    stated = pdf.Stated(
        name=certificate.name,
        event=event.title,
        when=days_in_words(event),
        where=event.place_words,
        minutes=minutes_in_words(certificate.minutes, cpd=queries.states_cpd(event)),
        number=certificate.number,
        issued=short_date(certificate.issued_at),
        address=verification_url(certificate),
    )
    return document(f"certificate-{event.slug}", pdf.certificate(stated))


def minutes_in_words(minutes: int, *, cpd: bool) -> str:
    """“165 minutes of CPD (2 h 45 min)”; points would need somebody who gives them."""
    hours, rest = divmod(minutes, 60)
    short = " ".join(f"{number} {unit}" for number, unit in ((hours, "h"), (rest, "min")) if number)
    unit = "minute" if minutes == 1 else "minutes"
    return f"{minutes} {unit} {'of CPD' if cpd else 'attended'}" + (f" ({short})" if hours else "")


def days_in_words(event: EventPage) -> str:
    days = [day.part.day for day in queries.days_of(event)]
    if len(days) == 1:
        return nice_date(days[0])
    return f"{len(days)} days, {short_date(days[0])} to {short_date(days[-1])}"


def when_and_where(event: EventPage) -> str:
    times = f"{clock_time(event.starts_at)} to {clock_time(event.ends_at)}"
    where = event.space or event.place_words
    return f"{days_in_words(event)}, {times}{f', {where}' if where else ''}"


def document(name: str, content: bytes) -> HttpResponse:
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}.pdf"'}
    )


def spreadsheet(name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A CSV file that Excel opens as it should; its cells have been made harmless by whoever wrote them."""
    written = StringIO()
    writer = csv.writer(written)
    writer.writerows([columns, *rows])
    return HttpResponse(
        "\ufeff" + written.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )

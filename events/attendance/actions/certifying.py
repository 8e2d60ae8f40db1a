"""Certificates follow attendance: issued once the event is over, revoked and replaced when it is put right."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from events.attendance.choices import RevokedWhy
from events.attendance.models import Certificate
from events.attendance.queries import Attended, Person, attended, people, states_cpd
from events.bookings.models import BookingRules
from events.bookings.policies import may_manage
from events.models import EventPage


@transaction.atomic
def issue_certificates(*, event: EventPage) -> int:
    """Give one to everybody who was there and has none, once ``event`` is over; returns how many. Safe to run again.

    Guests of whom no name is known have none until somebody writes it down.
    """
    rules = BookingRules.objects.select_for_update(of=("self",)).filter(event=event.pk, certificate=True).first()
    if rules is None or not event.is_over:
        return 0
    counted, cpd = attended(event), states_cpd(event)
    have = set(Certificate.objects.filter(event=event.pk).values_list("attendee", "walk_in"))
    issued = 0
    for person in people(event):
        key = (person.attendee.pk if person.attendee else None, person.walk_in.pk if person.walk_in else None)
        minutes = _stated(counted.get(person.key), cpd)
        if minutes and person.is_named and key not in have:
            Certificate.objects.create(event=event, name=person.name, minutes=minutes, **person.who)
            issued += 1
    return issued


@transaction.atomic
def revise_certificate(*, event: EventPage, person: Person, by: User) -> None:
    """Revoke what no longer states the truth, and state the truth. One that we revoked for a reason of ours stays so."""
    found = Certificate.objects.select_for_update().filter(**person.who).order_by("-issued_at", "-pk").first()
    if found is None or found.revoked_why == RevokedWhy.BY_US:
        return
    minutes = _stated(attended(event).get(person.key), states_cpd(event))
    if found.is_valid and found.minutes == minutes:
        return
    if found.is_valid:
        _revoke(found, RevokedWhy.CORRECTED, by)
    if minutes:
        Certificate.objects.create(event=event, name=found.name or person.name, minutes=minutes, **person.who)


@transaction.atomic
def revoke(*, certificate: Certificate, by: User) -> None:
    """End a certificate; whoever looks it up is told. A second time changes nothing. Raises PermissionDenied."""
    if not may_manage(by):
        raise PermissionDenied("Only those who manage bookings revoke certificates.")
    certificate = Certificate.objects.select_for_update().get(pk=certificate.pk)
    if certificate.is_valid:
        _revoke(certificate, RevokedWhy.BY_US, by)


def _revoke(certificate: Certificate, why: RevokedWhy, by: User) -> None:
    certificate.revoked_at, certificate.revoked_why, certificate.revoked_by = timezone.now(), why, by
    certificate.save(update_fields=["revoked_at", "revoked_why", "revoked_by"])


def _stated(found: Attended | None, cpd: bool) -> int:
    """The minutes that a certificate says."""
    if found is None:
        return 0
    return found.minutes.cpd if cpd else found.minutes.present

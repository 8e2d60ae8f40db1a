"""Somebody is checked in, signed out, or put right: by one tap, by a phone that was offline, or at a desk afterwards."""

from datetime import datetime
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core.templatetags.village import clock_time
from events.attendance.choices import What
from events.attendance.counting import keys_of
from events.attendance.merging import Stay, stay_of
from events.attendance.models import DoorRecord, Presence, WalkIn
from events.attendance.queries import Part, Person, of_part
from events.bookings.actions import Refusal
from events.bookings.models import Attendee
from events.bookings.policies import may_manage
from events.models import EventPage

from .certifying import revise_certificate


class WrongTimes(Refusal):
    """Times that can't be: nobody left before they came."""

    field = "left_at"


@transaction.atomic
def record(
    *,
    event: EventPage,
    person: Person,
    part: Part,
    what: What,
    by: User,
    at: datetime | None = None,
    device: str = "",
    key: UUID | None = None,
) -> str:
    """Note what happened at the door at ``at``, and work out anew who is there. The same ``key`` again changes nothing.

    Returns what the person at the door has to be told, where something was recorded elsewhere; mostly nothing.
    Raises PermissionDenied.
    """
    _refuse_outsiders(by)
    _lock(person)
    now = timezone.now()
    at = min(at or now, now)  # nothing was recorded in the future, whatever a phone's clock says
    key = key or uuid4()
    if not DoorRecord.objects.filter(key=key).exists():
        DoorRecord.objects.create(
            key=key, event=event, what=what, at=at, device=device, by=by, **person.who, **_of_part(part)
        )
        stay = _settle(event, person, part)
    else:
        stay = stay_of(_records(event, person, part))
    return _told(person, what, at, stay)


@transaction.atomic
def correct(
    *,
    event: EventPage,
    person: Person,
    part: Part,
    came_at: datetime | None,
    left_at: datetime | None,
    by: User,
) -> None:
    """Put right when somebody came and left, or, without ``came_at``, that they were not there. It is logged.

    A certificate that states something else is revoked, and a new one issued. Raises PermissionDenied, WrongTimes.
    """
    _refuse_outsiders(by)
    if came_at and left_at and left_at < came_at:
        raise WrongTimes("They can't have left before they came. Look at both times.")
    if left_at and not came_at:
        raise WrongTimes("Say when they came as well; leave both empty if they were not there.")
    _lock(person)
    DoorRecord.objects.create(
        event=event,
        what=What.CORRECTED,
        at=timezone.now(),
        came_at=came_at,
        left_at=left_at,
        by=by,
        **person.who,
        **_of_part(part),
    )
    _settle(event, person, part)
    revise_certificate(event=event, person=person, by=by)


@transaction.atomic
def write_down_name(*, person: Person, name: str, by: User) -> None:
    """Name a guest who was booked without a name; a name that is there stays. Raises PermissionDenied."""
    _refuse_outsiders(by)
    if person.attendee is not None and not person.is_named:
        unnamed = Attendee.objects.filter(pk=person.attendee.pk, name="")
        unnamed.update(name=" ".join(name.split())[: Attendee._meta.get_field("name").max_length])


# ---- parts ----------------------------------------------------------------------------------------------------------
def _refuse_outsiders(by: User) -> None:
    if not may_manage(by):
        raise PermissionDenied("Only those who manage bookings keep the door.")


def _lock(person: Person) -> None:
    """Two phones take turns on one person, not on the whole event."""
    if person.attendee is not None:
        Attendee.objects.select_for_update().get(pk=person.attendee.pk)
    elif person.walk_in is not None:
        WalkIn.objects.select_for_update().get(pk=person.walk_in.pk)


def _of_part(part: Part) -> dict[str, object]:
    return {"part": part.kind, "session": part.session, "day": part.day}


def _records(event: EventPage, person: Person, part: Part) -> list[DoorRecord]:
    return list(of_part(DoorRecord.objects.filter(event=event.pk, **person.who), part))


def _settle(event: EventPage, person: Person, part: Part) -> Stay | None:
    """Write down whether ``person`` is there, from all records of it."""
    stay = stay_of(_records(event, person, part))
    where = {"session": part.session} if part.session else {"day": part.day}
    mine = Presence.objects.filter(event=event.pk, part=part.kind, **person.who, **where)
    if stay is None:
        mine.delete()
        return None
    row = mine.first() or Presence(event=event, **person.who, **_of_part(part))
    row.came_at, row.left_at = stay.came_at, stay.left_at
    row.person_key, row.organisation_key = keys_of(person, part.day)
    row.save()
    return stay


def _told(person: Person, what: What, at: datetime, stay: Stay | None) -> str:
    if what == What.IN:
        if stay is None:
            return f"{person.name}: this check-in was undone later, so they are not in."
        if stay.came_at < at:
            return f"{person.name} was in already, since {clock_time(stay.came_at)}."
    if what == What.UNDO and stay is not None:
        return f"{person.name} was checked in again after this was undone, at {clock_time(stay.came_at)}: they are in."
    return ""

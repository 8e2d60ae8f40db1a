"""The same event on another day."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from core.recurrence import moved_by
from events.bookings.actions import copy_rules
from events.choices import EventStatus
from events.models import EventPage

from .rooms import copy_rooms

# What belongs to the day on which it happened.
OF_THAT_DAY: dict[str, Any] = {
    "status": EventStatus.SCHEDULED,
    "notice": "",
    "recording_url": "",
    "recording_minutes": None,
    "chapters": [],
    "transcript": None,
    "outcome": "",
}


@transaction.atomic
def copy_to(
    *, event: EventPage, on: date, by: Any = None, title: str = "", slug: str = "", publish: bool = False
) -> EventPage:
    """A copy of ``event`` that starts on ``on`` at the same time of day, its programme moved along; a draft unless told.

    It is booked by the same rules, with its own place in calendars; no joining link yet, nothing of what came of the first.
    Raises PermissionDenied where ``by`` may not add (or publish) events.
    """
    parent = event.get_parent()
    if by is not None:
        allowed = parent.permissions_for_user(by)
        if not allowed.can_add_subpage() or (publish and not allowed.can_publish_subpage()):
            raise PermissionDenied("Only somebody who may add events can copy one.")
    days = (on - timezone.localdate(event.starts_at)).days
    moments = {name: moved_by(getattr(event, name), days) for name in ("starts_at", "ends_at")}
    attributes = {"title": title or event.title, "slug": slug or free_slug(parent, f"{event.slug}-{on:%Y-%m-%d}")}
    copied: EventPage = event.copy(
        update_attrs={**attributes, **moments}, copy_revisions=not event.live, keep_live=False, user=by
    )
    copied = copied.get_latest_revision_as_object()
    for name, value in {**attributes, **moments, **OF_THAT_DAY}.items():
        setattr(copied, name, value)
    for session in copied.sessions.get_object_list():  # type: ignore[attr-defined] # modelcluster's
        session.starts_at, session.ends_at = moved_by(session.starts_at, days), moved_by(session.ends_at, days)
    target = EventPage.objects.get(pk=copied.pk)
    copy_rules(source=event, target=target, days=days)
    copy_rooms(source=event, target=target)
    revision = copied.save_revision(user=by)
    if publish:
        revision.publish(user=by)
    return EventPage.objects.get(pk=copied.pk)


def free_slug(parent: Page, wanted: str) -> str:
    taken = set(parent.get_children().filter(slug__startswith=wanted).values_list("slug", flat=True))
    return next(slug for slug in (wanted, *(f"{wanted}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)

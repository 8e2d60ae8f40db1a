"""A series of events: made from one of them, changed for one date, for those after it, or for all to come."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from core.recurrence import bank_holidays, dates_of, on_day
from events.choices import EventStatus, Scope
from events.models import EventPage, EventSeries, Occurrence, SkippedDate

from .copying import copy_to
from .telling import keep_joining_link

PLAIN = (
    *("title", "kind", "summary", "description", "place_kind", "space", "building_id", "address", "access"),
    *("places", "price", "booking_url", "our_part", "cover_id", "cover_alt", "programme_id", "cohort_id"),
)
LISTS = ("audiences", "themes", "needs")
PEOPLE = ("hosts", "speakers")
TIME = "time"
FIELDS = (TIME, *PLAIN, *LISTS, *PEOPLE)  # what can be the same on every date


@dataclass
class Applied:
    changed: list[EventPage] = field(default_factory=list)
    kept: dict[int, list[str]] = field(default_factory=dict)  # by event: fields that were set by hand, and stay


@transaction.atomic
def repeat(
    *,
    event: EventPage,
    frequency: str,
    every: int,
    times: int,
    skips_bank_holidays: bool = True,
    skip: Iterable[date] = (),
    by: Any = None,
) -> EventSeries:
    """Make ``event`` the first date of a series, and a copy of it for each other date, published where it is.

    Raises ValidationError when it is a date of a series already, or when nothing would repeat.
    """
    if Occurrence.objects.filter(event=event).exists():
        raise ValidationError("This event is a date of a series already. Copy it first, then repeat the copy.")
    series = EventSeries(
        title=event.title,
        slug=_free(slugify(event.slug)),
        frequency=frequency,
        every=every,
        first_on=timezone.localdate(event.starts_at),
        times=times,
        skips_bank_holidays=skips_bank_holidays,
    )
    series.full_clean()
    found, skipped = planned(series, skip)
    if len(found) < 2:
        raise ValidationError("Nothing would repeat: every other date falls out. Allow more dates, or fewer pauses.")
    series.save()
    SkippedDate.objects.bulk_create(SkippedDate(series=series, on=day, reason=why) for day, why in skipped.items())
    link = getattr(event, "joining_link", None)
    for day in found:
        one = event if day == series.first_on else copy_to(event=event, on=day, by=by, publish=event.live)
        Occurrence.objects.create(series=series, event=one, on=day, written={name: said(one, name) for name in FIELDS})
        if link and one is not event:
            keep_joining_link(event=one, address=link.address, words=link.words)
    return series


def planned(series: EventSeries, skip: Iterable[date] = ()) -> tuple[list[date], dict[date, str]]:
    """The dates of ``series``, and those that fall out, each with the reason. Its first date never does: it is there."""
    days = dates_of(series.first_on, frequency=series.frequency, every=series.every, times=series.times)
    out = dict.fromkeys(set(skip), "")
    if series.skips_bank_holidays:
        out = bank_holidays(days) | out
    skipped = {day: out[day] for day in days[1:] if day in out}
    return [day for day in days if day not in skipped], skipped


@transaction.atomic
def apply_to_series(
    *, event: EventPage, fields: Collection[str], scope: str, by: Any = None, overwrite: bool = False
) -> Applied:
    """Write what ``event`` says in ``fields`` into other dates of its series that are still to come.

    What somebody set by hand on one date is kept, and named in the answer, unless ``overwrite``.
    Raises PermissionDenied unless ``by`` may publish all of them.
    """
    applied = Applied()
    others = targets(event, scope)
    _may_publish([event, *(one.event for one in others)], by)
    own = Occurrence.objects.select_for_update().get(event=event)
    own.written |= {name: said(event, name) for name in fields}
    own.save(update_fields=["written"])
    for occurrence in others:
        free: list[str] = []
        kept: list[str] = []
        for name in fields:
            by_hand = said(occurrence.event, name) != occurrence.written.get(name)
            (kept if by_hand and not overwrite else free).append(name)
        differ = [name for name in free if said(occurrence.event, name) != said(event, name)]
        if differ:
            _write(occurrence.event, by, lambda page, names=tuple(differ): _take_over(event, page, names))
            applied.changed.append(occurrence.event)
        if really := [name for name in kept if said(occurrence.event, name) != said(event, name)]:
            applied.kept[occurrence.event.pk] = really
        occurrence.written |= {name: said(event, name) for name in free}
        occurrence.save(update_fields=["written"])
    return applied


@transaction.atomic
def announce(*, event: EventPage, status: str, notice: str, scope: str = Scope.THIS, by: Any = None) -> list[EventPage]:
    """Cancel or postpone ``event``, or say that it takes place after all; with it, others of its series where asked.

    Raises ValidationError without words for those who wanted to come, PermissionDenied unless ``by`` may publish them.
    """
    if status != EventStatus.SCHEDULED and not notice.strip():
        raise ValidationError("Say in a sentence why, and what comes next. Everybody who wanted to come reads it.")
    pages = [event, *(one.event for one in targets(event, scope))]
    _may_publish(pages, by)

    def write(page: EventPage) -> None:
        page.status, page.notice = status, notice.strip()

    for page in pages:
        _write(page, by, write)
    return pages


def targets(event: EventPage, scope: str) -> list[Occurrence]:
    """The other dates of the series of ``event`` that a change of ``scope`` is for; never one that is over."""
    if scope == Scope.THIS:
        return []
    found = Occurrence.objects.filter(series__occurrences__event=event, event__ends_at__gt=timezone.now())
    if scope == Scope.FOLLOWING:
        found = found.filter(event__starts_at__gt=event.starts_at)
    return list(found.exclude(event=event).select_related("event").order_by("on"))


# ---- what a date says -----------------------------------------------------------------------------------------------
def said(event: EventPage, name: str) -> Any:
    """What ``event`` says in a field, as JSON: what two dates are compared by."""
    if name == TIME:
        return [
            f"{timezone.localtime(event.starts_at):%H:%M}",
            int((event.ends_at - event.starts_at).total_seconds() // 60),
        ]
    if name in LISTS:
        return sorted(term.pk for term in getattr(event, name).all())
    if name in PEOPLE:
        return [[entry.person_id, entry.organisation_id] for entry in getattr(event, name).all()]
    return getattr(event, name)


def _take_over(source: EventPage, target: EventPage, names: Collection[str]) -> None:
    for name in names:
        if name == TIME:
            target.starts_at = on_day(source.starts_at, timezone.localdate(target.starts_at))
            days = (timezone.localdate(source.ends_at) - timezone.localdate(source.starts_at)).days
            target.ends_at = on_day(source.ends_at, timezone.localdate(target.starts_at) + timedelta(days=days))
        elif name in LISTS:
            getattr(target, name).set(list(getattr(source, name).all()))
        elif name in PEOPLE:
            rows = list(getattr(source, name).all())
            model = type(rows[0]) if rows else None
            copies = (
                [
                    model(person_id=r.person_id, organisation_id=r.organisation_id, sort_order=n)
                    for n, r in enumerate(rows)
                ]
                if model
                else []
            )
            getattr(target, name).set(copies)
        else:
            setattr(target, name, getattr(source, name))


def _write(page: EventPage, by: Any, change: Any) -> None:
    """Change what is public and publish it; a draft that waits is changed too, and stays one."""
    draft = page.get_latest_revision_as_object() if page.has_unpublished_changes or not page.live else None
    if page.live:
        change(page)
        page.save_revision(user=by, log_action=True).publish(user=by)
    if draft is not None:
        change(draft)
        draft.save_revision(user=by)


def _may_publish(pages: Iterable[EventPage], by: Any) -> None:
    if by is not None and not all(page.permissions_for_user(by).can_publish() for page in pages):
        raise PermissionDenied("Only somebody who may publish all of these dates can change them together.")


def _free(slug: str) -> str:
    taken = set(EventSeries.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    return next(name for name in (slug, *(f"{slug}-{n}" for n in range(2, len(taken) + 3))) if name not in taken)


__all__ = ["FIELDS", "Applied", "announce", "apply_to_series", "planned", "repeat", "said", "targets"]

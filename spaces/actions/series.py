"""The same space at the same time on several days: looked at first, then booked as chosen, all at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from core.recurrence import Frequency, dates_of
from spaces.choices import LIVE, BookingStatus, OccurrenceState
from spaces.models import Booking, Occurrence, Series, SpacePage, TenantTerms
from spaces.models.allowance import AllowanceAccount
from spaces.policies import changeable
from spaces.queries.occupation import around, bookable_space, busy, is_free, units_of
from spaces.rules import Asker, Refusal, Wish
from spaces.signals import answer_due
from spaces.timetable import NoSuchTime, Span, blocked, local_moment

from .allowances import allowance_used, charge_of, month_of
from .booking import Request, give, why_not_for
from .cancelling import cancel
from .resent import series_made_before
from .settling import is_taken, locked, taken
from .standing import Standing

MOST_DATES = 52
ANOTHER_INSTEAD = "The one that you chose is taken then: you get another."


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """What is asked for, in days and times of London."""

    first_on: date
    starts: time
    ends: time
    frequency: Frequency = Frequency.WEEKLY
    every: int = 1
    times: int = 2
    key: UUID = field(default_factory=uuid4)


@dataclass(frozen=True)
class Planned:
    """One date: what would be booked, and why it can't be. ``takes_another``: the unit that was chosen is taken then."""

    on: date
    wish: Wish | None
    refusal: Refusal | None = None
    takes_another: bool = False


@dataclass(frozen=True)
class Choice:
    """What to do with a date: leave it out, or take this instead of what was asked for.

    ``another``: where the unit that was chosen is taken, any other.
    """

    skip: bool = False
    another: bool = False
    space: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    unit: int | None = None


def plan(*, space: int, pattern: Pattern, request: Request, asker: Asker) -> list[Planned]:
    """Look at each date, without booking any: free, or which rule is against it. Raises Refusal."""
    page = _page(space)
    if not 1 <= pattern.times <= MOST_DATES:
        raise Refusal(
            "too-many", f"A series has at most {MOST_DATES} dates. Make a second one for more.", field="times"
        )
    days = dates_of(pattern.first_on, frequency=pattern.frequency, every=pattern.every, times=pattern.times)
    planned = [_planned(page, day, pattern, request, asker) for day in days]
    possible = _with_limits(_with_what_is_taken(page, planned), request, asker)
    return _with_allowance(page, possible, request, asker)


def _planned(page: SpacePage, day: date, pattern: Pattern, request: Request, asker: Asker) -> Planned:
    try:
        starts_at, ends_at = local_moment(day, pattern.starts), local_moment(day, pattern.ends)
    except NoSuchTime as error:
        return Planned(day, None, Refusal("no-such-time", str(error), field="start"))
    wish = Wish(page, starts_at, ends_at, request.number, request.people, request.unit)
    return Planned(day, wish, why_not_for(request, wish, asker))


def _with_what_is_taken(page: SpacePage, planned: Sequence[Planned]) -> list[Planned]:
    """What is taken at all dates, asked for once."""
    wishes = [one.wish for one in planned if one.wish]
    if not wishes:
        return list(planned)
    units = units_of(page)
    spans = [blocked(page, wish.starts_at, wish.ends_at) for wish in wishes]
    whole = around(page, Span(min(span.begins for span in spans), max(span.ends for span in spans)))
    rows = busy(units, whole, for_space=page.pk)
    result = []
    for one in planned:
        if one.wish is None or one.refusal is not None or is_free(one.wish, rows):
            result.append(one)
        elif one.wish.unit is not None and is_free(another := replace(one.wish, unit=None), rows):
            result.append(replace(one, wish=another, takes_another=True))
        else:
            result.append(replace(one, refusal=taken(page)))
    return result


def _with_limits(planned: Sequence[Planned], request: Request, asker: Asker) -> list[Planned]:
    """Which dates leave somebody alone, or take more rooms than one tenant has in the busiest hours."""
    standing = Standing(asker, request.email.strip().lower())
    return [
        replace(one, refusal=standing.refusal(one.wish)) if one.wish and one.refusal is None else one for one in planned
    ]


def _with_allowance(page: SpacePage, planned: list[Planned], request: Request, asker: Asker) -> list[Planned]:
    """Count down what the tenant has left of each month."""
    organisation = asker.booker.organisation
    if page.allowance is None or organisation is None or request.pays:
        return planned
    terms = TenantTerms.objects.filter(organisation=organisation).first()
    if terms is None:
        return planned
    accounts = AllowanceAccount.objects.filter(organisation=organisation, allowance=page.allowance)
    left = {account.month: account.balance for account in accounts}
    tier = page.allowance.tiers.filter(tier=terms.tier).first()
    monthly = int(tier.monthly * 1000) if tier else 0
    result = []
    for one in planned:
        if one.wish is None or one.refusal is not None:
            result.append(one)
            continue
        amount = charge_of(page, one.wish.starts_at, one.wish.ends_at, one.wish.number)
        month = month_of(one.wish.starts_at)
        has = left.setdefault(month, monthly)
        if amount > has:
            result.append(replace(one, refusal=allowance_used(page.allowance, has, amount)))
            continue
        left[month] = has - amount
        result.append(one)
    return result


def book_series(
    *, space: int, pattern: Pattern, request: Request, asker: Asker, choices: Mapping[date, Choice] | None = None
) -> Series:
    """Book every date that is not left out, at its own time or at the one chosen for it: all of them, or none.

    Raises Refusal, which names the date that is in the way. The same ``key`` again returns the first series, if the same is
    said with it.
    """
    chosen = choices or {}
    if made := series_made_before(pattern.key, request, asker, chosen):
        return made
    try:
        return _book_series(space, pattern, request, asker, chosen)
    except (Refusal, IntegrityError) as error:
        if made := series_made_before(pattern.key, request, asker, chosen):  # its twin was first
            return made
        if isinstance(error, IntegrityError) and is_taken(error):
            raise Refusal("taken", "Somebody booked one of the dates this very moment. Look at them again.") from error
        raise


def _book_series(space: int, pattern: Pattern, request: Request, asker: Asker, chosen: Mapping[date, Choice]) -> Series:
    planned = plan(space=space, pattern=pattern, request=request, asker=asker)
    wishes = {one.on: _chosen(one, chosen.get(one.on, Choice()), request, asker) for one in planned}
    if not any(wishes.values()):
        raise Refusal("nothing", "Every date is left out. Keep one at least, or choose another time.")
    with transaction.atomic():
        locked({unit for wish in wishes.values() if wish for unit in units_of(wish.space)})
        return _made(planned, wishes, pattern, request, asker, space)


def _chosen(one: Planned, choice: Choice, request: Request, asker: Asker) -> Wish | None:
    if choice.skip:
        return None
    wish = one.wish
    if choice.starts_at and choice.ends_at:
        page = _page(choice.space) if choice.space else (wish.space if wish else None)
        if page is None:
            raise Refusal("gone", f"{one.on:%-d %B}: choose a space.")
        number = request.number if page.is_pool else 1
        wish = Wish(page, choice.starts_at, choice.ends_at, number, request.people, choice.unit)
        if refusal := why_not_for(request, wish, asker):
            raise _on(one.on, refusal)
    elif one.refusal is not None:
        raise _on(one.on, one.refusal)
    elif wish is not None and one.takes_another and not choice.another:
        raise _on(one.on, taken(wish.space, is_chosen=True))
    return wish


def _made(
    planned: Sequence[Planned],
    wishes: Mapping[date, Wish | None],
    pattern: Pattern,
    request: Request,
    asker: Asker,
    space: int,
) -> Series:
    series = Series.objects.create(
        space_id=space,
        key=pattern.key,
        frequency=pattern.frequency,
        every=pattern.every,
        times=pattern.times,
        first_on=pattern.first_on,
        starts=pattern.starts,
        ends=pattern.ends,
        user=asker.booker.user,
    )
    asked_for = []
    for one in planned:
        wish = wishes[one.on]
        if wish is None:
            words = str(one.refusal) if one.refusal else "Left out."
            Occurrence.objects.create(series=series, on=one.on, state=OccurrenceState.SKIPPED, words=words[:300])
            continue
        own = replace(request, key=uuid4(), starts_at=wish.starts_at, ends_at=wish.ends_at, unit=wish.unit)
        try:
            booking = give(wish, own, asker, series=series)
        except Refusal as refusal:
            raise _on(one.on, refusal) from refusal
        asked_for += [booking] if booking.status == BookingStatus.PENDING else []
        moved = one.wish is None or wish.span != one.wish.span or wish.space.pk != space
        state = OccurrenceState.MOVED if moved else OccurrenceState.MADE
        words = str(one.refusal)[:300] if moved and one.refusal else ""
        if request.unit is not None and wish.unit is None and not moved:
            words = ANOTHER_INSTEAD
        Occurrence.objects.create(series=series, on=one.on, state=state, booking=booking, words=words)
    if asked_for:
        answer_due.send(Booking, booking=asked_for[0], dates=len(asked_for))
    return series


def cancel_series(
    *, series: int, from_day: date, until_day: date | None = None, by: User | None = None
) -> list[Booking]:
    """Cancel all dates of a series from one day on, or within a range; those that have begun stay.

    So do those that ``by`` may not change, because they were handed on to somebody else.
    """
    live = Booking.objects.filter(series=series, status__in=LIVE, starts_at__gt=timezone.now())
    if by is not None:
        live = live.filter(pk__in=changeable(by).values("pk"))
    due = [
        key
        for key, on in live.values_list("pk", "occurrence__on").order_by("starts_at")
        if on is not None and from_day <= on and (until_day is None or on <= until_day)
    ]
    with transaction.atomic():
        units = Booking.objects.filter(pk__in=due).values_list("space__units", flat=True)
        locked(unit for unit in units if unit is not None)
        return [cancel(booking=key, by=by) for key in due]


def _page(space: int) -> SpacePage:
    page = bookable_space(space)
    if page is None:
        raise Refusal("gone", "This space can't be booked any more. Look at what else there is.")
    return page


def _on(day: date, refusal: Refusal) -> Refusal:
    return Refusal(refusal.rule, f"{day:%A %-d %B}: {refusal}", field=refusal.field, day=day, **refusal.facts)
